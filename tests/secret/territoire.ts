/** A small territory of the demo (a few communes of one EPCI), its secret with guards left out, and what the audit says. */
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Constats } from '../../pipeline/audit/constats.ts';
import { auditerCroisement, traceDe, type Trace } from '../../pipeline/audit/croisement.ts';
import { verifierDominance } from '../../pipeline/audit/dominance.ts';
import { auditerMillesime } from '../../pipeline/audit/derivation.ts';
import { lireMillesime } from '../../pipeline/audit/millesime.ts';
import { Publication } from '../../pipeline/audit/publication.ts';
import { auditerQuestions } from '../../pipeline/audit/questions.ts';
import { ouvrirReference } from '../../pipeline/audit/reference.ts';
import { ecrireDemo } from '../../pipeline/demo/demo.ts';
import { calculerIndicateurs } from '../../pipeline/indicators/stage.ts';
import { ouvreBase, texte } from '../../pipeline/lib/duckdb.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { secretiser, type RapportSecret } from '../../pipeline/secret/stage.ts';
import type { Garde } from '../../pipeline/secret/verdict.ts';
import { lireSources } from '../../pipeline/sources/stage.ts';
import { fabriquerTables } from '../../pipeline/tables/stage.ts';
import { tableSchema } from '../../data/contract/table.ts';

export interface Territoire {
  dossier: string;
  /** Run the secret, with guards left out, in a folder of its own. */
  secret(sans: readonly Garde[]): Promise<{ publie: string; confidentiel: string; rapport: RapportSecret }>;
  ferme(): Promise<void>;
}

export interface OptionsTerritoire {
  /** Most atoms to keep per millésime: whole communes, the smallest ones first. Default: all. */
  atomes?: number;
  /** Change the source files before they are read. */
  sources?: (dossier: string) => Promise<void>;
}

/** A territory of the demo, up to its exact counts. */
export async function creeTerritoire(graine: number, options: OptionsTerritoire = {}): Promise<Territoire> {
  const dossier = await mkdtemp(join(tmpdir(), 'carto-secret-'));
  const d = (nom: string) => join(dossier, nom);
  await ecrireDemo({ taille: 'epci', graine, vers: d('sources'), journal: journalMuet });
  await options.sources?.(d('sources'));
  for (const nom of ['lues', 'tables', 'indicateurs']) await mkdir(d(nom), { recursive: true });
  await lireSources(d('sources'), d('lues'), journalMuet);
  await fabriquerTables(d('lues'), d('tables'), journalMuet);
  await calculerIndicateurs(d('tables'), d('indicateurs'), journalMuet);
  if (options.atomes !== undefined)
    await reduis(d('indicateurs/atomes.parquet'), d('petit.parquet'), options.atomes);
  return {
    dossier,
    async secret(sans) {
      const nom = sans.join('-') || 'complet';
      const confidentiel = d(`${nom}/confidentiel`);
      await rm(d(nom), { recursive: true, force: true });
      await mkdir(confidentiel, { recursive: true });
      await cp(d('indicateurs'), join(confidentiel, 'indicateurs'), { recursive: true });
      const publie = d(`${nom}/publie`);
      const rapport = await secretiser(
        { indicateurs: d('indicateurs'), tables: d('tables'), confidentiel, publie, sans },
        journalMuet,
      );
      return { publie, confidentiel, rapport };
    },
    ferme: () => rm(dossier, { recursive: true, force: true }),
  };
}

/** Keep whole communes, the smallest first, up to a number of atoms per millésime (there are two). */
async function reduis(fichier: string, provisoire: string, atomes: number): Promise<void> {
  const base = await ouvreBase();
  try {
    const tout = `read_parquet(${texte(fichier)})`;
    const garde = `select commune from (select commune, sum(n) over (order by n, commune) as cumul from (select commune, count(*) as n from ${tout} group by commune)) where cumul <= ${2 * atomes}`;
    await base.execute(
      `copy (select * from ${tout} where commune in (${garde}) order by all) to ${texte(provisoire)} (format parquet)`,
    );
  } finally {
    base.ferme();
  }
  await rename(provisoire, fichier);
}

/** Findings of the audit on published tables, by kind. */
export async function audite(publie: string, confidentiel: string): Promise<Constats> {
  const constats = new Constats();
  const publication = new Publication(true);
  const fichiers = [
    ...(await readdir(join(publie, 'public', 'tables'))).map((f) => join('public', 'tables', f)),
    ...(await readdir(join(publie, 'territoires'))).map((e) => join('territoires', e, 'table.json')),
  ];
  const publique = new Publication();
  for (const f of fichiers.sort()) {
    const table = tableSchema.parse(JSON.parse(await readFile(join(publie, f), 'utf8')));
    publication.ajoute(table, f, constats);
    if (f.startsWith('public')) publique.ajoute(table, f, constats);
  }
  const reference = await ouvrirReference(confidentiel);
  try {
    const traces: Trace[] = [];
    for (const m of reference.millesimes) {
      const vue = await lireMillesime(m, reference, publication, constats, () => ({
        publiees: 0,
        masquees: 0,
        absentes: 0,
      }));
      await verifierDominance(vue, reference, publique, constats);
      await auditerMillesime(vue, constats, () => {}, { effort: 0 });
      auditerQuestions(vue, constats);
      const trace = await traceDe(vue, reference);
      if (trace !== null) traces.push(trace);
    }
    for (const [q, b] of traces.entries())
      for (const a of traces.slice(0, q)) auditerCroisement(a, b, constats);
  } finally {
    reference.ferme();
  }
  return constats;
}
