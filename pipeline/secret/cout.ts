/**
 * What one more published cell would cost: the variable is judged twice on the block of the cell, as it is and with the
 * cell kept, and the two patterns are compared. Confidential, for `carto explain --cout`.
 */
import { REGLES } from '../../data/catalogue/secret.ts';
import { UserError } from '../../data/contract/erreur.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle, Population, Secteur } from '../../data/contract/zone.ts';
import { blocsDe, extrait, NIVEAUX_CONTEXTE, niveauxBloc, type Atomes } from './atomes.ts';
import { jugeVariable } from './systeme.ts';
import { cleContexte, SECONDAIRE, type Contexte, type Verdict } from './verdict.ts';

export interface Cout {
  /** Cells hidden to protect others, and their units, without and with the cell. */
  sans: { cellules: number; unites: number };
  avec: { cellules: number; unites: number };
  /** Cells that would be hidden instead, `<niveau>:<code>/<population>`; and those that would come back. */
  perdues: string[];
  rendues: string[];
}
export interface CelluleBloc {
  epci: string;
  echelle: Echelle;
  code: string;
  secteur: Secteur;
  population: Population;
}

const secondaires = (verdicts: readonly Verdict[]) => {
  const m = new Map<string, number>();
  for (const d of verdicts)
    d.raison.forEach((r, z) => {
      if (r === SECONDAIRE)
        m.set(`${d.niveau.id}:${d.niveau.cles[z]}/${d.population}`, d.comptes.r[z] as number);
    });
  return m;
};
const total = (m: ReadonlyMap<string, number>) => ({
  cellules: m.size,
  unites: [...m.values()].reduce((s, n) => s + n, 0),
});

/**
 * @param caches hidden totals of the EPCI, `<population>/<secteur>`
 * @throws UserError when the cell cannot be published whatever is hidden around it
 */
export function coutDe(a: Atomes, v: Variable, cellule: CelluleBloc, caches: ReadonlySet<string>): Cout {
  const indices = blocsDe(a).get(cellule.epci);
  if (indices === undefined) throw new UserError(`Aucun atome pour l’EPCI ${cellule.epci}.`);
  const bloc = extrait(a, indices);
  const niveaux = niveauxBloc(bloc);
  const contexte: Contexte = new Map(
    niveaux
      .slice(0, NIVEAUX_CONTEXTE)
      .flatMap((n) =>
        n.cles.flatMap((_, z) =>
          v.populations.flatMap((p): [string, 1][] =>
            n.publie && caches.has(`${p}/${n.secteurs[z]}`) ? [[cleContexte(v.id, p, n, z), 1]] : [],
          ),
        ),
      ),
  );
  const rang = niveaux.findIndex(
    (n, k) =>
      k >= NIVEAUX_CONTEXTE && n.echelle === cellule.echelle && n.split === (cellule.secteur !== 'tous'),
  );
  const zone =
    niveaux[rang]?.codes.findIndex(
      (c, z) => c === cellule.code && niveaux[rang]?.secteurs[z] === cellule.secteur,
    ) ?? -1;
  if (zone < 0)
    throw new UserError(`La zone ${cellule.code} n’est pas dans le bloc de l’EPCI ${cellule.epci}.`, {
      hint: 'Le coût se calcule pour les échelles fines et les communes.',
    });
  const juge = (exige?: { rang: number; population: Population; zone: number }) =>
    secondaires(
      jugeVariable(
        v,
        niveaux,
        bloc,
        REGLES.seuil,
        [],
        undefined,
        { niveaux: NIVEAUX_CONTEXTE, caches: contexte, impose: false },
        exige === undefined ? {} : { exige },
      ).verdicts,
    );
  const sans = juge();
  const avec = juge({ rang, population: cellule.population, zone });
  return {
    sans: total(sans),
    avec: total(avec),
    perdues: [...avec.keys()].filter((k) => !sans.has(k)),
    rendues: [...sans.keys()].filter((k) => !avec.has(k)),
  };
}
