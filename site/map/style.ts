/** What the map draws, as MapLibre layers: pure functions of a view, so that they can be tested without WebGL. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { VueCarte } from './aides.ts';
import { indexClasse } from '../carto/classes.ts';
import { RAYONS_BASE, rayonBase } from '../carto/legende.ts';
import { TEINTES, couleurs, type Mode } from '../carto/palette.ts';
import { RAYON_CERCLE } from '../carto/cercles.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';

export const MER: Readonly<Record<Mode, string>> = { clair: '#e8eff2', sombre: '#0f1316' };

/** What paints one zone: given to the map as feature-state, so that a new figure never reads the tiles again. */
export interface Peinture {
  /** Colour of the zone: its class, or the flat colour of its statut. */
  readonly f: string;
  /** `s` is hatched, `nd` dotted; empty for a value and where there is nothing to count. */
  readonly m: '' | 's' | 'nd';
  /** Radius of a point, from the class of its base; surfaces ignore it. */
  readonly r: number;
}

/** Paint of each cell of a view, in its order. A count keeps the ground plain: circles carry it. */
export function peintures(
  cellules: readonly Cell[],
  classes: Classes,
  i: Pick<Indicateur, 'rampe' | 'calcul'>,
  mode: Mode,
  ponctuelle: boolean,
): Peinture[] {
  const t = TEINTES[mode];
  const teintes = couleurs(classes.bornes.length + 1, i.rampe, mode);
  const plat = i.calcul === 'nombre' && !ponctuelle;
  const fonds = { s: t.secretFond, nd: t.nonDisponibleFond, so: t.sansObjet };
  return cellules.map((c) => {
    if (c.statut === 'valeur')
      return { f: plat ? t.papier : (teintes[indexClasse(classes, c.valeur)] as string), m: '', r: rayonBase(c.base) }; // prettier-ignore
    return { f: fonds[c.statut], m: c.statut === 'so' ? '' : c.statut, r: RAYONS_BASE[0].rayon };
  });
}

const etat = (nom: string): ExpressionSpecification => ['boolean', ['feature-state', nom], false];
const marque = (m: Peinture['m']): ExpressionSpecification => ['==', ['feature-state', 'm'], m];
/** Colour of a feature; a zone that the view does not know has nothing to count. */
const couleur = (mode: Mode): ExpressionSpecification => ['to-color', ['feature-state', 'f'], TEINTES[mode].sansObjet]; // prettier-ignore

/** Radius of an address or residence; it says nothing where the base is hidden. */
function rayonPoint(): ExpressionSpecification {
  const r = ['number', ['feature-state', 'r'], RAYONS_BASE[0].rayon];
  return ['interpolate', ['linear'], ['zoom'], 10, ['*', 0.7, r], 14, ['*', 1.1, r], 17, ['*', 2, r]] as unknown as ExpressionSpecification; // prettier-ignore
}

/**
 * Layers of one source: `zones-<n>` (fill), `hachures-<n>` and `points-<n>` (patterns shown by their opacity, because a
 * pattern itself ignores feature-state), `bords-<n>`, `halo-<n>`, `choisie-<n>`. The three fills share one layout, so
 * that MapLibre cuts their shapes once; so do the three lines.
 */
export function couchesSurface(n: number, couche: string, mode: Mode, plat: boolean): LayerSpecification[] {
  const t = TEINTES[mode];
  const commun = { source: `s${n}`, 'source-layer': couche } as const;
  const voile = (nom: string, m: 's' | 'nd'): LayerSpecification => ({ id: `${nom}-${n}`, type: 'fill', ...commun, paint: { 'fill-pattern': `${nom}-${mode}`, 'fill-opacity': ['case', marque(m), 1, 0], 'fill-antialias': false } }); // prettier-ignore
  return [
    { id: `zones-${n}`, type: 'fill', ...commun, paint: { 'fill-color': couleur(mode) } },
    voile('hachures', 's'),
    voile('points', 'nd'),
    {
      id: `bords-${n}`,
      type: 'line',
      ...commun,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': plat ? t.contour : t.bordure,
        'line-opacity': plat ? 0.5 : 1,
        'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.35, 7, 0.7, 11, 1.4],
      },
    },
    {
      id: `halo-${n}`,
      type: 'line',
      ...commun,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': t.papier, 'line-width': ['case', etat('choisie'), 6, 0] },
    },
    {
      id: `choisie-${n}`,
      type: 'line',
      ...commun,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': ['case', etat('choisie'), t.accent, t.encre],
        'line-width': ['case', etat('choisie'), 3, etat('survol'), 2, 0],
      },
    },
  ];
}

