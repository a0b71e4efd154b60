/** One EPCI, all its variables: the unit of work of the secret stage, run in worker threads. */
import { VARIABLES } from '../../data/catalogue/indicators/index.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import { NIVEAUX_CONTEXTE, niveauxBloc, type Atomes, type NiveauZones } from './atomes.ts';
import { jugeVariable } from './systeme.ts';
import { repareQuestions } from './questions.ts';
import type { Contexte, Garde, Verdict } from './verdict.ts';

export interface DemandeBloc {
  epci: string;
  atomes: Atomes;
  seuil: number;
  /** Guards left out, by tests only. */
  sans?: readonly Garde[];
  /** Hidden cells of the level above, for this EPCI. */
  caches: Contexte;
  /** Variables to judge again, all when absent. */
  seules?: ReadonlySet<string>;
  /** Patterns of the other variables, as judged before. */
  patrons?: ReadonlyMap<string, readonly Verdict[]>;
}
export interface ReponseBloc {
  epci: string;
  verdicts: { variable: string; verdicts: Verdict[] }[];
  conflits: string[];
  /** Per variable, levels whose forced totals could not all stay published. */
  concessions: string[];
}

/** Variables that these atoms hold, in catalogue order. */
export function variablesDe(a: Atomes) {
  return VARIABLES.filter((v) => a.mesures.get(`n.${v.id}.ENS`)?.some((x) => x > 0));
}

/**
 * Variable whose pattern another one keeps: the first of its family, or the shares that a distribution completes. One
 * pattern for a family unless a variable needs more (secret.md §7.6).
 */
export function departDe(v: Variable): string | undefined {
  const premiere =
    v.famille === 'menages' ? 'ops_men' : v.famille === 'logements_restreint' ? 'rpls_vacance' : v.id;
  return v.id === premiere ? undefined : (v.avec ?? premiere);
}

/** Verdicts of every variable (or of some) over the given levels. */
export function jugeTout(
  a: Atomes,
  niveaux: readonly NiveauZones[],
  seuil: number,
  contexte: { niveaux: number; caches: Contexte; impose: boolean },
  choix: Pick<DemandeBloc, 'seules' | 'patrons' | 'sans'> = {},
): Omit<ReponseBloc, 'epci'> {
  const patrons = new Map<string, readonly Verdict[]>(choix.patrons);
  const sortie: ReponseBloc['verdicts'] = [];
  const conflits: string[] = [];
  const concessions: string[] = [];
  for (const v of variablesDe(a)) {
    if (choix.seules !== undefined && !choix.seules.has(v.id)) continue;
    const origine = departDe(v);
    const depart = patrons.get(origine ?? '') ?? [];
    const j = jugeVariable(v, niveaux, a, seuil, depart, origine, contexte, choix);
    patrons.set(v.id, j.verdicts);
    conflits.push(...j.conflits);
    concessions.push(...j.concessions.map((c) => `${v.id}, ${c}`));
    sortie.push({ variable: v.id, verdicts: j.verdicts.filter((d) => d.rang >= contexte.niveaux) });
  }
  if (choix.sans?.includes('questions') !== true) {
    const changees = repareQuestions(a, niveaux, contexte.niveaux, (v) => patrons.get(v));
    for (const v of changees) {
      if (sortie.some((x) => x.variable === v)) continue;
      const verdicts = patrons.get(v) as readonly Verdict[];
      sortie.push({ variable: v, verdicts: verdicts.filter((d) => d.rang >= contexte.niveaux) });
    }
  }
  return { verdicts: sortie, conflits, concessions };
}

export function jugeBloc(d: DemandeBloc): ReponseBloc {
  const contexte = { niveaux: NIVEAUX_CONTEXTE, caches: d.caches, impose: false };
  return { epci: d.epci, ...jugeTout(d.atomes, niveauxBloc(d.atomes), d.seuil, contexte, d) };
}
