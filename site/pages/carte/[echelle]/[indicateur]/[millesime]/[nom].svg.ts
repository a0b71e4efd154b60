/** `carte.svg` and `carte-sombre.svg` of each map page. */
import type { APIRoute } from 'astro';
import { carteStatique } from '../../../../../archive/carteStatique.ts';
import { TOUT, pagesCarte } from '../../../../../archive/vues.ts';
import type { Mode } from '../../../../../carto/palette.ts';
import { indicateur } from '../../../../../../data/catalogue/indicators/index.ts';
import type { Echelle } from '../../../../../../data/contract/zone.ts';

export function getStaticPaths() {
  return pagesCarte().flatMap((p) =>
    (['clair', 'sombre'] as Mode[]).map((mode) => ({
      params: {
        echelle: p.echelle,
        indicateur: p.indicateur,
        millesime: String(p.millesime),
        nom: mode === 'clair' ? 'carte' : 'carte-sombre',
      },
      props: { mode },
    })),
  );
}

export const GET: APIRoute = ({ params, props }) => {
  const t = { ...TOUT, millesime: Number(params['millesime']) };
  const i = indicateur(params['indicateur'] ?? '');
  return new Response(carteStatique(params['echelle'] as Echelle, i, t, (props as { mode: Mode }).mode), {
    headers: { 'content-type': 'image/svg+xml' },
  });
};
