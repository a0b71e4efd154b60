/**
 * Sparse Gaussian elimination modulo P of the relations restricted to the hidden cells of one component.
 * It gives random null vectors (a cell is recoverable iff they vanish on it, a sum is derivable iff they sum to 0 on it)
 * and, for a derivable sum, the combination of relations that derives it.
 */
import { inverse, melange, mul, P, residu } from './modulo.ts';
import { Tas } from './tas.ts';

/** Rows of one component, columns numbered 0 .. colonnes - 1; coefficients are small signed integers. */
export interface Lignes {
  readonly colonnes: number;
  readonly debut: Int32Array;
  readonly colonne: Int32Array;
  readonly coef: Int32Array;
}

export class Elimination {
  /** Pivot k: its row, its column; -1 for a free column. */
  readonly pivotLigne: number[] = [];
  readonly pivotColonne: number[] = [];
  readonly pivotDe: Int32Array;
  /** Rows as they are when chosen as pivots, scaled so that the pivot is 1. */
  readonly cols: number[][];
  readonly vals: number[][];
  private readonly echelle: Float64Array;
  private readonly opPivot: number[][];
  private readonly opFacteur: number[][];
  private readonly n: number;
  /** Pivots before this one are on columns of `avant`; the rows after hold none of these columns. */
  seuilPivot = 0;

