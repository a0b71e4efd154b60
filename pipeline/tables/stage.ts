/**
 * Stage `tables`: typed sources → one table of dwellings, one of households, one of addresses, the list of zones and
 * their outlines, all on one COG. Reads the folder of the sources stage; writes, in the confidential folder:
 *   logement.parquet, menage.parquet    one row per dwelling / surveyed household, located (logement.sql, menage.sql)
 *   zones.json                          Zone[] from France to commune, then qpv and iris
 *   formes-<echelle>.geojson            outlines of those zones
 *   rapport.json, rejets.csv            counts, refusals, disagreements between sources and our point-in-polygon
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comptes } from '../../data/contract/provenance.ts';
import type { Sources } from '../../data/contract/sources.ts';
import type { Zone } from '../../data/contract/zone.ts';
import { ouvreBase, texte, type Base } from '../lib/duckdb.ts';
import { replaceAtomic, writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { carreauDe, epsgConnu, versWgs84 } from '../lib/projections.ts';
import { dissous, type Forme } from './geometrie.ts';
import { contient, indexe } from './localise.ts';
import { composePassages, type Passage } from './passages.ts';
import { appartenance, lisCog, zonesAdministratives, zonesFines, type Cog } from './territoires.ts';

interface Lue {
  type: string;
  millesime?: number;
  nom: string;
  sortie: string;
  absentes: string[];
}
export interface RapportTables {
  logements: Comptes;
  menages: Comptes;
  /** Rows whose commune was converted by a passage table. */
  passages: number;
  /** Rows without usable coordinates. */
  sansCoordonnees: number;
  /** Rows where the source's own zone and our point-in-polygon differ. */
  ecartsIris: number;
  ecartsQpv: number;
  /** Rows where the declared QPV (1/2) and the geocoded one differ. */
  ecartsQpvDeclare: number;
  /** Households linked to a dwelling of the register. */
  menagesApparies: number;
}

const sql = (nom: string) => readFile(new URL(nom, import.meta.url), 'utf8');
const geojson = async (chemin: string): Promise<Forme[]> =>
  (JSON.parse(await readFile(chemin, 'utf8')) as { features: Forme[] }).features;

/** Union of the Parquet files of one kind, with `millesime` and a `ligne` unique within kind and millésime. */
async function charge(base: Base, table: string, dossier: string, lues: readonly Lue[]): Promise<void> {
  const parts = lues.map(
    (l) => `select ${l.millesime} as millesime, * from read_parquet(${texte(join(dossier, l.sortie))})`,
  );
  await base.execute(`create or replace table ${table} as ${parts.join(' union all by name ')}`);
}

/** Columns that a kind of file may lack, so that the SQL of this stage can name them all. */
const RPLS_OPTIONNELLES = {
  id_rpls: 'varchar',
  siret: 'varchar',
  immeu: 'varchar',
  mode: 'varchar',
  bail: 'date',
  duree_vacance: 'integer',
  loyer: 'integer',
};

async function communesDe(
  base: Base,
  source: 'rpls' | 'ops',
  cog: Cog,
  passages: readonly Passage[],
  cible: number,
  formes: ReadonlyMap<string, Forme>,
): Promise<void> {
  const connus = new Set(cog.communes.map((c) => c.commune));
  const codes = await base.lignes<{ millesime: number; depcom: string }>(
    `select distinct millesime, depcom from ${source} order by all`,
  );
  await base.execute(
    'create or replace temp table passage_code (millesime integer, depcom varchar, commune varchar, rang integer)',
  );
  const versDe = new Map<number, ReturnType<typeof composePassages>>();
  const lignes: string[] = [];
  for (const { millesime, depcom } of codes) {
    let vers = versDe.get(millesime);
    if (vers === undefined)
      versDe.set(millesime, (vers = composePassages(passages, millesime, cible, connus)));
    (vers(depcom) ?? []).forEach(([commune], rang) =>
      lignes.push(`(${millesime}, ${texte(depcom)}, ${texte(commune)}, ${rang})`),
    );
  }
  for (let i = 0; i < lignes.length; i += 5000)
    await base.execute(`insert into passage_code values ${lignes.slice(i, i + 5000).join(', ')}`);
  await base.execute(
    `insert into commune_de select '${source}', s.millesime, s.ligne, p.commune from ${source} s join passage_code p on p.millesime = s.millesime and p.depcom = s.depcom and p.rang = 0`,
  );
  // A commune split in several: the dwelling's point decides, else the largest share (geodata.md §2.1).
  const partagees = await base.lignes<{
    ligne: number;
    millesime: number;
    commune: string;
    lon: number;
    lat: number;
  }>(
    `select s.ligne, s.millesime, p.commune, t.lon, t.lat from ${source} s join passage_code p on p.millesime = s.millesime and p.depcom = s.depcom
     join point t on t.epsg = s.epsg and t.x = s.x and t.y = s.y
     where (s.millesime, s.depcom) in (select (millesime, depcom) from passage_code where rang > 0) order by all`,
  );
  for (const p of partagees) {
    const forme = formes.get(p.commune);
    if (forme !== undefined && contient(forme.geometry, p.lon, p.lat)) {
      await base.execute(
        `update commune_de set commune = ${texte(p.commune)} where source = '${source}' and millesime = ${p.millesime} and ligne = ${p.ligne}`,
      );
    }
  }
}

