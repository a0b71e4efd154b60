/**
 * Static map as SVG: the no-JavaScript map of the site and the map of sheets, from the same lines.
 * Presentation attributes only (no style sheet), ids prefixed, shapes apart from texts, because a PDF writer draws
 * the texts itself.
 */
import type { StatutAbsent } from '../../data/contract/cell.ts';
import { placerEtiquettes, pole, type Etiquette } from './etiquettes.ts';
import { chemin, lignes, points, polygones, positions, type Forme } from './geometrie.ts';
import type { Geometry } from 'geojson';
import { cadreUnique, indexCadre, placerCadres, type Cadre, type CadrePlace } from './insets.ts';
import { echappe, marquePoint, motifs, r } from './motifs.ts';
import { TEINTES, type Mode, type Teintes } from './palette.ts';
import {
  ajuste,
  barreEchelle,
  bboxDe,
  type Bbox,
  type Boite,
  type NomProjection,
  type Position,
  type ProjectionCadre,
} from './projection.ts';

export { echappe, marquePoint, motifs, r } from './motifs.ts';

/** How one zone is painted. */
export type Peinture = { readonly classe: number } | { readonly statut: StatutAbsent };

export interface ZoneCarte extends Forme {
  /** Code of the région, to choose the frame. */
  readonly region?: string | undefined;
  readonly peinture: Peinture;
  /** Radius of a point, page units (legende.ts rayonBase). */
  readonly rayon?: number;
  /** Proportional circle over a surface: counts are never tints (domain.md §7). */
  readonly cercle?: { readonly rayon: number; readonly couleur: string };
  /** Sentence of the tooltip: "Dijon : 12,4 %". */
  readonly infobulle?: string;
  /** The zone the page is about: a stronger outline. */
  readonly focus?: boolean;
}

export interface OptionsCarte {
  /** Prefix of every id: several maps may share one page. */
  readonly prefixe: string;
  readonly largeur: number;
  readonly hauteur: number;
  readonly titre: string;
  /** Alternative text: what the map shows, in one or two sentences. */
  readonly description: string;
  readonly zones: readonly ZoneCarte[];
  /** Colours of the classes; may be CSS values (`var(--classe-0)`). */
  readonly couleurs: readonly string[];
  /** Territory under points, drawn as plain ground with its borders. */
  readonly fond?: readonly Forme[];
  /** Parent borders over the zones. */
  readonly contours?: readonly Geometry[];
  /** Outlines drawn over everything, dashed: QPV under addresses. */
  readonly perimetres?: readonly Geometry[];
  /** Window on the ground: the map is fitted to it and cut at its frame. */
  readonly emprise?: Bbox;
  /** Frames of the release; none for a bundle. */
  readonly cadres?: readonly Cadre[];
  readonly projection?: NomProjection;
  readonly mode?: Mode;
  /** Names of zones to print, most important first; fewer are kept where they would collide. */
  readonly etiquettes?: readonly { readonly code: string; readonly texte: string }[];
  readonly corpsEtiquette?: number;
}

/** A map laid out: shapes as SVG, texts and frames as data for whoever draws the page. */
export interface Carte {
  readonly largeur: number;
  readonly hauteur: number;
  readonly prefixe: string;
  readonly titre: string;
  readonly description: string;
  readonly mode: Mode;
  /** `<defs>` content. */
  readonly defs: string;
  /** Shapes, without any text element. */
  readonly formes: string;
  readonly etiquettes: readonly Etiquette[];
  readonly cadres: readonly { readonly place: CadrePlace; readonly projection: ProjectionCadre }[];
}

