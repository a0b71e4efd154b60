/** Feasible intervals under non-negativity by propagation: sound (never too narrow), exact on integers. */
import type { Lignes } from './systeme.ts';

export interface Bornes {
  readonly bas: Float64Array;
  readonly haut: Float64Array;
  /** Row evaluations done. */
  readonly passages: number;
}

/**
 * Narrow [0, ∞[ of each unknown through every row (Σ coef × x = second) until nothing changes.
 * @param entiers values are counts: bounds are rounded inwards
 * @param haut0 upper bounds known beforehand (for instance x ≤ base), copied
 */
export function propager(
  lignes: Lignes,
  colonnes: Lignes,
  second: Float64Array,
  n: number,
  options: { entiers?: boolean; haut0?: Float64Array; tours?: number } = {},
): Bornes {
  const { debut, cellule, coef, nombre } = lignes;
  const bas = new Float64Array(n);
  const haut = options.haut0?.slice() ?? new Float64Array(n).fill(Infinity);
  const entiers = options.entiers ?? false;
  const eps = entiers ? 1e-9 : 0;
  let file = new Int32Array(nombre);
  let suivante = new Int32Array(nombre);
  const enFile = new Uint8Array(nombre);
  let taille = nombre;
  for (let r = 0; r < nombre; r++) file[r] = r;
  let passages = 0;
  // Real-valued systems can converge for ever in ever smaller steps: a number of rounds, then what is proved stands.
  for (let tour = 0; taille > 0 && tour < (options.tours ?? 60); tour++) {
    let prochaine = 0;
    enFile.fill(0);
    for (let f = 0; f < taille; f++) {
      const r = file[f]!;
      passages++;
      let mn = 0;
      let mx = 0;
      let mnInf = 0;
      let mxInf = 0;
      for (let k = debut[r]!; k < debut[r + 1]!; k++) {
        const w = coef[k]!;
        const u = cellule[k]!;
        const a = w > 0 ? w * bas[u]! : haut[u] === Infinity ? -Infinity : w * haut[u]!;
        const b = w > 0 ? (haut[u] === Infinity ? Infinity : w * haut[u]!) : w * bas[u]!;
        if (a === -Infinity) mnInf++;
        else mn += a;
        if (b === Infinity) mxInf++;
        else mx += b;
      }
      if (mnInf > 1 && mxInf > 1) continue;
      // The sums stay those of this visit: looser than the bounds found meanwhile, hence sound; the row is queued again.
      const rhs = second[r]!;
      for (let k = debut[r]!; k < debut[r + 1]!; k++) {
        const w = coef[k]!;
        const u = cellule[k]!;
        const a = w > 0 ? w * bas[u]! : haut[u] === Infinity ? -Infinity : w * haut[u]!;
        const b = w > 0 ? (haut[u] === Infinity ? Infinity : w * haut[u]!) : w * bas[u]!;
        // Range of w·x = rhs − (the other terms).
        const autresMin = a === -Infinity ? (mnInf === 1 ? mn : -Infinity) : mnInf > 0 ? -Infinity : mn - a;
        const autresMax = b === Infinity ? (mxInf === 1 ? mx : Infinity) : mxInf > 0 ? Infinity : mx - b;
        let x = (rhs - autresMax) / w;
        let y = (rhs - autresMin) / w;
        if (x > y) [x, y] = [y, x];
        if (entiers) {
          x = Math.ceil(x - eps);
          y = Math.floor(y + eps);
        }
        const seuil = entiers ? 0 : 1e-9 * (1 + Math.abs(rhs));
        let change = false;
        if (x > bas[u]! + seuil) {
          bas[u] = x;
          change = true;
        }
        if (y < haut[u]! - seuil) {
          haut[u] = y;
          change = true;
        }
        if (!change) continue;
        for (let q = colonnes.debut[u]!; q < colonnes.debut[u + 1]!; q++) {
          const s = colonnes.cellule[q]!;
          if (!enFile[s]) {
            enFile[s] = 1;
            suivante[prochaine++] = s;
          }
        }
      }
    }
    [file, suivante] = [suivante, file];
    taille = prochaine;
  }
  return { bas, haut, passages };
}
