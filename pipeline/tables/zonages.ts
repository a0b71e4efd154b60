/**
 * Further zonings given as a list: rows of (address or dwelling, code). Drawn ones are already in `zonages` through the
 * point of the dwelling (situe.ts). Ends with one sorted list per dwelling and per household: `<identifiant>.<code>|…`.
 */
import { UserError } from '../../data/contract/erreur.ts';
import { texte, type Base } from '../lib/duckdb.ts';

/** A listed zoning, as the sources stage wrote it. */
export interface ZonageListe {
  identifiant: string;
  /** Name of the file, for messages. */
  nom: string;
  /** Parquet with ligne, id_rpls, id_adresse, adresse, code, nom. */
  chemin: string;
}

const CLES = ['id_rpls', 'id_adresse', 'adresse'] as const;

/** Rows with no key or several, and keys that no dwelling has, are refused and listed. */
async function chargeListe(base: Base, z: ZonageListe): Promise<void> {
  const brut = `read_parquet(${texte(z.chemin)})`;
  const cles = CLES.map((c) => `(${c} is not null)::integer`).join(' + ');
  await base.execute(`insert into rejets select ${texte(z.nom)}, ligne, 'id_rpls, id_adresse ou adresse', concat_ws(', ', id_rpls, id_adresse, adresse), 'une seule clé par ligne', 'Gardez l’une des trois colonnes.' from ${brut} where ${cles} <> 1;
    create or replace temp table lue as select ligne, ${texte(`${z.identifiant}.`)} || code as code, coalesce(nom, code) as nom,
      case when id_rpls is not null then 'id_rpls' when id_adresse is not null then 'id_adresse' else 'adresse' end as genre,
      coalesce(id_rpls, id_adresse, adresse) as cle from ${brut} where ${cles} = 1`);
  const [double] = await base.lignes<{
    cle: string;
    genre: string;
    l1: number;
    l2: number;
    c1: string;
    c2: string;
  }>(
    `select cle, genre, min(ligne)::integer as l1, max(ligne)::integer as l2, arg_min(code, ligne) as c1, arg_max(code, ligne) as c2 from lue group by cle, genre having count(distinct code) > 1 order by l1 limit 1`,
  );
  if (double !== undefined)
    throw new UserError(
      `${z.nom}, lignes ${double.l1} et ${double.l2} : ${double.genre} « ${double.cle} » est dans deux zones, ${double.c1} et ${double.c2}.`,
      {
        hint: 'Un zonage couvre un logement au plus une fois : corrigez la ligne, ou faites-en deux zonages.',
      },
    );
  await base.execute(`create or replace temp table connue as
      select 'id_rpls' as genre, id_logement as cle, millesime, id_logement, null::varchar as adresse from logement
      union all select 'adresse', adresse, null, null, adresse from (select distinct adresse from logement union select distinct adresse from menage) where adresse is not null
      union all select distinct 'id_adresse', o.id_adresse, null, null, m.adresse from ops o join menage m on m.millesime = o.millesime and m.id_logement = o.id_logement where o.id_adresse is not null and m.adresse is not null;
    insert into rejets select ${texte(z.nom)}, ligne, genre, cle, 'une adresse ou un logement des autres sources', 'Vérifiez l’identifiant.' from lue where (genre, cle) not in (select (genre, cle) from connue);
    insert into zonage_nom select distinct on (code) code, nom from lue order by code, ligne;
    insert into zonage_membre select c.millesime, c.id_logement, c.adresse, l.code from lue l join connue c on c.genre = l.genre and c.cle = l.cle`);
}

/** Rewrite `zonages` of one table with the listed memberships; refuse a unit found in two zones of one zoning. */
async function pose(base: Base, table: 'logement' | 'menage', lie: string): Promise<void> {
  await base.execute(`create or replace temp table appartient as
      select millesime, id_logement, unnest(string_split(zonages, '|')) as code from ${table} where zonages is not null
      union select t.millesime, t.id_logement, z.code from ${table} t join zonage_membre z on z.adresse = t.adresse
      union select t.millesime, t.id_logement, z.code from ${table} t join zonage_membre z on z.id_logement = t.${lie} and z.millesime = t.millesime`);
  const [double] = await base.lignes<{ id: string; codes: string }>(
    `select id_logement as id, string_agg(distinct code, ' et ' order by code) as codes from appartient group by millesime, id_logement, split_part(code, '.', 1) having count(distinct code) > 1 order by id limit 1`,
  );
  if (double !== undefined)
    throw new UserError(
      `Zonages : le logement ${double.id} est dans deux zones d’un même zonage, ${double.codes}.`,
      {
        hint: 'Une ligne le rattache par son adresse et une autre par son identifiant, ou un contour le contient déjà : gardez un seul rattachement.',
      },
    );
  await base.execute(`update ${table} set zonages = a.z from (select millesime, id_logement, string_agg(code, '|' order by code) as z from appartient group by all) a
    where a.millesime = ${table}.millesime and a.id_logement = ${table}.id_logement`);
}

/**
 * Attach listed zonings to `logement` and `menage`.
 * @returns names of the listed zones, by code
 */
export async function poseZonages(
  base: Base,
  listes: readonly ZonageListe[],
  avecOps: boolean,
): Promise<Map<string, string>> {
  if (listes.length === 0) return new Map();
  await base.execute(
    'create or replace table zonage_membre (millesime integer, id_logement varchar, adresse varchar, code varchar); create or replace table zonage_nom (code varchar, nom varchar)',
  );
  if (!avecOps)
    await base.execute(
      'alter table ops add column if not exists id_adresse varchar; alter table menage add column if not exists adresse varchar; alter table menage add column if not exists id_logement varchar',
    );
  for (const z of listes) await chargeListe(base, z);
  await pose(base, 'logement', 'id_logement');
  if (avecOps) await pose(base, 'menage', 'lie');
  return new Map(
    (await base.lignes<{ code: string; nom: string }>('select code, nom from zonage_nom order by code')).map(
      (l) => [l.code, l.nom],
    ),
  );
}
