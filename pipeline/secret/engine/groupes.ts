/**
 * Derivable groups of 1 to seuil - 1 units, of any number of cells. A derivable sum of cells is a sum of fully reduced
 * rows, one per pivot cell of the group: the search adds rows until every coefficient is 0 or 1 and the units stay under
 * the threshold. It is complete unless the budget of a component runs out.
 */
import type { Elimination } from './elimination.ts';
import { P } from './modulo.ts';

export interface RechercheGroupes {
  readonly groupes: number[][];
  /** False when the budget ran out: pairs and triples must then be looked for by their null vectors. */
  readonly complete: boolean;
}

const signe = (v: number) => (v > P / 2 ? v - P : v);

/**
 * @param base units per local column; every column after `elim.seuilPivot` has a base under `seuil`
 * @param budget number of states visited per root row before giving up on it
 */
export function groupesDerivables(
  elim: Elimination,
  base: Float64Array,
  seuil: number,
  budget: number,
): RechercheGroupes {
  const lignes = elim.reduites();
  const t = elim.seuilPivot;
  const pivot = lignes.map((_, i) => elim.pivotColonne[i + t] as number);
  const pluss = new Map<number, number[]>();
  const moins = new Map<number, number[]>();
  // Rows by the sign of each free column, to know which can correct a coefficient.
  lignes.forEach((l, i) => {
    if ((base[pivot[i] as number] as number) >= seuil) return;
    l.cols.forEach((u, j) => {
      if (u === pivot[i]) return;
      const v = signe(l.vals[j] as number);
      const range = (m: Map<number, number[]>) => {
        const liste = m.get(u);
        if (liste === undefined) m.set(u, [i]);
        else liste.push(i);
      };
      // A residue that is no small integer has no sign: it may correct either way.
      if (v > 0 || Math.abs(v) > 1000) range(pluss);
      if (v < 0 || Math.abs(v) > 1000) range(moins);
    });
  });
  // How much the remaining units can still cancel: best ratio of negative units per pivot unit, plus free rows.
  let ratio = 0;
  let gratuit = 0;
  lignes.forEach((l, i) => {
    const b = base[pivot[i] as number] as number;
    if (b >= seuil) return;
    let neg = 0;
    l.cols.forEach((u, j) => {
      const v = signe(l.vals[j] as number);
      if (v < 0) neg -= Math.max(v, -1000) * (base[u] as number);
    });
    if (b === 0) gratuit += neg;
    else ratio = Math.max(ratio, neg / b);
  });
  const trouves: number[][] = [];
  const connus = new Set<string>();
  const etat = new Map<number, number>();
  const etatLigne = new Uint8Array(lignes.length);
  const gardees = new Set<number>();
  let reste = budget;
  let noeuds = 0;
  let racine = 0;

  const bouge = (i: number, sens: 1 | -1) => {
    const l = lignes[i] as { cols: number[]; vals: number[] };
    for (let j = 0; j < l.cols.length; j++) {
      const u = l.cols[j] as number;
      const x = (etat.get(u) ?? 0) + sens * signe(l.vals[j] as number);
      const y = ((x % P) + P) % P;
      if (y === 0) etat.delete(u);
      else etat.set(u, signe(y));
    }
  };

  const possible = (i: number, somme: number) =>
    i > racine && etatLigne[i] === 0 && somme + (base[pivot[i] as number] as number) < seuil;

  /** Rows that can bring the coefficient `x` of column `u` towards what it must be. */
  const correcteurs = (u: number, x: number): readonly number[] => {
    const montent = x < 0 || (x === 0 && gardees.has(u));
    const liste = (montent ? pluss : moins).get(u) ?? [];
    return Math.abs(x) > 1000 ? [...new Set([...(pluss.get(u) ?? []), ...(moins.get(u) ?? [])])] : liste;
  };

  /** @param somme units of the pivots taken and of the free columns kept */
  const explore = (somme: number): void => {
    if (--reste < 0) return;
    let total = 0;
    let grande = -1;
    let fautes = 0;
    for (const [u, x] of etat) {
      if (x > 0) total += x * (base[u] as number);
      if (x !== 1) fautes++;
      else if ((elim.pivotDe[u] as number) < 0 && !gardees.has(u)) {
        const d = grande < 0 ? 1 : (base[u] as number) - (base[grande] as number);
        if (d > 0 || (d === 0 && u < grande)) grande = u;
      }
    }
    for (const u of gardees) if (!etat.has(u)) fautes++;
    if (fautes === 0 && total < seuil) {
      if (total > 0 && etat.size > 1) {
        const g = [...etat.keys()].sort((a, b) => a - b);
        const cle = g.join(',');
        if (!connus.has(cle)) {
          connus.add(cle);
          trouves.push(g);
        }
      }
      return;
    }
    if (total - seuil >= (seuil - 1 - somme) * ratio + gratuit) return;
    // Settle first the column with the fewest ways out: a wrong coefficient, or a cell too large to stay.
    let moinsDe = Infinity;
    let choix: number[] = [];
    let colonne = -1;
    const regarde = (u: number, x: number): boolean => {
      let k = 0;
      for (const i of correcteurs(u, x)) if (possible(i, somme)) k++;
      if (k < moinsDe || (k === moinsDe && u < colonne)) {
        moinsDe = k;
        colonne = u;
        choix = correcteurs(u, x).filter((i) => possible(i, somme));
      }
      return k > 0;
    };
    for (const [u, x] of etat) {
      const faux = x !== 1;
      const trop =
        !faux && (elim.pivotDe[u] as number) < 0 && !gardees.has(u) && somme + (base[u] as number) >= seuil;
      if ((faux || trop) && !regarde(u, x)) return;
    }
    for (const u of gardees) if (!etat.has(u) && !regarde(u, 0)) return;
    if (colonne < 0) {
      if (grande < 0) return;
      gardees.add(grande);
      explore(somme + (base[grande] as number));
      gardees.delete(grande);
      choix = correcteurs(grande, 1).filter((i) => possible(i, somme));
    }
    for (const i of choix) {
      etatLigne[i] = 1;
      bouge(i, 1);
      explore(somme + (base[pivot[i] as number] as number));
      bouge(i, -1);
      // Groups with this row are now all known: leave it out of what follows.
      etatLigne[i] = 2;
      if (reste < 0) break;
    }
    for (const i of choix) etatLigne[i] = 0;
  };

  let complete = true;
  for (racine = 0; racine < lignes.length; racine++) {
    reste = budget;
    const b = base[pivot[racine] as number] as number;
    if (b >= seuil || (lignes[racine] as { cols: number[] }).cols.length < 2) continue;
    etat.clear();
    bouge(racine, 1);
    explore(b);
    noeuds += budget - reste;
    if (reste < 0) complete = false;
  }
  return { groupes: trouves, complete };
}
