/**
 * Shapes of what the report reads beside the contract's own (Zone, audit, release): the fields it needs of the files that
 * earlier stages leave in the confidential folder. Counts must add up here too: a report that hides a loss is worse than none.
 */
import type { Topology } from 'topojson-specification';
import { z } from 'zod';
import { comptesSchema } from '../../data/contract/provenance.ts';
import { echelleSchema, millesimeSchema } from '../../data/contract/zone.ts';

/** sources/manifeste.json */
export const manifesteSchema = z.object({
  config: z.object({ titre: z.string(), fictif: z.boolean(), cog: millesimeSchema, pays: z.string() }),
  lues: z.array(
    z.object({
      type: z.string(),
      nom: z.string(),
      millesime: millesimeSchema.optional(),
      zonage: z.string().optional(),
      sha256: z.string(),
      comptes: comptesSchema,
    }),
  ),
});
export type Manifeste = z.infer<typeof manifesteSchema>;

/** tables/rapport.json */
export const rapportTablesSchema = z.object({
  logements: comptesSchema,
  menages: comptesSchema,
  passages: z.int(),
  sansCoordonnees: z.int(),
  ecartsIris: z.int(),
  ecartsQpv: z.int(),
  ecartsQpvDeclare: z.int(),
  menagesApparies: z.int(),
});
export type RapportTables = z.infer<typeof rapportTablesSchema>;

/** secret/rapport.json */
export const rapportSecretSchema = z.object({
  cellules: z.int(),
  /** Cells that show a value: fewer than the published ones of pertes.parquet, which may hold no answering unit. */
  publiees: z.int(),
  croisees: z.int(),
  territoires: z.int(),
  totaux: z.array(
    z.object({
      millesime: millesimeSchema,
      variable: z.string(),
      echelle: echelleSchema,
      code: z.string(),
    }),
  ),
  concessions: z.array(z.string()),
});
export type RapportSecret = z.infer<typeof rapportSecretSchema>;

/** public/geo/<echelle>.json of the release: the light outlines that the site draws too. */
export const topologieSchema = z.custom<Topology>(
  (t) => typeof t === 'object' && t !== null && 'type' in t && t.type === 'Topology' && 'objects' in t,
  'une topologie TopoJSON',
);