/** Lay a map out. Zones are painted in the order given; points from the largest to the smallest. */
export function dessinerCarte(o: OptionsCarte): Carte {
  const mode = o.mode ?? 'clair';
  const t = TEINTES[mode];
  const page: Boite = { x: 0, y: 0, largeur: o.largeur, hauteur: o.hauteur };
  const places = o.cadres && o.cadres.length > 0 ? placerCadres(o.cadres, page) : cadreUnique(page);
  const repartition = places.map(() => ({ zones: [] as ZoneCarte[], fond: [] as Forme[] }));
  for (const z of o.zones)
    for (const [i, zone] of repartir(z, z.region, places)) repartition[i]?.zones.push(zone);
  for (const f of o.fond ?? [])
    for (const [i, forme] of repartir(f, undefined, places)) repartition[i]?.fond.push(forme);

  const cadres: { place: CadrePlace; projection: ProjectionCadre }[] = [];
  const etiquettes: Etiquette[] = [];
  let corps = '';
  for (const [i, place] of places.entries()) {
    const { zones, fond } = repartition[i] as { zones: ZoneCarte[]; fond: Forme[] };
    const emprise = o.emprise ? coins(o.emprise) : [...fond, ...zones].flatMap((f) => positions(f.geometrie));
    const rayon = Math.max(0, ...zones.map((z) => z.rayon ?? 0));
    const projection = ajuste(
      emprise.length > 0 ? emprise : coins(place.bbox),
      o.emprise ? place.dessin : retrecie(place.dessin, rayon),
      place.principal ? (o.projection ?? 'locale') : 'locale',
    );
    cadres.push({ place, projection });
    const vu = <F extends Forme>(liste: readonly F[]) =>
      o.emprise ? liste.filter((f) => touche(f, projection, place.dessin)) : liste;
    corps += o.emprise
      ? decoupe(o.prefixe, place.boite, t, cadre(place, projection, vu(zones), vu(fond), o, t))
      : cadre(place, projection, zones, fond, o, t);
    const rayons = new Map(zones.flatMap((z) => (z.cercle ? [[z.code, z.cercle.rayon] as const] : [])));
    const voulues = new Map((o.etiquettes ?? []).map((e) => [e.code, e.texte]));
    etiquettes.push(
      ...placerEtiquettes({
        zones: (o.etiquettes ?? []).flatMap((e) =>
          [...zones, ...fond].filter((z) => z.code === e.code).slice(0, 1),
        ),
        obstacles: zones.flatMap((z) => {
          const centre = z.cercle && pole(z, projection.projette);
          if (z.cercle && centre) return [{ centre, rayon: z.cercle.rayon }];
          return points(z.geometrie).map((p) => ({ centre: projection.projette(p), rayon: z.rayon ?? 3 }));
        }),
        rayon: (code) => rayons.get(code),
        texte: (code) => voulues.get(code) ?? code,
        projette: projection.projette,
        boite: place.dessin,
        corps: o.corpsEtiquette ?? 8,
      }),
    );
  }
  return {
    largeur: o.largeur,
    hauteur: o.hauteur,
    prefixe: o.prefixe,
    titre: o.titre,
    description: o.description,
    mode,
    defs: `${motifs(o.prefixe, t)}${o.emprise ? clip(o.prefixe, places[0]?.boite ?? page) : ''}`,
    formes: corps,
    etiquettes,
    cadres,
  };
}

/** A zone of several frames (the whole country) is cut polygon by polygon. */
function repartir<F extends Forme>(
  f: F,
  region: string | undefined,
  places: readonly CadrePlace[],
): [number, F][] {
  const parts = polygones(f.geometrie);
  if (places.length === 1) return [[0, f]];
  const connue = region !== undefined && places.some((p) => p.regions.includes(region));
  if (connue || parts.length === 0) return [[indexCadre(places, region, positions(f.geometrie)[0]), f]];
  const groupes = new Map<number, Position[][][]>();
  for (const p of parts) {
    const i = indexCadre(places, undefined, p[0]?.[0]);
    groupes.set(i, [...(groupes.get(i) ?? []), p]);
  }
  return [...groupes].map(([i, polys]) => [
    i,
    { ...f, geometrie: { type: 'MultiPolygon', coordinates: polys as unknown as number[][][][] } },
  ]);
}

const coins = ([o, s, e, n]: Bbox): Position[] => [
  [o, s],
  [e, s],
  [e, n],
  [o, n],
];

/** True when a shape, or a point, shows inside the box. */
function touche(f: Forme, { projette }: ProjectionCadre, b: Boite): boolean {
  const [x0, y0, x1, y1] = bboxDe(positions(f.geometrie).map((p) => projette(p)));
  return x1 >= b.x && x0 <= b.x + b.largeur && y1 >= b.y && y0 <= b.y + b.hauteur;
}

const rectangle = (b: Boite, attributs: string) =>
  `<rect x="${r(b.x + 0.4)}" y="${r(b.y + 0.4)}" width="${r(b.largeur - 0.8)}" height="${r(b.hauteur - 0.8)}"${attributs}/>`;
const clip = (prefixe: string, b: Boite) =>
  `<clipPath id="${prefixe}-fenetre">${rectangle(b, '')}</clipPath>`;

/** A window: shapes cut at the frame, then the frame over them. */
function decoupe(prefixe: string, b: Boite, t: Teintes, contenu: string): string {
  return `<g clip-path="url(#${prefixe}-fenetre)">${contenu}</g>${rectangle(b, ` fill="none" stroke="${t.contour}" stroke-width=".6"`)}`;
}
const retrecie = (b: Boite, m: number): Boite => ({
  x: b.x + m,
  y: b.y + m,
  largeur: Math.max(1, b.largeur - 2 * m),
  hauteur: Math.max(1, b.hauteur - 2 * m),
});

