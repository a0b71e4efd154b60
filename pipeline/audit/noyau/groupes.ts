/**
 * Derivable groups: sums of hidden cells that a reader can compute although no single cell is recoverable. The rule of
 * 11 is about groups (secret.md §1): "no figure on fewer than 11 units, nor any that cross-checking would bring under".
 *
 * Families searched: residual of every relation, residual after subtraction of every published descendant, cells with
 * identical relations, all pairs, triples inside a connected component, rows of the elimination. 0 means 0 in these.
 */
import type { Elimination } from './elimination.ts';
import type { Lignes, Reduit } from './systeme.ts';

export type GenreGroupe = 'residu' | 'descendance' | 'jumelles' | 'paire' | 'triplet' | 'echelon' | 'complet';
export interface Groupe {
  readonly genre: GenreGroupe;
  /** True number of units of the group, 1 .. seuil − 1. */
  readonly base: number;
  /** Cells of the system. */
  readonly cellules: readonly number[];
}

export interface OptionsGroupes {
  readonly seuil: number;
  /** Components with more small cells than this are not searched for triples (counted in `tripletsSautes`). */
  readonly maxTriplets: number;
}

/** Connected components of unknowns through rows: representative per unknown. */
export function composantes(lignes: Lignes, n: number): Int32Array {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const racine = (x: number) => {
    while (parent[x] !== x) {
      parent[x] = parent[parent[x]!]!;
      x = parent[x]!;
    }
    return x;
  };
  for (let r = 0; r < lignes.nombre; r++) {
    const a = racine(lignes.cellule[lignes.debut[r]!]!);
    for (let k = lignes.debut[r]! + 1; k < lignes.debut[r + 1]!; k++) parent[racine(lignes.cellule[k]!)] = a;
  }
  return Int32Array.from({ length: n }, (_, i) => racine(i));
}

/**
 * Smallest base to which what is unknown of each unknown can be brought by taking away its known descendants. A row
 * with one coefficient of one sign and the rest of the other is read as parent = Σ children; several partitions of a
 * parent: the smallest. Works on the complete rows, since published children count for nothing.
 */
function reliquats(
  relations: Lignes,
  inconnue: (cellule: number) => boolean,
  base: Float64Array,
): { parLigne: Float64Array } {
  const n = base.length;
  const partitions: number[][] = Array.from({ length: n }, () => []);
  const parentDe = new Int32Array(relations.nombre).fill(-1);
  for (let r = 0; r < relations.nombre; r++) {
    let plus = 0;
    let moins = 0;
    let p = -1;
    let m = -1;
    let unitaire = true;
    for (let k = relations.debut[r]!; k < relations.debut[r + 1]!; k++) {
      const w = relations.coef[k]!;
      if (Math.abs(w) !== 1) unitaire = false;
      if (w > 0) {
        plus++;
        p = relations.cellule[k]!;
      } else {
        moins++;
        m = relations.cellule[k]!;
      }
    }
    if (!unitaire || plus + moins < 2) continue;
    if (plus === 1) parentDe[r] = p;
    else if (moins === 1) parentDe[r] = m;
    else continue;
    partitions[parentDe[r]!]!.push(r);
  }
  const reste = base.slice();
  const etat = new Uint8Array(n);
  const parLigne = new Float64Array(relations.nombre).fill(Number.NaN);
  const sommer = (r: number) => {
    let b = 0;
    for (let k = relations.debut[r]!; k < relations.debut[r + 1]!; k++) {
      const c = relations.cellule[k]!;
      if (c !== parentDe[r] && inconnue(c)) b += reste[c]!;
    }
    return b;
  };
  // Depth first without recursion: children before parents; a cycle (two names of one set) stops at the cell itself.
  for (let depart = 0; depart < n; depart++) {
    if (etat[depart]) continue;
    const pile = [depart];
    while (pile.length > 0) {
      const c = pile.at(-1)!;
      if (etat[c] === 0) {
        etat[c] = 1;
        for (const r of partitions[c]!)
          for (let k = relations.debut[r]!; k < relations.debut[r + 1]!; k++) {
            const e = relations.cellule[k]!;
            if (e !== c && etat[e] === 0) pile.push(e);
          }
        continue;
      }
      pile.pop();
      if (etat[c] === 2) continue;
      etat[c] = 2;
      for (const r of partitions[c]!) {
        const b = sommer(r);
        parLigne[r] = b;
        if (inconnue(c) && b < reste[c]!) reste[c] = b;
      }
    }
  }
  return { parLigne };
}

