/** Rings from labels: walk the micro-edges between two labels, draw each one once, nest holes in their outer ring. */
import proj4 from 'proj4';
import { ligne, precedente, suivante, type Maillage } from './maillage.ts';

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

/** Draws polygons of any labelling of one mesh. Micro-edges are projected once and kept as text-ready pairs. */
export class Dessin {
  readonly #m: Maillage;
  readonly #projete: (x: number, y: number) => [number, number];
  readonly #arcs = new Map<number, readonly (readonly [number, number])[]>();
  readonly #sommets = new Map<number, readonly [number, number]>();

  constructor(m: Maillage) {
    this.#m = m;
    this.#projete = versWgs84(m.relief.param.epsg);
  }

  /** Points of half-edge e: the vertex of its triangle, then the inner points. Both directions give equal numbers. */
  #arc(e: number, sortie: (readonly [number, number])[]): void {
    const o = this.#m.opposees[e]!;
    const canon = Math.min(e, o);
    let interieur = this.#arcs.get(canon);
    if (!interieur) {
      const brut: number[] = [];
      ligne(this.#m, canon, brut);
      const points: (readonly [number, number])[] = [];
      for (let k = 2; k < brut.length; k += 2) points.push(this.#projete(brut[k]!, brut[k + 1]!));
      interieur = points;
      this.#arcs.set(canon, interieur);
    }
    const t = Math.floor(e / 3);
    let sommet = this.#sommets.get(t);
    if (!sommet) {
      const debut: number[] = [];
      ligne(this.#m, e, debut);
      sommet = this.#projete(debut[0]!, debut[1]!);
      this.#sommets.set(t, sommet);
    }
    sortie.push(sommet);
    if (e === canon) for (const p of interieur) sortie.push(p);
    else for (let k = interieur.length - 1; k >= 0; k -= 1) sortie.push(interieur[k]!);
  }

  /**
   * Polygons of every label.
   * @param label per cell, -1 for no zone
   * @returns one MultiPolygon per label, rings closed, outer rings counter-clockwise (RFC 7946)
   */
  polygones(label: Int32Array, nombre: number): MultiPolygone[] {
    const m = this.#m;
    const vue = new Uint8Array(m.opposees.length);
    const anneaux: Anneau[][] = Array.from({ length: nombre }, () => []);
    for (let e0 = 0; e0 < m.opposees.length; e0 += 1) {
      const l = label[m.triangles[e0]!]!;
      if (l < 0 || vue[e0] === 1 || label[m.triangles[suivante(e0)]!] === l) continue;
      const points: (readonly [number, number])[] = [];
      let e = e0;
      do {
        vue[e] = 1;
        this.#arc(e, points);
        const o = m.opposees[e]!;
        const c = m.triangles[precedente(o)]!;
        e = label[c] === l ? precedente(o) : suivante(o);
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
