/** Reads what a sheet needs from a release on disk: `public/` or one bundle, never anything upstream of the secret. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Topology } from 'topojson-specification';
import type { z } from 'zod';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import { variable } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { UserError } from '../../data/contract/erreur.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { bundleSchema, releaseSchema, type Release } from '../../data/contract/release.ts';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import { ECHELLES, zoneSchema, type Audience, type Echelle, type Zone } from '../../data/contract/zone.ts';
import type { DonneesFeuille } from './donnees.ts';

export interface Livraison {
  readonly dossier: string;
  readonly release: Release;
  readonly zones: readonly Zone[];
}

async function lit<T>(chemin: string, schema: z.ZodType<T>): Promise<T> {
  const lu = schema.safeParse(JSON.parse(await readFile(chemin, 'utf8')));
  if (lu.success) return lu.data;
  const [premier] = lu.error.issues;
  throw new UserError(`Un fichier de la livraison ne suit pas le contrat : ${premier?.path.join('.')}.`, {
    hint: 'Relancez « npm run carto -- build ».',
    cause: lu.error,
  });
}

/** Open the current release of a build folder, or a release folder itself. */
export async function ouvreLivraison(vers: string): Promise<Livraison> {
  const dossier = [join(vers, 'courante'), vers]
    .map((d) => resolve(d))
    .find((d) => existsSync(join(d, 'release.json')));
  if (!dossier)
    throw new UserError(`Aucune livraison dans « ${vers} ».`, {
      hint: 'Construisez-la par « npm run carto -- build », ou indiquez son dossier par --vers.',
    });
  const release = await lit(join(dossier, 'release.json'), releaseSchema);
  const zones = await lit(join(dossier, 'public', 'zones.json'), zoneSchema.array());
  return { dossier, release, zones };
}

/** Zone named "epci:200000000", "france", or a bare code when one zone only has it. */
export function trouveZone(l: Livraison, reference: string): Zone {
  const [tete = '', reste] = reference.split(':', 2) as [string, string?];
  const echelle = reste === undefined ? undefined : (tete as Echelle);
  const code = reste ?? tete;
  if (echelle !== undefined && !ECHELLES.includes(echelle))
    throw new UserError(`Échelle inconnue : « ${echelle} ».`, {
      hint: `Échelles : ${ECHELLES.join(', ')}.`,
      code: 2,
    });
  // One country per release: it needs no code.
  const trouvees =
    reference === 'france'
      ? l.zones.filter((z) => z.echelle === 'france')
      : l.zones.filter((z) => z.code === code && (echelle === undefined || z.echelle === echelle));
  const [zone, autre] = trouvees;
  if (!zone)
    throw new UserError(`Zone inconnue : « ${reference} ».`, {
      hint: 'Donnez l’échelle et le code, par exemple epci:200000000 ou departement:21.',
      code: 2,
    });
  if (autre)
    throw new UserError(
      `Plusieurs zones ont le code « ${code} » : ${trouvees.map((z) => z.echelle).join(', ')}.`,
      {
        hint: `Précisez l’échelle, par exemple ${zone.echelle}:${code}.`,
        code: 2,
      },
    );
  return zone;
}

/** Zones drawn when --echelle is not given. */
export const ECHELLE_PAR_DEFAUT: Partial<Record<Echelle, Echelle>> = {
  france: 'departement',
  region: 'epci',
  departement: 'commune',
  epci: 'commune',
  commune: 'adresse',
};

/** Audience that sees this indicateur at this échelle: public where the reviewed list allows it. */
export function audiencePour(i: Indicateur, echelle: Echelle): Audience {
  return ECHELLES_PUBLIQUES[variable(i.variable).famille].includes(echelle) ? 'public' : 'territoire';
}

