/** The table that doubles the map of a sheet: every zone drawn, ranked. Pure. */
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import { variable } from '../../data/catalogue/indicators/index.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { nombre, texteTableau, typographie } from '../carto/format.ts';
import type { DonneesFeuille, ZoneValeur } from './donnees.ts';

/** One row of the table that doubles the map. */
export interface LigneTableau {
  readonly code: string;
  readonly nom: string;
  /** Bare number in French, or the mark s, nd, –. */
  readonly valeur: string;
  readonly base: string;
  readonly statut: Cell['statut'];
}

export interface TableauFeuille {
  readonly titre: string;
  readonly entetes: readonly [string, string, string];
  readonly lignes: readonly LigneTableau[];
}

/** Rows by decreasing value, then those without one; by name inside a tie. */
export function tableau(
  d: DonneesFeuille,
  valeurs: readonly ZoneValeur[],
  i: Indicateur,
  echelle: Echelle,
): TableauFeuille {
  const { unites } = variable(i.variable);
  const rang = ({ cell }: ZoneValeur) => (cell.statut === 'valeur' ? -cell.valeur : Number.POSITIVE_INFINITY);
  const ordre = [...valeurs].sort((a, b) => {
    const [x, y] = [rang(a), rang(b)];
    return x === y
      ? a.zone.nom.localeCompare(b.zone.nom, 'fr', { numeric: true }) || (a.zone.code < b.zone.code ? -1 : 1)
      : x < y
        ? -1
        : 1;
  });
  const { un } = LIBELLES_ECHELLE[echelle];
  const noms = new Map(
    d.tables.flatMap((t) => t.zones.filter((z) => z.echelle === 'commune').map((z) => [z.code, z.nom])),
  );
  // "3 rue des Saules" exists in every commune of an EPCI.
  const commune = (z: ZoneValeur['zone']) => {
    const nom = d.territoire.echelle === 'commune' ? undefined : noms.get(z.commune ?? '');
    return nom === undefined ? z.nom : `${z.nom}, ${nom}`;
  };
  return {
    titre: typographie(`${i.libelle}, par ${un}`),
    entetes: [
      un.charAt(0).toUpperCase() + un.slice(1),
      typographie(i.calcul === 'nombre' ? i.court : `${i.court} (${i.unite})`),
      `Base (${unites})`,
    ],
    lignes: ordre.map(({ zone, cell }) => ({
      code: zone.code,
      nom: commune(zone),
      valeur: texteTableau(cell, i, echelle),
      base: cell.statut !== 'valeur' ? '' : typeof cell.base === 'number' ? nombre(cell.base) : cell.base,
      statut: cell.statut,
    })),
  };
}
