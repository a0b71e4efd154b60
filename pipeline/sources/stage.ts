/**
 * Stage `sources`: files as received → typed Parquet and normalised boundaries, one per source file, with counts and
 * refusals. Reads sources.json; writes <sortie>/manifeste.json, <type>-<millesime>.parquet, limites-<type>.geojson,
 * passages.json and rejets.csv. Everything here is confidential.
 */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../data/contract/erreur.ts';
import type { Comptes } from '../../data/contract/provenance.ts';
import { sourcesSchema, type Fichier, type Sources } from '../../data/contract/sources.ts';
import { ouvreBase, texte, type Base } from '../lib/duckdb.ts';
import { replaceAtomic, sha256File, writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { COLONNES } from './colonnes.ts';
import { lisCsv, prepareRejets } from './csv.ts';
import { lisLimites } from './limites.ts';
import { lisPassage } from './passage.ts';

export interface SourceLue extends Fichier {
  nom: string;
  sha256: string;
  /** File of the stage's output, relative to its folder. */
  sortie: string;
  comptes: Comptes;
  /** Declared optional columns that the file lacks. */
  absentes: string[];
}
export interface ManifesteSources {
  config: Sources;
  lues: SourceLue[];
}

/** Read and validate sources.json. Errors name the field, what was expected and what was received. */
export async function lisSources(dossier: string): Promise<Sources> {
  const chemin = join(dossier, 'sources.json');
  const contenu = await readFile(chemin, 'utf8').catch(() => {
    throw new UserError(`Aucun fichier sources.json dans le dossier de sources.`, {
      hint: 'Écrivez-en un (voir le README, « Vos données »), ou créez le pays fictif : npm run carto -- demo',
    });
  });
  let brut: unknown;
  try {
    brut = JSON.parse(contenu);
  } catch (erreur) {
    throw new UserError('sources.json n’est pas un JSON valide.', { hint: String(erreur), cause: erreur });
  }
  const lu = sourcesSchema.safeParse(brut);
  if (!lu.success) {
    throw new UserError(
      `sources.json n’a pas la forme attendue : ${z.prettifyError(lu.error).replaceAll('\n', ' ')}`,
      {
        hint: 'La forme est décrite dans data/contract/sources.ts.',
      },
    );
  }
  return lu.data;
}

const LIMITES = new Set(['communes', 'epci', 'departements', 'regions', 'iris', 'qpv', 'qva']);
/** A further zoning is drawn (polygons) or listed (one row per address or dwelling). */
const estDessine = (f: Fichier) => f.type === 'zonage' && /\.(geojson|json|gpkg)(\.gz)?$/i.test(f.chemin);

async function lisUn(
  base: Base,
  dossier: string,
  sortieDir: string,
  f: Fichier,
): Promise<Omit<SourceLue, 'sha256'>> {
  const chemin = join(dossier, f.chemin);
  const nom = basename(f.chemin);
  const cle = [f.type, f.identifiant, f.millesime].filter((x) => x !== undefined).join('-');
  if (LIMITES.has(f.type) || estDessine(f)) {
    const { limites, comptes, rejets } = await lisLimites(chemin, f);
    const sortie = `limites-${cle}.geojson`;
    await writeJson(join(sortieDir, sortie), { type: 'FeatureCollection', features: limites });
    for (const r of rejets) {
      await base.execute(
        `insert into rejets values (${texte(nom)}, ${r.ligne}, ${texte(r.colonne)}, ${texte(r.recu)}, ${texte(r.attendu)}, 'Corrigez la couche et relancez.')`,
      );
    }
    return { ...f, nom, sortie, comptes, absentes: [] };
  }
  if (f.type === 'passage') {
    const passage = await lisPassage(chemin);
    const sortie = `passage-${nom.replace(/\.(csv|csv\.gz)$/, '')}.json`;
    await writeJson(join(sortieDir, sortie), passage);
    const n = passage.liens.length;
    return { ...f, nom, sortie, comptes: { entree: n, gardees: n, rejetees: 0 }, absentes: [] };
  }
  const colonnes = COLONNES[f.type];
  if (colonnes === undefined) throw new UserError(`Type de source sans lecteur : ${f.type}.`);
  const { table, comptes, absentes } = await lisCsv(base, chemin, 'lecture', colonnes);
  const sortie = `${cle}.parquet`;
  await replaceAtomic(join(sortieDir, sortie), (t) =>
    base.execute(`copy ${table} to ${texte(t)} (format parquet, compression zstd)`),
  );
  await base.execute(`drop table ${table}`);
  return { ...f, nom, sortie, comptes, absentes };
}

/** Run the stage. Throws UserError when a required source type is missing from sources.json. */
export async function lireSources(
  dossier: string,
  sortieDir: string,
  journal: Journal,
): Promise<ManifesteSources> {
  const config = await lisSources(dossier);
  for (const type of ['communes', 'cog_communes'] as const) {
    if (!config.fichiers.some((f) => f.type === type)) {
      throw new UserError(`sources.json ne cite aucun fichier de type « ${type} ».`, {
        hint: 'Les contours des communes et leur appartenance (COG) sont indispensables.',
      });
    }
  }
  const base = await ouvreBase({ temporaire: join(sortieDir, 'tmp-duckdb') });
  try {
    await prepareRejets(base);
    const etape = journal.etape('sources');
    const lues: SourceLue[] = [];
    for (const f of config.fichiers) {
      etape.avance(lues.length, config.fichiers.length);
      lues.push({
        ...(await lisUn(base, dossier, sortieDir, f)),
        sha256: await sha256File(join(dossier, f.chemin)),
      });
    }
    await replaceAtomic(join(sortieDir, 'rejets.csv'), (t) =>
      base.execute(
        `copy (select * from rejets order by fichier, ligne) to ${texte(t)} (header, delimiter ';')`,
      ),
    );
    const manifeste: ManifesteSources = { config, lues };
    await writeJson(join(sortieDir, 'manifeste.json'), manifeste, 1);
    const total = (k: keyof Comptes) => lues.reduce((s, l) => s + l.comptes[k], 0);
    etape.fin({ lignes: total('entree'), gardees: total('gardees'), rejetees: total('rejetees') });
    return manifeste;
  } finally {
    base.ferme();
  }
}
