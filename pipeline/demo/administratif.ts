/** Départements and régions: connected groups of communes of similar size. */
import { croissance, grapheDe, recentre, type Graphe } from './graphe.ts';
import type { Hasard } from './hasard.ts';

/** Mainland départements of similar size (speeds adjusted until they are), one per offshore island part. */
export function departements(
  codes: readonly string[],
  insulaires: readonly string[],
  insulaire: Uint8Array,
  g: Graphe,
  cx: Float64Array,
  cy: Float64Array,
  h: Hasard,
): Int32Array {
  const nc = cx.length;
  const sortie = new Int32Array(nc).fill(-1);
  const iles: number[] = [];
  const terres: number[] = [];
  for (let c = 0; c < nc; c += 1) (insulaires.length > 0 && insulaire[c] === 1 ? iles : terres).push(c);
  const lots: [number[], number[]][] = [
    [terres, codes.flatMap((c, k) => (insulaires.includes(c) ? [] : [k]))],
    [iles, codes.flatMap((c, k) => (insulaires.includes(c) ? [k] : []))],
  ];
  for (const [membres, rangs] of lots) {
    if (membres.length === 0 || rangs.length === 0) continue;
    const dans = new Uint8Array(nc);
    for (const c of membres) dans[c] = 1;
    const label = equilibrer(g, rangs.length, membres, dans, cx, cy, h, 0.35);
    for (const c of membres) sortie[c] = rangs[Math.max(0, label[c]!)]!;
  }
  return sortie;
}

/** Connected parts of about equal numbers: Lloyd iterations whose growth speeds answer the sizes. */
function equilibrer(
  g: Graphe,
  nombre: number,
  membres: readonly number[],
  dans: Uint8Array,
  cx: Float64Array,
  cy: Float64Array,
  h: Hasard,
  rappel: number,
): Int32Array {
  const permis = (_: number, j: number) => dans[j] === 1;
  const choisies = new Set<number>();
  while (choisies.size < nombre) {
    // Farthest of a few candidates: seeds start well apart.
    let meilleur = -1;
    let dm = -1;
    for (let k = 0; k < 12; k += 1) {
      const c = h.choix(membres);
      let d = Number.POSITIVE_INFINITY;
      for (const s of choisies) d = Math.min(d, (cx[s]! - cx[c]!) ** 2 + (cy[s]! - cy[c]!) ** 2);
      if (d > dm && !choisies.has(c)) [dm, meilleur] = [d, c];
    }
    if (meilleur >= 0) choisies.add(meilleur);
  }
  let graines = Int32Array.from(choisies);
  const vitesse = new Float64Array(nombre).fill(1);
  const un = new Float64Array(cx.length).fill(1);
  const cible = Array.from({ length: nombre }, () => h.entre(0.7, 1.3));
  let label = croissance(g, graines, vitesse, permis);
  for (let tour = 0; tour < 14; tour += 1) {
    const taille = new Float64Array(nombre);
    for (const c of membres) if (label[c]! >= 0) taille[label[c]!]! += 1;
    for (let s = 0; s < nombre; s += 1)
      vitesse[s]! *=
        ((cible[s]! * membres.length) / nombre / Math.max(1, taille[s]!)) **
        (tour < 10 ? rappel : rappel / 2);
    if (tour < 8) graines = recentre(label, nombre, cx, cy, un) as Int32Array<ArrayBuffer>;
    label = croissance(g, graines, vitesse, permis);
  }
  return label;
}

/** Régions are groups of départements, grown on the graph of their centres. */
export function regions(
  nombre: number,
  nbDep: number,
  departement: Int32Array,
  cx: Float64Array,
  cy: Float64Array,
  h: Hasard,
): Int32Array {
  if (nombre === 1) return new Int32Array(departement.length);
  const x = new Float64Array(nbDep);
  const y = new Float64Array(nbDep);
  const n = new Float64Array(nbDep);
  for (let c = 0; c < departement.length; c += 1) {
    const d = departement[c]!;
    x[d]! += cx[c]!;
    y[d]! += cy[c]!;
    n[d]! += 1;
  }
  for (let d = 0; d < nbDep; d += 1) {
    x[d]! /= Math.max(1, n[d]!);
    y[d]! /= Math.max(1, n[d]!);
  }
  // Each département is tied to its six nearest: near enough to adjacency, and it bridges the sea to the island.
  const a: number[] = [];
  const b: number[] = [];
  const cout: number[] = [];
  for (let i = 0; i < nbDep; i += 1) {
    const autres = Array.from({ length: nbDep }, (_, j) => j)
      .filter((j) => j !== i)
      .map((j) => [Math.hypot(x[i]! - x[j]!, y[i]! - y[j]!), j] as const)
      .sort((p, q) => p[0] - q[0])
      .slice(0, 5);
    for (const [d, j] of autres) {
      a.push(i);
      b.push(j);
      cout.push(d);
    }
  }
  const g = grapheDe(nbDep, a, b, cout);
  const tous = Array.from({ length: nbDep }, (_, i) => i);
  const dans = new Uint8Array(nbDep).fill(1);
  let meilleure: Int32Array | undefined;
  let ecart = Number.POSITIVE_INFINITY;
  for (let essai = 0; essai < 12; essai += 1) {
    const label = equilibrer(g, nombre, tous, dans, x, y, h, 0.3);
    const taille = new Float64Array(nombre);
    for (const l of label) taille[l]! += 1;
    const e = Math.max(...taille) - Math.min(...taille);
    if (e < ecart) [ecart, meilleure] = [e, label];
  }
  return Int32Array.from(departement, (d) => meilleure![d]!);
}
