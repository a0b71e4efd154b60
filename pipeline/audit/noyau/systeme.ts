/**
 * What the audit's core works on: cells (published or not) and linear relations between them.
 * Nothing here knows about zones, files or the solver: a third party can feed the same shapes from its own table.
 */

/** Rows in compressed form: row r holds cells `cellule[debut[r] .. debut[r+1]]` with integer (or real) coefficients. */
export interface Lignes {
  readonly nombre: number;
  readonly debut: Int32Array;
  readonly cellule: Int32Array;
  readonly coef: Float64Array;
}

export interface Systeme {
  /** Number of cells. */
  readonly n: number;
  /** Published value per cell; NaN = hidden (or never meant for publication). */
  readonly valeur: Float64Array;
  /** True number of units behind the cell, the auditor's secret; NaN = unknown, then no group check on it. */
  readonly base: Float64Array;
  /** 1 = must not be recoverable. Only hidden cells are judged. */
  readonly protege: Uint8Array;
  /** Each row sums coef × value to 0. */
  readonly relations: Lignes;
  /**
   * 1 = the row is implied by the others: left out of the elimination (same row space), kept for bounds and residuals,
   * which see more through redundant rows.
   */
  readonly redondante?: Uint8Array;
}

/** Grow-only builder of `Lignes`; merges repeated cells of one row and drops coefficients that cancel. */
export class Constructeur {
  #debut: number[] = [0];
  #cellule: number[] = [];
  #coef: number[] = [];

  get nombre(): number {
    return this.#debut.length - 1;
  }

  /** Append one row given as parallel arrays. Empty rows are kept, so that row numbers stay those of the caller. */
  ajoute(cellules: ArrayLike<number>, coefs: ArrayLike<number>): void {
    const vu = new Map<number, number>();
    for (let k = 0; k < cellules.length; k++) {
      const c = cellules[k]!;
      vu.set(c, (vu.get(c) ?? 0) + coefs[k]!);
    }
    for (const [c, w] of vu)
      if (w !== 0) {
        this.#cellule.push(c);
        this.#coef.push(w);
      }
    this.#debut.push(this.#cellule.length);
  }

  fin(): Lignes {
    return {
      nombre: this.nombre,
      debut: Int32Array.from(this.#debut),
      cellule: Int32Array.from(this.#cellule),
      coef: Float64Array.from(this.#coef),
    };
  }
}

/** The system seen by a reader of the publication: unknown cells only, known ones moved to the right-hand side. */
export interface Reduit {
  /** Number of unknowns. */
  readonly n: number;
  /** Unknown → cell. */
  readonly cellule: Int32Array;
  /** Rows over unknowns (row numbers are those of the source that still hold an unknown). */
  readonly lignes: Lignes;
  readonly second: Float64Array;
  readonly redondante: Uint8Array;
  /** Row → row of the source. */
  readonly source: Int32Array;
  /** Row numbers of the source whose cells are all known and that do not add up. */
  readonly incoherentes: readonly number[];
}

/** Move known cells to the right-hand side. Rows without unknowns are checked to add up (tolerance for real values). */
export function reduire(s: Systeme): Reduit {
  const inconnue = new Int32Array(s.n).fill(-1);
  const cellules: number[] = [];
  for (let c = 0; c < s.n; c++)
    if (Number.isNaN(s.valeur[c]!)) {
      inconnue[c] = cellules.length;
      cellules.push(c);
    }
  const { nombre, debut, cellule, coef } = s.relations;
  const d: number[] = [0];
  const u: number[] = [];
  const w: number[] = [];
  const second: number[] = [];
  const redondante: number[] = [];
  const source: number[] = [];
  const incoherentes: number[] = [];
  for (let r = 0; r < nombre; r++) {
    let rhs = 0;
    let echelle = 1;
    const avant = u.length;
    for (let k = debut[r]!; k < debut[r + 1]!; k++) {
      const c = cellule[k]!;
      if (inconnue[c]! < 0) {
        const v = coef[k]! * s.valeur[c]!;
        rhs -= v;
        echelle += Math.abs(v);
      } else {
        u.push(inconnue[c]!);
        w.push(coef[k]!);
      }
    }
    if (u.length === avant) {
      if (Math.abs(rhs) > 1e-9 * echelle) incoherentes.push(r);
      continue;
    }
    d.push(u.length);
    second.push(rhs);
    redondante.push(s.redondante?.[r] ?? 0);
    source.push(r);
  }
  return {
    n: cellules.length,
    cellule: Int32Array.from(cellules),
    lignes: {
      nombre: second.length,
      debut: Int32Array.from(d),
      cellule: Int32Array.from(u),
      coef: Float64Array.from(w),
    },
    second: Float64Array.from(second),
    redondante: Uint8Array.from(redondante),
    source: Int32Array.from(source),
    incoherentes,
  };
}

/** Right-hand sides of the same rows for another measure published with the same pattern. */
export function seconds(reduit: Reduit, relations: Lignes, valeur: Float64Array): Float64Array {
  return Float64Array.from(reduit.source, (r) => {
    let rhs = 0;
    for (let k = relations.debut[r]!; k < relations.debut[r + 1]!; k++) {
      const v = valeur[relations.cellule[k]!]!;
      if (!Number.isNaN(v)) rhs -= relations.coef[k]! * v;
    }
    return rhs;
  });
}

/** Rows of each unknown: `ligne[debut[u] .. debut[u+1]]`, with the coefficient it has there. */
export function transposer(l: Lignes, n: number): Lignes {
  const debut = new Int32Array(n + 1);
  for (const u of l.cellule) debut[u + 1]!++;
  for (let u = 0; u < n; u++) debut[u + 1]! += debut[u]!;
  const place = debut.slice();
  const cellule = new Int32Array(l.cellule.length);
  const coef = new Float64Array(l.cellule.length);
  for (let r = 0; r < l.nombre; r++)
    for (let k = l.debut[r]!; k < l.debut[r + 1]!; k++) {
      const p = place[l.cellule[k]!]!++;
      cellule[p] = r;
      coef[p] = l.coef[k]!;
    }
  return { nombre: n, debut, cellule, coef };
}
