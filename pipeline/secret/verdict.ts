/** What the secret stage decides about a variable, and the words shared by its parts. */
import type { Population } from '../../data/contract/zone.ts';
import type { NiveauZones } from './atomes.ts';
import type { ComptesNiveau } from './comptes.ts';
import type { GenreFuite } from './engine/types.ts';

/** Reason of a cell hidden to protect others. */
export const SECONDAIRE = 255;

/**
 * Why a cell is hidden to protect others: were it shown, the group `cible` (true size `base`) could be computed.
 * famille: same mask as another variable of the family, named by `cible`; millesime: by another year of the survey;
 * numerateur: bounds on a numerator; uniforme: a group of one single answer; dominance: a public cell under P7; the others
 * are those of the engine.
 */
export interface Cause {
  genre: GenreFuite | 'famille' | 'millesime' | 'numerateur' | 'uniforme' | 'dominance';
  base: number;
  /** Labels `<niveau>:<code>/<population>`, three at most; more are counted by `autres`. */
  cible: string[];
  autres: number;
}

export interface Verdict {
  population: Population;
  niveau: NiveauZones;
  /** Rank of the level in its system. */
  rang: number;
  comptes: ComptesNiveau;
  /** 1 = hidden, per zone. */
  cache: Uint8Array;
  /** Confidential: index in RAISONS of the primary rule, or SECONDAIRE. */
  raison: Uint8Array;
  /** Confidential: cause of each secondary cell, by zone. */
  causes: Map<number, Cause>;
}

/** Pattern of an earlier variable on the same levels. */
export type Patron = Pick<Verdict, 'population' | 'rang' | 'cache'>;

/** What the level above has decided for the context cells of a block: 1 = hidden and to be protected here too. */
export type Contexte = ReadonlyMap<string, 1>;
export const cleContexte = (v: string, p: Population, niveau: NiveauZones, z: number) =>
  `${v}/${p}/${niveau.id}/${niveau.cles[z]}`;

/**
 * Guards of the secret, each of which a test leaves out: the audit must then refuse what is published (mutation tests).
 * primaire: rule P1 to P6; moteur: secondary cells of small bases; uniformes: 100 % rule by complement; donnes: totals of
 * the storey above given away; residus, bornes: checks after the engine; questions:
 * equations between variables; croisement: millésimes against each other; dominance: public cells around those of P7.
 */
export const GARDES = [
  'primaire',
  'moteur',
  'uniformes',
  'donnes',
  'residus',
  'bornes',
  'questions',
  'croisement',
  'dominance',
] as const;
export type Garde = (typeof GARDES)[number];

export interface Jugement {
  verdicts: Verdict[];
  /** Context cells that could not stay published: the level above must hide them. */
  conflits: string[];
  /** Levels whose totals could not all stay published, with the sentence of the engine. */
  concessions: string[];
}
