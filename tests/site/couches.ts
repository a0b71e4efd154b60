/** Layers of the miniature country: public ones dissolved from its communes, fine ones inside one EPCI. */
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon } from 'geojson';
import { merge } from 'topojson-client';
import { topology } from 'topojson-server';
import type { GeometryCollection } from 'topojson-specification';
import type { Echelle, Zone } from '../../data/contract/zone.ts';
import { communes, grille, hasard, type Point } from './geometrie.ts';

/** The EPCI that has a bundle. */
export const EPCI = '200000000';
export type Forme = Feature<Geometry, { code: string; nom: string }>;
export type Couche = { echelle: Echelle; zones: Zone[]; formes: Forme[] };

function bbox(g: Geometry): [number, number, number, number] {
  const b: [number, number, number, number] = [180, 90, -180, -90];
  const marche = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] === 'number') {
      const [x, y] = c as Point;
      b[0] = Math.min(b[0], x);
      b[1] = Math.min(b[1], y);
      b[2] = Math.max(b[2], x);
      b[3] = Math.max(b[3], y);
    } else c.forEach(marche);
  };
  marche((g as Polygon).coordinates);
  return b;
}

/** France to commune, dissolved from the communes through one topology. */
export function couchesPubliques(): Couche[] {
  const liste = communes();
  const collection: FeatureCollection = {
    type: 'FeatureCollection',
    features: liste.map((c) => ({
      type: 'Feature',
      properties: { ...c, anneau: undefined },
      geometry: { type: 'Polygon', coordinates: [c.anneau] },
    })),
  };
  const topo = topology({ commune: collection });
  const objets = (topo.objects['commune'] as GeometryCollection<(typeof liste)[number]>).geometries;
  const groupe = (
    echelle: Echelle,
    cleDe: (c: (typeof liste)[number]) => string,
    nom: (code: string) => string,
  ) => {
    const codes = [...new Set(liste.map(cleDe))].sort();
    const formes = codes.map((code): Forme => ({
      type: 'Feature',
      properties: { code, nom: nom(code) },
      geometry: merge(
        topo as never,
        objets.filter((o) => cleDe(o.properties as (typeof liste)[number]) === code) as never,
      ) as MultiPolygon,
    }));
    const zones = codes.map((code, n): Zone => {
      const c = liste.find((c) => cleDe(c) === code) as (typeof liste)[number];
      return {
        echelle,
        code,
        nom: nom(code),
        ...(echelle === 'departement' || echelle === 'commune' || echelle === 'epci'
          ? { region: c.region }
          : {}),
        ...(echelle === 'commune' || echelle === 'epci' ? { departement: c.departement } : {}),
        // One post office per EPCI: a postcode names several communes.
        ...(echelle === 'commune'
          ? { epci: c.epci, codesPostaux: [(c.departement + c.epci.slice(-3)).slice(0, 5)] }
          : {}),
        bbox: bbox((formes[n] as Forme).geometry),
      };
    });
    return { echelle, zones, formes };
  };
  const regions: Record<string, string> = {
    '11': 'Val-d’Aune',
    '24': 'Marches de l’Est',
    '04': 'Île-Sauvage',
  };
  return [
    groupe(
      'france',
      () => 'FR',
      () => 'Armélie',
    ),
    groupe(
      'region',
      (c) => c.region,
      (r) => regions[r] ?? r,
    ),
    groupe(
      'departement',
      (c) => c.departement,
      (d) =>
        ({
          '01': 'Aune',
          '02': 'Haute-Aune',
          '21': 'Brenne',
          '22': 'Basse-Marche',
          974: 'Île-Sauvage',
        })[d] ?? d,
    ),
    groupe(
      'epci',
      (c) => c.epci,
      (e) =>
        `${hasard(e) < 0.3 ? 'Métropole' : hasard(e) < 0.6 ? 'CA' : 'CC'} ${liste.find((c) => c.epci === e)?.nom}`,
    ),
    groupe(
      'commune',
      (c) => c.code,
      (code) => liste.find((c) => c.code === code)?.nom ?? code,
    ),
  ];
}

/**
 * Layers of the bundle: the territory itself, its communes, every finer échelle that sources may give. Squares have no
 * commune and no name but their code, as in real tables.
 */
