/** Features of an archive: outline or point, identifier, name, and the published columns of its table. */
import type { Geometry } from 'geojson';
import type { Couche } from '../../tiles/layers/couches.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Entite } from '../lib/tippecanoe.ts';

/** Geometry of a zone, or null when it is not located. */
export type Geometries = ReadonlyMap<string, Geometry>;

/**
 * Features of one layer. A zone without geometry stays in the table only (statut nd on the map is not drawn).
 * @param figures false: shapes and codes only, for a page that has names and figures from elsewhere
 */
export function entites(couche: Couche, table: Table, geometries: Geometries, figures = true): Entite[] {
  const colonnes = figures ? Object.entries(table.colonnes) : [];
  return table.zones.flatMap((zone, i): Entite[] => {
    if (zone.echelle !== couche.echelle) return [];
    const geometrie = geometries.get(zone.code);
    if (geometrie === undefined) return [];
    const attributs: Record<string, string | number> = { code: zone.code };
    if (figures) attributs['nom'] = zone.nom;
    for (const [k, valeurs] of colonnes) {
      const v = valeurs[i];
      if (v !== null && v !== undefined) attributs[k] = v;
    }
    return [{ geometrie, attributs, minzoom: couche.minzoom, maxzoom: couche.maxzoom }];
  });
}
