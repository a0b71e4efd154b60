/**
 * ONE topology for every level: a triangulated cloud of micro-cells. Each micro-cell belongs to one commune and one
 * IRIS. Borders are drawn inside the triangles: an arc where two zones meet, three spokes where three do. Every level
 * is drawn from the same arcs, so neighbours and levels share vertices exactly, and no two borders can cross.
 */
import { Delaunay } from 'd3-delaunay';
import { unite } from './hasard.ts';
import { AIRE_COMMUNE, rayonUrbain, type Relief } from './relief.ts';
import { grapheDe, composantes, type Graphe } from './graphe.ts';

const CELLULES_PAR_COMMUNE = 12;

export interface Maillage {
  readonly relief: Relief;
  readonly n: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** 1 on land. */
  readonly terre: Uint8Array;
  /** Approximate area of each cell, m². */
  readonly aire: Float64Array;
  readonly triangles: Uint32Array;
  /** Opposite half-edge, -1 on the hull. */
  readonly opposees: Int32Array;
  /** Land cells only, cost in weighted metres. */
  readonly graphe: Graphe;
  /** Inner points of each arc. */
  readonly finesse: number;
}

export const suivante = (e: number) => (e % 3 === 2 ? e - 2 : e + 1);
export const precedente = (e: number) => (e % 3 === 0 ? e + 2 : e - 1);

/** Jittered grid, refined in towns (down to an eighth of the base step), with a band of sea around the land. */
function semer(relief: Relief): { x: Float64Array; y: Float64Array; terre: Uint8Array } {
  const pas = Math.sqrt(AIRE_COMMUNE / CELLULES_PAR_COMMUNE);
  const [x0, y0, x1, y1] = relief.boite;
  const nx = Math.ceil((x1 - x0) / pas);
  const ny = Math.ceil((y1 - y0) / pas);
  const g = relief.graine;
  const niveau = new Uint8Array(nx * ny);
  for (const v of relief.villes) {
    const r1 = 2.4 * rayonUrbain(v.population) + pas;
    const paliers = [r1, 0.62 * r1, v.population > 45_000 ? 0.34 * r1 : 0];
    const portee = Math.ceil(r1 / pas) + 1;
    const ci = Math.floor((v.x - x0) / pas);
    const cj = Math.floor((v.y - y0) / pas);
    for (let j = Math.max(0, cj - portee); j <= Math.min(ny - 1, cj + portee); j += 1)
      for (let i = Math.max(0, ci - portee); i <= Math.min(nx - 1, ci + portee); i += 1) {
        const d = Math.hypot(x0 + (i + 0.5) * pas - v.x, y0 + (j + 0.5) * pas - v.y);
        const l = d < paliers[2]! ? 3 : d < paliers[1]! ? 2 : d < paliers[0]! ? 1 : 0;
        if (l > niveau[j * nx + i]!) niveau[j * nx + i] = l;
      }
  }
  const sol = new Uint8Array(nx * ny);
  for (let j = 0; j < ny; j += 1)
    for (let i = 0; i < nx; i += 1)
      sol[j * nx + i] = relief.terre(x0 + (i + 0.5) * pas, y0 + (j + 0.5) * pas) > -0.01 ? 1 : 0;
  const proche = (i: number, j: number) => {
    for (let b = Math.max(0, j - 2); b <= Math.min(ny - 1, j + 2); b += 1)
      for (let a = Math.max(0, i - 2); a <= Math.min(nx - 1, i + 2); a += 1)
        if (sol[b * nx + a] === 1) return true;
    return false;
  };
  const xs: number[] = [];
  const ys: number[] = [];
  for (let j = 0; j < ny; j += 1)
    for (let i = 0; i < nx; i += 1) {
      // Open sea keeps one point in sixteen: just enough to close the hull far from every coast.
      if (!proche(i, j)) {
        if (i % 4 !== 0 || j % 4 !== 0) continue;
      }
      const k = 2 ** niveau[j * nx + i]!;
      const p = pas / k;
      for (let b = 0; b < k; b += 1)
        for (let a = 0; a < k; a += 1) {
          const ia = i * 8 + a;
          const jb = j * 8 + b;
          const decale = ((jb & 1) - 0.5) * 0.4;
          xs.push(x0 + i * pas + (a + 0.5 + decale + 0.78 * (unite(g + 1, ia, jb) - 0.5)) * p);
          ys.push(y0 + j * pas + (b + 0.5 + 0.78 * (unite(g + 2, ia, jb) - 0.5)) * p);
        }
    }
  const x = Float64Array.from(xs);
  const y = Float64Array.from(ys);
  const terre = new Uint8Array(x.length);
  for (let i = 0; i < x.length; i += 1) terre[i] = relief.terre(x[i]!, y[i]!) > 0 ? 1 : 0;
  return { x, y, terre };
}

