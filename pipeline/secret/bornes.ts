/**
 * Numerators against bounds (secret.md §7.6): a pattern that is safe for bases leaves counts that non-negativity alone can
 * pin down, because zeros around a hidden cell leave one place for what remains. Interval propagation on the atoms finds
 * them; the cheapest published cell over each is then hidden too. Hiding more is always safe, so nothing else is redone.
 */
import type { NiveauZones } from './atomes.ts';

export interface ProblemeBornes {
  atomes: number;
  niveaux: readonly NiveauZones[];
  /** Populations counted: without ER everything is in the single unknown of an atom. */
  er: boolean;
  /** Per rank of level: hidden flags of ENS and ER cells, changed in place. */
  cache: { ENS: Uint8Array; ER: Uint8Array }[];
  /** Per rank of level: respondents of each zone. */
  base: { ENS: Int32Array; ER: Int32Array }[];
  /** Per rank of level: cells hidden for quality alone, which may be known. */
  libre: { ENS: Uint8Array; ER: Uint8Array }[];
  /** Levels under this rank are decided elsewhere and may not be hidden here. */
  contexte: number;
  /** Numerators per atom. */
  numerateurs: readonly { ENS: Int32Array; ER: Int32Array }[];
  /** Cost of one unit hidden at a level. */
  poids: (rang: number) => number;
}

type Pop = 'ENS' | 'ER';
interface Contrainte {
  membres: Int32Array;
}

const TOURS = 12;
const PASSES = 40;

/** Unknowns of an atom: 2a = recent movers, 2a + 1 = others (or everyone when ER is not counted). */
const inconnues = (atomes: readonly number[], pop: Pop | 'AUTRE', er: boolean): number[] =>
  atomes.flatMap((a) => (pop === 'ER' ? [2 * a] : pop === 'AUTRE' || !er ? [2 * a + 1] : [2 * a, 2 * a + 1]));

/** Atoms of every zone of a level. */
function membresDe(niveau: NiveauZones, n: number): number[][] {
  const m: number[][] = niveau.cles.map(() => []);
  for (let a = 0; a < n; a++) {
    const z = niveau.zone[a] as number;
    if (z >= 0) (m[z] as number[]).push(a);
  }
  return m;
}

/** What the reader knows: each published cell, and what is left of it once the published cells inside are taken away. */
function contraintes(p: ProblemeBornes, membres: readonly number[][][]): Contrainte[] {
  const sortie = new Map<string, Contrainte>();
  const ajoute = (u: number[]) => {
    if (u.length === 0) return;
    const cle = u.join();
    if (!sortie.has(cle)) sortie.set(cle, { membres: Int32Array.from(u) });
  };
  p.niveaux.forEach((_, k) => {
    const zones = membres[k] as number[][];
    zones.forEach((atomes, z) => {
      const ens = p.cache[k]?.ENS[z] === 0;
      const er = p.er && p.cache[k]?.ER[z] === 0;
      if (ens) ajoute(inconnues(atomes, 'ENS', p.er));
      if (er) ajoute(inconnues(atomes, 'ER', p.er));
      if (ens && er) ajoute(inconnues(atomes, 'AUTRE', p.er));
      for (const pop of ['ENS', 'ER'] as const) {
        if (!(pop === 'ENS' ? ens : er)) continue;
        p.niveaux.forEach((autre, l) => {
          if (l === k) return;
          const dedans = new Map<number, number>();
          for (const a of atomes) {
            const y = autre.zone[a] as number;
            if (y >= 0) dedans.set(y, (dedans.get(y) ?? 0) + 1);
          }
          const retire = new Set(
            [...dedans]
              .filter(([y, n]) => p.cache[l]?.[pop][y] === 0 && n === (membres[l]?.[y]?.length ?? -1))
              .map(([y]) => y),
          );
          if (retire.size === 0) return;
          ajoute(
            inconnues(
              atomes.filter((a) => !retire.has(autre.zone[a] as number)),
              pop,
              p.er,
            ),
          );
        });
      }
    });
  });
  return [...sortie.values()];
}

