/**
 * The static map of a view, for whoever has no JavaScript, for the first paint and for print. Shapes are simplified to
 * what a page can show and projected once per échelle; each view only paints them.
 */
import { planarTriangleArea, presimplify, simplify } from 'topojson-simplify';
import type { Geometry } from 'geojson';
import type { Topology } from 'topojson-specification';
import type { Bbox } from '../carto/projection.ts';
import { indexClasse } from '../carto/classes.ts';
import { FINE, de, typographie } from '../carto/format.ts';
import type { Etiquette } from '../carto/etiquettes.ts';
import { formes, frontieres } from '../carto/geometrie.ts';
import { largeurTexte } from '../carto/metriques.ts';
import { TEINTES, couleurs, type Mode } from '../carto/palette.ts';
import { carteSvg, dessinerCarte, type Carte, type Peinture, type ZoneCarte } from '../carto/svg.ts';
import { etalon, rayonCercle } from '../carto/cercles.ts';
import { CERCLE } from '../map/style.ts';
import { cellule } from '../state/donnees.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';
import { contours, release, zonesDe } from './release.ts';
import { fondues, serree } from './fondues.ts';
import { classes, colonne, lieux } from './vues.ts';

const LARGEUR = 900;
const HAUTEUR = 640;
/** Side of a frame of a far territory. */
const INSET = 140;
/** Borders drawn over the zones of an échelle. */
const PARENT: Partial<Record<Echelle, 'departement' | 'region'>> = { commune: 'departement', epci: 'departement', departement: 'region' }; // prettier-ignore

/** Outlines without the detail that no pixel of the page can show: triangles around a pixel go. */
function legers(e: Echelle): Topology | null {
  const topo = contours(e);
  if (!topo) return null;
  const pixel = ([o, s, est, n]: Bbox, l: number, h: number) => Math.max((est - o) / l, (n - s) / h);
  const [principal, ...loin] = release().cadres;
  const grand = pixel(principal?.bbox ?? release().bbox, LARGEUR, HAUTEUR);
  // A far territory is drawn larger than the rest: its triangles count for more.
  const loupes = loin.map(({ bbox }) => ({ bbox, k: (grand / pixel(bbox, INSET, INSET)) ** 2 }));
  const poids = (t: [[number, number], [number, number], [number, number]]) => {
    const [x, y] = t[1];
    const l = loupes.find(({ bbox: [o, s, e2, n] }) => x >= o && x <= e2 && y >= s && y <= n);
    return (l?.k ?? 1) * planarTriangleArea(t as never);
  };
  return simplify(presimplify(topo as never, poids as never), 1.5 * grand ** 2) as unknown as Topology;
}

const legeres = new Map<Echelle, Topology | null>();
function legeresDe(e: Echelle): Topology | null {
  let l = legeres.get(e);
  if (l === undefined) legeres.set(e, (l = legers(e)));
  return l;
}

/** Borders of the level above, to find one's way. */
function bords(e: Echelle): Geometry[] {
  const parent = PARENT[e];
  const topo = legeresDe(e);
  if (!parent || !topo) return [];
  // From the very lines of the zones: those of the level above are simplified otherwise and would not follow them.
  const dans = new Map(zonesDe(e).map((z) => [z.code, z[parent]]));
  const lignes = frontieres(topo, e, (a, b) => a === b || dans.get(a) !== dans.get(b));
  return lignes ? [lignes] : [];
}

const vides = new Map<string, Carte>();

/** The map of an échelle with every zone in the same paint, projected once. */
function vide(e: Echelle, mode: Mode, topo: Topology): Carte {
  const cle = `${e} ${mode}`;
  const connue = vides.get(cle);
  if (connue) return connue;
  const f = formes(topo, e);
  const regions = new Map(zonesDe(e).map((z) => [z.code, e === 'region' ? z.code : z.region]));
  const carte = dessinerCarte({
    prefixe: 'c',
    largeur: LARGEUR,
    hauteur: HAUTEUR,
    titre: '',
    description: '',
    zones: f.filter((x) => regions.has(x.code)).map((x) => ({ ...x, region: regions.get(x.code), peinture: { classe: 0 } })), // prettier-ignore
    couleurs: ['#000'],
    cadres: release().cadres,
    projection: 'lambert',
    mode,
    contours: bords(e),
  });
  vides.set(cle, carte);
  return carte;
}

