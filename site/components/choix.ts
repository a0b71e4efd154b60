/** The panel of choices as HTML: plain links, so that every choice works without JavaScript. */
import { FINE, majuscule, typographie } from '../carto/format.ts';
import { INDICATEURS, indicateur, variable } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_ECHELLE, LIBELLES_SECTEUR } from '../../data/catalogue/echelles.ts';
import { THEMES } from '../../data/catalogue/themes.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import type { Offre } from '../state/donnees.ts';
import { echellesCarte, millesimesOfferts, populationsOffertes, realisable, secteursOfferts, type Choix } from '../state/choix.ts'; // prettier-ignore
import { MESURES, pourquoiPas, type Mesure } from '../state/mesure.ts';
import { html, type Html } from './html.ts';

export interface ContexteChoix {
  readonly offre: Offre;
  readonly choix: Choix;
  /** Échelles of this atlas, widest first, whether or not the indicateur has them. */
  readonly echelles: readonly Echelle[];
  /** Address of a choice. */
  readonly lien: (c: Choix) => string;
  /** Sentence shown on an échelle that this indicateur does not have. */
  readonly absence: string;
  /** Value, change or gap; absent on the server, where only values exist. */
  readonly mesure?: Mesure;
  /** Échelle chosen by the zoom (territory page): adds the choice and says whether it is on. */
  readonly auto?: boolean;
  /** Indicateurs looked at lately on this device, and its favourites; absent where nothing is remembered. */
  readonly recents?: readonly string[];
  readonly preferes?: readonly string[];
  /** What an indicateur counts, said under its name. */
  readonly definition: (id: string) => string | undefined;
}

const NOMS_POPULATION = { ENS: 'Ensemble', ER: 'Emménagés récents' } as const;

export function rendChoix(c: ContexteChoix): Html {
  const i = indicateur(c.choix.indicateur);
  const v = variable(i.variable);
  const theme = THEMES.find((t) => t.id === v.theme);
  return html`${menuIndicateur(c)} ${rendEchelles(c)}
    ${segments(
      'Secteur',
      'secteur',
      (['tous', 'qpv', 'hqpv'] as const).map((s) => ({
        valeur: s,
        texte: s === 'tous' ? 'Tous' : LIBELLES_SECTEUR[s],
      })),
      secteursOfferts(c.offre, i, c.choix.echelle),
      c,
      'Les quartiers prioritaires se lisent à la commune et au-dessus.',
    )}
    ${
      v.populations.length > 1
        ? segments(
            'Population',
            'population',
            (['ENS', 'ER'] as const).map((p) => ({
              valeur: p,
              texte: NOMS_POPULATION[p],
            })),
            populationsOffertes(c.offre, i, c.choix.echelle),
            c,
            '',
          )
        : null
    }
    ${segments(
      'Millésime',
      'millesime',
      millesimesOfferts(c.offre, i, c.choix.echelle).map((m) => ({ valeur: m, texte: String(m) })),
      millesimesOfferts(c.offre, i, c.choix.echelle),
      c,
      '',
    )}
    <p class="source-vue">
      ${theme?.libelle ?? ''} ·
      ${v.source === 'ops' ? `enquête OPS ${c.choix.millesime}` : `RPLS au 1er janvier ${c.choix.millesime}`}
    </p>`;
}

function menuIndicateur(c: ContexteChoix): Html {
  const i = indicateur(c.choix.indicateur);
  const theme = THEMES.find((t) => t.id === variable(i.variable).theme);
  const groupes = THEMES.flatMap((t) => {
    const siens = INDICATEURS.filter((x) => variable(x.variable).theme === t.id && c.offre[x.variable]);
    return siens.length > 0 ? [{ t, siens }] : [];
  });
  return html`<details class="menu" data-menu>
      <summary>
        <span class="etiquette">Indicateur</span><strong>${typographie(i.libelle)}</strong
        ><span class="discret">${theme?.libelle}</span>
      </summary>
      <div class="menu-corps">
        <label class="avec-js"
          ><span class="lecteur">Chercher un indicateur</span
          ><input
            type="search"
            data-filtre-indicateurs
            placeholder="Chercher un indicateur"
            autocomplete="off"
        /></label>
        ${rendSouvenirs(c, 'Favoris', c.preferes)}${rendSouvenirs(c, 'Récents', c.recents, html` <button type="button" class="lien-bouton" data-oublie>Effacer</button>`)}${groupes.map(
          ({ t, siens }) =>
            html`<section>
              <h3>${t.libelle}</h3>
              <ul>
                ${siens.map((x) => {
                  const vers = realisable(c.offre, x, { ...c.choix, indicateur: x.id });
                  return vers
                    ? lien(
                        c,
                        vers,
                        'indicateur',
                        x.id,
                        typographie(x.libelle),
                        x.id === i.id,
                        c.definition(x.id),
                      )
                    : null;
                })}
              </ul>
            </section>`,
        )}
      </div>
    </details>
    ${c.preferes ? rendPreferer(c.preferes.includes(i.id)) : null}`;
}

const rendPreferer = (est: boolean) =>
  html`<p class="prefere"><button type="button" class="lien-bouton" data-prefere aria-pressed="${String(est)}">${est ? '★ Indicateur favori' : '☆ Garder cet indicateur en favori'}</button></p>`; // prettier-ignore

