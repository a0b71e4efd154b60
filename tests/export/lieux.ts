/** Places of the hand-written release: twelve square communes, one island, what they add up to, and addresses. */
import { topology } from 'topojson-server';
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import type { Topology } from 'topojson-specification';
import type { Echelle, Zone } from '../../data/contract/zone.ts';

const NOMS = [
  'Avrilly',
  'Bréhal',
  'Cézac',
  'Dœuil-sur-Mer',
  'Épône',
  'Fay',
  'Gyé',
  'L’Haÿ',
  'Île-Basse',
  'Jouy',
  'Kœur',
  'Lançon',
];
const carre = (x: number, y: number, l = 0.25, h = 0.2): Geometry => ({
  type: 'Polygon',
  coordinates: [
    [
      [x, y],
      [x + l, y],
      [x + l, y + h],
      [x, y + h],
      [x, y],
    ],
  ],
});

export interface Lieu {
  zone: Zone;
  geometrie: Geometry;
}
export const communes: Lieu[] = NOMS.map((nom, i) => {
  const [x, y] = [2 + (i % 4) * 0.25, 46 + Math.floor(i / 4) * 0.2];
  const epci = i % 4 < 2 ? '200000001' : '200000002';
  return {
    zone: {
      echelle: 'commune',
      code: `010${String(i + 1).padStart(2, '0')}`,
      nom,
      region: '11',
      departement: '01',
      epci,
      bbox: [x, y, x + 0.25, y + 0.2],
    },
    geometrie: carre(x, y),
  };
});
const ile: Lieu = {
  zone: {
    echelle: 'commune',
    code: '97101',
    nom: 'Port-Lointain',
    region: '02',
    departement: '971',
    epci: '200000003',
    bbox: [-61.2, 16, -61, 16.2],
  },
  geometrie: carre(-61.2, 16, 0.2, 0.2),
};
export const toutes = [...communes, ile];

function fusion(
  echelle: Echelle,
  nom: (code: string) => string,
  code: (z: Zone) => string,
  champs: (z: Zone) => Partial<Zone>,
): Lieu[] {
  const groupes = new Map<string, Lieu[]>();
  for (const c of toutes) groupes.set(code(c.zone), [...(groupes.get(code(c.zone)) ?? []), c]);
  return [...groupes].map(([k, lieux]) => ({
    zone: { echelle, code: k, nom: nom(k), ...champs((lieux[0] as Lieu).zone) },
    geometrie: {
      type: 'MultiPolygon',
      coordinates: lieux.map((l) => (l.geometrie as { coordinates: number[][][] }).coordinates),
    },
  }));
}
export const epci = fusion(
  'epci',
  (k) => `CC ${k.slice(-1) === '1' ? 'des Étangs' : k.slice(-1) === '2' ? 'du Levant' : 'des Îles'}`,
  (z) => z.epci ?? '',
  (z) => ({ region: z.region, departement: z.departement }),
);
export const departements = fusion(
  'departement',
  (k) => (k === '01' ? 'Val-Fictif' : 'Îles'),
  (z) => z.departement ?? '',
  (z) => ({ region: z.region }),
);
export const regions = fusion(
  'region',
  (k) => (k === '11' ? 'Grande-Plaine' : 'Outre-Large'),
  (z) => z.region ?? '',
  () => ({}),
);
export const france: Lieu = {
  zone: { echelle: 'france', code: 'france', nom: 'Pays inventé' },
  geometrie: {
    type: 'MultiPolygon',
    coordinates: toutes.map((l) => (l.geometrie as { coordinates: number[][][] }).coordinates),
  },
};
export const adresses: Lieu[] = Array.from({ length: 24 }, (_, i) => {
  const p: [number, number] = [2.05 + (i % 6) * 0.06, 46.05 + Math.floor(i / 6) * 0.11];
  return {
    zone: {
      echelle: 'adresse',
      code: `A${i}`,
      nom: `${i + 1} rue des Saules`,
      region: '11',
      departement: '01',
      epci: '200000001',
      commune: '01001',
      bbox: [p[0], p[1], p[0], p[1]],
    },
    geometrie: { type: 'Point', coordinates: p },
  };
});

export function topo(couches: Partial<Record<Echelle, Lieu[]>>): Topology {
  const objets = Object.fromEntries(
    Object.entries(couches).map(([nom, lieux]) => [
      nom,
      {
        type: 'FeatureCollection',
        features: lieux.map((l): Feature => ({
          type: 'Feature',
          id: l.zone.code,
          properties: { nom: l.zone.nom },
          geometry: l.geometrie,
        })),
      } satisfies FeatureCollection,
    ]),
  );
  return topology(objets, 1e5) as unknown as Topology;
}