/** Layers of points: addresses, residences. */
export function couchesPoint(n: number, couche: string, mode: Mode): LayerSpecification[] {
  const t = TEINTES[mode];
  const commun = { source: `s${n}`, 'source-layer': couche } as const;
  const secret = marque('s');
  // Values are drawn above the marks of absence, so that a grey dot never hides a figure.
  const dessine = (id: string, montre: ExpressionSpecification): LayerSpecification => ({
    id,
    type: 'circle',
    ...commun,
    paint: {
      'circle-color': couleur(mode),
      'circle-radius': rayonPoint(),
      'circle-opacity': ['case', montre, 1, 0],
      'circle-stroke-opacity': ['case', montre, 1, 0],
      'circle-stroke-color': ['case', etat('choisie'), t.accent, etat('survol'), t.encre, secret, t.secretTrait, t.encreDouce], // prettier-ignore
      'circle-stroke-width': ['case', etat('choisie'), 3, etat('survol'), 2, secret, 1.2, 0.6],
    },
  });
  return [dessine(`absents-${n}`, ['!', marque('')]), dessine(`zones-${n}`, marque(''))];
}

/**
 * Proportional circles: area is the count (never a choropleth of counts). Alone they are full; over the colours of a rate
 * they are rings that let them show.
 */
export function coucheCercles(
  n: number,
  mode: Mode,
  ref: number,
  zoom: number,
  plat: boolean,
): LayerSpecification {
  const t = TEINTES[mode];
  const r = ['*', RAYON_CERCLE, ['sqrt', ['/', ['max', 0, ['get', 'v']], ref]]];
  return {
    id: `cercles-${n}`,
    type: 'circle',
    source: `c${n}`,
    layout: { 'circle-sort-key': ['-', ['get', 'v']] },
    paint: {
      'circle-color': plat ? CERCLE[mode] : t.papier,
      'circle-opacity': plat ? 0.78 : 0.28,
      'circle-radius': ['interpolate', ['exponential', 1.5], ['zoom'], zoom, r, zoom + 4, ['*', 2.6, r]] as unknown as ExpressionSpecification, // prettier-ignore
      'circle-stroke-color': plat ? t.papier : t.encre,
      'circle-stroke-width': plat ? 0.8 : 1.1,
    },
  };
}

export const CERCLE: Readonly<Record<Mode, string>> = { clair: '#2c7fb8', sombre: '#5cb3d9' };

/** Outlines of priority neighbourhoods: dashes of ink on a line of the paper, over any colour; the accent is the choice's. */
export function couchesQpv(couche: string | null, mode: Mode): LayerSpecification[] {
  const t = TEINTES[mode];
  const trait = (id: string, teinte: string, k: number, tirets: object = {}): LayerSpecification => ({ id, type: 'line', source: 'qpv', ...(couche ? { 'source-layer': couche } : {}), layout: { 'line-join': 'round' }, paint: { 'line-color': teinte, 'line-width': ['interpolate', ['linear'], ['zoom'], 6, k, 13, 2.2 * k], ...tirets } }); // prettier-ignore
  return [trait('qpv-halo', t.papier, 2.2), trait('qpv', t.encre, 1, { 'line-dasharray': [2.5, 1.2] })];
}

/** Names of zones, written with the fonts of the page (no glyph file). */
export function coucheNoms(mode: Mode, minzoom: number): LayerSpecification {
  const t = TEINTES[mode];
  return {
    id: 'noms',
    type: 'symbol',
    source: 'noms',
    minzoom: Math.max(0, minzoom),
    layout: {
      'text-field': ['get', 'nom'],
      // Quoted: unquoted, a family name that ends with a digit is not a CSS family name.
      'text-font': ["'Source Sans 3'"],
      'text-size': 13,
      'text-max-width': 8,
      'text-padding': 6,
    },
    paint: { 'text-color': t.encre, 'text-halo-color': t.papier, 'text-halo-width': 1.6 },
  };
}

/** What a mode changes beside the zones themselves, layer by layer: constants, which the map can change without tiles. */
export function teintesFixes(n: number, v: VueCarte): (readonly [string, string, string])[] {
  const t = TEINTES[v.mode];
  return [
    ['mer', 'background-color', MER[v.mode]],
    [`hachures-${n}`, 'fill-pattern', `hachures-${v.mode}`],
    [`points-${n}`, 'fill-pattern', `points-${v.mode}`],
    [`bords-${n}`, 'line-color', v.plat ? t.contour : t.bordure],
    [`halo-${n}`, 'line-color', t.papier],
    [`sol-${n}`, 'fill-color', t.papier],
    ...v.contours.map((_, k) => [`contour-${n}-${k}`, 'line-color', t.contour] as const),
    [`cercles-${n}`, 'circle-color', v.plat ? CERCLE[v.mode] : t.papier],
    [`cercles-${n}`, 'circle-stroke-color', v.plat ? t.papier : t.encre],
    ['qpv-halo', 'line-color', t.papier],
    ['qpv', 'line-color', t.encre],
    ['noms', 'text-color', t.encre],
    ['noms', 'text-halo-color', t.papier],
  ];
}