function cadre(
  place: CadrePlace,
  { projette }: ProjectionCadre,
  zones: readonly ZoneCarte[],
  fond: readonly Forme[],
  o: OptionsCarte,
  t: Teintes,
): string {
  const trace = (g: Geometry, ferme: boolean) => chemin(lignes(g), projette, ferme);
  let s = `<g class="cadre" id="${o.prefixe}-cadre-${echappe(place.id)}">`;
  if (!place.principal)
    s += rectangle(place.boite, ` fill="none" stroke="${t.contour}" stroke-width=".5" stroke-opacity=".6"`);
  if (fond.length > 0)
    s += `<g class="fond" fill="${t.nonDisponibleFond}" stroke="${t.contour}" stroke-width=".35" stroke-opacity=".7" stroke-linejoin="round">${fond
      .map((f) => `<path d="${trace(f.geometrie, true)}"/>`)
      .join('')}</g>`;
  const surfaces = zones.filter((z) => polygones(z.geometrie).length > 0);
  s += groupes(surfaces, o, t, (z) => `d="${trace(z.geometrie, true)}"`, 'path');
  for (const g of o.contours ?? []) {
    const d = trace(horsCadre(g, place, o.cadres), false);
    if (d)
      s += `<path class="contour" d="${d}" fill="none" stroke="${t.contour}" stroke-width=".7" stroke-linejoin="round" stroke-linecap="round"/>`;
  }
  for (const g of o.perimetres ?? [])
    s += `<path class="perimetre" d="${trace(g, true)}" fill="none" stroke="${t.accent}" stroke-width=".8" stroke-dasharray="3 1.6" stroke-linejoin="round"/>`;
  const ronds = zones
    .flatMap((z) => points(z.geometrie).map((p) => ({ z, p: projette(p) })))
    .sort((a, b) => (b.z.rayon ?? 3) - (a.z.rayon ?? 3));
  for (const { z, p } of ronds) s += rond(z, p, o, t);
  const cercles = surfaces
    .flatMap((z) => (z.cercle ? [{ ...z.cercle, z, p: pole(z, projette) }] : []))
    .sort((a, b) => b.rayon - a.rayon);
  for (const { z, p, rayon, couleur } of cercles)
    if (p)
      s += `<circle class="cercle" cx="${r(p[0])}" cy="${r(p[1])}" r="${r(rayon)}" fill="${couleur}" fill-opacity=".82" stroke="${t.papier}" stroke-width=".6" data-code="${echappe(z.code)}"/>`;
  for (const z of surfaces)
    if (z.focus)
      s += `<path class="focus" d="${trace(z.geometrie, true)}" fill="none" stroke="${t.encre}" stroke-width="1.4" stroke-linejoin="round"/>`;
  return `${s}</g>`;
}

/** Lines of a border layer that belong to this frame. */
function horsCadre(g: Geometry, place: CadrePlace, cadres: readonly Cadre[] | undefined): Geometry {
  if (!cadres || cadres.length < 2 || g.type !== 'MultiLineString') return g;
  // Quantised borders may fall a little outside the box of their own frame.
  const [o, s, e, n] = elargie(place.bbox);
  const dedans = g.coordinates.filter(([p]) => {
    const [x = 0, y = 0] = p ?? [];
    return x >= o && x <= e && y >= s && y <= n;
  });
  return { type: 'MultiLineString', coordinates: dedans };
}

function elargie([o, s, e, n]: Cadre['bbox']): Cadre['bbox'] {
  const m = 0.02 * Math.max(e - o, n - s);
  return [o - m, s - m, e + m, n + m];
}

/** Fill, stroke and class of a painted group: one `<g>` per class and per statut keeps the file small. */
function groupes(
  zones: readonly ZoneCarte[],
  o: OptionsCarte,
  t: Teintes,
  geometrie: (z: ZoneCarte) => string,
  balise: string,
): string {
  const par = Map.groupBy(zones, ({ peinture: p }) =>
    'classe' in p ? `classe-${p.classe}` : `statut-${p.statut}`,
  );
  return [...par.keys()]
    .sort()
    .map((nom) => {
      const liste = par.get(nom) ?? [];
      const p = (liste[0] as ZoneCarte).peinture;
      const forme = (z: ZoneCarte) => {
        const bulle = z.infobulle ? `<title>${echappe(z.infobulle)}</title>` : '';
        const attributs = `${geometrie(z)} data-code="${echappe(z.code)}"`;
        return bulle ? `<${balise} ${attributs}>${bulle}</${balise}>` : `<${balise} ${attributs}/>`;
      };
      const corps = liste.map((z) => forme(z)).join('');
      const trait = `stroke="${'statut' in p && p.statut !== 'so' ? t.contour : t.bordure}" stroke-width="${'statut' in p && p.statut === 's' ? '.4' : '.35'}" stroke-linejoin="round"`;
      return `<g class="${nom}" fill="${remplissage(p, o, t)}" ${trait}>${corps}</g>`;
    })
    .join('');
}

