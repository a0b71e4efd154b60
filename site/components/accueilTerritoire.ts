/** What a territory link says of itself before anything is opened, and the sentences of what can go wrong. */
import { CLAUSES, ROLES_LIBELLES, libelleFinalite } from '../../data/catalogue/finalites.ts';
import type { Grant } from '../../data/contract/grant.ts';
import type { ErreurTerritoire } from '../archive/erreurs.ts';
import { FINE, enumere, typographie } from '../carto/format.ts';
import { html, type Html } from './html.ts';

const DATE = new Intl.DateTimeFormat('fr-FR', { day: 'numeric', month: 'long', year: 'numeric' });

/** "22 novembre 2026", with an ordinal first of the month. */
export function dateLongue(secondes: number): string {
  return DATE.format(new Date(secondes * 1000)).replace(/^1 /, '1er ');
}

/** A third party may hold several territories: one is opened at a time, each with its own archives. */
function rendTerritoires(g: Grant, noms: readonly string[]): Html {
  return html`<fieldset class="choix-territoire">
    <legend>Territoire à ouvrir</legend>
    ${g.ter.map((t, n) => html`<label class="case"><input type="radio" name="territoire" value="${t}" ${n === 0 ? html` checked` : null} /> <span>${noms[n] ?? t}</span></label>`)}
  </fieldset>`;
}

/** @param noms names of the territories of the grant, in its order */
export function rendLien(g: Grant, noms: readonly string[]): Html {
  return html`<p class="surtitre">Lien de territoire</p>
    <h1>${enumere(noms)}</h1>
    <p class="chapeau">
      Ce lien ouvre les données de ce territoire, jusqu’à l’adresse, là où le secret le permet.
    </p>
    <dl class="fiche-indicateur">
      <div>
        <dt>Valable jusqu’au</dt>
        <dd>${dateLongue(g.exp)}</dd>
      </div>
      <div>
        <dt>Remis à</dt>
        <dd>${ROLES_LIBELLES[g.rol]}, compte ${g.sub}</dd>
      </div>
      <div>
        <dt>Finalité</dt>
        <dd>${libelleFinalite(g.pur)}</dd>
      </div>
      <div>
        <dt>Convention</dt>
        <dd>${g.cnv}</dd>
      </div>
    </dl>
    <h2>Clauses de la convention</h2>
    <ul class="clauses">
      ${CLAUSES.map((c) => html`<li>${typographie(c)}</li>`)}
    </ul>
    <form data-role="accepte">
      ${g.ter.length > 1 ? rendTerritoires(g, noms) : null}
      <label class="case"
        ><input type="checkbox" required /> <span>J’ai lu ces clauses et je les accepte.</span></label
      >
      <p class="actions"><button class="bouton principal" type="submit">Ouvrir le territoire</button></p>
      <p class="note">
        L’ouverture est inscrite au journal de la convention${FINE}: date, compte, fichiers lus. Les zones que
        vous regardez ne le sont jamais.
      </p>
    </form>`;
}

export function rendErreur(e: Pick<ErreurTerritoire, 'message' | 'conseil' | 'reessayer'>): Html {
  return html`<div class="refus" role="alert">
    <h1>${typographie(e.message)}</h1>
    <p class="chapeau">${typographie(e.conseil)}</p>
    ${e.reessayer ? html`<p class="actions"><button class="bouton principal" type="button" data-role="reessaie">Réessayer</button></p>` : null}
    <p class="note">Aucune donnée du territoire n’est affichée. L’atlas public reste ouvert à tous.</p>
  </div>`;
}

export function rendProgression(): Html {
  return html`<div class="ouverture-territoire">
    <h1>Ouverture du territoire</h1>
    <p role="status" data-role="etape">Vérification du lien…</p>
    <progress max="1" value="0" data-role="progres" aria-label="Données reçues"></progress>
  </div>`;
}

/** Repeated text over the map: whoever photographs the screen carries the name of the account away. */
export function rendFiligrane(compte: string, convention: string, jour: string, n = 0): Html {
  return html`<svg class="filigrane" aria-hidden="true">
    <defs>
      <pattern
        id="filigrane-${n}"
        width="340"
        height="170"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(-24)"
      >
        <text x="10" y="60">${compte}</text>
        <text x="10" y="80">${convention}, ${jour}</text>
      </pattern>
    </defs>
    <rect width="100%" height="100%" fill="url(#filigrane-${n})" />
  </svg>`;
}
