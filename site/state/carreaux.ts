/** French names of 200 m squares, which the tables know by their code alone. */
import type { Topology } from 'topojson-specification';
import { contient, formes } from '../carto/geometrie.ts';
import type { Echelle, Zone } from '../../data/contract/zone.ts';

/** Inspire code of a 200 m square: the grid, its step, then the coordinates of its corner. */
const CODE = /^CRS3035RES200m/;

/** What tells a square from its neighbours, short enough to be read: "N2587800E3251400"; null for other échelles. */
export function codeCourt(e: Echelle, code: string): string | null {
  return e === 'carreau' ? code.replace(CODE, '') : null;
}

/**
 * The zones with each square named after the commune that holds its middle, and attached to it. A square crosses
 * communes: the name says where to look, the figures of a commune are never sums of squares.
 * @param boites west, south, east, north of each square by code
 */
export function nommeCarreaux(zones: readonly Zone[], geo: Topology, boites: ReadonlyMap<string, readonly number[]>): Zone[] {
  if (!zones.some((z) => z.echelle === 'carreau')) return [...zones];
  const communes = formes(geo, 'commune');
  const noms = new Map(zones.flatMap((z) => (z.echelle === 'commune' ? [[z.code, z.nom] as const] : [])));
  return zones.map((z) => {
    if (z.echelle !== 'carreau') return z;
    const [o, s, e, n] = boites.get(z.code) ?? [];
    const milieu = o === undefined ? null : ([(o + (e ?? o)) / 2, ((s ?? 0) + (n ?? 0)) / 2] as const);
    const commune = milieu && communes.find((f) => contient(f.geometrie, [...milieu]))?.code;
    const nom = commune ? noms.get(commune) : undefined;
    return { ...z, nom: `Carreau de 200\u00a0m${nom ? `, ${nom}` : ''}`, ...(nom && commune ? { commune } : {}) };
  });
} // prettier-ignore
