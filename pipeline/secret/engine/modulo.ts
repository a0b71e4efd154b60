/**
 * Arithmetic modulo one prime below 2^26: products of two residues stay exact in doubles.
 * The relations have small integer coefficients, so that a rank modulo P is the true rank but for accidents of
 * probability about 1/P; every leak found is proved by its own combination of rows.
 */
export const P = 67108859;
const INVERSE_P = 1 / P;

/** a x b mod P, for residues a and b. */
export function mul(a: number, b: number): number {
  if (a === 1) return b;
  if (b === 1) return a;
  const x = a * b;
  const r = x - Math.floor(x * INVERSE_P) * P;
  return r < 0 ? r + P : r >= P ? r - P : r;
}

/** Residue of any integer. */
export function residu(a: number): number {
  const r = a % P;
  return r < 0 ? r + P : r;
}

/** Inverse of a non-zero residue (extended Euclid). */
export function inverse(a: number): number {
  if (a === 1) return 1;
  if (a === P - 1) return a;
  let [t, nt, r, nr] = [0, 1, P, a];
  while (nr !== 0) {
    const q = Math.floor(r / nr);
    [t, nt] = [nt, t - q * nt];
    [r, nr] = [nr, r - q * nr];
  }
  return t < 0 ? t + P : t;
}

/** Well mixed 32-bit hash of two integers: the only source of "chance" here, so that every run is the same. */
export function melange(a: number, b: number): number {
  let t = (Math.imul(a | 0, 0x9e3779b1) ^ Math.imul((b | 0) + 0x6d2b79f5, 0x85ebca6b)) | 0;
  t = Math.imul(t ^ (t >>> 15), 0x2c1b3c6d);
  t = Math.imul(t ^ (t >>> 12), 0x297a2d39);
  return (t ^ (t >>> 15)) >>> 0;
}
