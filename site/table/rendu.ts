/** The table twin as HTML: the same rows on the server and in the page. */
import { indexClasse } from '../carto/classes.ts';
import { INSECABLE, majuscule, nombre, unitesBase } from '../carto/format.ts';
import { classeRampe, pastille } from '../components/legende.ts';
import { html, type Html } from '../components/html.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { texteCase, type Ligne, type Tri } from './lignes.ts';

export interface Tableau {
  readonly lignes: readonly Ligne[];
  /** Rows drawn; the others are asked for by a button. */
  readonly montrees: number;
  readonly total: number;
  readonly echelle: Echelle;
  readonly indicateur: Indicateur;
  readonly classes: Classes | null;
  readonly tri: Tri;
  readonly croissant: boolean;
  /** Échelle of the parent column; null when there is none. */
  readonly parent: Echelle | null;
  readonly zone: string | null;
  /** Address of a zone. */
  readonly lien: (l: Ligne) => string | null;
  readonly legende: string;
  /** The figure of the second map, when there are two. */
  readonly autre?: { readonly indicateur: Indicateur; readonly titre: string } | null;
}

function base(l: Ligne): string {
  if (l.cellule.statut !== 'valeur') return '';
  const b = l.cellule.base;
  return typeof b === 'number' ? nombre(b) : b === '100+' ? `100${INSECABLE}ou plus` : b;
}

export function rendLigne(t: Tableau, l: Ligne): Html {
  const { texte, dit } = texteCase(l.cellule, t.indicateur, t.echelle);
  const c = l.cellule.statut !== 'valeur' ? l.cellule.statut : t.classes ? `c${indexClasse(t.classes, l.cellule.valeur)}` : null; // prettier-ignore
  const href = t.lien(l);
  const nom = href ? html`<a href="${href}" data-zone="${l.code}">${l.nom}</a>` : html`<span>${l.nom}</span>`; // prettier-ignore
  return html`<tr
    data-code="${l.code}"
    ${l.code === t.zone ? html` class="choisie" aria-current="true"` : null}
  >
    <td class="num rang">${l.rang ?? ''}</td>
    <th scope="row">${nom}</th>
    ${t.parent ? html`<td class="parent">${l.parent}</td>` : null}
    <td class="num valeur">
      ${c ? pastille(c) : null}${dit ? html`<abbr title="${dit}">${texte}</abbr>` : texte}
    </td>
    <td class="num">${base(l)}</td>
    ${t.autre && l.autre ? rendAutre(l.autre, t.autre.indicateur, t.echelle) : null}
  </tr> `;
}

function rendAutre(c: Cell, i: Indicateur, e: Echelle): Html {
  const { texte, dit } = texteCase(c, i, e);
  return html`<td class="num">${dit ? html`<abbr title="${dit}">${texte}</abbr>` : texte}</td>`;
}

export function rendTableau(t: Tableau): Html {
  const { un } = LIBELLES_ECHELLE[t.echelle];
  const i = t.indicateur;
  const unite = i.unite === unitesBase(i) ? '' : ` (${i.unite})`;
  const tete = (tri: Tri, texte: string, num = false) => {
    const actif = t.tri === tri;
    const sens = actif ? (t.croissant ? 'ascending' : 'descending') : 'none';
    return html`<th scope="col" aria-sort="${sens}" ${num ? html` class="num"` : null}>
      <button type="button" data-tri="${tri}">${texte}<span class="fleche" aria-hidden="true"></span></button>
    </th>`;
  };
  const k = t.classes ? t.classes.bornes.length + 1 : 1;
  const reste = t.lignes.length - t.montrees;
  return html`<div class="defile" tabindex="0" role="group" aria-label="Tableau des valeurs">
      <table class="valeurs ${classeRampe(i, k)}">
        <caption>
          ${t.legende}
        </caption>
        <thead>
          <tr>
            ${tete('rang', 'Rang', true)}${tete('nom', majuscule(un))}${t.parent ? tete('parent', majuscule(LIBELLES_ECHELLE[t.parent].un)) : null}${tete('valeur', `${majuscule(i.court)}${unite}`, true)}${tete('base', `Base (${unitesBase(i)})`, true)}${t.autre ? tete('autre', `${t.autre.titre}${t.autre.indicateur.unite === unitesBase(t.autre.indicateur) ? '' : ` (${t.autre.indicateur.unite})`}`, true) : null}
          </tr>
        </thead>
        <tbody>
          ${t.lignes.slice(0, t.montrees).map((l) => rendLigne(t, l))}
        </tbody>
      </table>
    </div>
    ${reste > 0 ? html`<p class="suite"><button type="button" data-suite>Afficher ${nombre(Math.min(reste, 200))} lignes de plus</button> <span class="discret">${nombre(t.montrees)} sur ${nombre(t.lignes.length)}</span></p>` : null}`;
}
