/**
 * `audit.json` of a release: what the independent audit counted. Counts only, never the identifier of a hidden cell nor
 * the reason why it is hidden; it is public and shown on the method page.
 */
import { z } from 'zod';
import { echelleSchema, millesimeSchema, populationSchema } from './zone.ts';

/** Cells of one audience, summed over its bundles: `epci` a whole territory, `commune` and `millesimes` bundles cut from one. */
const audienceSchema = z.strictObject({
  audience: z.enum(['public', 'epci', 'commune', 'millesimes']),
  /** Bundles counted; 1 for the public. */
  lots: z.int(),
  publiees: z.int(),
  masquees: z.int(),
  absentes: z.int(),
});
export type AudienceComptee = z.infer<typeof audienceSchema>;

export const auditSchema = z.strictObject({
  format: z.literal('carto-ops/audit@1'),
  /** Version of the rules of secrecy checked. */
  regle: z.string(),
  seuil: z.int(),
  verdict: z.enum(['conforme', 'non conforme']),
  /** Failures by kind; empty when the verdict is "conforme". */
  violations: z.record(z.string(), z.int()),
  /** Things counted that do not fail: see the help of `carto audit`. */
  signalements: z.record(z.string(), z.int()),
  /** Cells of the union of all audiences, by échelle × variable × population (all secteurs and millésimes). */
  cellules: z.array(
    z.strictObject({
      echelle: echelleSchema,
      variable: z.string(),
      population: populationSchema,
      publiees: z.int(),
      /** Marked `s`, whatever the reason. */
      masquees: z.int(),
      /** Marked `nd` or `so`. */
      absentes: z.int(),
    }),
  ),
  /** What each audience is shown; absent from audits older than this count. */
  audiences: z.array(audienceSchema).default([]),
  fichiers: z.strictObject({
    tables: z.int(),
    archives: z.int(),
    tuiles: z.int(),
    /** Zone × archive pairs whose attributes were compared with the table. */
    zonesComparees: z.int(),
    valeursComparees: z.int(),
  }),
  /** Exports read back (`--exports DIR`): files, files not read, figures compared. */
  exports: z.strictObject({ lus: z.int(), sautes: z.int(), figures: z.int() }).optional(),
  /** Cells bounded by linear programming (`--lp N`). */
  programmation: z.strictObject({ examinees: z.int(), partielles: z.int(), ecartees: z.int() }).optional(),
  /** One linear system per millésime and base. */
  systemes: z.array(
    z.strictObject({
      millesime: millesimeSchema,
      nom: z.string(),
      cellules: z.int(),
      inconnues: z.int(),
      protegees: z.int(),
      relations: z.int(),
      rang: z.int(),
    }),
  ),
});
export type AuditResume = z.infer<typeof auditSchema>;
