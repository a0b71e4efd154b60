/** Shapes of the catalogue: themes, variables (one denominator, one mask) and indicateurs (one numerator each). */
import { z } from 'zod';
import { populationSchema } from './zone.ts';

const id = z.string().regex(/^[a-z][a-z0-9_]*$/, 'identifiant en minuscules, chiffres et _');

export const themeSchema = z.strictObject({
  id,
  libelle: z.string(),
  /** One sentence under the theme's name. */
  description: z.string(),
});
export type Theme = z.infer<typeof themeSchema>;

/** Base family: variables that share one population of units, hence one pattern of secrecy (secret.md §7.1). */
export const FAMILLES = ['menages', 'logements_restreint', 'logements_ouvert'] as const;
export type Famille = (typeof FAMILLES)[number];

/**
 * A variable is a question asked of units: its indicateurs share denominator, respondents and mask
 * (a distribution is published whole or not at all, domain.md §5).
 * SQL expressions range over one row = one unit of the table of its source (`menage` or `logement`).
 */
export const variableSchema = z.strictObject({
  id,
  libelle: z.string(),
  theme: id,
  source: z.enum(['ops', 'rpls']),
  famille: z.enum(FAMILLES),
  /** Name of the units, plural, for bases and legends: "ménages", "logements", "majeurs". */
  unites: z.string(),
  populations: z.array(populationSchema).min(1),
  /** Boolean SQL: the unit is in scope (N). */
  champ: z.string(),
  /** Boolean SQL: the unit answered the item (R_men). */
  repondu: z.string(),
  /** SQL weight of one answering unit in the denominator (R_u): 1, or persons, or m². Integer. */
  denominateur: z.string(),
  /**
   * P5, the 100 % rule on exact counts. strict: every share has 0 < x < R_u, a zone that fails is hidden and protected;
   * distribution: no modality equals R_u (hidden and protected), none is 0 (hidden; see data/catalogue/secret.ts);
   * total: only x = R_u hides (vacancy, means); non: open data or plain counts.
   */
  cent: z.enum(['strict', 'distribution', 'total', 'non']),
  /** Variable whose modalities complete this distribution; it is published wherever this one is. */
  avec: id.optional(),
  /** Minimum answered share in percent (P3, P6), 0 where the source has no item non-response. */
  reponseMin: z.int().min(0).max(100),
});
export type Variable = z.infer<typeof variableSchema>;

export const indicateurSchema = z.strictObject({
  id,
  variable: id,
  /** Long French label, sentence case: "Ménages sous 20 % du plafond PLUS". */
  libelle: z.string(),
  /** Short label for legends and columns. */
  court: z.string(),
  definition: z.string(),
  /** SQL integer expression summed over answering units: the numerator. */
  numerateur: z.string(),
  /** How the value is made: part = x / R_u in %, moyenne = x / R_u, nombre = x. */
  calcul: z.enum(['part', 'moyenne', 'nombre']),
  /** Suffix of the value: "%", "pers.", "€/m²", "m²", "logements". */
  unite: z.string(),
  decimales: z.int().min(0).max(2),
  /** A modality of its variable: modalities of one variable partition its denominator. Cumulates are false. */
  modalite: z.boolean(),
  /** Sense of the colour ramp; "divergente" has a reference value. */
  rampe: z.enum(['sequentielle', 'divergente']).default('sequentielle'),
  /** Bounds of public policy, in the unit of the value, for fixed classes. */
  bornes: z.array(z.number()).optional(),
  /** Finest échelle kept in the public audience; absent = never public. Reviewed with `data/catalogue/public.ts`. */
  limites: z.string(),
  /** Comparability across millésimes: empty = comparable. */
  comparabilite: z.string().default(''),
});
export type Indicateur = z.infer<typeof indicateurSchema>;
export type IndicateurDeclare = z.input<typeof indicateurSchema>;
