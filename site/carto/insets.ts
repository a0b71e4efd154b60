/** Frames of a map on a page: the mainland takes the room, far territories share a strip beside or under it. */
import type { Release } from '../../data/contract/release.ts';
import type { Boite } from './projection.ts';

export type Cadre = Release['cadres'][number];

export interface CadrePlace {
  readonly id: string;
  /** Name printed in the frame; empty for the main one. */
  readonly nom: string;
  readonly principal: boolean;
  readonly regions: readonly string[];
  readonly bbox: Cadre['bbox'];
  /** Whole frame. */
  readonly boite: Boite;
  /** Room for shapes inside the frame, under its name. */
  readonly dessin: Boite;
}

/** Height kept for the name of an inset, page units. */
const NOM = 13;
const MARGE = 4;
/** Room for the scale bar of an inset. */
const PIED = 8;

/**
 * Place frames in `page`. The first frame is the main one (release.ts). Insets go in a column on the left of a wide
 * page, in a row at the foot of a tall one; all insets have the same size, so that none looks less important.
 */
export function placerCadres(cadres: readonly Cadre[], page: Boite): CadrePlace[] {
  const [principal, ...loin] = cadres;
  if (!principal) return [];
  const n = loin.length;
  const colonne = page.largeur >= page.hauteur * 1.05;
  // 1 to 3 insets would be enormous if they shared the whole strip: the strip never gives one more than a quarter.
  const part = Math.max(n, 4);
  const cote = n === 0 ? 0 : colonne ? page.largeur * 0.17 : page.hauteur * 0.18;
  const boites = loin.map((_, i): Boite => {
    if (colonne) {
      const h = (page.hauteur - MARGE * (part - 1)) / part;
      return { x: page.x, y: page.y + i * (h + MARGE), largeur: cote, hauteur: h };
    }
    const l = (page.largeur - MARGE * (part - 1)) / part;
    return { x: page.x + i * (l + MARGE), y: page.y + page.hauteur - cote, largeur: l, hauteur: cote };
  });
  const reste: Boite = colonne
    ? { ...page, x: page.x + (n ? cote + MARGE : 0), largeur: page.largeur - (n ? cote + MARGE : 0) }
    : { ...page, hauteur: page.hauteur - (n ? cote + MARGE : 0) };
  return [
    { ...champs(principal), nom: '', principal: true, boite: reste, dessin: retrait(reste, MARGE) },
    ...loin.map((c, i) => {
      const boite = boites[i] as Boite;
      const { x, y, largeur, hauteur } = retrait(boite, MARGE + 1);
      const dessin = { x, y: y + NOM - MARGE, largeur, hauteur: hauteur - NOM + MARGE - PIED };
      return { ...champs(c), principal: false, boite, dessin };
    }),
  ];
}

const champs = (c: Cadre) => ({ id: c.id, nom: c.nom, regions: c.regions, bbox: c.bbox });

function retrait(b: Boite, m: number): Boite {
  return { x: b.x + m, y: b.y + m, largeur: b.largeur - 2 * m, hauteur: b.hauteur - 2 * m };
}

/** One frame that fills the page: a bundle, or a country without far territories. */
export function cadreUnique(page: Boite, bbox: Cadre['bbox'] = [0, 0, 0, 0]): CadrePlace[] {
  return [
    {
      id: 'principal',
      nom: '',
      principal: true,
      regions: [],
      bbox,
      boite: page,
      dessin: retrait(page, MARGE),
    },
  ];
}

/** Index of the frame of a zone: by its région, else by the frame that holds its first position, else the main. */
export function indexCadre(
  cadres: readonly CadrePlace[],
  region: string | undefined,
  position: readonly [number, number] | undefined,
): number {
  if (region !== undefined) {
    const i = cadres.findIndex((c) => c.regions.includes(region));
    if (i >= 0) return i;
  }
  if (position && cadres.length > 1) {
    const i = cadres.findIndex(
      ({ bbox: [o, s, e, n] }) =>
        position[0] >= o && position[0] <= e && position[1] >= s && position[1] <= n,
    );
    if (i >= 0) return i;
  }
  return 0;
}
