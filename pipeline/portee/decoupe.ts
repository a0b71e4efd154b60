/**
 * Stage `portee`: bundles of scopes narrower than an EPCI (a commune with an account, a convention of some years). Each one
 * has its own archive, table and outlines, cut from the published table: never an area inside somebody else's file.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import { zoneSchema, type Zone } from '../../data/contract/zone.ts';
import { writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import type { SortieTuiles } from '../tiles/stage.ts';
import { fabriqueTerritoire, formesDe } from '../tiles/stage.ts';
import { decouperTable, dossierPortee, type Lieu, type Portee } from './perimetre.ts';

export interface EntreePortees {
  /** What left the secret stage. */
  publie: string;
  /** Release being filled: `bundles/<dossier>` is written. */
  release: string;
  /** Archives by content. */
  cache: string;
  portees: readonly Portee[];
}

const existe = (chemin: string) =>
  stat(chemin).then(
    () => true,
    () => false,
  );

type Formes = Awaited<ReturnType<typeof formesDe>>;

/** Outlines of every échelle that a territory may draw. */
async function toutesFormes(publie: string): Promise<Record<string, Formes>> {
  const formes: Record<string, Formes> = {};
  for (const nom of await readdir(join(publie, 'formes'))) {
    const echelle = nom.replace(/\.geojson$/, '');
    if (!['france', 'region', 'departement'].includes(echelle))
      formes[echelle] = await formesDe(publie, echelle);
  }
  return formes;
}

async function lisTerritoire(publie: string, epci: string): Promise<{ table: Table; lieux: Lieu[] }> {
  const source = join(publie, 'territoires', epci);
  return {
    table: tableSchema.parse(JSON.parse(await readFile(join(source, 'table.json'), 'utf8'))),
    lieux: JSON.parse(await readFile(join(source, 'lieux.json'), 'utf8')) as Lieu[],
  };
}

/**
 * Cut every scope. One that this release cannot hold (a commune that is not in it, years it does not have) is left out
 * with a warning: its links will say so, they will not open something else.
 * @returns layers by folder, for the manifests
 */
export async function decouperPortees(
  e: EntreePortees,
  journal: Journal,
): Promise<SortieTuiles['territoires']> {
  const faites: SortieTuiles['territoires'] = new Map();
  if (e.portees.length === 0) return faites;
  const etape = journal.etape('portées');
  const zones = zoneSchema
    .array()
    .parse(JSON.parse(await readFile(join(e.publie, 'public', 'zones.json'), 'utf8')));
  const { epci: formesEpci, ...formes } = await toutesFormes(e.publie);
  await mkdir(e.cache, { recursive: true });
  const travail = await mkdtemp(join(e.cache, 'portee-'));
  let inchangees = 0;
  try {
    for (const [n, portee] of e.portees.entries()) {
      etape.avance(n, e.portees.length);
      const dossier = dossierPortee(portee);
      const epci = epciDe(portee, zones);
      if (epci === undefined || !(await existe(join(e.publie, 'territoires', epci)))) {
        journal.attention(`La livraison ne contient pas ${portee.territoire} : aucun lot pour ses comptes.`);
        continue;
      }
      const { table, lieux } = await lisTerritoire(e.publie, epci);
      const contour = formes['commune']?.get(dossier.slice(0, 5))?.geometry;
      const coupee = decouperTable(table, lieux, portee, contour);
      if (coupee.tranches.length === 0) {
        journal.attention(
          `La livraison n’a pas le millésime ${portee.millesimes?.join(', ')} de ${portee.territoire} : aucun lot pour ses comptes.`,
        );
        continue;
      }
      const presents = new Set(coupee.zones.map((z) => `${z.echelle}:${z.code}`));
      await writeJson(join(travail, dossier, 'table.json'), coupee);
      await writeJson(
        join(travail, dossier, 'lieux.json'),
        lieux.filter((l) => presents.has(`${l.echelle}:${l.code}`)),
      );
      const fait = await fabriqueTerritoire(
        join(travail, dossier),
        dossier,
        // The outline of the whole EPCI has no place in the file of one commune.
        portee.territoire.startsWith('com:') || !formesEpci ? formes : { ...formes, epci: formesEpci },
        join(e.release, 'bundles', dossier),
        e.cache,
      );
      faites.set(dossier, { couches: fait.couches });
      if (fait.connu) inchangees++;
    }
  } finally {
    await rm(travail, { recursive: true, force: true });
  }
  etape.fin({ lots: faites.size, inchangees });
  return faites;
}

/** EPCI whose published table holds a scope. */
function epciDe(portee: Portee, zones: readonly Zone[]): string | undefined {
  const [type, code] = portee.territoire.split(':');
  return type === 'epci' ? code : zones.find((z) => z.echelle === 'commune' && z.code === code)?.epci;
}
