/** What points at a zone besides the map: marks on the legend, and a spoken sentence. */
import { indexClasse } from '../carto/classes.ts';
import { majuscule, typographie } from '../carto/format.ts';
import { ditZone } from '../components/bulle.ts';
import type { VueDonnees } from './vue.ts';

/** Class of the zone, and its place on the histogram. @param n row of the zone in the view, -1 for none */
export function marqueLegende(hote: HTMLElement | null, v: VueDonnees, n: number): void {
  if (!hote) return;
  const c = v.cellules[n];
  const k = v.classes;
  const repere = hote.querySelector('.repere');
  const axe = hote.querySelector<SVGElement>('.histogramme')?.dataset ?? {};
  const [min, max] = [Number(axe['min']), Number(axe['max'])];
  const visible = c?.statut === 'valeur' && max > min;
  repere?.toggleAttribute('hidden', !visible);
  if (visible) repere?.setAttribute('transform', `translate(${(Math.min(1, (c.valeur - min) / (max - min)) * 260).toFixed(1)} 0)`); // prettier-ignore
  const actif = c ? (c.statut === 'valeur' ? String(indexClasse(k, c.valeur)) : c.statut) : null;
  for (const li of hote.querySelectorAll<HTMLElement>('[data-classe]'))
    li.toggleAttribute('data-active', li.dataset['classe'] === actif);
}

/** Name, value, class and base of a zone; both values when there are two maps. */
export function phraseZone(v: VueDonnees, n: number): string {
  const phrase = (x: VueDonnees, nom: string) => {
    const c = x.cellules[n];
    return c ? ditZone(nom, c, x.indicateur, x.etat.echelle, x.classes) : '';
  };
  const seconde = v.autre ? ` ${phrase(v.autre, majuscule(typographie(v.autre.indicateur.court)))}` : '';
  return phrase(v, v.zones.noms[n] ?? '') + seconde;
}
