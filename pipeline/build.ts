/**
 * The flow: sources → tables → indicators → secret → tiles → bundles → audit → scan → report → one rename. A build killed
 * at any moment leaves the last good release untouched; the next one starts again from the first stage that is not up to
 * date.
 */
import { cp, mkdir, readFile, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REGLES } from '../data/catalogue/secret.ts';
import { UserError } from '../data/contract/erreur.ts';
import type { Oppositions } from '../data/contract/oppositions.ts';
import type { Release } from '../data/contract/release.ts';
import { auditerRelease } from './audit/release.ts';
import { mentionsDe } from './bundles/mentions.ts';
import { sceller } from './bundles/stage.ts';
import { calculerIndicateurs } from './indicators/stage.ts';
import { sha256, sha256File, writeJson } from './lib/files.ts';
import { hashCode, siPerime } from './lib/fraicheur.ts';
import type { Journal } from './lib/journal.ts';
import { versionTippecanoe } from './lib/tippecanoe.ts';
import { decouperPortees } from './portee/decoupe.ts';
import { ecarterEteints, preparerLots } from './portee/lots.ts';
import { ecrireRapport } from './rapport/stage.ts';
import { exigerPropre } from './scan/scan.ts';
import { secretiser } from './secret/stage.ts';
import { lireSources, lisSources, type ManifesteSources } from './sources/stage.ts';
import { fabriquerTables } from './tables/stage.ts';
import { fabriquerTuiles } from './tiles/stage.ts';

export interface OptionsBuild {
  /** Folder of sources.json. */
  sources: string;
  /** Folder of releases. */
  vers: string;
  /** Archives made at the same time. */
  fils?: number;
  journal: Journal;
  /** Register whose accounts need narrower bundles and whose key seals the release; none of both without it. */
  registre?: string;
  /** Refuse the build rather than hide a total from France to EPCI. */
  exigeTotaux?: boolean;
}

const COMMUN = ['pipeline/lib', 'data/contract', 'data/catalogue'] as const;

