/** What is laid over the zones: names, and outlines of priority neighbourhoods. */
import type { FeatureCollection } from 'geojson';
import type { GeoJSONSource, Map as MapGL } from 'maplibre-gl';
import type { Mode } from '../carto/palette.ts';
import type { SourceTuiles } from '../state/donnees.ts';
import type { VueCarte } from './aides.ts';
import { coucheNoms, couchesQpv } from './style.ts';

/** Write names above everything, from a zoom on. */
export function poseNoms(gl: MapGL, noms: VueCarte['noms'], mode: Mode, zoom: number): void {
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
