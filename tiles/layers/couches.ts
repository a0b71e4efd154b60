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

/**
 * Public archives: one échelle each. Coarser levels stop earlier; the map overzooms. A tile holds 4,096 steps: 19 m at
 * zoom 9, 1.2 m at zoom 13, finer than the outlines themselves.
 */
export const COUCHES_PUBLIQUES: readonly Couche[] = [
  { echelle: 'region', geometrie: 'polygone', minzoom: 2, maxzoom: 6 },
  { echelle: 'departement', geometrie: 'polygone', minzoom: 2, maxzoom: 7 },
  { echelle: 'epci', geometrie: 'polygone', minzoom: 3, maxzoom: 8 },
  { echelle: 'commune', geometrie: 'polygone', minzoom: 4, maxzoom: 9 },
];

/** Layers of a territory bundle, all in one archive. They share the last zoom: below it a layer would vanish. */
export const COUCHES_TERRITOIRE: readonly Couche[] = [
  { echelle: 'epci', geometrie: 'polygone', minzoom: 6, maxzoom: 13 },
  { echelle: 'commune', geometrie: 'polygone', minzoom: 6, maxzoom: 13 },
  { echelle: 'qpv', geometrie: 'polygone', minzoom: 9, maxzoom: 13 },
  { echelle: 'qva', geometrie: 'polygone', minzoom: 9, maxzoom: 13 },
  { echelle: 'zonage', geometrie: 'polygone', minzoom: 9, maxzoom: 13 },
  { echelle: 'iris', geometrie: 'polygone', minzoom: 9, maxzoom: 13 },
  { echelle: 'carreau', geometrie: 'polygone', minzoom: 11, maxzoom: 13 },
  { echelle: 'residence', geometrie: 'point', minzoom: 12, maxzoom: 13 },
  { echelle: 'batiment', geometrie: 'point', minzoom: 12, maxzoom: 13 },
  { echelle: 'adresse', geometrie: 'point', minzoom: 12, maxzoom: 13 },
  { echelle: 'cage', geometrie: 'point', minzoom: 12, maxzoom: 13 },
];

/** Attributes of every feature beside the published columns; an archive of shapes has the first only. */
export const ATTRIBUTS = ['code', 'nom'] as const;
