/** The formula of an indicateur in words, from what the catalogue says of it: its definition is "what, out of what". */
import { majuscule, typographie } from '../carto/format.ts';
import type { Indicateur, Variable } from '../../data/contract/indicateur.ts';

export interface Formule {
  readonly numerateur: string;
  /** Null for a plain count. */
  readonly denominateur: string | null;
}

/** "…, parmi les logements étiquetés", "… rapportés à l’ensemble des ménages": what comes before, and what it is out of. */
const PARTAGE = /^(.*?),? (?:parmi|rapportée?s? (?=aux? |à ))(.*)$/u;

/** "aux ménages" → "les ménages", "à la somme" → "la somme". */
function sansPreposition(tout: string): string {
  const nu = tout.trim().replace(/^aux /, 'les ').replace(/^à /, '');
  return nu.replace(/\(et non aux /, '(et non les ');
}

/**
 * @param v the variable of `i`
 * @returns sentences without SQL, ready for a page
 */
export function formule(i: Indicateur, v: Variable): Formule {
  const definition = i.definition.replace(/\.$/, '');
  if (i.calcul === 'nombre') return { numerateur: typographie(`${definition}.`), denominateur: null };
  const [, quoi, sur] = PARTAGE.exec(definition) ?? [];
  const question = v.libelle.replace(/, distribution$/, '');
  // The definition may say by itself that only answers count.
  const dit = v.repondu === 'true' || /renseignées|étiquetés/.test(sur ?? '');
  const connus = dit ? '' : `, quand l’information «\u202f${question}\u202f» est renseignée`;
  const base = sur ? sansPreposition(sur) : `les ${v.unites}${connus === '' ? ' du champ' : ''}`;
  return {
    numerateur: typographie(
      i.calcul === 'part' || quoi
        ? `${quoi ?? definition}.`
        : `La somme des valeurs de chaque ${v.unites.slice(0, -1)}${i.unite === '%' ? '' : ` (${i.unite})`}.`,
    ),
    denominateur: typographie(majuscule(`${base}${connus}.`)),
  };
}
