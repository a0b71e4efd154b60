/**
 * Static map as SVG: the no-JavaScript map of the site and the map of sheets, from the same lines.
 * Presentation attributes only (no style sheet), ids prefixed, shapes apart from texts, because a PDF writer draws
 * the texts itself.
 */
import type { OptionsCarte, ZoneCarte } from './carte.ts';
import { placerEtiquettes, pole, type Etiquette } from './etiquettes.ts';
import { points, polygones, positions, type Forme } from './geometrie.ts';
import { cadreUnique, indexCadre, placerCadres, type CadrePlace } from './insets.ts';
import { echappe, motifs, r } from './motifs.ts';
import { cadre, rectangle } from './peinture.ts';
import { TEINTES, type Mode, type Teintes } from './palette.ts';
import {
  ajuste,
  barreEchelle,
  bboxDe,
  type Bbox,
  type Boite,
  type Position,
  type ProjectionCadre,
} from './projection.ts';

export type { OptionsCarte, Peinture, ZoneCarte } from './carte.ts';
export { echappe, marquePoint, motifs, r } from './motifs.ts';

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
