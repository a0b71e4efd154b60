/**
 * Tabular reader: file → typed DuckDB table, with every refused row listed. Lines in = lines kept + lines refused.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../data/contract/erreur.ts';
import type { Comptes } from '../../data/contract/provenance.ts';
import { ident, texte, type Base } from '../lib/duckdb.ts';
import type { Colonne } from './colonnes.ts';

export interface Lecture {
  table: string;
  comptes: Comptes;
  /** Optional columns the file does not have, by our names: their table columns are all NULL. */
  absentes: string[];
}

/** First decompressed bytes of a file. */
async function tete(chemin: string, octets = 65_536): Promise<Buffer> {
  const flux = chemin.endsWith('.gz')
    ? createReadStream(chemin).pipe(createGunzip())
    : createReadStream(chemin, { end: octets });
  const morceaux: Buffer[] = [];
  let lus = 0;
  for await (const m of flux) {
    morceaux.push(m as Buffer);
    lus += (m as Buffer).length;
    if (lus >= octets) break;
  }
  flux.destroy();
  return Buffer.concat(morceaux);
}

function estUtf8(octets: Buffer): boolean {
  try {
    // The sample may cut a character in two: `stream` accepts an unfinished tail.
    new TextDecoder('utf-8', { fatal: true }).decode(octets, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Separator and header names of a CSV file (BOM removed). */
export async function entete(
  chemin: string,
): Promise<{ separateur: string; noms: string[]; encodage: 'utf-8' | 'latin-1' }> {
  const nom = basename(chemin);
  const debut = await stat(chemin).then(
    () => tete(chemin),
    () => {
      throw new UserError(`Fichier introuvable : ${nom}.`, {
        hint: 'Vérifiez le chemin écrit dans sources.json.',
      });
    },
  );
  const encodage = estUtf8(debut) ? 'utf-8' : 'latin-1';
  const ligne =
    debut
      .toString(encodage === 'utf-8' ? 'utf8' : 'latin1')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/, 1)[0] ?? '';
  if (ligne.trim() === '')
    throw new UserError(`${nom} est vide : aucun en-tête.`, {
      hint: 'Demandez à nouveau le fichier à son producteur.',
    });
  const separateur = [';', ',', '\t'].reduce((a, b) =>
    ligne.split(b).length > ligne.split(a).length ? b : a,
  );
  return {
    separateur,
    noms: ligne.split(separateur).map((n) => n.trim().replace(/^"(.*)"$/, '$1')),
    encodage,
  };
}

/** Declared columns found in a header. Throws when a required one is missing, naming what was expected. */
export function associe(
  fichier: string,
  noms: readonly string[],
  colonnes: readonly Colonne[],
): Map<string, string> {
  const trouvees = new Map<string, string>();
  const manquantes: string[] = [];
  for (const c of colonnes) {
    const nom = c.entetes.map((e) => noms.find((n) => e.test(n))).find((n) => n !== undefined);
    if (nom !== undefined) trouvees.set(c.nom, nom);
    else if (c.requise)
      manquantes.push(c.entetes.map((e) => e.source.replace(/^\^|(\(_red\)\?)?\$$/g, '')).join(' ou '));
  }
  if (manquantes.length > 0) {
    throw new UserError(
      `${fichier} : colonne${manquantes.length > 1 ? 's' : ''} manquante${manquantes.length > 1 ? 's' : ''} : ${manquantes.join(' ; ')}.`,
      {
        hint: `Colonnes reçues : ${noms.slice(0, 12).join(', ')}${noms.length > 12 ? `… (${noms.length} en tout)` : ''}. Vérifiez le type déclaré dans sources.json et le séparateur.`,
      },
    );
  }
  return trouvees;
}

/** Create the table of refusals once per database. */
export async function prepareRejets(base: Base): Promise<void> {
  await base.execute(
    'create table if not exists rejets (fichier varchar, ligne bigint, colonne varchar, recu varchar, attendu varchar, remede varchar)',
  );
}

/**
 * Read one CSV file (plain or .gz, UTF-8 or ISO-8859-1) into `table`: column `ligne` (number of the row in the file, the
 * header being 1) then the declared columns, typed. Refused rows go to `rejets`, one per row, for its first bad column.
 */
export async function lisCsv(
  base: Base,
  chemin: string,
  table: string,
  colonnes: readonly Colonne[],
): Promise<Lecture> {
  const fichier = basename(chemin);
  const { separateur, noms, encodage } = await entete(chemin);
  const trouvees = associe(fichier, noms, colonnes);
  await prepareRejets(base);
  const brutes = colonnes.map((c) => {
    const nom = trouvees.get(c.nom);
    // A code wrapped as ="01004" (spreadsheet export) is unwrapped; missing tokens become NULL.
    return nom === undefined
      ? `null::varchar as ${ident(c.nom)}`
      : `nullif(nullif(nullif(nullif(trim(regexp_replace(${ident(nom)}, '^="(.*)"$', '\\1')), ''), 'NA'), 'NA/NA'), 'NC') as ${ident(c.nom)}`;
  });
  const lire = (enc: string) =>
    `create or replace temp table lecture_brute as select row_number() over () + 1 as ligne, ${brutes.join(', ')}
     from read_csv(${texte(chemin)}, delim = ${texte(separateur)}, header = true, quote = '"', escape = '"', all_varchar = true,
       encoding = '${enc}', store_rejects = true, rejects_table = 'csv_rejets', rejects_scan = 'csv_lectures', max_line_size = 10000000)`;
  await base.execute('drop table if exists csv_rejets; drop table if exists csv_lectures');
  try {
    await base.execute(lire(encodage));
  } catch (erreur) {
    const message = erreur instanceof Error ? erreur.message : String(erreur);
    if (!/unicode|utf-?8/i.test(message) || encodage === 'latin-1') {
      throw new UserError(`${fichier} n’a pas pu être lu comme un fichier CSV.`, {
        hint: message.split('\n')[0] ?? '',
        cause: erreur,
      });
    }
    await base.execute(
      `drop table if exists csv_rejets; drop table if exists csv_lectures; ${lire('latin-1')}`,
    );
  }
  // Malformed lines (wrong number of cells) never reach the table: list them, and shift the row numbers after them.
  await base.execute(`insert into rejets select distinct on (line) ${texte(fichier)}, line, coalesce(column_name, '(ligne entière)'), left(csv_line, 80),
      'une ligne de ${noms.length} cellules', 'Vérifiez les séparateurs et les guillemets de la ligne.' from csv_rejets order by line`);
  const mal = await base.scalaire(`select count(distinct line) from csv_rejets`);
  if (mal > 0) {
    await base.execute(`update lecture_brute set ligne = ligne + decalage from (
      select l.ligne as origine, count(m.rang) as decalage from lecture_brute l
      join (select line - row_number() over (order by line) + 1 as rang from (select distinct line from csv_rejets)) m on m.rang <= l.ligne group by l.ligne) d
      where ligne = d.origine`);
  }
  const cas: string[] = [];
  for (const c of colonnes) {
    for (const r of c.regles ?? []) {
      if (!trouvees.has(c.nom)) continue;
      cas.push(
        `when ${ident(c.nom)} is not null and (${r.refuse.replaceAll(/\bc\b/g, ident(c.nom))}) then {'colonne': ${texte(trouvees.get(c.nom) ?? c.nom)}, 'recu': ${ident(c.nom)}, 'attendu': ${texte(r.attendu)}, 'remede': ${texte(r.remede)}}`,
      );
    }
    if (c.requise && c.regles === undefined) {
      cas.push(
        `when ${ident(c.nom)} is null then {'colonne': ${texte(trouvees.get(c.nom) ?? c.nom)}, 'recu': '(vide)', 'attendu': 'une valeur', 'remede': 'Renseignez la cellule.'}`,
      );
    }
  }
  if (colonnes.some((c) => c.nom === 'depcom')) {
    cas.push(
      `when depcom is null then {'colonne': ${texte(trouvees.get('depcom') ?? 'DEPCOM')}, 'recu': '(vide)', 'attendu': 'un code commune Insee de 5 caractères', 'remede': 'Renseignez la commune.'}`,
    );
  }
  const refus =
    cas.length > 0
      ? `case ${cas.join('\n')} else null end`
      : 'null::struct(colonne varchar, recu varchar, attendu varchar, remede varchar)';
  await base.execute(`create or replace temp table lecture_refus as select ligne, ${refus} as r from lecture_brute;
    insert into rejets select ${texte(fichier)}, ligne, r.colonne, left(r.recu, 80), r.attendu, r.remede from lecture_refus where r is not null`);
  const typees = colonnes.map(
    (c) =>
      `${c.type === undefined ? ident(c.nom) : c.type.replaceAll(/\bc\b/g, ident(c.nom))} as ${ident(c.nom)}`,
  );
  await base.execute(`create or replace table ${ident(table)} as select ligne, ${typees.join(', ')} from lecture_brute
    where ligne not in (select ligne from lecture_refus where r is not null) order by ligne`);
  const bonnes = await base.scalaire(`select count(*) from lecture_brute`);
  const gardees = await base.scalaire(`select count(*) from ${ident(table)}`);
  await base.execute('drop table lecture_brute; drop table lecture_refus');
  return {
    table,
    comptes: { entree: bonnes + mal, gardees, rejetees: bonnes + mal - gardees },
    absentes: colonnes.filter((c) => !trouvees.has(c.nom)).map((c) => c.nom),
  };
}
