/**
 * Audit of a release as emitted. Nothing is taken from the stage that hid cells: published cells are read back from the
 * tables, the tiles and the bundles of every audience; relations come from the reference geography.
 *
 * Covered: exact recovery, non-negativity, groups under 11 (see noyau/groupes.ts), the primary rule P1–P7 on each
 * published cell, cells under P7 computed from the public tables, figures against the true counts, tiles against tables at
 * every zoom, metadata, unexpected files, keys and patterns. The union of all audiences is audited at once: a reader of one bundle knows less, and hiding more never
 * makes a cell recoverable, so each bundle alone needs no run.
 * Not covered: inequalities between different questions, groups larger than
 * three cells that no relation or elimination row shows, linear-programming bounds but on the sample of `--lp`, prior
 * knowledge of a household about itself beyond the threshold of 11.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditResume } from '../../data/contract/audit.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { ECHELLES, type Echelle, type Population } from '../../data/contract/zone.ts';
import { writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { auditerCroisement, traceDe, type Trace } from './croisement.ts';
import { VIOLATIONS, type Violation } from '../../data/catalogue/audit.ts';
import { Constats } from './constats.ts';
import { auditerMillesime, type ResumeSysteme } from './derivation.ts';
import { lireDiffusion } from './diffusion.ts';
import { auditerExports } from './exports.ts';
import { auditerLp } from './lp.ts';
import { lireMillesime, type Compteur, type Vue } from './millesime.ts';
import { auditerQuestions } from './questions.ts';
import { ouvrirReference } from './reference.ts';
import { verifierDominance } from './dominance.ts';

export interface OptionsAudit {
  /** Folder of the release (release.json inside). */
  readonly release: string;
  /** Folder of the confidential side of the same build. */
  readonly confidentiel: string;
  readonly journal: Journal;
  /** Write every linear system for third parties: confidential. */
  readonly dump?: string;
  /** Search groups of any size (slower); default false. */
  readonly complet?: boolean;
  /** Folder of exports to read back and compare. */
  readonly exports?: string;
  /** Protected cells to bound by linear programming, per millésime; default 0. */
  readonly lp?: number;
}

/** Steps per component of the complete group search. */
const EFFORT = 200_000;

/**
 * Audit a release. Writes `<release>/audit.json` (counts only) and, on the confidential side, every finding.
 * @throws UserError code 4 when anything is violated, code 2 when a folder is not what it should be
 */
export async function auditerRelease(options: OptionsAudit): Promise<AuditResume> {
  const { release, confidentiel, journal } = options;
  if (!existsSync(join(release, 'release.json')))
    throw new UserError(`Le dossier ${release} ne contient pas de diffusion (release.json absent).`, {
      hint: 'Indiquez le dossier d’une diffusion, par exemple data/releases/demo/courante.',
      code: 2,
    });
  const reference = await ouvrirReference(confidentiel);
  const constats = new Constats();
  try {
    const publication = await lireDiffusion(release, constats, journal);
    const compteurs = new Map<string, Compteur>();
    const compte = (echelle: string, variable: string, population: Population) => {
      const cle = `${echelle}/${variable}/${population}`;
      let c = compteurs.get(cle);
      if (!c) compteurs.set(cle, (c = { publiees: 0, masquees: 0, absentes: 0 }));
      return c;
    };
    const systemes: ResumeSysteme[] = [];
    const traces: Trace[] = [];
    const lp = { examinees: 0, partielles: 0, ecartees: 0 };
    for (const millesime of reference.millesimes) {
      const etape = journal.etape(`audit ${millesime}`);
      const vue: Vue = await lireMillesime(millesime, reference, publication.tout, constats, compte);
      await verifierDominance(vue, reference, publication.publique, constats);
      systemes.push(
        ...(await auditerMillesime(vue, constats, (f, t) => etape.avance(f, t), {
          effort: options.complet ? EFFORT : 0,
          ...(options.dump === undefined ? {} : { dump: options.dump }),
        })),
      );
      auditerQuestions(vue, constats);
      const trace = await traceDe(vue, reference);
      if (trace !== null) traces.push(trace);
      const bilan = await auditerLp(vue, constats, options.lp ?? 0);
      for (const k of ['examinees', 'partielles', 'ecartees'] as const) lp[k] += bilan[k];
      etape.fin({ atomes: vue.atomes.nombre, ensembles: vue.geo.classes });
    }
    for (const [q, b] of traces.entries())
      for (const a of traces.slice(0, q)) {
        const etape = journal.etape(`audit ${a.millesime} et ${b.millesime}`);
        etape.fin({ ensemblesCommuns: auditerCroisement(a, b, constats) });
      }
    const exports =
      options.exports === undefined ? null : await auditerExports(options.exports, release, constats);
    const resume: AuditResume = {
      ...resumer(constats, compteurs, publication.fichiers, systemes, publication.audiences.comptes()),
      ...(exports ? { exports } : {}),
      ...(options.lp ? { programmation: lp } : {}),
    };
    await writeJson(join(release, 'audit.json'), resume, 1);
    await writeJson(
      join(confidentiel, 'audit', 'constats.json'),
      { violations: resume.violations, signalements: resume.signalements, details: constats.details },
      1,
    );
    if (constats.total > 0) throw echec(constats);
    return resume;
  } finally {
    reference.ferme();
  }
}

function resumer(
  constats: Constats,
  compteurs: ReadonlyMap<string, Compteur>,
  fichiers: AuditResume['fichiers'],
  systemes: readonly ResumeSysteme[],
  audiences: AuditResume['audiences'],
): AuditResume {
  const trie = (m: ReadonlyMap<string, number>) =>
    Object.fromEntries([...m].sort(([a], [b]) => (a < b ? -1 : 1)));
  const cellules = [...compteurs].map(([cle, c]) => {
    const [echelle = '', variable = '', population = ''] = cle.split('/');
    return { echelle: echelle as Echelle, variable, population: population as Population, ...c };
  });
  const cle = (c: (typeof cellules)[number]) =>
    `${String(ECHELLES.indexOf(c.echelle)).padStart(2, '0')}${c.variable}${c.population}`;
  return {
    format: 'carto-ops/audit@1',
    regle: REGLES.version,
    seuil: REGLES.seuil,
    verdict: constats.total === 0 ? 'conforme' : 'non conforme',
    violations: trie(constats.violations),
    signalements: trie(constats.signalements),
    cellules: cellules.sort((a, b) => (cle(a) < cle(b) ? -1 : 1)),
    audiences,
    fichiers,
    systemes: [...systemes],
  };
}

const nombre = new Intl.NumberFormat('fr-FR');

function echec(constats: Constats): UserError {
  const lignes = [...constats.violations].map(
    ([type, n]) => `${nombre.format(n)} × ${VIOLATIONS[type as Violation]}`,
  );
  return new UserError(`L’audit refuse cette diffusion : ${lignes.join(' ; ')}.`, {
    hint: 'Le détail est dans confidentiel/audit/constats.json ; ne publiez pas avant d’avoir corrigé.',
    code: 4,
  });
}
