/** Far territories beside the map: small drawings with the same colours, that lead there when pressed. */
import { indexClasse } from '../carto/classes.ts';
import { html, type Html } from '../components/html.ts';
import { classeRampe } from '../components/legende.ts';
import { etalon, rayonCercle } from '../carto/cercles.ts';
import { rang, type Donnees, type Inset, type Lieux } from '../state/donnees.ts';
import { comptesDe, type VueDonnees } from '../state/vue.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import type { Bbox } from './aides.ts';
import type { Pointage } from './carte.ts';

export interface DecorInsets {
  readonly hote: HTMLElement;
  /** Frame of the map: tooltips are placed in it. */
  readonly cadre: HTMLElement;
  readonly donnees: Donnees;
  surSurvol(p: Pointage | null): void;
  surChoix(code: string): void;
  surVoyage(bbox: Bbox): void;
}

const codeSous = (e: Event): string | null =>
  (e.target as Element).closest<SVGElement>('path[data-code]')?.dataset['code'] ?? null;

export class Insets {
  readonly #d: DecorInsets;
  #liste: readonly Inset[] = [];
  #echelle: Echelle | null = null;

  constructor(d: DecorInsets) {
    this.#d = d;
    d.hote.addEventListener('click', (e) => {
      const id = (e.target as Element).closest<HTMLElement>('[data-inset]')?.dataset['inset'];
      const inset = this.#liste.find((x) => x.id === id);
      if (inset) d.surVoyage(inset.bbox);
      const code = codeSous(e);
      if (code !== null) d.surChoix(code);
    });
    d.hote.addEventListener('pointermove', (e) => {
      const code = codeSous(e);
      const r = d.cadre.getBoundingClientRect();
      d.surSurvol(code === null ? null : { code, x: e.clientX - r.left, y: e.clientY - r.top });
    });
    d.hote.addEventListener('pointerleave', () => d.surSurvol(null));
  }

  /** Draw the insets of a view; nothing when the atlas has one frame. @param lieux where circles are, when there are any */
  async montre(v: VueDonnees, lieux: Lieux | null): Promise<void> {
    const { hote, donnees } = this.#d;
    if (this.#echelle !== v.etat.echelle) {
      this.#liste = await donnees.insets(v.etat.echelle);
      this.#echelle = v.etat.echelle;
    }
    hote.hidden = this.#liste.length === 0;
    const compte = v.indicateur.calcul === 'nombre';
    hote.className = `insets ${classeRampe(v.indicateur, compte ? 3 : v.classes.bornes.length + 1)}`;
    hote.innerHTML = String(html`${this.#liste.map((x) => dessine(x, v, compte, lieux))}`);
  }

  /** Give a zone a CSS class, and take it from the others. */
  marque(code: string | null, classe: string): void {
    const { hote } = this.#d;
    for (const p of hote.querySelectorAll(`path.${classe}`)) p.classList.remove(classe);
    if (code !== null) hote.querySelector(`path[data-code="${CSS.escape(code)}"]`)?.classList.add(classe);
  }
}

function dessine(x: Inset, v: VueDonnees, compte: boolean, lieux: Lieux | null): Html {
  const classe = (code: string): string => {
    const c = v.cellules[rang(v.zones, code)];
    // No fill class for secrecy: the hatch of the attribute shows.
    if (!c || c.statut === 's') return c ? 'secret' : 'so';
    return c.statut === 'valeur' ? (compte ? 'uni' : `c${indexClasse(v.classes, c.valeur)}`) : c.statut;
  };
  return html`<div class="inset">
    <button type="button" data-inset="${x.id}" title="Aller à ${x.nom}">${x.nom}</button
    ><svg viewBox="0 0 ${x.largeur} ${x.hauteur}" aria-hidden="true">
      <defs>
        <pattern id="hachures-${x.id}" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect class="s" width="5" height="5" />
          <path class="trait" d="M-1 1L1-1M0 5L5 0M4 6L6 4" />
        </pattern>
      </defs>
      ${x.zones.map(([code, d]) => html`<path class="${classe(code)}" data-code="${code}" d="${d}" fill="url(#hachures-${x.id})" />`)}${cercles(x, v, lieux)}
    </svg>
  </div>`;
}

/** Circles of an inset, at the scale of the map: a zone is placed by its point in the box of all of them. */
function cercles(x: Inset, v: VueDonnees, lieux: Lieux | null): Html[] | null {
  const nombres = comptesDe(v);
  if (!nombres || !lieux) return null;
  const { bbox, points } = lieux;
  const rangs = x.zones.map(([code]) => rang(v.zones, code)).filter((n) => n >= 0);
  const bord = (k: number, de: typeof Math.min) => de(...rangs.map((n) => bbox[4 * n + k] ?? 0));
  const [o, s, e, n] = [bord(0, Math.min), bord(1, Math.min), bord(2, Math.max), bord(3, Math.max)];
  const cos = Math.cos((((s + n) / 2) * Math.PI) / 180);
  const echelle = Math.min((x.largeur - 6) / ((e - o) * cos), (x.hauteur - 6) / (n - s));
  const ref = etalon(nombres);
  return rangs.flatMap((r) => {
    const y = nombres[r];
    if (y == null) return [];
    const cx = x.largeur / 2 + ((points[2 * r] ?? 0) - (o + e) / 2) * cos * echelle;
    const cy = x.hauteur / 2 - ((points[2 * r + 1] ?? 0) - (s + n) / 2) * echelle;
    return [html`<circle class="${v.effectifs ? 'anneau' : 'disque'}" cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="${rayonCercle(y, ref).toFixed(1)}" />`]; // prettier-ignore
  });
}
