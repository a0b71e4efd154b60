/**
 * Exact recoverability by linear combination: unknown j is determined by the relations iff every vector of their null
 * space has 0 at j. A random null vector mod a prime shows it with an error below 1 in p per draw.
 *
 * Coefficients of hierarchies are ±1, so most of the work is peeling: a row with one unknown left fixes it, an unknown
 * left in one row is free to absorb it. Only the core that resists is eliminated numerically.
 */
import type { Lignes } from './systeme.ts';

/** Primes under 2^26: a product of two residues stays exact in a double. */
export const PREMIERS = [67_108_859, 67_108_837] as const;

export interface Elimination {
  /** Random null vectors mod p; 0 at j = j is determined. */
  readonly z: readonly Float64Array[];
  readonly premier: number;
  readonly rang: number;
  /** Entries created during the numeric part. */
  readonly remplissage: number;
  /** Rows of the core after elimination, normalised to 1 at their pivot: combinations a reader can form. */
  readonly echelon: readonly { readonly u: readonly number[]; readonly w: readonly number[] }[];
}

/** Deterministic generator (mulberry32) of residues in 1 .. p-1. */
function hasard(graine: number, p: number): () => number {
  let s = graine >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), s | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return 1 + (((t ^ (t >>> 14)) >>> 0) % (p - 1));
  };
}

function inverse(a: number, p: number): number {
  let [t, nt, r, nr] = [0, 1, p, a];
  while (nr !== 0) {
    const q = Math.floor(r / nr);
    [t, nt] = [nt, t - q * nt];
    [r, nr] = [nr, r - q * nr];
  }
  return t < 0 ? t + p : t;
}

const residu = (a: number, p: number) => {
  const r = a % p;
  return r < 0 ? r + p : r;
};

/** Peeling: fixes what needs no arithmetic. Returns the order of pivots and what is left. */
function peler(lignes: Lignes, colonnes: Lignes, n: number, utile: Uint8Array) {
  const nulle = new Uint8Array(n);
  const pivot = new Uint8Array(n);
  const dansLigne = new Int32Array(lignes.nombre);
  const dansColonne = new Int32Array(n);
  const active = utile.slice();
  for (let r = 0; r < lignes.nombre; r++)
    if (active[r]) {
      dansLigne[r] = lignes.debut[r + 1]! - lignes.debut[r]!;
      for (let k = lignes.debut[r]!; k < lignes.debut[r + 1]!; k++) dansColonne[lignes.cellule[k]!]!++;
    }
  const ordre: { ligne: number; colonne: number }[] = [];
  const lignesSeules: number[] = [];
  const colonnesSeules: number[] = [];
  for (let r = 0; r < lignes.nombre; r++) if (active[r] && dansLigne[r] === 1) lignesSeules.push(r);
  for (let u = 0; u < n; u++) if (dansColonne[u] === 1) colonnesSeules.push(u);
  let fixes = 0;
  const retirerLigne = (r: number) => {
    active[r] = 0;
    for (let k = lignes.debut[r]!; k < lignes.debut[r + 1]!; k++) {
      const u = lignes.cellule[k]!;
      if (nulle[u] || pivot[u]) continue;
      if (--dansColonne[u]! === 1) colonnesSeules.push(u);
    }
  };
  for (;;) {
    const r = lignesSeules.pop();
    if (r !== undefined) {
      if (!active[r] || dansLigne[r] !== 1) continue;
      let u = -1;
      for (let k = lignes.debut[r]!; k < lignes.debut[r + 1]!; k++) {
        const v = lignes.cellule[k]!;
        if (!nulle[v] && !pivot[v]) u = v;
      }
      active[r] = 0;
      nulle[u] = 1;
      fixes++;
      for (let k = colonnes.debut[u]!; k < colonnes.debut[u + 1]!; k++) {
        const q = colonnes.cellule[k]!;
        if (active[q] && --dansLigne[q]! === 1) lignesSeules.push(q);
      }
      continue;
    }
    const u = colonnesSeules.pop();
    if (u === undefined) break;
    if (nulle[u] || pivot[u] || dansColonne[u] !== 1) continue;
    let ligne = -1;
    for (let k = colonnes.debut[u]!; k < colonnes.debut[u + 1]!; k++)
      if (active[colonnes.cellule[k]!]) ligne = colonnes.cellule[k]!;
    if (ligne < 0) continue;
    pivot[u] = 1;
    ordre.push({ ligne, colonne: u });
    retirerLigne(ligne);
  }
  return { nulle, pivot, active, ordre, fixes };
}

