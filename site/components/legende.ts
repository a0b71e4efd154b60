/** The legend as HTML, from the model of site/carto. Colours come from classes `seq5 c2` (styles/classes.css). */
import { FINE, nombre } from '../carto/format.ts';
import type { Legende } from '../carto/legende.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { html, type Html } from './html.ts';

/** CSS class of the ramp of `k` classes. */
export function classeRampe(i: Indicateur, k: number): string {
  return `${i.rampe === 'divergente' ? 'div' : 'seq'}${Math.max(1, Math.min(7, k))}`;
}

export function pastille(c: string): Html {
  return html`<svg class="pastille ${c}" viewBox="0 0 18 12" aria-hidden="true">
    <rect width="18" height="12" />
  </svg>`;
}

const LARGEUR = 260;
const HAUTEUR = 46;

/** Histogram of published values with a marker for the zone under the pointer (moved by the page). */
export function rendHistogramme(l: Legende): Html {
  const { effectifs, classes } = l.histogramme;
  const haut = Math.max(1, ...effectifs);
  const pas = LARGEUR / effectifs.length;
  return html`<svg
    class="histogramme"
    viewBox="0 0 ${LARGEUR} ${HAUTEUR + 8}"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <g>${effectifs.map((n, b) => (n > 0 ? barre(b, n) : null))}</g>
    <path class="axe" d="M0 ${HAUTEUR + 0.5}H${LARGEUR}" />
    <path class="repere" d="M0 ${HAUTEUR + 1}l-4 7h8z" hidden />
  </svg>`;
  function barre(b: number, n: number): Html {
    const h = Math.max(1.5, (n / haut) * (HAUTEUR - 2));
    return html`<rect
      class="c${classes[b] ?? 0}"
      x="${(b * pas + 0.5).toFixed(1)}"
      y="${(HAUTEUR - h).toFixed(1)}"
      width="${(pas - 1).toFixed(1)}"
      height="${h.toFixed(1)}"
    />`;
  }
}

/** Whole legend: histogram, classes and statuts with the number of zones in each. */
export function rendLegende(l: Legende, i: Indicateur, nomsZones: string): Html {
  const bornes = l.histogramme;
  return html`<div class="legende ${classeRampe(i, l.classes.length)}">
    <p class="legende-titre">
      <strong>${l.titre}</strong>${l.unite ? html` <span class="discret">(${l.unite})</span>` : null}
    </p>
    ${
      l.publiees > 3
        ? html`${rendHistogramme(l)}
            <p class="axe-texte">
              <span>${nombre(bornes.min, i.decimales)}</span><span>${nombre(bornes.max, i.decimales)}</span>
            </p>`
        : null
    }
    <ul>
      ${l.classes.map((c) => html`<li data-classe="${c.index}">${pastille(`c${c.index}`)}<span>${c.libelle}</span><span class="n">${nombre(c.zones)}</span></li>`)}${l.statuts.map((s) => html`<li data-classe="${s.statut}">${pastille(s.statut)}<span>${s.libelle}</span><span class="n">${nombre(s.zones)}</span></li>`)}
    </ul>
    <p class="note">Nombre de ${nomsZones} à droite. ${l.methode}</p>
    <details class="note">
      <summary>Pourquoi des zones hachurées${FINE}?</summary>
      <p>${l.secret} Une valeur masquée n’est jamais un zéro.</p>
    </details>
  </div>`;
}
