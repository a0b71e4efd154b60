/** Light outlines for static maps and sheets: TopoJSON, simplified from one topology per file, ids = codes. */
import type { Feature, Geometry } from 'geojson';
import { quantize } from 'topojson-client';
import { topology } from 'topojson-server';
import { presimplify, quantile, simplify } from 'topojson-simplify';
import type { Topology } from 'topojson-specification';

export interface FormeNommee {
  code: string;
  nom: string;
  geometrie: Geometry;
}

function points(objet: unknown): number {
  return Array.isArray(objet)
    ? typeof objet[0] === 'number'
      ? 1
      : objet.reduce((s: number, o) => s + points(o), 0)
    : 0;
}

/**
 * @param couches one object per échelle
 * @param budget vertices kept for all polygons together; more than there are keeps them all
 * @param quantification grid steps across the box
 */
export function topojson(
  couches: Readonly<Record<string, readonly FormeNommee[]>>,
  budget: number,
  quantification: number,
): Topology {
  const estPoint = (f: FormeNommee) => f.geometrie.type === 'Point';
  const collection = (formes: readonly FormeNommee[]) => ({
    type: 'FeatureCollection' as const,
    features: formes.map((f): Feature => ({
      type: 'Feature',
      id: f.code,
      properties: { nom: f.nom },
      geometry: f.geometrie,
    })),
  });
  const garde = (choix: (f: FormeNommee) => boolean) =>
    Object.fromEntries(
      Object.entries(couches).flatMap(([nom, f]) => (f.every(choix) ? [[nom, collection(f)]] : [])),
    );
  // Quantize before simplifying, so that neighbours keep the very same vertices.
  const polygones = topology(
    garde((f) => !estPoint(f)),
    quantification,
  ) as unknown as Topology;
  const total = points(polygones.arcs);
  const pese = presimplify(polygones as never);
  const seuil = total <= budget ? 0 : quantile(pese as never, 1 - budget / total);
  const simple = simplify(pese as never, seuil) as unknown as Topology & { bbox?: unknown };
  const { objects } = topology(garde(estPoint)) as unknown as Topology;
  const { bbox: _, ...tout } = { ...simple, objects: { ...simple.objects, ...objects } };
  return quantize(tout as never, quantification) as unknown as Topology;
}
