/** Proportional circles: one rule of size for the map, its insets, the static map and the legend. */

/** Radius of the largest circle at the first view, page units. */
export const RAYON_CERCLE = 30;
/** Together, circles at the first view cover no more than so many times the largest one: a quarter of a page. */
const ENSEMBLE = 50;

/** Count whose circle would have the largest radius: the largest one, or more where thousands of circles would cover all. */
export function etalon(effectifs: Iterable<number | null>): number {
  let max = 1;
  let somme = 0;
  for (const n of effectifs) {
    if (n === null) continue;
    somme += n;
    if (n > max) max = n;
  }
  return Math.max(max, somme / ENSEMBLE);
}

/** Radius of a count; its area is proportional to it. @param ref as given by `etalon` */
export const rayonCercle = (n: number, ref: number): number => RAYON_CERCLE * Math.sqrt(Math.max(0, n) / ref);
