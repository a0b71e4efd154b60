/**
 * A miniature invented release, written per contract: two départements, two EPCI, four communes, IRIS, one QPV across
 * two IRIS, carreaux, residences, 120 addresses. Tiles are made by tippecanoe and scrubbed. Its mask is simple and safe
 * (totals, communes and a few large addresses), so that each planted leak is the only finding.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INDICATEURS, VARIABLES, indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { classeBase, cle, type Encoded } from '../../data/contract/cell.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Table } from '../../data/contract/table.ts';
import { ECHELLES, ECHELLES_FINES, type Echelle, type Tranche, type Zone } from '../../data/contract/zone.ts';
import { refus } from '../../pipeline/audit/regles.ts';
import { sha256 } from '../../pipeline/lib/files.ts';
import { MILLESIME, SIREN, atomes, ecrireParquet, type Atome } from './fixture-atomes.ts';
import { couleur, topologie, tuiler } from './fixture-tuiles.ts';

export { MILLESIME };

/** Themes of the fixture; the others have no file, hence nothing to audit. */
const THEMES = ['parc', 'enquete', 'ressources'];

export interface Mini {
  /** Root: `release/` and `confidentiel/` inside. */
  readonly racine: string;
  readonly release: string;
  readonly confidentiel: string;
}

/** Cells as the fixture's own mask leaves them, changed by a test before the files are written. */
export type Cellules = Map<string, Map<string, Encoded>>;
export interface Modifications {
  /** Change encoded cells before tables and tiles are written: key `echelle:code`, then column. */
  readonly cellules?: (c: Cellules) => void;
  /** Change the properties of a drawn zone after the tables are written. */
  readonly tuile?: (fichier: string, zone: string, proprietes: Record<string, unknown>) => boolean;
  /** Folder where archives are kept by the hash of their features: unchanged ones are copied, not made again. */
  readonly cache?: string;
  /** Archives whose metadata stay those of tippecanoe, statistics included. */
  readonly sansNettoyage?: (fichier: string) => boolean;
}

function publiable(echelle: Echelle, code: string, population: string): boolean {
  if (echelle === 'adresse') return population === 'ENS' && couleur(code) % 5 === 0;
  return ['france', 'region', 'departement', 'commune'].includes(echelle);
}

