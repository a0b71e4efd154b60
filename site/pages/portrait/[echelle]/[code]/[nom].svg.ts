/** Map of a portrait, light and dark. */
import type { APIRoute } from 'astro';
import { zonesDe } from '../../../../archive/release.ts';
import { carteMembres, zonesAvecPortrait } from '../../../../archive/portraits.ts';
import type { Mode } from '../../../../carto/palette.ts';
import type { Echelle } from '../../../../../data/contract/zone.ts';

export function getStaticPaths() {
  return zonesAvecPortrait().flatMap((z) =>
    (['clair', 'sombre'] as Mode[]).map((mode) => ({
      params: { echelle: z.echelle, code: z.code, nom: mode === 'clair' ? 'carte' : 'carte-sombre' },
      props: { mode },
    })),
  );
}

export const GET: APIRoute = ({ params, props }) => {
  const z = zonesDe(params['echelle'] as Echelle).find((x) => x.code === params['code']);
  const carte = z ? carteMembres(z, (props as { mode: Mode }).mode) : null;
  const vide = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>';
  return new Response(carte?.svg ?? vide, { headers: { 'content-type': 'image/svg+xml' } });
};
