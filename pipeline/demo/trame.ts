/** Street grids of towns, and the sets of blocks that quarters are made of. */
import { bruit } from './bruit.ts';
import { Hasard, empreinte } from './hasard.ts';
import type { Commune } from './pays.ts';

/** A town's street grid: turned, gently warped, so that blocks look grown and not ruled. */
export interface Trame {
  readonly x: number;
  readonly y: number;
  readonly cos: number;
  readonly sin: number;
  /** Block sides, metres. */
  readonly bx: number;
  readonly by: number;
  readonly graine: number;
}

export function trameDe(graine: number, c: { code: string; x: number; y: number }): Trame {
  const h = new Hasard('trame', graine, c.code);
  const angle = h.entre(0, Math.PI / 2);
  return {
    x: c.x,
    y: c.y,
    cos: Math.cos(angle),
    sin: Math.sin(angle),
    bx: h.entre(72, 100),
    by: h.entre(88, 128),
    graine: empreinte('gauchi', graine, c.code),
  };
}

/** Plane coordinates of grid coordinates (u, v) in metres. */
export function versPlan(t: Trame, u: number, v: number): [number, number] {
  const du = u + 64 * bruit(t.graine, u / 520, v / 520) + 17 * bruit(t.graine + 2, u / 130, v / 130);
  const dv = v + 64 * bruit(t.graine + 5, u / 520, v / 520) + 17 * bruit(t.graine + 7, u / 130, v / 130);
  return [t.x + du * t.cos - dv * t.sin, t.y + du * t.sin + dv * t.cos];
}

/** Commune that holds a place, or nothing at sea. */
export type CommuneEn = (x: number, y: number) => Commune | undefined;

/** Grow a compact, simply connected set of blocks (no hole, no corner-only contact) on dry land. */
export function pousser(
  t: Trame,
  germe: readonly [number, number],
  nombre: number,
  communeEn: CommuneEn,
  h: Hasard,
): (readonly [number, number])[] {
  const cle = (i: number, j: number) => `${i},${j}`;
  const blocs = new Map<string, readonly [number, number]>();
  const sec = (i: number, j: number) =>
    [
      [0.5, 0.5],
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ].every(([a, b]) => communeEn(...versPlan(t, (i + a!) * t.bx, (j + b!) * t.by)) !== undefined);
  const ajoute = (i: number, j: number) => blocs.set(cle(i, j), [i, j]);
  const a = (i: number, j: number) => blocs.has(cle(i, j));
  if (!sec(...germe)) return [];
  ajoute(...germe);
  const cotes = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const;
  const refus = new Set<string>();
  const angle = h.entre(0, Math.PI);
  const axe = { cos: Math.cos(angle), sin: Math.sin(angle) };
  while (blocs.size < nombre) {
    let choix: readonly [number, number] | undefined;
    let note = -1;
    for (const [i, j] of blocs.values())
      for (const [di, dj] of cotes) {
        const [p, q] = [i + di, j + dj];
        if (a(p, q) || refus.has(cle(p, q))) continue;
        const contacts = cotes.filter(([x, y]) => a(p + x, q + y)).length;
        const [u, v] = [(p - germe[0]) * t.bx, (q - germe[1]) * t.by];
        // Drawn out along an avenue, lobed by what the ground allows.
        const loin = Math.hypot(u * axe.cos + v * axe.sin, 1.75 * (v * axe.cos - u * axe.sin));
        const sol = bruit(t.graine + 13, p / 2.3, q / 2.3);
        const n = contacts * 0.22 + h.entre(0, 0.9) + 2.2 * sol - loin / 330;
        if (!choix || n > note) [note, choix] = [n, [p, q]];
      }
    if (!choix) break;
    if (sec(...choix)) ajoute(...choix);
    else refus.add(cle(...choix));
  }
  // Close corner contacts and holes until the outline is one simple ring.
  for (let change = true; change;) {
    change = false;
    for (const [i, j] of Array.from(blocs.values())) {
      for (const s of [1, -1])
        if (a(i + 1, j + s) && !a(i + 1, j) && !a(i, j + s)) {
          ajoute(i + 1, j);
          change = true;
        }
      for (const [di, dj] of cotes) {
        const [p, q] = [i + di, j + dj];
        if (!a(p, q) && cotes.filter(([x, y]) => a(p + x, q + y)).length >= 3) {
          ajoute(p, q);
          change = true;
        }
      }
    }
    if (!change && boucherTrous(blocs, ajoute)) change = true;
  }
  return [...blocs.values()].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
}

/** Fill blocks that cannot reach the outside. */
function boucherTrous(
  blocs: ReadonlyMap<string, readonly [number, number]>,
  ajoute: (i: number, j: number) => void,
): boolean {
  const is = [...blocs.values()].map((b) => b[0]);
  const js = [...blocs.values()].map((b) => b[1]);
  const [i0, i1] = [Math.min(...is) - 1, Math.max(...is) + 1];
  const [j0, j1] = [Math.min(...js) - 1, Math.max(...js) + 1];
  const dehors = new Set<string>([`${i0},${j0}`]);
  const pile: [number, number][] = [[i0, j0]];
  while (pile.length > 0) {
    const [i, j] = pile.pop()!;
    for (const [p, q] of [
      [i + 1, j],
      [i - 1, j],
      [i, j + 1],
      [i, j - 1],
    ] as const) {
      const k = `${p},${q}`;
      if (p < i0 || p > i1 || q < j0 || q > j1 || dehors.has(k) || blocs.has(k)) continue;
      dehors.add(k);
      pile.push([p, q]);
    }
  }
  let bouche = false;
  for (let i = i0; i <= i1; i += 1)
    for (let j = j0; j <= j1; j += 1)
      if (!dehors.has(`${i},${j}`) && !blocs.has(`${i},${j}`)) {
        ajoute(i, j);
        bouche = true;
      }
  return bouche;
}

/** Outline of a set of blocks along the middle of its streets, four points a side so that it bends with the warp. */
export function contour(
  t: Trame,
  blocs: readonly (readonly [number, number])[],
): (readonly [number, number])[] {
  const a = new Set(blocs.map(([i, j]) => `${i},${j}`));
  const suite = new Map<string, readonly [number, number]>();
  const arete = (i0: number, j0: number, i1: number, j1: number) => suite.set(`${i0},${j0}`, [i1, j1]);
  for (const [i, j] of blocs) {
    if (!a.has(`${i},${j - 1}`)) arete(i, j, i + 1, j);
    if (!a.has(`${i + 1},${j}`)) arete(i + 1, j, i + 1, j + 1);
    if (!a.has(`${i},${j + 1}`)) arete(i + 1, j + 1, i, j + 1);
    if (!a.has(`${i - 1},${j}`)) arete(i, j + 1, i, j);
  }
  const debut = [blocs[0]![0], blocs[0]![1]] as const;
  const points: (readonly [number, number])[] = [];
  let ici: readonly [number, number] = debut;
  do {
    const la = suite.get(`${ici[0]},${ici[1]}`)!;
    for (let k = 0; k < 4; k += 1) {
      const s = k / 4;
      points.push(
        versPlan(t, (ici[0] + (la[0] - ici[0]) * s) * t.bx, (ici[1] + (la[1] - ici[1]) * s) * t.by),
      );
    }
    ici = la;
  } while (ici[0] !== debut[0] || ici[1] !== debut[1]);
  points.push(points[0]!);
  return points;
}
