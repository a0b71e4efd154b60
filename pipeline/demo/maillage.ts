/**
 * ONE topology for every level: a triangulated cloud of micro-cells. Each micro-cell belongs to one commune and one
 * IRIS; every border of every level is a chain of micro-edges, drawn once, so neighbours and levels share vertices.
 *
 * A micro-cell is bounded by lines that join centroids of triangles. The line across the Delaunay edge (a, b) stays
 * inside the two sub-triangles (a, b, centroid), with barycentric progress monotone in each: micro-edges can wander
 * but never cross, and the side of a point is decided exactly.
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
  /** Inner points of one half micro-edge. */
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
    if (e < opposees[e]!) {
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

/** Where the micro-edge over (a, b) crosses from a's side, at depth s from the centroid: weight of a in [0.2, 0.8]. */
function poids(graine: number, a: number, b: number, rang: number): number {
  const w = 0.2 + 0.6 * unite(graine, Math.min(a, b) * 8 + rang, Math.max(a, b));
  return a < b ? w : 1 - w;
}

/**
 * Points of the micro-edge across half-edge e = (a → b), from the centroid of its triangle to that of the opposite
 * one, first included, last excluded. Pushed as x, y pairs onto `sortie`.
 */
export function ligne(m: Maillage, e: number, sortie: number[]): void {
  const o = m.opposees[e]!;
  const a = m.triangles[e]!;
  const b = m.triangles[suivante(e)]!;
  const [g1x, g1y] = centre(m, e);
  const [g2x, g2y] = centre(m, o);
  sortie.push(g1x, g1y);
  const tri1 = Math.floor(e / 3);
  const tri2 = Math.floor(o / 3);
  const avant = tri1 < tri2;
  for (let k = 1; k <= m.finesse; k += 1) demi(m, a, b, g1x, g1y, k, avant ? 0 : 1, sortie);
  const w = poids(m.relief.graine, a, b, 7);
  sortie.push(m.x[a]! * w + m.x[b]! * (1 - w), m.y[a]! * w + m.y[b]! * (1 - w));
  for (let k = m.finesse; k >= 1; k -= 1) demi(m, a, b, g2x, g2y, k, avant ? 1 : 0, sortie);
}

function demi(
  m: Maillage,
  a: number,
  b: number,
  gx: number,
  gy: number,
  k: number,
  cote: number,
  sortie: number[],
): void {
  const s = k / (m.finesse + 1);
  const w = poidsA(m, a, b, k, cote);
  sortie.push(
    gx * (1 - s) + s * (m.x[a]! * w + m.x[b]! * (1 - w)),
    gy * (1 - s) + s * (m.y[a]! * w + m.y[b]! * (1 - w)),
  );
}

const poidsA = (m: Maillage, a: number, b: number, k: number, cote: number) =>
  poids(m.relief.graine, a, b, (k - 1) * 2 + cote);

/** Centroid of the triangle of half-edge e. */
export function centre(m: Maillage, e: number): [number, number] {
  const t = 3 * Math.floor(e / 3);
  const [i, j, k] = [m.triangles[t]!, m.triangles[t + 1]!, m.triangles[t + 2]!];
  return [(m.x[i]! + m.x[j]! + m.x[k]!) / 3, (m.y[i]! + m.y[j]! + m.y[k]!) / 3];
}

/** Exact point location. Remembers the last triangle, so neighbouring queries are cheap. */
export function localisateur(m: Maillage): (x: number, y: number) => number {
  let t = 0;
  const { x: X, y: Y, triangles, opposees } = m;
  const cote = (i: number, j: number, x: number, y: number) =>
    (X[j]! - X[i]!) * (y - Y[i]!) - (Y[j]! - Y[i]!) * (x - X[i]!);
  const sens = Math.sign(cote(triangles[0]!, triangles[1]!, X[triangles[2]!]!, Y[triangles[2]!]!));
  return (x, y) => {
    for (let pas = 0; pas < 4 * m.n; pas += 1) {
      let sortie = -1;
      for (let k = 0; k < 3; k += 1) {
        // Start from a different edge each step: a walk that always tries the same one may circle.
        const e = 3 * t + ((k + pas) % 3);
        if (sens * cote(triangles[e]!, triangles[suivante(e)]!, x, y) < 0) {
          sortie = e;
          break;
        }
      }
      if (sortie < 0) return celluleDans(m, t, x, y);
      if (opposees[sortie]! < 0) return -1;
      t = Math.floor(opposees[sortie]! / 3);
    }
    return -1;
  };
}

/** Cell that owns a point of triangle t. */
function celluleDans(m: Maillage, t: number, x: number, y: number): number {
  const e0 = 3 * t;
  const [i, j, k] = [m.triangles[e0]!, m.triangles[e0 + 1]!, m.triangles[e0 + 2]!];
  const det = (m.y[j]! - m.y[k]!) * (m.x[i]! - m.x[k]!) + (m.x[k]! - m.x[j]!) * (m.y[i]! - m.y[k]!);
  const li = ((m.y[j]! - m.y[k]!) * (x - m.x[k]!) + (m.x[k]! - m.x[j]!) * (y - m.y[k]!)) / det;
  const lj = ((m.y[k]! - m.y[i]!) * (x - m.x[k]!) + (m.x[i]! - m.x[k]!) * (y - m.y[k]!)) / det;
  const lk = 1 - li - lj;
  // The sub-triangle is the one opposite the smallest coordinate; its edge is (a, b).
  const e = li <= lj && li <= lk ? e0 + 1 : lj <= lk ? e0 + 2 : e0;
  const petit = Math.min(li, lj, lk);
  const a = m.triangles[e]!;
  const b = m.triangles[suivante(e)]!;
  const la = (e === e0 ? li : e === e0 + 1 ? lj : lk) - petit;
  const s = 1 - 3 * petit;
  if (s <= 0) return a;
  const o = m.opposees[e]!;
  if (o < 0) return a;
  const cote = t < Math.floor(o / 3) ? 0 : 1;
  const f = m.finesse;
  const palier = Math.min(f, Math.floor(s * (f + 1)));
  const poidsDe = (k: number) =>
    k === 0 ? 0 : k > f ? poids(m.relief.graine, a, b, 7) : (k / (f + 1)) * poidsA(m, a, b, k, cote);
  const bas = poidsDe(palier);
  const haut = poidsDe(palier + 1);
  const limite = bas + (haut - bas) * (s * (f + 1) - palier);
  return la > limite ? a : b;
}
