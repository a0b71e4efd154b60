/**
 * Confidentiality as a type: a cell is a value, a secret, absent or not applicable. Nothing else encodes
 * "missing" anywhere after the secret stage.
 *
 * Encoded form (tables, tile attributes), one column per `cle`:
 *  - column of an indicateur: a number (integer, value x 10^decimales) when published, otherwise nothing;
 *  - column of a variable: its base (a count, or a class such as "11–19" below the commune) when published,
 *    otherwise the statut "s", "nd" or "so", shared by every indicateur of that variable.
 */
import type { Tranche } from './zone.ts';

/** The one mark of every hidden cell, whatever the reason (domain.md §5, ambiguity 10). */
export const STATUTS = ['valeur', 's', 'nd', 'so'] as const;
export type Statut = (typeof STATUTS)[number];
/** s: statistical secrecy; nd: not surveyed or not located; so: no social housing here. */
export type StatutAbsent = Exclude<Statut, 'valeur'>;

/** Base of a published figure: exact count at commune level and above, class below. */
export type Base = number | ClasseBase;
export const CLASSES_BASE = ['11–19', '20–49', '50–99', '100+'] as const;
export type ClasseBase = (typeof CLASSES_BASE)[number];

export type Cell =
  | { readonly statut: 'valeur'; readonly valeur: number; readonly base: Base }
  | { readonly statut: StatutAbsent };

/** What an encoded column may hold. `null` means: this slice does not exist for this zone (see the table). */
export type Encoded = number | ClasseBase | StatutAbsent | null;

/**
 * Key of one column in published tables and of one attribute in tiles: `<id>.<population>.<secteur>.<millesime>`,
 * where id is an indicateur or a variable of the catalogue.
 */
export function cle(id: string, t: Tranche): string {
  return `${id}.${t.population}.${t.secteur}.${t.millesime}`;
}

/** Class of a base below the commune (domain.md §5, ambiguity 7). Throws under 11: such a base is never published. */
export function classeBase(n: number): ClasseBase {
  if (n < 11) throw new RangeError(`base ${n} below the threshold of 11 has no class`);
  return n < 20 ? '11–19' : n < 50 ? '20–49' : n < 100 ? '50–99' : '100+';
}

export function estStatutAbsent(v: unknown): v is StatutAbsent {
  return v === 's' || v === 'nd' || v === 'so';
}

/**
 * Decode one cell from its two encoded columns.
 * @param variable encoded column of the variable (base or statut)
 * @param indicateur encoded column of the indicateur (scaled integer)
 * @param decimales decimals of the indicateur in the catalogue
 */
export function decodeCell(
  variable: Encoded | undefined,
  indicateur: Encoded | undefined,
  decimales: number,
): Cell {
  if (estStatutAbsent(variable)) return { statut: variable };
  if (variable == null || typeof indicateur !== 'number') return { statut: 'nd' };
  return { statut: 'valeur', valeur: indicateur / 10 ** decimales, base: variable };
}
