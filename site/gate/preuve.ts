/**
 * Device binding, an option of a convention: the session route wants a DPoP proof (RFC 9449) by a key the browser
 * cannot export, and the register says how many such keys an account may have (gate.md §2.5).
 */
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { Refus } from './types.ts';

const enteteSchema = z.strictObject({
  typ: z.literal('dpop+jwt'),
  alg: z.literal('ES256'),
  jwk: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  }),
});
const chargeSchema = z.strictObject({
  htm: z.literal('POST'),
  htu: z.string(),
  iat: z.int(),
  jti: z.string().min(16).max(64),
});

/** Longest age of a proof, and how far its clock may be ahead. Seconds. */
const AGE = 60;

/** Proofs already used in the last two minutes. */
export class PreuvesVues {
  readonly #vues = new Map<string, number>();
  /** @returns false when this proof was already used */
  note(jti: string, maintenant: number): boolean {
    for (const [vue, t] of this.#vues) {
      if (maintenant - t < 2 * AGE) break;
      this.#vues.delete(vue);
    }
    if (this.#vues.has(jti)) return false;
    this.#vues.set(jti, maintenant);
    return true;
  }
}

/**
 * Thumbprint of the key that signed a proof for POST on one of `adresses`.
 * @throws Refus 403 devices when the proof is absent, wrong, old or already used
 */
export async function empreinteAppareil(
  preuve: string | null,
  adresses: readonly string[],
  vues: PreuvesVues,
  maintenant: number,
): Promise<string> {
  if (!preuve || preuve.length > 2048) throw new Refus(403, 'devices');
  try {
    const { jwk } = enteteSchema.parse(decodeProtectedHeader(preuve));
    const { payload } = await jwtVerify(preuve, await importJWK(jwk, 'ES256'), {
      algorithms: ['ES256'],
      currentDate: new Date(maintenant * 1000),
    });
    const { htu, iat, jti } = chargeSchema.parse(payload);
    if (!adresses.includes(htu) || Math.abs(maintenant - iat) > AGE || !vues.note(jti, maintenant))
      throw new Refus(403, 'devices');
    return await calculateJwkThumbprint(jwk, 'sha256');
  } catch (cause) {
    if (cause instanceof Refus) throw cause;
    throw new Refus(403, 'devices');
  }
}