async function situePoints(
  base: Base,
  iris: readonly Forme[],
  qpv: readonly Forme[],
  avance: (fait: number, total: number) => void,
): Promise<void> {
  await base.execute(
    'create or replace table point (epsg integer, x double, y double, lon double, lat double, carreau varchar, iris varchar, qpv varchar)',
  );
  const c = await base.colonnes(
    'select distinct epsg, x, y from (select epsg, x, y from rpls union all select epsg, x, y from ops) where epsg is not null and x is not null and y is not null order by all',
  );
  const [es, xs, ys] = [c.epsg as number[], c.x as number[], c.y as number[]];
  const zonage = (formes: readonly Forme[]) =>
    indexe(formes.map((f) => ({ code: f.properties.code, geometrie: f.geometry })));
  const [dansIris, dansQpv] = [zonage(iris), zonage(qpv)];
  const ajout = await base.connexion.createAppender('point');
  for (let i = 0; i < es.length; i++) {
    if (i % 5000 === 0) avance(i, es.length);
    const [epsg, x, y] = [es[i] as number, xs[i] as number, ys[i] as number];
    if (!epsgConnu(epsg)) continue;
    const [lon, lat] = versWgs84(epsg)([x, y]).map((v) => Math.round(v * 1e7) / 1e7) as [number, number];
    ajout.appendInteger(epsg);
    ajout.appendDouble(x);
    ajout.appendDouble(y);
    ajout.appendDouble(lon);
    ajout.appendDouble(lat);
    ajout.appendVarchar(carreauDe(lon, lat));
    for (const trouve of [dansIris(lon, lat)[0], dansQpv(lon, lat)[0]]) {
      if (trouve === undefined) ajout.appendNull();
      else ajout.appendVarchar(trouve);
    }
    ajout.endRow();
  }
  ajout.closeSync();
}

async function insereCodes(base: Base, table: string, codes: readonly string[]): Promise<void> {
  await base.execute(`create or replace table ${table} (code varchar)`);
  const ajout = await base.connexion.createAppender(table);
  for (const code of codes) {
    ajout.appendVarchar(code);
    ajout.endRow();
  }
  ajout.closeSync();
}

/** Refuse rows of a commune unknown to the target COG and rows with a repeated identifier; list them in `rejets`. */
async function refuse(
  base: Base,
  source: 'rpls' | 'ops',
  identifiant: string,
  fichiers: readonly Lue[],
): Promise<void> {
  if (fichiers.length === 0) return;
  const nom = `case ${fichiers.map((f) => `when millesime = ${f.millesime} then ${texte(f.nom)}`).join(' ')} else '' end`;
  await base.execute(`insert into rejets select ${nom}, ligne, 'DEPCOM', depcom, 'une commune du COG visé ou d’une table de passage', 'Ajoutez la table de passage de l’année, ou corrigez le code.'
      from ${source} where (millesime, ligne) not in (select (millesime, ligne) from commune_de where source = '${source}');
    delete from ${source} where (millesime, ligne) not in (select (millesime, ligne) from commune_de where source = '${source}');
    create or replace temp table doublons as select millesime, ligne from (
      select millesime, ligne, row_number() over (partition by millesime, ${identifiant} order by ligne) as rang from ${source} where ${identifiant} is not null) where rang > 1;
    insert into rejets select ${nom}, ligne, '${identifiant}', ${identifiant}, 'un identifiant présent une seule fois', 'Retirez la ligne en double.' from ${source} where (millesime, ligne) in (select (millesime, ligne) from doublons);
    delete from ${source} where (millesime, ligne) in (select (millesime, ligne) from doublons)`);
}

