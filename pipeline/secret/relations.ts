/** Linear relations between the cells of a block, shared by the checks on residues and on numerators. */
import type { NiveauZones } from './atomes.ts';

export type Pop = 'ENS' | 'ER';
const POPS = ['ENS', 'ER', 'AUTRE'] as const;
type PopBornes = (typeof POPS)[number];
export type ParPop<T> = Record<Pop, T>;

/**
 * Relations between cells, built once per block: every zone is the sum of the zones of another level that lie inside it
 * and of the atoms left over; every population is the sum of its two halves. Atoms are the last cells.
 */
export interface Relations {
  cellules: number;
  debut: Int32Array;
  cellule: Int32Array;
  /** Rows of each cell. */
  debutLignes: Int32Array;
  lignesDe: Int32Array;
  /** First cell of each level; a level has zones × 3 cells (ENS, ER, AUTRE). */
  premier: number[];
  membres: number[][][];
  populations: readonly PopBornes[];
  atomes: number;
}

export function relationsDe(niveaux: readonly NiveauZones[], atomes: number, er: boolean): Relations {
  const populations = er ? POPS : (['ENS'] as const);
  const np = populations.length;
  const membres = niveaux.map((n) => {
    const m: number[][] = n.cles.map(() => []);
    for (let a = 0; a < atomes; a++)
      if ((n.zone[a] as number) >= 0) (m[n.zone[a] as number] as number[]).push(a);
    return m;
  });
  const premier: number[] = [];
  let cellules = 0;
  for (const n of niveaux) {
    premier.push(cellules);
    cellules += n.cles.length * np;
  }
  const premierAtome = cellules;
  cellules += atomes * np;
  const debut = [0];
  const cellule: number[] = [];
  const ligne = (total: number, parts: readonly number[]) => {
    cellule.push(total, ...parts);
    debut.push(cellule.length);
  };
  const zone = (k: number, z: number, p: number) => (premier[k] as number) + z * np + p;
  const atome = (a: number, p: number) => premierAtome + a * np + p;
  niveaux.forEach((_, k) => {
    for (const [z, liste] of (membres[k] as number[][]).entries()) {
      const vues = new Set<string>();
      niveaux.forEach((autre, l) => {
        const dedans = new Map<number, number>();
        if (l !== k)
          for (const a of liste)
            if ((autre.zone[a] as number) >= 0)
              dedans.set(autre.zone[a] as number, (dedans.get(autre.zone[a] as number) ?? 0) + 1);
        const entieres = new Set(
          [...dedans].filter(([y, n]) => n === membres[l]?.[y]?.length).map(([y]) => y),
        );
        const reste = liste.filter((a) => !entieres.has(autre.zone[a] as number));
        const cle = `${[...entieres].map((y) => `${l}:${y}`).join()}/${reste.join()}`;
        if (vues.has(cle)) return;
        vues.add(cle);
        for (let p = 0; p < np; p++)
          ligne(zone(k, z, p), [
            ...[...entieres].map((y) => zone(l, y, p)),
            ...reste.map((a) => atome(a, p)),
          ]);
      });
      if (er) ligne(zone(k, z, 0), [zone(k, z, 1), zone(k, z, 2)]);
    }
  });
  if (er) for (let a = 0; a < atomes; a++) ligne(atome(a, 0), [atome(a, 1), atome(a, 2)]);
  return {
    cellules,
    debut: Int32Array.from(debut),
    cellule: Int32Array.from(cellule),
    ...transpose(cellules, debut, cellule),
    premier,
    membres,
    populations,
    atomes,
  };
}

const memoire = new WeakMap<readonly NiveauZones[], Map<boolean, Relations>>();
/** Relations of a block, shared by all its variables. */
export function relations(niveaux: readonly NiveauZones[], atomes: number, er: boolean): Relations {
  let m = memoire.get(niveaux);
  if (m === undefined) memoire.set(niveaux, (m = new Map()));
  let r = m.get(er);
  if (r === undefined) m.set(er, (r = relationsDe(niveaux, atomes, er)));
  return r;
}

/** Rows of each cell, by counting sort. */
export function transpose(
  cellules: number,
  debut: readonly number[],
  cellule: readonly number[],
): Pick<Relations, 'debutLignes' | 'lignesDe'> {
  const debutLignes = new Int32Array(cellules + 1);
  for (const c of cellule) debutLignes[c + 1]! += 1;
  for (let c = 0; c < cellules; c++) debutLignes[c + 1]! += debutLignes[c] as number;
  const place = debutLignes.slice();
  const lignesDe = new Int32Array(cellule.length);
  for (let l = 0; l + 1 < debut.length; l++) {
    for (let i = debut[l] as number; i < (debut[l + 1] as number); i++) {
      const c = cellule[i] as number;
      lignesDe[place[c] as number] = l;
      place[c]! += 1;
    }
  }
  return { debutLignes, lignesDe };
}

/** Value of every cell for one measure given per atom. */
export function etale(r: Relations, m: ParPop<Int32Array>): Int32Array {
  const v = new Int32Array(r.cellules);
  const np = r.populations.length;
  const de = (a: number) => {
    const ens = m.ENS[a] as number;
    const er = np === 1 ? 0 : (m.ER[a] as number);
    return np === 1 ? [ens] : [ens, er, ens - er];
  };
  r.membres.forEach((zones, k) => {
    for (const [z, liste] of zones.entries()) {
      for (const a of liste) de(a).forEach((x, p) => (v[(r.premier[k] as number) + z * np + p]! += x));
    }
  });
  const premierAtome = r.cellules - r.atomes * np;
  for (let a = 0; a < r.atomes; a++) de(a).forEach((x, p) => (v[premierAtome + a * np + p] = x));
  return v;
}
