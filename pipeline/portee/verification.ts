/** Integrity of a release as received: seals of the producer, then every file against its digest, block by block. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gateManifestSchema, type GateArchive } from '../../data/contract/grant.ts';
import { bundleSchema, releaseSchema, TAILLE_BLOC } from '../../data/contract/release.ts';
import { empreinteListe, objetListe, sceauTient, type ClePublique } from '../../site/gate/sceau.ts';
import { empreintesBlocs, sha256File } from '../lib/files.ts';
import { lireForme } from './lecture.ts';

export interface Defaut {
  /** Inside the release; empty for the release itself. */
  fichier: string;
  defaut: 'signature' | 'integrite' | 'absent' | 'inattendu';
}

export interface Verification {
  defauts: Defaut[];
  /** Files whose bytes were read and compared. */
  fichiers: number;
  /** Whether seals were checked against keys given from outside of the release. */
  scellee: boolean;
}

/** Keys named by the release itself: they prove nothing until compared with those of the convention. */
export async function clesAnnoncees(release: string): Promise<ClePublique[]> {
  const lue = await lireForme(releaseSchema, join(release, 'release.json'));
  return lue.cles ?? [];
}

const existe = (erreur: unknown) => (erreur as NodeJS.ErrnoException).code !== 'ENOENT';

async function verifierArchives(bundles: string, liste: readonly GateArchive[], v: Verification) {
  const blocsDe = new Map<string, readonly string[]>();
  for (const a of liste.filter((x) => x.produit === 'manifeste')) {
    const lot = await readFile(join(bundles, a.fichier), 'utf8').then(
      (t) => bundleSchema.safeParse(JSON.parse(t)),
      () => undefined,
    );
    const dossier = a.fichier.slice(0, a.fichier.lastIndexOf('/') + 1);
    for (const b of lot?.data?.archives ?? []) if (b.blocs) blocsDe.set(dossier + b.fichier, b.blocs);
  }
  for (const a of liste) {
    const fichier = `bundles/${a.fichier}`;
    try {
      const lu = await empreintesBlocs(join(bundles, a.fichier), TAILLE_BLOC);
      v.fichiers++;
      const blocs = blocsDe.get(a.fichier);
      if (
        lu.sha256 !== a.sha256 ||
        lu.taille !== a.taille ||
        a.id !== a.sha256.slice(0, 32) ||
        (blocs !== undefined && blocs.join() !== lu.blocs.join())
      )
        v.defauts.push({ fichier, defaut: 'integrite' });
    } catch (erreur) {
      v.defauts.push({ fichier, defaut: existe(erreur) ? 'integrite' : 'absent' });
    }
  }
}

async function verifierPublic(dossier: string, v: Verification): Promise<void> {
  const release = await lireForme(releaseSchema, join(dossier, 'release.json'));
  for (const f of [...release.tables, ...release.tuiles]) {
    const lu = await sha256File(join(dossier, f.fichier)).catch(() => undefined);
    v.fichiers++;
    if (lu !== f.sha256)
      v.defauts.push({ fichier: f.fichier, defaut: lu === undefined ? 'absent' : 'integrite' });
  }
}

/**
 * Verify a release folder.
 * @param cles keys to believe; with none, digests are checked and seals are not
 */
export async function verifierLivraison(
  dossier: string,
  cles: readonly ClePublique[],
): Promise<Verification> {
  const v: Verification = { defauts: [], fichiers: 0, scellee: cles.length > 0 };
  const bundles = join(dossier, 'bundles');
  const liste = await lireForme(gateManifestSchema, join(bundles, 'archives.json'));
  if (cles.length > 0) {
    const objet = objetListe(liste.release);
    if (!(await sceauTient(liste.sceau, cles, objet, await empreinteListe(liste))))
      v.defauts.push({ fichier: 'bundles/archives.json', defaut: 'signature' });
    for (const a of liste.archives)
      if (a.produit === 'manifeste' && !(await sceauTient(a.sceau, cles, a.territoire, a.sha256)))
        v.defauts.push({ fichier: `bundles/${a.fichier}`, defaut: 'signature' });
  }
  await verifierArchives(bundles, liste.archives, v);
  const connus = new Set(liste.archives.map((a) => a.fichier));
  for (const e of await readdir(bundles, { recursive: true, withFileTypes: true })) {
    const nom = join(e.parentPath, e.name).slice(bundles.length + 1);
    if (!e.isDirectory() && nom !== 'archives.json' && !connus.has(nom))
      v.defauts.push({ fichier: `bundles/${nom}`, defaut: 'inattendu' });
  }
  await verifierPublic(dossier, v);
  return v;
}
