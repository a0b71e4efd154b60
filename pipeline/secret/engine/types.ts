/**
 * Shapes of the secret engine. Two doors:
 *  - `Systeme`: units counted on atoms, grouped by any number of overlapping levels, for one or two populations;
 *  - `SystemeLineaire`: cells tied by linear relations, whatever they come from (the engine proper).
 * Everything is typed arrays, so that a country fits and crosses to a worker.
 */

export const POPULATIONS_MOTEUR = ['ENS', 'ER'] as const;
export type PopulationMoteur = (typeof POPULATIONS_MOTEUR)[number];

/** One zoning of the atoms. Nesting is never declared: it is read from the memberships. */
export interface Niveau {
  readonly id: string;
  /** Weight of one unit hidden at this level (cost = units x weight); a heavier level is published first. */
  readonly poids: number;
  /** Per atom: index of its zone, -1 when the level does not cover it. */
  readonly zone: Int32Array;
  /** Per zone: its code. Ties are broken by code, never by order of arrival. */
  readonly codes: readonly string[];
  /** ENS cells of this level with at least `seuil` units must stay published; refused with a reason otherwise. */
  readonly impose?: boolean;
}

/**
 * Units (households, dwellings, respondents) on atoms. Cells are numbered by `indexCellules`.
 * The complement ENS - ER is never published but protected like the others.
 */
export interface Systeme {
  readonly atomes: number;
  readonly niveaux: readonly Niveau[];
  /** Units per atom; ER is a subset of ENS. */
  readonly effectifs: { readonly ENS: Int32Array; readonly ER?: Int32Array };
  /** Smallest publishable number of units; a derivable group of 1 to seuil - 1 units is a leak. */
  readonly seuil: number;
  /** Per cell: 1 = hidden for quality reasons, not protected. */
  readonly masque?: Uint8Array;
  /** Per cell: 1 = hidden and protected whatever its size (100 % rule). */
  readonly protege?: Uint8Array;
  /** Per cell: 1 = must stay published, though its level need not. */
  readonly exige?: Uint8Array;
  /** Per cell: 1 = already hidden by the pattern of the family, to keep hidden, not protected. */
  readonly depart?: Uint8Array;
}

/** Why a cell is not published. Never leaves the confidential side. */
export const MOTIF = { publie: 0, primaire: 1, secondaire: 2, qualite: 3 } as const;

/** One reason to hide: were all of `coupe` published, the sum over `cible` could be computed. */
export interface Preuve {
  readonly genre: GenreFuite;
  /** Units of the derivable group (true value, confidential). */
  readonly base: number;
  /** Labels of the group: `<niveau>:<code>/<population>`, population ENS, ER or AUTRE. */
  readonly cible: readonly string[];
  /** Cells (indices) whose joint publication gives the group away; at least one of them is hidden. */
  readonly coupe: Int32Array;
}

/**
 * exacte: one cell; residu: what a relation leaves; groupe: cells always counted together; paire, triple: two or three
 * cells; echelon: a row of the elimination; bornes: a cell fixed because a published zero or total bounds it.
 */
export type GenreFuite = 'exacte' | 'residu' | 'groupe' | 'paire' | 'triple' | 'echelon' | 'bornes';

export interface Patron {
  /** Per cell: 1 = hidden. A cell with no unit at all is published ("sans objet"), unless masked. */
  readonly cache: Uint8Array;
  /** Per cell: MOTIF. */
  readonly motif: Uint8Array;
  /** Per cell: index in `preuves` of the leak that only this cell closes, -1 when not secondary. */
  readonly preuve: Int32Array;
  readonly preuves: readonly Preuve[];
  readonly comptes: Comptes;
}

export interface Comptes {
  cellules: number;
  primaires: number;
  secondaires: number;
  qualite: number;
  /** Units hidden in secondary cells. */
  perte: number;
  /** Audit rounds until nothing was left. */
  tours: number;
  /** Components too large for the complete search of groups: exact cells, residuals, pairs and triples were searched. */
  incomplets: number;
}

export interface OptionsMoteur {
  /** Threads of `resoudreParallele` (default 1). The pattern does not depend on it. */
  fils?: number;
  /** Fixed cost of hiding one cell, in units, so that few cells are hidden as well as few units (default 6). */
  coutCellule?: number;
}

/** Cells tied by relations: for each relation, the sum of coef x value is 0. The core works on this. */
export interface SystemeLineaire {
  readonly cellules: number;
  /** Units behind each cell, for the group rule. */
  readonly base: Float64Array | Int32Array;
  /** Value of each cell, for the bounds; default: `base`. */
  readonly valeur?: Float64Array;
  /** 0 = may be published, 1 = never published, and protected; 2 = never published, not protected; 3 = always published. */
  readonly sort: Uint8Array;
  /** Cost of hiding a publishable cell, > 0. */
  readonly cout: Float64Array;
  /** Relations in rows: entries of row r are debut[r] .. debut[r + 1] - 1. */
  readonly debut: Int32Array;
  readonly colonne: Int32Array;
  readonly coef: Int32Array;
}

export interface Cellule {
  readonly niveau: number;
  readonly population: PopulationMoteur;
  readonly zone: number;
}

export interface IndexCellules {
  readonly nombre: number;
  /** Index of (niveau, population, zone); zones of one level and population are contiguous. */
  cellule(niveau: number, population: PopulationMoteur, zone: number): number;
  decode(cellule: number): Cellule;
}

/** Numbering of the cells of a system: level by level, ENS then ER, zone by zone. */
export function indexCellules(systeme: {
  readonly niveaux: readonly { readonly codes: readonly string[] }[];
  readonly effectifs: { readonly ER?: Int32Array };
}): IndexCellules {
  const populations = systeme.effectifs.ER === undefined ? 1 : 2;
  const debuts: number[] = [];
  let nombre = 0;
  for (const { codes } of systeme.niveaux) {
    debuts.push(nombre);
    nombre += codes.length * populations;
  }
  return {
    nombre,
    cellule(niveau, population, zone) {
      const codes = systeme.niveaux[niveau]?.codes.length ?? 0;
      const rang = population === 'ENS' ? 0 : 1;
      if (zone < 0 || zone >= codes || rang >= populations) throw new RangeError('no such cell');
      return (debuts[niveau] as number) + rang * codes + zone;
    },
    decode(cellule) {
      let niveau = debuts.length - 1;
      while (niveau > 0 && (debuts[niveau] as number) > cellule) niveau--;
      const codes = systeme.niveaux[niveau]?.codes.length ?? 0;
      const reste = cellule - (debuts[niveau] as number);
      return reste < codes
        ? { niveau, population: 'ENS', zone: reste }
        : { niveau, population: 'ER', zone: reste - codes };
    },
  };
}
