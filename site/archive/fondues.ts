/**
 * Zones too many to be told apart on a page: those of one colour are drawn as one shape, which weighs a third. An arc is a
 * border of a shape when its two sides have different colours; arcs chained end to end are its rings, outer ones and holes
 * in opposite directions as in the topology, so that they fill right.
 */
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Position } from '../carto/projection.ts';
import type { Peinture, ZoneCarte } from '../carto/svg.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { release, zonesDe } from './release.ts';

/** More zones than this are a few pixels each. */
const SERREES = 5000;
export const serree = (e: Echelle): boolean => zonesDe(e).length > SERREES;

/** Topology of one échelle, indexed for any colouring of its zones. */
interface Aretes {
  readonly codes: readonly string[];
  readonly arcs: readonly Position[][];
  /** Zone that walks arc a forwards (2a) and backwards (2a + 1), -1 for none. */
  readonly cotes: Int32Array;
  /** Point where arc a begins (2a) and ends (2a + 1). */
  readonly bouts: Int32Array;
}

function indexe(topo: Topology, e: Echelle): Aretes {
  const arcs = topo.arcs as unknown as Position[][];
  const cotes = new Int32Array(2 * arcs.length).fill(-1);
  const { geometries } = topo.objects[e] as GeometryCollection;
  geometries.forEach((g, zone) => {
    if (g.type !== 'Polygon' && g.type !== 'MultiPolygon') return;
    for (const a of (g.arcs as unknown as number[]).flat(2) as number[]) cotes[a < 0 ? 2 * ~a + 1 : 2 * a] = zone;
  });
  const points = new Map<string, number>();
  const numero = (p: Position | undefined) => {
    const k = `${p?.[0]} ${p?.[1]}`;
    let n = points.get(k);
    if (n === undefined) points.set(k, (n = points.size));
    return n;
  };
  const bouts = Int32Array.from(arcs.flatMap((a) => [numero(a[0]), numero(a.at(-1))]));
  return { codes: geometries.map((g) => String(g.id)), arcs, cotes, bouts };
} // prettier-ignore

const indexees = new WeakMap<Topology, Aretes>();

/** Rings of one shape. @param orientes its borders: 2a for arc a forwards, 2a + 1 backwards */
function anneaux({ arcs, bouts }: Aretes, orientes: readonly number[]): Position[][] {
  const depart = (o: number) => bouts[o] as number;
  const arrivee = (o: number) => bouts[o ^ 1] as number;
  const suites = Map.groupBy(orientes, depart);
  const pris = new Set<number>();
  const rings: Position[][] = [];
  for (const premier of orientes) {
    if (pris.has(premier)) continue;
    const ring: Position[] = [];
    let o: number | undefined = premier;
    while (o !== undefined) {
      pris.add(o);
      const arc = arcs[o >> 1] as Position[];
      // The last point of an arc is the first of the next.
      if (o & 1) for (let i = arc.length - 1; i > 0; i--) ring.push(arc[i] as Position);
      else for (let i = 0; i < arc.length - 1; i++) ring.push(arc[i] as Position);
      o = suites.get(arrivee(o))?.find((x) => !pris.has(x));
    }
    rings.push(ring);
  }
  return rings;
}

/** Zones of one paint and one frame as one shape. @param peint null: not drawn */
export function fondues(topo: Topology, e: Echelle, peint: (code: string) => Peinture | null): ZoneCarte[] {
  let a = indexees.get(topo);
  if (!a) indexees.set(topo, (a = indexe(topo, e)));
  const regions = new Map(zonesDe(e).map((z) => [z.code, e === 'region' ? z.code : z.region]));
  const cadres = new Map(release().cadres.flatMap((c) => c.regions.map((r) => [r, c.regions[0]] as const)));
  const groupes = new Map<string, { code: string; region: string; peinture: Peinture; orientes: number[] }>();
  const zones = a.codes.map((code) => {
    const region = cadres.get(regions.get(code) ?? '');
    const peinture = region === undefined ? null : peint(code);
    if (region === undefined || !peinture) return null;
    const nom = `${region} ${'classe' in peinture ? peinture.classe : peinture.statut}`;
    let g = groupes.get(nom);
    if (!g) groupes.set(nom, (g = { code: nom, region, peinture, orientes: [] }));
    return g;
  });
  for (let o = 0; o < a.cotes.length; o++) {
    const ici = zones[a.cotes[o] as number];
    if (ici && ici !== zones[a.cotes[o ^ 1] as number]) ici.orientes.push(o);
  }
  return [...groupes.values()].map(({ orientes, ...g }) => ({
    ...g,
    nom: '',
    geometrie: { type: 'Polygon' as const, coordinates: anneaux(a, orientes) as unknown as number[][][] },
  }));
}