function remplissage(p: Peinture, o: OptionsCarte, t: Teintes): string {
  if ('classe' in p) return o.couleurs[p.classe] ?? t.sansObjet;
  if (p.statut === 's') return `url(#${o.prefixe}-hachures)`;
  return p.statut === 'nd' ? `url(#${o.prefixe}-points)` : t.sansObjet;
}

/** A point: full disc for a value, the mark of its statut otherwise. */
function rond(z: ZoneCarte, [x, y]: readonly [number, number], o: OptionsCarte, t: Teintes): string {
  const bulle = z.infobulle ? `<title>${echappe(z.infobulle)}</title>` : '';
  const p = z.peinture;
  const rayon = z.rayon ?? 3;
  const dessin =
    'classe' in p
      ? `<circle cx="${r(x)}" cy="${r(y)}" r="${r(rayon)}" fill="${o.couleurs[p.classe] ?? t.sansObjet}" stroke="${t.encreDouce}" stroke-width=".45"/>`
      : marquePoint(p.statut, x, y, rayon, t);
  const nom = 'classe' in p ? `classe-${p.classe}` : `statut-${p.statut}`;
  return `<g class="${nom}" data-code="${echappe(z.code)}">${bulle}${dessin}</g>`;
}

/** Height added under a map for its scale bar, page units. */
const BARRE = 18;

/**
 * The map as one standalone SVG document, texts included. `echelle` draws the scale bar inside it, so that it stays
 * true however large the page shows the map.
 */
export function carteSvg(
  carte: Carte,
  options: { police?: string; classe?: string; echelle?: boolean } = {},
): string {
  const t = TEINTES[carte.mode];
  const { prefixe: p } = carte;
  const police = options.police ?? "'Source Sans 3', 'Source Sans Pro', system-ui, sans-serif";
  const noms = carte.cadres
    .filter((c) => c.place.nom !== '')
    .map(
      ({ place }) =>
        `<text x="${r(place.boite.x + 5)}" y="${r(place.boite.y + 10.5)}" font-size="8" fill="${t.encreDouce}">${echappe(place.nom)}</text>`,
    );
  const etiquettes = carte.etiquettes.map(
    (e) =>
      `<text x="${r(e.x)}" y="${r(e.y)}" font-size="${r(e.corps)}" text-anchor="middle" fill="${t.encre}" stroke="${t.papier}" stroke-width="2" stroke-linejoin="round" paint-order="stroke">${echappe(e.texte)}</text>`,
  );
  const barre = options.echelle ? barreSvg(carte, t) : '';
  const hauteur = carte.hauteur + (barre ? BARRE : 0);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg"${options.classe ? ` class="${options.classe}"` : ''} viewBox="0 0 ${r(carte.largeur)} ${r(hauteur)}" role="img" aria-labelledby="${p}-titre ${p}-desc">` +
    `<title id="${p}-titre">${echappe(carte.titre)}</title><desc id="${p}-desc">${echappe(carte.description)}</desc>` +
    `<defs>${carte.defs}</defs>${carte.formes}` +
    `<g font-family="${police}" pointer-events="none">${noms.join('')}${etiquettes.join('')}${barre}</g></svg>\n`
  );
}

function barreSvg(carte: Carte, t: Teintes): string {
  const [principal] = carte.cadres;
  if (!principal) return '';
  const { dessin, boite } = principal.place;
  const b = barreEchelle(principal.projection, dessin, Math.min(120, dessin.largeur / 3));
  const y = carte.hauteur + BARRE - 5;
  return (
    `<path d="M${r(boite.x + 0.5)} ${r(y - 4)}V${r(y)}h${r(b.longueur)}V${r(y - 4)}" fill="none" stroke="${t.encre}" stroke-width=".8"/>` +
    `<text x="${r(boite.x + b.longueur + 5)}" y="${r(y)}" font-size="8" fill="${t.encre}">${b.libelle}</text>`
  );
}
