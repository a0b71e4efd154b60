/** `sources.json`: what a folder of source files holds. Written by `carto demo`, or by hand for real data. */
import { z } from 'zod';
import { millesimeSchema } from './zone.ts';

/** Kinds of source files; their columns are declared in pipeline/sources. */
export const TYPES_SOURCE = [
  'rpls_ouvert',
  'rpls_restreint',
  'ops_menages',
  'communes',
  'epci',
  'departements',
  'regions',
  'iris',
  'qpv',
  'qva',
  'zonage',
  'cog_communes',
  'cog_epci',
  'passage',
  'bailleurs',
] as const;
export const typeSourceSchema = z.enum(TYPES_SOURCE);
export type TypeSource = z.infer<typeof typeSourceSchema>;

const champsFichier = z.strictObject({
  type: typeSourceSchema,
  /** Relative to the folder of sources.json; `.gz` accepted for text files. */
  chemin: z.string().min(1),
  /** Year of the register or of the survey (rpls_*, ops_menages) or of the COG. */
  millesime: millesimeSchema.optional(),
  /** Vintage of the zoning: "COG 2025", "IRIS 2024", "QPV 2024". */
  zonage: z.string().optional(),
  /** Short name of a further zoning (type `zonage`): prefix of its codes. One zoning covers an address at most once. */
  identifiant: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,29}$/, 'identifiant en minuscules, chiffres et _')
    .optional(),
  /** Layer of a GeoPackage; the only feature table when absent. */
  couche: z.string().optional(),
  /** Names of the columns that hold the code and the name, when they are not the usual ones. */
  colonnes: z.record(z.string(), z.string()).optional(),
  producteur: z.string().optional(),
  licence: z.string().optional(),
});
export const fichierSchema = champsFichier.refine((f) => f.type !== 'zonage' || f.identifiant !== undefined, {
  path: ['identifiant'],
  error: 'un fichier de type « zonage » demande un « identifiant » (par exemple secteurs_plh)',
});
export type Fichier = z.infer<typeof fichierSchema>;

export const sourcesSchema = z.strictObject({
  format: z.literal('carto-ops/sources@1'),
  titre: z.string(),
  /** True for invented territories: the mention is then printed on every page and export. */
  fictif: z.boolean(),
  /** Target COG of the build: every source is carried to it by the passage tables. */
  cog: millesimeSchema,
  /** Name of the whole country for titles: "France", or an invented one. */
  pays: z.string(),
  /** Definition of "emménagés récents" per OPS millésime, in years (domain.md §3). */
  emmenagesRecentsAnnees: z.record(z.string(), z.int().min(1).max(5)).default({}),
  fichiers: z.array(fichierSchema),
});
export type Sources = z.infer<typeof sourcesSchema>;
