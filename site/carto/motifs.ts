/** How statuts look, apart from colour: patterns of surfaces, marks of points. Also the two writers every SVG needs. */
import type { StatutAbsent } from '../../data/contract/cell.ts';
import type { Teintes } from './palette.ts';

/** Mark of a point without value: barred disc for `s`, dotted ring for `nd`, small plain disc for `so`. */
export function marquePoint(statut: StatutAbsent, x: number, y: number, rayon: number, t: Teintes): string {
  const cercle = (l: number, attributs: string) =>
    `<circle cx="${r(x)}" cy="${r(y)}" r="${r(l)}" ${attributs}/>`;
  if (statut === 'so')
    return cercle(rayon * 0.7, `fill="${t.sansObjet}" stroke="${t.secretTrait}" stroke-width=".3"`);
  if (statut === 'nd')
    return cercle(
      rayon,
      `fill="${t.nonDisponibleFond}" stroke="${t.nonDisponiblePoint}" stroke-width=".8" stroke-dasharray="1.2 1.2"`,
    );
  const d = rayon * Math.SQRT1_2;
  return (
    cercle(rayon, `fill="${t.secretFond}" stroke="${t.secretTrait}" stroke-width=".7"`) +
    `<path d="M${r(x - d)} ${r(y + d)}L${r(x + d)} ${r(y - d)}" stroke="${t.secretTrait}" stroke-width=".7" fill="none"/>`
  );
}

/** Patterns of the statuts: diagonal hatch for `s`, dots for `nd`; both keep their ground in greyscale. */
export function motifs(prefixe: string, t: Teintes): string {
  return (
    `<pattern id="${prefixe}-hachures" width="5" height="5" patternUnits="userSpaceOnUse">` +
    `<rect width="5" height="5" fill="${t.secretFond}"/>` +
    `<path d="M-1 1L1-1M0 5L5 0M4 6L6 4" stroke="${t.secretTrait}" stroke-width=".6" fill="none"/></pattern>` +
    `<pattern id="${prefixe}-points" width="4" height="4" patternUnits="userSpaceOnUse">` +
    `<rect width="4" height="4" fill="${t.nonDisponibleFond}"/>` +
    `<circle cx="2" cy="2" r=".6" fill="${t.nonDisponiblePoint}"/></pattern>`
  );
}

/** Number of a page unit, two decimals, no trailing zero. */
export function r(n: number): string {
  return String(Math.round(n * 100) / 100);
}

/** Text safe inside XML elements and double-quoted attributes. */
export function echappe(texte: string): string {
  return texte
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
