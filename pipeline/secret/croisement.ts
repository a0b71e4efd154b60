/** The last step of the secret: millésimes against each other, EPCI by EPCI, on the verdicts of each year. */
import { variable } from '../../data/catalogue/indicators/index.ts';
import type { Population } from '../../data/contract/zone.ts';
import { blocsDe, extrait, NIVEAUX_CONTEXTE, niveauxBloc, type Atomes } from './atomes.ts';
import { croise, type Ajout, type Annee } from './millesimes.ts';
import type { JugementMillesime, Verdicts } from './niveaux.ts';
import { SECONDAIRE, type Verdict } from './systeme.ts';

const MENAGES = 'ops_men';
const liste = (verdicts: Verdicts, id: string): readonly Verdict[] =>
  verdicts.find((v) => v.variable === id)?.verdicts ?? [];

function anneeDe(a: Atomes, indices: Int32Array, j: JugementMillesime, epci: string): Annee | null {
  const bloc = liste(j.blocs.get(epci) ?? [], MENAGES);
  if (bloc.length === 0) return null;
  const atomes = extrait(a, indices);
  const niveaux = niveauxBloc(atomes);
  const dedans = new Map(bloc.map((d) => [`${d.rang}/${d.population}`, d.cache]));
  const dessus = new Set<string>();
  for (const d of liste(j.haut, MENAGES))
    d.cache.forEach((c, z) => c === 1 && dessus.add(`${d.niveau.id}/${d.niveau.cles[z]}/${d.population}`));
  return {
    atomes,
    niveaux,
    contexte: NIVEAUX_CONTEXTE,
    cache: (rang, p, z) =>
      rang < NIVEAUX_CONTEXTE
        ? dessus.has(`${niveaux[rang]?.id}/${niveaux[rang]?.cles[z]}/${p}`)
        : dedans.get(`${rang}/${p}`)?.[z] === 1,
  };
}

/** Hide a cell of households in every variable of the family: they all show the number of households. */
function applique(verdicts: Verdicts, ajouts: readonly Ajout[]): number {
  let caches = 0;
  const parNiveau = new Map<string, Set<number>>();
  for (const { rang, population, zone } of ajouts) {
    const cle = `${rang}/${population}`;
    parNiveau.set(cle, (parNiveau.get(cle) ?? new Set<number>()).add(zone));
  }
  for (const { variable: id, verdicts: ds } of verdicts) {
    if (variable(id).famille !== 'menages') continue;
    for (const d of ds)
      for (const z of parNiveau.get(`${d.rang}/${d.population satisfies Population}`) ?? []) {
        if (d.cache[z] === 1) continue;
        d.cache[z] = 1;
        d.raison[z] = SECONDAIRE;
        caches++;
      }
  }
  return caches;
}

/**
 * Put the millésimes of every EPCI against each other, oldest first, changing their verdicts in place.
 * @returns number of cells hidden further, all variables
 */
export function croiseMillesimes(
  atomes: readonly Atomes[],
  juges: readonly JugementMillesime[],
  avance: () => void,
): number {
  let caches = 0;
  const blocs = atomes.map(blocsDe);
  for (let q = 1; q < atomes.length; q++)
    for (let p = 0; p < q; p++)
      for (const [epci, indices] of blocs[q] as Map<string, Int32Array>) {
        const avant = blocs[p]?.get(epci);
        if (avant === undefined) continue;
        const a = anneeDe(atomes[p] as Atomes, avant, juges[p] as JugementMillesime, epci);
        const b = anneeDe(atomes[q] as Atomes, indices, juges[q] as JugementMillesime, epci);
        avance();
        if (a === null || b === null) continue;
        const [ajoutsA, ajoutsB] = croise(a, b);
        caches += applique(juges[p]?.blocs.get(epci) ?? [], ajoutsA);
        caches += applique(juges[q]?.blocs.get(epci) ?? [], ajoutsB);
      }
  return caches;
}
