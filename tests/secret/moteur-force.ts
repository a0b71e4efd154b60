/**
 * Judge of patterns that shares nothing with the engine: exact rational arithmetic over the elementary unknowns (recent
 * and other households of each atom), every subset tried. Only for a handful of atoms.
 */
import { indexCellules, type Patron, type Systeme } from '../../pipeline/secret/engine/types.ts';

/** Deterministic generator of small random systems. */
export function hasard(graine: number): () => number {
  let s = graine >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = s;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Overlapping territory of `atomes` atoms: a few small addresses, a tree above them and a zoning across it. */
export function petitTerritoire(graine: number, atomes = 5, avecEr = true): Systeme {
  const r = hasard(graine);
  const tire = (n: number) => Math.floor(r() * n);
  const niveau = (id: string, zone: number[]) => {
    const codes = [...new Set(zone.filter((z) => z >= 0))].map((z) => `${id}${z}`);
    const rang = new Map(codes.map((c, i) => [c, i]));
    return {
      id,
      poids: 1,
      codes,
      zone: Int32Array.from(zone, (z) => (z < 0 ? -1 : (rang.get(`${id}${z}`) as number))),
    };
  };
  const parent = Array.from({ length: atomes }, () => tire(Math.ceil(atomes / 2)));
  const ens = Array.from({ length: atomes }, () => (r() < 0.1 ? 0 : 1 + Math.floor(25 * r() ** 2)));
  return {
    atomes,
    niveaux: [
      niveau(
        'adresse',
        Array.from({ length: atomes }, (_, a) => a),
      ),
      niveau('residence', parent),
      niveau(
        'carreau',
        Array.from({ length: atomes }, () => tire(Math.ceil(atomes / 2))),
      ),
      niveau(
        'qpv',
        Array.from({ length: atomes }, () => (r() < 0.4 ? 0 : -1)),
      ),
      niveau(
        'commune',
        Array.from({ length: atomes }, () => 0),
      ),
    ],
    effectifs: {
      ENS: Int32Array.from(ens),
      ...(avecEr ? { ER: Int32Array.from(ens, (e) => Math.round(e * r() * 0.6)) } : {}),
    },
    seuil: 11,
  };
}

type Vecteur = bigint[];

/** Basis of the row space in echelon form, over the rationals (fraction-free). */
function echelonne(lignes: readonly Vecteur[]): { pivot: number; v: Vecteur }[] {
  const base: { pivot: number; v: Vecteur }[] = [];
  for (const l of lignes) {
    const v = reduit(base, l);
    const pivot = v.findIndex((x) => x !== 0n);
    if (pivot >= 0) base.push({ pivot, v });
  }
  return base;
}
function reduit(base: readonly { pivot: number; v: Vecteur }[], ligne: Vecteur): Vecteur {
  let v = ligne;
  for (const b of base) {
    const f = v[b.pivot] as bigint;
    if (f === 0n) continue;
    const p = b.v[b.pivot] as bigint;
    v = v.map((x, i) => x * p - f * (b.v[i] as bigint));
  }
  return v;
}

export interface Jugement {
  /** Primary cells that are published. */
  readonly nus: string[];
  /** Derivable sums of elementary unknowns with 1 to seuil - 1 units. */
  readonly groupes: string[];
}

/** Everything an attacker who reads `patron` can compute about fewer than `seuil` units. */
export function juge(systeme: Systeme, patron: Pick<Patron, 'cache'>): Jugement {
  const { atomes, niveaux, effectifs, seuil } = systeme;
  const { ENS, ER } = effectifs;
  const index = indexCellules(systeme);
  const variables = ER === undefined ? atomes : 2 * atomes;
  const valeur = (i: number): number =>
    ER === undefined
      ? (ENS[i] as number)
      : i < atomes
        ? (ER[i] as number)
        : (ENS[i - atomes] as number) - (ER[i - atomes] as number);
  const nus: string[] = [];
  const connues: Vecteur[] = [];
  const nulles = new Set<number>();
  niveaux.forEach((niveau, l) => {
    for (const population of ER === undefined ? (['ENS'] as const) : (['ENS', 'ER'] as const))
      niveau.codes.forEach((code, z) => {
        if (patron.cache[index.cellule(l, population, z)] === 1) return;
        const dedans = Array.from({ length: variables }, (_, i) => i).filter(
          (i) => niveau.zone[i % atomes] === z && (population === 'ENS' || i < atomes),
        );
        const n = dedans.reduce((s, i) => s + valeur(i), 0);
        if (n > 0 && n < seuil) nus.push(`${niveau.id}:${code}/${population}`);
        const v: Vecteur = Array.from({ length: variables }, () => 0n);
        for (const i of dedans) v[i] = 1n;
        connues.push(v);
        // Households are never negative: a published 0 gives every term away.
        if (n === 0) for (const i of dedans) nulles.add(i);
      });
  });
  for (const i of nulles) connues.push(Array.from({ length: variables }, (_, k) => (k === i ? 1n : 0n)));
  const base = echelonne(connues);
  const libres = Array.from({ length: variables }, (_, i) => i).filter((i) => !nulles.has(i));
  const groupes: string[] = [];
  for (let masque = 1; masque < 2 ** libres.length; masque++) {
    const membres = libres.filter((_, k) => (masque >> k) & 1);
    const n = membres.reduce((s, i) => s + valeur(i), 0);
    if (n < 1 || n >= seuil) continue;
    const v: Vecteur = Array.from({ length: variables }, () => 0n);
    for (const i of membres) v[i] = 1n;
    if (reduit(base, v).every((x) => x === 0n)) groupes.push(`${membres.join('+')} = ${n}`);
  }
  return { nus, groupes };
}

/** Cheapest safe pattern by trying every subset of publishable cells; Infinity when there are more than `max`. */
export function optimum(
  systeme: Systeme,
  depart: Uint8Array,
  cout: (cellule: number) => number,
  max = 12,
): number {
  const { niveaux, effectifs } = systeme;
  const index = indexCellules(systeme);
  const candidates: number[] = [];
  niveaux.forEach((niveau, l) => {
    for (const population of effectifs.ER === undefined ? (['ENS'] as const) : (['ENS', 'ER'] as const))
      niveau.codes.forEach((_, z) => {
        const c = index.cellule(l, population, z);
        if (depart[c] === 0 && cout(c) > 0) candidates.push(c);
      });
  });
  if (candidates.length > max) return Infinity;
  let mieux = Infinity;
  for (let masque = 0; masque < 2 ** candidates.length; masque++) {
    let prix = 0;
    const cache = depart.slice();
    candidates.forEach((c, k) => {
      if (((masque >> k) & 1) === 0) return;
      cache[c] = 1;
      prix += cout(c);
    });
    if (prix >= mieux) continue;
    const { nus, groupes } = juge(systeme, { cache });
    if (nus.length === 0 && groupes.length === 0) mieux = prix;
  }
  return mieux;
}
