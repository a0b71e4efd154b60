/** Shape of the acceptance cases (gate.md §5): mutations are data. */
import { z } from 'zod';

export const mutationSchema = z.looseObject({ op: z.string() });
export type Mutation = z.infer<typeof mutationSchema>;

export const casSchema = z.object({
  id: z.string(),
  group: z.string(),
  what: z.string(),
  request: z.looseObject({ base: z.string(), mutate: z.array(mutationSchema).default([]) }),
  expected: z.looseObject({
    status: z.array(z.int()),
    code: z.string().optional(),
    header: z.record(z.string(), z.string()).optional(),
    headersAbsent: z.array(z.string()).optional(),
    bytes: z.int().optional(),
    refused: z.string().optional(),
    audit: z.string().optional(),
    note: z.string().optional(),
  }),
});
export type Cas = z.infer<typeof casSchema>;

/** A mutation this runner does not know: the case fails, it is never guessed. */
export class Inconnue extends Error {}

export const texte = (v: unknown, nom: string): string => {
  if (typeof v === 'string') return v;
  throw new Inconnue(`« ${nom} » attend un texte`);
};
export const objet = (v: unknown): Record<string, unknown> =>
  typeof v === 'object' && v !== null ? (v as Record<string, unknown>) : {};
