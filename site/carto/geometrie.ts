/** Geometry of a map, read from TopoJSON and written as compact SVG paths on a grid of a tenth of a page unit. */
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Geometry } from 'geojson';
import type { Position } from './projection.ts';

/** One feature of `geo/<echelle>.json` or of a bundle's `geo.json`. */
export interface Forme {
  readonly code: string;
  readonly nom: string;
  readonly geometrie: Geometry;
}

/** Features of one layer; an absent layer is an empty list. Ids are codes (release.ts). */
export function formes(topologie: Topology, couche: string): Forme[] {
  const objet = topologie.objects[couche];
  if (!objet) return [];
  const f = feature(topologie, objet as GeometryCollection<{ nom?: string }>);
  return (f.features ?? [f])
    .filter((x) => x.geometry !== null)
    .map((x) => ({
      code: String(x.id),
      nom: String(x.properties?.nom ?? x.id),
      geometrie: x.geometry as Geometry,
    }));
}

/** Borders of a layer, each once, as lines. @param garde keeps the border of these two zones; the same one twice at the edge */
export function frontieres(
  topologie: Topology,
  couche: string,
  garde: (a: string, b: string) => boolean = () => true,
): Geometry | undefined {
  const objet = topologie.objects[couche];
  return objet
    ? mesh(topologie, objet as GeometryCollection, (a, b) => garde(String(a.id), String(b.id)))
    : undefined;
}

/** Outer outline of some zones of a layer, as lines: what separates the territory drawn from the page. */
export function pourtour(
  topologie: Topology,
  couche: string,
  codes: ReadonlySet<string>,
): Geometry | undefined {
  const objet = topologie.objects[couche] as GeometryCollection | undefined;
  if (!objet) return undefined;
  const geometries = objet.geometries.filter(
    (g) => codes.has(String(g.id)) && (g.type === 'Polygon' || g.type === 'MultiPolygon'),
  );
  if (geometries.length === 0) return undefined;
  return mesh(topologie, { type: 'GeometryCollection', geometries }, (a, b) => a === b);
}

/** Rings or lines of a geometry, points left out. */
export function lignes(g: Geometry): Position[][] {
  switch (g.type) {
    case 'Polygon':
    case 'MultiLineString':
      return g.coordinates as unknown as Position[][];
    case 'MultiPolygon':
      return (g.coordinates as unknown as Position[][][]).flat();
    case 'LineString':
      return [g.coordinates as unknown as Position[]];
    case 'GeometryCollection':
      return g.geometries.flatMap((x) => lignes(x));
    default:
      return [];
  }
}

/** Points of a geometry, lines left out. */
export function points(g: Geometry): Position[] {
  if (g.type === 'Point') return [g.coordinates as unknown as Position];
  if (g.type === 'MultiPoint') return g.coordinates as unknown as Position[];
  return [];
}

/** Every position of a geometry. */
export function positions(g: Geometry): Position[] {
  return [...points(g), ...lignes(g).flat()];
}

/** Polygons of a geometry, each a list of rings. */
export function polygones(g: Geometry): Position[][][] {
  if (g.type === 'Polygon') return [g.coordinates as unknown as Position[][]];
  if (g.type === 'MultiPolygon') return g.coordinates as unknown as Position[][][];
  return [];
}

/** True when a position is inside a polygon or multipolygon (even-odd, plane of degrees). */
export function contient(g: Geometry, [x, y]: Position): boolean {
  let dedans = false;
  for (const anneau of lignes(g))
    for (let i = 0, j = anneau.length - 1; i < anneau.length; j = i++) {
      const [xi, yi] = anneau[i] as Position;
      const [xj, yj] = anneau[j] as Position;
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) dedans = !dedans;
    }
  return dedans;
}

const texte = (dixiemes: number): string => {
  const n = dixiemes / 10;
  return n === 0 ? '0' : String(n).replace(/^(-?)0\./, '$1.');
};
const paire = (x: number, y: number): string => {
  const b = texte(y);
  return b.startsWith('-') ? `${texte(x)}${b}` : `${texte(x)} ${b}`;
};

/**
 * SVG path of rings (closed) or lines, in relative moves of 0.1 unit. Positions that fall on the same grid point
 * merge; a zone too small to be seen becomes a dot of half a unit, because no territory may vanish.
 */
export function chemin(
  suites: readonly (readonly Position[])[],
  projette: (p: Position) => readonly [number, number],
  ferme: boolean,
): string {
  let d = '';
  let premier: [number, number] | undefined;
  for (const suite of suites) {
    const grille: [number, number][] = [];
    for (const p of suite) {
      const [x, y] = projette(p);
      const q: [number, number] = [Math.round(x * 10), Math.round(y * 10)];
      const avant = grille.at(-1);
      if (!avant || avant[0] !== q[0] || avant[1] !== q[1]) grille.push(q);
    }
    premier ??= grille[0];
    if (ferme) {
      const debut = grille[0];
      const fin = grille.at(-1);
      if (debut && fin && grille.length > 1 && debut[0] === fin[0] && debut[1] === fin[1]) grille.pop();
    }
    if (grille.length < (ferme ? 3 : 2)) continue;
    const [tete, ...suivants] = grille as [[number, number], ...[number, number][]];
    d += `M${paire(tete[0], tete[1])}l`;
    let ici = tete;
    let separe = '';
    for (const q of suivants) {
      const pas = paire(q[0] - ici[0], q[1] - ici[1]);
      d += pas.startsWith('-') ? pas : `${separe}${pas}`;
      separe = ' ';
      ici = q;
    }
    if (ferme) d += 'z';
  }
  if (d === '' && ferme && premier) return `M${paire(premier[0] - 2, premier[1] - 2)}h.5v.5h-.5z`;
  return d;
}