/** Intervals of every unknown for one numerator, by propagation to a fixed point. */
function intervalles(x: Int32Array, liste: readonly Contrainte[]): { bas: Float64Array; haut: Float64Array } {
  const bas = new Float64Array(x.length);
  const haut = new Float64Array(x.length).fill(Infinity);
  const totaux = liste.map((c) => c.membres.reduce((s, u) => s + (x[u] as number), 0));
  for (let passe = 0, change = true; change && passe < PASSES; passe++) {
    change = false;
    liste.forEach(({ membres }, i) => {
      const total = totaux[i] as number;
      let sommeBas = 0;
      for (const u of membres) sommeBas += bas[u] as number;
      let sommeHaut = 0;
      for (const u of membres) {
        const h = total - (sommeBas - (bas[u] as number));
        if (h < (haut[u] as number)) {
          haut[u] = h;
          change = true;
        }
        sommeHaut += haut[u] as number;
      }
      for (const u of membres) {
        const b = total - (sommeHaut - (haut[u] as number));
        if (b > (bas[u] as number)) {
          bas[u] = b;
          change = true;
        }
      }
    });
  }
  return { bas, haut };
}

/** Hide further published cells until no hidden numerator other than 0 is known by bounds. @returns cells hidden. */
export function repareBornes(p: ProblemeBornes): number {
  const membres = p.niveaux.map((n) => membresDe(n, p.atomes));
  const xs = p.numerateurs.map(({ ENS, ER }) => {
    const x = new Int32Array(2 * p.atomes);
    for (let a = 0; a < p.atomes; a++) {
      x[2 * a] = p.er ? (ER[a] as number) : 0;
      x[2 * a + 1] = (ENS[a] as number) - (p.er ? (ER[a] as number) : 0);
    }
    return x;
  });
  let total = 0;
  for (let tour = 0; tour < TOURS; tour++) {
    const liste = contraintes(p, membres);
    let caches = 0;
    for (const x of xs) {
      const { bas, haut } = intervalles(x, liste);
      p.niveaux.forEach((_, k) => {
        for (const [z, atomes] of (membres[k] as number[][]).entries()) {
          for (const pop of p.er ? (['ENS', 'ER', 'AUTRE'] as const) : (['ENS'] as const)) {
            if (!sensible(p, k, z, pop)) continue;
            const u = inconnues(atomes, pop, p.er);
            let [b, h] = [0, 0];
            for (const i of u) {
              b += bas[i] as number;
              h += haut[i] as number;
            }
            if (b > 0 && b === h && cacheVoisine(p, membres, atomes, pop)) caches++;
          }
        }
      });
    }
    total += caches;
    if (caches === 0) return total;
  }
  return total;
}

/** Hidden for a reason that protects, and not empty. The complement is sensitive when it is small and one side is hidden. */
function sensible(p: ProblemeBornes, k: number, z: number, pop: Pop | 'AUTRE'): boolean {
  if (pop !== 'AUTRE')
    return p.cache[k]?.[pop][z] === 1 && p.libre[k]?.[pop][z] === 0 && (p.base[k]?.[pop][z] ?? 0) > 0;
  const autre = (p.base[k]?.ENS[z] ?? 0) - (p.base[k]?.ER[z] ?? 0);
  return autre > 0 && (p.cache[k]?.ENS[z] === 1 || p.cache[k]?.ER[z] === 1);
}

/** Hide the cheapest published cell that says something about these atoms. */
function cacheVoisine(
  p: ProblemeBornes,
  membres: readonly number[][][],
  atomes: readonly number[],
  pop: Pop | 'AUTRE',
): boolean {
  let choix: { k: number; z: number; q: Pop; cout: number } | null = null;
  for (let k = p.contexte; k < p.niveaux.length; k++) {
    const zones = new Set(atomes.map((a) => p.niveaux[k]?.zone[a] as number));
    for (const z of zones) {
      if (z < 0 || membres[k]?.[z] === undefined) continue;
      for (const q of p.er ? (['ENS', 'ER'] as const) : (['ENS'] as const)) {
        if (
          p.cache[k]?.[q][z] === 1 ||
          (q === 'ER' && pop === 'AUTRE' && p.cache[k]?.ENS[z] === 1) ||
          (p.base[k]?.[q][z] ?? 0) === 0
        )
          continue;
        const cout = p.poids(k) * (p.base[k]?.[q][z] as number);
        if (choix === null || cout < choix.cout) choix = { k, z, q, cout };
      }
    }
  }
  if (choix === null) return false;
  (p.cache[choix.k] as { ENS: Uint8Array; ER: Uint8Array })[choix.q][choix.z] = 1;
  return true;
}
