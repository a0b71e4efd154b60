/** A sheet as one SVG document: text stays text, no style sheet, no script, no outside reference. */
import { TEINTES } from '../carto/palette.ts';
import { echappe, r } from '../carto/svg.ts';
import { mettreEnPage, type Orientation, type PageFeuille, type TextePage } from './page.ts';
import type { Feuille } from './sheet.ts';

const POLICE = "'Source Sans 3', 'Source Sans Pro', Arial, sans-serif";
const ANCRES = { debut: 'start', milieu: 'middle', fin: 'end' } as const;

/**
 * SVG of the first page of a sheet (map, legend, mentions), A4 in points.
 * `polices`: @font-face rules with the fonts as data, so that the file looks the same on another machine.
 */
export function svgFeuille(
  f: Feuille,
  options: { orientation?: Orientation; prefixe?: string; polices?: string } = {},
): string {
  const p = mettreEnPage(f, options);
  const id = options.prefixe ?? 'carte';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${r(p.largeur)}pt" height="${r(p.hauteur)}pt" viewBox="0 0 ${r(p.largeur)} ${r(p.hauteur)}" lang="fr" role="img" aria-labelledby="${id}-titre ${id}-desc">` +
    `<title id="${id}-titre">${echappe(f.carte.titre)}</title><desc id="${id}-desc">${echappe(f.carte.description)}</desc>` +
    `<defs>${options.polices ? `<style>${options.polices}</style>` : ''}${p.cartes.map((c) => c.carte.defs).join('')}${p.defs}</defs>` +
    `<rect width="${r(p.largeur)}" height="${r(p.hauteur)}" fill="${TEINTES.clair.papier}"/>` +
    `${p.cartes.map((c) => `<g transform="translate(${r(c.x)} ${r(c.y)})">${c.carte.formes}</g>`).join('')}${p.decor}` +
    `<g font-family="${POLICE}" xml:space="preserve">${p.textes.map((t) => texteSvg(t)).join('')}</g></svg>\n`
  );
}

function texteSvg(t: TextePage): string {
  const halo = t.halo
    ? ` stroke="${TEINTES.clair.papier}" stroke-width="2" stroke-linejoin="round" paint-order="stroke"`
    : '';
  const lignes = t.lignes
    .map((morceaux, i) => {
      const contenu = morceaux
        .map((m) => (m.gras ? `<tspan font-weight="600">${echappe(m.t)}</tspan>` : echappe(m.t)))
        .join('');
      return i === 0 ? contenu : `<tspan x="${r(t.x)}" dy="${r(t.interligne)}">${contenu}</tspan>`;
    })
    .join('');
  return `<text x="${r(t.x)}" y="${r(t.y)}" font-size="${r(t.corps)}" text-anchor="${ANCRES[t.ancre]}" fill="${t.couleur}"${halo}>${lignes}</text>`;
}

/** The maps and the furniture as SVG documents without text, for a writer that draws texts itself. */
export function dessinsSansTexte(p: PageFeuille): { cartes: string[]; decor: string } {
  const ouvre = (l: number, h: number) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${r(l)}" height="${r(h)}" viewBox="0 0 ${r(l)} ${r(h)}">`;
  return {
    cartes: p.cartes.map(
      ({ carte: c }) =>
        `${ouvre(c.largeur, c.hauteur)}<defs>${c.defs}</defs>${c.formes.replaceAll(/<title>.*?<\/title>/g, '')}</svg>`,
    ),
    decor: `${ouvre(p.largeur, p.hauteur)}<defs>${p.defs}</defs>${p.decor}</svg>`,
  };
}
