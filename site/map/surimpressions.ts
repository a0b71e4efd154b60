/** What is laid over the zones: names, circles, and outlines of priority neighbourhoods. */
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapGL } from 'maplibre-gl';
import { TEINTES, type Mode } from '../carto/palette.ts';
import type { SourceTuiles } from '../state/donnees.ts';
import { cercles, type Nom, type VueCarte } from './aides.ts';
import { coucheCercles, coucheNoms, couchesQpv, teintesFixes } from './style.ts';

/** Write names above everything, from a zoom on. */
export function poseNoms(gl: MapGL, noms: readonly Nom[], mode: Mode, zoom: number): void {
  const data = {
    type: 'FeatureCollection' as const,
    features: noms.map((x) => ({
      type: 'Feature' as const,
      properties: { nom: x.nom },
      geometry: { type: 'Point' as const, coordinates: [...x.point] },
    })),
  };
  const source = gl.getSource<GeoJSONSource>('noms');
  if (source) source.setData(data);
  else gl.addSource('noms', { type: 'geojson', data });
  if (gl.getLayer('noms')) gl.removeLayer('noms');
  gl.addLayer(coucheNoms(mode, zoom));
}

/** Draw the outlines under the names; null takes them away. */
export function poseQuartiers(gl: MapGL, q: FeatureCollection | SourceTuiles | null, mode: Mode): void {
  for (const id of ['qpv-halo', 'qpv']) if (gl.getLayer(id)) gl.removeLayer(id);
  if (!q) return;
  const source =
    'url' in q ? ({ type: 'vector', url: q.url } as const) : ({ type: 'geojson', data: q } as const);
  if (!gl.getSource('qpv')) gl.addSource('qpv', source);
  for (const l of couchesQpv('url' in q ? q.couche : null, mode))
    gl.addLayer(l, gl.getLayer('noms') ? 'noms' : undefined);
}

/**
 * Circles of a view: laid, moved to other counts, or taken away.
 * @param n number of the view on screen @param zoom zoom of the first view, where radii are those of the legend
 * @param avant layer they go under
 */
export function poseCercles(
  gl: MapGL,
  n: number,
  v: VueCarte,
  zoom: number,
  avant: string | undefined,
): void {
  const source = gl.getSource<GeoJSONSource>(`c${n}`);
  const couche = coucheCercles(n, v.mode, v.etalon, zoom, v.plat);
  if (!v.cercles) {
    if (!source) return;
    gl.removeLayer(couche.id);
    gl.removeSource(`c${n}`);
  } else if (source) {
    source.setData(cercles(v.cercles));
    gl.setPaintProperty(
      couche.id,
      'circle-radius',
      (couche.paint as { 'circle-radius': never })['circle-radius'],
    );
  } else {
    gl.addSource(`c${n}`, { type: 'geojson', data: cercles(v.cercles), promoteId: 'code' });
    gl.addLayer(couche, avant);
  }
}

/** Ground, lines and names in the mode of a view, at once: only what the map can change without reading tiles. */
export function teinte(gl: MapGL, n: number, v: VueCarte): void {
  for (const [id, propriete, valeur] of teintesFixes(n, v))
    if (gl.getLayer(id)) gl.setPaintProperty(id, propriete as 'line-color', valeur);
}

/** Outlines of what holds the zones, over them; under points, squares and quarters, the ground of the first one. */
export function poseContours(gl: MapGL, n: number, v: VueCarte): void {
  v.contours.forEach((c, k) => {
    gl.addSource(`k${n}-${k}`, { type: 'vector', url: c.url });
    // Points, squares and quarters need a ground to stand on.
    if (v.sol && k === 0)
      gl.addLayer(
        {
          id: `sol-${n}`,
          type: 'fill',
          source: `k${n}-0`,
          'source-layer': c.couche,
          paint: { 'fill-color': TEINTES[v.mode].papier },
        },
        v.ponctuelle ? `absents-${n}` : `zones-${n}`,
      );
    gl.addLayer(
      {
        id: `contour-${n}-${k}`,
        type: 'line',
        source: `k${n}-${k}`,
        'source-layer': c.couche,
        layout: { 'line-join': 'round' },
        paint: {
          'line-color': TEINTES[v.mode].contour,
          'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.7, 9, 1.6],
          'line-opacity': v.sol ? 0.5 : 0.75,
        },
      },
      v.ponctuelle ? `absents-${n}` : `halo-${n}`,
    );
  });
}