export function chercherGroupes(
  reduit: Reduit,
  colonnes: Lignes,
  relations: Lignes,
  baseCellule: Float64Array,
  tirages: readonly { readonly z: Float64Array; readonly p: number }[],
  echelon: Elimination['echelon'],
  options: OptionsGroupes,
): { groupes: Groupe[]; tripletsSautes: number } {
  const { seuil } = options;
  const { lignes, n, cellule } = reduit;
  const base = Float64Array.from(cellule, (c) => baseCellule[c]!);
  const [t0] = tirages;
  if (!t0) return { groupes: [], tripletsSautes: 0 };
  const groupes: Groupe[] = [];
  const vus = new Set<string>();
  const ajouter = (genre: GenreGroupe, us: readonly number[], b: number) => {
    // One and the same quantity under several names counts once: same null coordinates, same bases.
    const cle = us
      .map((u) => `${t0.z[u]}/${base[u]}`)
      .sort()
      .join('|');
    if (vus.has(cle)) return;
    vus.add(cle);
    groupes.push({ genre, base: b, cellules: us.map((u) => cellule[u]!) });
  };
  const petit = (b: number) => b > 0 && b < seuil;
  const nulleEn = (us: readonly number[]) =>
    tirages.every(({ z, p }) => us.reduce((a, u) => (a + z[u]!) % p, 0) === 0);

  // Residual of each relation: the unknowns of one row, all on one side.
  for (let r = 0; r < lignes.nombre; r++) {
    const d = lignes.debut[r]!;
    const f = lignes.debut[r + 1]!;
    if (f - d < 2) continue;
    let b = 0;
    let k = d;
    for (; k < f && lignes.coef[k] === lignes.coef[d] && b < seuil; k++) b += base[lignes.cellule[k]!]!;
    if (k === f && petit(b)) ajouter('residu', [...lignes.cellule.subarray(d, f)], b);
  }

  // Published zone minus everything published below it.
  const inconnueDe = new Int32Array(baseCellule.length).fill(-1);
  cellule.forEach((c, u) => (inconnueDe[c] = u));
  const { parLigne } = reliquats(relations, (c) => inconnueDe[c]! >= 0, baseCellule);
  for (let r = 0; r < relations.nombre; r++) {
    if (!petit(parLigne[r]!)) continue;
    const us: number[] = [];
    let parentConnu = true;
    let plus = 0;
    for (let k = relations.debut[r]!; k < relations.debut[r + 1]!; k++) if (relations.coef[k]! > 0) plus++;
    for (let k = relations.debut[r]!; k < relations.debut[r + 1]!; k++) {
      const u = inconnueDe[relations.cellule[k]!]!;
      const estParent = relations.coef[k]! > 0 === (plus === 1);
      if (u < 0) continue;
      if (estParent) parentConnu = false;
      else us.push(u);
    }
    if (parentConnu && us.length > 0 && us.reduce((a, u) => a + base[u]!, 0) >= seuil)
      ajouter('descendance', us, parLigne[r]!);
  }

  // Cells with identical relations are only seen together.
  const signatures = new Map<number, number[]>();
  for (let u = 0; u < n; u++) {
    const d = colonnes.debut[u]!;
    const f = colonnes.debut[u + 1]!;
    if (f === d) continue;
    let a = 0x811c9dc5;
    let b = 0x9e3779b1;
    for (let k = d; k < f; k++) {
      a = Math.imul(a ^ colonnes.cellule[k]!, 0x01000193);
      b = Math.imul(b + colonnes.cellule[k]! * 31 + colonnes.coef[k]!, 0x85ebca6b);
    }
    // 53 bits of hash: a collision could only join cells whose sum is then found not to be derivable.
    const s = (a >>> 0) * 2 ** 21 + (b >>> 11);
    const g = signatures.get(s);
    if (g) g.push(u);
    else signatures.set(s, [u]);
  }
  for (const g of signatures.values()) {
    if (g.length < 2 || !nulleEn(g)) continue;
    const b = g.reduce((a, u) => a + base[u]!, 0);
    if (petit(b)) ajouter('jumelles', g, b);
  }

  for (const { u, w } of echelon) {
    if (u.length < 2 || u.length > seuil || w.some((v) => v !== 1)) continue;
    const b = u.reduce((a, v) => a + base[v]!, 0);
    if (petit(b)) ajouter('echelon', u, b);
  }

  // One representative per quantity, then every pair by hashing ±z.
  const representants: number[] = [];
  const noms = new Map<number, number[]>();
  const memes = (a: number, b: number) => base[a] === base[b] && tirages.every(({ z }) => z[a] === z[b]);
  for (let u = 0; u < n; u++) {
    if (t0.z[u] === 0 || Number.isNaN(base[u]!)) continue;
    const deja = noms.get(t0.z[u]!);
    if (!deja) noms.set(t0.z[u]!, [u]);
    else if (deja.some((v) => memes(u, v))) continue;
    else deja.push(u);
    representants.push(u);
  }
  const paires = new Map<number, number[]>();
  for (const u of representants) {
    const h = Math.min(t0.z[u]!, t0.p - t0.z[u]!);
    const g = paires.get(h);
    if (g) g.push(u);
    else paires.set(h, [u]);
  }
  for (const g of paires.values()) {
    if (g.length < 2) continue;
    g.sort((a, b) => base[a]! - base[b]! || a - b);
    for (let i = 0; i < g.length; i++)
      for (let j = i + 1; j < g.length && base[g[i]!]! + base[g[j]!]! < seuil; j++)
        if (nulleEn([g[i]!, g[j]!]) && petit(base[g[i]!]! + base[g[j]!]!))
          ajouter('paire', [g[i]!, g[j]!], base[g[i]!]! + base[g[j]!]!);
  }

  const racine = composantes(lignes, n);
  const parComposante = new Map<number, number[]>();
  for (const u of representants) {
    const b = base[u]!;
    if (!(b > 0 && b < seuil - 1) || colonnes.debut[u] === colonnes.debut[u + 1]) continue;
    const g = parComposante.get(racine[u]!);
    if (g) g.push(u);
    else parComposante.set(racine[u]!, [u]);
  }
  let tripletsSautes = 0;
  for (const g of parComposante.values()) {
    if (g.length < 3) continue;
    if (g.length > options.maxTriplets) {
      tripletsSautes++;
      continue;
    }
    g.sort((a, b) => base[a]! - base[b]! || a - b);
    const rang = new Map(g.map((u, i) => [t0.z[u]!, i]));
    for (let i = 0; i < g.length; i++)
      for (let j = i + 1; j < g.length && base[g[i]!]! + 2 * base[g[j]!]! < seuil; j++) {
        const t = (t0.z[g[i]!]! + t0.z[g[j]!]!) % t0.p;
        const k = rang.get(t === 0 ? 0 : t0.p - t);
        if (k === undefined || k <= j) continue;
        const us = [g[i]!, g[j]!, g[k]!];
        const b = us.reduce((a, u) => a + base[u]!, 0);
        if (petit(b) && nulleEn(us)) ajouter('triplet', us, b);
      }
  }
  return { groupes, tripletsSautes };
}
