/**
 * A release written by hand to the contract: twelve mainland communes in two EPCI, one island, one bundle with
 * addresses. The hidden cell of commune 01005 carries, against the contract, the number under the mark: nothing
 * downstream may ever show it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cle } from '../../data/contract/cell.ts';
import type { Bundle, Mentions, Release } from '../../data/contract/release.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import type { DonneesFeuille } from '../../site/export/donnees.ts';
import { adresses, communes, departements, epci, france, regions, topo, toutes, type Lieu } from './lieux.ts';

export const TRANCHE = { population: 'ENS', secteur: 'tous', millesime: 2022 } as const;
/** 77,7 %: value that a hidden cell would have; searched for in every output. */
export const CACHE = 777;

export const mentions: Mentions = {
  fictif: true,
  avertissement: 'Territoires et données fictifs',
  sources: [
    { nom: 'OPS 2022', producteur: 'USH', type: 'ops_menages', millesime: 2022 },
    { nom: 'RPLS au 1er janvier 2022', producteur: 'SDES', type: 'rpls_ouvert', millesime: 2022 },
  ],
  zonages: ['COG 2025', 'IRIS 2024', 'QPV 2024'],
  secret:
    's : secret statistique (moins de 11 unités, moins de 60 % de réponses, valeurs extrêmes, ou protection d’une valeur voisine).',
  licence: 'Licence Ouverte 2.0',
};

const provenance = {
  version: '0.1.0',
  cle: 'a'.repeat(64),
  sources: [],
  outils: {},
  regle: '2026-11',
};

const c = (id: string) => cle(id, TRANCHE);
function table(audience: 'public' | 'territoire', lieux: Lieu[], colonnes: Table['colonnes']): Table {
  const ids = Object.keys(colonnes).map((k) => k.split('.')[0] as string);
  return {
    format: 'carto-ops/table@1',
    audience,
    zones: lieux.map((l) => l.zone),
    tranches: [TRANCHE],
    indicateurs: ids.filter((i) => !['rpls_const', 'rpls_parc', 'ops_res', 'ops_men'].includes(i)),
    variables: ids.filter((i) => ['rpls_const', 'rpls_parc', 'ops_res', 'ops_men'].includes(i)),
    colonnes,
  };
}
/** Commune columns: 01005 hidden with the forbidden number left in, 01008 without social housing, 01012 unknown. */
const bases = (n: number, fine = false) =>
  Array.from({ length: n }, (_, i) =>
    i === 4
      ? 's'
      : i === 7
        ? 'so'
        : i === 11
          ? 'nd'
          : fine
            ? (['11–19', '20–49', '50–99', '100+'] as const)[i % 4]!
            : 120 + 37 * i,
  );
const parts = (n: number, arrondi = 1) =>
  Array.from({ length: n }, (_, i) =>
    i === 4 ? CACHE : i === 7 || i === 11 ? null : Math.round((95 + 61 * i) / arrondi) * arrondi,
  );

const publique = (lieux: Lieu[]) => {
  const n = lieux.length;
  const fines = n > 4;
  return table('public', lieux, {
    [c('rpls_const')]: fines ? bases(n) : lieux.map((l, i) => 4000 + i + 100 * l.zone.echelle.length),
    [c('rpls_coll')]: fines ? parts(n) : lieux.map((_, i) => 612 + 10 * i),
    [c('rpls_parc')]: fines
      ? bases(n).map((b, i) => (typeof b === 'number' ? b : 30 + i))
      : lieux.map((l, i) => 4000 + i + 100 * l.zone.echelle.length),
    [c('rpls_nb')]: fines
      ? bases(n).map((b, i) => (typeof b === 'number' ? b : 30 + i))
      : lieux.map((l, i) => 4000 + i + 100 * l.zone.echelle.length),
  });
};

const bundleLieux: Lieu[] = [
  ...communes.filter((l) => l.zone.epci === '200000001'),
  epci[0] as Lieu,
  ...adresses,
];
const bundleTable: Table = (() => {
  const fins = bundleLieux.map((l) => l.zone.echelle === 'adresse');
  const b = bases(bundleLieux.length, true);
  return table('territoire', bundleLieux, {
    [c('ops_res')]: b.map((x, i) => (fins[i] || typeof x !== 'string' || !/\d/.test(x) ? x : 140 + i)),
    [c('ops_res_lt20')]: parts(bundleLieux.length, 10).map((v, i) =>
      v === null || v === CACHE ? v : 100 + ((v * 7 + i) % 40) * 10,
    ),
    [c('ops_men')]: bundleLieux.map((_, i) => 150 + i),
    [c('ops_rep')]: bundleLieux.map(() => 812),
  });
})();

