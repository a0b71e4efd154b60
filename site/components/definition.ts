/** What a figure means, under its table. */
import { FINE, majuscule, typographie } from '../carto/format.ts';
import { variable } from '../../data/catalogue/indicators/index.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { html, type Html } from './html.ts';

const SOURCES = {
  ops: 'Enquête sur l’occupation du parc social (OPS), déclarations des bailleurs et des ménages.',
  rpls: 'Répertoire des logements locatifs des bailleurs sociaux (RPLS), déclaration annuelle des bailleurs.',
} as const;

/**
 * @param methode address of the indicateur's own page
 * @param citation sentence to quote the view with, null where a view may not be quoted
 * @param integrable the view has an address that another site may show
 */
export function rendDefinition(
  i: Indicateur,
  methode: string | null,
  citation: string | null = null,
  integrable = false,
): Html {
  const v = variable(i.variable);
  return html`<h2>Ce que dit ce chiffre</h2>
    <dl class="fiche-indicateur">
      <div>
        <dt>Définition</dt>
        <dd>${typographie(i.definition)}</dd>
      </div>
      <div>
        <dt>Rapporté à</dt>
        <dd>
          ${i.calcul === 'nombre' ? `Un nombre de ${v.unites}, non rapporté à un total.` : majuscule(typographie(`${v.unites} de la base «${FINE}${v.libelle}${FINE}», réponse renseignée.`))}
        </dd>
      </div>
      <div>
        <dt>Source</dt>
        <dd>${SOURCES[v.source]}</dd>
      </div>
      <div>
        <dt>Limites</dt>
        <dd>${typographie(i.limites)}</dd>
      </div>
      ${
        i.comparabilite
          ? html`<div>
              <dt>Comparaison dans le temps</dt>
              <dd>${typographie(i.comparabilite)}</dd>
            </div>`
          : null
      }
      ${
        citation
          ? html`<div>
              <dt>Pour citer</dt>
              <dd>
                <span data-role="citation">${citation}</span>
                <button type="button" class="lien-bouton avec-js" data-copie="citation">Copier</button>
                <button type="button" class="lien-bouton avec-js" data-copie="adresse">
                  Copier l’adresse
                </button>
              </dd>
            </div>`
          : null
      }
      ${integrable ? rendIntegration() : null}
    </dl>
    ${methode ? html`<p><a href="${methode}">Fiche complète de l’indicateur</a></p>` : null}`;
}

/** Code to show the map in another site; filled by the script when it is opened. */
function rendIntegration(): Html {
  return html`<div class="avec-js">
    <dt>Intégrer dans un site</dt>
    <dd>
      <details data-role="integration">
        <summary>Code de la carte</summary>
        <label class="case"
          ><input type="checkbox" data-role="integre-legende" checked /> <span>Avec la légende</span></label
        >
        <label
          ><span class="lecteur">Code HTML à copier</span
          ><textarea data-role="code-integration" rows="3" readonly spellcheck="false"></textarea>
        </label>
        <button type="button" class="bouton" data-copie="code">Copier le code</button>
      </details>
    </dd>
  </div>`;
}
