/** Shapes and small helpers of the map. */
import type { Echelle } from '../../data/contract/zone.ts';
import type { SourceTuiles } from '../state/donnees.ts';
import type { Mode } from '../carto/palette.ts';
import type { Peinture } from './style.ts';

/** Surfaces that cover a small part of the territory, all together. */
export const RARES: readonly Echelle[] = ['qpv', 'qva', 'zonage'];
export type Bbox = readonly [number, number, number, number];

export interface VueCarte {
  /** Key of what is shown (`rpls_dpe_fg.ENS.tous.2022`), for tests. */
  readonly cle: string;
  readonly mode: Mode;
  readonly tuiles: SourceTuiles;
  /** Zones and their paint, in the same order. */
  readonly codes: readonly string[];
  readonly peintures: readonly Peinture[];
  readonly ponctuelle: boolean;
  /** The zones do not cover the territory: draw the ground of the first outline under them. */
  readonly sol: boolean;
  /** A count: the ground is plain and circles carry the figure. Circles over colours leave the pointer to the zones. */
  readonly plat: boolean;
  /** Count per zone with its point, for proportional circles; null for colours alone. */
  readonly cercles:
    readonly { code: string; nom: string; v: number; point: readonly [number, number] }[] | null;
  /** Reference of the circles (carto/cercles.ts). */
  readonly etalon: number;
  /** Outlines drawn above, widest first. */
  readonly contours: readonly SourceTuiles[];
}

/** A name to write on the map. */
export interface Nom {
  readonly nom: string;
  readonly point: readonly [number, number];
}

/** A bundle holds every échelle in one archive: the layer counts as much as the address. */
export const cleTuiles = (t: SourceTuiles) => `${t.url} ${t.couche}`;
export const xy = ({ x, y }: { x: number; y: number }) => ({ x, y });

/** Room kept around what is framed. */
export function marges(e: HTMLElement): { top: number; bottom: number; left: number; right: number } {
  const m = e.clientWidth < 600 ? 12 : 28;
  // Insets stand on the left of a wide map, at the foot of a narrow one.
  const insets = e.parentElement?.querySelector('[data-role="insets"]:not([hidden])');
  const gauche = insets && e.clientWidth >= 600 ? 150 : m;
  return { top: m, bottom: insets && e.clientWidth < 600 ? 110 : m + 14, left: gauche, right: m };
}

/** Counts as GeoJSON points. */
export function cercles(liste: NonNullable<VueCarte['cercles']>) {
  return {
    type: 'FeatureCollection' as const,
    features: liste.map(({ code, nom, v, point }) => ({
      type: 'Feature' as const,
      properties: { code, nom, v },
      geometry: { type: 'Point' as const, coordinates: [...point] },
    })),
  };
}

/** Words of MapLibre's own controls. */
export const LOCALE = {
  'Map.Title': 'Carte',
  'NavigationControl.ZoomIn': 'Zoomer',
  'NavigationControl.ZoomOut': 'Dézoomer',
  'ScaleControl.Feet': 'pieds',
  'ScaleControl.Meters': 'm',
  'ScaleControl.Kilometers': 'km',
  'ScaleControl.Miles': 'milles',
  'ScaleControl.NauticalMiles': 'milles marins',
};

/** Put a tooltip beside a place of its frame, inside it, on the side where there is room. */
export function placeBulle(b: HTMLElement, cadre: HTMLElement, ou: { x: number; y: number }): void {
  const [l, h] = [b.offsetWidth, b.offsetHeight];
  const x = ou.x + 14 + l > cadre.clientWidth ? ou.x - l - 14 : ou.x + 14;
  const y = ou.y + 14 + h > cadre.clientHeight ? ou.y - h - 14 : ou.y + 14;
  b.style.transform = `translate(${Math.max(4, Math.round(x))}px, ${Math.max(4, Math.round(y))}px)`;
}

/** Box of all the boxes, flat; null when none is known. */
export function union(bbox: readonly number[]): Bbox | null {
  const bord = (k: number, de: (...x: number[]) => number) => de(...bbox.filter((x, n) => n % 4 === k && Number.isFinite(x))); // prettier-ignore
  const b = [bord(0, Math.min), bord(1, Math.min), bord(2, Math.max), bord(3, Math.max)] as const;
  return b.every(Number.isFinite) ? b : null;
}

/**
 * May paper take the static map of the page? Only when it is the one of this view, and here: nothing can be asked for once
 * printing has begun.
 * @param adresse static map of the view, null when there is none
 */
export function papierPret(fixe: HTMLElement, adresse: string | null): boolean {
  const img = fixe.querySelector<HTMLImageElement>('img.papier');
  return (
    adresse !== null && img !== null && img.src.endsWith(adresse) && img.complete && img.naturalWidth > 0
  );
}

/** Button of the map that shows the whole again, as a control of MapLibre. */
export function boutonEnsemble(surClic: () => void): { onAdd(): HTMLElement; onRemove(): void } {
  const groupe = document.createElement('div');
  groupe.className = 'maplibregl-ctrl maplibregl-ctrl-group';
  groupe.innerHTML =
    '<button type="button" class="tout" title="Voir l’ensemble" aria-label="Voir l’ensemble"></button>';
  groupe.addEventListener('click', surClic);
  return { onAdd: () => groupe, onRemove: () => groupe.remove() };
}
