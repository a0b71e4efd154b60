/** The map of a sheet: which shapes, in which paint, over which ground, with which names. Pure. */
import type { Geometry } from 'geojson';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle, Zone } from '../../data/contract/zone.ts';
import { indexClasse, nombreClasses } from '../carto/classes.ts';
import { texteCellule, texteValeur, typographie } from '../carto/format.ts';
import { contient, formes, frontieres, positions, pourtour, type Forme } from '../carto/geometrie.ts';
import { bboxDe, type Bbox } from '../carto/projection.ts';
import { rayonBase } from '../carto/legende.ts';
import { couleurs, TEINTES } from '../carto/palette.ts';
import type { OptionsCarte, ZoneCarte } from '../carto/svg.ts';
import { dans, type DonneesFeuille, type ZoneValeur } from './donnees.ts';

/** Everything dessinerCarte needs but the size, which the page decides. */
export type DessinFeuille = Omit<OptionsCarte, 'largeur' | 'hauteur' | 'prefixe'>;

/** Échelles drawn as circles. */
export const PONCTUELLES: readonly Echelle[] = ['residence', 'batiment', 'cage', 'adresse'];
/** Largest radius of a circle that stands for a count, page units. */
export const RAYON_MAX = 20;
/** The same where zones are points, often close together. */
export const RAYON_MAX_POINT = 11;
/** Colour of circles that stand for counts: one colour, the size says all. */
export const COULEUR_CERCLE = '#2c7fb8';

/** Many circles need small ones: 500 addresses of a town must not become one blot. */
export const echelleRayon = (n: number) => (n > 300 ? 0.7 : n > 120 ? 0.8 : 1);

/** Largest published value, at least 1. */
export const maximum = (valeurs: readonly ZoneValeur[]) =>
  Math.max(1, ...valeurs.map(({ cell }) => (cell.statut === 'valeur' ? cell.valeur : 0)));

export function dessin(
  o: { readonly donnees: DonneesFeuille; readonly echelle: Echelle },
  i: Indicateur,
  valeurs: readonly ZoneValeur[],
  classes: Classes,
  effectifs: boolean,
): DessinFeuille {
  const { donnees: d, echelle } = o;
  const topologie = d.geo[echelle];
  const parCode = new Map(topologie ? formes(topologie, echelle).map((f) => [f.code, f]) : []);
  const plafond = maximum(valeurs);
  const points = PONCTUELLES.includes(echelle);
  const zones = valeurs.flatMap(({ zone, cell }): ZoneCarte[] => {
    const forme = parCode.get(zone.code);
    if (!forme) return [];
    const base = cell.statut === 'valeur' ? cell.base : undefined;
    return [
      {
        ...forme,
        region: zone.echelle === 'region' ? zone.code : zone.region,
        rayon:
          effectifs && points && cell.statut === 'valeur'
            ? Math.max(1, RAYON_MAX_POINT * Math.sqrt(cell.valeur / plafond))
            : rayonBase(base) * echelleRayon(valeurs.length),
        peinture:
          cell.statut === 'valeur'
            ? { classe: effectifs ? 0 : indexClasse(classes, cell.valeur) }
            : { statut: cell.statut },
        ...(effectifs && !points && cell.statut === 'valeur'
          ? { cercle: { rayon: RAYON_MAX * Math.sqrt(cell.valeur / plafond), couleur: COULEUR_CERCLE } }
          : {}),
        infobulle: `${zone.nom}\u202f: ${texteCellule(cell, i, echelle)}`,
      },
    ];
  });
  return {
    titre: typographie(`${i.libelle} – ${d.territoire.nom}`),
    description: alternative(valeurs, i, d.territoire, echelle),
    zones,
    couleurs: effectifs
      ? [points ? COULEUR_CERCLE : TEINTES.clair.secretFond]
      : couleurs(nombreClasses(classes), i.rampe),
    fond: fond(d, echelle),
    contours: contours(d, echelle, new Set(zones.map((z) => z.code))),
    perimetres: quartiers(d, echelle).map((f) => f.geometrie),
    cadres: d.territoire.echelle === 'france' ? d.cadres : [],
    projection: d.territoire.echelle === 'france' ? 'lambert' : 'locale',
    etiquettes: etiquettes(d, echelle, valeurs),
    corpsEtiquette: 8,
  };
}

/**
 * Window on the commune that holds most of the zones, when they crowd into a small part of the territory: an EPCI is
 * wide and its dwellings stand in one town.
 */
