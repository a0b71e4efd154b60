/**
 * Device binding, when the convention asks for it: a key that this browser cannot export signs each opening of a
 * session (DPoP, RFC 9449). A link forwarded to another computer is then refused past the agreed number of devices.
 */
import { ErreurTerritoire } from './erreurs.ts';

const BASE = 'carto-ops';
const TABLE = 'appareil';

function promesse<T>(demande: IDBRequest<T>): Promise<T> {
  return new Promise((resoudre, rejeter) => {
    demande.addEventListener('success', () => resoudre(demande.result));
    demande.addEventListener('error', () => rejeter(demande.error ?? new Error('IndexedDB')));
  });
}

/** The key pair of this browser, made on first need and kept in IndexedDB; its private half never leaves it. */
async function cleAppareil(): Promise<CryptoKeyPair> {
  const ouverture = indexedDB.open(BASE, 1);
  ouverture.addEventListener('upgradeneeded', () => ouverture.result.createObjectStore(TABLE));
  const base = await promesse(ouverture);
  try {
    const lire = () => promesse(base.transaction(TABLE).objectStore(TABLE).get('cle'));
    const connue = (await lire()) as CryptoKeyPair | undefined;
    if (connue) return connue;
    const neuve = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    // `add` fails when another tab was faster: its key is then the one of this browser.
    await promesse(base.transaction(TABLE, 'readwrite').objectStore(TABLE).add(neuve, 'cle')).catch(
      () => undefined,
    );
    return ((await lire()) as CryptoKeyPair | undefined) ?? neuve;
  } finally {
    base.close();
  }
}

const b64 = (octets: Uint8Array) =>
  btoa(String.fromCharCode(...octets))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const utf8 = new TextEncoder();

/**
 * Proof for one POST.
 * @param adresse absolute address of the session route
 * @param maintenant seconds since 1970, by the service's clock
 * @throws ErreurTerritoire 'appareils' when this browser keeps nothing (private window, blocked storage)
 */
export async function preuveAppareil(adresse: string, maintenant: number): Promise<string> {
  let cle: CryptoKeyPair;
  try {
    cle = await cleAppareil();
  } catch (cause) {
    throw new ErreurTerritoire('appareils', { cause });
  }
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', cle.publicKey);
  const entete = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } };
  const charge = {
    htm: 'POST',
    htu: adresse,
    iat: Math.floor(maintenant),
    jti: b64(crypto.getRandomValues(new Uint8Array(16))),
  };
  const texte = `${b64(utf8.encode(JSON.stringify(entete)))}.${b64(utf8.encode(JSON.stringify(charge)))}`;
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    cle.privateKey,
    utf8.encode(texte),
  );
  return `${texte}.${b64(new Uint8Array(signature))}`;
}
