/** Bundles that an account needs before the next build: cut from what the current release published, then listed. */
import { mkdir, readFile, readdir, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { gateManifestSchema, type GateArchive } from '../../data/contract/grant.ts';
import { releaseSchema, type Release } from '../../data/contract/release.ts';
import { ecrireListe, scelleTerritoire } from '../bundles/stage.ts';
import type { Journal } from '../lib/journal.ts';
import { exigerLotPropre } from '../scan/lot.ts';
import { exigerPropre } from '../scan/scan.ts';
import { decouperPortees } from './decoupe.ts';
import { lireForme } from './lecture.ts';
import { preparerLots } from './lots.ts';
import { dossierPortee } from './perimetre.ts';

export interface DemandeLots {
  /** Folder of releases. */
  vers: string;
  registre: string;
  journal: Journal;
}

async function lireRelease(vers: string): Promise<{ dossier: string; release: Release }> {
  const dossier = await realpath(join(vers, 'courante')).catch(() => undefined);
  if (dossier === undefined)
    throw new UserError('Il n’y a pas de livraison à cet endroit.', {
      hint: `Construisez-la d’abord : carto build --vers « ${vers} ».`,
    });
  return {
    dossier,
    release: await lireForme(releaseSchema, join(dossier, 'release.json')),
  };
}

/**
 * Cut the bundles that accounts of the register lack in the current release, and seal the list of archives again. Each
 * bundle is in place, scanned, before the list names it.
 * @returns folders added
 * @throws UserError when there is no release, or when its published tables are no longer those on disk
 */
export async function ajouterLots({ vers, registre, journal }: DemandeLots): Promise<string[]> {
  const { dossier, release } = await lireRelease(vers);
  const { portees, scelleur, secrets } = await preparerLots(registre);
  const publie = join(vers, 'travail', 'publie');
  const liste = join(dossier, 'bundles', 'archives.json');
  const ancienne = await lireForme(gateManifestSchema, liste);
  const presents = new Set(await readdir(join(dossier, 'bundles')));
  const manquantes = portees.filter((p) => !presents.has(dossierPortee(p)));
  const brouillon = join(vers, 'releases', `.lots-${process.pid}`);
  const ajoutees: GateArchive[] = [];
  const noms: string[] = [];
  try {
    if (manquantes.length > 0) {
      const cle = await readFile(join(publie, 'cle.txt'), 'utf8').catch(() => '');
      if (cle !== release.provenance.cle)
        throw new UserError('Les tables publiées de cette livraison ne sont plus sur ce disque.', {
          hint: 'Construisez une nouvelle livraison, qui aura ces lots : carto build.',
        });
      await mkdir(join(brouillon, 'bundles'), { recursive: true });
      const territoires = await decouperPortees(
        { publie, release: brouillon, cache: join(vers, 'travail', 'tuiles'), portees: manquantes },
        journal,
      );
      for (const nom of territoires.keys()) {
        const { provenance, mentions, millesimes } = release;
        ajoutees.push(
          ...(await scelleTerritoire(
            {
              release: brouillon,
              provenance,
              mentions,
              millesimes,
              tuiles: { tuiles: [], territoires },
              scelleur,
            },
            nom,
          )),
        );
        await exigerLotPropre(join(brouillon, 'bundles', nom));
        noms.push(nom);
      }
      await exigerPropre(join(brouillon, 'bundles'), journal, 'scan des lots', { secrets });
      for (const nom of noms) await rename(join(brouillon, 'bundles', nom), join(dossier, 'bundles', nom));
    }
    // The older lines are sealed too: a release built before the register had a key gets its seals here.
    const archives = await Promise.all(
      [...ancienne.archives, ...ajoutees].map(async (a) =>
        a.produit === 'manifeste' ? { ...a, sceau: await scelleur.sceller(a.territoire, a.sha256) } : a,
      ),
    );
    await ecrireListe(dossier, release.id, archives, scelleur);
    return noms;
  } finally {
    await rm(brouillon, { recursive: true, force: true });
  }
}
