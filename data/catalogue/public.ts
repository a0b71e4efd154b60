/**
 * What the public audience may see: finest échelle per source family. Reviewed: a wider entry needs the written
 * agreement of the signatories (convention USH BFC – Dijon métropole, art. 10; domain.md §0.5).
 */
import type { Famille } from '../contract/indicateur.ts';
import type { Echelle } from '../contract/zone.ts';

export const ECHELLES_PUBLIQUES: Readonly<Record<Famille, readonly Echelle[]>> = {
  logements_ouvert: ['france', 'region', 'departement', 'epci', 'commune'],
  logements_restreint: ['france', 'region', 'departement'],
  menages: ['france', 'region', 'departement'],
};