/** Write the release and its confidential side under `racine`. */
export async function ecrireMini(racine: string, modifications: Modifications = {}): Promise<Mini> {
  rmSync(racine, { recursive: true, force: true });
  const mini = { racine, release: join(racine, 'release'), confidentiel: join(racine, 'confidentiel') };
  const liste = atomes();
  mkdirSync(join(mini.confidentiel, 'indicateurs'), { recursive: true });
  await ecrireParquet(join(mini.confidentiel, 'indicateurs'), liste);

  const zones = new Map<Echelle, Map<string, Atome[]>>();
  for (const a of liste)
    for (const e of ECHELLES) {
      const code = e === 'france' ? 'FR' : a.zones[e];
      if (code == null) continue;
      const m = zones.get(e) ?? new Map<string, Atome[]>();
      m.set(code, [...(m.get(code) ?? []), a]);
      zones.set(e, m);
    }
  const variables = VARIABLES.filter((v) => THEMES.includes(v.theme));
  const cellules: Cellules = new Map();
  for (const [e, parCode] of zones)
    for (const [code, membres] of parCode) {
      const cellule = new Map<string, Encoded>();
      cellules.set(`${e}:${code}`, cellule);
      for (const v of variables)
        for (const population of v.populations)
          encoder(v, e, code, { population, secteur: 'tous', millesime: MILLESIME }, membres, cellule);
    }
  modifications.cellules?.(cellules);

  const table = (audience: 'public' | 'territoire', es: Echelle[], vs: Variable[], epci?: string): Table => {
    const choisies = es.flatMap((e) =>
      [...(zones.get(e) ?? [])]
        .filter(([, l]) => epci === undefined || l.some((a) => a.zones.epci === epci))
        .map(([code]): Zone => ({
          echelle: e,
          code,
          nom: `${e} ${code}`,
          ...(epci === undefined ? {} : { epci }),
        })),
    );
    const tranches: Tranche[] = (['ENS', 'ER'] as const).map((population) => ({
      population,
      secteur: 'tous',
      millesime: MILLESIME,
    }));
    const colonnes: Record<string, Encoded[]> = {};
    for (const z of choisies)
      for (const k of cellules.get(`${z.echelle}:${z.code}`)!.keys())
        if (
          vs.some(
            (v) => [v.id, ...indicateursDe(v.id).map((i) => i.id)].includes(k.split('.')[0]!) || !connu(k),
          )
        )
          colonnes[k] ??= choisies.map((y) => cellules.get(`${y.echelle}:${y.code}`)!.get(k) ?? null);
    return {
      format: 'carto-ops/table@1',
      audience,
      zones: choisies,
      tranches,
      indicateurs: vs.flatMap((v) => indicateursDe(v.id).map((i) => i.id)),
      variables: vs.map((v) => v.id),
      colonnes,
    };
  };
  const ecrit = (nom: string, contenu: unknown) => {
    const chemin = join(mini.release, nom);
    mkdirSync(join(chemin, '..'), { recursive: true });
    writeFileSync(chemin, JSON.stringify(contenu));
    return { fichier: nom, sha256: sha256(readFileSync(chemin)), taille: readFileSync(chemin).length };
  };
  const tables: object[] = [];
  const tuiles: object[] = [];
  const publiques: Zone[] = [];
  for (const e of ['france', 'region', 'departement', 'epci', 'commune'] as const) {
    for (const theme of THEMES) {
      const vs = variables.filter((v) => v.theme === theme && ECHELLES_PUBLIQUES[v.famille].includes(e));
      if (vs.length === 0) continue;
      const t = table('public', [e], vs);
      if (theme === 'parc') publiques.push(...t.zones);
      tables.push({ ...ecrit(`public/tables/${e}.${theme}.json`, t), echelle: e, theme });
      for (const avec of theme === 'parc' ? [null, theme] : [theme]) {
        const nom = `public/tuiles/${e}${avec === null ? '' : `.${avec}`}.pmtiles`;
        tuiler(mini, nom, t, () => avec !== null, { [e]: [3, 4] }, modifications);
        const octets = readFileSync(join(mini.release, nom));
        tuiles.push({
          fichier: nom,
          echelle: e,
          theme: avec,
          minzoom: 3,
          maxzoom: 4,
          taille: octets.length,
          sha256: sha256(octets),
        });
      }
    }
    ecrit(`public/geo/${e}.json`, topologie([...zones.get(e)!.keys()].map((c) => [e, c])));
  }
  ecrit('public/zones.json', publiques);
  const commun = {
    provenance: { version: '0', cle: '0'.repeat(64), sources: [], outils: {}, regle: '2026-11' },
    mentions: {
      fictif: true,
      avertissement: 'Territoires et données fictifs',
      sources: [],
      zonages: [],
      secret: 's',
      licence: '',
    },
    millesimes: { ops: [MILLESIME], rpls: [MILLESIME] },
  };
  for (const siren of SIREN) {
    const es: Echelle[] = ['commune', 'iris', 'qpv', 'carreau', 'residence', 'adresse'];
    const t = table('territoire', es, variables, siren);
    const base = `bundles/${siren}`;
    const zooms = Object.fromEntries(es.map((e) => [e, [7, 8]])) as Record<string, [number, number]>;
    tuiler(mini, `${base}/carte.pmtiles`, t, () => true, zooms, modifications);
    const carte = readFileSync(join(mini.release, base, 'carte.pmtiles'));
    const archives = [
      ['carte', 'carte.pmtiles', sha256(carte), carte.length] as const,
      ...(['table', 'geo'] as const).map((p) => {
        const f = ecrit(
          `${base}/${p}.json`,
          p === 'table' ? t : topologie(t.zones.map((z) => [z.echelle, z.code])),
        );
        return [p, `${p}.json`, f.sha256, f.taille] as const;
      }),
    ].map(([produit, fichier, sha, taille]) => ({
      id: sha.slice(0, 32),
      produit,
      fichier,
      taille,
      sha256: sha,
    }));
    ecrit(`${base}/manifest.json`, {
      format: 'carto-ops/bundle@1',
      territoire: { echelle: 'epci', code: siren, nom: `EPCI ${siren}` },
      ...commun,
      couches: es.map((e) => ({
        echelle: e,
        minzoom: 7,
        maxzoom: 8,
        zones: t.zones.filter((z) => z.echelle === e).length,
      })),
      archives,
      classes: {},
    });
  }
  ecrit('bundles/archives.json', { format: 'carto-ops/archives@1', release: 'mini', archives: [] });
  ecrit('release.json', {
    format: 'carto-ops/release@1',
    id: 'mini',
    titre: 'Mini',
    pays: 'Mini',
    ...commun,
    echelles: ['france', 'region', 'departement', 'epci', 'commune'],
    bbox: [0, 0, 10, 10],
    cadres: [],
    tuiles,
    tables,
    classes: {},
  });
  return mini;
}

const ids = new Set([...VARIABLES, ...INDICATEURS].map((x) => x.id));
const connu = (cle: string) => ids.has(cle.split('.')[0]!);

function encoder(
  v: Variable,
  e: Echelle,
  code: string,
  t: Tranche,
  membres: readonly Atome[],
  cellule: Map<string, Encoded>,
): void {
  const p = t.population;
  const somme = (k: string) => membres.reduce((a, m) => a + (m.mesures[`${k}.${p}`] ?? 0), 0);
  const [n, r, u] = [somme(`n.${v.id}`), somme(`r.${v.id}`), somme(`u.${v.id}`)];
  const fine = ECHELLES_FINES.includes(e);
  const motif = refus(v, e, {
    n,
    r,
    u,
    occupes: 0,
    logements: 99,
    x: (id) => somme(`x.${id}`),
  });
  const distribution = v.cent === 'distribution' && e === 'adresse';
  if (!publiable(e, code, p) || motif !== null || distribution) {
    cellule.set(cle(v.id, t), 's');
    return;
  }
  cellule.set(cle(v.id, t), fine ? classeBase(r) : r);
  for (const i of indicateursDe(v.id)) {
    const x = somme(`x.${i.id}`);
    const valeur = i.calcul === 'nombre' ? x : (x / u) * (i.calcul === 'part' ? 100 : 1);
    if (fine && i.calcul === 'nombre' && v.famille !== 'logements_ouvert') continue;
    const arrondie =
      fine && i.calcul === 'part'
        ? Math.round(valeur) * 10 ** i.decimales
        : Math.round(valeur * 10 ** i.decimales);
    cellule.set(cle(i.id, t), arrondie);
  }
}