/** Run the stage. @param sources folder of the sources stage @param sortie folder to fill */
export async function fabriquerTables(
  sources: string,
  sortie: string,
  journal: Journal,
): Promise<RapportTables> {
  const { config, lues } = JSON.parse(await readFile(join(sources, 'manifeste.json'), 'utf8')) as {
    config: Sources;
    lues: Lue[];
  };
  const deType = (...types: string[]) => lues.filter((l) => types.includes(l.type));
  const seule = (type: string) => deType(type)[0]?.sortie ?? null;
  const base = await ouvreBase({ temporaire: join(sortie, 'tmp-duckdb') });
  const etape = journal.etape('tables');
  try {
    const cog = await lisCog(base, sources, seule('cog_communes') ?? '', seule('cog_epci'));
    const lit = async (type: string) => {
      const s = seule(`${type}`);
      return s === null ? [] : geojson(join(sources, s));
    };
    const [communes, iris, qpv] = [await lit('communes'), await lit('iris'), await lit('qpv')];
    const noms = (niveau: string, code: string) =>
      niveau === 'france' ? config.pays : (cog.noms[niveau as 'epci'].get(code) ?? code);
    const secours = {
      epci: await lit('epci'),
      departement: await lit('departements'),
      region: await lit('regions'),
    };
    for (const [niveau, formes] of Object.entries(secours)) {
      const n = cog.noms[niveau as 'epci' | 'departement' | 'region'];
      for (const f of formes) if (!n.has(f.properties.code)) n.set(f.properties.code, f.properties.nom);
    }
    const formes = dissous(communes, appartenance(cog), noms, secours);
    const parCommune = new Map(communes.map((f) => [f.properties.code, f]));

    await base.execute(
      'create table rejets (fichier varchar, ligne bigint, colonne varchar, recu varchar, attendu varchar, remede varchar)',
    );
    await base.execute(
      `create table commune (commune varchar primary key, epci varchar, departement varchar, region varchar)`,
    );
    for (let i = 0; i < cog.communes.length; i += 5000) {
      const part = cog.communes
        .slice(i, i + 5000)
        .map(
          (c) =>
            `(${texte(c.commune)}, ${c.epci === null ? 'null' : texte(c.epci)}, ${texte(c.departement)}, ${texte(c.region)})`,
        );
      await base.execute(`insert into commune values ${part.join(', ')}`);
    }
    const rpls = deType('rpls_restreint', 'rpls_ouvert').filter(
      (l, _, tous) =>
        l.type === 'rpls_restreint' ||
        !tous.some((t) => t.type === 'rpls_restreint' && t.millesime === l.millesime),
    );
    const ops = deType('ops_menages');
    await charge(base, 'rpls', sources, rpls);
    for (const [c, t] of Object.entries(RPLS_OPTIONNELLES))
      await base.execute(`alter table rpls add column if not exists ${c} ${t}`);
    if (ops.length > 0) await charge(base, 'ops', sources, ops);
    else
      await base.execute(
        'create table ops (millesime integer, ligne bigint, depcom varchar, x double, y double, id_logement varchar)',
      );
    // OPS gives no CRS: degrees when they look like degrees, else the legal projected system of the département.
    await base.execute(`alter table ops add column epsg integer; update ops set epsg = case when abs(x) <= 180 and abs(y) <= 90 then 4326
      when left(depcom, 3) in ('971', '972', '977', '978') then 5490 when left(depcom, 3) = '973' then 2972 when left(depcom, 3) = '974' then 2975 when left(depcom, 3) = '976' then 4471 else 2154 end where x is not null`);
    await situePoints(base, iris, qpv, (f, t) => etape.avance(f, t * 1.5));

    const passages: Passage[] = [];
    for (const l of deType('passage'))
      passages.push(JSON.parse(await readFile(join(sources, l.sortie), 'utf8')) as Passage);
    await base.execute(
      'create table commune_de (source varchar, millesime integer, ligne bigint, commune varchar)',
    );
    await communesDe(base, 'rpls', cog, passages, config.cog, parCommune);
    await communesDe(base, 'ops', cog, passages, config.cog, parCommune);
    const entrees = {
      rpls: await base.scalaire('select count(*) from rpls'),
      ops: await base.scalaire('select count(*) from ops'),
    };
    await refuse(base, 'rpls', 'id_rpls', rpls);
    await refuse(base, 'ops', 'id_logement', ops);

    await insereCodes(
      base,
      'iris_connu',
      iris.map((f) => f.properties.code),
    );
    await insereCodes(
      base,
      'qpv_connu',
      qpv.map((f) => f.properties.code),
    );
    await base.execute(`create table fiable as select millesime,
        bool_or(plg_iris in (select code from iris_connu)) as iris,
        bool_or(qp24 in (select code from qpv_connu) or qp15 in (select code from qpv_connu)) as qpv
      from rpls group by millesime;
      update fiable set iris = coalesce(iris, false), qpv = coalesce(qpv, false)`);
    await base.execute(await sql('logement.sql'));
    const annees = config.emmenagesRecentsAnnees;
    await base.execute(
      `create table recent (millesime integer, annees integer); ${ops.map((o) => `insert into recent values (${o.millesime}, ${annees[String(o.millesime)] ?? 2});`).join('')}`,
    );
    if (ops.length > 0) await base.execute(await sql('menage.sql'));
    else await base.execute('create table menage as select null::integer as millesime where false');

    const compte = async (table: string, entree: number): Promise<Comptes> => {
      const gardees = await base.scalaire(`select count(*) from ${table}`);
      return { entree, gardees, rejetees: entree - gardees };
    };
    const rapport: RapportTables = {
      logements: await compte('logement', entrees.rpls),
      menages: await compte('menage', entrees.ops),
      passages: await base.scalaire(
        `select count(*) from commune_de c join rpls r on c.source = 'rpls' and r.millesime = c.millesime and r.ligne = c.ligne where r.depcom <> c.commune`,
      ),
      sansCoordonnees: await base.scalaire('select count(*) from logement where lon is null'),
      ecartsIris: await base.scalaire(
        'select count(*) from logement where lon is not null and iris_point is distinct from iris',
      ),
      ecartsQpv: await base.scalaire(
        'select count(*) from logement where lon is not null and qpv_point is distinct from qpv',
      ),
      ecartsQpvDeclare: await base.scalaire(
        "select count(*) from logement where lon is not null and (qpv_declare = '1') is distinct from (qpv is not null)",
      ),
      menagesApparies:
        ops.length > 0 ? await base.scalaire('select count(*) from menage where lie is not null') : 0,
    };
    for (const table of ['logement', 'menage']) {
      await replaceAtomic(join(sortie, `${table}.parquet`), (t) =>
        base.execute(`copy ${table} to ${texte(t)} (format parquet, compression zstd)`),
      );
    }
    const communesParZone = async (colonne: string) => {
      const m = new Map<string, string[]>();
      for (const l of await base.lignes<{ z: string; c: string }>(
        `select distinct ${colonne} as z, commune as c from logement where ${colonne} is not null order by all`,
      ))
        m.set(l.z, [...(m.get(l.z) ?? []), l.c]);
      return m;
    };
    const communeIris = new Map(
      iris.map((f) => [
        f.properties.code,
        (f.properties as { commune?: string }).commune ?? f.properties.code.slice(0, 5),
      ]),
    );
    const qpvCommunes = await communesParZone('qpv');
    const zones: Zone[] = [
      ...zonesAdministratives(cog, config.pays, formes),
      ...zonesFines('qpv', qpv, (c) => qpvCommunes.get(c) ?? [], cog),
      ...zonesFines('iris', iris, (c) => [communeIris.get(c) ?? ''], cog),
    ];
    await writeJson(join(sortie, 'zones.json'), zones);
    for (const [echelle, liste] of Object.entries({ ...formes, iris, qpv })) {
      await writeJson(join(sortie, `formes-${echelle}.geojson`), {
        type: 'FeatureCollection',
        features: liste,
      });
    }
    await replaceAtomic(join(sortie, 'rejets.csv'), (t) =>
      base.execute(
        `copy (select * from rejets order by fichier, ligne) to ${texte(t)} (header, delimiter ';')`,
      ),
    );
    await writeJson(join(sortie, 'rapport.json'), rapport, 1);
    etape.fin({
      logements: rapport.logements.gardees,
      menages: rapport.menages.gardees,
      rejetees: rapport.logements.rejetees + rapport.menages.rejetees,
    });
    return rapport;
  } finally {
    base.ferme();
  }
}
