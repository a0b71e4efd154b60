/** Marks on a legend for the zone under the pointer: its class, and its place on the histogram. */
import { indexClasse } from '../carto/classes.ts';
import type { VueDonnees } from './vue.ts';

/** @param n row of the zone in the view, -1 for none */
export function marqueLegende(hote: HTMLElement | null, v: VueDonnees, n: number): void {
  if (!hote) return;
  const c = v.cellules[n];
  const k = v.classes;
  const repere = hote.querySelector('.repere');
  const visible = c?.statut === 'valeur' && k.max > k.min;
  repere?.toggleAttribute('hidden', !visible);
  if (visible) repere?.setAttribute('transform', `translate(${(((c.valeur - k.min) / (k.max - k.min)) * 260).toFixed(1)} 0)`); // prettier-ignore
  const actif = c ? (c.statut === 'valeur' ? String(indexClasse(k, c.valeur)) : c.statut) : null;
  for (const li of hote.querySelectorAll<HTMLElement>('[data-classe]'))
    li.toggleAttribute('data-active', li.dataset['classe'] === actif);
}
