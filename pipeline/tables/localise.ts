/**
 * Points to zones: reprojection by the CRS of each row, 200 m cell, and point-in-polygon for IRIS and QPV.
 * Even-odd test on raw rings: it also answers on the self-touching rings that rounding leaves (geodata.md §2.4).
 */
import Flatbush from 'flatbush';
import type { MultiPolygon, Polygon, Position } from 'geojson';
import { bboxDe } from './geometrie.ts';

export interface Zonage {
  code: string;
  geometrie: Polygon | MultiPolygon;
}

function dansAnneau(x: number, y: number, anneau: readonly Position[]): boolean {
  let dedans = false;
  for (let i = 0, j = anneau.length - 1; i < anneau.length; j = i++) {
    const [xi = 0, yi = 0] = anneau[i] as Position;
    const [xj = 0, yj = 0] = anneau[j] as Position;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) dedans = !dedans;
  }
  return dedans;
}

/** Even-odd point-in-polygon over all rings of a polygon or multipolygon, holes included. */
export function contient(g: Polygon | MultiPolygon, x: number, y: number): boolean {
  const polygones = g.type === 'Polygon' ? [g.coordinates] : g.coordinates;
  return polygones.some((anneaux) => anneaux.reduce((dedans, a) => dedans !== dansAnneau(x, y, a), false));
}

/** Index of a zoning: point → codes of the zones that hold it, in code order. */
export function indexe(zones: readonly Zonage[]): (lon: number, lat: number) => string[] {
  if (zones.length === 0) return () => [];
  const arbre = new Flatbush(zones.length);
  for (const z of zones) arbre.add(...bboxDe(z.geometrie));
  arbre.finish();
  return (lon, lat) =>
    arbre
      .search(lon, lat, lon, lat)
      .map((i) => zones[i] as Zonage)
      .filter((z) => contient(z.geometrie, lon, lat))
      .map((z) => z.code)
      .sort();
}
