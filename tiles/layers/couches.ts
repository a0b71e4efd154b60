/**
 * What is drawn: one layer per échelle, its zooms and its fixed attributes. Nothing else but the published columns of
 * the table can enter an archive (pipeline/tiles/entites.ts takes attributes from here and from the table only).
 */
import type { Echelle } from '../../data/contract/zone.ts';

export interface Couche {
  readonly echelle: Echelle;
  readonly geometrie: 'polygone' | 'point';
  readonly minzoom: number;
  readonly maxzoom: number;
}

/** Public archives: one échelle each. Coarser levels stop earlier; the map overzooms. */
export const COUCHES_PUBLIQUES: readonly Couche[] = [
  { echelle: 'region', geometrie: 'polygone', minzoom: 2, maxzoom: 7 },
  { echelle: 'departement', geometrie: 'polygone', minzoom: 2, maxzoom: 8 },
  { echelle: 'epci', geometrie: 'polygone', minzoom: 3, maxzoom: 9 },
  { echelle: 'commune', geometrie: 'polygone', minzoom: 4, maxzoom: 10 },
];

/** Layers of a territory bundle, all in one archive. They share the last zoom: below it a layer would vanish. */
export const COUCHES_TERRITOIRE: readonly Couche[] = [
  { echelle: 'epci', geometrie: 'polygone', minzoom: 6, maxzoom: 14 },
  { echelle: 'commune', geometrie: 'polygone', minzoom: 6, maxzoom: 14 },
  { echelle: 'qpv', geometrie: 'polygone', minzoom: 9, maxzoom: 14 },
  { echelle: 'iris', geometrie: 'polygone', minzoom: 9, maxzoom: 14 },
  { echelle: 'carreau', geometrie: 'polygone', minzoom: 11, maxzoom: 14 },
  { echelle: 'residence', geometrie: 'point', minzoom: 12, maxzoom: 14 },
  { echelle: 'adresse', geometrie: 'point', minzoom: 12, maxzoom: 14 },
];

/** Attributes of every feature beside the published columns. */
export const ATTRIBUTS = ['code', 'nom'] as const;
