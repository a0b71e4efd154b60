/**
 * Leaks of one connected component of hidden cells: recoverable protected cells and derivable groups of 1 to seuil - 1
 * units (secret.md §7.4-5). Each leak is a set of hidden cells whose sum is derivable; the caller turns it into a cut.
 */
import type { Composante } from './composantes.ts';
import type { Elimination, Lignes } from './elimination.ts';
import { groupesDerivables } from './groupes.ts';
import { P } from './modulo.ts';
import type { GenreFuite } from './types.ts';

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
  /** Effort of the search of groups, 1 by default. */
  readonly effort?: number;
}

/** Triples are looked for up to this number of candidate cells in one component (they cost its square). */
const TRIPLES_MAX = 6000;

/**
 * All leaks seen in a component.
 * @param base units per global column; @param protege true = must not be recoverable, per global column
 */
export function cherche(
  comp: Composante,
  elim: Elimination,
  base: ArrayLike<number>,
  protege: (colonne: number) => boolean,
  regles: Regles,
): { fuites: Fuite[]; complete: boolean } {
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
  residus(comp.locale, exact, note);
  // Groups are the costly question: asked once nothing simpler leaks.
  if (fuites.length > 0) return { fuites, complete: true };
  const { groupes, complete } = groupesDerivables(elim, b, seuil, regles.effort ?? 1);
  for (const g of groupes) note(g.length === 2 ? 'paire' : g.length === 3 ? 'triple' : 'groupe', g);
  if (complete) return { fuites, complete };
  pairesEtTriples(b, z1, z2, seuil, exact, note);
  return { fuites, complete };
}

/** What each relation leaves once its recoverable cells are removed. */
function residus(
  { debut, colonne, coef }: Lignes,
  exact: (u: number) => boolean,
  note: (genre: GenreFuite, cible: readonly number[]) => void,
): void {
  for (let r = 0; r + 1 < debut.length; r++) {
    let signe = 0;
    const cible: number[] = [];
    for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
      const u = colonne[i] as number;
      if (exact(u)) continue;
      const c = coef[i] as number;
      if (signe === 0) signe = c;
      if (Math.abs(c) !== 1 || c !== signe) {
        signe = 9;
        break;
      }
      cible.push(u);
    }
    if (signe !== 9 && cible.length > 1) note('residu', cible);
  }
}

/** Fallback of large components: sums of two or three cells by their null vectors. */
function pairesEtTriples(
  b: Float64Array,
  z1: Float64Array,
  z2: Float64Array,
  seuil: number,
  exact: (u: number) => boolean,
  note: (genre: GenreFuite, cible: readonly number[]) => void,
): void {
  // One representative per alias (same quantity under several names) and per value.
  const g: number[] = [];
  const vus = new Map<number, number[]>();
  for (let u = 0; u < b.length; u++) {
    const x = z1[u] as number;
    if ((b[u] as number) >= seuil || exact(u)) continue;
    const l = vus.get(x);
    if (l?.some((v) => z2[v] === z2[u] && b[v] === b[u])) continue;
    if (l === undefined) vus.set(x, [u]);
    else l.push(u);
    g.push(u);
  }
  for (const u of g)
    for (const v of vus.get(P - (z1[u] as number)) ?? [])
      if (u < v && ((z2[u] as number) + (z2[v] as number)) % P === 0) note('paire', [u, v]);
  if (g.length > TRIPLES_MAX) return;
  const c = g.filter((u) => (b[u] as number) > 0 && (b[u] as number) < seuil - 1);
  c.sort((x, y) => (b[x] as number) - (b[y] as number) || x - y);
  // Open addressing on z1: far quicker than a Map over millions of look-ups.
  let bits = 3;
  while (1 << bits < 4 * c.length) bits++;
  const table = new Int32Array(1 << bits).fill(-1);
  const place = (x: number) => Math.imul(x, 0x9e3779b1) >>> (32 - bits);
  const suite = (h: number) => (h + 1) & ((1 << bits) - 1);
  for (const u of c) {
    let h = place(z1[u] as number);
    while ((table[h] as number) >= 0) h = suite(h);
    table[h] = u;
  }
  for (let i = 0; i < c.length; i++) {
    const u = c[i] as number;
    for (let j = i + 1; j < c.length; j++) {
      const v = c[j] as number;
      if ((b[u] as number) + 2 * (b[v] as number) >= seuil) break;
      const s = ((z1[u] as number) + (z1[v] as number)) % P;
      const but = s === 0 ? 0 : P - s;
      let h = place(but);
      for (let w = table[h] as number; w >= 0; w = table[h] as number) {
        const apres = (b[w] as number) > (b[v] as number) || (b[w] === b[v] && w > v);
        if (
          apres &&
          w !== u &&
          z1[w] === but &&
          ((z2[u] as number) + (z2[v] as number) + (z2[w] as number)) % P === 0
        )
          note('triple', [u, v, w]);
        h = suite(h);
      }
    }
  }
}
