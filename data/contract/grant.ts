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

/** Key id, then Ed25519 signature in base64url; see site/gate/sceau.ts for what is signed. */
export const sceauSchema = z.string().regex(/^[a-z0-9-]{4,32}\.[A-Za-z0-9_-]{86}$/);

/** One file the gate can serve; the id is the content identifier of its bundle manifest. */
export const gateArchiveSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]{16,64}$/),
  /** `epci:<SIREN>` or `com:<INSEE>`, as in the grant; a bare code is an EPCI. */
  territoire: z.string(),
  produit: z.enum(['manifeste', 'carte', 'table', 'geo']),
  /** Years inside, in any notation ("2022", "2020 2022"): a grant must list every one of them. */
  millesime: z.string(),
  /** Relative to the store's root; never built from a request. */
  fichier: z.string(),
  taille: z.int().nonnegative(),
  sha256: sha256Schema,
  type: z.string(),
  /** Seal of a manifest by the producer (`<kid>.<signature>`): the page checks it without trusting the gate. */
  sceau: sceauSchema.optional(),
});
export type GateArchive = z.infer<typeof gateArchiveSchema>;

/** `<release>/bundles/archives.json`: everything the gate of this release may serve. */
export const gateManifestSchema = z.strictObject({
  format: z.literal('carto-ops/archives@1'),
  release: z.string(),
  archives: z.array(gateArchiveSchema),
  /** Seal of the whole list; required by a gate whose register knows a key of use `livraison`. */
  sceau: sceauSchema.optional(),
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
  'rate',
  'purpose',
  'origin',
  'request',
  'method',
  'not-found',
  'too-large',
  'type',
  'range',
  'precondition',
] as const;
export type CodeRefus = (typeof CODES_REFUS)[number];

/** Body of a refusal: nothing of the request is echoed. */
export const refusSchema = z.object({ code: z.enum(CODES_REFUS), status: z.int() });

/**
 * Body of POST /t/v1/session. `accepte` repeats the purpose of the grant: the reader has read the clauses and
 * accepts them for it. `grant` is absent when it travels in `Authorization: Bearer`.
 */
export const demandeSessionSchema = z.strictObject({
  grant: z.string().max(2048).optional(),
  accepte: z.string().max(40),
});
export type DemandeSession = z.infer<typeof demandeSessionSchema>;

/** Claims of a byte token `b1` (JWS HS256, typ tb+jwt), an RFC 9246 profile, in this key order exactly. */
export const jetonSchema = z.strictObject({
  iss: z.string().max(200),
  exp: z.int().min(0).max(99_999_999_999),
  iat: z.int().min(0).max(99_999_999_999),
  nbf: z.int().min(0).max(99_999_999_999),
  /** Version of RFC 9246. */
  cdniv: z.literal(1),
  /** Anchored regular expression of the addresses it opens: an RFC 9246 edge checks it, the gate reads `arc`. */
  cdniuc: z.string().regex(/^regex:\^[ !#-~]*$/),
  sid: z.string().regex(/^[A-Za-z0-9_-]{16,32}$/),
  arc: z
    .array(z.string().regex(/^[a-z0-9]{16,64}$/))
    .min(1)
    .max(80),
  /** What revocation looks at, so that the gate keeps no session table: kid, cnv, sub, jti then its ancestors. */
  lnk: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/))
    .min(4)
    .max(7),
});
export type Jeton = z.infer<typeof jetonSchema>;

/** Payload of `revocations.jws` (typ tr+jwt). `seq` is the number of lines of the register: it never goes down. */
export const revocationsSchema = z.strictObject({
  seq: z.int().nonnegative(),
  iat: z.int(),
  jti: z.array(z.string()),
  cnv: z.array(z.string()),
  sub: z.array(z.string()),
  kid: z.array(z.string()),
});
export type Revocations = z.infer<typeof revocationsSchema>;

/** Payload of `annuaire.jws` (typ ta+jwt): what the session route must know of the register. No e-mail. */
export const annuaireSchema = z.strictObject({
  seq: z.int().nonnegative(),
  iat: z.int(),
  conventions: z.record(
    z.string(),
    z.strictObject({
      fin: z.int(),
      /** Territories it may open today: its EPCI and the communes that asked for it. */
      ter: z.array(z.string()),
      lay: z.array(z.string()),
      pur: z.array(z.string()),
      /** Devices allowed per account; 0 = no device binding. */
      appareils: z.int().nonnegative(),
    }),
  ),
  comptes: z.record(z.string(), z.strictObject({ fin: z.int(), nom: z.string() })),
  /** Grants issued, for chains of delegation. */
  liens: z.record(
    z.string(),
    z.strictObject({
      exp: z.int(),
      cnv: z.string(),
      sub: z.string(),
      par: z.string().optional(),
      ter: z.array(z.string()),
      lay: z.array(z.string()),
    }),
  ),
});
export type Annuaire = z.infer<typeof annuaireSchema>;

/** What a signing key of the register is for. */
export const USAGES = ['grant', 'liste', 'livraison'] as const;

const cleSchema = z.strictObject({ kid: z.string(), usage: z.enum(USAGES), x: z.string() });

/** `garde.json`: settings the register publishes to the gate; public keys only. */
export const gardeSchema = z.strictObject({
  format: z.literal('carto-ops/garde@1'),
  iss: z.string(),
  aud: z.string(),
  /** Lines of the register when it was written: a signed set of keys replaces these keys only when it is newer. */
  seq: z.int().nonnegative().optional(),
  /** Ed25519 public keys (JWK `x`) by kid: `grant` opens sessions, `liste` signs the lists, `livraison` seals releases. */
  cles: z.array(cleSchema),
});
export type Garde = z.infer<typeof gardeSchema>;

/**
 * Payload of each line of `cles.jws` (typ tk+jwt): the keys a running gate must take, and the sha256 of its master secrets,
 * the one that signs first. Signed by grant keys only: the list key, which rests in clear, can never add one.
 */
export const clesSchema = z.strictObject({
  seq: z.int().nonnegative(),
  iat: z.int(),
  cles: z.array(cleSchema),
  maitres: z.array(z.strictObject({ id: z.string(), empreinte: sha256Schema })),
});
export type ClesPubliees = z.infer<typeof clesSchema>;

/** The only accepted text of a protected header, byte for byte, for one key and one use. */
export function entete(alg: 'EdDSA' | 'HS256', kid: string, typ: TypeJws): string {
  return JSON.stringify({ alg, kid, typ });
}
/** Grant, byte token, revocations, directory, head of the register, set of keys. */
export type TypeJws = 'tg+jwt' | 'tb+jwt' | 'tr+jwt' | 'ta+jwt' | 'th+jwt' | 'tk+jwt';

/** JSON text of a signed payload: keys in the order of its schema, absent keys left out. */
export function texteCanonique(
  schema: { readonly shape: object },
  valeur: Readonly<Record<string, unknown>>,
): string {
  const cles = Object.keys(schema.shape).filter((k) => valeur[k] !== undefined);
  return JSON.stringify(Object.fromEntries(cles.map((k) => [k, valeur[k]])));
}

/**
 * Layer of a grant: `<produit|tout>-<année|tous>` ("tout-tous", "carte-2022").
 * @returns whether these layers open this archive: every year inside it must be listed.
 */
export function couchesOuvrent(
  lay: readonly string[],
  archive: Pick<GateArchive, 'produit' | 'millesime'>,
): boolean {
  const permis = (annee: string) => [archive.produit, 'tout'].some((p) => lay.includes(`${p}-${annee}`));
  if (permis('tous')) return true;
  const annees = archive.millesime.match(/\d{4}/g);
  return annees !== null && annees.every(permis);
}

/** Territory of an archive in the notation of grants. */
export function territoireArchive(archive: Pick<GateArchive, 'territoire'>): string {
  return archive.territoire.includes(':') ? archive.territoire : `epci:${archive.territoire}`;
}
