/** Zones too many to be told apart on a page: those of one colour are drawn as one shape, which weighs a third. */
import { merge } from 'topojson-client';
import type { GeometryCollection, MultiPolygon, Polygon, Topology } from 'topojson-specification';
import type { Peinture, ZoneCarte } from '../carto/svg.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { release, zonesDe } from './release.ts';

/** More zones than this are a few pixels each. */
const SERREES = 5000;
export const serree = (e: Echelle): boolean => zonesDe(e).length > SERREES;

/** Zones of one paint and one frame as one shape. @param peint null: not drawn */
export function fondues(topo: Topology, e: Echelle, peint: (code: string) => Peinture | null): ZoneCarte[] {
  const regions = new Map(zonesDe(e).map((z) => [z.code, e === 'region' ? z.code : z.region]));
  const cadres = new Map(release().cadres.flatMap((c) => c.regions.map((r) => [r, c.regions[0]] as const)));
  const groupes = new Map<
    string,
    { region: string; peinture: Peinture; formes: (Polygon | MultiPolygon)[] }
  >();
  for (const g of (topo.objects[e] as GeometryCollection).geometries) {
    const region = cadres.get(regions.get(String(g.id)) ?? '');
    const peinture = region === undefined ? null : peint(String(g.id));
    if (region === undefined || !peinture || (g.type !== 'Polygon' && g.type !== 'MultiPolygon')) continue;
    const nom = `${region} ${'classe' in peinture ? peinture.classe : peinture.statut}`;
    const groupe = groupes.get(nom);
    if (groupe) groupe.formes.push(g);
    else groupes.set(nom, { region, peinture, formes: [g] });
  }
  return [...groupes].map(([code, { region, peinture, formes: f }]) => ({
    code,
    nom: '',
    region,
    peinture,
    geometrie: merge(topo, f),
  }));
}