/** Numeric elimination of the core mod p: shortest row first, pivot in its rarest column (Markowitz in spirit). */
function eliminerNoyau(R: { u: number[]; w: number[] }[], n: number, p: number) {
  const colonnes = new Map<number, number[]>();
  const compte = new Int32Array(n);
  R.forEach((ligne, r) => {
    for (const u of ligne.u) {
      let c = colonnes.get(u);
      if (!c) colonnes.set(u, (c = []));
      c.push(r);
      compte[u]!++;
    }
  });
  const seaux: number[][] = [];
  let bas = 1;
  const ranger = (r: number) => {
    const l = R[r]!.u.length;
    (seaux[l] ??= []).push(r);
    if (l < bas) bas = l;
  };
  const faite = new Uint8Array(R.length);
  R.forEach((ligne, r) => (ligne.u.length > 0 ? ranger(r) : (faite[r] = 1)));
  const place = new Int32Array(n).fill(-1);
  const pivots: { colonne: number; u: number[]; w: number[] }[] = [];
  let remplissage = 0;
  for (;;) {
    while (bas < seaux.length && !seaux[bas]?.length) bas++;
    const seau = seaux[bas];
    if (!seau) break;
    const r = seau.pop()!;
    const ligne = R[r]!;
    if (faite[r] || ligne.u.length !== bas) continue;
    faite[r] = 1;
    let k0 = 0;
    for (let k = 1; k < ligne.u.length; k++) if (compte[ligne.u[k]!]! < compte[ligne.u[k0]!]!) k0 = k;
    const colonne = ligne.u[k0]!;
    const norme = inverse(ligne.w[k0]!, p);
    if (norme !== 1) ligne.w = ligne.w.map((v) => (v * norme) % p);
    for (const u of ligne.u) compte[u]!--;
    for (const q of colonnes.get(colonne)!) {
      if (faite[q]) continue;
      const cible = R[q]!;
      const k = cible.u.indexOf(colonne);
      if (k < 0) continue;
      const f = p - cible.w[k]!;
      for (let i = 0; i < cible.u.length; i++) place[cible.u[i]!] = i;
      for (let i = 0; i < ligne.u.length; i++) {
        const u = ligne.u[i]!;
        const v = (f * ligne.w[i]!) % p;
        const j = place[u]!;
        if (j >= 0) cible.w[j] = (cible.w[j]! + v) % p;
        else {
          cible.u.push(u);
          cible.w.push(v);
          colonnes.get(u)!.push(q);
          compte[u]!++;
          remplissage++;
        }
      }
      let ecrit = 0;
      for (let i = 0; i < cible.u.length; i++) {
        const u = cible.u[i]!;
        place[u] = -1;
        if (cible.w[i] === 0) compte[u]!--;
        else {
          cible.u[ecrit] = u;
          cible.w[ecrit++] = cible.w[i]!;
        }
      }
      cible.u.length = ecrit;
      cible.w.length = ecrit;
      if (ecrit > 0) ranger(q);
      else faite[q] = 1;
    }
    pivots.push({ colonne, u: ligne.u, w: ligne.w });
  }
  return { pivots, remplissage };
}

/**
 * Random null vectors of the rows mod `premier`, one per seed.
 * @param utile 1 = the row takes part (redundant rows may be left out)
 */
export function eliminer(
  lignes: Lignes,
  colonnes: Lignes,
  n: number,
  utile: Uint8Array,
  premier: number,
  graines: readonly number[],
): Elimination {
  const p = premier;
  const { nulle, pivot, active, ordre, fixes } = peler(lignes, colonnes, n, utile);
  const noyau: { u: number[]; w: number[] }[] = [];
  for (let r = 0; r < lignes.nombre; r++) {
    if (!active[r]) continue;
    const ligne: { u: number[]; w: number[] } = { u: [], w: [] };
    for (let k = lignes.debut[r]!; k < lignes.debut[r + 1]!; k++) {
      const u = lignes.cellule[k]!;
      const w = residu(lignes.coef[k]!, p);
      if (nulle[u] || pivot[u] || w === 0) continue;
      ligne.u.push(u);
      ligne.w.push(w);
    }
    if (ligne.u.length > 0) noyau.push(ligne);
  }
  const { pivots, remplissage } = eliminerNoyau(noyau, n, p);
  const lie = new Uint8Array(n);
  for (const q of pivots) lie[q.colonne] = 1;
  const z = graines.map((graine) => {
    const tirer = hasard(graine, p);
    const v = new Float64Array(n);
    for (let u = 0; u < n; u++) if (!nulle[u] && !pivot[u] && !lie[u]) v[u] = tirer();
    for (let k = pivots.length - 1; k >= 0; k--) {
      const { colonne, u, w } = pivots[k]!;
      let a = 0;
      for (let i = 0; i < u.length; i++) if (u[i] !== colonne) a = (a + w[i]! * v[u[i]!]!) % p;
      v[colonne] = a === 0 ? 0 : p - a;
    }
    for (let k = ordre.length - 1; k >= 0; k--) {
      const { ligne, colonne } = ordre[k]!;
      let a = 0;
      let c = 1;
      for (let i = lignes.debut[ligne]!; i < lignes.debut[ligne + 1]!; i++) {
        const w = residu(lignes.coef[i]!, p);
        if (lignes.cellule[i] === colonne) c = w;
        else a = (a + w * v[lignes.cellule[i]!]!) % p;
      }
      v[colonne] = a === 0 ? 0 : ((p - a) * inverse(c, p)) % p;
    }
    return v;
  });
  return { z, premier: p, rang: pivots.length + ordre.length + fixes, remplissage, echelon: pivots };
}
