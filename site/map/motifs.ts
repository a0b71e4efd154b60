/** Patterns of statuts as images: diagonal hatch for secrecy, dots for what is not available. Drawn pixel by pixel. */
import { TEINTES, type Mode } from '../carto/palette.ts';

const COTE = 16;

function rvb(couleur: string): [number, number, number] {
  return [1, 3, 5].map((i) => Number.parseInt(couleur.slice(i, i + 2), 16)) as [number, number, number];
}

/** RGBA image whose edges meet; `pixelRatio` 2 when added to the map. Transparent ground: the fill shows through. */
export function motif(
  nom: 'hachures' | 'points',
  mode: Mode,
): { width: number; height: number; data: Uint8Array } {
  const t = TEINTES[mode];
  const [r, v, b] = rvb(nom === 'hachures' ? t.secretTrait : t.nonDisponiblePoint);
  const data = new Uint8Array(COTE * COTE * 4);
  for (let y = 0; y < COTE; y++)
    for (let x = 0; x < COTE; x++) {
      const d = nom === 'hachures' ? hachure(x, y) : point(x, y);
      data.set([r, v, b, Math.round(255 * d)], (y * COTE + x) * 4);
    }
  return { width: COTE, height: COTE, data };
}

/** Two 45° lines per tile, anti-aliased by distance. */
function hachure(x: number, y: number): number {
  const demi = COTE / 2;
  const d = (x + y + 0.5) % demi;
  return Math.max(0, Math.min(1, 1.6 - Math.min(d, demi - d)));
}

function point(x: number, y: number): number {
  const d = Math.hypot(x - COTE / 2 + 0.5, y - COTE / 2 + 0.5);
  return Math.max(0, Math.min(1, 2.6 - d));
}
