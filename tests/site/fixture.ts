/**
 * A miniature invented release written per contract (54 communes, one far island, one bundle with addresses), for
 * the tests of the site. Values come from a hash of names: no clock, no chance. Needs tippecanoe.
 *
 *   node tests/site/fixture.ts [DIR]      default data/releases/fixture
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureCollection } from 'geojson';
import { topology } from 'topojson-server';
import { classeBase, cle, type Encoded } from '../../data/contract/cell.ts';
import { bundleSchema, releaseSchema, type Classes, type Tuile } from '../../data/contract/release.ts';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import {
  ECHELLES_AVEC_SECTEUR,
  ECHELLES_FINES,
  SECTEURS,
  zoneSchema,
  type Echelle,
  type Tranche,
  type Zone,
} from '../../data/contract/zone.ts';
import { INDICATEURS, VARIABLES, indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { MENTION_SECRET } from '../../data/catalogue/secret.ts';
import { EPCI, couchesFines, couchesPubliques, type Couche } from './couches.ts';
import { hasard } from './geometrie.ts';

const MILLESIMES = [2020, 2022];
const THEMES_PUBLICS = ['parc', 'energie', 'ressources'];
const sha = (b: string | Buffer) => createHash('sha256').update(b).digest('hex');

function colonnes(zones: readonly Zone[], themes: readonly string[], publique: boolean): Table {
  const echelle = zones[0]?.echelle as Echelle;
  const fine = (z: Zone) => ECHELLES_FINES.includes(z.echelle);
  const variables = VARIABLES.filter(
    (v) => themes.includes(v.theme) && (!publique || ECHELLES_PUBLIQUES[v.famille].includes(echelle)),
  );
  const tranches: Tranche[] = [];
  const sortie: Record<string, Encoded[]> = {};
  for (const v of variables)
    for (const population of v.populations)
      for (const secteur of SECTEURS)
        for (const millesime of MILLESIMES) {
          const t: Tranche = { population, secteur, millesime };
          if (!tranches.some((u) => JSON.stringify(u) === JSON.stringify(t))) tranches.push(t);
          const bases = zones.map((z): Encoded => {
            if (secteur !== 'tous' && !ECHELLES_AVEC_SECTEUR.includes(z.echelle)) return null;
            const h = hasard(`${v.id}${z.code}${z.echelle}${secteur}${population}`);
            const grande = ['france', 'region', 'departement'].includes(z.echelle);
            if (!grande && hasard(`so${z.code}`) < 0.08) return 'so';
            if (!grande && h < 0.12) return 's';
            if (!grande && h < 0.16) return 'nd';
            const n = Math.round(11 + (grande ? 40000 : fine(z) ? 150 : 3000) * h * h);
            return fine(z) ? classeBase(n) : n;
          });
          sortie[cle(v.id, t)] = bases;
          const modalites = indicateursDe(v.id).filter((i) => i.modalite);
          for (const i of indicateursDe(v.id))
            sortie[cle(i.id, t)] = zones.map((z, n) => {
              const base = bases[n];
              if (base == null || base === 's' || base === 'nd' || base === 'so') return null;
              if (i.calcul === 'nombre') return typeof base === 'number' ? base : null;
              const poids = (id: string) =>
                0.2 + hasard(`${id}${z.code}`) + hasard(id) * 2 + (millesime % 5) / 50;
              const total = modalites.reduce((s, m) => s + poids(m.id), 0);
              const x =
                i.calcul === 'moyenne'
                  ? 40 + 30 * hasard(`${i.id}${z.code}`) + 3 * hasard(`${z.code}${millesime}`)
                  : i.modalite && modalites.length > 1
                    ? (100 * poids(i.id)) / total
                    : 60 * hasard(`${i.id}${z.code}`) ** 2;
              return Math.round((fine(z) ? Math.round(x) : x) * 10 ** i.decimales);
            });
        }
  return tableSchema.parse({
    format: 'carto-ops/table@1',
    audience: publique ? 'public' : 'territoire',
    zones,
    tranches,
    indicateurs: INDICATEURS.filter((i) => variables.some((v) => v.id === i.variable)).map((i) => i.id),
    variables: variables.map((v) => v.id),
    colonnes: sortie,
  });
}

function classes(t: Table): Record<string, Classes> {
  const sortie: Record<string, Classes> = {};
  for (const [k, col] of Object.entries(t.colonnes)) {
    const i = INDICATEURS.find((i) => k.startsWith(`${i.id}.`));
    if (!i) continue;
    const v = col.filter((x) => typeof x === 'number').map((x) => x / 10 ** i.decimales).sort((a, b) => a - b); // prettier-ignore
    if (v.length < 2) continue;
    const bornes = [1, 2, 3, 4].map((q) => v[Math.floor((q * v.length) / 5)] as number);
    sortie[k] = {
      methode: 'quantiles',
      bornes: [...new Set(bornes)],
      min: v[0] as number,
      max: v.at(-1) as number,
    };
  }
  return sortie;
}

function collectionDe(c: Couche): FeatureCollection {
  const features = c.formes.map((f) => ({
    ...f,
    id: f.properties.code,
    properties: { nom: f.properties.nom },
  }));
  return { type: 'FeatureCollection', features };
}

/** GeoJSON sequence of one layer with its columns as attributes; nothing is written for `null`. */
function sequence(couche: Couche, t: Table, garde: (cle: string) => boolean): string {
  const rang = new Map(t.zones.map((z, n) => [`${z.echelle} ${z.code}`, n]));
  return couche.formes
    .map((f) => {
      const n = rang.get(`${couche.echelle} ${f.properties.code}`) as number;
      const properties: Record<string, unknown> = { ...f.properties };
      for (const [k, col] of Object.entries(t.colonnes))
        if (garde(k) && col[n] != null) properties[k] = col[n];
      return JSON.stringify({ ...f, properties });
    })
    .join('\n');
}

