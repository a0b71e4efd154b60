/**
 * `<registre>/traitement.json`: what the register of processing must say and software cannot know (RGPD, art. 30;
 * convention, annexe 2, art. 3). Written by hand, read by `carto registre` and `carto incident`.
 */
import { z } from 'zod';

const texte = z.string().trim().min(1);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const traitementSchema = z.strictObject({
  responsable: z.strictObject({ nom: texte, adresse: texte, contact: texte }),
  dpo: z.strictObject({ nom: texte, contact: texte }),
  /** Host, CDN, service provider: each one needs the written consent of the EPCI. */
  sousTraitants: z.array(
    z.strictObject({
      nom: texte,
      role: texte,
      pays: texte,
      consentement: z.strictObject({ reference: texte, date }),
    }),
  ),
  /** Security measures, one sentence each. */
  mesures: z.array(texte).min(1),
  /** Where a breach is notified. */
  incident: z.strictObject({ mel: texte, telephone: texte, fax: texte.optional() }),
  /** Months that journals of the gate are kept (CNIL: 6 to 12). */
  moisJournaux: z.int().min(6).max(12),
});
export type Traitement = z.infer<typeof traitementSchema>;