/** Mesh one territory: sow, triangulate, drown specks, fill puddles, and build the land graph. */
export function mailler(relief: Relief, finesse: number): Maillage {
  const { x, y, terre } = semer(relief);
  const n = x.length;
  const points = new Float64Array(2 * n);
  for (let i = 0; i < n; i += 1) {
    points[2 * i] = x[i]!;
    points[2 * i + 1] = y[i]!;
  }
  const delaunay = new Delaunay(points);
  const triangles = delaunay.triangles as Uint32Array;
  const opposees = delaunay.halfedges as Int32Array;
  for (let e = 0; e < opposees.length; e += 1)
    if (opposees[e]! < 0) {
      terre[triangles[e]!] = 0;
      terre[triangles[suivante(e)]!] = 0;
    }

  const a: number[] = [];
  const b: number[] = [];
  for (let e = 0; e < opposees.length; e += 1)
    // Each edge once, the hull's included: a corner point may have no other.
    if (opposees[e]! < e) {
      a.push(triangles[e]!);
      b.push(triangles[suivante(e)]!);
    }
  const tout = grapheDe(n, a, b, new Float32Array(a.length));
  noyer(tout, terre, 1, 7);
  noyer(tout, terre, 0, Number.POSITIVE_INFINITY);

  const aire = new Float64Array(n);
  for (let t = 0; t < triangles.length; t += 3) {
    const [i, j, k] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    const s = Math.abs((x[j]! - x[i]!) * (y[k]! - y[i]!) - (x[k]! - x[i]!) * (y[j]! - y[i]!)) / 6;
    aire[i]! += s;
    aire[j]! += s;
    aire[k]! += s;
  }

  const ta: number[] = [];
  const tb: number[] = [];
  const tc: number[] = [];
  const cretes = new Float32Array(n);
  for (let i = 0; i < n; i += 1) cretes[i] = terre[i] === 1 ? relief.crete(x[i]!, y[i]!) : 1;
  for (let k = 0; k < a.length; k += 1) {
    const [i, j] = [a[k]!, b[k]!];
    if (terre[i] === 0 || terre[j] === 0) continue;
    ta.push(i);
    tb.push(j);
    tc.push(Math.hypot(x[i]! - x[j]!, y[i]! - y[j]!) * (cretes[i]! + cretes[j]!) * 0.5);
  }
  return { relief, n, x, y, terre, aire, triangles, opposees, graphe: grapheDe(n, ta, tb, tc), finesse };
}

/** Turn components of one kind with fewer than `minimum` cells into the other kind; the largest one always stays. */
function noyer(g: Graphe, terre: Uint8Array, genre: 0 | 1, minimum: number): void {
  const { label, nombre } = composantes(g, (i) => terre[i] === genre);
  const taille = new Int32Array(nombre);
  for (const l of label) if (l >= 0) taille[l]! += 1;
  let plusGrande = 0;
  for (let l = 1; l < nombre; l += 1) if (taille[l]! > taille[plusGrande]!) plusGrande = l;
  for (let i = 0; i < label.length; i += 1) {
    const l = label[i]!;
    if (l >= 0 && l !== plusGrande && taille[l]! < minimum) terre[i] = genre === 1 ? 0 : 1;
  }
}