export function couchesFines(epci: Couche, commune: Couche): Couche[] {
  const siennes = commune.zones.filter((z) => z.epci === EPCI);
  const une = (echelle: Echelle, formes: Forme[], par: (n: number) => string): Couche => ({
    echelle,
    formes,
    zones: formes.map((f, n) => ({
      echelle,
      code: f.properties.code,
      nom: f.properties.nom,
      commune: par(n),
      epci: EPCI,
      bbox: bbox(f.geometry),
    })),
  });
  const cadre = siennes[0]?.bbox as [number, number, number, number];
  const carres = grille(cadre[0] + 0.08, cadre[1] + 0.08, 4, 3, (cadre[2] - cadre[0]) / 7, 'iris');
  const poly = (code: string, nom: string, anneau: Point[]): Forme => ({
    type: 'Feature',
    properties: { code, nom },
    geometry: { type: 'Polygon', coordinates: [anneau] },
  });
  const point = (code: string, nom: string, n: number): Forme => ({
    type: 'Feature',
    properties: { code, nom },
    geometry: {
      type: 'Point',
      coordinates: [
        Number((cadre[0] + (cadre[2] - cadre[0]) * (0.25 + 0.5 * hasard(`px${code}`))).toFixed(5)),
        Number((cadre[1] + (cadre[3] - cadre[1]) * (0.25 + 0.5 * hasard(`py${code}${n}`))).toFixed(5)),
      ],
    },
  });
  const ici = siennes[0]?.code as string;
  const carre = (n: number): Forme => {
    const coin = `N${2_500_000 + 200 * n}E3200000`;
    return poly(
      `CRS3035RES200m${coin}`,
      `Carreau ${coin}`,
      carres[n % carres.length]?.map(([x, y]): Point => [x + 0.002 * n, y]) ?? [],
    );
  };
  const lui = epci.zones.findIndex((z) => z.code === EPCI);
  return [
    { ...epci, zones: epci.zones.slice(lui, lui + 1), formes: epci.formes.slice(lui, lui + 1) },
    {
      ...commune,
      zones: siennes,
      formes: commune.formes.filter((f) => siennes.some((z) => z.code === f.properties.code)),
    },
    une('iris', carres.map((a, n) => poly(`${ici}01${String(n + 1).padStart(2, '0')}`, `Quartier ${n + 1}`, a)), () => ici), // prettier-ignore
    une('qpv', carres.slice(5, 7).map((a, n) => poly(`QN0100${n}M`, ['Les Aunettes', 'La Rocade'][n] as string, a)), () => ici), // prettier-ignore
    une('qva', [poly('QV010001', 'La Tuilerie', carres[8] as Point[])], () => ici),
    une('zonage', carres.slice(0, 3).map((a, n) => poly(`secteurs_plh.S${n}`, `Secteur ${['nord', 'centre', 'sud'][n]}`, a)), () => ici), // prettier-ignore
    sansBoite(
      une(
        'carreau',
        Array.from({ length: 12 }, (_, n) => carre(n)),
        () => ici,
      ),
    ),
    une('residence', Array.from({ length: 25 }, (_, n) => point(`R${String(n).padStart(4, '0')}`, `Résidence ${n + 1}`, n)), () => ici), // prettier-ignore
    une('batiment', Array.from({ length: 14 }, (_, n) => point(`B${String(n).padStart(4, '0')}`, `Bâtiment ${'ABCDEFG'[n % 7]}, Résidence ${n + 1}`, n)), () => ici), // prettier-ignore
    une('cage', Array.from({ length: 14 }, (_, n) => point(`C${String(n).padStart(4, '0')}`, `Escalier ${1 + (n % 3)}, ${n + 1} rue des Tilleuls`, n)), () => ici), // prettier-ignore
    une('adresse', Array.from({ length: 80 }, (_, n) => point(`A${String(n).padStart(5, '0')}`, `${n + 1} rue des Tilleuls`, n)), () => ici), // prettier-ignore
  ];
}

/** A square comes from no list of zones: its row has no box. */
function sansBoite(c: Couche): Couche {
  return { ...c, zones: c.zones.map(({ echelle, code, nom, epci, commune }) => ({ echelle, code, nom, ...(epci ? { epci } : {}), ...(commune ? { commune } : {}) })) };
} // prettier-ignore
