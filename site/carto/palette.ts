/**
 * Colours as data. Sequential ramps grow darker with the value (lighter in dark mode), so that they survive
 * greyscale printing and every common colour blindness; no meaning rests on hue alone.
 * Light ramps: ColorBrewer 2 (Cynthia Brewer, Apache-2.0) YlGnBu and PuOr, 3 to 7 classes; the middle of PuOr is sand here,
 * to be told from the page and from the grey of zones without dwellings.
 */
export type Mode = 'clair' | 'sombre';
export type NomRampe = 'sequentielle' | 'divergente';

type Rampe = Readonly<Record<3 | 4 | 5 | 6 | 7, readonly string[]>>;

const YLGNBU: Rampe = {
  3: ['#edf8b1', '#7fcdbb', '#2c7fb8'],
  4: ['#ffffcc', '#a1dab4', '#41b6c4', '#225ea8'],
  5: ['#ffffcc', '#a1dab4', '#41b6c4', '#2c7fb8', '#253494'],
  6: ['#ffffcc', '#c7e9b4', '#7fcdbb', '#41b6c4', '#2c7fb8', '#253494'],
  7: ['#ffffcc', '#c7e9b4', '#7fcdbb', '#41b6c4', '#1d91c0', '#225ea8', '#0c2c84'],
};
/** Purple below the reference, orange above: distinct to every colour vision, both ends dark in grey. */
const PUOR: Rampe = {
  3: ['#998ec3', '#f1ebdb', '#f1a340'],
  4: ['#5e3c99', '#b2abd2', '#fdb863', '#e66101'],
  5: ['#5e3c99', '#b2abd2', '#f1ebdb', '#fdb863', '#e66101'],
  6: ['#542788', '#998ec3', '#d8daeb', '#fee0b6', '#f1a340', '#b35806'],
  7: ['#542788', '#998ec3', '#d8daeb', '#f1ebdb', '#fee0b6', '#f1a340', '#b35806'],
};
/** Dark mode: low values stay near the dark page, high values shine; lightness is still monotonic. */
const YLGNBU_SOMBRE: Rampe = {
  3: ['#24508f', '#2fa3bd', '#d9f0a3'],
  4: ['#264a8f', '#1d7fb5', '#5cc0c0', '#e6f5b0'],
  5: ['#26458c', '#1f70b0', '#35a2c0', '#85cfb9', '#eef8b4'],
  6: ['#263f86', '#2164a8', '#2588ba', '#4db2c2', '#95d5b8', '#f1f9b9'],
  7: ['#263b80', '#225ba3', '#2079b3', '#3598be', '#62bcc0', '#a5dab8', '#f4fabd'],
};
const PUOR_SOMBRE: Rampe = {
  3: ['#a89cd6', '#4a4d55', '#f0a84c'],
  4: ['#b9aee6', '#7565a8', '#a9712c', '#fbbf6b'],
  5: ['#b9aee6', '#7565a8', '#4a4d55', '#a9712c', '#fbbf6b'],
  6: ['#c6bdee', '#9085c4', '#62598a', '#80613a', '#c98b3c', '#ffcc80'],
  7: ['#c6bdee', '#9085c4', '#62598a', '#4a4d55', '#80613a', '#c98b3c', '#ffcc80'],
};

const RAMPES: Readonly<Record<NomRampe, Readonly<Record<Mode, Rampe>>>> = {
  sequentielle: { clair: YLGNBU, sombre: YLGNBU_SOMBRE },
  divergente: { clair: PUOR, sombre: PUOR_SOMBRE },
};

/** Colours that are not classes. */
export interface Teintes {
  /** Page behind the map; also the hairline between zones. */
  readonly papier: string;
  readonly encre: string;
  readonly encreDouce: string;
  readonly bordure: string;
  /** Coast, frame of insets, parent borders. */
  readonly contour: string;
  readonly secretFond: string;
  readonly secretTrait: string;
  readonly sansObjet: string;
  readonly nonDisponibleFond: string;
  readonly nonDisponiblePoint: string;
  readonly accent: string;
}
export const TEINTES: Readonly<Record<Mode, Teintes>> = {
  clair: {
    papier: '#ffffff',
    encre: '#1a1d21',
    encreDouce: '#4d545c',
    bordure: '#ffffff',
    contour: '#5b636c',
    secretFond: '#eceae6',
    secretTrait: '#7d7a74',
    sansObjet: '#e8e6e2',
    nonDisponibleFond: '#f8f7f5',
    nonDisponiblePoint: '#8b8881',
    accent: '#b3261e',
  },
  sombre: {
    papier: '#15181c',
    encre: '#eceef0',
    encreDouce: '#a9b0b8',
    bordure: '#15181c',
    contour: '#9aa2ab',
    secretFond: '#2b2e33',
    secretTrait: '#8d9299',
    sansObjet: '#33373d',
    nonDisponibleFond: '#1e2226',
    nonDisponiblePoint: '#858b93',
    accent: '#ff8a80',
  },
};

/**
 * Colours of `k` classes, lowest first. One class takes the middle colour, two take contrasted ones; beyond
 * seven the extra classes share the end colour (nobody tells eight tints apart).
 */
export function couleurs(k: number, rampe: NomRampe = 'sequentielle', mode: Mode = 'clair'): string[] {
  const r = RAMPES[rampe][mode];
  if (k <= 0) return [];
  if (k === 1) return [r[3][1] as string];
  if (k === 2) return rampe === 'divergente' ? [r[3][0] as string, r[3][2] as string] : r[4].slice(1, 3);
  const n = Math.min(7, k) as 3 | 4 | 5 | 6 | 7;
  return Array.from({ length: k }, (_, i) => r[n][Math.min(i, n - 1)] as string);
}

/** Relative luminance (WCAG 2) of "#rrggbb", 0 to 1: the grey a printer gives. */
export function luminance(couleur: string): number {
  const c = [1, 3, 5].map((i) => Number.parseInt(couleur.slice(i, i + 2), 16) / 255);
  const l = c.map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (l[0] ?? 0) + 0.7152 * (l[1] ?? 0) + 0.0722 * (l[2] ?? 0);
}

/** WCAG contrast ratio of two colours, 1 to 21. */
export function contraste(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m) as [number, number];
  return (x + 0.05) / (y + 0.05);
}
