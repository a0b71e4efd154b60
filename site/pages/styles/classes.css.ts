/** Colours of classes and statuts as CSS, from the palette: legend, table, insets and portraits share them. */
import type { APIRoute } from 'astro';
import { TEINTES, couleurs, type Mode, type NomRampe } from '../../carto/palette.ts';

function regles(mode: Mode): string {
  const t = TEINTES[mode];
  const rampes = (['sequentielle', 'divergente'] as NomRampe[]).flatMap((r) =>
    [1, 2, 3, 4, 5, 6, 7].flatMap((k) =>
      couleurs(k, r, mode).map((c, i) => `.${r === 'divergente' ? 'div' : 'seq'}${k} .c${i}{fill:${c}}`),
    ),
  );
  return `${rampes.join('')}.s{fill:${t.secretFond}}.nd{fill:${t.nonDisponibleFond}}.so{fill:${t.sansObjet}}`;
}

// Printed maps are light whatever the screen was.
export const GET: APIRoute = () =>
  new Response(`${regles('clair')}@media screen and (prefers-color-scheme:dark){${regles('sombre')}}\n`, {
    headers: { 'content-type': 'text/css; charset=utf-8' },
  });
