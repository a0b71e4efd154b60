/**
 * The core of the audit: given what is published and how quantities add up, what can a reader compute?
 * It shares nothing with the solver. Deterministic: the same system gives the same report.
 */
import { propager, type Bornes } from './bornes.ts';
import { groupesComplets } from './complets.ts';
import { PREMIERS, eliminer } from './elimination.ts';
import { chercherGroupes, type Groupe } from './groupes.ts';
import { reduire, seconds, transposer, type Lignes, type Reduit, type Systeme } from './systeme.ts';

export interface OptionsNoyau {
  /** Smallest group that may be known: 11. */
  readonly seuil?: number;
  /** Values are counts (bounds rounded inwards). */
  readonly entiers?: boolean;
  readonly maxTriplets?: number;
  /** Steps per component of the complete group search (complets.ts); 0 = pairs, triples, residuals only. */
  readonly effort?: number;
  /** false: skip the group search (numerators: their groups are those of the base). */
  readonly groupes?: boolean;
}

export interface Rapport {
  readonly cellules: number;
  readonly inconnues: number;
  readonly protegees: number;
  readonly relations: number;
  readonly rang: number;
  readonly remplissage: number;
  /** Relations between published cells that do not add up (row numbers). */
  readonly incoherentes: readonly number[];
  /** Hidden cells determined by the relations, protected or not. */
  readonly exactes: readonly number[];
  readonly exactesProtegees: readonly number[];
  /** Hidden protected cells whose feasible interval is one point, not counting the exact ones. */
  readonly borneesProtegees: readonly number[];
  readonly groupes: readonly Groupe[];
  readonly tripletsSautes: number;
  /** Components where the complete search stopped before the end. */
  readonly ecourtees: number;
  /** Feasible interval of each hidden cell, in the order of `cellulesInconnues`. */
  readonly bas: Float64Array;
  readonly haut: Float64Array;
  readonly cellulesInconnues: Int32Array;
}

/** Null-space part of the audit: depends on the pattern of hidden cells only, so it can serve several variables. */
export interface Trame {
  readonly reduit: Reduit;
  readonly colonnes: Lignes;
  readonly tirages: readonly { readonly z: Float64Array; readonly p: number }[];
  readonly echelon: readonly { readonly u: readonly number[]; readonly w: readonly number[] }[];
  readonly rang: number;
  readonly remplissage: number;
  /** Per unknown: 1 = determined. */
  readonly exacte: Uint8Array;
}

/** Elimination mod two primes, three random null vectors: an unknown is determined when all three vanish there. */
export function tramer(s: Systeme): Trame {
  const reduit = reduire(s);
  const { lignes, n } = reduit;
  const colonnes = transposer(lignes, n);
  const utile = Uint8Array.from(reduit.redondante, (r) => (r ? 0 : 1));
  const a = eliminer(lignes, colonnes, n, utile, PREMIERS[0], [11, 22]);
  const b = eliminer(lignes, colonnes, n, utile, PREMIERS[1], [33]);
  const tirages = [
    ...a.z.map((z) => ({ z, p: a.premier as number })),
    ...b.z.map((z) => ({ z, p: b.premier as number })),
  ];
  const exacte = new Uint8Array(n);
  for (let u = 0; u < n; u++) exacte[u] = tirages.every(({ z }) => z[u] === 0) ? 1 : 0;
  return {
    reduit,
    colonnes,
    tirages,
    echelon: a.echelon,
    rang: Math.max(a.rang, b.rang),
    remplissage: a.remplissage,
    exacte,
  };
}

/**
 * Feasible intervals of the hidden cells (order of `trame.reduit.cellule`) of a measure published with the pattern of
 * `trame`.
 * @param haut0 upper bounds known beforehand, per hidden cell
 */
export function intervalles(
  s: Pick<Systeme, 'relations' | 'valeur'>,
  trame: Trame,
  entiers = true,
  haut0?: Float64Array,
): Bornes {
  const { reduit, colonnes } = trame;
  return propager(reduit.lignes, colonnes, seconds(reduit, s.relations, s.valeur), reduit.n, {
    entiers,
    ...(haut0 ? { haut0 } : {}),
  });
}

/**
 * Audit one system.
 * @param trame null-space part of an earlier call with the same relations and the same hidden cells
 */
export function auditerSysteme(s: Systeme, options: OptionsNoyau = {}, trame: Trame = tramer(s)): Rapport {
  const { colonnes, tirages, echelon, exacte, rang, remplissage } = trame;
  const reduit = trame.reduit;
  const { n, cellule } = reduit;
  const { bas, haut } = intervalles(s, trame, options.entiers ?? true);
  const exactes: number[] = [];
  const exactesProtegees: number[] = [];
  const borneesProtegees: number[] = [];
  let protegees = 0;
  for (let u = 0; u < n; u++) {
    const c = cellule[u]!;
    if (s.protege[c]) protegees++;
    if (exacte[u]) {
      exactes.push(c);
      if (s.protege[c]) exactesProtegees.push(c);
    } else if (s.protege[c] && haut[u]! - bas[u]! < 1e-6) borneesProtegees.push(c);
  }
  const seuil = options.seuil ?? 11;
  const { groupes, tripletsSautes }: { groupes: Groupe[]; tripletsSautes: number } =
    options.groupes === false
      ? { groupes: [], tripletsSautes: 0 }
      : chercherGroupes(reduit, colonnes, s.relations, s.base, tirages, echelon, {
          seuil,
          maxTriplets: options.maxTriplets ?? 4000,
        });
  let ecourtees = 0;
  if (options.groupes !== false && (options.effort ?? 0) > 0) {
    const base = Float64Array.from(cellule, (c) => s.base[c]!);
    const r = groupesComplets(reduit, exacte, base, seuil, options.effort!);
    ecourtees = r.ecourtees;
    const connus = new Set(groupes.map((g) => [...g.cellules].sort((x, y) => x - y).join()));
    for (const g of r.groupes) {
      const cellules = g.us.map((u) => cellule[u]!).sort((x, y) => x - y);
      if (!connus.has(cellules.join())) groupes.push({ genre: 'complet', base: g.base, cellules });
    }
  }
  return {
    cellules: s.n,
    inconnues: n,
    protegees,
    relations: s.relations.nombre,
    rang,
    remplissage,
    incoherentes: reduit.incoherentes,
    exactes,
    exactesProtegees,
    borneesProtegees,
    groupes,
    tripletsSautes,
    ecourtees,
    bas,
    haut,
    cellulesInconnues: cellule,
  };
}
