/** Small writers of safe markup: everything that is not `Html` is escaped. */
import { typographie, nombre, FINE, INSECABLE } from '../../site/carto/format.ts';
import { echappe } from '../../site/carto/motifs.ts';
import { cellules, unites, type Sorts } from './pertes.ts';

/** Markup already safe. */
export interface Html {
  readonly html: string;
}
export type Morceau = string | number | Html | readonly Morceau[] | null;

export const brut = (html: string): Html => ({ html });

function ecrit(m: Morceau): string {
  if (m === null) return '';
  if (typeof m === 'number') return nombre(m);
  if (typeof m === 'string') return echappe(typographie(m));
  return 'html' in m ? m.html : m.map(ecrit).join('');
}

/** Template of markup: values are escaped, numbers written in French, lists joined. */
export function h(modele: TemplateStringsArray, ...valeurs: Morceau[]): Html {
  return brut(modele.reduce((s, bout, i) => s + ecrit(valeurs[i - 1] ?? null) + bout));
}

/** Right French spaces in every text between two tags; attributes and marks are left as they are. */
export function typographieHtml(html: string): string {
  return html.replaceAll(/>[^<]+</g, (t) => `>${typographie(t.slice(1, -1))}<`);
}

/** Share in percent with one decimal: never "0,0" for something nor "100,0" for less than all; a dash when there is no base. */
export function part(n: number, total: number): string {
  if (total === 0) return '–';
  const p = (100 * n) / total;
  const texte = p.toFixed(1);
  if (n > 0 && texte === '0.0') return `<${INSECABLE}0,1${FINE}%`;
  if (n < total && texte === '100.0') return `>${INSECABLE}99,9${FINE}%`;
  return `${nombre(p, 1)}${FINE}%`;
}

/** Bounds of the loss classes, in percent: one legend for every map and grid of the page. Class 0 is no loss at all. */
export const BORNES = [1e-9, 5, 10, 20, 40] as const;
export const CLASSES_DITES = [
  'aucune perte',
  'moins de 5 %',
  '5 à moins de 10 %',
  '10 à moins de 20 %',
  '20 à moins de 40 %',
  '40 % ou plus',
] as const;

export interface Colonne {
  titre: Morceau;
  /** Figures are set right; texts left. */
  texte?: boolean;
}

/** Table in its own horizontal scroller, its caption outside so that it never scrolls away: first cells are row heads. `lignes` hold one value per column. */
export function tableau(o: {
  legende: string;
  colonnes: readonly Colonne[];
  lignes: readonly (readonly Morceau[])[];
  total?: readonly Morceau[];
  classe?: string;
}): Html {
  const marque = (i: number) => brut(o.colonnes[i]?.texte ? ' class="t"' : '');
  const ligne = (cellulesLigne: readonly Morceau[]) =>
    h`<tr>${cellulesLigne.map((c, i) => (i === 0 ? h`<th scope="row">${c}</th>` : c !== null && typeof c === 'object' && 'html' in c && c.html.startsWith('<td') ? c : h`<td${marque(i)}>${c}</td>`))}</tr>
`;
  const tetes = o.colonnes.map((c, i) => h`<th scope="col"${marque(i)}>${c.titre}</th>`);
  return h`<figure class="tableau"><figcaption>${o.legende}</figcaption><div class="defile" tabindex="0" role="group" aria-label="${o.legende}"><table${brut(o.classe ? ` class="${o.classe}"` : '')}>
<thead><tr>${tetes}</tr></thead>
<tbody>
${o.lignes.map(ligne)}</tbody>${o.total ? h`<tfoot>${ligne(o.total)}</tfoot>` : null}</table></div></figure>`;
}

/** Bar of a hundred units wide: published, primary, quality, secondary, by units. The figures stand beside it. */
export function barre(s: Sorts): Html {
  const total = unites(s) || 1;
  let x = 0;
  const segments = (
    [
      ['publie', s.unites_publiees],
      ['secondaire', s.unites_secondaires],
      ['qualite', s.unites_qualites],
      ['primaire', s.unites_primaires],
    ] as const
  ).map(([nom, n]) => {
    const largeur = Math.round((10_000 * n) / total) / 100;
    const rect = `<rect class="${nom}" x="${Math.round(100 * x) / 100}" width="${largeur}" height="8"/>`;
    x += largeur;
    return largeur > 0 ? rect : '';
  });
  return brut(
    `<svg class="barre" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${segments.join('')}</svg>`,
  );
}

/** Columns of fates shared by the loss tables; what they are sorted by comes first, where a phone shows it. */
export const COLONNES_SORTS: readonly Colonne[] = [
  { titre: 'Unités secondaires' },
  { titre: 'Unités publiées' },
  { titre: 'Cellules' },
  { titre: 'Publiées' },
  { titre: 'Primaires' },
  { titre: 'Qualité' },
  { titre: 'Secondaires' },
  { titre: 'Part des cellules' },
  { titre: 'Unités par sort', texte: true },
];
export const lesSorts = (s: Sorts): Morceau[] => [
  part(s.unites_secondaires, unites(s)),
  part(s.unites_publiees, unites(s)),
  cellules(s),
  s.publiees,
  s.primaires,
  s.qualites,
  s.secondaires,
  part(s.secondaires, cellules(s)),
  barre(s),
];
