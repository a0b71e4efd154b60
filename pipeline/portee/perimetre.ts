/**
 * A published table cut to a scope: one commune, some years, or both. Everything kept was already published to the whole
 * territory, so that a cut says nothing new; what it leaves out is the point. Pure.
 */
import { booleanWithin } from '@turf/turf';
import type { Geometry, MultiPolygon, Polygon } from 'geojson';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { INDICATEURS, VARIABLES } from '../../data/catalogue/indicators/index.ts';
import type { Encoded } from '../../data/contract/cell.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Echelle, Zone } from '../../data/contract/zone.ts';
import { carreauDe, contourCarreau } from '../lib/projections.ts';

/** What one kind of account may see. */
export interface Portee {
  /** `epci:<SIREN>` or `com:<INSEE>`, as in grants. */
  territoire: string;
  /** Years of its convention, ascending; all of them when absent. */
  millesimes?: readonly number[];
}

/** Published place of a fine zone (lieux.json of the secret stage). */
export interface Lieu {
  echelle: string;
  code: string;
  lon: number;
  lat: number;
}

/** Folder of a scope inside `bundles/`: code, then `M` and its years when they are limited. */
export function dossierPortee({ territoire, millesimes }: Portee): string {
  const code = territoire.slice(territoire.indexOf(':') + 1);
  return millesimes === undefined ? code : `${code}M${[...millesimes].sort().join('')}`;
}

const FAMILLES = new Map(VARIABLES.map((v) => [v.id, v.famille]));
const VARIABLE_DE = new Map(INDICATEURS.map((i) => [i.id, i.variable]));

/** Whether everybody may see this column at this échelle. */
function publique(colonne: string, echelle: Echelle): boolean {
  const id = colonne.slice(0, colonne.indexOf('.'));
  const famille = FAMILLES.get(VARIABLE_DE.get(id) ?? id);
  return famille !== undefined && ECHELLES_PUBLIQUES[famille].includes(echelle);
}

/**
 * 200 m squares that are wholly inside a commune: a square across its limit, or one where an address of another commune
 * is placed, counts neighbours.
 */
function carreauxInterieurs(
  table: Table,
  lieux: readonly Lieu[],
  commune: string,
  contour: Geometry,
): Set<string> {
  const communeDe = new Map(table.zones.map((z) => [`${z.echelle}:${z.code}`, z.commune]));
  const ailleurs = new Set(
    lieux
      .filter((l) => communeDe.get(`${l.echelle}:${l.code}`) !== commune)
      .map((l) => carreauDe(l.lon, l.lat)),
  );
  return new Set(
    table.zones
      .filter(
        (z) =>
          z.echelle === 'carreau' &&
          !ailleurs.has(z.code) &&
          booleanWithin(
            { type: 'Polygon', coordinates: [contourCarreau(z.code)] },
            contour as Polygon | MultiPolygon,
          ),
      )
      .map((z) => z.code),
  );
}

function zonesGardees(
  table: Table,
  lieux: readonly Lieu[],
  code: string,
  contour: Geometry,
): (z: Zone) => boolean {
  const commune = table.zones.find((z) => z.echelle === 'commune' && z.code === code);
  const carreaux = carreauxInterieurs(table, lieux, code, contour);
  return (z) => {
    switch (z.echelle) {
      case 'france':
        return true;
      case 'region':
        return z.code === commune?.region;
      case 'departement':
        return z.code === commune?.departement;
      case 'epci':
        return z.code === commune?.epci;
      case 'commune':
        return z.code === code;
      case 'carreau':
        return carreaux.has(z.code);
      default:
        // A quartier that lies in two communes has none: its figures would count neighbours.
        return z.commune === code;
    }
  };
}

/**
 * Cut a territory's published table.
 * @param contour outline of the commune; unused when the scope is the whole EPCI
 * @returns the table of the scope alone, columns without any value left out
 */
export function decouperTable(
  table: Table,
  lieux: readonly Lieu[],
  portee: Portee,
  contour: Geometry | undefined,
): Table {
  const code = portee.territoire.slice(portee.territoire.indexOf(':') + 1);
  const communale = portee.territoire.startsWith('com:');
  if (communale && contour === undefined) throw new RangeError(`no outline for ${portee.territoire}`);
  const garde = communale && contour ? zonesGardees(table, lieux, code, contour) : () => true;
  const annees = portee.millesimes;
  const retenue = (cle: string) => annees?.includes(Number(cle.slice(-4))) ?? true;
  const sources = Object.entries(table.colonnes).filter(([cle]) => retenue(cle));
  // A residence of another year has nothing left to show: its name goes too.
  const lignes = table.zones.flatMap((z, i) =>
    garde(z) && sources.some(([, v]) => (v[i] ?? null) !== null) ? [i] : [],
  );
  const tranches = table.tranches.filter((t) => annees?.includes(t.millesime) ?? true);
  const colonnes: Record<string, Encoded[]> = {};
  for (const [cle, valeurs] of sources) {
    // The EPCI is not the commune's territory: it stays for comparison, with what everybody sees of it.
    const coupee = lignes.map((i): Encoded => {
      const echelle = table.zones[i]?.echelle;
      return communale && echelle === 'epci' && !publique(cle, echelle)
        ? null
        : ((valeurs[i] ?? null) as Encoded);
    });
    if (coupee.some((v) => v !== null)) colonnes[cle] = coupee;
  }
  const ids = new Set(Object.keys(colonnes).map((c) => c.slice(0, c.indexOf('.'))));
  return {
    ...table,
    zones: lignes.map((i) => table.zones[i] as Zone),
    tranches,
    indicateurs: table.indicateurs.filter((i) => ids.has(i)),
    variables: table.variables.filter((v) => ids.has(v)),
    colonnes,
  };
}
