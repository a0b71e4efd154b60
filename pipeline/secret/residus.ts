/** The plain rule of residues, asked of every decomposition after the engine, and what a reader knows of a block. */
import type { NiveauZones } from './atomes.ts';
import { etale, type ParPop, type Pop, type Relations } from './relations.ts';
import type { Cause } from './verdict.ts';

/** One variable of a block: what is hidden, and what hiding more would cost. */
export interface Probleme {
  relations: Relations;
  niveaux: readonly NiveauZones[];
  /** Per rank of level: hidden flags, changed in place. */
  cache: ParPop<Uint8Array>[];
  /** Levels under this rank are decided elsewhere and may not be hidden here. */
  contexte: number;
  /** Respondents per atom. */
  repondants: ParPop<Int32Array>;
  seuil: number;
  /** Told of each cell hidden, with why. */
  note: (rang: number, zone: number, population: Pop, cause: Cause) => void;
  /** Cell that must stay published. */
  exige?: { rang: number; population: Pop; zone: number } | undefined;
  /** Cost of one unit hidden at a level. */
  poids: (rang: number) => number;
}

const TOURS = 25;

/**
 * Residues (secret.md §7.5): what a published cell leaves once the published parts of one of its decompositions are taken
 * away must be empty or hold `seuil` units. The engine searches groups within a budget; this simple rule has none.
 * Hides the cheapest published cell of each faulty row. @returns cells hidden
 */
export function repareResidus(p: Probleme): number {
  const r = p.relations;
  const np = r.populations.length;
  const base = etale(r, p.repondants);
  let total = 0;
  for (let tour = 0; tour < TOURS; tour++) {
    const connue = connues(p, base);
    let caches = 0;
    for (let l = 0; l + 1 < r.debut.length; l++) {
      const [i0, i1] = [r.debut[l] as number, r.debut[l + 1] as number];
      if (connue[r.cellule[i0] as number] === 0) continue;
      let reste = 0;
      for (let i = i0 + 1; i < i1; i++)
        if (connue[r.cellule[i] as number] === 0) reste += base[r.cellule[i] as number] as number;
      if (reste === 0 || reste >= p.seuil) continue;
      const choix = [...r.cellule.subarray(i0, i1)]
        .filter((c) => connue[c] === 1 && (base[c] as number) > 0)
        .flatMap((c) => publiees(p, c, np))
        .sort((a, b) => a.cout - b.cout || a.k - b.k || a.z - b.z)[0];
      if (choix === undefined) continue;
      (p.cache[choix.k] as ParPop<Uint8Array>)[choix.q][choix.z] = 1;
      const total = r.cellule[i0] as number;
      p.note(choix.k, choix.z, choix.q, {
        genre: 'residu',
        base: reste,
        cible: [`reste de ${nomCellule(r, p.niveaux, total)}`],
        autres: 0,
      });
      connue[r.cellule[i0] as number] = 0;
      caches++;
    }
    total += caches;
    if (caches === 0) return total;
  }
  return total;
}

/** Is this the cell that must stay published? */
export const estExigee = ({ exige }: Pick<Probleme, 'exige'>, k: number, q: Pop, z: number): boolean =>
  exige?.rang === k && exige.population === q && exige.zone === z;

/** Zones that publish a cell: itself, or for a complement one of its two sides. */
function publiees(p: Probleme, c: number, np: number): { k: number; z: number; q: Pop; cout: number }[] {
  const r = p.relations;
  if (c >= r.cellules - r.atomes * np) return [];
  const k = p.niveaux.findLastIndex((n, i) => n.cles.length > 0 && (r.premier[i] as number) <= c);
  if (k < p.contexte) return [];
  const z = Math.floor((c - (r.premier[k] as number)) / np);
  const pop = r.populations[(c - (r.premier[k] as number)) % np];
  const cotes: readonly Pop[] = pop === 'AUTRE' ? ['ER', 'ENS'] : [pop as Pop];
  return cotes.flatMap((q) => {
    if (p.cache[k]?.[q][z] !== 0 || estExigee(p, k, q, z)) return [];
    const base = (r.membres[k]?.[z] ?? []).reduce((s, a) => s + (p.repondants[q][a] as number), 0);
    return [{ k, z, q, cout: p.poids(k) * base }];
  });
}

/** Cells a reader knows: published ones, complements of two published sides, and empty ones. */
export function connues(p: Pick<Probleme, 'relations' | 'niveaux' | 'cache'>, base: Int32Array): Uint8Array {
  const r = p.relations;
  const np = r.populations.length;
  const connue = new Uint8Array(r.cellules);
  p.niveaux.forEach((n, k) => {
    for (let z = 0; z < n.cles.length; z++) {
      const c = (r.premier[k] as number) + z * np;
      const [ens, er] = [p.cache[k]?.ENS[z] === 0, np === 3 && p.cache[k]?.ER[z] === 0];
      if (ens) connue[c] = 1;
      if (er) connue[c + 1] = 1;
      if (ens && er) connue[c + 2] = 1;
    }
  });
  for (let c = 0; c < r.cellules; c++) if (base[c] === 0) connue[c] = 1;
  return connue;
}

/** `<niveau>:<code>/<population>` of a cell, as the engine names them. */
export function nomCellule(r: Relations, niveaux: readonly NiveauZones[], c: number): string {
  const np = r.populations.length;
  const premierAtome = r.cellules - r.atomes * np;
  if (c >= premierAtome)
    return `atome:${Math.floor((c - premierAtome) / np)}/${r.populations[(c - premierAtome) % np]}`;
  const k = niveaux.findLastIndex((n, i) => n.cles.length > 0 && (r.premier[i] as number) <= c);
  const d = c - (r.premier[k] as number);
  return `${niveaux[k]?.id}:${niveaux[k]?.cles[Math.floor(d / np)]}/${r.populations[d % np]}`;
}
