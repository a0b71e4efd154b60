/** The invented land: where it is, where its towns are. Pure functions of a seed and a place. */
import type { ParamTerritoire } from '../../data/demo/tailles.ts';
import { fractal } from './bruit.ts';
import { Hasard, empreinte } from './hasard.ts';

/** Mean area of a commune, m² (the real French mean is 15.5 km²). */
export const AIRE_COMMUNE = 15.6e6;

export interface Ville {
  readonly x: number;
  readonly y: number;
  readonly population: number;
}

interface Blob {
  readonly x: number;
  readonly y: number;
  readonly rayon: number;
  /** Elongation along `angle`. */
  readonly allonge: number;
  readonly angle: number;
  readonly genre: 'continent' | 'ile' | 'ilot';
}

export interface Relief {
  readonly param: ParamTerritoire;
  readonly graine: number;
  readonly rayon: number;
  /** Above 0: land. Falls to about -1 far at sea. */
  terre(x: number, y: number): number;
  /** True when the place is on the offshore island that has its own département. */
  insulaire(x: number, y: number): boolean;
  /** Cost factor of crossing this place, 0.5 in valleys to 2.2 on crests: borders settle on crests. */
  crete(x: number, y: number): number;
  readonly villes: readonly Ville[];
  readonly boite: readonly [number, number, number, number];
}

/** Build the land of one territory: a warped ellipse with bays, an offshore island, islets, then towns by rank-size. */
export function creerRelief(param: ParamTerritoire, graine: number): Relief {
  const h = new Hasard('relief', graine, param.id);
  const g = empreinte('relief', graine, param.id);
  const [cx, cy] = param.centre;
  const partIle = param.partInsulaire;
  const rayon = Math.sqrt((param.communes * AIRE_COMMUNE * (1 - partIle)) / Math.PI) * 1.04;
  const blobs: Blob[] = [
    {
      x: cx,
      y: cy,
      rayon,
      allonge: param.id === 'metropole' ? 1.12 : 1.3,
      angle: h.entre(0, Math.PI),
      genre: 'continent',
    },
  ];
  const cap = h.entre(0.15, 0.35) * Math.PI - Math.PI / 2; // south-east, as a nod
  if (partIle > 0)
    blobs.push({
      x: cx + Math.cos(cap) * rayon * 1.5,
      y: cy + Math.sin(cap) * rayon * 1.5,
      rayon: Math.sqrt((param.communes * AIRE_COMMUNE * partIle) / Math.PI),
      allonge: 1.5,
      angle: 1.9,
      genre: 'ile',
    });
  for (let k = 0; k < param.ilots; k += 1) {
    const a = Math.PI * (0.55 + (1.1 * (k + h.u())) / Math.max(1, param.ilots));
    const r = rayon * (1.16 + 0.1 * h.u());
    blobs.push({
      x: cx + Math.cos(a) * r,
      y: cy + Math.sin(a) * r,
      rayon: h.entre(1900, 3400),
      allonge: 1.4,
      angle: h.entre(0, 3),
      genre: 'ilot',
    });
  }

  const hauteur = (b: Blob, x: number, y: number): number => {
    const c = Math.cos(b.angle);
    const s = Math.sin(b.angle);
    const u = ((x - b.x) * c + (y - b.y) * s) / Math.sqrt(b.allonge);
    const v = (-(x - b.x) * s + (y - b.y) * c) * Math.sqrt(b.allonge);
    return 1 - Math.sqrt(u * u + v * v) / b.rayon;
  };
  const continent = (x: number, y: number): number => {
    const n =
      0.42 * fractal(g, x, y, rayon * 1.1, 2) +
      0.2 * fractal(g + 11, x, y, rayon * 0.34, 5) +
      0.05 * fractal(g + 23, x, y, 6000, 3);
    // Capes never reach the edge of the box: the hull of the mesh must be sea.
    const large = Math.max(0, Math.hypot(x - cx, y - cy) / rayon - 1.18);
    return hauteur(blobs[0]!, x, y) + n - 3 * large;
  };
  const autres = (x: number, y: number): { valeur: number; genre: Blob['genre'] } => {
    let valeur = -1;
    let genre: Blob['genre'] = 'ilot';
    for (let k = 1; k < blobs.length; k += 1) {
      const b = blobs[k]!;
      const brut = hauteur(b, x, y);
      if (brut < -1.2) continue;
      const v = brut + 0.36 * fractal(g + 31 + k, x, y, b.rayon * 0.9, 4);
      if (v > valeur) {
        valeur = v;
        genre = b.genre;
      }
    }
    return { valeur, genre };
  };
  const terre = (x: number, y: number): number => {
    const c = continent(x, y);
    if (blobs.length === 1) return c;
    const { valeur } = autres(x, y);
    // A channel always parts the islands from the mainland.
    const manche = Math.min(c * rayon, valeur * 3000);
    if (c > -0.06 && valeur > -0.2 && manche > -2500) return c > 0.02 ? c : Math.min(c, -0.01);
    return Math.max(c, valeur);
  };

  const marge = 6000;
  let [x0, y0, x1, y1] = [cx - rayon * 1.55, cy - rayon * 1.55, cx + rayon * 1.55, cy + rayon * 1.55];
  for (const b of blobs.slice(1)) {
    x0 = Math.min(x0, b.x - b.rayon * 2);
    y0 = Math.min(y0, b.y - b.rayon * 2);
    x1 = Math.max(x1, b.x + b.rayon * 2);
    y1 = Math.max(y1, b.y + b.rayon * 2);
  }

  return {
    param,
    graine: g,
    rayon,
    terre,
    insulaire: (x, y) => {
      if (partIle === 0 || continent(x, y) > 0) return false;
      const a = autres(x, y);
      return a.valeur > 0 && a.genre === 'ile';
    },
    crete: (x, y) => {
      const r = 1 - Math.abs(2.2 * bruitDoux(g + 57, x, y));
      return 0.55 + 1.7 * Math.max(0, r) ** 3;
    },
    villes: semerVilles(param, terre, rayon, h),
    boite: [x0 - marge, y0 - marge, x1 + marge, y1 + marge],
  };
}