/** Wider territories of a zone, nearest first, that the public tables may describe. */
function plusLarges(l: Livraison, zone: Zone): Zone[] {
  const parents: [Echelle, string | undefined][] = [
    ['epci', zone.epci],
    ['departement', zone.departement],
    ['region', zone.region],
  ];
  const rang = ECHELLES.indexOf(zone.echelle);
  const trouves = parents
    .filter(([e]) => ECHELLES.indexOf(e) < rang)
    .flatMap(([e, code]) => l.zones.filter((z) => z.echelle === e && z.code === code));
  return [...trouves, ...(rang > 0 ? l.zones.filter((z) => z.echelle === 'france') : [])];
}

async function tablesPubliques(
  l: Livraison,
  echelles: readonly Echelle[],
  themes: readonly string[],
): Promise<Table[]> {
  const fichiers = l.release.tables.filter((t) => echelles.includes(t.echelle) && themes.includes(t.theme));
  return Promise.all(
    fichiers.map((t) =>
      lit(join(l.dossier, t.fichier.startsWith('public/') ? '' : 'public', t.fichier), tableSchema),
    ),
  );
}

async function geo(chemin: string): Promise<Topology | undefined> {
  return existsSync(chemin) ? (JSON.parse(await readFile(chemin, 'utf8')) as Topology) : undefined;
}

/**
 * Everything a sheet of `zone` needs. "territoire" reads the bundle of its EPCI, completed by the public tables of
 * wider territories; "public" reads `public/` alone.
 */
export async function litDonnees(
  l: Livraison,
  demande: { zone: Zone; indicateur: Indicateur; echelle: Echelle; audience: Audience },
): Promise<DonneesFeuille> {
  const { zone, indicateur, echelle, audience } = demande;
  const reperes = plusLarges(l, zone);
  const themes = [variable(indicateur.variable).theme, 'enquete'];
  const voulues: Echelle[] = [echelle, zone.echelle, ...reperes.map((r) => r.echelle)];
  const publiques = await tablesPubliques(l, voulues, themes);
  const commun = { territoire: zone, reperes, mentions: l.release.mentions, audience };
  if (audience === 'territoire') {
    const bundle = zone.echelle === 'epci' ? zone.code : zone.epci;
    if (bundle === undefined)
      throw new UserError(
        `Pas de données de territoire pour « ${zone.nom} » : ${LIBELLES_ECHELLE[zone.echelle].un}.`,
        {
          hint: 'L’audience « territoire » vaut pour un EPCI ou une commune. Pour une zone plus large : --audience public.',
          code: 2,
        },
      );
    const dossier = join(l.dossier, 'bundles', bundle);
    if (!existsSync(join(dossier, 'manifest.json')))
      throw new UserError(`La livraison n’a pas de paquet pour l’EPCI ${bundle}.`, {
        hint: 'Seuls les EPCI construits ont un paquet ; les autres ont les cartes publiques (--audience public).',
      });
    const manifeste = await lit(join(dossier, 'manifest.json'), bundleSchema);
    const table = await lit(join(dossier, 'table.json'), tableSchema);
    const topologie = await geo(join(dossier, 'geo.json'));
    const couches = topologie ? ECHELLES.filter((e) => e in topologie.objects) : [];
    return {
      ...commun,
      edition: l.release.id,
      mentions: manifeste.mentions,
      tables: [table, ...publiques],
      geo: Object.fromEntries(couches.map((e) => [e, topologie as Topology])),
      classes: manifeste.classes,
      cadres: [],
    };
  }
  const couches: Echelle[] = [...new Set<Echelle>([echelle, 'commune', 'departement', 'region'])];
  const lues = await Promise.all(
    couches.map(async (e) => [e, await geo(join(l.dossier, 'public', 'geo', `${e}.json`))] as const),
  );
  return {
    ...commun,
    edition: l.release.id,
    tables: publiques,
    geo: Object.fromEntries(lues.filter(([, t]) => t !== undefined)),
    classes: l.release.classes,
    cadres: l.release.cadres,
  };
}
