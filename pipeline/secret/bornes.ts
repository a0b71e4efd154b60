/**
 * What non-negativity alone tells: interval propagation over the relations of a block, with the reasons of each bound, so
 * that a bound that says too much can be undone where it comes from.
 */

/** Sums: row r says cell `cellule[debut[r]]` = Σ of the cells that follow it in the row. */
export interface Sommes {
  cellules: number;
  debut: Int32Array;
  cellule: Int32Array;
  /** Rows of each cell. */
  debutLignes: Int32Array;
  lignesDe: Int32Array;
}

export interface Intervalles {
  bas: Float64Array;
  haut: Float64Array;
  /** Row that gave each bound, -1 = none. */
  parBas: Int32Array;
  parHaut: Int32Array;
}

/**
 * Longest relation that propagation visits. A sum pins a part only when all its other parts are known or 0: past this many
 * it hardly ever happens, and long sums are what propagation spends its time on. The audit has no such limit.
 */
const LONGUEUR = 80;

/** Sweeps at most: what is proved by then stands. */
const PASSES = 30;

/**
 * Interval of every cell: known cells are points, the others start at [0, ∞[ and shrink through every relation. A sweep
 * visits only the rows of cells that have shrunk, in row order: a long row waits for all its cells.
 */
export function intervalles(r: Sommes, valeur: Int32Array, connue: Uint8Array): Intervalles {
  const { debut, cellule, lignesDe, debutLignes } = r;
  const bas = new Float64Array(r.cellules);
  const haut = new Float64Array(r.cellules).fill(Infinity);
  const parBas = new Int32Array(r.cellules).fill(-1);
  const parHaut = new Int32Array(r.cellules).fill(-1);
  for (let c = 0; c < r.cellules; c++) if (connue[c]) bas[c] = haut[c] = valeur[c] as number;
  const lignes = debut.length - 1;
  const aVoir = new Uint8Array(lignes);
  let restent = 0;
  const enfile = (l: number) => {
    if (aVoir[l] || (debut[l + 1] as number) - (debut[l] as number) > LONGUEUR) return;
    aVoir[l] = 1;
    restent++;
  };
  const touche = (c: number) => {
    for (let i = debutLignes[c] as number; i < (debutLignes[c + 1] as number); i++)
      enfile(lignesDe[i] as number);
  };
  for (let l = 0; l < lignes; l++) {
    for (let i = debut[l] as number; i < (debut[l + 1] as number); i++) {
      if (connue[cellule[i] as number]) {
        enfile(l);
        break;
      }
    }
  }
  for (let k = 0, l = 0; restent > 0 && k < PASSES * lignes; k++, l = l + 1 === lignes ? 0 : l + 1) {
    if (aVoir[l] === 0) continue;
    aVoir[l] = 0;
    restent--;
    const [i0, i1] = [debut[l] as number, debut[l + 1] as number];
    // total - Σ parts = 0: the total bounds each part, the parts bound the total.
    const t = cellule[i0] as number;
    let sb = 0;
    let sh = 0;
    let infinis = 0;
    let ouvertes = 0;
    for (let i = i0 + 1; i < i1; i++) {
      const c = cellule[i] as number;
      sb += bas[c] as number;
      if (haut[c] === Infinity) infinis++;
      else sh += haut[c] as number;
      if (haut[c] !== bas[c]) ouvertes++;
    }
    if (sb > (bas[t] as number)) {
      bas[t] = sb;
      parBas[t] = l;
      touche(t);
    }
    if (infinis === 0 && sh < (haut[t] as number)) {
      haut[t] = sh;
      parHaut[t] = l;
      touche(t);
    }
    const [bt, ht] = [bas[t] as number, haut[t] as number];
    if (ouvertes === 0 || (ht === Infinity && infinis > 1)) continue;
    for (let i = i0 + 1; i < i1; i++) {
      const c = cellule[i] as number;
      const [b, h] = [bas[c] as number, haut[c] as number];
      if (b === h) continue;
      const h2 = ht - (sb - b);
      const b2 = infinis - (h === Infinity ? 1 : 0) > 0 ? 0 : bt - (sh - (h === Infinity ? 0 : h));
      if (h2 >= h && b2 <= b) continue;
      if (h2 < h) {
        haut[c] = h2;
        parHaut[c] = l;
      }
      if (b2 > b) {
        bas[c] = b2;
        parBas[c] = l;
      }
      touche(c);
    }
  }
  return { bas, haut, parBas, parHaut };
}

/** Known cells met when walking back from bounds: while all of them are known, the bounds hold. */
export class Derivation {
  readonly connues = new Set<number>();
  readonly #r: Sommes;
  readonly #connue: Uint8Array;

  constructor(r: Sommes, connue: Uint8Array) {
    this.#r = r;
    this.#connue = connue;
  }

  /** Walk back from one bound of a cell. @param haut true for the upper bound */
  remonte(iv: Intervalles, depart: number, haut: boolean): void {
    const { debut, cellule } = this.#r;
    const pile: [number, boolean][] = [[depart, haut]];
    const vues = new Set<number>();
    for (let x = pile.pop(); x !== undefined; x = pile.pop()) {
      const [c, h] = x;
      if (vues.has(2 * c + (h ? 1 : 0))) continue;
      vues.add(2 * c + (h ? 1 : 0));
      if (this.#connue[c]) {
        this.connues.add(c);
        continue;
      }
      const l = (h ? iv.parHaut[c] : iv.parBas[c]) as number;
      if (l < 0) continue;
      const [i0, i1] = [debut[l] as number, debut[l + 1] as number];
      const t = cellule[i0] as number;
      // A part is bounded by the total on the same side and by the other parts on the other; a total by its parts.
      if (t !== c) pile.push([t, h]);
      for (let i = i0 + 1; i < i1; i++) {
        const p = cellule[i] as number;
        if (p !== c) pile.push([p, t === c ? h : !h]);
      }
    }
  }
}
