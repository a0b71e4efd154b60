/**
 * Bundles in an S3-compatible bucket: `<release>/<file>` for each file of a release, then `courante`, which names the
 * release that the gate serves. A release is whole before `courante` changes; a gate in the middle of one finishes it.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../data/contract/erreur.ts';
import { gateManifestSchema, type GateManifest } from '../../data/contract/grant.ts';
import { chiffrer, cleArchive, creerMagasinChiffre } from '../../site/gate/magasin-chiffre.ts';
import { adresseArchive } from '../../site/gate/magasin-http.ts';
import { adresseS3, clientS3, creerMagasinS3, type OptionsS3 } from '../../site/gate/magasin-s3.ts';
import type { Magasin } from '../../site/gate/types.ts';
import { sha256 } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';

/** `<registre>/garde/magasin.json`; the keys are in the environment, never in a file. */
export const seauSchema = z.strictObject({
  service: z.url({ protocol: /^https?$/ }),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,62}$/),
  region: z.string().optional(),
  /** Seconds of the addresses that the gate gives instead of sending bytes itself; absent: the gate sends them. */
  redirection: z.int().min(10).max(300).optional(),
});
export type Seau = z.infer<typeof seauSchema>;

type Acces = Omit<OptionsS3, 'prefixe'> & {
  redirection?: number;
  /** 32 bytes: archives are encrypted before they leave, and the bucket never sees them in clear. */
  chiffrement?: Uint8Array<ArrayBuffer>;
};

/** Store of one release, decrypting when the bucket holds ciphertext. */
function magasinDe(o: Acces, prefixe: string | (() => string)): Magasin {
  const { chiffrement, redirection } = o;
  const nu = creerMagasinS3({
    ...o,
    prefixe,
    presigne: redirection !== undefined && chiffrement === undefined,
  });
  return chiffrement ? creerMagasinChiffre(nu, chiffrement) : nu;
}

/** Settings of the bucket with its keys; undefined when archives are files. @throws UserError */
export async function lireSeau(dossierGarde: string): Promise<Acces | undefined> {
  const fichier = join(dossierGarde, 'magasin.json');
  const texte = await readFile(fichier, 'utf8').catch(() => undefined);
  if (texte === undefined) return undefined;
  let lu: Seau;
  try {
    lu = seauSchema.parse(JSON.parse(texte));
  } catch (cause) {
    throw new UserError(`« ${fichier} » ne décrit pas un magasin S3.`, {
      hint: 'Attendu : {"service": "https://…", "bucket": "…"}, et region ou redirection (10 à 300 secondes) au besoin.',
      cause,
    });
  }
  const [cle, secret] = [process.env['CARTO_S3_CLE'], process.env['CARTO_S3_SECRET']];
  if (!cle || !secret)
    throw new UserError('Les clés du magasin S3 manquent.', {
      hint: 'Donnez-les dans les variables d’environnement CARTO_S3_CLE et CARTO_S3_SECRET.',
    });
  const { region, redirection, ...reste } = lu;
  const texteCle = process.env['CARTO_CLE_LOTS'];
  const chiffrement =
    texteCle === undefined ? undefined : Uint8Array.from(Buffer.from(texteCle, 'base64url'));
  if (chiffrement && chiffrement.length !== 32)
    throw new UserError('CARTO_CLE_LOTS n’est pas une clé de 32 octets en base64url.', {
      hint: 'Créez-en une : openssl rand 32 | basenc --base64url | tr -d =',
    });
  if (chiffrement && redirection !== undefined)
    throw new UserError('Des lots chiffrés ne se lisent pas par redirection.', {
      hint: 'Retirez « redirection » de magasin.json : la garde déchiffre et envoie.',
    });
  return {
    ...reste,
    cle,
    secret,
    ...(region === undefined ? {} : { region }),
    ...(redirection === undefined ? {} : { redirection }),
    ...(chiffrement ? { chiffrement } : {}),
  };
}

