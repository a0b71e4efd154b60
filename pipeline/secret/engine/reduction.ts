/** Gauss-Jordan step of an elimination. */
import type { Elimination } from './elimination.ts';
import { mul, P } from './modulo.ts';

/**
 * Fully reduced rows of the pivots after `seuilPivot`: each holds its pivot (coefficient 1) and free columns only.
 * Index in the result = pivot - seuilPivot.
 */
export function lignesReduites(elim: Elimination): { cols: number[]; vals: number[] }[] {
  const t = elim.seuilPivot;
  const sortie: { cols: number[]; vals: number[] }[] = Array.from({ length: elim.pivotLigne.length - t });
  const position = new Int32Array(elim.pivotDe.length);
  for (let k = elim.pivotLigne.length - 1; k >= t; k--) {
    const r = elim.pivotLigne[k] as number;
    const c = (elim.cols[r] as number[]).slice();
    const v = (elim.vals[r] as number[]).slice();
    const n0 = c.length;
    for (let i = 0; i < n0; i++) position[c[i] as number] = i + 1;
    for (let i = 0; i < n0; i++) {
      const q = elim.pivotDe[c[i] as number] as number;
      if (q <= k || v[i] === 0) continue;
      const f = P - (v[i] as number);
      const autre = sortie[q - t] as { cols: number[]; vals: number[] };
      for (let j = 0; j < autre.cols.length; j++) {
        const u = autre.cols[j] as number;
        const x = mul(autre.vals[j] as number, f);
        const p = position[u] as number;
        if (p > 0) v[p - 1] = ((v[p - 1] as number) + x) % P;
        else {
          position[u] = c.push(u);
          v.push(x);
        }
      }
    }
    let l = 0;
    for (let i = 0; i < c.length; i++) {
      const u = c[i] as number;
      position[u] = 0;
      if (v[i] === 0) continue;
      c[l] = u;
      v[l++] = v[i] as number;
    }
    c.length = l;
    v.length = l;
    sortie[k - t] = { cols: c, vals: v };
  }
  return sortie;
}
