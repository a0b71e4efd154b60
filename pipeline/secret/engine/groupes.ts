/**
 * Derivable groups of 1 to seuil - 1 units, of any number of cells. A derivable sum of cells is a sum of fully reduced
 * rows, one per pivot cell of the group: the search adds rows until every coefficient is 0 or 1 and the units stay under
 * the threshold. It is complete unless the budget runs out.
 */
import type { Elimination } from './elimination.ts';
import { P } from './modulo.ts';
import { lignesReduites } from './reduction.ts';

export interface RechercheGroupes {
  readonly groupes: number[][];
  /** False when the budget ran out: pairs and triples must then be looked for by their null vectors. */
  readonly complete: boolean;
}

const signe = (v: number) => (v > P / 2 ? v - P : v < -P / 2 ? v + P : v);
/** Beyond this a residue stands for a fraction: it has no sign, and no bound may rest on it. */
const PETIT = 1000;

/** Coefficients looked at: for a component, for each of its rows, and at most for one root. */
const BUDGET = 1_000_000;
const BUDGET_LIGNE = 1000;
const PART = 400_000;

interface Ligne {
  readonly pivot: number;
  /** Units of the pivot: what the group gains for sure. */
  readonly poids: number;
  readonly cols: number[];
  readonly vals: number[];
  /** Units of the whole row, signed: the true value of what it derives. */
  readonly valeur: number;
}

/**
 * @param base units per local column; every column after `elim.seuilPivot` has a base under `seuil`
 * @param effort 1 = default; the number of coefficients looked at grows with it and with the number of rows
 */
export function groupesDerivables(
  elim: Elimination,
  base: Float64Array,
  seuil: number,
  effort: number,
): RechercheGroupes {
  let fractions = false;
  const lignes: Ligne[] = [];
  lignesReduites(elim).forEach(({ cols, vals }, k) => {
    // A single cell is the business of the exact test, and is known: no group needs it.
    if (cols.length < 2) return;
    const pivot = elim.pivotColonne[k + elim.seuilPivot] as number;
    let valeur = 0;
    for (let j = 0; j < cols.length; j++) {
      const v = signe(vals[j] as number);
      vals[j] = v;
      if (Math.abs(v) > PETIT) fractions = true;
      valeur += v * (base[cols[j] as number] as number);
    }
    lignes.push({ pivot, poids: base[pivot] as number, cols, vals, valeur });
  });
  // Rows of large value first: as roots they are soon given up, and later roots need not look at them.
  lignes.sort((a, b) => b.valeur - a.valeur || a.pivot - b.pivot);
  const N = lignes.length;
  // Per column, rows after the root by sign: the ones that can correct a coefficient.
  const pluss = new Map<number, number[]>();
  const moins = new Map<number, number[]>();
  // How far rows from i on can lower or raise the value, per number of units of their pivots.
  const baisse = new Meilleures(seuil, N);
  const hausse = new Meilleures(seuil, N);
  for (let i = N - 1; i >= 0; i--) {
    const { pivot, poids, cols, vals, valeur } = lignes[i] as Ligne;
    baisse.ajoute(i, poids, -valeur);
    hausse.ajoute(i, poids, valeur);
    for (let j = 0; j < cols.length; j++) {
      const u = cols[j] as number;
      if (u === pivot) continue;
      const v = vals[j] as number;
      if (v > 0 || v < -PETIT) range(pluss, u, i);
      if (v < 0 || v > PETIT) range(moins, u, i);
    }
  }
  const trouves: number[][] = [];
  const connus = new Set<string>();
  const coef = new Float64Array(base.length);
  const present = new Uint8Array(base.length);
  const gardee = new Uint8Array(base.length);
  /** Columns that may have a non-zero coefficient, in order of arrival. */
  const support: number[] = [];
  const libre = new Uint8Array(N).fill(1);
  let reste = 0;
  // Small values are last and tried first: they are the likely groups, should the budget run out.
  let total = effort * (BUDGET + BUDGET_LIGNE * lignes.length);
  let racine = 0;
  let complete = true;

  const bouge = (i: number, sens: 1 | -1) => {
    const { cols, vals } = lignes[i] as Ligne;
    for (let j = 0; j < cols.length; j++) {
      const u = cols[j] as number;
      coef[u] = signe((coef[u] as number) + sens * (vals[j] as number));
      if (present[u] === 0) {
        present[u] = 1;
        support.push(u);
      }
    }
  };
  const retire = (taille: number) => {
    while (support.length > taille) present[support.pop() as number] = 0;
  };
  const possible = (i: number, somme: number) =>
    i > racine && libre[i] === 1 && somme + (lignes[i] as Ligne).poids < seuil;
  const horsPortee = (valeur: number, somme: number): boolean => {
    if (fractions) return false;
    const k = seuil - 1 - somme;
    return valeur - baisse.borne(racine + 1, k) >= seuil || valeur + hausse.borne(racine + 1, k) < 1;
  };
  /** Rows that can bring the coefficient `x` of column `u` towards what it must be. */
  const correcteurs = (u: number, x: number): readonly number[] => {
    if (Math.abs(x) > PETIT) return [...new Set([...(pluss.get(u) ?? []), ...(moins.get(u) ?? [])])];
    return (x < 0 || (x === 0 && gardee[u] === 1) ? pluss : moins).get(u) ?? [];
  };

  /** @param somme units of the pivots taken and of the free columns kept; @param valeur units derived so far */
  const explore = (somme: number, valeur: number): void => {
    if (horsPortee(valeur, somme)) return;
    reste -= 4;
    if (reste < 0) return;
    let grande = -1;
    let colonne = -1;
    let options = Infinity;
    let unites = 0;
    for (const u of support) {
      reste--;
      const x = coef[u] as number;
      const k = gardee[u] as number;
      const b = base[u] as number;
      unites += x * b;
      if (x === k) continue;
      const pivot = (elim.pivotDe[u] as number) >= 0;
      if (x === 1 && (pivot || somme + b < seuil)) {
        if (!pivot && (grande < 0 || b > (base[grande] as number) || (b === base[grande] && u < grande)))
          grande = u;
        continue;
      }
      if (x === 0 && k === 0) continue;
      // A wrong coefficient, or a cell too large to stay: settle first the one with the fewest ways out.
      let n = 0;
      for (const i of correcteurs(u, x)) if (possible(i, somme)) n++;
      if (n === 0) return;
      if (n < options || (n === options && u < colonne)) {
        options = n;
        colonne = u;
        if (n === 1) break;
      }
    }
    if (colonne < 0 && unites < seuil && unites > 0) {
      const g = support.filter((u) => coef[u] !== 0).sort((a, b) => a - b);
      const cle = g.join(',');
      if (g.length > 1 && !connus.has(cle)) {
        connus.add(cle);
        trouves.push(g);
      }
      return;
    }
    if (colonne < 0) {
      if (grande < 0) return;
      gardee[grande] = 1;
      explore(somme + (base[grande] as number), valeur);
      gardee[grande] = 0;
      colonne = grande;
    }
    const choix = correcteurs(colonne, coef[colonne] as number).filter((i) => possible(i, somme));
    const taille = support.length;
    for (const i of choix) {
      const { poids, valeur: v } = lignes[i] as Ligne;
      libre[i] = 0;
      // Once tried, a row stays out of what follows: the groups that hold it are known.
      if (reste < 0 || horsPortee(valeur + v, somme + poids)) continue;
      bouge(i, 1);
      explore(somme + poids, valeur + v);
      bouge(i, -1);
      retire(taille);
    }
    for (const i of choix) libre[i] = 1;
  };

  for (racine = N - 1; racine >= 0; racine--) {
    const { poids, valeur } = lignes[racine] as Ligne;
    if (poids >= seuil || horsPortee(valeur, poids)) continue;
    const part = Math.min(total, PART * effort);
    reste = part;
    bouge(racine, 1);
    explore(poids, valeur);
    bouge(racine, -1);
    retire(0);
    total -= part - Math.max(reste, 0);
    if (reste < 0) complete = false;
  }
  return { groupes: trouves, complete };
}

