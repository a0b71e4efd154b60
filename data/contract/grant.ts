/** Shapes of the gate (gate.md §2): the long grant of the link, the short byte token, the session, the register. */
import { z } from 'zod';
import { sha256Schema } from './provenance.ts';

export const ROLES = ['admin', 'epci', 'commune', 'tiers'] as const;

/** Claims of a territory grant `g1` (JWS EdDSA, typ tg+jwt), in this key order exactly. Times in Unix seconds. */
export const grantSchema = z.strictObject({
  iss: z.string().max(200),
  aud: z.string().max(200),
  jti: z.string().regex(/^[A-Za-z0-9_-]{16,32}$/),
  par: z.string().max(32).optional(),
  cnv: z.string().min(1).max(64),
  sub: z.string().regex(/^[A-Za-z0-9_-]{4,64}$/),
  rol: z.enum(ROLES),
  /** `epci:<SIREN>` or `com:<INSEE>`; a list only for a third party. */
  ter: z
    .array(z.string().regex(/^(epci:[0-9A-Z]{9}|com:[0-9][0-9AB][0-9]{3})$/))
    .min(1)
    .max(20),
  lay: z
    .array(z.string().regex(/^[a-z0-9-]{1,40}$/))
    .min(1)
    .max(40),
  pur: z.string().regex(/^[a-z-]{1,40}$/),
  iat: z.int(),
  nbf: z.int(),
  exp: z.int(),
  cnf: z.string().optional(),
});
export type Grant = z.infer<typeof grantSchema>;

/** One file the gate can serve; the id is the content identifier of its bundle manifest. */
export const gateArchiveSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]{16,64}$/),
  territoire: z.string(),
  produit: z.enum(['manifeste', 'carte', 'table', 'geo']),
  millesime: z.string(),
  /** Relative to the store's root; never built from a request. */
  fichier: z.string(),
  taille: z.int().nonnegative(),
  sha256: sha256Schema,
  type: z.string(),
});
export type GateArchive = z.infer<typeof gateArchiveSchema>;

/** `<release>/bundles/archives.json`: everything the gate of this release may serve. */
export const gateManifestSchema = z.strictObject({
  format: z.literal('carto-ops/archives@1'),
  release: z.string(),
  archives: z.array(gateArchiveSchema),
});
export type GateManifest = z.infer<typeof gateManifestSchema>;

/** Answer of POST /t/v1/session. */
export const sessionSchema = z.strictObject({
  jeton: z.string(),
  /** Unix seconds: end of the byte token, then end of the grant itself. */
  expire: z.int(),
  fin: z.int(),
  convention: z.string(),
  role: z.enum(ROLES),
  finalite: z.string(),
  territoires: z.array(z.string()),
  /** Watermark of maps and exports: name of the account holder as registered, or its opaque id. */
  compte: z.string(),
  archives: z.array(gateArchiveSchema.omit({ fichier: true })),
});
export type Session = z.infer<typeof sessionSchema>;

/** Codes of refusal, body of application/problem+json. */
export const CODES_REFUS = [
  'missing',
  'invalid',
  'expired',
  'not-yet',
  'scope',
  'revoked',
  'ended',
  'devices',
  'stale',
] as const;
export type CodeRefus = (typeof CODES_REFUS)[number];
