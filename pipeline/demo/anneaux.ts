/** Rings from labels: walk the borders between two labels, draw each arc once, nest holes in their outer ring. */
import proj4 from 'proj4';
import { precedente, suivante } from './maillage.ts';
import type { Trace } from './trace.ts';

/** Definitions of the five legal projections in use (EPSG registry). */
const DEFINITIONS: Readonly<Record<number, string>> = {
  2154: '+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +units=m +no_defs',
  5490: '+proj=utm +zone=20 +ellps=GRS80 +units=m +no_defs',
  2972: '+proj=utm +zone=22 +ellps=GRS80 +units=m +no_defs',
  2975: '+proj=utm +zone=40 +south +ellps=GRS80 +units=m +no_defs',
  4471: '+proj=utm +zone=38 +south +ellps=GRS80 +units=m +no_defs',
};

const arrondi = (v: number) => Math.round(v * 1e6) / 1e6;

/** Function from projected metres to WGS84 degrees rounded to 6 decimals (0.1 m). */
export function versWgs84(epsg: number): (x: number, y: number) => [number, number] {
  const projection = proj4(DEFINITIONS[epsg]!);
  return (x, y) => {
    const [lon, lat] = projection.inverse([x, y]) as [number, number];
    return [arrondi(lon), arrondi(lat)];
  };
}

export type Anneau = readonly (readonly [number, number])[];
/** GeoJSON MultiPolygon coordinates: outer ring first, then its holes. */
export type MultiPolygone = readonly (readonly Anneau[])[];

type Point = readonly [number, number];

/** Draws polygons of any union of the finest zones. Crossings and arcs are projected once, then shared. */
export class Dessin {
  readonly #trace: Trace;
  readonly #projete: (x: number, y: number) => [number, number];
  readonly #milieux = new Map<number, Point>();
  readonly #centres = new Map<number, Point>();
  readonly #arcs = new Map<number, readonly Point[]>();

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#projete = versWgs84(trace.m.relief.param.epsg);
  }

  #milieu(e: number): Point {
    const canon = Math.min(e, this.#trace.m.opposees[e]!);
    let p = this.#milieux.get(canon);
    if (!p) this.#milieux.set(canon, (p = this.#projete(...this.#trace.milieu(canon))));
    return p;
  }

  /** Points strictly between the crossings of edges e and f of triangle t. */
  #passage(t: number, e: number, f: number, sortie: Point[]): void {
    if (this.#trace.jonction(t)) {
      let c = this.#centres.get(t);
      if (!c) this.#centres.set(t, (c = this.#projete(...this.#trace.centre(t))));
      sortie.push(c);
      return;
    }
    let arc = this.#arcs.get(t);
    if (!arc) this.#arcs.set(t, (arc = this.#trace.arc(t).map(([x, y]) => this.#projete(x, y))));
    if (e < f) for (const p of arc) sortie.push(p);
    else for (let k = arc.length - 1; k >= 0; k -= 1) sortie.push(arc[k]!);
  }

  /**
   * Polygons of every label.
   * @param label per cell, -1 for no zone; equal inside each finest zone
   * @returns one MultiPolygon per label, rings closed, outer rings counter-clockwise (RFC 7946)
   */
  polygones(label: Int32Array, nombre: number): MultiPolygone[] {
    const { m } = this.#trace;
    const vue = new Uint8Array(m.opposees.length);
    const anneaux: Anneau[][] = Array.from({ length: nombre }, () => []);
    for (let e0 = 0; e0 < m.opposees.length; e0 += 1) {
      const l = label[m.triangles[e0]!]!;
      if (l < 0 || vue[e0] === 1 || label[m.triangles[suivante(e0)]!] === l) continue;
      const points: Point[] = [];
      let e = e0;
      do {
        vue[e] = 1;
        points.push(this.#milieu(e));
        const o = m.opposees[e]!;
        const c = m.triangles[precedente(o)]!;
        const f = label[c] === l ? precedente(o) : suivante(o);
        this.#passage(Math.floor(o / 3), o, f, points);
        e = f;
      } while (e !== e0);
      points.push(points[0]!);
      anneaux[l]!.push(points);
    }
    return anneaux.map(assembler);
  }
}

/** Signed area in square degrees; positive when counter-clockwise. */
export function aireSignee(a: Anneau): number {
  let s = 0;
  for (let i = 0; i + 1 < a.length; i += 1) {
    const [x0, y0] = a[i]!;
    const [x1, y1] = a[i + 1]!;
    s += x0 * y1 - x1 * y0;
  }
  return s / 2;
}

/** Even-odd test of a point against one ring. */
export function dansAnneau(a: Anneau, x: number, y: number): boolean {
  let dedans = false;
  for (let i = 0, j = a.length - 2; i < a.length - 1; j = i, i += 1) {
    const [xi, yi] = a[i]!;
    const [xj, yj] = a[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) dedans = !dedans;
  }
  return dedans;
}

/** Sort rings of one zone into polygons. The walk keeps the zone on one side, so holes turn the other way. */
function assembler(anneaux: readonly Anneau[]): MultiPolygone {
  if (anneaux.length === 0) return [];
  const aires = anneaux.map(aireSignee);
  let plusGrand = 0;
  aires.forEach((a, i) => {
    if (Math.abs(a) > Math.abs(aires[plusGrand]!)) plusGrand = i;
  });
  const sens = Math.sign(aires[plusGrand]!);
  const polygones: Anneau[][] = [];
  const etendues: number[] = [];
  anneaux.forEach((a, i) => {
    if (Math.sign(aires[i]!) !== sens) return;
    polygones.push([sens > 0 ? a : [...a].reverse()]);
    etendues.push(Math.abs(aires[i]!));
  });
  anneaux.forEach((a, i) => {
    if (Math.sign(aires[i]!) === sens) return;
    const [x, y] = a[0]!;
    const trou = sens > 0 ? a : [...a].reverse();
    let hote = -1;
    polygones.forEach((p, k) => {
      if (dansAnneau(p[0]!, x, y) && (hote < 0 || etendues[k]! < etendues[hote]!)) hote = k;
    });
    polygones[hote < 0 ? 0 : hote]!.push(trou);
  });
  return polygones;
}
