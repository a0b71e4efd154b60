/**
 * Planar projections of one frame of a map, and the exact ground length of what they draw.
 * The mainland uses a conic conformal with the parallels of Lambert-93; every other frame and every bundle uses an
 * azimuthal equal-area centred on itself, true at the scale of an EPCI or an island.
 */
import { geoAzimuthalEqualArea, geoConicConformal, type GeoProjection } from 'd3-geo';

export type Position = readonly [number, number];
/** [west, south, east, north], degrees WGS84. */
export type Bbox = readonly [number, number, number, number];
export interface Boite {
  readonly x: number;
  readonly y: number;
  readonly largeur: number;
  readonly hauteur: number;
}

export interface ProjectionCadre {
  readonly nom: string;
  /** Page position of a WGS84 position. */
  projette(p: Position): [number, number];
  /** WGS84 position of a page position. */
  inverse(p: Position): [number, number];
}

export type NomProjection = 'lambert' | 'locale';

const LAMBERT_93 = 'Lambert-93 (conique conforme, parallèles 44° et 49°)';
const LOCALE = 'azimutale équivalente centrée sur le territoire';

/**
 * Projection that fits `positions` into `boite`, centred, y downwards.
 * "lambert" falls back to the local one outside the latitudes where a conic of 44°–49° makes sense.
 */
export function ajuste(
  positions: Iterable<Position>,
  boite: Boite,
  nom: NomProjection = 'locale',
): ProjectionCadre {
  const points = [...positions];
  const [ouest, sud, est, nord] = bboxDe(points);
  const conique = nom === 'lambert' && sud > 38 && nord < 55 && est - ouest < 40;
  const brute: GeoProjection = conique
    ? geoConicConformal().parallels([44, 49]).rotate([-3, 0])
    : geoAzimuthalEqualArea().rotate([-(ouest + est) / 2, -(sud + nord) / 2]);
  brute.scale(1).translate([0, 0]);
  const plan = (p: Position) => brute([p[0], p[1]]) as [number, number];
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const p of points) {
    const [x, y] = plan(p);
    x0 = Math.min(x0, x);
    x1 = Math.max(x1, x);
    y0 = Math.min(y0, y);
    y1 = Math.max(y1, y);
  }
  // A single point, or none, still gets a frame: about 2 km wide.
  const minimum = 3e-4;
  if (!(x1 - x0 > minimum / 10)) [x0, x1] = [(x0 || 0) - minimum / 2, (x1 || 0) + minimum / 2];
  if (!(y1 - y0 > minimum / 10)) [y0, y1] = [(y0 || 0) - minimum / 2, (y1 || 0) + minimum / 2];
  const facteur = Math.min(boite.largeur / (x1 - x0), boite.hauteur / (y1 - y0));
  const dx = boite.x + boite.largeur / 2 - (facteur * (x0 + x1)) / 2;
  const dy = boite.y + boite.hauteur / 2 - (facteur * (y0 + y1)) / 2;
  return {
    nom: conique ? LAMBERT_93 : LOCALE,
    projette(p) {
      const [x, y] = plan(p);
      return [x * facteur + dx, y * facteur + dy];
    },
    inverse(p) {
      return brute.invert?.([(p[0] - dx) / facteur, (p[1] - dy) / facteur]) as [number, number];
    },
  };
}

/** Smallest box of positions; a box at 0,0 when there is none. */
export function bboxDe(points: Iterable<Position>): [number, number, number, number] {
  let [ouest, sud, est, nord] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    ouest = Math.min(ouest, x);
    est = Math.max(est, x);
    sud = Math.min(sud, y);
    nord = Math.max(nord, y);
  }
  return ouest <= est ? [ouest, sud, est, nord] : [0, 0, 0, 0];
}

/** Ground metres between two close WGS84 positions (local radii of the ellipsoid; exact under a few km). */
function metres(a: Position, b: Position): number {
  const e2 = 0.006_694_379_990_14;
  const rad = Math.PI / 180;
  const phi = ((a[1] + b[1]) / 2) * rad;
  const w = 1 - e2 * Math.sin(phi) ** 2;
  const nord = (6_378_137 * (1 - e2)) / w ** 1.5;
  const est = 6_378_137 / Math.sqrt(w);
  return Math.hypot((b[1] - a[1]) * rad * nord, (b[0] - a[0]) * rad * est * Math.cos(phi));
}

export interface BarreEchelle {
  /** Page length of the bar. */
  readonly longueur: number;
  readonly metres: number;
  /** "10 km", "500 m". */
  readonly libelle: string;
}

/**
 * Scale bar for the centre of a box: a round ground length (1, 2 or 5 times a power of ten) at most `maximum`
 * page units long. The length is measured along the bar on the ellipsoid, step by step, so it is exact there.
 */
export function barreEchelle(p: ProjectionCadre, boite: Boite, maximum: number): BarreEchelle {
  const y = boite.y + boite.hauteur / 2;
  const sol = (longueur: number) => {
    const pas = 64;
    const x0 = boite.x + boite.largeur / 2 - longueur / 2;
    let total = 0;
    let avant = p.inverse([x0, y]);
    for (let i = 1; i <= pas; i++) {
      const ici = p.inverse([x0 + (longueur * i) / pas, y]);
      total += metres(avant, ici);
      avant = ici;
    }
    return total;
  };
  const plafond = sol(maximum);
  const puissance = 10 ** Math.floor(Math.log10(plafond));
  const rond = ([5, 2, 1].find((m) => m * puissance <= plafond) ?? 1) * puissance;
  // The ground length is nearly linear in the page length: two corrections reach 1e-6.
  let longueur = (maximum * rond) / plafond;
  for (let i = 0; i < 2; i++) longueur *= rond / sol(longueur);
  const libelle = rond >= 1000 ? `${rond / 1000}\u00a0km` : `${rond}\u00a0m`;
  return { longueur, metres: rond, libelle };
}