const CADRES: Release['cadres'] = [
  { id: 'metropole', nom: 'Continent', regions: ['11'], bbox: [2, 46, 3, 46.6] },
  { id: 'iles', nom: 'Outre-Large', regions: ['02'], bbox: [-61.2, 16, -61, 16.2] },
];
const CLASSES: Release['classes'] = {
  commune: { [c('rpls_coll')]: { methode: 'quantiles', bornes: [20, 40, 60], min: 9.5, max: 82.7 } },
};

const couchesPubliques = {
  france: [france],
  region: regions,
  departement: departements,
  epci,
  commune: toutes,
};

/** Data of a public sheet of one EPCI, in memory. */
export function donneesPubliques(territoire: 'epci' | 'france' = 'epci'): DonneesFeuille {
  return {
    audience: 'public',
    edition: 'fixture',
    mentions,
    territoire: territoire === 'epci' ? (epci[0] as Lieu).zone : france.zone,
    tables: [publique(toutes), publique(epci), publique(departements), publique(regions), publique([france])],
    geo: {
      commune: topo({ commune: toutes }),
      departement: topo({ departement: departements }),
      region: topo({ region: regions }),
    },
    classes: CLASSES,
    cadres: CADRES,
    reperes: territoire === 'epci' ? [(departements[0] as Lieu).zone, france.zone] : [],
  };
}

/** Data of a restricted sheet, in memory. */
export function donneesTerritoire(): DonneesFeuille {
  const t = topo({ commune: bundleLieux.filter((l) => l.zone.echelle === 'commune'), adresse: adresses });
  return {
    audience: 'territoire',
    edition: 'fixture',
    mentions,
    territoire: (epci[0] as Lieu).zone,
    tables: [bundleTable],
    geo: { commune: t, adresse: t },
    classes: {},
    cadres: [],
    reperes: [],
  };
}

/** Write the whole release under `dossier`, as `carto build` would. */
export async function ecrisLivraison(dossier: string): Promise<void> {
  const ecrit = async (chemin: string, valeur: unknown) => {
    const fichier = join(dossier, chemin);
    await mkdir(dirname(fichier), { recursive: true });
    await writeFile(fichier, JSON.stringify(valeur));
  };
  const tables = (Object.entries(couchesPubliques) as [Echelle, Lieu[]][]).flatMap(([echelle, lieux]) =>
    ['parc'].map((theme) => ({
      fichier: `tables/${echelle}.${theme}.json`,
      echelle,
      theme,
      sha256: 'b'.repeat(64),
      taille: 1,
      lieux,
    })),
  );
  for (const { fichier, lieux } of tables) await ecrit(`public/${fichier}`, publique(lieux));
  for (const [echelle, lieux] of Object.entries(couchesPubliques))
    await ecrit(`public/geo/${echelle}.json`, topo({ [echelle]: lieux }));
  await ecrit(
    'public/zones.json',
    Object.values(couchesPubliques)
      .flat()
      .map((l) => l.zone),
  );
  const release: Release = {
    format: 'carto-ops/release@1',
    id: '0123456789abcdef',
    titre: 'Livraison d’essai',
    pays: 'Pays inventé',
    provenance,
    mentions,
    millesimes: { ops: [2022], rpls: [2022] },
    echelles: ['france', 'region', 'departement', 'epci', 'commune'],
    bbox: [-61.2, 16, 3, 46.6],
    cadres: CADRES,
    tuiles: [],
    tables: tables.map(({ fichier, echelle, theme, sha256, taille }) => ({
      fichier,
      echelle,
      theme,
      sha256,
      taille,
    })),
    classes: CLASSES,
  };
  await ecrit('release.json', release);
  const bundle: Bundle = {
    format: 'carto-ops/bundle@1',
    territoire: (epci[0] as Lieu).zone,
    provenance,
    mentions,
    millesimes: { ops: [2022], rpls: [2022] },
    couches: [],
    archives: [],
    classes: {},
  };
  await ecrit('bundles/200000001/manifest.json', bundle);
  await ecrit('bundles/200000001/table.json', bundleTable);
  await ecrit(
    'bundles/200000001/geo.json',
    topo({ commune: bundleLieux.filter((l) => l.zone.echelle === 'commune'), adresse: adresses }),
  );
}
