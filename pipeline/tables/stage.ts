/**
 * Stage `tables`: typed sources → one table of dwellings, one of households, one of addresses, the list of zones and
 * their outlines, all on one COG. Reads the folder of the sources stage; writes, in the confidential folder:
 *   logement.parquet, menage.parquet    one row per dwelling / surveyed household, located (logement.sql, menage.sql)
 *   zones.json                          Zone[] from France to commune, then qpv, qva, iris and further zonings
 *   formes-<echelle>.geojson            outlines of those zones
 *   rapport.json, rejets.csv            counts, refusals, disagreements between sources and our point-in-polygon
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comptes } from '../../data/contract/provenance.ts';
import type { Sources } from '../../data/contract/sources.ts';
import type { Zone } from '../../data/contract/zone.ts';
import { ouvreBase, texte } from '../lib/duckdb.ts';
import { replaceAtomic, writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { communesDe } from './communes.ts';
import { dissous, type Forme } from './geometrie.ts';
import { RPLS_OPTIONNELLES, charge, insereCodes, refuse, type Lue } from './lectures.ts';
import type { Passage } from './passages.ts';
import { situePoints, type Dessins } from './situe.ts';
import { appartenance, codesPostauxDe, lisCog, zonesAdministratives, zonesFines } from './territoires.ts';
import { poseZonages } from './zonages.ts';

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
    const communes = await lit('communes');
    const dessins: Dessins = {
      iris: await lit('iris'),
      qpv: await lit('qpv'),
      qva: await lit('qva'),
      zonages: new Map(),
    };
    const listes = [];
    for (const l of deType('zonage')) {
      const identifiant = l.identifiant ?? '';
      if (l.sortie.endsWith('.parquet'))
        listes.push({ identifiant, nom: l.nom, chemin: join(sources, l.sortie) });
      else dessins.zonages.set(identifiant, await geojson(join(sources, l.sortie)));
    }
    const { iris, qpv, qva } = dessins;
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
    await situePoints(base, dessins, (f, t) => etape.avance(f, t * 1.5));

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
        ${dessins.qva.length > 0} as qva,
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
    const nomsListes = await poseZonages(base, listes, ops.length > 0);

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
    const communesParZone = async (zone: string, colonne = zone) => {
      const m = new Map<string, string[]>();
      for (const l of await base.lignes<{ z: string; c: string }>(
        `select distinct ${zone} as z, commune as c from logement where ${colonne} is not null order by all`,
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
    const qvaCommunes = await communesParZone('qva');
    const zonageCommunes = await communesParZone("unnest(string_split(zonages, '|'))", 'zonages');
    const zonages = [...dessins.zonages].flatMap(([id, liste]) =>
      liste.map((f) => ({ ...f, properties: { ...f.properties, code: `${id}.${f.properties.code}` } })),
    );
    /** Zones known by their members only. */
    const sansContour = (codes: Iterable<string>, connus: readonly Forme[], noms: (c: string) => string) => {
      const dessines = new Set(connus.map((f) => f.properties.code));
      return [...codes].flatMap((c) => (dessines.has(c) ? [] : [{ properties: { code: c, nom: noms(c) } }]));
    };
    const zones: Zone[] = [
      ...zonesAdministratives(cog, config.pays, formes, await codesPostauxDe(base)),
      ...zonesFines('qpv', qpv, (c) => qpvCommunes.get(c) ?? [], cog),
      ...zonesFines(
        'qva',
        [...qva, ...sansContour(qvaCommunes.keys(), qva, (c) => c)],
        (c) => qvaCommunes.get(c) ?? [],
        cog,
      ),
      ...zonesFines(
        'zonage',
        [...zonages, ...sansContour(zonageCommunes.keys(), zonages, (c) => nomsListes.get(c) ?? c)],
        (c) => zonageCommunes.get(c) ?? [],
        cog,
      ),
      ...zonesFines('iris', iris, (c) => [communeIris.get(c) ?? ''], cog),
    ];
    await writeJson(join(sortie, 'zones.json'), zones);
    for (const [echelle, liste] of Object.entries({ ...formes, iris, qpv, qva, zonage: zonages })) {
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
