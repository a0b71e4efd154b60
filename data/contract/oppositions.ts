/** Landlords that oppose disclosure to their peers (CCH, art. R. 411-4), as the register tells the build. */
import { z } from 'zod';

/** `confidentiel/oppositions.json`: SIREN of nine digits, sorted, without repeats. */
export const oppositionsSchema = z.strictObject({
  format: z.literal('carto-ops/oppositions@1'),
  bailleurs: z.array(z.string().regex(/^\d{9}$/)),
});
export type Oppositions = z.infer<typeof oppositionsSchema>;
