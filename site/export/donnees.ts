/** What a sheet is drawn from: published tables and geometry, read by lecture.ts in Node or fetched by the browser. */
import type { Topology } from 'topojson-specification';
import type { Cell } from '../../data/contract/cell.ts';
import { cle, decodeCell, type Encoded } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes, Mentions } from '../../data/contract/release.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Audience, Echelle, Tranche, Zone } from '../../data/contract/zone.ts';
import type { Cadre } from '../carto/insets.ts';

export interface DonneesFeuille {
  readonly audience: Audience;
  /** Opaque id of the release or of the bundle: the edition a reader can be told apart by. */
  readonly edition: string;
  readonly mentions: Mentions;
  /** Territory of the sheet. */
  readonly territoire: Zone;
  /** Tables that hold the zones drawn, the territory, and the territories compared with. */
  readonly tables: readonly Table[];
  /** Geometry per échelle, each topology with an object of that name. */
  readonly geo: Partial<Record<Echelle, Topology>>;
  /** Frozen classes per échelle and column. */
  readonly classes: Readonly<Record<string, Readonly<Record<string, Classes>>>>;
  /** Frames of the whole country; empty for one territory. */
  readonly cadres: readonly Cadre[];
  /** Wider territories to compare with, nearest first. */
  readonly reperes: readonly Zone[];
}

/** One zone with its cell; `base` is absent when the value is. */
export interface ZoneValeur {
  readonly zone: Zone;
  readonly cell: Cell;
}

/** Cells of one échelle for one slice of an indicateur, in table order. An unknown column gives none. */
export function cellules(
  tables: readonly Table[],
  i: Indicateur,
  tranche: Tranche,
  garde: (z: Zone) => boolean,
): ZoneValeur[] {
  const vues = new Set<string>();
  return tables.flatMap((t) => {
    const variable = t.colonnes[cle(i.variable, tranche)];
    const valeurs = t.colonnes[cle(i.id, tranche)];
    if (!variable && !valeurs) return [];
    return t.zones.flatMap((zone, rang) => {
      const id = `${zone.echelle}:${zone.code}`;
      if (!garde(zone) || vues.has(id)) return [];
      vues.add(id);
      const cell = decodeCell(
        variable?.[rang] as Encoded | undefined,
        valeurs?.[rang] as Encoded | undefined,
        i.decimales,
      );
      return [{ zone, cell }];
    });
  });
}

/** True when `z` is inside the territory, by declared nesting; a country holds everything. */
export function dans(z: Zone, territoire: Zone): boolean {
  if (z.echelle === territoire.echelle) return z.code === territoire.code;
  switch (territoire.echelle) {
    case 'france':
      return true;
    case 'region':
      return z.region === territoire.code;
    case 'departement':
      return z.departement === territoire.code;
    case 'epci':
      return z.epci === territoire.code;
    case 'commune':
      // A square is named after a commune that it may cross: its figures count neighbours.
      return z.commune === territoire.code && z.echelle !== 'carreau';
    default:
      return false;
  }
}
