/**
 * The static map of a view, for whoever has no JavaScript, for the first paint and for print. Shapes are simplified to
 * what a page can show and projected once per échelle; each view only paints them.
 */
import { presimplify, simplify } from 'topojson-simplify';
import type { Topology } from 'topojson-specification';
import { indexClasse } from '../carto/classes.ts';
import { FINE, typographie } from '../carto/format.ts';
import { formes, frontieres, type Forme } from '../carto/geometrie.ts';
import { TEINTES, couleurs, type Mode } from '../carto/palette.ts';
import { carteSvg, dessinerCarte, type Carte, type Peinture, type ZoneCarte } from '../carto/svg.ts';
import { RAYON_CERCLE } from '../components/legende.ts';
import { CERCLE } from '../map/style.ts';
import { cellule } from '../state/donnees.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';
import { contours, release, zonesDe } from './release.ts';
import { classes, colonne, lieux } from './vues.ts';

const LARGEUR = 900;
const HAUTEUR = 640;
/** Borders drawn over the zones of an échelle. */
const PARENT: Partial<Record<Echelle, Echelle>> = { commune: 'departement', epci: 'departement', departement: 'region' }; // prettier-ignore

/** Outlines without the detail that no pixel of the page can show: triangles around a pixel go. */
function legers(e: Echelle): Topology | null {
  const topo = contours(e);
  if (!topo) return null;
  const [o, s, est, n] = release().cadres[0]?.bbox ?? release().bbox;
  const pixel = Math.max((est - o) / LARGEUR, (n - s) / HAUTEUR);
  return simplify(presimplify(topo as never), 1.5 * pixel ** 2) as unknown as Topology;
}

const vides = new Map<string, { formes: Forme[]; carte: Carte }>();

/** The map of an échelle with every zone in the same paint, projected once. */
function vide(e: Echelle, mode: Mode): { formes: Forme[]; carte: Carte } | null {
  const cle = `${e} ${mode}`;
  const connue = vides.get(cle);
  if (connue) return connue;
  const topo = legers(e);
  if (!topo) return null;
  const f = formes(topo, e);
  const regions = new Map(zonesDe(e).map((z) => [z.code, e === 'region' ? z.code : z.region]));
  const parent = PARENT[e];
  const topoParent = parent ? legers(parent) : null;
  const bords = parent && topoParent ? frontieres(topoParent, parent) : undefined;
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
    ...(bords ? { contours: [bords] } : {}),
  });
  const v = { formes: f, carte };
  vides.set(cle, v);
  return v;
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

/** Standalone SVG document; empty string when the release has no outlines for the échelle. */
export function carteStatique(e: Echelle, i: Indicateur, t: Tranche, mode: Mode): string {
  const col = colonne(e, i, t);
  const base = vide(e, mode);
  if (!col || !base) return '';
  const k = classes(e, i, t) ?? { methode: 'quantiles' as const, bornes: [], min: 0, max: 0 };
  const cellules = new Map(zonesDe(e).map((z, n) => [z.code, { n, c: cellule(col, n, i) }]));
  const { un, plusieurs } = LIBELLES_ECHELLE[e];
  const textes = {
    titre: typographie(`${i.libelle}, par ${un}, ${t.millesime}`),
    description: `Carte de ${release().pays}${FINE}: ${cellules.size} ${plusieurs}. Les valeurs sont dans le tableau de la page.`,
  };
  const peint = (code: string): Peinture | null => {
    const c = cellules.get(code)?.c;
    if (!c) return null;
    return c.statut === 'valeur' ? { classe: indexClasse(k, c.valeur) } : { statut: c.statut };
  };
  if (i.calcul !== 'nombre') {
    const teintes = couleurs(k.bornes.length + 1, i.rampe, mode);
    return carteSvg({ ...base.carte, ...textes, formes: repeins(base.carte.formes, peint, teintes, mode) });
  }
  // A count is a circle, never a tint: the area carries it.
  const { points } = lieux(e);
  const zones = base.formes.flatMap((f): ZoneCarte[] => {
    const x = cellules.get(f.code);
    if (!x) return [];
    const region = e === 'region' ? f.code : (zonesDe(e)[x.n]?.region ?? undefined);
    if (x.c.statut !== 'valeur') return [{ ...f, region, peinture: { statut: x.c.statut } }];
    const rayon = Math.max(0.6, RAYON_CERCLE * Math.sqrt(x.c.valeur / Math.max(1, k.max)));
    const coordinates = [points[2 * x.n] ?? 0, points[2 * x.n + 1] ?? 0];
    return [
      { ...f, region, rayon, peinture: { classe: 0 }, geometrie: { type: 'Point' as const, coordinates } },
    ];
  });
  return carteSvg(
    dessinerCarte({
      prefixe: 'c',
      largeur: LARGEUR,
      hauteur: HAUTEUR,
      ...textes,
      zones,
      fond: base.formes,
      couleurs: [CERCLE[mode]],
      cadres: release().cadres,
      projection: 'lambert',
      mode,
    }),
  );
}
