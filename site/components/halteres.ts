/**
 * Dumbbells: all households and recent movers on one line for each figure, a table first and a drawing second. Shares
 * only: distributions are published for all households alone (docs/decisions, secret).
 */
import { texteTableau, typographie } from '../carto/format.ts';
import { indicateursDuTheme, variable } from '../../data/catalogue/indicators/index.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Tranche } from '../../data/contract/zone.ts';
import { celluleFiche, type Fiche } from '../state/donnees.ts';
import { html, type Html } from './html.ts';

const LARGEUR = 100;
const valeur = (c: Cell): number | null => (c.statut === 'valeur' ? c.valeur : null);

/**
 * Both populations of the shares of a theme in one zone.
 * @returns null where fewer than two shares of the theme are published for both
 */
export function rendHalteres(theme: string, f: Fiche, t: Tranche): Html | null {
  const lignes = indicateursDuTheme(theme)
    .filter((i) => i.calcul === 'part' && !i.modalite && variable(i.variable).populations.includes('ER'))
    .map((i) => {
      const [ens, er] = (['ENS', 'ER'] as const).map((population) => celluleFiche(f, i, { ...t, population })) as [Cell, Cell]; // prettier-ignore
      return { i, ens, er };
    })
    .filter((l) => valeur(l.ens) !== null && valeur(l.er) !== null);
  // One line alone compares nothing that the table does not say.
  if (lignes.length < 2) return null;
  const max = Math.max(1, ...lignes.flatMap((l) => [valeur(l.ens) ?? 0, valeur(l.er) ?? 0]));
  return html`<table class="barres halteres">
    <caption>
      Ensemble et emménagés récents (%)
    </caption>
    <thead>
      <tr>
        <th scope="col"><span class="lecteur">Part</span></th>
        <th scope="col" class="num">${point('ens')}Ensemble</th>
        <th scope="col" class="num">${point('er')}Récents</th>
        <td class="trace"><span>${Math.round(max)}</span></td>
      </tr>
    </thead>
    <tbody>
      ${lignes.map(
        (l) =>
          html`<tr>
            <th scope="row">${typographie(l.i.court)}</th>
            ${nombre(l.ens, l.i, f)}${nombre(l.er, l.i, f)}
            <td class="trace">${trace(valeur(l.ens) ?? 0, valeur(l.er) ?? 0, max)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function nombre(c: Cell, i: Indicateur, f: Fiche): Html {
  return html`<td class="num">${texteTableau(c, i, f.echelle)}</td>`;
}

/** Key of a column: the same mark as in the drawing. */
function point(classe: 'ens' | 'er'): Html {
  return html`<svg class="cle-haltere" viewBox="0 0 10 10" aria-hidden="true"><circle class="${classe}" cx="5" cy="5" r="4" /></svg>`; // prettier-ignore
}

function trace(ens: number, er: number, max: number): Html {
  const x = (v: number) => (4 + (v / max) * (LARGEUR - 8)).toFixed(1);
  return html`<svg viewBox="0 0 ${LARGEUR} 12" aria-hidden="true">
    <path class="lien" d="M${x(ens)} 6H${x(er)}" />
    <circle class="ens" cx="${x(ens)}" cy="6" r="3.6" />
    <circle class="er" cx="${x(er)}" cy="6" r="3.6" />
  </svg>`;
}
