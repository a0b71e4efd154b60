/**
 * Complete search of derivable groups, whatever their number of cells. A group of 1 to seuil − 1 units is a sum of
 * hidden cells that each have fewer than seuil units. So every other cell is eliminated first: the rows that remain
 * hold small cells only, and each derivable group is a sum of some of their reduced rows. Pivots are taken among the
 * largest of the small cells, which leaves very few rows that can be added before the group is too big.
 */
import { PREMIERS } from './elimination.ts';
import type { Reduit } from './systeme.ts';

type Ligne = Map<number, number>;
const P = PREMIERS[0];

function inverse(a: number): number {
  let [t, nt, r, nr] = [0, 1, P as number, a];
  while (nr !== 0) {
    const q = Math.floor(r / nr);
    [t, nt] = [nt, t - q * nt];
    [r, nr] = [nr, r - q * nr];
  }
  return t < 0 ? t + P : t;
}

/** Sparse rows with their columns kept in step. */
class Tableau {
  readonly lignes: (Ligne | null)[] = [];
  readonly colonnes: (Set<number> | undefined)[];

  constructor(n: number) {
    this.colonnes = Array.from({ length: n });
  }

  ajoute(ligne: Ligne): void {
    const r = this.lignes.push(ligne) - 1;
    for (const u of ligne.keys()) (this.colonnes[u] ??= new Set()).add(r);
  }

  retire(r: number): Ligne {
    const ligne = this.lignes[r]!;
    this.lignes[r] = null;
    for (const u of ligne.keys()) this.colonnes[u]!.delete(r);
    return ligne;
  }

  /** Row q gets row p times what cancels column u. `p` has been normalised to 1 at u. */
  annule(q: number, p: Ligne, u: number): void {
    const cible = this.lignes[q]!;
    const f = P - cible.get(u)!;
    for (const [v, w] of p) {
      const x = ((cible.get(v) ?? 0) + f * w) % P;
      if (x === 0) {
        cible.delete(v);
        this.colonnes[v]!.delete(q);
      } else {
        if (!cible.has(v)) (this.colonnes[v] ??= new Set()).add(q);
        cible.set(v, x);
      }
    }
  }
}

const normer = (ligne: Ligne, u: number) => {
  const f = inverse(ligne.get(u)!);
  if (f !== 1) for (const [v, w] of ligne) ligne.set(v, (w * f) % P);
};

/**
 * @param exacte unknowns already determined (left out: they are judged on their own)
 * @param base units behind each unknown
 * @param effort most elementary steps per component; components cut short are counted in `ecourtees`
 */
export function groupesComplets(
  reduit: Reduit,
  exacte: Uint8Array,
  base: Float64Array,
  seuil: number,
  effort: number,
): { groupes: { us: number[]; base: number }[]; ecourtees: number } {
  const { lignes, n, redondante } = reduit;
  const t = new Tableau(n);
  for (let r = 0; r < lignes.nombre; r++) {
    if (redondante[r]) continue;
    const ligne: Ligne = new Map();
    for (let k = lignes.debut[r]!; k < lignes.debut[r + 1]!; k++) {
      const u = lignes.cellule[k]!;
      const w = ((lignes.coef[k]! % P) + P) % P;
      if (!exacte[u] && w !== 0) ligne.set(u, w);
    }
    if (ligne.size > 0) t.ajoute(ligne);
  }
  eliminerGrandes(t, n, (u) => !(base[u]! < seuil));
  const groupes: { us: number[]; base: number }[] = [];
  let ecourtees = 0;
  for (const composante of reduire(t, base)) {
    const r = chercher(composante, base, seuil, effort);
    groupes.push(...r.groupes);
    if (r.ecourtee) ecourtees++;
  }
  return { groupes, ecourtees };
}

/** Use up a row for each column that no group can hold, rarest column first. */
function eliminerGrandes(t: Tableau, n: number, grande: (u: number) => boolean): void {
  const seaux: number[][] = [];
  const ranger = (u: number) => {
    const c = t.colonnes[u]?.size ?? 0;
    if (c > 0) (seaux[c] ??= []).push(u);
    return c;
  };
  for (let u = 0; u < n; u++) if (grande(u)) ranger(u);
  for (let bas = 1; bas < seaux.length;) {
    const u = seaux[bas]?.pop();
    if (u === undefined) {
      bas++;
      continue;
    }
    const compte = t.colonnes[u]?.size ?? 0;
    if (compte === 0) continue;
    if (compte !== bas) {
      bas = Math.min(bas, ranger(u));
      continue;
    }
    let pivot = -1;
    for (const r of t.colonnes[u]!) if (pivot < 0 || t.lignes[r]!.size < t.lignes[pivot]!.size) pivot = r;
    const touchees = [...t.lignes[pivot]!.keys()].filter((v) => v !== u && grande(v));
    const ligne = t.retire(pivot);
    normer(ligne, u);
    for (const q of t.colonnes[u]!) t.annule(q, ligne, u);
    for (const v of touchees) bas = Math.min(bas, Math.max(1, ranger(v)));
  }
}

