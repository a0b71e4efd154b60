/** Names on a map: placed inside their zone, most important first, dropped rather than overlapped. */
import polylabel from 'polylabel';
import { points, polygones, type Forme } from './geometrie.ts';
import { largeurTexte } from './metriques.ts';
import type { Boite, Position } from './projection.ts';

export interface Etiquette {
  readonly code: string;
  readonly texte: string;
  /** Middle of the text, on its baseline. */
  readonly x: number;
  readonly y: number;
  readonly corps: number;
}

export interface OptionsEtiquettes {
  /** Zones that want a name, most important first. */
  readonly zones: readonly Forme[];
  readonly texte: (code: string) => string;
  readonly projette: (p: Position) => readonly [number, number];
  readonly boite: Boite;
  /** Circles of the map, that a name must not cover. */
  readonly obstacles?: readonly { readonly centre: readonly [number, number]; readonly rayon: number }[];
  /** Radius of the circle that stands on a zone: its name goes under it, or above. */
  readonly rayon?: (code: string) => number | undefined;
  /** Font size, page units. */
  readonly corps: number;
  /**
   * How much wider than ours the reader's font may be: a picture in a page draws its names with the fonts of the
   * machine. Default 1, for writers that hold the font.
   */
  readonly marge?: number;
}

/** "CC", "CA", "Communauté de communes", then "du", "des"…: what is the same for all says nothing on a map. */
const GENRE =
  /^(?:C[CAU]|M[EÉ]T?|EPT|Communauté (?:de communes|d[’']agglomération|urbaine))\s+(?:(?:de l|d)[’']|(?:du|des|de la|de)\s+)?(?=\S)/u;

/** Name of a zone as a map has room for it: "CC des Coteaux de la Vézouille" is "Coteaux de la Vézouille". */
export function nomCourt(nom: string): string {
  const court = nom.replace(GENRE, '').replace(/(?<=\S)\s+(?:Communauté|Agglomération)$/u, '');
  return court.charAt(0).toLocaleUpperCase('fr') + court.slice(1);
}

/** Places tried for a name, in line heights from its anchor: in place first, then a little up or down. */
const ESSAIS = [0, -1.2, 1.2, -2.4, 2.4];

/** Greedy placement: the first names win, a name that would touch another or leave the box is dropped. */
export function placerEtiquettes(o: OptionsEtiquettes): Etiquette[] {
  type Rectangle = { x0: number; y0: number; x1: number; y1: number };
  const prises: Rectangle[] = (o.obstacles ?? []).map(({ centre: [x, y], rayon: r }) => ({
    x0: x - r,
    x1: x + r,
    y0: y - r,
    y1: y + r,
  }));
  const { x: bx, y: by, largeur, hauteur } = o.boite;
  const libre = (b: Rectangle) =>
    b.x0 >= bx &&
    b.x1 <= bx + largeur &&
    b.y0 >= by &&
    b.y1 <= by + hauteur &&
    !prises.some((a) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1);
  const resultat: Etiquette[] = [];
  for (const z of o.zones) {
    const centre = ancre(z, o.projette);
    if (!centre) continue;
    const texte = o.texte(z.code);
    const [x] = centre;
    const demi = (largeurTexte(texte, o.corps) * (o.marge ?? 1)) / 2;
    const rond = o.rayon?.(z.code);
    const autour = rond === undefined ? [] : [rond / o.corps + 0.75, -rond / o.corps - 0.5];
    for (const essai of o.obstacles?.length ? [...autour, ...ESSAIS] : [0]) {
      const y = centre[1] + o.corps * (0.34 + essai);
      const b = { x0: x - demi - 2, x1: x + demi + 2, y0: y - o.corps * 0.9, y1: y + o.corps * 0.35 };
      if (!libre(b)) continue;
      prises.push(b);
      resultat.push({ code: z.code, texte, x, y, corps: o.corps });
      break;
    }
  }
  return resultat;
}

/** Point well inside the largest polygon of a zone; the point itself for a point. */
function ancre(f: Forme, projette: (p: Position) => readonly [number, number]): [number, number] | undefined {
  const [point] = points(f.geometrie);
  if (point) {
    const [x, y] = projette(point);
    return [x, y - 7];
  }
  return pole(f, projette);
}

/** Page position well inside the largest polygon of a zone: where a name or a proportional circle goes. */
export function pole(
  f: Forme,
  projette: (p: Position) => readonly [number, number],
): [number, number] | undefined {
  let grand: [number, number][][] | undefined;
  let record = 0;
  for (const p of polygones(f.geometrie)) {
    const plan = p.map((anneau) => anneau.map((q) => [...projette(q)] as [number, number]));
    const a = Math.abs(aire(plan[0] ?? []));
    if (a > record) [record, grand] = [a, plan];
  }
  if (!grand) return undefined;
  const [x, y] = polylabel(grand, 0.5);
  return Number.isFinite(x) ? [x, y] : undefined;
}

function aire(anneau: readonly (readonly [number, number])[]): number {
  let s = 0;
  for (let i = 0; i < anneau.length; i++) {
    const [x0, y0] = anneau[i] as readonly [number, number];
    const [x1, y1] = anneau[(i + 1) % anneau.length] as readonly [number, number];
    s += x0 * y1 - x1 * y0;
  }
  return s / 2;
}
