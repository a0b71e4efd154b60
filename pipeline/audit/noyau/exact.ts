/**
 * The same questions answered with rational arithmetic, for small systems: the yardstick of the fast code.
 * Fractions are pairs of bigint; nothing is approximated, so nothing here scales past a few hundred unknowns.
 */
import type { Reduit } from './systeme.ts';

interface Q {
  n: bigint;
  d: bigint;
}
const pgcd = (a: bigint, b: bigint): bigint => {
  a = a < 0n ? -a : a;
  b = b < 0n ? -b : b;
  while (b) [a, b] = [b, a % b];
  return a;
};
const q = (n: bigint, d = 1n): Q => {
  if (n === 0n) return { n: 0n, d: 1n };
  const g = pgcd(n, d) * (d < 0n ? -1n : 1n);
  return { n: n / g, d: d / g };
};
const ZERO = q(0n);
const moins = (a: Q, b: Q) => q(a.n * b.d - b.n * a.d, a.d * b.d);
const fois = (a: Q, b: Q) => q(a.n * b.n, a.d * b.d);
const divise = (a: Q, b: Q) => q(a.n * b.d, a.d * b.n);
const compare = (a: Q, b: Q) => {
  const x = a.n * b.d - b.n * a.d;
  return x < 0n ? -1 : x > 0n ? 1 : 0;
};
const nombre = (a: Q) => Number(a.n) / Number(a.d);

function matrice(r: Reduit): Q[][] {
  const { lignes, n, second } = r;
  return Array.from({ length: lignes.nombre }, (_, i) => {
    const ligne = Array.from({ length: n + 1 }, () => ZERO);
    for (let k = lignes.debut[i]!; k < lignes.debut[i + 1]!; k++)
      ligne[lignes.cellule[k]!] = q(BigInt(lignes.coef[k]!));
    ligne[n] = q(BigInt(second[i]!));
    return ligne;
  });
}

/** Reduced row echelon form in place: pivot column of each kept row, and whether the dropped rows were 0 = 0. */
function echelonner(m: Q[][], n: number): { pivots: number[]; coherent: boolean } {
  const pivots: number[] = [];
  for (let c = 0, r = 0; c < n && r < m.length; c++) {
    const i = m.findIndex((l, k) => k >= r && l[c]!.n !== 0n);
    if (i < 0) continue;
    [m[r], m[i]] = [m[i]!, m[r]!];
    const pivot = m[r]!;
    const inv = pivot[c]!;
    for (let k = c; k <= n; k++) pivot[k] = divise(pivot[k]!, inv);
    m.forEach((l, k) => {
      const f = l[c]!;
      if (k === r || f.n === 0n) return;
      for (let j = c; j <= n; j++) if (pivot[j]!.n !== 0n) l[j] = moins(l[j]!, fois(f, pivot[j]!));
    });
    pivots.push(c);
    r++;
  }
  const coherent = m.slice(pivots.length).every((l) => l[n]!.n === 0n);
  m.length = pivots.length;
  return { pivots, coherent };
}

/** Is Σ vecteur[u] × x[u] determined by the rows? One test per vector, exact. */
export function determines(r: Reduit, vecteurs: readonly (readonly number[])[]): boolean[] {
  const m = matrice(r);
  const { pivots } = echelonner(m, r.n);
  return vecteurs.map((vecteur) => {
    const v = vecteur.map((x) => q(BigInt(x)));
    pivots.forEach((c, i) => {
      const f = v[c]!;
      if (f.n === 0n) return;
      for (let j = c; j < r.n; j++) if (m[i]![j]!.n !== 0n) v[j] = moins(v[j]!, fois(f, m[i]![j]!));
    });
    return v.every((x) => x.n === 0n);
  });
}

/**
 * Exact feasible interval of unknown `u` under non-negativity: simplex with Bland's rule on the rational tableau.
 * Returns null when no non-negative solution exists.
 */
export function intervalle(r: Reduit, u: number): [number, number] | null {
  const m = matrice(r);
  const { pivots, coherent } = echelonner(m, r.n);
  const base = coherent ? realisable(m, pivots, r.n) : null;
  if (!base) return null;
  const bas = optimum(
    m.map((l) => l.slice()),
    base.slice(),
    r.n,
    u,
    -1,
  );
  const haut = optimum(
    m.map((l) => l.slice()),
    base.slice(),
    r.n,
    u,
    1,
  );
  return [bas, haut];
}

function pivoter(m: Q[][], base: number[], n: number, ligne: number, colonne: number): void {
  const p = m[ligne]!;
  const inv = p[colonne]!;
  for (let j = 0; j <= n; j++) p[j] = divise(p[j]!, inv);
  m.forEach((l, k) => {
    const f = l[colonne]!;
    if (k === ligne || f.n === 0n) return;
    for (let j = 0; j <= n; j++) if (p[j]!.n !== 0n) l[j] = moins(l[j]!, fois(f, p[j]!));
  });
  base[ligne] = colonne;
}

/** First non-negative basis by the dual rule: leave the row with a negative value, enter its first negative column. */
function realisable(m: Q[][], base: number[], n: number): number[] | null {
  for (;;) {
    let ligne = -1;
    for (let i = 0; i < m.length; i++)
      if (m[i]![n]!.n < 0n && (ligne < 0 || base[i]! < base[ligne]!)) ligne = i;
    if (ligne < 0) return base;
    const colonne = m[ligne]!.findIndex((x, j) => j < n && x.n < 0n);
    if (colonne < 0) return null;
    pivoter(m, base, n, ligne, colonne);
  }
}

/** Largest (sens 1) or smallest (sens −1) value of x[u] from a feasible basis; ±Infinity when unbounded. */
function optimum(m: Q[][], base: number[], n: number, u: number, sens: 1 | -1): number {
  for (;;) {
    const ligneU = base.indexOf(u);
    // Reduced gain of entering j: x[u] itself when it is out of the basis, else minus its row.
    const gain = (j: number): bigint =>
      ligneU < 0 ? (j === u ? BigInt(sens) : 0n) : -m[ligneU]![j]!.n * BigInt(sens);
    let colonne = -1;
    for (let j = 0; j < n && colonne < 0; j++) if (!base.includes(j) && gain(j) > 0n) colonne = j;
    if (colonne < 0) return ligneU < 0 ? 0 : nombre(m[ligneU]![n]!);
    let sortante = -1;
    for (let i = 0; i < m.length; i++) {
      if (m[i]![colonne]!.n <= 0n) continue;
      const c =
        sortante < 0
          ? -1
          : compare(divise(m[i]![n]!, m[i]![colonne]!), divise(m[sortante]![n]!, m[sortante]![colonne]!));
      if (c < 0 || (c === 0 && base[i]! < base[sortante]!)) sortante = i;
    }
    if (sortante < 0) return sens * Infinity;
    pivoter(m, base, n, sortante, colonne);
  }
}