async function versionProjet(): Promise<string> {
  return (
    JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version;
}

/** Switch `courante` to a release by one rename of a symbolic link. */
async function bascule(vers: string, id: string): Promise<void> {
  const provisoire = join(vers, `.courante-${id}`);
  await rm(provisoire, { force: true });
  await symlink(join('releases', id), provisoire);
  await rename(provisoire, join(vers, 'courante'));
}

/** Hashes of the source files: the first link of every key. */
async function empreinteSources(dossier: string): Promise<string> {
  const config = await lisSources(dossier);
  const hashes = [await sha256File(join(dossier, 'sources.json'))];
  for (const f of config.fichiers) {
    hashes.push(
      await sha256File(join(dossier, f.chemin)).catch(() => {
        throw new UserError(`Fichier introuvable : ${f.chemin}.`, {
          hint: 'Vérifiez le chemin écrit dans sources.json.',
        });
      }),
    );
  }
  return sha256(hashes.join('\n'));
}

/** Build a release from a folder of sources. @returns its manifest */
export async function construire({
  sources,
  vers,
  fils = 2,
  journal,
  registre,
  exigeTotaux = false,
}: OptionsBuild): Promise<Release> {
  const outil = await versionTippecanoe();
  const lots = registre === undefined ? undefined : await preparerLots(registre);
  const confidentiel = join(vers, 'confidentiel');
  const publie = join(vers, 'travail', 'publie');
  const d = (nom: string) => join(confidentiel, nom);
  await mkdir(confidentiel, { recursive: true, mode: 0o700 });
  const passe = async (nom: string, dossier: string, cle: string, etape: () => Promise<unknown>) => {
    if (!(await siPerime(dossier, cle, () => etape().then(() => undefined)))) journal.etape(nom).inchangee();
    return cle;
  };
  const cle = async (precedente: string, dossier: string) =>
    sha256(`${precedente} ${await hashCode(`pipeline/${dossier}`, ...COMMUN)}`);

  const k1 = await passe('sources', d('sources'), await cle(await empreinteSources(sources), 'sources'), () =>
    lireSources(sources, d('sources'), journal),
  );
  const manifeste = JSON.parse(
    await readFile(join(d('sources'), 'manifeste.json'), 'utf8'),
  ) as ManifesteSources;
  const k2 = await passe('tables', d('tables'), await cle(k1, 'tables'), () =>
    fabriquerTables(d('sources'), d('tables'), journal),
  );
  const oppositions = d('oppositions.json');
  const opposes: Oppositions = {
    format: 'carto-ops/oppositions@1',
    bailleurs: [...(lots?.oppositions ?? [])],
  };
  await writeJson(oppositions, opposes);
  const apresOppositions = opposes.bailleurs.length === 0 ? k2 : sha256(`${k2} ${opposes.bailleurs.join()}`);
  const k3 = await passe('indicateurs', d('indicateurs'), await cle(apresOppositions, 'indicators'), () =>
    calculerIndicateurs(d('tables'), d('indicateurs'), journal, oppositions),
  );
  const k4 = await passe(
    'secret',
    publie,
    await cle(exigeTotaux ? sha256(`${k3} totaux`) : k3, 'secret'),
    () =>
      secretiser(
        { indicateurs: d('indicateurs'), tables: d('tables'), confidentiel, publie, exigeTotaux },
        journal,
      ),
  );

  const brouillon = join(vers, 'releases', `.brouillon-${process.pid}`);
  await rm(brouillon, { recursive: true, force: true });
  await mkdir(brouillon, { recursive: true });
  try {
    await cp(join(publie, 'public'), join(brouillon, 'public'), { recursive: true });
    const tuiles = await fabriquerTuiles(
      { publie, release: brouillon, cache: join(vers, 'travail', 'tuiles') },
      journal,
      fils,
    );
    if (lots) {
      const ecartes = await ecarterEteints(vers, brouillon, lots.eteints);
      for (const code of ecartes) tuiles.territoires.delete(code);
      if (ecartes.length > 0)
        journal.attention(
          `Territoires sans lot, parce que leur convention est terminée\u00a0: ${ecartes.length} (${ecartes.join(', ')}).`,
        );
      const cache = join(vers, 'travail', 'tuiles');
      const portees = { publie, release: brouillon, cache, portees: lots.portees };
      for (const [nom, couches] of await decouperPortees(portees, journal))
        tuiles.territoires.set(nom, couches);
    }
    const de = (...types: string[]) =>
      [
        ...new Set(
          manifeste.lues.flatMap((l) =>
            types.includes(l.type) && l.millesime !== undefined ? [l.millesime] : [],
          ),
        ),
      ].sort();
    const release = await sceller(
      {
        release: brouillon,
        titre: manifeste.config.titre,
        pays: manifeste.config.pays,
        provenance: {
          version: await versionProjet(),
          cle: k4,
          sources: manifeste.lues.map((l) => ({
            nom: l.nom,
            type: l.type,
            ...(l.millesime === undefined ? {} : { millesime: l.millesime }),
            ...(l.zonage === undefined ? {} : { zonage: l.zonage }),
            sha256: l.sha256,
          })),
          outils: { tippecanoe: outil, node: process.versions.node.split('.')[0] ?? '' },
          regle: REGLES.version,
        },
        mentions: mentionsDe(manifeste.config),
        millesimes: { ops: de('ops_menages'), rpls: de('rpls_ouvert', 'rpls_restreint') },
        tuiles,
        ...(lots ? { scelleur: lots.scelleur } : {}),
      },
      journal,
    );
    await auditerRelease({ release: brouillon, confidentiel, journal });
    const connus = { secrets: lots?.secrets ?? [] };
    for (const nom of ['public', 'bundles'])
      await exigerPropre(join(brouillon, nom), journal, `scan ${nom}`, connus);
    const audite = `${k4} ${release.id} ${await sha256File(join(brouillon, 'audit.json'))} ${await hashCode('site/carto')}`;
    await passe('rapport', d('rapport'), await cle(audite, 'rapport'), () =>
      ecrireRapport({ confidentiel, release: brouillon }, journal),
    );
    const final = join(vers, 'releases', release.id);
    await rm(final, { recursive: true, force: true });
    await rename(brouillon, final);
    await bascule(vers, release.id);
    await oublieAnciennes(vers, release.id);
    return release;
  } finally {
    await rm(brouillon, { recursive: true, force: true });
  }
}

/** Keep the current release and the one before; drafts of killed builds go. */
async function oublieAnciennes(vers: string, courante: string): Promise<void> {
  const journal = join(vers, 'releases', 'historique.txt');
  const historique = (await readFile(journal, 'utf8').catch(() => ''))
    .split('\n')
    .filter((l) => l !== '' && l !== courante);
  const gardees = new Set([courante, historique.at(-1)]);
  for (const nom of await readdir(join(vers, 'releases'))) {
    if (/^[0-9a-f]{16}$/.test(nom) && !gardees.has(nom))
      await rm(join(vers, 'releases', nom), { recursive: true, force: true });
  }
  await writeFile(journal, `${[...historique.slice(-1), courante].join('\n')}\n`);
}

/** Release that `courante` points to, or null. */
export async function releaseCourante(vers: string): Promise<string | null> {
  return readlink(join(vers, 'courante')).then(
    (l) => join(vers, l),
    () => null,
  );
}
