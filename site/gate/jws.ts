/**
 * Strict compact JWS over jose. The library alone accepts aliased signatures, duplicate keys, unknown headers and
 * claims (gate.md §2.1): here the protected header must be one of the configured texts byte for byte, every segment
 * must be canonical base64url, the payload must be its own canonical JSON, and its schema is closed.
 */
import { CompactSign, base64url, compactVerify } from 'jose';
import type { z } from 'zod';
import { entete, texteCanonique, type TypeJws } from '../../data/contract/grant.ts';

const utf8 = new TextEncoder();
// A byte order mark is a character of the text like another: it is not canonical JSON.
const lecteur = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface CleJws {
  alg: 'EdDSA' | 'HS256';
  kid: string;
  typ: TypeJws;
  cle: CryptoKey;
}

/** Keys by the exact text of the first segment: no header is ever parsed. */
export class Trousseau {
  readonly #parSegment = new Map<string, CleJws>();
  readonly #leurre: CleJws;
  /** @param cles accepted keys; the first also serves as decoy so that an unknown key costs the same time */
  constructor(cles: readonly CleJws[]) {
    const premiere = cles[0];
    if (!premiere) throw new RangeError('a key ring needs a key');
    this.#leurre = premiere;
    for (const c of cles) this.#parSegment.set(base64url.encode(entete(c.alg, c.kid, c.typ)), c);
  }
  trouve(segment: string): { cle: CleJws; connue: boolean } {
    const cle = this.#parSegment.get(segment);
    return cle ? { cle, connue: true } : { cle: this.#leurre, connue: false };
  }
}

export interface ObjetSigne<T> {
  charge: T;
  kid: string;
}

/** Longest accepted texts: a link must stay a link; a byte token must fit one header line of 8 KiB. */
export const LONGUEUR = { grant: 2048, jeton: 8000, liste: 64 * 1024 * 1024 } as const;

const FORME = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{86})$/;

/** Verify everything but time. @returns undefined for any defect, without saying which. */
export async function verifierJws<S extends z.ZodType & { readonly shape: object }>(
  texte: string,
  trousseau: Trousseau,
  schema: S,
  longueur: number,
): Promise<ObjetSigne<z.infer<S>> | undefined> {
  if (texte.length > longueur) return undefined;
  const m = FORME.exec(texte);
  const [tete, corps, signature] = [m?.[1] ?? '', m?.[2] ?? '', m?.[3] ?? ''];
  const { cle, connue } = trousseau.trouve(tete);
  if (!m || !connue) {
    // Same work as a wrong signature: the answer's time must not tell a known key from an unknown one.
    const faux = base64url.encode(entete(cle.alg, cle.kid, cle.typ));
    const taille = cle.alg === 'HS256' ? 43 : 86;
    await compactVerify(`${faux}.AA.${'A'.repeat(taille)}`, cle.cle).catch(() => undefined);
    return undefined;
  }
  try {
    await compactVerify(texte, cle.cle, { algorithms: [cle.alg] });
    if (base64url.encode(base64url.decode(signature)) !== signature) return undefined;
    const octets = base64url.decode(corps);
    if (base64url.encode(octets) !== corps) return undefined;
    const json = lecteur.decode(octets);
    const lu: unknown = JSON.parse(json);
    if (JSON.stringify(lu) !== json) return undefined;
    const charge = schema.parse(lu);
    if (texteCanonique(schema, charge as Record<string, unknown>) !== json) return undefined;
    return { charge, kid: cle.kid };
  } catch {
    return undefined;
  }
}

/** Sign a payload in the order of its schema. */
export async function signerJws<S extends z.ZodType & { readonly shape: object }>(
  schema: S,
  charge: z.infer<S>,
  cle: CleJws,
): Promise<string> {
  const texte = texteCanonique(schema, schema.parse(charge) as Record<string, unknown>);
  return new CompactSign(utf8.encode(texte))
    .setProtectedHeader({ alg: cle.alg, kid: cle.kid, typ: cle.typ })
    .sign(cle.cle);
}
