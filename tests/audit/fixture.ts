/**
 * A miniature invented release, written per contract: two départements, two EPCI, four communes, IRIS, one QPV across
 * two IRIS, carreaux, residences, 120 addresses. Tiles are made by tippecanoe and scrubbed. Its mask is simple and safe
 * (totals, communes and a few large addresses), so that each planted leak is the only finding.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { INDICATEURS, VARIABLES, indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { classeBase, cle, type Encoded } from '../../data/contract/cell.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Table } from '../../data/contract/table.ts';
import { ECHELLES, ECHELLES_FINES, type Echelle, type Tranche, type Zone } from '../../data/contract/zone.ts';
import { modalitesDe, refus } from '../../pipeline/audit/regles.ts';
import { sha256 } from '../../pipeline/lib/files.ts';

export const MILLESIME = 2022;
const SIREN = ['200000011', '200000022'] as const;
/** Themes of the fixture; the others have no file, hence nothing to audit. */
const THEMES = ['parc', 'enquete', 'ressources'];

interface Atome {
  zones: Record<string, string | null>;
  mesures: Record<string, number>;
}

function hasard(graine: number) {
  let s = graine >>> 0;
  return (n: number) => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), s | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** Counts of one variable for `n` units, plausible and consistent: modalities partition the denominator. */
function compter(
  v: Variable,
  n: number,
  h: (n: number) => number,
  m: Record<string, number>,
  p: string,
): void {
  const deja = v.avec === undefined ? undefined : m[`r.${v.avec}.${p}`];
  const r = deja ?? (v.repondu === 'true' ? n : n - h(1 + Math.floor(n / 6)));
  const u = v.denominateur === '1' ? r : r * 2;
  m[`n.${v.id}.${p}`] = n;
  m[`r.${v.id}.${p}`] = r;
  m[`u.${v.id}.${p}`] = u;
  const modalites = modalitesDe(v);
  const parts = new Map(modalites.map((i) => [i.id, 0]));
  let reste = u;
  for (const i of modalites.filter((i) => i.variable !== v.id)) reste -= m[`x.${i.id}.${p}`] ?? 0;
  const propres = modalites.filter((i) => i.variable === v.id);
  for (let k = 0; k < reste && propres.length > 0; k++) {
    const i = propres[h(propres.length + (v.cent === 'distribution' ? 0 : 3))];
    if (i) parts.set(i.id, parts.get(i.id)! + 1);
  }
  for (const i of indicateursDe(v.id)) {
    const autre =
      i.calcul === 'part' ? Math.floor((u * (25 + h(40))) / 100) : i.calcul === 'nombre' ? n : u * 3;
    m[`x.${i.id}.${p}`] = i.modalite ? parts.get(i.id)! : autre;
  }
}

function atomes(): Atome[] {
  const h = hasard(2022);
  return Array.from({ length: 120 }, (_, a) => {
    const commune = Math.floor(a / 30);
    const dep = Math.floor(commune / 2);
    const rang = a % 30;
    const ens = 12 + h(40);
    const er = 3 + h(Math.floor(ens / 3));
    const qpv = rang >= 12 && rang < 18;
    const zones = {
      adresse: `A${String(a).padStart(3, '0')}`,
      residence: `R${String(Math.floor(a / 3)).padStart(2, '0')}`,
      carreau: rang === 29 ? null : `C${commune}${Math.floor(rang / 4)}`,
      iris: `0${dep + 1}00${commune}01${rang < 15 ? '01' : '02'}`.slice(0, 9),
      qpv: qpv ? `QN0${commune}` : null,
      commune: `0${dep + 1}00${commune}`,
      epci: SIREN[dep]!,
      departement: `0${dep + 1}`,
      region: '11',
      secteur: qpv ? 'qpv' : 'hqpv',
    };
    const mesures: Record<string, number> = { logements: ens + 2, occupes: ens };
    for (const p of ['ENS', 'ER'] as const)
      for (const v of VARIABLES) {
        if (!v.populations.includes(p)) continue;
        const n = v.source === 'rpls' && p === 'ENS' ? ens + 2 : p === 'ENS' ? ens : er;
        if (p === 'ENS') compter(v, n, h, mesures, p);
        else {
          // A sub-population: never more than the whole, whatever is counted.
          compter(v, n, h, mesures, p);
          const cles = [`r.${v.id}`, `u.${v.id}`, ...indicateursDe(v.id).map((i) => `x.${i.id}`)];
          for (const c of cles) mesures[`${c}.ER`] = Math.min(mesures[`${c}.ER`]!, mesures[`${c}.ENS`]!);
        }
      }
    return { zones, mesures };
  });
}

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

const couleur = (z: string) => [...z].reduce((a, c) => a + c.charCodeAt(0), 0);

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

