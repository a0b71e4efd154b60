/** What a static map is asked to draw. */
import type { Geometry } from 'geojson';
import type { StatutAbsent } from '../../data/contract/cell.ts';
import type { Forme } from './geometrie.ts';
import type { Cadre } from './insets.ts';
import type { Mode } from './palette.ts';
import type { Bbox, NomProjection } from './projection.ts';

/** How one zone is painted. */
export type Peinture = { readonly classe: number } | { readonly statut: StatutAbsent };

export interface ZoneCarte extends Forme {
  /** Code of the région, to choose the frame. */
  readonly region?: string | undefined;
  readonly peinture: Peinture;
  /** Radius of a point, page units (legende.ts rayonBase). */
  readonly rayon?: number;
  /** Proportional circle over a surface: counts are never tints (domain.md §7). */
  readonly cercle?: { readonly rayon: number; readonly couleur: string };
  /** Sentence of the tooltip: "Dijon : 12,4 %". */
  readonly infobulle?: string;
  /** The zone the page is about: a stronger outline. */
  readonly focus?: boolean;
}

export interface OptionsCarte {
  /** Prefix of every id: several maps may share one page. */
  readonly prefixe: string;
  readonly largeur: number;
  readonly hauteur: number;
  readonly titre: string;
  /** Alternative text: what the map shows, in one or two sentences. */
  readonly description: string;
  readonly zones: readonly ZoneCarte[];
  /** Colours of the classes; may be CSS values (`var(--classe-0)`). */
  readonly couleurs: readonly string[];
  /** Territory under points, drawn as plain ground with its borders. */
  readonly fond?: readonly Forme[];
  /** Parent borders over the zones. */
  readonly contours?: readonly Geometry[];
  /** Outlines drawn over everything, dashed: QPV under addresses. */
  readonly perimetres?: readonly Geometry[];
  /** Window on the ground: the map is fitted to it and cut at its frame. */
  readonly emprise?: Bbox;
  /** Frames of the release; none for a bundle. */
  readonly cadres?: readonly Cadre[];
  readonly projection?: NomProjection;
  readonly mode?: Mode;
  /** Names of zones to print, most important first; fewer are kept where they would collide. */
  readonly etiquettes?: readonly { readonly code: string; readonly texte: string }[];
  readonly corpsEtiquette?: number;
}
