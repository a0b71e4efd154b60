/** What the map draws, as MapLibre layers: pure functions of a view, so that they can be tested without WebGL. */
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import { TEINTES, couleurs, type Mode } from '../carto/palette.ts';
import { RAYONS_BASE } from '../carto/legende.ts';
import { RAYON_CERCLE } from '../components/legende.ts';
import { cle } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Tranche } from '../../data/contract/zone.ts';

export const MER: Readonly<Record<Mode, string>> = { clair: '#e8eff2', sombre: '#0f1316' };

export interface Vue {
  readonly indicateur: Indicateur;
  readonly tranche: Tranche;
  readonly classes: Classes;
  readonly mode: Mode;
  /** Codes by class and by statut, for figures that are not baked in the tiles (a change, a gap). */
  readonly derivee?: { readonly classes: readonly (readonly string[])[]; readonly s: readonly string[]; readonly nd: readonly string[] }; // prettier-ignore
}

/** Attribute that holds the value (scaled integer), and the one that holds base or statut. */
export function cles(v: Pick<Vue, 'indicateur' | 'tranche'>): { valeur: string; base: string } {
  return { valeur: cle(v.indicateur.id, v.tranche), base: cle(v.indicateur.variable, v.tranche) };
}

const cache = (v: Vue, s: 's' | 'nd'): ExpressionSpecification =>
  v.derivee ? ['in', ['get', 'code'], ['literal', [...v.derivee[s]]]] : ['==', ['get', cles(v).base], s];

/** Colour of a feature: its class when a number is baked in the tile, else the flat colour of its statut. */
export function couleur(v: Vue): ExpressionSpecification {
  const { valeur, base } = cles(v);
  const t = TEINTES[v.mode];
  const teintes = couleurs(v.classes.bornes.length + 1, v.indicateur.rampe, v.mode);
  if (v.derivee) {
    const d = v.derivee;
    const branches = [...d.classes.map((c, n) => [c, teintes[n]] as const), [d.s, t.secretFond] as const, [d.nd, t.nonDisponibleFond] as const].filter(([c]) => c.length > 0); // prettier-ignore
    if (branches.length === 0) return t.sansObjet as unknown as ExpressionSpecification;
    return ['match', ['get', 'code'], ...branches.flat(), t.sansObjet] as unknown as ExpressionSpecification;
  }
  const echelle = 10 ** v.indicateur.decimales;
  const marches = v.classes.bornes.flatMap((b, n) => [Math.round(b * echelle), teintes[n + 1] as string]);
  const classe: ExpressionSpecification | string =
    marches.length === 0
      ? (teintes[0] as string)
      : (['step', ['get', valeur], teintes[0] as string, ...marches] as unknown as ExpressionSpecification);
  return [
    'case',
    ['==', ['typeof', ['get', valeur]], 'number'],
    classe,
    ['match', ['get', base], 's', t.secretFond, 'nd', t.nonDisponibleFond, t.sansObjet],
  ] as unknown as ExpressionSpecification;
}

/** Plain ground under proportional circles; statuts keep their own look. */
export function fondCercles(v: Vue): ExpressionSpecification {
  const t = TEINTES[v.mode];
  return [
    'match',
    ['get', cles(v).base],
    's',
    t.secretFond,
    'nd',
    t.nonDisponibleFond,
    'so',
    t.sansObjet,
    t.papier,
  ] as unknown as ExpressionSpecification;
}

/** Radius of an address or residence from the class of its base; it says nothing where the base is hidden. */
export function rayonPoint(v: Vue): ExpressionSpecification {
  const pas = RAYONS_BASE.flatMap((r) => [r.base, r.rayon]);
  const r = ['match', ['to-string', ['get', cles(v).base]], ...pas, RAYONS_BASE[0].rayon];
  return ['interpolate', ['linear'], ['zoom'], 10, ['*', 0.7, r], 14, ['*', 1.1, r], 17, ['*', 2, r]] as unknown as ExpressionSpecification; // prettier-ignore
}

const etat = (nom: string): ExpressionSpecification => ['boolean', ['feature-state', nom], false];

/**
 * Layers of one source: `zones-<n>` (fill), `hachures-<n>` and `points-<n>` (patterns on statuts, filtered on the
 * attribute because patterns ignore feature-state), `bords-<n>`, `choisie-<n>`.
 */
export function couchesSurface(n: number, couche: string, v: Vue, plat: boolean): LayerSpecification[] {
  const t = TEINTES[v.mode];
  const commun = { source: `s${n}`, 'source-layer': couche } as const;
  return [
    {
      id: `zones-${n}`,
      type: 'fill',
      ...commun,
      paint: { 'fill-color': plat ? fondCercles(v) : couleur(v), 'fill-antialias': true },
    },
    { id: `hachures-${n}`, type: 'fill', ...commun, filter: cache(v, 's'), paint: { 'fill-pattern': `hachures-${v.mode}` } }, // prettier-ignore
    { id: `points-${n}`, type: 'fill', ...commun, filter: cache(v, 'nd'), paint: { 'fill-pattern': `points-${v.mode}` } }, // prettier-ignore
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
export function couchesPoint(n: number, couche: string, v: Vue): LayerSpecification[] {
  const t = TEINTES[v.mode];
  return [
    {
      id: `zones-${n}`,
      type: 'circle',
      source: `s${n}`,
      'source-layer': couche,
      layout: {
        // Values above the marks of absence, so that a grey dot never hides a figure.
        'circle-sort-key': ['case', ['==', ['typeof', ['get', cles(v).valeur]], 'number'], 1, 0],
      },
      paint: {
        'circle-color': couleur(v),
        'circle-radius': rayonPoint(v),
        'circle-stroke-color': ['case', etat('choisie'), t.accent, etat('survol'), t.encre, cache(v, 's'), t.secretTrait, t.encreDouce], // prettier-ignore
        'circle-stroke-width': ['case', etat('choisie'), 3, etat('survol'), 2, cache(v, 's'), 1.2, 0.6],
      },
    },
  ];
}

/** Proportional circles for counts: area is the count (never a choropleth of counts). */
export function coucheCercles(n: number, v: Vue, zoom: number): LayerSpecification {
  const t = TEINTES[v.mode];
  const r = ['*', RAYON_CERCLE, ['sqrt', ['/', ['max', 0, ['get', 'v']], Math.max(1, v.classes.max)]]];
  return {
    id: `cercles-${n}`,
    type: 'circle',
    source: `c${n}`,
    layout: { 'circle-sort-key': ['-', ['get', 'v']] },
    paint: {
      'circle-color': CERCLE[v.mode],
      'circle-opacity': 0.78,
      'circle-radius': ['interpolate', ['exponential', 1.5], ['zoom'], zoom, r, zoom + 4, ['*', 2.6, r]] as unknown as ExpressionSpecification, // prettier-ignore
      'circle-stroke-color': t.papier,
      'circle-stroke-width': 0.8,
    },
  };
}

export const CERCLE: Readonly<Record<Mode, string>> = { clair: '#2c7fb8', sombre: '#5cb3d9' };

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
