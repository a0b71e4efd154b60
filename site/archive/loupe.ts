/**
 * The part of the main frame whose communes are too small to be told apart at the first view: Paris and its ring. It is
 * found, not named: départements whose communes are on average under two fifths of the country's mean size.
 */
import type { Zone } from '../../data/contract/zone.ts';

type Bbox = readonly [number, number, number, number];
const PETITES = 0.4;
/** More départements than that are not a detail of the map, they are the map. */
const PLUS = 6;

/** Area of a box in square degrees of the equator; only compared with another. */
function aire([o, s, e, n]: Bbox): number {
  return (e - o) * (n - s) * Math.cos((((s + n) / 2) * Math.PI) / 180);
}

export interface Loupe {
  readonly region: string;
  readonly bbox: Bbox;
  /** Communes drawn: of that région, their middle in the box. */
  readonly codes: readonly string[];
}

/**
 * @param communes with their box, région and département
 * @param regions régions of the main frame
 * @returns null when no part of the country is so finely cut
 */
export function loupe(communes: readonly Zone[], regions: readonly string[]): Loupe | null {
  const siennes = communes.filter((c) => c.bbox && c.region !== undefined && regions.includes(c.region));
  const par = new Map<string, { region: string; n: number; aire: number; bbox: Bbox }>();
  for (const c of siennes) {
    const b = c.bbox as Bbox;
    const d = par.get(c.departement ?? '');
    par.set(c.departement ?? '', {
      region: c.region as string,
      n: (d?.n ?? 0) + 1,
      aire: (d?.aire ?? 0) + aire(b),
      bbox: d ? union(d.bbox, b) : b,
    });
  }
  const total = [...par.values()].reduce((s, d) => s + d.aire, 0) / Math.max(1, siennes.length);
  const fins = [...par.values()].filter((d) => d.n > 1 && d.aire / d.n < PETITES * total);
  // The région with most of them: a lone small département elsewhere stays on the map.
  const compte = (r: string) => fins.filter((d) => d.region === r).length;
  const region = fins.map((d) => d.region).sort((a, b) => compte(b) - compte(a) || (a < b ? -1 : 1))[0];
  if (region === undefined || compte(region) > PLUS) return null;
  const bbox = fins.filter((d) => d.region === region).map((d) => d.bbox).reduce(union); // prettier-ignore
  const dedans = (b: Bbox) => {
    const [x, y] = [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2];
    return x >= bbox[0] && x <= bbox[2] && y >= bbox[1] && y <= bbox[3];
  };
  return {
    region,
    bbox,
    codes: siennes.filter((c) => c.region === region && dedans(c.bbox as Bbox)).map((c) => c.code),
  };
}

function union(a: Bbox, b: Bbox): Bbox {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}