const bruitDoux = (g: number, x: number, y: number) => fractal(g, x, y, 9000, 3);

/** Towns by rank-size (exponent 0.95), larger ones further apart, none on the very shore. */
function semerVilles(
  param: ParamTerritoire,
  terre: (x: number, y: number) => number,
  rayon: number,
  h: Hasard,
): Ville[] {
  const villes: Ville[] = [];
  const [cx, cy] = param.centre;
  for (let rang = 1; rang <= param.villes; rang += 1) {
    const population = Math.round((param.metropole / rang ** 0.95) * h.entre(0.88, 1.12));
    const ecart = 3200 + 2300 * (population / 10_000) ** 0.45;
    for (let essai = 0; essai < 60; essai += 1) {
      const portee = rang === 1 ? 0.35 : 1.2;
      const x = cx + rayon * portee * h.entre(-1, 1);
      const y = cy + rayon * portee * h.entre(-1, 1);
      if (terre(x, y) < 1500 / rayon) continue;
      const tolere = essai < 40 ? 1 : 0.6;
      if (
        villes.some(
          (v) => Math.hypot(v.x - x, v.y - y) < tolere * Math.max(ecart, 0.5 * rayonUrbain(v.population)),
        )
      )
        continue;
      villes.push({ x, y, population });
      break;
    }
  }
  return villes;
}

/** Radius of the built-up area, metres: 1.1 km at 10,000 inhabitants, about 5 km at 300,000. */
export function rayonUrbain(population: number): number {
  return 1100 * (population / 10_000) ** 0.45;
}