/** Repaint the shapes of an empty map: one group per class and per statut, as svg.ts draws them. */
function repeins(formes: string, peint: (code: string) => Peinture | null, teintes: readonly string[], mode: Mode): string {
  const t = TEINTES[mode];
  return formes.replaceAll(/<g class="classe-0"[^>]*>((?:<path [^>]*\/>)*)<\/g>/g, (_tout, chemins: string) => {
    const groupes = new Map<string, { attributs: string; chemins: string[] }>();
    for (const m of chemins.matchAll(/<path d="([^"]*)" data-code="([^"]*)"\/>/g)) {
      const p = peint(m[2] ?? '') ?? { statut: 'so' as const };
      const nom = 'classe' in p ? `classe-${p.classe}` : `statut-${p.statut}`;
      const fond =
        'classe' in p ? teintes[p.classe] : { s: 'url(#c-hachures)', nd: 'url(#c-points)', so: t.sansObjet }[p.statut];
      const trait = 'statut' in p && p.statut !== 'so' ? t.contour : t.bordure;
      const g = groupes.get(nom) ?? { attributs: `class="${nom}" fill="${fond}" stroke="${trait}"`, chemins: [] };
      g.chemins.push(`<path d="${m[1]}"/>`);
      groupes.set(nom, g);
    }
    return [...groupes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, g]) => `<g ${g.attributs} stroke-width=".4" stroke-linejoin="round">${g.chemins.join('')}</g>`)
      .join('');
  });
} // prettier-ignore

/** Body of the names of far territories: a page shows the map at two thirds of its size, a phone at less than a half. */
const CORPS_CARTON = 22;
/** Room left for a font wider than ours: the picture has those of the reader only. */
const POLICE_LARGE = 1.15;

/** The document, with names of far territories that can be read, as large as their frame lets them. */
function document(carte: Carte): string {
  const noms = carte.cadres
    .filter((c) => c.place.nom !== '')
    .map(({ place: { nom, boite } }): Etiquette => {
      const corps = Math.min(CORPS_CARTON, (boite.largeur - 8) / (largeurTexte(nom, 1) * POLICE_LARGE));
      return { code: nom, texte: nom, corps, x: boite.x + boite.largeur / 2, y: boite.y + corps };
    });
  const cadres = carte.cadres.map((c) => ({ ...c, place: { ...c.place, nom: '' } }));
  return carteSvg({ ...carte, cadres, etiquettes: [...carte.etiquettes, ...noms] });
}

/** Standalone SVG document; empty string when the release has no outlines for the échelle. */
export function carteStatique(e: Echelle, i: Indicateur, t: Tranche, mode: Mode): string {
  const col = colonne(e, i, t);
  const topo = legeresDe(e);
  if (!col || !topo) return '';
  const k = classes(e, i, t) ?? { methode: 'quantiles' as const, bornes: [], min: 0, max: 0 };
  const cellules = new Map(zonesDe(e).map((z, n) => [z.code, { n, c: cellule(col, n, i) }]));
  const { un, plusieurs } = LIBELLES_ECHELLE[e];
  const textes = {
    titre: typographie(`${i.libelle}, par ${un}, ${t.millesime}`),
    description: `Carte ${de(release().pays)}${FINE}: ${cellules.size} ${plusieurs}. Les valeurs sont dans le tableau de la page.`,
  };
  const peint = (code: string): Peinture | null => {
    const c = cellules.get(code)?.c;
    if (!c) return null;
    return c.statut === 'valeur' ? { classe: indexClasse(k, c.valeur) } : { statut: c.statut };
  };
  const page = { prefixe: 'c', largeur: LARGEUR, hauteur: HAUTEUR, ...textes, cadres: release().cadres, projection: 'lambert', mode } as const; // prettier-ignore
  if (i.calcul !== 'nombre') {
    const teintes = couleurs(k.bornes.length + 1, i.rampe, mode);
    const absente = { statut: 'so' } as const;
    if (serree(e))
      return document(dessinerCarte({ ...page, zones: fondues(topo, e, (code) => peint(code) ?? absente), couleurs: teintes, contours: bords(e) })); // prettier-ignore
    const base = vide(e, mode, topo);
    return document({ ...base, ...textes, formes: repeins(base.formes, peint, teintes, mode) });
  }
  // A count is a circle, never a tint: the area carries it.
  const { points } = lieux(e);
  const ref = etalon([...cellules.values()].map(({ c }) => (c.statut === 'valeur' ? c.valeur : null)));
  const regionDe = (code: string, n: number) =>
    e === 'region' ? code : (zonesDe(e)[n]?.region ?? undefined);
  const cercles = [...cellules].flatMap(([code, { n, c }]): ZoneCarte[] => {
    if (c.statut !== 'valeur') return [];
    const rayon = Math.max(0.5, rayonCercle(c.valeur, ref));
    const coordinates = [points[2 * n] ?? 0, points[2 * n + 1] ?? 0];
    const geometrie = { type: 'Point' as const, coordinates };
    return [{ code, nom: '', region: regionDe(code, n), peinture: { classe: 0 }, rayon, geometrie }];
  });
  const marque = (code: string): Peinture | null => {
    const p = peint(code);
    return p && 'statut' in p ? p : null;
  };
  const f = serree(e) ? fondues(topo, e, () => ({ statut: 'so' })) : formes(topo, e);
  const absentes = serree(e)
    ? fondues(topo, e, marque)
    : f.flatMap((x): ZoneCarte[] => {
        const peinture = marque(x.code);
        return peinture ? [{ ...x, region: regionDe(x.code, cellules.get(x.code)?.n ?? -1), peinture }] : [];
      });
  return document(dessinerCarte({ ...page, zones: [...absentes, ...cercles], fond: f, couleurs: [CERCLE[mode]] })); // prettier-ignore
}
