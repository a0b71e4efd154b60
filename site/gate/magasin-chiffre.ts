/**
 * Archives encrypted at rest in RFC 8188 `aes128gcm` records: the store holds ciphertext only, the gate decrypts the records
 * of a range (gate.md §2.7, level b). A key per archive, derived from one secret and the archive's identifier.
 */
import type { GateArchive } from '../../data/contract/grant.ts';
import type { Magasin } from './types.ts';

/** Bytes of one record in the store; 17 of them are the delimiter and the tag. */
export const ENREGISTREMENT = 16_384;
const ENTETE = 21;
const SURCOUT = 17;
const utf8 = new TextEncoder();

async function hkdf(
  ikm: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  info: string,
  octets: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const base = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits']);
  const algorithme = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8.encode(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithme, base, octets * 8));
}

/** Keying material of one archive. @param secret 32 bytes kept by the gate */
export const cleArchive = (secret: Uint8Array<ArrayBuffer>, id: string): Promise<Uint8Array<ArrayBuffer>> =>
  hkdf(secret, new Uint8Array(32), `lot|${id}`, 16);

interface Chiffre {
  cle: CryptoKey;
  nonce: Uint8Array<ArrayBuffer>;
}

async function ouvrir(ikm: Uint8Array<ArrayBuffer>, sel: Uint8Array<ArrayBuffer>): Promise<Chiffre> {
  const brute = await hkdf(ikm, sel, 'Content-Encoding: aes128gcm\0', 16);
  return {
    cle: await crypto.subtle.importKey('raw', brute, 'AES-GCM', false, ['encrypt', 'decrypt']),
    nonce: await hkdf(ikm, sel, 'Content-Encoding: nonce\0', 12),
  };
}

/** Nonce of record `n`: the base, its last bytes mixed with the number. */
function parametres({ nonce }: Chiffre, n: number): AesGcmParams {
  const iv = nonce.slice();
  const vue = new DataView(iv.buffer);
  vue.setUint32(8, vue.getUint32(8) ^ n);
  return { name: 'AES-GCM', iv };
}

/** Encrypt a whole content. @param sel 16 bytes, never used twice with the same key and another content */
export async function chiffrer(
  clair: Uint8Array<ArrayBuffer>,
  ikm: Uint8Array<ArrayBuffer>,
  sel: Uint8Array<ArrayBuffer>,
  taille = ENREGISTREMENT,
): Promise<Uint8Array<ArrayBuffer>> {
  const chiffre = await ouvrir(ikm, sel);
  const utile = taille - SURCOUT;
  const nombre = Math.max(1, Math.ceil(clair.length / utile));
  const sortie = new Uint8Array(ENTETE + clair.length + nombre * SURCOUT);
  sortie.set(sel);
  new DataView(sortie.buffer).setUint32(16, taille);
  for (let n = 0, o = ENTETE; n < nombre; n++) {
    const bout = clair.subarray(n * utile, (n + 1) * utile);
    const bloc = new Uint8Array(bout.length + 1);
    bloc.set(bout);
    bloc[bout.length] = n === nombre - 1 ? 2 : 1;
    const scelle = new Uint8Array(await crypto.subtle.encrypt(parametres(chiffre, n), chiffre.cle, bloc));
    sortie.set(scelle, o);
    o += scelle.length;
  }
  return sortie;
}

/** Size in the store of an archive of `taille` bytes. */
export const tailleChiffree = (taille: number): number =>
  ENTETE + taille + Math.max(1, Math.ceil(taille / (ENREGISTREMENT - SURCOUT))) * SURCOUT;

/** A store whose archives are encrypted; without addresses of its own, since whoever reads it has no key. */
export function creerMagasinChiffre(dessous: Magasin, secret: Uint8Array<ArrayBuffer>): Magasin {
  const chiffres = new Map<string, Promise<Chiffre>>();
  const utile = ENREGISTREMENT - SURCOUT;
  const couvert = (a: GateArchive): GateArchive => ({ ...a, taille: tailleChiffree(a.taille) });
  const chiffreDe = (a: GateArchive): Promise<Chiffre> => {
    let c = chiffres.get(a.id);
    if (!c) {
      c = dessous.read(couvert(a), 0, ENTETE - 1).then(async (tete) => {
        if (new DataView(tete.buffer).getUint32(16) !== ENREGISTREMENT || tete[20] !== 0)
          throw new Error('another encryption');
        return ouvrir(await cleArchive(secret, a.id), tete.slice(0, 16));
      });
      c.catch(() => chiffres.delete(a.id));
      chiffres.set(a.id, c);
    }
    return c;
  };
  return {
    async stat(archive) {
      const etat = await dessous.stat(couvert(archive));
      return etat && { ...etat, taille: archive.taille };
    },
    async read(archive, debut, fin, signal) {
      const chiffre = await chiffreDe(archive);
      const [premier, dernier] = [Math.floor(debut / utile), Math.floor(fin / utile)];
      const total = tailleChiffree(archive.taille);
      const depart = ENTETE + premier * ENREGISTREMENT;
      const arret = Math.min(ENTETE + (dernier + 1) * ENREGISTREMENT, total);
      const lus = await dessous.read(couvert(archive), depart, arret - 1, signal);
      const clair = new Uint8Array(fin - debut + 1);
      for (let n = premier; n <= dernier; n++) {
        const place = (n - premier) * ENREGISTREMENT;
        // A tag that does not hold rejects: nothing of a changed record ever leaves.
        const bloc = new Uint8Array(
          await crypto.subtle.decrypt(
            parametres(chiffre, n),
            chiffre.cle,
            lus.subarray(place, place + ENREGISTREMENT),
          ),
        );
        const ici = n * utile;
        const bout = bloc.subarray(Math.max(0, debut - ici), Math.min(bloc.length - 1, fin - ici + 1));
        clair.set(bout, Math.max(0, ici - debut));
      }
      return clair;
    },
  };
}
