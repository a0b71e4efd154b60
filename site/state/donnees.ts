/** What the atlas asks of its data, whoever answers: the public files, or a territory's bundle held in memory. */
import type { FeatureCollection } from 'geojson';
import { decodeCell, cle, type Cell, type Encoded } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';

/** Zones of one échelle, column by column, sorted by code. */
export interface ListeZones {
  readonly codes: readonly string[];
  readonly noms: readonly string[];
  readonly region: readonly (string | null)[];
  readonly departement: readonly (string | null)[];
  readonly epci: readonly (string | null)[];
  readonly commune: readonly (string | null)[];
}

/** Where the zones of one échelle are, in the same order: read apart, since a map of rates seen whole needs none of it. */
export interface Lieux {
  /** West, south, east, north of each zone, flat; degrees. */
  readonly bbox: readonly number[];
  /** A point inside each zone, flat: longitude, latitude. */
  readonly points: readonly number[];
}

/** One indicateur over one échelle and slice, in the order of the zones of the échelle. */
export interface Colonne {
  /** Scaled integers, null where nothing is published. */
  readonly v: readonly (number | null)[];
  /** Base or statut. */
  readonly b: readonly Encoded[];
}

/** Every published column of one zone. */
export interface Fiche {
  readonly echelle: Echelle;
  readonly code: string;
  readonly nom: string;
  colonne(cle: string): Encoded | undefined;
}

/** What can be shown: for each variable, the slices ("ENS.tous.2022") of each échelle. */
export type Offre = Readonly<Record<string, Readonly<Partial<Record<Echelle, readonly string[]>>>>>;

/** A far territory drawn beside the map. */
export interface Inset {
  readonly id: string;
  readonly nom: string;
  readonly bbox: readonly [number, number, number, number];
  readonly largeur: number;
  readonly hauteur: number;
  /** Code and SVG path of each zone. */
  readonly zones: readonly (readonly [string, string])[];
}

/** The page's own summary of the release: `donnees/atlas.json`. */
export interface Resume {
  /** Identifier of the release, for quotations. */
  readonly livraison: string;
  readonly pays: string;
  readonly fictif: boolean;
  readonly avertissement: string;
  readonly sources: readonly { readonly nom: string; readonly producteur: string; readonly type: string }[];
  readonly zonages: readonly string[];
  readonly secret: string;
  readonly licence: string;
  /** Échelles of the atlas, widest first. */
  readonly echelles: readonly Echelle[];
  /** What the atlas is about: its portrait shows when no zone is chosen. */
  readonly ensemble: { readonly echelle: Echelle; readonly code: string };
  readonly bbox: readonly [number, number, number, number];
  readonly offre: Offre;
  /** Outlines of priority neighbourhoods can be shown. */
  readonly qpv: boolean;
}

/** Where the tiles of an échelle are. */
export interface SourceTuiles {
  /** Address for MapLibre: `pmtiles://…`. */
  readonly url: string;
  readonly couche: string;
  readonly minzoom: number;
  readonly maxzoom: number;
}

/** `donnees/textes.json`: definition and limits of each indicateur, which the script does not hold. */
export type Textes = Readonly<Record<string, readonly [definition: string, limites: string]>>;

/** Read the texts of the catalogue, once. @param base base of the site with its final slash */
export function lisTextes(base: string): () => Promise<Textes> {
  let lus: Promise<Textes> | undefined;
  return () =>
    (lus ??= fetch(`${base}donnees/textes.json`)
      .then((r) => r.json() as Promise<Textes>)
      // Without them the figures are all there, and the page of the indicateur says the rest.
      // The next question asks again.
      .catch(() => {
        lus = undefined;
        return {};
      }));
}

export interface Donnees {
  resume(): Promise<Resume>;
  textes(): Promise<Textes>;
  zones(e: Echelle): Promise<ListeZones>;
  lieux(e: Echelle): Promise<Lieux>;
  classes(e: Echelle): Promise<Readonly<Record<string, Classes>>>;
  /** Null when nothing is published for this view. */
  colonne(e: Echelle, i: Indicateur, t: Tranche): Promise<Colonne | null>;
  /** The zone and its references, nearest first; null when the zone is not known. */
  fiches(e: Echelle, code: string): Promise<readonly Fiche[] | null>;
  insets(e: Echelle): Promise<readonly Inset[]>;
  /** Shapes of an échelle; null when it has no map. */
  tuiles(e: Echelle): Promise<SourceTuiles | null>;
  /** Outlines of priority neighbourhoods: shapes, or the layer of an archive; null when there are none. */
  qpv(): Promise<FeatureCollection | SourceTuiles | null>;
}

/** Decode the n-th cell of a column. */
export function cellule(c: Colonne, n: number, i: Indicateur): Cell {
  return decodeCell(c.b[n], c.v[n], i.decimales);
}

/** Decode one cell of a fiche. */
export function celluleFiche(f: Fiche, i: Indicateur, t: Tranche): Cell {
  return decodeCell(f.colonne(cle(i.variable, t)), f.colonne(cle(i.id, t)), i.decimales);
}

/** `ENS.tous.2022`, the slice part of a key. */
export function cleTranche(t: Tranche): string {
  return `${t.population}.${t.secteur}.${t.millesime}`;
}

/** Index of a code in a list sorted by code, -1 when absent. */
export function rang(z: ListeZones, code: string): number {
  let [a, b] = [0, z.codes.length - 1];
  while (a <= b) {
    const m = (a + b) >> 1;
    const c = z.codes[m] as string;
    if (c === code) return m;
    if (c < code) a = m + 1;
    else b = m - 1;
  }
  return -1;
}