const OPTIONS = ['--quiet', '--force', '--no-tile-stats', '--no-feature-limit', '--no-tile-size-limit', '--no-tiny-polygon-reduction', '-r1']; // prettier-ignore
const ZOOMS: Partial<Record<Echelle, [number, number]>> = { france: [0, 8], region: [2, 8], departement: [3, 8], epci: [4, 9], commune: [5, 10], iris: [9, 13], qpv: [9, 13], qva: [9, 13], zonage: [8, 13], carreau: [9, 13], batiment: [10, 14], cage: [10, 14], residence: [10, 14], adresse: [10, 14] }; // prettier-ignore

/** Write the release into `dossier` (replaced). Returns the code of the EPCI whose bundle was made. */
export function ecrisFixture(dossier: string): string {
  rmSync(dossier, { recursive: true, force: true });
  for (const d of ['public/tables', 'public/tuiles', 'public/geo', `bundles/${EPCI}`])
    mkdirSync(join(dossier, d), { recursive: true });
  const json = (chemin: string, v: unknown) => writeFileSync(join(dossier, chemin), JSON.stringify(v));
  const couches = couchesPubliques();
  const tuiles: Tuile[] = [];
  const tables: { fichier: string; echelle: Echelle; theme: string; sha256: string; taille: number }[] = [];
  const toutesClasses: Record<string, Record<string, Classes>> = {};
  for (const couche of couches) {
    json(`public/geo/${couche.echelle}.json`, topology({ [couche.echelle]: collectionDe(couche) }, 1e5)); // prettier-ignore
    for (const theme of THEMES_PUBLICS) {
      const t = colonnes(couche.zones, [theme], true);
      if (!t.variables.length) continue;
      const texte = JSON.stringify(t);
      const fichier = `public/tables/${couche.echelle}.${theme}.json`;
      writeFileSync(join(dossier, fichier), texte);
      tables.push({ fichier, echelle: couche.echelle, theme, sha256: sha(texte), taille: texte.length });
      Object.assign((toutesClasses[couche.echelle] ??= {}), classes(t));
      if (couche.echelle === 'france') continue;
      for (const avec of theme === THEMES_PUBLICS[0] ? [null, theme] : [theme]) {
        const nom = `public/tuiles/${couche.echelle}${avec === null ? '' : `.${avec}`}.pmtiles`;
        const [z0, z1] = ZOOMS[couche.echelle] as [number, number];
        const seq = join(dossier, 'couche.geojsonl');
        writeFileSync(
          seq,
          sequence(couche, t, () => avec !== null),
        );
        execFileSync('tippecanoe', ['-o', join(dossier, nom), '-l', couche.echelle, `-Z${z0}`, `-z${z1}`, ...OPTIONS, seq]); // prettier-ignore
        const octets = readFileSync(join(dossier, nom));
        tuiles.push({ fichier: nom, echelle: couche.echelle, theme: avec, minzoom: z0, maxzoom: z1, taille: octets.length, sha256: sha(octets) }); // prettier-ignore
        rmSync(seq);
      }
    }
  }
  const mentions = {
    fictif: true,
    avertissement: 'Territoires et données fictifs',
    sources: [
      { nom: 'OPS 2022', producteur: 'USH', type: 'ops_menages', millesime: 2022 },
      { nom: 'RPLS au 1er janvier 2022', producteur: 'SDES', type: 'rpls_ouvert', millesime: 2022 },
    ],
    zonages: ['COG 2025', 'IRIS 2024', 'QPV 2024'],
    secret: MENTION_SECRET,
    licence: 'Licence Ouverte 2.0',
  };
  const provenance = { version: '0.1.0', cle: sha('fixture'), sources: [], outils: {}, regle: '2026-11' };
  const millesimes = { ops: MILLESIMES, rpls: MILLESIMES };
  const cadre = (id: string, nom: string, regions: string[]) => {
    const b = couches[1]?.zones.filter((z) => regions.includes(z.code)).map((z) => z.bbox as number[]) ?? [];
    return { id, nom, regions, bbox: [0, 1, 2, 3].map((k) => (k < 2 ? Math.min : Math.max)(...b.map((x) => x[k] as number))) }; // prettier-ignore
  };
  json('release.json', releaseSchema.parse({
    format: 'carto-ops/release@1', id: sha('fixture').slice(0, 16), titre: 'Armélie miniature', pays: 'Armélie', provenance, mentions,
    millesimes, echelles: couches.map((c) => c.echelle), bbox: couches[0]?.zones[0]?.bbox,
    cadres: [cadre('principal', 'Armélie', ['11', '24']), cadre('ile', 'Île-Sauvage', ['04'])],
    tuiles, tables, classes: toutesClasses,
  })); // prettier-ignore
  json('audit.json', { format: 'carto-ops/audit@1', violations: 0 });

  const fines = couchesFines(couches[3] as Couche, couches[4] as Couche);
  const t = fines.map((c) => colonnes(c.zones, ['parc', 'energie', 'ressources', 'composition'], false));
  const table: Table = {
    ...(t[0] as Table),
    zones: t.flatMap((x) => x.zones),
    colonnes: Object.fromEntries(
      Object.keys(t[0]?.colonnes ?? {}).map((k) => [k, t.flatMap((x) => x.colonnes[k] as Encoded[])]),
    ),
  };
  const arguments_ = fines.flatMap((c) => {
    const seq = join(dossier, `${c.echelle}.geojsonl`);
    const zooms = ZOOMS[c.echelle] as [number, number];
    writeFileSync(
      seq,
      sequence(c, table, () => true).replaceAll(
        '"geometry"',
        `"tippecanoe":{"minzoom":${zooms[0]}},"geometry"`,
      ),
    );
    return ['-L', `${c.echelle}:${seq}`];
  });
  const d = join(dossier, 'bundles', EPCI);
  execFileSync('tippecanoe', ['-o', join(d, 'carte.pmtiles'), '-Z5', '-z14', ...OPTIONS, ...arguments_]);
  for (const c of fines) rmSync(join(dossier, `${c.echelle}.geojsonl`));
  writeFileSync(join(d, 'table.json'), JSON.stringify(table));
  writeFileSync(join(d, 'geo.json'), JSON.stringify(topology(Object.fromEntries(fines.map((c) => [c.echelle, collectionDe(c)])), 1e5))); // prettier-ignore
  const qpv = fines.find((c) => c.echelle === 'qpv') as Couche;
  json('public/zones.json', zoneSchema.array().parse([...couches.flatMap((c) => c.zones), ...qpv.zones]));
  json('public/geo/qpv.json', topology({ qpv: collectionDe(qpv) }, 1e5));
  const archive = (produit: 'manifeste' | 'carte' | 'table' | 'geo', fichier: string) => {
    const octets = readFileSync(join(d, fichier));
    return { id: sha(octets).slice(0, 32), produit, fichier, taille: statSync(join(d, fichier)).size, sha256: sha(octets) }; // prettier-ignore
  };
  const archives = [
    archive('carte', 'carte.pmtiles'),
    archive('table', 'table.json'),
    archive('geo', 'geo.json'),
  ];
  const manifeste = bundleSchema.parse({
    format: 'carto-ops/bundle@1', territoire: couches[3]?.zones.find((z) => z.code === EPCI), provenance, mentions, millesimes,
    couches: fines.map((c) => ({ echelle: c.echelle, minzoom: ZOOMS[c.echelle]?.[0], maxzoom: 14, zones: c.zones.length })),
    archives, classes: Object.fromEntries(fines.map((c, n) => [c.echelle, classes(t[n] as Table)])),
  }); // prettier-ignore
  writeFileSync(join(d, 'manifest.json'), JSON.stringify(manifeste));
  json('bundles/archives.json', {
    format: 'carto-ops/archives@1',
    release: sha('fixture').slice(0, 16),
    archives: [archive('manifeste', 'manifest.json'), ...archives].map((a) => ({
      ...a,
      fichier: `${EPCI}/${a.fichier}`,
      territoire: `epci:${EPCI}`,
      millesime: '2022',
      type: a.fichier.endsWith('.json') ? 'application/json' : 'application/vnd.pmtiles',
    })),
  });
  return EPCI;
}

if (import.meta.main) ecrisFixture(process.argv[2] ?? 'data/releases/fixture');
