/**
 * Stage `indicators`: located dwellings and households → exact counts. Reads the tables stage; writes, confidential:
 *   atomes.parquet      one row per atom (see atomes.ts)
 *   dominance.parquet   millesime, echelle, code, secteur, part: largest landlord's share of the stock, in per mille
 *   residences.parquet  millesime, residence, logements: size of each residence (rule P4)
 *   lieux.parquet       echelle (residence | batiment | cage | adresse), code, nom, lon, lat, commune, epci, departement, region
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { oppositionsSchema, type Oppositions } from '../../data/contract/oppositions.ts';
import { ouvreBase, texte } from '../lib/duckdb.ts';
import { replaceAtomic, writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { NOMBRE_INDICATEURS, sqlAtomes } from './atomes.ts';

const DOMINANCE = `
with z as (
  select millesime, siret, secteur, unnest(['france', 'region', 'departement', 'epci', 'commune']) as echelle, unnest(['FR', region, departement, epci, commune]) as code from logement where siret is not null
), s as (
  select millesime, siret, echelle, code, unnest(['tous', secteur]) as secteur from z where code is not null
), c as (select millesime, echelle, code, secteur, siret, count(*) as n from s group by all)
select millesime, echelle, code, secteur, (1000 * max(n) / sum(n))::integer as part from c group by millesime, echelle, code, secteur order by all`;

/** A place keeps one name and one point: the most recent dwelling that has them, ties by value. */
const lieux = (avecOps: boolean) => `
with t as (
  select millesime, 'adresse' as echelle, adresse as code, nom_adresse as nom, lon, lat, commune, epci, departement, region from logement where adresse is not null
  union all
  select millesime, 'residence', residence, coalesce(nom_residence, nom_adresse), lon, lat, commune, epci, departement, region from logement where residence is not null
  union all
  select millesime, 'batiment', batiment, concat('Bâtiment ', nom_batiment, ', ', coalesce(nom_residence, nom_adresse)), lon, lat, commune, epci, departement, region from logement where batiment is not null
  union all
  select millesime, 'cage', cage, concat(case when nom_batiment is null then '' else concat('Bâtiment ', nom_batiment, ', ') end, 'escalier ', nom_cage, ', ', nom_adresse), lon, lat, commune, epci, departement, region from logement where cage is not null
  ${
    avecOps
      ? `union all
  select millesime, 'adresse', adresse, null, lon, lat, commune, epci, departement, region from menage where adresse is not null
  union all
  select millesime, 'residence', residence, null, lon, lat, commune, epci, departement, region from menage where residence is not null`
      : ''
  }
)
select echelle, code, max_by(nom, (millesime, nom)) filter (nom is not null) as nom,
  case when echelle in ('adresse', 'cage') then max_by(lon, (millesime, lon, lat)) filter (lon is not null) else round(avg(lon), 7) end as lon,
  case when echelle in ('adresse', 'cage') then max_by(lat, (millesime, lon, lat)) filter (lon is not null) else round(avg(lat), 7) end as lat,
  max(commune) as commune, max(epci) as epci, max(departement) as departement, max(region) as region
from t group by echelle, code order by echelle, code`;

/**
 * Columns of a dwelling without what names an opposing landlord: its residences go by their address. Counts do not change,
 * and no other column of a landlord leaves this stage.
 */
function colonnesLogement({ bailleurs }: Oppositions): string {
  if (bailleurs.length === 0) return '*';
  const opposes = bailleurs.map(texte).join(', ');
  return `* replace (case when left(siret, 9) in (${opposes}) then null else nom_residence end as nom_residence)`;
}

/**
 * Run the stage.
 * @param tables folder of the tables stage @param sortie folder to fill
 * @param oppositions file of the register (data/contract/oppositions.ts), when there is one
 */
export async function calculerIndicateurs(
  tables: string,
  sortie: string,
  journal: Journal,
  oppositions?: string,
): Promise<{ atomes: number }> {
  const etape = journal.etape('indicateurs');
  const base = await ouvreBase({ temporaire: join(sortie, 'tmp-duckdb') });
  try {
    const opposes = oppositionsSchema.parse(
      oppositions === undefined
        ? { format: 'carto-ops/oppositions@1', bailleurs: [] }
        : JSON.parse(await readFile(oppositions, 'utf8')),
    );
    for (const t of ['logement', 'menage'])
      await base.execute(
        `create view ${t} as select ${t === 'logement' ? colonnesLogement(opposes) : '*'} from read_parquet(${texte(join(tables, `${t}.parquet`))})`,
      );
    const ecrit = (nom: string, sql: string) =>
      replaceAtomic(join(sortie, nom), (t) =>
        base.execute(`copy (${sql}) to ${texte(t)} (format parquet, compression zstd)`),
      );
    // Without a survey the table of households has no column but its millésime.
    const avecOps = (await base.scalaire('select count(*) from (describe menage)')) > 1;
    await ecrit('atomes.parquet', sqlAtomes(avecOps ? ['ops', 'rpls'] : ['rpls']));
    etape.avance(1, 2);
    await ecrit('dominance.parquet', DOMINANCE);
    await ecrit(
      'residences.parquet',
      'select millesime, residence, count(*)::integer as logements from logement where residence is not null group by all order by all',
    );
    await ecrit('lieux.parquet', lieux(avecOps));
    const atomes = await base.scalaire(
      `select count(*) from read_parquet(${texte(join(sortie, 'atomes.parquet'))})`,
    );
    await writeJson(join(sortie, 'rapport.json'), { atomes, indicateurs: NOMBRE_INDICATEURS });
    etape.fin({ atomes, indicateurs: NOMBRE_INDICATEURS });
    return { atomes };
  } finally {
    base.ferme();
  }
}
