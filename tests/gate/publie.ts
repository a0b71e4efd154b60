/** A tiny published side of a build on disk: one EPCI, two communes, and zones that must not follow a commune. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VARIABLES } from '../../data/catalogue/indicators/index.ts';
import { cle, type Encoded } from '../../data/contract/cell.ts';
import { releaseSchema, type Mentions, type Release } from '../../data/contract/release.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Zone } from '../../data/contract/zone.ts';
import { carreauDe } from '../../pipeline/lib/projections.ts';

export const EPCI = '200000001';
export const COMMUNE = '01001';
export const VOISINE = '01002';

const carre = (ouest: number, sud: number, cote: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [ouest, sud],
      [ouest + cote, sud],
      [ouest + cote, sud + cote],
      [ouest, sud + cote],
      [ouest, sud],
    ],
  ],
});
const OUVERTE = VARIABLES.find((v) => v.famille === 'logements_ouvert')?.id ?? '';
const MENAGES = VARIABLES.find((v) => v.famille === 'menages')?.id ?? '';
/** Well inside the commune; across its eastern limit (longitude 4.1); inside, but an address of the neighbour is there. */
export const CARREAUX = {
  dedans: carreauDe(4.05, 46.05),
  limite: carreauDe(4.1, 46.02),
  mixte: carreauDe(4.03, 46.03),
};

const zone = (z: Zone): Zone => z;
const interieur = { epci: EPCI };
const ZONES: readonly Zone[] = [
  zone({ echelle: 'france', code: 'FR', nom: 'Pays' }),
  zone({ echelle: 'region', code: '84', nom: 'Région' }),
  zone({ echelle: 'departement', code: '01', nom: 'Département', region: '84' }),
  zone({ echelle: 'departement', code: '02', nom: 'Autre département', region: '84' }),
  zone({ echelle: 'epci', code: EPCI, nom: 'CC Essai', region: '84', departement: '01' }),
  zone({ echelle: 'commune', code: COMMUNE, nom: 'Bourg', region: '84', departement: '01', ...interieur }),
  zone({ echelle: 'commune', code: VOISINE, nom: 'Voisine', region: '84', departement: '02', ...interieur }),
  zone({ echelle: 'qpv', code: 'QN00101M', nom: 'À cheval', ...interieur }),
  zone({ echelle: 'iris', code: '010010101', nom: 'Centre', commune: COMMUNE, ...interieur }),
  zone({ echelle: 'iris', code: '010020101', nom: 'Autre', commune: VOISINE, ...interieur }),
  ...Object.values(CARREAUX).map((code) => zone({ echelle: 'carreau', code, nom: code, ...interieur })),
  zone({ echelle: 'adresse', code: 'Aici', nom: '1 rue', commune: COMMUNE, ...interieur }),
  zone({ echelle: 'adresse', code: 'Avoisine', nom: '2 rue', commune: VOISINE, ...interieur }),
];
export const ANNEES = [2022, 2024];

export const TABLE: Table = {
  format: 'carto-ops/table@1',
  audience: 'territoire',
  zones: [...ZONES],
  tranches: ANNEES.map((millesime) => ({ population: 'ENS', secteur: 'tous', millesime })),
  indicateurs: [],
  variables: [OUVERTE, MENAGES],
  colonnes: Object.fromEntries(
    [OUVERTE, MENAGES].flatMap((v, n) =>
      ANNEES.map((millesime): [string, Encoded[]] => [
        cle(v, { population: 'ENS', secteur: 'tous', millesime }),
        ZONES.map((_, i) => 1000 * (n + 1) + 10 * i + (millesime % 10)),
      ]),
    ),
  ),
};
export const LIEUX = [
  { echelle: 'adresse', code: 'Aici', lon: 4.05, lat: 46.05 },
  { echelle: 'adresse', code: 'Avoisine', lon: 4.03, lat: 46.03 },
];
export const CONTOUR = carre(4, 46, 0.1) as { type: 'Polygon'; coordinates: number[][][] };

const MENTIONS: Mentions = {
  fictif: true,
  avertissement: 'Territoires et données fictifs',
  sources: [],
  zonages: [],
  secret: '',
  licence: '',
};

function ecrire(chemin: string, contenu: unknown): void {
  mkdirSync(dirname(chemin), { recursive: true });
  writeFileSync(chemin, typeof contenu === 'string' ? contenu : JSON.stringify(contenu));
}

/** Write `<vers>`: published tables and outlines, and a release that has no bundle yet. @returns its manifest */
export function ecrirePublie(vers: string): Release {
  const publie = join(vers, 'travail', 'publie');
  const contours: Record<string, [string, unknown][]> = {
    epci: [[EPCI, carre(4, 46, 0.2)]],
    commune: [
      [COMMUNE, CONTOUR],
      [VOISINE, carre(4.1, 46, 0.1)],
    ],
    iris: [
      ['010010101', carre(4, 46, 0.1)],
      ['010020101', carre(4.1, 46, 0.1)],
    ],
    qpv: [['QN00101M', carre(4.09, 46, 0.02)]],
  };
  for (const [echelle, formes] of Object.entries(contours))
    ecrire(join(publie, 'formes', `${echelle}.geojson`), {
      type: 'FeatureCollection',
      features: formes.map(([code, geometry]) => ({
        type: 'Feature',
        properties: { code, nom: code },
        geometry,
      })),
    });
  ecrire(join(publie, 'public', 'zones.json'), ZONES.slice(0, 7));
  ecrire(join(publie, 'territoires', EPCI, 'table.json'), TABLE);
  ecrire(join(publie, 'territoires', EPCI, 'lieux.json'), LIEUX);
  const cleBuild = 'a'.repeat(64);
  ecrire(join(publie, 'cle.txt'), cleBuild);
  const release = releaseSchema.parse({
    format: 'carto-ops/release@1',
    id: 'essai',
    titre: 'Essai',
    pays: 'Pays',
    provenance: { version: '0', cle: cleBuild, sources: [], outils: {}, regle: '1' },
    mentions: MENTIONS,
    millesimes: { ops: ANNEES, rpls: ANNEES },
    echelles: [],
    bbox: [4, 46, 5, 47],
    cadres: [],
    tuiles: [],
    tables: [],
    classes: {},
  } satisfies Release);
  const dossier = join(vers, 'releases', 'essai');
  ecrire(join(dossier, 'release.json'), release);
  ecrire(join(dossier, 'bundles', 'archives.json'), {
    format: 'carto-ops/archives@1',
    release: 'essai',
    archives: [],
  });
  symlinkSync(join('releases', 'essai'), join(vers, 'courante'));
  return release;
}