/** Indicateurs of this device, but the one on the map. */
function rendSouvenirs(
  c: ContexteChoix,
  titre: string,
  ids: readonly string[] = [],
  suite: Html | null = null,
): Html | null {
  const siens = ids.flatMap((id) => {
    const x = INDICATEURS.find((i) => i.id === id && id !== c.choix.indicateur);
    const vers = x && realisable(c.offre, x, { ...c.choix, indicateur: id });
    return x && vers
      ? [lien(c, vers, 'indicateur', id, typographie(x.libelle), false, c.definition(id))]
      : [];
  });
  if (siens.length === 0) return null;
  return html`<section>
    <h3>${titre}${suite}</h3>
    <ul>
      ${siens}
    </ul>
  </section>`;
}

function lien(c: ContexteChoix, vers: Choix, nom: string, valeur: string | number, texte: string, actif: boolean, dit?: string): Html {
  return rendOption(c.lien(vers), nom, valeur, texte, actif, dit);
} // prettier-ignore

/** A choice: a link where it has an address, else a button. @param dit said under it */
export function rendOption(href: string, nom: string, valeur: string | number, texte: string, actif: boolean, dit?: string): Html {
  const contenu = html` data-choix="${nom}" data-valeur="${valeur}"${actif ? html` aria-current="true"` : null}>${texte}${dit ? html`<small>${typographie(dit)}</small>` : null}`;
  return href === '#'
    ? html`<li><button type="button"${contenu}</button></li>`
    : html`<li><a href="${href}"${contenu}</a></li>`;
} // prettier-ignore

/** Links to the échelles; the ones this indicateur does not have stay readable and say why. */
export function rendEchelles(c: ContexteChoix): Html {
  const i = indicateur(c.choix.indicateur);
  const possibles = echellesCarte(c.offre, i);
  const autres = c.echelles.filter((e) => e !== 'france');
  const manque = autres.some((e) => !possibles.includes(e));
  return html`<fieldset class="segments echelles"><legend>Échelle</legend><ul>${c.auto === undefined ? null : rendOption('#', 'echelle', 'auto', 'Suit le zoom', c.auto)}${autres.map((e) =>
    possibles.includes(e)
      ? lien(c, { ...c.choix, echelle: e }, 'echelle', e, majuscule(LIBELLES_ECHELLE[e].un.replace(' de 200 m', '')), e === c.choix.echelle && c.auto !== true)
      : html`<li><span class="absent" title="${c.absence}">${majuscule(LIBELLES_ECHELLE[e].un.replace(' de 200 m', ''))}</span></li>`,
  )}</ul>${manque ? html`<p class="note">${c.absence}</p>` : null}</fieldset>`;
} // prettier-ignore

function segments(
  titre: string,
  nom: 'secteur' | 'population' | 'millesime',
  options: readonly { valeur: string | number; texte: string }[],
  offerts: readonly (string | number)[],
  c: ContexteChoix,
  absence: string,
): Html | null {
  // One possibility is not a choice, except the millésime, which dates the map.
  if ((options.length < 2 || offerts.length < 2) && nom !== 'millesime') return null;
  const i = indicateur(c.choix.indicateur);
  // Secteur and population live in the query: without JavaScript they would lead to the same page.
  const avecJs = nom === 'millesime' ? '' : ' avec-js';
  return html`<fieldset class="segments${avecJs}">
    <legend>${titre}</legend>
    <ul>
      ${options.map((o) => {
        const vers = offerts.includes(o.valeur)
          ? realisable(c.offre, i, { ...c.choix, [nom]: o.valeur })
          : null;
        return vers
          ? lien(c, vers, nom, o.valeur, o.texte, c.choix[nom] === o.valeur)
          : html`<li><span class="absent" title="${absence}">${o.texte}</span></li>`;
      })}
    </ul>
  </fieldset>`;
}

const NOMS_MESURE = { valeur: 'Valeur', evolution: 'Évolution', ecart: 'Écart des récents' } as const;

/** Value, change between millésimes, gap of recent movers; what cannot be compared says why. */
export function rendMesures(c: Pick<ContexteChoix, 'offre' | 'choix'>, mesure: Mesure): Html {
  const i = indicateur(c.choix.indicateur);
  // The register counts dwellings: it has no recent movers.
  const raisons = MESURES.filter((m) => m !== 'ecart' || variable(i.variable).populations.length > 1).map(
    (m) => ({ m, non: pourquoiPas(c.offre, i, c.choix.echelle, c.choix, m) }),
  );
  return html`<fieldset class="segments">
    <legend>Montrer</legend>
    <ul>
      ${raisons.map(({ m, non }) =>
        non === null
          ? rendOption('#', 'mesure', m, NOMS_MESURE[m], m === mesure)
          : html`<li><span class="absent">${NOMS_MESURE[m]}</span></li>`,
      )}
    </ul>
    ${raisons.map(({ m, non }) => (non === null ? null : html`<p class="note">${NOMS_MESURE[m]}${FINE}: ${typographie(non)}</p>`))}
  </fieldset>`;
}
