/**
 * Leaks of one connected component of hidden cells: recoverable protected cells and derivable groups of 1 to seuil - 1
 * units (secret.md §7.4-5). Each leak is a set of hidden cells whose sum is derivable; the caller turns it into a cut.
 */
import { Elimination, type Lignes } from './elimination.ts';
import { P } from './modulo.ts';
import type { GenreFuite } from './types.ts';

export interface Composante {
  /** Global columns, ascending: local number -> column. */
  readonly colonnes: Int32Array;
  /** Global rows: local number -> row. */
  readonly lignes: Int32Array;
  readonly locale: Lignes;
}

export interface Fuite {
  readonly genre: GenreFuite;
  readonly base: number;
  /** Local columns of the group. */
  readonly cible: readonly number[];
}

export interface Regles {
  readonly seuil: number;
  /** Mutation switches for tests: a rule left out here must be caught by an audit. */
  readonly sans?: readonly GenreFuite[];
}

/** Triples are looked for up to this number of candidate cells in one component (they cost its square). */
const TRIPLES_MAX = 6000;

/**
 * All leaks seen in a component, cheapest kinds first; triples are looked for only when nothing simpler is left.
 * @param base units per global column; @param protege 1 = must not be recoverable, per global column
 */
export function cherche(
  comp: Composante,
  elim: Elimination,
  base: ArrayLike<number>,
  protege: (colonne: number) => boolean,
  regles: Regles,
): Fuite[] {
  const { seuil } = regles;
  const sans = new Set(regles.sans ?? []);
  const n = comp.colonnes.length;
  const b = new Float64Array(n);
  for (let u = 0; u < n; u++) b[u] = base[comp.colonnes[u] as number] as number;
  const z1 = elim.vecteurNul(comp.colonnes, 11);
  const z2 = elim.vecteurNul(comp.colonnes, 29);
  const exact = (u: number) => z1[u] === 0 && z2[u] === 0;
  const fuites: Fuite[] = [];
  const note = (genre: GenreFuite, cible: readonly number[]) => {
    let s = 0;
    for (const u of cible) s += b[u] as number;
    if (s > 0 && s < seuil && !sans.has(genre)) fuites.push({ genre, base: s, cible });
  };
  if (!sans.has('exacte'))
    for (let u = 0; u < n; u++)
      if (exact(u) && protege(comp.colonnes[u] as number))
        fuites.push({ genre: 'exacte', base: b[u] as number, cible: [u] });

  const { debut, colonne, coef } = comp.locale;
  const m = debut.length - 1;
  for (let r = 0; r < m; r++) {
    let signe = 0;
    const cible: number[] = [];
    for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
      const u = colonne[i] as number;
      if (exact(u)) continue;
      const c = coef[i] as number;
      if (signe === 0) signe = c;
      if ((c !== 1 && c !== -1) || c !== signe) {
        signe = 9;
        break;
      }
      cible.push(u);
    }
    if (signe !== 9 && cible.length > 1) note('residu', cible);
  }
  if (!sans.has('groupe'))
    for (const g of memesLignes(comp.locale)) if (sommeNulle(g, z1, z2)) note('groupe', g);
  for (let k = 0; k < elim.pivotLigne.length; k++) {
    const r = elim.pivotLigne[k] as number;
    const c = elim.cols[r] as number[];
    if (c.length < 2 || c.length > 2 * seuil) continue;
    if ((elim.vals[r] as number[]).every((v) => v === 1)) note('echelon', c);
  }
  // One representative per alias (same quantity under several names) and per value.
  const representants: number[] = [];
  const vus = new Map<number, number[]>();
  for (let u = 0; u < n; u++) {
    const x = z1[u] as number;
    if ((b[u] as number) >= seuil || exact(u)) continue;
    const l = vus.get(x);
    if (l?.some((v) => z2[v] === z2[u] && b[v] === b[u])) continue;
    if (l === undefined) vus.set(x, [u]);
    else l.push(u);
    representants.push(u);
  }
  if (!sans.has('paire'))
    for (const u of representants)
      for (const v of vus.get(P - (z1[u] as number)) ?? [])
        if (u < v && ((z2[u] as number) + (z2[v] as number)) % P === 0) note('paire', [u, v]);
  if (fuites.length === 0 && !sans.has('triple')) triples(representants, b, z1, z2, seuil, vus, note);
  return fuites;
}

function sommeNulle(g: readonly number[], z1: Float64Array, z2: Float64Array): boolean {
  let s1 = 0;
  let s2 = 0;
  for (const u of g) {
    s1 += z1[u] as number;
    s2 += z2[u] as number;
  }
  return s1 % P === 0 && s2 % P === 0;
}

/** Groups of two or more columns with the same coefficients in the same rows. */
function memesLignes({ colonnes, debut, colonne, coef }: Lignes): number[][] {
  const cle: string[] = Array.from({ length: colonnes }, () => '');
  for (let r = 0; r + 1 < debut.length; r++)
    for (let i = debut[r] as number; i < (debut[r + 1] as number); i++)
      cle[colonne[i] as number] += `${r}*${coef[i]},`;
  const groupes = new Map<string, number[]>();
  for (let u = 0; u < colonnes; u++) {
    const k = cle[u] as string;
    if (k === '') continue;
    const g = groupes.get(k);
    if (g === undefined) groupes.set(k, [u]);
    else g.push(u);
  }
  return [...groupes.values()].filter((g) => g.length > 1);
}

function triples(
  representants: readonly number[],
  b: Float64Array,
  z1: Float64Array,
  z2: Float64Array,
  seuil: number,
  vus: ReadonlyMap<number, readonly number[]>,
  note: (genre: GenreFuite, cible: readonly number[]) => void,
): void {
  const g = representants.filter((u) => (b[u] as number) > 0 && (b[u] as number) < seuil - 1);
  if (g.length < 3 || g.length > TRIPLES_MAX) return;
  g.sort((x, y) => (b[x] as number) - (b[y] as number) || x - y);
  // Open addressing on z1: far quicker than a Map over millions of look-ups.
  let taille = 8;
  while (taille < 4 * g.length) taille *= 2;
  const table = new Int32Array(taille).fill(-1);
  const place = (x: number) => Math.imul(x, 0x9e3779b1) >>> (32 - Math.log2(taille));
  for (const u of g) {
    let h = place(z1[u] as number);
    while ((table[h] as number) >= 0) h = (h + 1) & (taille - 1);
    table[h] = u;
  }
  const decale = 32 - Math.log2(taille);
  for (let i = 0; i < g.length; i++) {
    const u = g[i] as number;
    const bu = b[u] as number;
    for (let j = i + 1; j < g.length; j++) {
      const v = g[j] as number;
      if (bu + 2 * (b[v] as number) >= seuil) break;
      let s = (z1[u] as number) + (z1[v] as number);
      if (s >= P) s -= P;
      const but = s === 0 ? 0 : P - s;
      let h = Math.imul(but, 0x9e3779b1) >>> decale;
      for (let w = table[h] as number; w >= 0; w = table[h] as number) {
        if (
          z1[w] === but &&
          w !== u &&
          w !== v &&
          ((b[w] as number) > (b[v] as number) || (b[w] === b[v] && w > v)) &&
          ((z2[u] as number) + (z2[v] as number) + (z2[w] as number)) % P === 0
        )
          note('triple', [u, v, w]);
        h = (h + 1) & (taille - 1);
      }
    }
  }
  void vus;
}
