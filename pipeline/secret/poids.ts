/** What hiding costs, and what must stay published. */
import type { Echelle } from '../../data/contract/zone.ts';
import type { NiveauZones } from './atomes.ts';

/**
 * Cost of hiding one household at each échelle, and order of publication (secret.md §7.2). Relative numbers: a household
 * hidden in a commune figure costs as much as 12 in address figures.
 */
export const POIDS: Readonly<Record<Echelle, number>> = {
  france: 1000,
  region: 400,
  departement: 200,
  epci: 100,
  commune: 12,
  qpv: 8,
  qva: 8,
  zonage: 8,
  iris: 5,
  carreau: 2,
  residence: 2,
  batiment: 1,
  cage: 1,
  adresse: 1,
};
/** Totals that the reader must find: published whatever it costs below (issue 3). */
export const IMPOSES: readonly Echelle[] = ['france', 'region', 'departement', 'epci'];

/** Weight that makes the engine hide a context cell only when nothing else can do. */
export const POIDS_CONTEXTE = 1e6;

/** Cost of one unit hidden at a level; totals that must stay published are hidden when nothing else can do. */
export const poidsDe = (n: Pick<NiveauZones, 'echelle' | 'publie' | 'split'>): number =>
  n.publie && !n.split && IMPOSES.includes(n.echelle) ? POIDS_CONTEXTE : POIDS[n.echelle];
