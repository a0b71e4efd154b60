/**
 * The vocabulary of places and populations that crosses every stage.
 * A zone is an (echelle, code) pair; codes are always text ("01004", "2A004", "974").
 */
import { z } from 'zod';

/**
 * From the widest to the finest. `qva`, `batiment` and `cage` exist only where the sources give them; `zonage` holds every
 * further zoning of the producer (sectors of a PLH, an earlier QPV geography…), with codes `<identifiant>.<code>`.
 */
export const ECHELLES = [
  'france',
  'region',
  'departement',
  'epci',
  'commune',
  'qpv',
  'qva',
  'zonage',
  'iris',
  'carreau',
  'residence',
  'batiment',
  'cage',
  'adresse',
] as const;
export const echelleSchema = z.enum(ECHELLES);
export type Echelle = z.infer<typeof echelleSchema>;

/** Échelles whose figures are split into tous / qpv / hqpv (domain.md §3). The others exist for `tous` only. */
export const ECHELLES_AVEC_SECTEUR: readonly Echelle[] = [
  'france',
  'region',
  'departement',
  'epci',
  'commune',
];

/** Below the commune: percentages are whole, bases are classes (domain.md §5, ambiguity 7). */
export const ECHELLES_FINES: readonly Echelle[] = [
  'qpv',
  'qva',
  'zonage',
  'iris',
  'carreau',
  'residence',
  'batiment',
  'cage',
  'adresse',
];

/** ENS: all households (or dwellings). ER: households that moved in recently (CCH R.442-14). */
export const POPULATIONS = ['ENS', 'ER'] as const;
export const populationSchema = z.enum(POPULATIONS);
export type Population = z.infer<typeof populationSchema>;

export const SECTEURS = ['tous', 'qpv', 'hqpv'] as const;
export const secteurSchema = z.enum(SECTEURS);
export type Secteur = z.infer<typeof secteurSchema>;

/** Year of the survey or of the register (1 January). */
export const millesimeSchema = z.int().min(1990).max(2100);
export type Millesime = number;

/** One slice of the cube: everything of a cell but its zone and its indicateur. */
export const trancheSchema = z.strictObject({
  population: populationSchema,
  secteur: secteurSchema,
  millesime: millesimeSchema,
});
export type Tranche = z.infer<typeof trancheSchema>;

/** Two audiences of every cell. `public` is a subset of `territoire`. */
export const AUDIENCES = ['public', 'territoire'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** A published zone as every downstream file lists it. */
export const zoneSchema = z.strictObject({
  echelle: echelleSchema,
  code: z.string().min(1),
  nom: z.string().min(1),
  /** Codes of the zones that hold this one, where the relation is a true nesting. */
  region: z.string().optional(),
  departement: z.string().optional(),
  epci: z.string().optional(),
  commune: z.string().optional(),
  /** Postcodes of the dwellings of a commune, from the public register, for the search; absent where none is known. */
  codesPostaux: z.array(z.string().regex(/^\d{5}$/)).optional(),
  /** [west, south, east, north] in degrees WGS84. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
});
export type Zone = z.infer<typeof zoneSchema>;
