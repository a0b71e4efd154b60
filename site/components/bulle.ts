/** Tooltip of a zone: name, value and unit, class, base, statut in words. */
import { indexClasse } from '../carto/classes.ts';
import { FINE, texteBaseLue, texteCellule, texteClasse, typographie, unitesBase } from '../carto/format.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { html, type Html } from './html.ts';
import { classeRampe, pastille } from './legende.ts';

export function rendBulle(nom: string, c: Cell, i: Indicateur, e: Echelle, k: Classes): Html {
  const classe = c.statut === 'valeur' ? indexClasse(k, c.valeur) : null;
  const compte = i.calcul === 'nombre';
  return html`<strong>${nom}</strong
    ><span class="valeur-bulle ${classeRampe(i, k.bornes.length + 1)}"
      >${compte && classe !== null ? null : pastille(classe === null ? c.statut : `c${classe}`)}${texteCellule(c, i, e)}</span
    ><small>${typographie(i.libelle)}</small
    >${c.statut === 'valeur' && !compte ? html`<small>Classe${FINE}: ${texteClasse(k, classe ?? 0, i, e)}</small><small>Base${FINE}: ${texteBaseLue(c.base, unitesBase(i))}</small>` : null}`;
}

/** The same in one spoken sentence. */
export function ditZone(nom: string, c: Cell, i: Indicateur, e: Echelle, k: Classes): string {
  const n = k.bornes.length + 1;
  const classe = c.statut === 'valeur' && i.calcul !== 'nombre' ? `, classe ${indexClasse(k, c.valeur) + 1} sur ${n}` : ''; // prettier-ignore
  const base = c.statut === 'valeur' && i.calcul !== 'nombre' ? `, base${FINE}: ${texteBaseLue(c.base, unitesBase(i))}` : ''; // prettier-ignore
  return `${nom}${FINE}: ${texteCellule(c, i, e)}${classe}${base}.`;
}
