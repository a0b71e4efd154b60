/** Provenance carried by every artefact: never a machine path, never a date that changes with the clock. */
import { z } from 'zod';

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

export const provenanceSchema = z.strictObject({
  /** Version of this software. */
  version: z.string(),
  /** Hash of inputs + parameters + code of the stage: the freshness key. */
  cle: sha256Schema,
  /** Source files by name (never a path outside the folder). */
  sources: z.array(
    z.strictObject({
      nom: z.string(),
      type: z.string(),
      millesime: z.int().optional(),
      zonage: z.string().optional(),
      sha256: sha256Schema,
    }),
  ),
  outils: z.record(z.string(), z.string()),
  /** Version of the rules of secrecy (data/catalogue/secret.ts). */
  regle: z.string(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** Counts of one reader: entree = gardees + rejetees, always. */
export const comptesSchema = z
  .strictObject({ entree: z.int(), gardees: z.int(), rejetees: z.int() })
  .refine((c) => c.entree === c.gardees + c.rejetees, 'entree ≠ gardees + rejetees');
export type Comptes = z.infer<typeof comptesSchema>;
