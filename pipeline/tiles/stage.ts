/**
 * Stage `tiles`: published tables and outlines → PMTiles. Reads `publie/` only; writes `public/tuiles`, `public/geo`,
 * and per territory `carte.pmtiles`, `geo.json`. Archives are cached by content, so that an unchanged one costs nothing.
 */
import { copyFile, mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import type { Tuile } from '../../data/contract/release.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { COUCHES_PUBLIQUES, COUCHES_TERRITOIRE } from '../../tiles/layers/couches.ts';
import { sha256File, writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { contourCarreau } from '../lib/projections.ts';
import { faitTuiles } from '../lib/tippecanoe.ts';
import { entites, type Geometries } from './entites.ts';
import { topojson, type FormeNommee } from '../lib/topojson.ts';

/** Vertices of the light outlines, or ten a zone where that is more. */
const BUDGET_GEO: Partial<Record<Echelle, number>> = {
  france: 3000,
  region: 6000,
  departement: 10_000,
  epci: 22_000,
  commune: 90_000,
};

/** Outlines of one échelle by code. */
export async function formesDe(publie: string, echelle: string): Promise<Map<string, Feature>> {
  const lu = JSON.parse(
    await readFile(join(publie, 'formes', `${echelle}.geojson`), 'utf8'),
  ) as FeatureCollection;
  return new Map(lu.features.map((f) => [String((f.properties as { code: string }).code), f]));
}
const lisTable = async (chemin: string): Promise<Table> =>
  tableSchema.parse(JSON.parse(await readFile(chemin, 'utf8')));
const geometries = (formes: ReadonlyMap<string, Feature>): Geometries =>
  new Map([...formes].map(([c, f]) => [c, f.geometry]));

/** Run tasks two at a time (two cores), keeping results in order. */
async function deuxParDeux<T, R>(
  taches: readonly T[],
  fait: (t: T) => Promise<R>,
  apres: (n: number) => void,
  fils = 2,
): Promise<R[]> {
  const resultats: R[] = [];
  let suivante = 0;
  let finies = 0;
  await Promise.all(
    Array.from({ length: Math.min(fils, taches.length) }, async () => {
      while (suivante < taches.length) {
        const i = suivante++;
        resultats[i] = await fait(taches[i] as T);
        apres(++finies);
      }
    }),
  );
  return resultats;
}

export interface SortieTuiles {
  tuiles: Tuile[];
  territoires: Map<
    string,
    { couches: { echelle: Echelle; minzoom: number; maxzoom: number; zones: number }[] }
  >;
}

/** Run the stage. @param publie what left the secret stage @param release folder to fill @param cache archives by content */
export async function fabriquerTuiles(
  dossiers: { publie: string; release: string; cache: string },
  journal: Journal,
  fils = 2,
): Promise<SortieTuiles> {
  const { publie, release, cache } = dossiers;
  const etape = journal.etape('tuiles');
  await mkdir(cache, { recursive: true });
  await mkdir(join(release, 'public', 'tuiles'), { recursive: true });
  const fichiers = (await readdir(join(publie, 'public', 'tables'))).sort();
  const taches: {
    fichier: string;
    echelle: Echelle;
    table: Table;
    theme: string | null;
    couche: (typeof COUCHES_PUBLIQUES)[number];
    formes: Geometries;
  }[] = [];
  for (const couche of COUCHES_PUBLIQUES) {
    const formes = await formesDe(publie, couche.echelle);
    const geo: FormeNommee[] = [...formes].map(([code, f]) => ({
      code,
      nom: (f.properties as { nom: string }).nom,
      geometrie: f.geometry,
    }));
    await writeJson(
      join(release, 'public', 'geo', `${couche.echelle}.json`),
      topojson(
        { [couche.echelle]: geo },
        Math.max(BUDGET_GEO[couche.echelle] ?? 20_000, 10 * geo.length),
        1e5,
      ),
    );
    for (const f of fichiers.filter((n) => n.startsWith(`${couche.echelle}.`))) {
      const table = await lisTable(join(publie, 'public', 'tables', f));
      const theme = f.split('.')[1] as string;
      const commun = { echelle: couche.echelle, table, couche, formes: geometries(formes) };
      // Every table of an échelle lists all its zones: any of them gives the shapes.
      if (!taches.some((t) => t.echelle === couche.echelle))
        taches.push({ ...commun, theme: null, fichier: `public/tuiles/${couche.echelle}.pmtiles` });
      taches.push({ ...commun, theme, fichier: `public/tuiles/${couche.echelle}.${theme}.pmtiles` });
    }
  }
  const formesFrance = await formesDe(publie, 'france');
  await writeJson(
    join(release, 'public', 'geo', 'france.json'),
    topojson(
      {
        france: [...formesFrance].map(([code, f]) => ({
          code,
          nom: (f.properties as { nom: string }).nom,
          geometrie: f.geometry,
        })),
      },
      3000,
      1e5,
    ),
  );
  const codes = (await readdir(join(publie, 'territoires'))).sort();
  let connues = 0;
  const avance = (n: number) => etape.avance(n, taches.length + codes.length);
  const tuiles = await deuxParDeux(
    taches,
    async (t): Promise<Tuile> => {
      const e = entites(t.couche, t.table, t.formes, t.theme !== null);
      const { chemin, connu } = await faitTuiles(cache, t.echelle, [{ nom: t.echelle, entites: e }]);
      if (connu) connues++;
      await copyFile(chemin, join(release, t.fichier));
      return {
        fichier: t.fichier,
        echelle: t.echelle,
        theme: t.theme,
        minzoom: t.couche.minzoom,
        maxzoom: t.couche.maxzoom,
        taille: (await stat(chemin)).size,
        sha256: await sha256File(chemin),
      };
    },
    avance,
    fils,
  );
  const communes = Object.fromEntries(
    await Promise.all(
      (['epci', 'commune', 'qpv', 'qva', 'zonage', 'iris'] as const).map(
        async (e) => [e, await formesDe(publie, e)] as const,
      ),
    ),
  );
  const territoires: SortieTuiles['territoires'] = new Map();
  await deuxParDeux(
    codes,
    async (code) => {
      const r = await fabriqueTerritoire(
        join(publie, 'territoires', code),
        `epci-${code}`,
        communes,
        join(release, 'bundles', code),
        cache,
      );
      if (r.connu) connues++;
      territoires.set(code, { couches: r.couches });
    },
    (n) => avance(taches.length + n),
    fils,
  );
  if (connues === taches.length + codes.length) etape.inchangee();
  else etape.fin({ archives: taches.length + codes.length, inchangees: connues });
  return { tuiles, territoires };
}

/**
 * Map, table and outlines of one territory, from its published table alone.
 * @param source folder of table.json and lieux.json @param nom name of the archive
 * @param formes outlines by échelle: a zone without one stays in the table only
 */
export async function fabriqueTerritoire(
  source: string,
  nom: string,
  formes: Readonly<Record<string, ReadonlyMap<string, Feature>>>,
  sortie: string,
  cache: string,
) {
  const table = await lisTable(join(source, 'table.json'));
  const lieux = JSON.parse(await readFile(join(source, 'lieux.json'), 'utf8')) as {
    echelle: string;
    code: string;
    lon: number;
    lat: number;
  }[];
  const points = new Map(
    lieux.map((l) => [`${l.echelle}:${l.code}`, { type: 'Point', coordinates: [l.lon, l.lat] } as Geometry]),
  );
  const geometrieDe = (echelle: Echelle): Map<string, Geometry> =>
    new Map(
      table.zones.flatMap((z): [string, Geometry][] => {
        if (z.echelle !== echelle) return [];
        if (echelle === 'carreau')
          return [[z.code, { type: 'Polygon', coordinates: [contourCarreau(z.code)] }]];
        const g = points.get(`${echelle}:${z.code}`) ?? formes[echelle]?.get(z.code)?.geometry;
        return g === undefined || g === null ? [] : [[z.code, g]];
      }),
    );
  const couches = COUCHES_TERRITOIRE.map((c) => ({ c, geometries: geometrieDe(c.echelle) }));
  const { chemin, connu } = await faitTuiles(
    cache,
    nom,
    couches.map(({ c, geometries: g }) => ({ nom: c.echelle, entites: entites(c, table, g) })),
  );
  await mkdir(sortie, { recursive: true });
  await copyFile(chemin, join(sortie, 'carte.pmtiles'));
  await copyFile(join(source, 'table.json'), join(sortie, 'table.json'));
  const noms = new Map(table.zones.map((z) => [`${z.echelle}:${z.code}`, z.nom]));
  await writeJson(
    join(sortie, 'geo.json'),
    topojson(
      Object.fromEntries(
        couches
          .filter((x) => x.geometries.size > 0)
          .map(({ c, geometries: g }) => [
            c.echelle,
            [...g].map(([k, geometrie]): FormeNommee => ({
              code: k,
              nom: noms.get(`${c.echelle}:${k}`) ?? k,
              geometrie,
            })),
          ]),
      ),
      60_000,
      1e6,
    ),
  );
  return {
    connu,
    couches: couches
      .filter((x) => x.geometries.size > 0)
      .map(({ c, geometries: g }) => ({
        echelle: c.echelle,
        minzoom: c.minzoom,
        maxzoom: c.maxzoom,
        zones: g.size,
      })),
  };
}
