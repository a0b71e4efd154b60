/**
 * Published table: columnar, one entry per zone in every column. The only numbers that leave the secret stage.
 * Written as JSON, sorted by (echelle, code); columns keyed by `cle()` of data/contract/cell.ts.
 */
import { z } from 'zod';
import { trancheSchema, zoneSchema } from './zone.ts';

const encodedSchema = z.union([z.number(), z.string(), z.null()]);

export const tableSchema = z.strictObject({
  format: z.literal('carto-ops/table@1'),
  audience: z.enum(['public', 'territoire']),
  zones: z.array(zoneSchema),
  tranches: z.array(trancheSchema),
  /** Indicateur and variable ids present. */
  indicateurs: z.array(z.string()),
  variables: z.array(z.string()),
  /** `cle(variable | indicateur, tranche)` → one Encoded per zone. */
  colonnes: z.record(z.string(), z.array(encodedSchema)),
});
export type Table = z.infer<typeof tableSchema>;