/** Store and list of a gate whose bundles are in a bucket. */
export function ouvrirSeau(o: Acces): { magasin: Magasin; manifeste: () => Promise<GateManifest> } {
  const client = clientS3(o);
  let release = '';
  const lire = async (cle: string): Promise<string> => {
    const reponse = await client.fetch(adresseS3(o, cle));
    const texte = await reponse.text();
    if (!reponse.ok) throw new Error(`the store answered ${reponse.status}`);
    return texte;
  };
  return {
    magasin: magasinDe(o, () => `${release}/`),
    async manifeste() {
      const id = (await lire('courante')).trim();
      if (!/^[0-9a-z-]{1,64}$/.test(id)) throw new Error('courante names no release');
      const liste = gateManifestSchema.parse(JSON.parse(await lire(`${id}/archives.json`)));
      release = id;
      return liste;
    },
  };
}

/**
 * Send the current release to the bucket, then make it the one served. Bytes are compared with their digests before they
 * leave, and read back in part afterwards.
 * @returns files sent
 */
export async function televerser(vers: string, o: Acces, journal: Journal): Promise<number> {
  const bundles = join(vers, 'courante', 'bundles');
  const texte = await readFile(join(bundles, 'archives.json')).catch(() => {
    throw new UserError('Il n’y a pas de livraison à cet endroit.', {
      hint: `Construisez-la d’abord : carto build --vers « ${vers} ».`,
    });
  });
  const liste = gateManifestSchema.parse(JSON.parse(texte.toString('utf8')));
  const client = clientS3(o);
  const deposer = async (cle: string, octets: Uint8Array<ArrayBuffer>, type: string) => {
    const reponse = await client.fetch(cle, {
      method: 'PUT',
      body: octets,
      headers: { 'content-type': type },
    });
    if (!reponse.ok)
      throw new UserError(`Le magasin refuse un dépôt (réponse ${reponse.status}).`, {
        hint: 'Vérifiez le nom du seau et les droits de la clé.',
      });
  };
  const base = adresseS3(o, `${liste.release}/`);
  const etape = journal.etape('dépôt');
  for (const [n, a] of liste.archives.entries()) {
    etape.avance(n, liste.archives.length);
    const octets = Uint8Array.from(await readFile(join(bundles, a.fichier)));
    if (sha256(octets) !== a.sha256)
      throw new UserError(`« ${a.fichier} » n’a pas les octets annoncés : rien n’est publié.`, {
        code: 4,
        hint: 'Vérifiez la livraison : carto verify.',
      });
    await deposer(
      adresseArchive(base, a),
      o.chiffrement
        ? await chiffrer(octets, await cleArchive(o.chiffrement, a.id), Uint8Array.from(randomBytes(16)))
        : octets,
      o.chiffrement ? 'application/octet-stream' : a.type,
    );
  }
  await sonder(o, liste);
  await deposer(adresseS3(o, `${liste.release}/archives.json`), Uint8Array.from(texte), 'application/json');
  await deposer(adresseS3(o, 'courante'), new TextEncoder().encode(liste.release), 'text/plain');
  etape.fin({ fichiers: liste.archives.length });
  return liste.archives.length;
}

/** The store must answer ranges as the gate reads them, and refuse whoever has no key, before it serves anything. */
async function sonder(o: Acces, liste: GateManifest): Promise<void> {
  const [premiere] = liste.archives;
  if (!premiere) return;
  const magasin = magasinDe(o, `${liste.release}/`);
  const fin = Math.min(99, premiere.taille - 1);
  const lus = await magasin.read(premiere, 0, fin).catch(() => undefined);
  const nue = await fetch(adresseArchive(adresseS3(o, `${liste.release}/`), premiere));
  await nue.body?.cancel();
  if (lus?.length !== fin + 1)
    throw new UserError('Le magasin ne répond pas aux plages d’octets : rien n’est publié.');
  if (nue.ok)
    throw new UserError('Le magasin est ouvert à tous : rien n’est publié.', {
      code: 4,
      hint: 'Retirez l’accès public au seau, puis recommencez.',
    });
}
