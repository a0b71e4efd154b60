/**
 * Keys of the register. `cles/` never leaves the register's machine: the grant key (Ed25519) and the age identity that
 * opens personal data, encrypted by a passphrase when one is given; the list key, which signs revocations every few
 * minutes and therefore rests in clear, can only withdraw access, never grant it.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { UserError } from '../../data/contract/erreur.ts';
import { texteCanonique, type TypeJws, type USAGES } from '../../data/contract/grant.ts';
import { apposerSceau } from '../../site/gate/sceau.ts';
import { writeAtomic } from '../lib/files.ts';

const utf8 = new TextEncoder();
export type Usage = (typeof USAGES)[number];
const INITIALES: Readonly<Record<Usage, string>> = { grant: 'g', liste: 'l', livraison: 'v' };

/** Passphrase of the keys, from the environment: never an argument, which other users of the machine could read. */
export const phraseSecrete = (): string | undefined => process.env['CARTO_PHRASE'] || undefined;

async function existe(chemin: string): Promise<boolean> {
  return stat(chemin).then(
    () => true,
    () => false,
  );
}

/** Write a secret with mode 0600, encrypted (`.age`) when there is a passphrase. */
async function ecrireSecret(chemin: string, texte: string, phrase: string | undefined): Promise<void> {
  let contenu: string | Uint8Array = texte;
  if (phrase) {
    const e = new Encrypter();
    e.setPassphrase(phrase);
    contenu = await e.encrypt(texte);
  }
  const cible = phrase ? `${chemin}.age` : chemin;
  await writeAtomic(cible, contenu);
  await chmod(cible, 0o600);
}

async function lireSecret(chemin: string): Promise<string> {
  if (await existe(chemin)) {
    const { mode } = await stat(chemin);
    if ((mode & 0o077) !== 0)
      throw new UserError('Une clé du registre est lisible par d’autres comptes de cette machine.', {
        hint: `Retirez-leur ce droit : chmod 600 « ${chemin} ».`,
      });
    return readFile(chemin, 'utf8');
  }
  const chiffre = await readFile(`${chemin}.age`).catch(() => undefined);
  if (!chiffre)
    throw new UserError('Une clé du registre manque.', {
      hint: `Fichier attendu : « ${chemin} ». Reprenez-le depuis votre copie de sauvegarde.`,
    });
  const phrase = phraseSecrete();
  if (!phrase)
    throw new UserError('Les clés du registre sont protégées par une phrase secrète.', {
      hint: 'Donnez-la dans la variable d’environnement CARTO_PHRASE.',
    });
  const d = new Decrypter();
  d.addPassphrase(phrase);
  try {
    return await d.decrypt(chiffre, 'text');
  } catch {
    throw new UserError('La phrase secrète du registre n’est pas la bonne.');
  }
}

export interface CleCreee {
  kid: string;
  usage: Usage;
  x: string;
}

/** The vault of one register folder. */
export class Coffre {
  readonly #dossier: string;
  #identite: string | undefined;
  readonly #signatures = new Map<string, CryptoKey>();
  constructor(registre: string) {
    this.#dossier = join(registre, 'cles');
  }
  #chemin(nom: string): string {
    return join(this.#dossier, nom);
  }

  /** First keys of a new register. */
  async creer(phrase: string | undefined): Promise<{ destinataire: string }> {
    await mkdir(this.#dossier, { recursive: true, mode: 0o700 });
    const identite = await generateX25519Identity();
    await ecrireSecret(this.#chemin('identite.txt'), identite, phrase);
    const destinataire = await identityToRecipient(identite);
    await writeAtomic(this.#chemin('destinataire.txt'), destinataire);
    await ecrireSecret(this.#chemin('empreintes.key'), randomBytes(32).toString('base64url'), undefined);
    return { destinataire };
  }

  /** New signing key; only the grant key is protected by the passphrase. */
  async creerCle(usage: Usage, annee: number, phrase: string | undefined): Promise<CleCreee> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const kid = `${INITIALES[usage]}${annee}-${randomBytes(3).toString('hex')}`;
    const prive = { ...(await exportJWK(privateKey)), kid };
    await ecrireSecret(
      this.#chemin(`${kid}.jwk`),
      JSON.stringify(prive),
      usage === 'grant' ? phrase : undefined,
    );
    const { x } = await exportJWK(publicKey);
    return { kid, usage, x: x ?? '' };
  }

  /** Sign the canonical text of a payload. */
  async signer(
    kid: string,
    typ: TypeJws,
    schema: { readonly shape: object },
    charge: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    return new CompactSign(utf8.encode(texteCanonique(schema, charge)))
      .setProtectedHeader({ alg: 'EdDSA', kid, typ })
      .sign(await this.#cle(kid));
  }
  async #cle(kid: string): Promise<CryptoKey> {
    let cle = this.#signatures.get(kid);
    if (!cle) {
      const jwk = JSON.parse(await lireSecret(this.#chemin(`${kid}.jwk`))) as JWK;
      cle = (await importJWK(jwk, 'EdDSA')) as CryptoKey;
      this.#signatures.set(kid, cle);
    }
    return cle;
  }
  /** Seal of an object of a release (site/gate/sceau.ts). */
  async sceller(kid: string, objet: string, sha256: string): Promise<string> {
    return apposerSceau({ kid, cle: await this.#cle(kid) }, objet, sha256);
  }

  /** Encrypt personal data for the register (needs no secret). Base64 of an age file. */
  async chiffrer(valeur: unknown): Promise<string> {
    const e = new Encrypter();
    e.addRecipient((await readFile(this.#chemin('destinataire.txt'), 'utf8')).trim());
    return Buffer.from(await e.encrypt(JSON.stringify(valeur))).toString('base64');
  }
  async dechiffrer(prive: string): Promise<unknown> {
    this.#identite ??= (await lireSecret(this.#chemin('identite.txt'))).trim();
    const d = new Decrypter();
    d.addIdentity(this.#identite);
    return JSON.parse(await d.decrypt(Buffer.from(prive, 'base64'), 'text')) as unknown;
  }
  /** Secret key of the fingerprints by which two requests with the same e-mail are recognised. */
  async cleEmpreintes(): Promise<string> {
    return (await lireSecret(this.#chemin('empreintes.key'))).trim();
  }
  /** Whether it can sign now: there, and its passphrase given when it has one. */
  async ouvrable(kid: string): Promise<boolean> {
    return (
      (await existe(this.#chemin(`${kid}.jwk`))) ||
      (phraseSecrete() !== undefined && (await existe(this.#chemin(`${kid}.jwk.age`))))
    );
  }
  async possede(kid: string): Promise<boolean> {
    return (await existe(this.#chemin(`${kid}.jwk`))) || existe(this.#chemin(`${kid}.jwk.age`));
  }
}
