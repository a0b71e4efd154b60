/** Keys of the gate: public keys of the register, and byte keys derived each day from the master secret. */
import { importJWK } from 'jose';
import type { Garde } from '../../data/contract/grant.ts';
import { Trousseau, type CleJws } from './jws.ts';
import type { Maitre } from './types.ts';

const utf8 = new TextEncoder();

async function clePublique(x: string): Promise<CryptoKey> {
  return (await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA')) as CryptoKey;
}

export interface Trousseaux {
  grants: Trousseau;
  revocations: Trousseau;
  annuaires: Trousseau;
  /** Sets of keys: signed by a grant key. */
  jeux: Trousseau;
}

/** Key rings by use. Throws when a use has no key. */
export async function trousseaux(garde: Pick<Garde, 'cles'>): Promise<Trousseaux> {
  const grants: CleJws[] = [];
  const jeux: CleJws[] = [];
  const revocations: CleJws[] = [];
  const annuaires: CleJws[] = [];
  for (const { kid, usage, x } of garde.cles) {
    const cle = await clePublique(x);
    if (usage === 'grant') {
      grants.push({ alg: 'EdDSA', kid, typ: 'tg+jwt', cle });
      jeux.push({ alg: 'EdDSA', kid, typ: 'tk+jwt', cle });
    } else if (usage === 'liste') {
      revocations.push({ alg: 'EdDSA', kid, typ: 'tr+jwt', cle });
      annuaires.push({ alg: 'EdDSA', kid, typ: 'ta+jwt', cle });
    }
  }
  return {
    grants: new Trousseau(grants),
    revocations: new Trousseau(revocations),
    annuaires: new Trousseau(annuaires),
    jeux: new Trousseau(jeux),
  };
}

/** HKDF-SHA256 of a master secret: an independent HMAC-SHA256 key per use and period. */
export async function cleDerivee(maitre: Maitre, info: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', maitre.octets, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: utf8.encode(info) },
    base,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}

/** Yesterday's key is still accepted this long after midnight UTC; longer than the life of a token. */
const RECOUVREMENT = 15 * 60;

const jour = (secondes: number) => new Date(secondes * 1000).toISOString().slice(0, 10);

/** Byte keys of a moment: the one that signs and the ring that verifies, derived once a day. */
export class ClesOctets {
  readonly #maitres: readonly Maitre[];
  #repere = '';
  #courantes: Promise<{ signe: CleJws; verifie: Trousseau }> | undefined;
  constructor(maitres: readonly Maitre[]) {
    this.#maitres = maitres;
  }
  /** @param maintenant seconds since 1970 */
  a(maintenant: number): Promise<{ signe: CleJws; verifie: Trousseau }> {
    const jours = [...new Set([jour(maintenant), jour(maintenant - RECOUVREMENT)])];
    const repere = jours.join();
    if (repere !== this.#repere || !this.#courantes) {
      this.#repere = repere;
      this.#courantes = this.#derive(jours);
    }
    return this.#courantes;
  }
  async #derive(jours: readonly string[]): Promise<{ signe: CleJws; verifie: Trousseau }> {
    const cles: CleJws[] = [];
    for (const maitre of this.#maitres)
      for (const j of jours)
        cles.push({
          alg: 'HS256',
          kid: `${maitre.id}-${j}`,
          typ: 'tb+jwt',
          cle: await cleDerivee(maitre, `b1|${j}`),
        });
    const signe = cles[0];
    if (!signe) throw new RangeError('the gate needs a master secret');
    return { signe, verifie: new Trousseau(cles) };
  }
}
