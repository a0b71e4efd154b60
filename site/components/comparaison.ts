/** Choice of a second map beside the first: another indicateur, population, sector or millésime, at the same échelle. */
import { typographie } from '../carto/format.ts';
import { INDICATEURS, indicateur, variable } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_POPULATION, LIBELLES_SECTEUR } from '../../data/catalogue/echelles.ts';
import { THEMES } from '../../data/catalogue/themes.ts';
import type { Population, Secteur } from '../../data/contract/zone.ts';
import { avecParDefaut, tranchesDe, type Choix } from '../state/choix.ts';
import type { Offre } from '../state/donnees.ts';
import { cleAvec, type Avec } from '../state/etat.ts';
import { rendOption } from './choix.ts';
import { html, type Html } from './html.ts';

export interface ContexteComparaison {
  readonly offre: Offre;
  readonly choix: Choix;
  readonly avec: Avec | null;
}

/** "Ensemble des ménages, en QPV, 2022": the parts that vary, always the year. */
function libelleTranche(t: string, avecPopulation: boolean): string {
  const [population, secteur, millesime] = t.split('.') as [Population, Secteur, string];
  return [
    ...(avecPopulation ? [LIBELLES_POPULATION[population]] : []),
    ...(secteur === 'tous' ? [] : [LIBELLES_SECTEUR[secteur].toLowerCase().replace('qpv', 'QPV')]),
    millesime,
  ].join(', ');
}

export function rendComparaison(c: ContexteComparaison): Html {
  const i = indicateur(c.choix.indicateur);
  const depart = cleAvec(avecParDefaut(c.offre, i, c.choix));
  return html`<fieldset class="segments">
      <legend>Comparer</legend>
      <ul>
        ${rendOption('#', 'avec', '', 'Une carte', c.avec === null)}${rendOption('#', 'avec', c.avec ? cleAvec(c.avec) : depart, 'Deux cartes', c.avec !== null)}
      </ul>
    </fieldset>
    ${c.avec ? rendSeconde(c, c.avec) : null}`;
}

function rendSeconde(c: ContexteComparaison, a: Avec): Html {
  const e = c.choix.echelle;
  const groupes = THEMES.flatMap((t) => {
    const siens = INDICATEURS.filter((x) => variable(x.variable).theme === t.id && tranchesDe(c.offre, x, e).length > 0); // prettier-ignore
    return siens.length > 0 ? [{ t, siens }] : [];
  });
  const i = indicateur(a.indicateur);
  const plusieurs = new Set(tranchesDe(c.offre, i, e).map((t) => t.split('.')[0])).size > 1;
  const option = (valeur: string, texte: string, choisie: boolean) =>
    html`<option value="${valeur}" ${choisie ? html` selected` : null}>${texte}</option>`;
  return html`<fieldset class="seconde-carte">
    <legend>Seconde carte</legend>
    <label
      ><span class="lecteur">Indicateur de la seconde carte</span
      ><select data-avec="indicateur">
        ${groupes.map(
          ({ t, siens }) =>
            html`<optgroup label="${t.libelle}">
              ${siens.map((x) => option(x.id, typographie(x.libelle), x.id === a.indicateur))}
            </optgroup>`,
        )}
      </select></label
    >
    <label
      ><span class="lecteur">Population, secteur et millésime de la seconde carte</span
      ><select data-avec="tranche">
        ${tranchesDe(c.offre, i, e).map((t) => option(t, libelleTranche(t, plusieurs), cleAvec(a) === `${a.indicateur}.${t}`))}
      </select></label
    >
    ${a.indicateur === c.choix.indicateur && a.millesime !== c.choix.millesime && i.comparabilite ? html`<p class="note">${typographie(`Attention : ${i.comparabilite}`)}</p>` : null}
  </fieldset>`;
}

/** The second view after a change of one of its two lists. */
export function avecChange(a: Avec, liste: string, valeur: string): Avec {
  if (liste === 'indicateur') return { ...a, indicateur: valeur };
  const [population, secteur, millesime] = valeur.split('.') as [Population, Secteur, string];
  return { ...a, population, secteur, millesime: Number(millesime) };
}
