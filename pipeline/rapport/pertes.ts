/** Losses counted by SQL over `pertes` and `raisons`: every figure of the report is a sum of rows of these files. */
import type { Echelle, Population, Secteur } from '../../data/contract/zone.ts';
import { ident, texte, type Base } from '../lib/duckdb.ts';

/** Cells, and units in scope, by fate. One unit counts once in each cell that holds it. */
export interface Sorts {
  publiees: number;
  primaires: number;
  qualites: number;
  secondaires: number;
  unites_publiees: number;
  unites_primaires: number;
  unites_qualites: number;
  unites_secondaires: number;
}
const SORTS = ['publiees', 'primaires', 'qualites', 'secondaires'] as const;

export const cellules = (s: Sorts) => s.publiees + s.primaires + s.qualites + s.secondaires;
export const unites = (s: Sorts) =>
  s.unites_publiees + s.unites_primaires + s.unites_qualites + s.unites_secondaires;
/** Share of units hidden to protect others, 0 to 1: what the report sorts by. */
export const perte = (s: Sorts) => (unites(s) === 0 ? 0 : s.unites_secondaires / unites(s));

export type Axe = 'millesime' | 'variable' | 'population' | 'echelle' | 'secteur' | 'epci';
type Cles<A extends Axe> = {
  [K in A]: K extends 'millesime' ? number : K extends 'echelle' ? Echelle : string;
};

/** Sums by some axes, the heaviest loss first; no axis gives the grand total as one row. */
export async function pertesPar<A extends Axe = never>(
  base: Base,
  ...axes: A[]
): Promise<(Sorts & Cles<A>)[]> {
  const sommes = SORTS.flatMap((s) => [s, `unites_${s}`]).map((c) => `coalesce(sum(${c}), 0) as ${c}`);
  const cles = axes.join(', ');
  const lignes = await base.lignes<Sorts & Cles<A>>(
    `select ${axes.map((a) => `${a}, `).join('')}${sommes.join(', ')} from pertes${axes.length > 0 ? ` where ${axes.map((a) => `${a} is not null`).join(' and ')} group by ${cles} order by ${cles}` : ''}`,
  );
  return lignes.sort((a, b) => perte(b) - perte(a));
}

/**
 * The variables that maps show, at their latest millésime: all surveyed households, whose base is everyone's, then the
 * one that loses the largest share of its units.
 */
export function variablesCartes(base: Base): Promise<{ variable: string; millesime: number }[]> {
  const choix = (ordre: string) =>
    `(select variable, max(millesime) as millesime from pertes group by variable having sum(publiees + primaires + qualites + secondaires) > 0 order by ${ordre}, variable limit 1)`;
  const part =
    'sum(unites_secondaires) / sum(unites_publiees + unites_primaires + unites_qualites + unites_secondaires) desc';
  return base.lignes(
    `select distinct variable, millesime from (${choix(`variable = 'ops_men' desc, ${part}`)} union all ${choix(part)}) order by variable = 'ops_men' desc`,
  );
}

/** Units of one zone at one échelle, and those hidden there as secondary. */
export interface PerteZone {
  code: string;
  unites: number;
  secondaires: number;
}
export interface Vue {
  variable: string;
  millesime: number;
  echelle: Echelle;
}

/** Loss of each EPCI at one échelle, all households, all secteurs together. */
export function pertesEpci(base: Base, v: Vue): Promise<PerteZone[]> {
  return base.lignes(
    `select epci as code, sum(unites_publiees + unites_primaires + unites_qualites + unites_secondaires) as unites, sum(unites_secondaires) as secondaires from pertes where variable = ${texte(v.variable)} and millesime = ${v.millesime} and echelle = '${v.echelle}' and population = 'ENS' and secteur = 'tous' and epci is not null group by epci order by epci`,
  );
}

/**
 * The same by commune, for one EPCI. A cell may lie across communes (a 200 m cell): its units are those of its atoms, so
 * the sum over communes is that of the EPCI.
 */
export function pertesCommunes(base: Base, v: Vue): Promise<PerteZone[]> {
  const n = ident(`n.${v.variable}.ENS`);
  return base.lignes(
    `with cachees as (select distinct code, epci from raisons where raison = 'secondaire' and variable = ${texte(v.variable)} and millesime = ${v.millesime} and echelle = '${v.echelle}' and population = 'ENS' and secteur = 'tous')
     select a.commune as code, sum(a.${n}) as unites, coalesce(sum(a.${n}) filter (c.code is not null), 0) as secondaires
     from atomes a left join cachees c on c.code = a.${v.echelle} and c.epci is not distinct from a.epci
     where a.millesime = ${v.millesime} and a.${v.echelle} is not null and a.commune is not null
     group by a.commune having sum(a.${n}) > 0 order by a.commune`,
  );
}

/** Secondary cells by cause; like `pertes`, without the cells that hold no unit. `genre` is null in releases older than causes. */
export function causes(base: Base): Promise<{ genre: string | null; cellules: number; unites: number }[]> {
  return base.lignes(
    `select genre, count(*) as cellules, sum(unites) as unites from raisons where raison = 'secondaire' and unites > 0 group by genre order by cellules desc, genre`,
  );
}

/** Cells hidden by a rule on themselves, by rule. */
export function regles(base: Base): Promise<{ raison: string; cellules: number; unites: number }[]> {
  return base.lignes(
    `select raison, count(*) as cellules, sum(unites) as unites from raisons where raison <> 'secondaire' and unites > 0 group by raison order by cellules desc, raison`,
  );
}

/** A slice of a zone hidden as secondary, all its variables together: one place is told once. */
export interface CellulePerdue {
  millesime: number;
  population: Population;
  echelle: Echelle;
  code: string;
  secteur: Secteur;
  variables: number;
  /** Largest number of units in scope among its variables. */
  unites: number;
  /** Units summed over its hidden variables. */
  perte: number;
  /** Commonest cause, those borrowed from another variable last. */
  genre: string | null;
  /** Variable with most units: an example for `carto explain`. */
  variable: string;
}

/** The slices that lose most. */
export function cellulesPerdues(base: Base, combien: number): Promise<CellulePerdue[]> {
  const cle = 'millesime, population, echelle, code, secteur';
  return base.lignes(
    `with genres as (select ${cle}, genre, count(*) as n, sum(unites) as u, max(unites) as m, first(variable order by unites desc, variable) as v from raisons where raison = 'secondaire' and unites > 0 group by ${cle}, genre)
     select ${cle}, sum(n) as variables, max(m) as unites, sum(u) as perte, first(genre order by genre = 'famille', n desc, genre) as genre, first(v order by genre = 'famille', m desc, v) as variable
     from genres group by ${cle} order by perte desc, unites desc, ${cle} limit ${combien}`,
  );
}
