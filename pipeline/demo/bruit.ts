/** Smooth noise over a plane in metres: the raw material of coasts, crests and neighbourhoods. */
import { melange } from './hasard.ts';

const adoucit = (t: number) => t * t * t * (t * (6 * t - 15) + 10);

function gradient(h: number, dx: number, dy: number): number {
  const angle = (h & 15) * 0.39269908;
  return Math.cos(angle) * dx + Math.sin(angle) * dy;
}

/** Gradient noise in about [-0.7, 0.7], one cell per unit of length. */
export function bruit(graine: number, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const dx = x - x0;
  const dy = y - y0;
  const h = (i: number, j: number) =>
    melange(Math.imul(x0 + i, 0x27d4eb2f) ^ Math.imul(y0 + j, 0x165667b1) ^ graine);
  const u = adoucit(dx);
  const v = adoucit(dy);
  const a = gradient(h(0, 0), dx, dy);
  const b = gradient(h(1, 0), dx - 1, dy);
  const c = gradient(h(0, 1), dx, dy - 1);
  const d = gradient(h(1, 1), dx - 1, dy - 1);
  return a + u * (b - a) + v * (c - a + u * (a - b - c + d));
}

/** Fractal sum of `octaves` noises, first wavelength `longueur` metres; about [-1, 1]. */
export function fractal(graine: number, x: number, y: number, longueur: number, octaves: number): number {
  let somme = 0;
  let amplitude = 1;
  let f = 1 / longueur;
  for (let k = 0; k < octaves; k += 1) {
    somme += amplitude * bruit(graine + k * 7919, x * f, y * f);
    amplitude *= 0.5;
    f *= 2.03;
  }
  return somme;
}
