/** What a laid-out page is made of, and the pen that collects it. */
import { coupe, type Morceau } from '../carto/metriques.ts';
import { TEINTES } from '../carto/palette.ts';
import { r, type Carte } from '../carto/svg.ts';

export type Orientation = 'paysage' | 'portrait';
/** Role of a text in the reading order; "artefact" repeats what the alternative text or the table says. */
export type Role = 'titre' | 'intertitre' | 'texte' | 'artefact';

export interface TextePage {
  readonly role: Role;
  readonly x: number;
  /** Baseline of the first line. */
  readonly y: number;
  readonly corps: number;
  readonly interligne: number;
  readonly couleur: string;
  readonly ancre: 'debut' | 'milieu' | 'fin';
  readonly lignes: readonly (readonly Morceau[])[];
  /** Paper-coloured outline, for names over the map. */
  readonly halo?: boolean;
}

export interface PageFeuille {
  readonly largeur: number;
  readonly hauteur: number;
  /** The map, then its window when there is one, each with its place. */
  readonly cartes: readonly { readonly carte: Carte; readonly x: number; readonly y: number }[];
  /** Shapes of the furniture: rules, swatches, histogram, scale bar. */
  readonly decor: string;
  readonly defs: string;
  /** In reading order. */
  readonly textes: readonly TextePage[];
}

export const T = TEINTES.clair;
export const MARGE = 36;
export const GOUTTIERE = 24;

/** Collects texts and shapes; every method returns the y under what it wrote. */
export class Plume {
  readonly textes: TextePage[] = [];
  decor = '';

  texte(
    morceaux: string | readonly Morceau[],
    o: {
      x: number;
      y: number;
      corps: number;
      largeur?: number;
      gras?: boolean;
      couleur?: string;
      ancre?: TextePage['ancre'];
      role?: Role;
      interligne?: number;
    },
  ): number {
    const liste = typeof morceaux === 'string' ? [{ t: morceaux, gras: o.gras ?? false }] : morceaux;
    const lignes = o.largeur === undefined ? [liste] : coupe(liste, o.largeur, o.corps);
    const interligne = o.interligne ?? o.corps * 1.3;
    this.textes.push({
      role: o.role ?? 'texte',
      x: o.x,
      y: o.y,
      corps: o.corps,
      interligne,
      couleur: o.couleur ?? T.encre,
      ancre: o.ancre ?? 'debut',
      lignes,
    });
    return o.y + (lignes.length - 1) * interligne;
  }

  trait(x1: number, y1: number, x2: number, y2: number, epaisseur = 0.6, couleur = T.contour): void {
    this.decor += `<path d="M${r(x1)} ${r(y1)}L${r(x2)} ${r(y2)}" stroke="${couleur}" stroke-width="${epaisseur}" fill="none"/>`;
  }

  rectangle(x: number, y: number, l: number, h: number, fond: string, bord?: string): void {
    this.decor += `<rect x="${r(x)}" y="${r(y)}" width="${r(l)}" height="${r(h)}" fill="${fond}"${bord ? ` stroke="${bord}" stroke-width=".5"` : ''}/>`;
  }
}
