/**
 * One topology for every administrative level: communes are the arcs, wider levels are their dissolution, so that an EPCI
 * line always coincides with the commune lines under it (geodata.md §2.2). A level whose communes are not all drawn is
 * taken from its own layer when the sources give one.
 */
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { merge } from 'topojson-client';
import { topology } from 'topojson-server';
import type {
  GeometryCollection,
  MultiPolygon as TopoMultiPolygon,
  Polygon as TopoPolygon,
  Topology,
} from 'topojson-specification';

export type Bbox = [number, number, number, number];
export interface ProprietesForme {
  code: string;
  nom: string;
}
export type Forme = Feature<Polygon | MultiPolygon, ProprietesForme>;

type TopoForme = (TopoPolygon<ProprietesForme> | TopoMultiPolygon<ProprietesForme>) & {
  properties: ProprietesForme;
};

/** Box of a geometry in degrees. */
export function bboxDe(g: Polygon | MultiPolygon): Bbox {
  const b: Bbox = [Infinity, Infinity, -Infinity, -Infinity];
  const anneaux: Position[][] = g.type === 'Polygon' ? g.coordinates : g.coordinates.flat();
  for (const anneau of anneaux) {
    for (const p of anneau) {
      const [x = 0, y = 0] = p;
      if (x < b[0]) b[0] = x;
      if (y < b[1]) b[1] = y;
      if (x > b[2]) b[2] = x;
      if (y > b[3]) b[3] = y;
    }
  }
  return b;
}

export function unionBbox(a: Bbox, b: Bbox): Bbox {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

export interface Appartenance {
  commune: string;
  /** Parent code per wider level; an absent parent leaves the commune out of that level. */
  parents: Partial<Record<'epci' | 'departement' | 'region' | 'france', string>>;
}

/**
 * Dissolve communes into wider levels.
 * @param communes drawn communes @param appartenance parents of every commune of the COG
 * @param noms name per level and code @param secours layers to use where communes are missing
 */
export function dissous(
  communes: readonly Forme[],
  appartenance: readonly Appartenance[],
  noms: (niveau: string, code: string) => string,
  secours: Partial<Record<string, readonly Forme[]>>,
): Record<'commune' | 'epci' | 'departement' | 'region' | 'france', Forme[]> {
  const collection: FeatureCollection<Polygon | MultiPolygon, ProprietesForme> = {
    type: 'FeatureCollection',
    features: [...communes],
  };
  const topo = topology({ communes: collection }) as unknown as Topology<{
    communes: GeometryCollection<ProprietesForme>;
  }>;
  const parCommune = new Map(
    topo.objects.communes.geometries.map((g) => [(g.properties as ProprietesForme).code, g as TopoForme]),
  );
  const lignes = (niveau: 'epci' | 'departement' | 'region' | 'france'): Forme[] => {
    const membres = new Map<string, string[]>();
    for (const a of appartenance) {
      const parent = a.parents[niveau];
      if (parent !== undefined) membres.set(parent, [...(membres.get(parent) ?? []), a.commune]);
    }
    const aPart = new Map((secours[niveau] ?? []).map((f) => [f.properties.code, f]));
    const formes: Forme[] = [];
    for (const [code, liste] of [...membres].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      const dessinees = liste.flatMap((c) => parCommune.get(c) ?? []);
      const nom = noms(niveau, code);
      if (dessinees.length < liste.length && aPart.has(code)) {
        formes.push({
          type: 'Feature',
          properties: { code, nom },
          geometry: (aPart.get(code) as Forme).geometry,
        });
      } else if (dessinees.length > 0) {
        // Arcs shared by two communes vanish: what remains is the exact outline.
        formes.push({ type: 'Feature', properties: { code, nom }, geometry: merge(topo, dessinees) });
      }
    }
    return formes;
  };
  return {
    commune: [...communes],
    epci: lignes('epci'),
    departement: lignes('departement'),
    region: lignes('region'),
    france: lignes('france'),
  };
}