interface Reduite {
  readonly pivot: number;
  readonly ligne: Ligne;
}

/** Reduced rows per connected component; pivots have the largest bases possible. */
function reduire(t: Tableau, base: Float64Array): Reduite[][] {
  const restantes = t.lignes.flatMap((l, r) => (l && l.size > 0 ? [r] : []));
  const colonnes = [...new Set(restantes.flatMap((r) => [...t.lignes[r]!.keys()]))];
  colonnes.sort((a, b) => base[b]! - base[a]! || a - b);
  const pivotDe = new Map<number, number>();
  for (const u of colonnes) {
    let pivot = -1;
    for (const r of t.colonnes[u] ?? [])
      if (!pivotDe.has(r) && (pivot < 0 || t.lignes[r]!.size < t.lignes[pivot]!.size)) pivot = r;
    if (pivot < 0) continue;
    pivotDe.set(pivot, u);
    const ligne = t.lignes[pivot]!;
    normer(ligne, u);
    for (const q of t.colonnes[u]!) if (q !== pivot) t.annule(q, ligne, u);
  }
  const composantes: Reduite[][] = [];
  const vues = new Set<number>();
  for (const depart of pivotDe.keys()) {
    if (vues.has(depart)) continue;
    const composante: Reduite[] = [];
    const pile = [depart];
    vues.add(depart);
    while (pile.length > 0) {
      const r = pile.pop()!;
      const ligne = t.lignes[r]!;
      composante.push({ pivot: pivotDe.get(r)!, ligne });
      for (const u of ligne.keys())
        for (const q of t.colonnes[u]!)
          if (!vues.has(q)) {
            vues.add(q);
            pile.push(q);
          }
    }
    composantes.push(composante);
  }
  return composantes;
}

/** Sums of reduced rows that are 0 or 1 everywhere and stay under the threshold. */
function chercher(
  rangs: readonly Reduite[],
  base: Float64Array,
  seuil: number,
  effort: number,
): { groupes: { us: number[]; base: number }[]; ecourtee: boolean } {
  const parColonne = new Map<number, number[]>();
  rangs.forEach(({ ligne, pivot }, i) => {
    for (const u of ligne.keys())
      if (u !== pivot) {
        const l = parColonne.get(u);
        if (l) l.push(i);
        else parColonne.set(u, [i]);
      }
  });
  const groupes: { us: number[]; base: number }[] = [];
  const deja = new Set<string>();
  let essais = 0;
  const explorer = (choisis: number[], somme: Ligne, pivots: number): void => {
    essais += somme.size;
    if (essais > effort) return;
    let total = 0;
    let binaire = true;
    for (const [u, w] of somme) {
      if (w !== 1) binaire = false;
      total += base[u]!;
    }
    if (binaire && total > 0 && total < seuil) {
      groupes.push({ us: [...somme.keys()], base: total });
      return;
    }
    const premier = choisis[0]!;
    const voisins = new Set<number>();
    for (const u of somme.keys())
      for (const i of parColonne.get(u) ?? [])
        // The first row of a sum is its smallest number: each set of rows is tried from one start.
        if (i > premier && !choisis.includes(i)) voisins.add(i);
    essais += voisins.size;
    for (const i of voisins) {
      if (essais > effort) return;
      const { pivot, ligne } = rangs[i]!;
      if (pivots + base[pivot]! >= seuil) continue;
      const suite = [...choisis, i].sort((a, b) => a - b);
      const cle = suite.join();
      if (deja.has(cle)) continue;
      deja.add(cle);
      const s = new Map(somme);
      for (const [u, w] of ligne) {
        const x = ((s.get(u) ?? 0) + w) % P;
        if (x === 0) s.delete(u);
        else s.set(u, x);
      }
      explorer(suite, s, pivots + base[pivot]!);
    }
  };
  rangs.forEach(({ ligne, pivot }, i) => explorer([i], ligne, base[pivot]!));
  return { groupes, ecourtee: essais > effort };
}
