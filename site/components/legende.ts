/** The legend as HTML, from the model of site/carto. Colours come from classes `seq5 c2` (styles/classes.css). */
import { etalon, rayonCercle } from '../carto/cercles.ts';
import { accord, de, FINE, INSECABLE, nombre, unitesBase } from '../carto/format.ts';
import { RAYONS_BASE, type Legende } from '../carto/legende.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { html, type Html } from './html.ts';

/** CSS class of the ramp of `k` classes. */
export function classeRampe(i: Indicateur, k: number): string {
  return `${i.rampe === 'divergente' ? 'div' : 'seq'}${Math.max(1, Math.min(7, k))}`;
}

/** Swatch of a class or of a statut; secrecy is hatched and absence dotted here as on the map. */
export function pastille(c: string): Html {
  const trait =
    c === 's'
      ? html`<path class="trait" d="M-2 6L6-2M-2 12L12-2M2 14L16 0M8 14L20 2M14 14L20 8" />`
      : c === 'nd'
        ? html`<path class="trait point" d="M3 3h0M9 3h0M15 3h0M6 8h0M12 8h0" />`
        : null;
  return html`<svg class="pastille ${c}" viewBox="0 0 18 12" aria-hidden="true">
    <rect width="18" height="12" />
    ${trait}
  </svg>`;
}

/** Largest "1, 2 or 5 times a power of ten" not above n. */
function rond(n: number): number {
  const p = 10 ** Math.floor(Math.log10(Math.max(1, n)));
  return ([5, 2, 1].find((m) => m * p <= n) ?? 1) * p;
}

/** Key of proportional circles: three round counts, nested, with the same radius rule as the map. */
function rendCercles(max: number, ref: number): Html {
  const grand = rond(max);
  const valeurs = [...new Set([grand, rond(grand / 5), rond(grand / 25)].filter((v) => v >= 1))];
  // Room for three figures under one another, however small the circles.
  const h = Math.max(44, 2 * rayonCercle(max, ref) + 2);
  let libre = 0;
  const cercle = (v: number): Html => {
    const r = rayonCercle(v, ref);
    const y = h - 1 - 2 * r;
    // Small circles touch: their figures do not.
    const texte = Math.max(y + 4, libre);
    libre = texte + 14;
    return html`<circle cx="34" cy="${(h - 1 - r).toFixed(1)}" r="${r.toFixed(1)}" /><path
        d="M34 ${y.toFixed(1)}H66L88 ${(texte - 4).toFixed(1)}"
      /><text x="93" y="${texte.toFixed(1)}">${nombre(v)}</text>`;
  };
  return html`<svg class="cercles" viewBox="0 -6 190 ${h + 20}" aria-hidden="true">
    ${valeurs.map(cercle)}
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
    data-min="${l.histogramme.min}"
    data-max="${l.histogramme.max}"
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

/** Key of points sized by their base. */
function rendTailles(unites: string): Html {
  return html`<p class="tailles">
    <svg viewBox="0 0 126 20" aria-hidden="true">
      ${RAYONS_BASE.map((r, n) => html`<circle cx="${12 + n * 32}" cy="10" r="${r.rayon}" />`)}</svg
    ><span class="discret"
      >Taille${FINE}: base en ${unites},
      ${RAYONS_BASE.map((r) => r.base.replace('100+', '100 ou plus')).join(', ')}</span
    >
  </p>`;
}

/**
 * Legend of the circles laid over the colours of a rate: their scale, and who has none.
 * @param sans zones whose base is hidden or not available
 * @param enClasses bases are published as classes at this échelle
 */
export function rendLegendeCercles(
  effectifs: readonly (number | null)[],
  i: Indicateur,
  zones: { readonly un: string; readonly plusieurs: string },
  enClasses: boolean,
  sans: number,
): Html {
  const connus = effectifs.filter((n) => n !== null);
  const dit = enClasses
    ? `Aucun cercle${FINE}: sous la commune, un effectif n’est publié que par classe (11${INSECABLE}à${INSECABLE}19, 20${INSECABLE}à${INSECABLE}49…).`
    : `L’aire de chaque cercle est proportionnelle à l’effectif publié.${sans > 0 ? ` Sans cercle${FINE}: ${accord(sans, zones.un, zones.plusieurs)} dont l’effectif n’est pas publié.` : ''}`;
  return html`<div class="legende legende-cercles">
    <p class="legende-titre">
      <strong>Cercles${FINE}: effectif</strong> <span class="discret">(${unitesBase(i)})</span>
    </p>
    ${
      connus.length > 0
        ? rendCercles(
            connus.reduce((a, b) => Math.max(a, b)),
            etalon(connus),
          )
        : null
    }
    <p class="note">${dit}</p>
  </div>`;
}

/**
 * Whole legend: histogram, classes and statuts with the number of zones in each.
 * @param points the zones are points, sized by their base
 * @param k classes of the ramp, when the legend does not list them all
 */
export function rendLegende(
  l: Legende,
  i: Indicateur,
  nomsZones: string,
  points = false,
  k = l.classes.length,
): Html {
  const bornes = l.histogramme;
  const compte = i.calcul === 'nombre';
  return html`<div class="legende ${classeRampe(i, k)}">
    <p class="legende-titre">
      <strong>${l.titre}</strong>${l.unite ? html` <span class="discret">(${l.unite})</span>` : null}
    </p>
    ${
      compte
        ? rendCercles(l.maximum, l.etalon)
        : l.publiees > 3
          ? html`${rendHistogramme(l)}
              <p class="axe-texte">
                <span>${nombre(bornes.min, l.decimales)}</span
                ><span>${nombre(bornes.max, l.decimales)}${bornes.ouvert ? ' et plus' : ''}</span>
              </p>`
          : null
    }
    <ul>
      ${(compte ? [] : l.classes).map((c) => html`<li data-classe="${c.index}">${pastille(`c${c.index}`)}<span>${c.libelle}</span><span class="n">${nombre(c.zones)}</span></li>`)}${l.statuts.map((s) => html`<li data-classe="${s.statut}">${pastille(s.statut)}<span>${s.libelle}</span><span class="n">${nombre(s.zones)}</span></li>`)}
    </ul>
    ${points ? rendTailles(unitesBase(i)) : null}
    <p class="note">
      ${compte ? `L’aire de chaque cercle est proportionnelle au nombre. À droite${FINE}: nombre ${de(nomsZones)}.` : `À droite${FINE}: nombre ${de(nomsZones)}. ${l.methode}`}
    </p>
    <details class="note">
      <summary>Pourquoi des zones hachurées${FINE}?</summary>
      <p>
        ${l.secret} Une valeur masquée n’est jamais un zéro. Sans objet${FINE}: pas de logement social, ou pas
        de quartier prioritaire, dans la zone.
      </p>
    </details>
  </div>`;
}