  /** @param avant per column: 1 = take it as a pivot before the others, so that the last rows are free of it */
  constructor(lignes: Lignes, avant?: Uint8Array) {
    const { colonnes: n, debut, colonne, coef } = lignes;
    const m = debut.length - 1;
    this.n = n;
    this.pivotDe = new Int32Array(n).fill(-1);
    this.echelle = new Float64Array(m).fill(1);
    this.cols = Array.from({ length: m });
    this.vals = Array.from({ length: m });
    this.opPivot = Array.from({ length: m });
    this.opFacteur = Array.from({ length: m });
    const { cols, vals } = this;
    const nombre = new Int32Array(n);
    const ou: number[][] = Array.from({ length: n }, () => []);
    for (let r = 0; r < m; r++) {
      const c: number[] = [];
      const v: number[] = [];
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = colonne[i] as number;
        c.push(u);
        v.push(residu(coef[i] as number));
        nombre[u] = (nombre[u] as number) + 1;
        (ou[u] as number[]).push(r);
      }
      cols[r] = c;
      vals[r] = v;
    }
    const faite = new Uint8Array(m);
    if (avant !== undefined) this.reduit(m, nombre, ou, faite, avant);
    this.seuilPivot = this.pivotLigne.length;
    this.reduit(m, nombre, ou, faite, undefined);
  }

  /**
   * Forward elimination: column singletons first (they cost nothing), then the shortest row.
   * @param seules when given, only these columns are pivots, rarest first
   */
  private reduit(
    m: number,
    nombre: Int32Array,
    ou: number[][],
    faite: Uint8Array,
    seules: Uint8Array | undefined,
  ): void {
    const { cols, vals, pivotDe, n } = this;
    const permise = (u: number) => seules === undefined || seules[u] === 1;
    const seuls: number[] = [];
    for (let u = n - 1; u >= 0; u--) if (nombre[u] === 1 && permise(u)) seuls.push(u);
    const rares: number[][] = [];
    if (seules !== undefined)
      for (let u = n - 1; u >= 0; u--)
        if (seules[u] === 1 && (nombre[u] as number) > 1) (rares[nombre[u] as number] ??= []).push(u);
    let rare = 2;
    const seaux: number[][] = [];
    let bas = 1;
    const range = (r: number) => {
      const t = (cols[r] as number[]).length;
      (seaux[t] ??= []).push(r);
      if (t < bas) bas = t;
    };
    if (seules === undefined) for (let r = m - 1; r >= 0; r--) if (faite[r] === 0) range(r);
    const position = new Int32Array(n);
    for (;;) {
      let r = -1;
      let pc = -1;
      while (seuls.length > 0) {
        const u = seuls.pop() as number;
        if (nombre[u] !== 1) continue;
        for (const q of ou[u] as number[])
          if (faite[q] === 0 && (cols[q] as number[]).includes(u)) {
            r = q;
            pc = u;
            break;
          }
        if (r >= 0) break;
      }
      if (r < 0 && seules !== undefined) {
        while (rare < rares.length && (rares[rare] === undefined || (rares[rare] as number[]).length === 0))
          rare++;
        if (rare >= rares.length) break;
        const u = (rares[rare] as number[]).pop() as number;
        const k = nombre[u] as number;
        if (k < 2 || (pivotDe[u] as number) >= 0) continue;
        if (k !== rare) {
          (rares[k] ??= []).push(u);
          if (k < rare) rare = k;
          continue;
        }
        pc = u;
        for (const q of ou[u] as number[]) {
          if (faite[q] === 1 || !(cols[q] as number[]).includes(u)) continue;
          if (r < 0 || (cols[q] as number[]).length < (cols[r] as number[]).length) r = q;
        }
      } else if (r < 0) {
        while (bas < seaux.length && (seaux[bas] === undefined || (seaux[bas] as number[]).length === 0))
          bas++;
        if (bas >= seaux.length) break;
        r = (seaux[bas] as number[]).pop() as number;
        const c = cols[r] as number[];
        if (faite[r] === 1 || c.length !== bas) continue;
        // The rarest column; among equals the one that fewest rows ever held, which keeps the reduced rows short.
        for (const u of c) {
          const d = pc < 0 ? -1 : (nombre[u] as number) - (nombre[pc] as number);
          const e = d === 0 ? (ou[u] as number[]).length - (ou[pc] as number[]).length : d;
          if (e < 0 || (e === 0 && u < pc)) pc = u;
        }
      }
      faite[r] = 1;
      const rc = cols[r] as number[];
      const rv = vals[r] as number[];
      const pivot = rv[rc.indexOf(pc)] as number;
      if (pivot !== 1) {
        const inv = inverse(pivot);
        this.echelle[r] = inv;
        for (let i = 0; i < rv.length; i++) rv[i] = mul(rv[i] as number, inv);
      }
      const k = this.pivotLigne.push(r) - 1;
      this.pivotColonne.push(pc);
      pivotDe[pc] = k;
      const autres = nombre[pc] === 1 ? [] : (ou[pc] as number[]);
      for (const u of rc) {
        const reste = (nombre[u] as number) - 1;
        nombre[u] = reste;
        if (reste === 1 && u !== pc && permise(u)) seuls.push(u);
      }
      for (const q of autres) {
        if (faite[q] === 1) continue;
        const tc = cols[q] as number[];
        const ip = tc.indexOf(pc);
        if (ip < 0) continue;
        const tv = vals[q] as number[];
        const f = tv[ip] as number;
        (this.opPivot[q] ??= []).push(k);
        (this.opFacteur[q] ??= []).push(f);
        for (let i = 0; i < tc.length; i++) position[tc[i] as number] = i + 1;
        const moinsF = P - f;
        for (let i = 0; i < rc.length; i++) {
          const u = rc[i] as number;
          const x = mul(rv[i] as number, moinsF);
          const j = position[u] as number;
          if (j > 0) {
            const s = (tv[j - 1] as number) + x;
            tv[j - 1] = s >= P ? s - P : s;
          } else {
            tc.push(u);
            tv.push(x);
            nombre[u] = (nombre[u] as number) + 1;
            (ou[u] as number[]).push(q);
          }
        }
        let l = 0;
        for (let i = 0; i < tc.length; i++) {
          const u = tc[i] as number;
          position[u] = 0;
          if (tv[i] === 0) {
            const reste = (nombre[u] as number) - 1;
            nombre[u] = reste;
            if (reste === 1 && permise(u)) seuls.push(u);
            continue;
          }
          tc[l] = u;
          tv[l++] = tv[i] as number;
        }
        tc.length = l;
        tv.length = l;
        if (l === 0) faite[q] = 1;
        else if (seules === undefined) range(q);
      }
    }
  }

  /**
   * One random vector of the null space; free columns take the hash of their name.
   * @param nom stable number of each column, so that the vector does not depend on the numbering here
   */
  vecteurNul(nom: Int32Array, graine: number): Float64Array {
    const z = new Float64Array(this.n);
    for (let u = 0; u < this.n; u++)
      if ((this.pivotDe[u] as number) < 0) z[u] = 1 + (melange(nom[u] as number, graine) % (P - 1));
    for (let k = this.pivotLigne.length - 1; k >= 0; k--) {
      const r = this.pivotLigne[k] as number;
      const c = this.pivotColonne[k] as number;
      const rc = this.cols[r] as number[];
      const rv = this.vals[r] as number[];
      let a = 0;
      for (let i = 0; i < rc.length; i++) {
        const u = rc[i] as number;
        if (u === c) continue;
        a += mul(rv[i] as number, z[u] as number);
        if (a >= P) a -= P;
      }
      z[c] = a === 0 ? 0 : P - a;
    }
    return z;
  }

  /**
   * Combination of the given rows equal to the sum of the columns of `cible`, as row -> coefficient mod P.
   * @returns undefined when the sum is not derivable
   */
  derive(cible: readonly number[]): Map<number, number> | undefined {
    const t = new Map<number, number>();
    const tas = new Tas();
    for (const u of cible) {
      t.set(u, ((t.get(u) ?? 0) + 1) % P);
      const k = this.pivotDe[u] as number;
      if (k >= 0) tas.ajoute(k);
    }
    const y = new Map<number, number>();
    while (tas.taille > 0) {
      const k = tas.retire();
      const c = this.pivotColonne[k] as number;
      const v = t.get(c) ?? 0;
      if (v === 0) continue;
      y.set(k, v);
      const r = this.pivotLigne[k] as number;
      const rc = this.cols[r] as number[];
      const rv = this.vals[r] as number[];
      for (let i = 0; i < rc.length; i++) {
        const u = rc[i] as number;
        const avant = t.get(u);
        const x = ((avant ?? 0) + mul(rv[i] as number, P - v)) % P;
        t.set(u, x);
        const q = this.pivotDe[u] as number;
        // A pivot column can only be met again before its own pivot: later ones are already in the heap or not.
        if (q > k && (avant === undefined || avant === 0)) tas.ajoute(q);
      }
    }
    for (const x of t.values()) if (x !== 0) return undefined;
    const origine = new Map<number, number>();
    const file = new Tas();
    for (const k of y.keys()) file.ajoute(-k);
    while (file.taille > 0) {
      const k = -file.retire();
      const v = y.get(k) ?? 0;
      if (v === 0) continue;
      y.delete(k);
      const r = this.pivotLigne[k] as number;
      const w = mul(v, this.echelle[r] as number);
      origine.set(r, ((origine.get(r) ?? 0) + w) % P);
      const ops = this.opPivot[r];
      if (ops === undefined) continue;
      const facteurs = this.opFacteur[r] as number[];
      for (let i = 0; i < ops.length; i++) {
        const q = ops[i] as number;
        const avant = y.get(q) ?? 0;
        const x = (avant + mul(w, P - (facteurs[i] as number))) % P;
        y.set(q, x);
        if (avant === 0) file.ajoute(-q);
      }
    }
    return origine;
  }
}