async function ecrireParquet(dossier: string, liste: readonly Atome[]): Promise<void> {
  const jsonl = join(dossier, 'atomes.jsonl');
  writeFileSync(
    jsonl,
    liste.map((a) => JSON.stringify({ millesime: MILLESIME, ...a.zones, ...a.mesures })).join('\n'),
  );
  const instance = await DuckDBInstance.create(':memory:');
  const c = await instance.connect();
  await c.run(
    `copy (select * from read_json('${jsonl}', format = 'newline_delimited', maximum_depth = 1, sample_size = -1, columns = {millesime: 'integer', ${[
      ...Object.keys(liste[0]!.zones).map((k) => `${k}: 'varchar'`),
      ...Object.keys(liste[0]!.mesures).map((k) => `"${k}": 'integer'`),
    ].join(', ')}})) to '${join(dossier, 'atomes.parquet')}' (format parquet)`,
  );
  await c.run(
    `copy (select ${MILLESIME} as millesime, residence, 60 as logements from '${join(dossier, 'atomes.parquet')}' group by residence) to '${join(dossier, 'residences.parquet')}' (format parquet)`,
  );
  c.closeSync();
  rmSync(jsonl);
}

function topologie(zones: readonly (readonly [Echelle, string])[]) {
  const objects: Record<string, { type: string; geometries: object[] }> = {};
  for (const [e, code] of zones)
    (objects[e] ??= { type: 'GeometryCollection', geometries: [] }).geometries.push({
      type: 'Point',
      id: code,
      coordinates: [1, 1],
      properties: { nom: code },
    });
  return { type: 'Topology', objects, arcs: [] };
}

/** GeoJSON of a table through tippecanoe, then metadata rewritten. */
function tuiler(
  mini: Mini,
  nom: string,
  table: Table,
  colonne: (cle: string) => boolean,
  zooms: Record<string, [number, number]>,
  modifications: Modifications,
): void {
  const chemin = join(mini.release, nom);
  mkdirSync(join(chemin, '..'), { recursive: true });
  const arguments_: string[] = [];
  let [min, max] = [99, 0];
  let tout = '';
  for (const [echelle, [a, b]] of Object.entries(zooms)) {
    const lignes = table.zones.flatMap((z, i) => {
      if (z.echelle !== echelle) return [];
      const properties: Record<string, unknown> = { code: z.code, nom: z.nom };
      for (const [k, v] of Object.entries(table.colonnes))
        if (colonne(k) && v[i] != null) properties[k] = v[i];
      if (modifications.tuile && !modifications.tuile(nom, `${z.echelle}:${z.code}`, properties)) return [];
      const x = (couleur(z.code) * 37) % 100;
      const y = (couleur(z.code) * 61) % 80;
      return [
        JSON.stringify({
          type: 'Feature',
          properties,
          geometry: { type: 'Point', coordinates: [x / 10, y / 10] },
        }),
      ];
    });
    const source = join(mini.racine, `${echelle}.geojsonl`);
    writeFileSync(source, lignes.join('\n'));
    tout += `${echelle}\n${lignes.join('\n')}\n`;
    arguments_.push('-L', `${echelle}:${source}`);
    [min, max] = [Math.min(min, a), Math.max(max, b)];
  }
  const brut = modifications.sansNettoyage?.(nom) ?? false;
  const garde =
    modifications.cache === undefined || brut ? null : join(modifications.cache, `${sha256(tout)}.pmtiles`);
  if (garde !== null && existsSync(garde)) return copyFileSync(garde, chemin);
  execFileSync(
    'tippecanoe',
    // prettier-ignore
    ['-q', '-f', '-o', chemin, `-Z${min}`, `-z${max}`, '-r1', ...(brut ? [] : ['--no-tile-stats']), '--no-tile-size-limit', '--no-feature-limit', ...arguments_],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (brut) return;
  nettoyer(chemin, table, Object.keys(zooms), colonne);
  if (garde === null) return;
  mkdirSync(join(garde, '..'), { recursive: true });
  copyFileSync(chemin, garde);
}

/** Replace the metadata of an archive: same sections, new JSON, offsets moved. */
function nettoyer(chemin: string, table: Table, couches: string[], colonne: (cle: string) => boolean): void {
  const o = readFileSync(chemin);
  const champs = Object.fromEntries(
    ['code', 'nom', ...Object.keys(table.colonnes).filter(colonne)].map((k) => [k, 'String']),
  );
  const json = gzipSync(
    JSON.stringify({ name: 'mini', vector_layers: couches.map((id) => ({ id, fields: champs })) }),
  );
  const lire = (i: number) => Number(o.readBigUInt64LE(8 + 8 * i));
  const [racine, lRacine, meta, lMeta, feuilles, lFeuilles, donnees, lDonnees] = Array.from(
    { length: 8 },
    (_, i) => lire(i),
  ) as [number, number, number, number, number, number, number, number];
  const tete = Buffer.from(o.subarray(0, 127));
  const ecart = json.length - lMeta;
  tete.writeBigUInt64LE(BigInt(json.length), 8 + 8 * 3);
  if (feuilles > meta) tete.writeBigUInt64LE(BigInt(feuilles + ecart), 8 + 8 * 4);
  tete.writeBigUInt64LE(BigInt(donnees + ecart), 8 + 8 * 6);
  writeFileSync(
    chemin,
    Buffer.concat([
      tete,
      o.subarray(racine, racine + lRacine),
      json,
      o.subarray(feuilles, feuilles + lFeuilles),
      o.subarray(donnees, donnees + lDonnees),
    ]),
  );
}
