/**
 * What the report reads: files of one build, all confidential but those of the release.
 *   <confidentiel>/sources      manifeste.json, rejets.csv
 *   <confidentiel>/tables       rapport.json, rejets.csv, zones.json
 *   <confidentiel>/indicateurs  atomes.parquet, lieux.parquet
 *   <confidentiel>/secret       rapport.json, pertes.parquet, raisons.parquet, publiques.parquet (none in older releases)
 *   <release>                   release.json, audit.json, public/geo/epci.json or commune.json
 */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { auditSchema, type AuditResume } from '../../data/contract/audit.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { releaseSchema, type Release } from '../../data/contract/release.ts';
import { zoneSchema, type Zone } from '../../data/contract/zone.ts';
import { formes, type Forme } from '../../site/carto/geometrie.ts';
import { ouvreBase, texte, type Base } from '../lib/duckdb.ts';
import {
  manifesteSchema,
  rapportSecretSchema,
  rapportTablesSchema,
  topologieSchema,
  type Manifeste,
  type RapportSecret,
  type RapportTables,
} from './formes.ts';

/** Tables read by SQL, by the name of their view. */
const VUES = {
  pertes: 'secret/pertes.parquet',
  raisons: 'secret/raisons.parquet',
  atomes: 'indicateurs/atomes.parquet',
  lieux: 'indicateurs/lieux.parquet',
} as const;

const PUBLIQUES = 'secret/publiques.parquet';

/** Refused rows of one file, grouped by column and expectation. */
export interface Refus {
  fichier: string;
  colonne: string;
  attendu: string;
  lignes: number;
}

/** The fields of release.json that the report shows: a release of another version still has them. */
const entete = z.object(releaseSchema.pick({ id: true, titre: true, pays: true, cadres: true }).shape);

export interface Dossiers {
  confidentiel: string;
  /** Folder of the release: its draft during a build. */
  release: string;
}

export interface Donnees {
  manifeste: Manifeste;
  tables: RapportTables;
  secret: RapportSecret;
  audit: AuditResume;
  release: Pick<Release, 'id' | 'titre' | 'pays' | 'cadres'>;
  zones: Zone[];
  refus: Refus[];
  /** DuckDB with the views `pertes`, `raisons`, `atomes`, `lieux` and `publiques` (empty when there is no such file). */
  base: Base;
  /** Light outlines of a layer. */
  contours(echelle: 'epci' | 'commune'): Promise<Forme[]>;
}

async function exige(chemin: string, nom: string): Promise<void> {
  await stat(chemin).catch(() => {
    throw new UserError(`Le rapport ne peut pas être écrit : il manque le fichier ${nom}.`, {
      hint: 'Refaites la livraison : carto build --sources DIR --vers DIR. Elle écrit ce fichier, puis le rapport.',
    });
  });
}

async function lis<T>(schema: z.ZodType<T>, racine: string, nom: string): Promise<T> {
  await exige(join(racine, nom), nom);
  let brut: unknown;
  try {
    brut = JSON.parse(await readFile(join(racine, nom), 'utf8'));
  } catch (cause) {
    throw new UserError(`${nom} n’est pas un JSON valide.`, {
      hint: 'Le fichier est abîmé : effacez son dossier, puis refaites la livraison avec carto build.',
      cause,
    });
  }
  const lu = schema.safeParse(brut);
  if (lu.success) return lu.data;
  throw new UserError(
    `${nom} n’a pas la forme attendue : ${z.prettifyError(lu.error).replaceAll('\n', ' ')}`,
    {
      hint: 'Le fichier vient d’une autre version ou a été modifié : refaites la livraison avec carto build.',
    },
  );
}

/** Grouped refusals; the value received stays in rejets.csv, where the sender's correspondent reads it. */
async function lisRefus(base: Base, confidentiel: string): Promise<Refus[]> {
  const chemins: string[] = [];
  for (const nom of ['sources/rejets.csv', 'tables/rejets.csv']) {
    await exige(join(confidentiel, nom), nom);
    chemins.push(texte(join(confidentiel, nom)));
  }
  return base.lignes<Refus>(
    `select fichier, colonne, attendu, count(*) as lignes from read_csv([${chemins.join(', ')}], delim = ';', header = true, all_varchar = true, quote = '"') group by all order by lignes desc, fichier, colonne, attendu`,
  );
}

/**
 * Open everything; the caller closes `base`.
 * @throws UserError when a file is missing, unreadable or of another shape
 */
export async function ouvreDonnees({ confidentiel, release }: Dossiers): Promise<Donnees> {
  for (const nom of Object.values(VUES)) await exige(join(confidentiel, nom), nom);
  const json = {
    manifeste: await lis(manifesteSchema, confidentiel, 'sources/manifeste.json'),
    tables: await lis(rapportTablesSchema, confidentiel, 'tables/rapport.json'),
    secret: await lis(rapportSecretSchema, confidentiel, 'secret/rapport.json'),
    zones: await lis(z.array(zoneSchema), confidentiel, 'tables/zones.json'),
    audit: await lis(auditSchema, release, 'audit.json'),
    release: await lis(entete, release, 'release.json'),
  };
  const base = await ouvreBase();
  try {
    for (const [vue, nom] of Object.entries(VUES))
      await base.execute(
        `create view ${vue} as select * from read_parquet(${texte(join(confidentiel, nom))})`,
      );
    await base.execute(
      existsSync(join(confidentiel, PUBLIQUES))
        ? `create view publiques as select * from read_parquet(${texte(join(confidentiel, PUBLIQUES))})`
        : 'create table publiques (millesime integer, echelle varchar, code varchar, secteur varchar, raison varchar, unites integer)',
    );
    return {
      ...json,
      refus: await lisRefus(base, confidentiel),
      base,
      contours: async (echelle) =>
        formes(await lis(topologieSchema, release, `public/geo/${echelle}.json`), echelle),
    };
  } catch (erreur) {
    base.ferme();
    throw erreur;
  }
}
