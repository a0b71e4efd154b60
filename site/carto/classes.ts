/**
 * Class bounds, always computed on published values only (domain.md §7). Class i is [b(i-1), b(i)[, as in
 * data/contract/release.ts; the last class holds the maximum.
 */
import { ckmeans, quantileSorted } from 'simple-statistics';
import type { Classes } from '../../data/contract/release.ts';

export type Methode = Classes['methode'];

export const LIBELLES_METHODE: Readonly<Record<Methode, string>> = {
  quantiles: 'quantiles',
  jenks: 'seuils naturels (Jenks)',
  egales: 'amplitudes égales',
  'ecart-type': 'écarts-types autour de la moyenne des zones',
  politique: 'seuils fixes de politique publique',
  manuelle: 'seuils choisis',
  symetrique: 'symétrique autour de zéro',
};

export interface OptionsClasses {
  /** Number of classes wanted, 1 to 7; fewer come out when the values do not allow it. Default 5. */
  readonly k?: number;
  /** Decimals kept in the bounds, so that what is printed is what classes. Default 1. */
  readonly decimales?: number;
  /** Bounds for "politique" and "manuelle", any order. */
  readonly bornes?: readonly number[];
  /** What "ecart-type" is measured from: a published reference. The mean of the values when absent. */
  readonly centre?: number;
}

/**
 * Classes of published values.
 * Degenerate input is answered, not refused: no value gives no bound and min = max = 0; equal values give one
 * class; fewer distinct values than classes give one class per distinct value. Around a centre every class is kept,
 * empty or not, so that the middle of the ramp stays on the centre.
 */
export function classer(
  valeurs: readonly number[],
  methode: Methode = 'quantiles',
  options: OptionsClasses = {},
): Classes {
  const tri = valeurs.filter((v) => Number.isFinite(v)).sort((a, b) => a - b);
  const min = tri[0];
  const max = tri.at(-1);
  const k = Math.max(1, Math.min(7, Math.trunc(options.k ?? 5)));
  const decimales = options.decimales ?? 1;
  const fixes = methode === 'politique' || methode === 'manuelle' || methode === 'symetrique';
  if (min === undefined || max === undefined)
    return { methode, bornes: fixes ? normalise(options.bornes ?? []) : [], min: 0, max: 0 };
  // Fixed bounds are kept even when a class is empty: two maps of a series must have the same legend.
  if (fixes) return { methode, bornes: normalise(options.bornes ?? []), min, max };
  const distinctes = [...new Set(tri)];
  const brutes =
    distinctes.length <= k && methode !== 'ecart-type'
      ? distinctes.slice(1)
      : calcule(tri, methode, k, min, max, options.centre);
  if (methode === 'ecart-type' && options.centre !== undefined)
    return { methode, bornes: normalise(brutes.map((b) => arrondi(b, decimales))), min, max };
  // Rounding may push a bound out of the range or onto another: such a bound separates nothing.
  const bornes = normalise(brutes.map((b) => arrondi(b, decimales))).filter((b) => b > min && b <= max);
  return { methode, bornes: separantes(tri, bornes), min, max };
}

function calcule(
  tri: number[],
  methode: Methode,
  k: number,
  min: number,
  max: number,
  centre?: number,
): number[] {
  const rangs = Array.from({ length: k - 1 }, (_, i) => i + 1);
  switch (methode) {
    case 'quantiles':
      return quantiles(tri, k);
    case 'jenks':
      return ckmeans(tri, Math.min(k, tri.length))
        .slice(1)
        .map((groupe) => groupe[0] as number);
    case 'egales':
      return rangs.map((i) => min + ((max - min) * i) / k);
    default: {
      const moyenne = centre ?? tri.reduce((s, v) => s + v, 0) / tri.length;
      const ecart = Math.sqrt(tri.reduce((s, v) => s + (v - moyenne) ** 2, 0) / tri.length);
      // Steps of one standard deviation, symmetric about the mean: ±0,5 σ, ±1,5 σ for odd k, 0, ±1 σ for even k.
      return rangs.map((i) => moyenne + (i - k / 2) * ecart);
    }
  }
}

/**
 * Quantiles. Where the lowest value is so common that it fills the first class (no dwelling of the kind in most communes),
 * it is a class by itself and the others are cut in the rest: else the whole map would have two colours.
 */
function quantiles(tri: number[], k: number): number[] {
  const rangs = Array.from({ length: k - 1 }, (_, i) => i + 1);
  if (k < 2 || quantileSorted(tri, 1 / k) > (tri[0] as number)) return rangs.map((i) => quantileSorted(tri, i / k)); // prettier-ignore
  const reste = tri.filter((v) => v > (tri[0] as number));
  return reste[0] === undefined ? [] : [reste[0], ...quantiles(reste, k - 1)];
}

const arrondi = (b: number, d: number) => Math.round(b * 10 ** d) / 10 ** d;

function normalise(bornes: readonly number[]): number[] {
  return [...new Set(bornes)].sort((a, b) => a - b);
}

/** Drop bounds whose class would hold no value (ties in quantiles). */
function separantes(tri: readonly number[], bornes: readonly number[]): number[] {
  let precedente = Number.NEGATIVE_INFINITY;
  return bornes.filter((b) => {
    const utile = tri.some((v) => v >= precedente && v < b);
    if (utile) precedente = b;
    return utile;
  });
}

/** Class of a value, 0 to bornes.length. */
export function indexClasse(classes: Pick<Classes, 'bornes'>, v: number): number {
  let i = 0;
  while (i < classes.bornes.length && v >= (classes.bornes[i] as number)) i++;
  return i;
}

/** Number of classes. */
export function nombreClasses(classes: Pick<Classes, 'bornes'>): number {
  return classes.bornes.length + 1;
}