/** Above this threshold the exact bound costs more than it saves. */
const SEUIL_EXACT = 32;

/**
 * Largest total of values that rows i.. can give for k units of their pivots, each row used once: exact (knapsack) for a
 * small threshold, otherwise by the best ratio.
 */
class Meilleures {
  private readonly seuil: number;
  private readonly bornes: Float64Array;
  /** Per weight, the best values, best first: no more of them than the threshold can pay. */
  private readonly listes: number[][];
  /** Width of one entry of `bornes`: all k, or (ratio, total, free). */
  private readonly largeur: number;

  constructor(seuil: number, lignes: number) {
    this.seuil = seuil;
    const exact = seuil <= SEUIL_EXACT;
    this.largeur = exact ? seuil : 3;
    this.bornes = new Float64Array((lignes + 1) * this.largeur);
    this.listes = Array.from({ length: exact ? seuil : 0 }, () => []);
  }

  /** Rows come last first. */
  ajoute(i: number, poids: number, valeur: number): void {
    const { bornes, largeur, seuil, listes } = this;
    const d = i * largeur;
    bornes.copyWithin(d, d + largeur, d + 2 * largeur);
    if (valeur <= 0 || poids >= seuil) return;
    if (listes.length === 0) {
      if (poids === 0) bornes[d + 2] = (bornes[d + 2] as number) + valeur;
      else {
        bornes[d] = Math.max(bornes[d] as number, valeur / poids);
        bornes[d + 1] = (bornes[d + 1] as number) + valeur;
      }
      return;
    }
    if (poids === 0) {
      for (let k = 0; k < seuil; k++) bornes[d + k] = (bornes[d + k] as number) + valeur;
      listes[0] = [(listes[0]?.[0] ?? 0) + valeur];
      return;
    }
    const liste = listes[poids] as number[];
    const place = Math.floor((seuil - 1) / poids);
    if (liste.length >= place && (liste[place - 1] as number) >= valeur) return;
    liste.push(valeur);
    liste.sort((a, b) => b - a);
    liste.length = Math.min(liste.length, place);
    const t = bornes.subarray(d, d + seuil).fill(0);
    for (let w = 1; w < seuil; w++)
      for (const v of listes[w] as number[])
        for (let k = seuil - 1; k >= w; k--) t[k] = Math.max(t[k] as number, (t[k - w] as number) + v);
    const libre = listes[0]?.[0] ?? 0;
    for (let k = 0; k < seuil; k++) t[k] = (t[k] as number) + libre;
  }

  borne(i: number, k: number): number {
    const d = i * this.largeur;
    if (this.listes.length > 0) return this.bornes[d + k] as number;
    const [ratio, total, libre] = [this.bornes[d], this.bornes[d + 1], this.bornes[d + 2]] as [
      number,
      number,
      number,
    ];
    return Math.min(ratio * k, total) + libre;
  }
}

function range(m: Map<number, number[]>, u: number, i: number): void {
  const liste = m.get(u);
  if (liste === undefined) m.set(u, [i]);
  else liste.push(i);
}