export function agrandissement(
  d: DonneesFeuille,
  echelle: Echelle,
  valeurs: readonly ZoneValeur[],
): { nom: string; emprise: Bbox } | undefined {
  const topologie = d.geo[echelle];
  if (!PARTIELLES.includes(echelle) || !topologie || d.territoire.echelle === 'france') return undefined;
  const communes = fond(d, echelle);
  const boites = new Map(
    formes(topologie, echelle).map((f) => [f.code, bboxDe(positions(f.geometrie))] as const),
  );
  // A quarter across two communes names none: it counts for the one that holds its middle.
  const commune = ({ zone }: ZoneValeur) => {
    const b = boites.get(zone.code);
    return !b
      ? undefined
      : (zone.commune ??
          communes.find((f) => contient(f.geometrie, [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2]))?.code);
  };
  const parCommune = Map.groupBy(valeurs, (v) => commune(v));
  parCommune.delete(undefined);
  const [code, dense = []] = [...parCommune].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  const ville = communes.find((f) => f.code === code);
  const points = PONCTUELLES.includes(echelle);
  // A dozen points are told apart without help; a QPV may be one speck on the map of an EPCI.
  if (!ville || communes.length < 2 || dense.length < (points ? 12 : 1)) return undefined;
  if (dense.length < valeurs.length * 0.25) return undefined;
  // Points: the middle 96 % in each direction, so that one farm does not widen the window.
  const bord = (rang: number, part: number) =>
    dense.map((v) => (boites.get(v.zone.code) as Bbox)[rang] as number).sort((a, b) => a - b)[
      Math.round((dense.length - 1) * part)
    ] as number;
  const p = points ? 0.02 : 0;
  const [o, s, e, n] = [bord(0, p), bord(1, p), bord(2, 1 - p), bord(3, 1 - p)];
  const marge = Math.max(0.004, 0.06 * Math.max(e - o, n - s));
  const emprise: Bbox = [o - marge, s - marge, e + marge, n + marge];
  const tout = bboxDe(communes.flatMap((f) => positions(f.geometrie)));
  const aire = (b: Bbox) => (b[2] - b[0]) * (b[3] - b[1]);
  return aire(emprise) < aire(tout) * 0.2 ? { nom: ville.nom, emprise } : undefined;
}

/** Outline of a window, for the map that locates it. */
export function fenetre([o, s, e, n]: Bbox): Geometry {
  return {
    type: 'LineString',
    coordinates: [
      [o, s],
      [e, s],
      [e, n],
      [o, n],
      [o, s],
    ],
  };
}

const PARTIELLES: readonly Echelle[] = [...PONCTUELLES, 'iris', 'qpv', 'qva', 'carreau'];

/** QPV of the territory, outlined under points, squares and IRIS so that « dans le quartier » can be seen. */
export function quartiers(d: DonneesFeuille, echelle: Echelle): Forme[] {
  const utiles = [...PONCTUELLES, 'iris', 'carreau'];
  return d.geo.qpv && utiles.includes(echelle) && d.audience === 'territoire' ? formes(d.geo.qpv, 'qpv') : [];
}

/** Ground under points and partial layers: the communes of the territory. */
function fond(d: DonneesFeuille, echelle: Echelle): Forme[] {
  const communes = d.geo.commune;
  if (!PARTIELLES.includes(echelle) || !communes) return [];
  const dedans = new Set(
    d.tables
      .flatMap((t) =>
        t.zones.filter(
          (z) => z.echelle === 'commune' && (dans(z, d.territoire) || z.code === d.territoire.code),
        ),
      )
      .map((z) => z.code),
  );
  return formes(communes, 'commune').filter((f) => dedans.has(f.code));
}

/** Outline of the territory drawn, and borders of the next wider échelle over the whole country. */
function contours(d: DonneesFeuille, echelle: Echelle, codes: ReadonlySet<string>): Geometry[] {
  const dessus: Partial<Record<Echelle, Echelle>> = {
    departement: 'region',
    epci: 'region',
    commune: 'departement',
  };
  const topologie = d.geo[echelle];
  const parent = d.territoire.echelle === 'france' ? dessus[echelle] : undefined;
  const large = parent && d.geo[parent];
  // A partial layer (IRIS, QPV) stands on the communes, which have their own borders.
  const bord = topologie && !PARTIELLES.includes(echelle) ? pourtour(topologie, echelle, codes) : undefined;
  const interieures = large && parent ? frontieres(large, parent) : undefined;
  return [bord, interieures].filter((g) => g !== undefined);
}

/** Names worth printing, the largest published base first: zones drawn, or the communes under points. */
function etiquettes(d: DonneesFeuille, echelle: Echelle, valeurs: readonly ZoneValeur[]) {
  // Over a whole country, names of communes would be noise; those of fifteen départements help.
  if (d.territoire.echelle === 'france' && valeurs.length > 30) return [];
  if (PONCTUELLES.includes(echelle) || echelle === 'carreau')
    return fond(d, echelle).map((f) => ({ code: f.code, texte: f.nom }));
  const poids = ({ cell }: ZoneValeur) =>
    cell.statut === 'valeur' && typeof cell.base === 'number' ? cell.base : 0;
  return [...valeurs]
    .sort((a, b) => poids(b) - poids(a) || (a.zone.code < b.zone.code ? -1 : 1))
    .slice(0, 60)
    .map(({ zone }) => ({ code: zone.code, texte: zone.nom }));
}

/** What the map shows, for who does not see it. Published figures only. */
function alternative(
  valeurs: readonly ZoneValeur[],
  i: Indicateur,
  territoire: Zone,
  echelle: Echelle,
): string {
  const { un, plusieurs } = LIBELLES_ECHELLE[echelle];
  const publiees = valeurs
    .flatMap(({ zone, cell }) => (cell.statut === 'valeur' ? [{ nom: zone.nom, v: cell.valeur }] : []))
    .sort((a, b) => a.v - b.v);
  const [bas, haut] = [publiees[0], publiees.at(-1)];
  const etendue =
    bas && haut
      ? ` Valeurs publiées pour ${publiees.length} ${publiees.length > 1 ? plusieurs : un} sur ${valeurs.length}, de ${texteValeur(bas.v, i, echelle)} (${bas.nom}) à ${texteValeur(haut.v, i, echelle)} (${haut.nom}).`
      : ' Aucune valeur publiée.';
  return typographie(
    `Carte de l’indicateur « ${i.libelle} », ${territoire.nom}, par ${un}.${etendue} Le tableau donne la valeur de chaque zone.`,
  );
}
