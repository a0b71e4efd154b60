/** Borders drawn inside the triangles of the mesh, and the exact place of a point among them. */
import { unite } from './hasard.ts';
import { precedente, suivante, type Maillage } from './maillage.ts';

/** Weight of vertex a in the point where a border crosses the Delaunay edge (a, b): about the middle. */
function poids(graine: number, a: number, b: number): number {
  const w = 0.31 + 0.38 * unite(graine, Math.min(a, b), Math.max(a, b));
  return a < b ? w : 1 - w;
}

/** Borders of one finest labelling, drawn triangle by triangle; neighbours and levels therefore share every vertex. */
export class Trace {
  readonly m: Maillage;
  /** Finest zone of each cell, -1 at sea. Coarser levels are unions of these zones. */
  readonly fin: Int32Array;

  constructor(m: Maillage, fin: Int32Array) {
    this.m = m;
    this.fin = fin;
  }

  /** Where a border crosses half-edge e; the same point for its opposite. */
  milieu(e: number): [number, number] {
    const { m } = this;
    const a = m.triangles[e]!;
    const b = m.triangles[suivante(e)]!;
    const w = poids(m.relief.graine, a, b);
    return [m.x[a]! * w + m.x[b]! * (1 - w), m.y[a]! * w + m.y[b]! * (1 - w)];
  }

  /** Three zones meet in triangle t: their borders join at its centroid. */
  jonction(t: number): boolean {
    const [i, j, k] = this.#zones(t);
    return i !== j && j !== k && i !== k;
  }

  centre(t: number): [number, number] {
    const { x, y, triangles } = this.m;
    const [i, j, k] = [triangles[3 * t]!, triangles[3 * t + 1]!, triangles[3 * t + 2]!];
    return [(x[i]! + x[j]! + x[k]!) / 3, (y[i]! + y[j]! + y[k]!) / 3];
  }

  /**
   * Inner points of the one border of a triangle with two zones, from its crossed edge of lower index to the other:
   * a bent arc (quadratic Bézier, control point inside the triangle) with a tremor that is stronger on coasts.
   */
  arc(t: number): [number, number][] {
    const { m } = this;
    const [e, f] = this.#traversees(t);
    const [x0, y0] = this.milieu(e);
    const [x2, y2] = this.milieu(f);
    const [gx, gy] = this.centre(t);
    const g = m.relief.graine;
    const zones = this.#zones(t);
    const cote = zones.includes(-1);
    const alpha = -0.15 + 0.9 * unite(g + 3, t, 1);
    const x1 = (x0 + x2) / 2 + alpha * (gx - (x0 + x2) / 2);
    const y1 = (y0 + y2) / 2 + alpha * (gy - (y0 + y2) / 2);
    const points: [number, number][] = [];
    const n = cote ? m.finesse + 1 : m.finesse;
    for (let k = 1; k <= n; k += 1) {
      const u = k / (n + 1);
      const v = 1 - u;
      const px = v * v * x0 + 2 * u * v * x1 + u * u * x2;
      const py = v * v * y0 + 2 * u * v * y1 + u * u * y2;
      // Pull towards a corner of the triangle: the point cannot leave it.
      const coin = m.triangles[3 * t + Math.floor(3 * unite(g + 4, t, k))]!;
      const delta = (cote ? 0.16 : 0.05) * unite(g + 5, t, k);
      points.push([px + delta * (m.x[coin]! - px), py + delta * (m.y[coin]! - py)]);
    }
    return points;
  }

  /** Zones of the three corners. */
  #zones(t: number): [number, number, number] {
    const { triangles } = this.m;
    return [this.fin[triangles[3 * t]!]!, this.fin[triangles[3 * t + 1]!]!, this.fin[triangles[3 * t + 2]!]!];
  }

  /** The two crossed edges of a triangle with two zones, lower index first. */
  #traversees(t: number): [number, number] {
    const [i, j, k] = this.#zones(t);
    const sorties: number[] = [];
    if (i !== j) sorties.push(3 * t);
    if (j !== k) sorties.push(3 * t + 1);
    if (k !== i) sorties.push(3 * t + 2);
    return [sorties[0]!, sorties[1]!];
  }

  /** A cell whose zone holds a point of triangle t, exactly as drawn. */
  celluleDans(t: number, x: number, y: number): number {
    const { triangles } = this.m;
    const [i, j, k] = this.#zones(t);
    if (i === j && j === k) return triangles[3 * t]!;
    if (this.jonction(t)) {
      const g = this.centre(t);
      for (const c of [0, 1]) {
        const e = 3 * t + c;
        if (dansPolygone([this.#coin(e), this.milieu(e), g, this.milieu(precedente(e))], x, y))
          return triangles[e]!;
      }
      return triangles[3 * t + 2]!;
    }
    const [e, f] = this.#traversees(t);
    // The lone corner is the one both crossed edges share.
    const seul = suivante(e) === f ? f : e;
    const autre = suivante(seul);
    if (dansPolygone([this.#coin(seul), this.milieu(e), ...this.arc(t), this.milieu(f)], x, y))
      return triangles[seul]!;
    return triangles[autre]!;
  }

  #coin(e: number): [number, number] {
    const i = this.m.triangles[e]!;
    return [this.m.x[i]!, this.m.y[i]!];
  }
}

function dansPolygone(p: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let dedans = false;
  for (let i = 0, j = p.length - 1; i < p.length; j = i, i += 1) {
    const [xi, yi] = p[i]!;
    const [xj, yj] = p[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) dedans = !dedans;
  }
  return dedans;
}

/** Exact point location: a cell of the zone that holds the place. Remembers the last triangle: near queries are cheap. */
export function localisateur(trace: Trace): (x: number, y: number) => number {
  const { m } = trace;
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
      if (sortie < 0) return trace.celluleDans(t, x, y);
      if (opposees[sortie]! < 0) return -1;
      t = Math.floor(opposees[sortie]! / 3);
    }
    return -1;
  };
}
