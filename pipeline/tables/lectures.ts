/** Loading of the typed sources into the database of the stage, and their refusals. */
import { join } from 'node:path';
import { texte, type Base } from '../lib/duckdb.ts';

/** A file read by the sources stage, as its manifest lists it. */
export interface Lue {
  type: string;
  identifiant?: string;
  millesime?: number;
  nom: string;
  sortie: string;
  absentes: string[];
}
/** Union of the Parquet files of one kind, with `millesime` and a `ligne` unique within kind and millésime. */
export async function charge(
  base: Base,
  table: string,
  dossier: string,
  lues: readonly Lue[],
): Promise<void> {
  const parts = lues.map(
    (l) => `select ${l.millesime} as millesime, * from read_parquet(${texte(join(dossier, l.sortie))})`,
  );
  await base.execute(`create or replace table ${table} as ${parts.join(' union all by name ')}`);
}

/** Columns that a kind of file may lack, so that the SQL of this stage can name them all. */
export const RPLS_OPTIONNELLES = {
  codepostal: 'varchar',
  id_rpls: 'varchar',
  siret: 'varchar',
  immeu: 'varchar',
  bat: 'varchar',
  esc: 'varchar',
  plg_qva: 'varchar',
  mode: 'varchar',
  bail: 'date',
  duree_vacance: 'integer',
  loyer: 'integer',
};

/** One-column table of codes. */
export async function insereCodes(base: Base, table: string, codes: readonly string[]): Promise<void> {
  await base.execute(`create or replace table ${table} (code varchar)`);
  const ajout = await base.connexion.createAppender(table);
  for (const code of codes) {
    ajout.appendVarchar(code);
    ajout.endRow();
  }
  ajout.closeSync();
}

/** Refuse rows of a commune unknown to the target COG and rows with a repeated identifier; list them in `rejets`. */
export async function refuse(
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
