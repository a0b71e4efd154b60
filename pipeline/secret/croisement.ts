/** The last step of the secret: millésimes against each other, EPCI by EPCI, on the verdicts of each year. */
import { variable } from '../../data/catalogue/indicators/index.ts';
import type { Population } from '../../data/contract/zone.ts';
import { blocsDe, extrait, NIVEAUX_CONTEXTE, niveauxBloc, type Atomes } from './atomes.ts';
import type { Equipe } from './equipe.ts';
import type { Ajout, Annee } from './millesimes.ts';
import type { JugementMillesime, Verdicts } from './niveaux.ts';
import { SECONDAIRE, type Verdict } from './verdict.ts';

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
    cache: niveaux.map((n, rang) => {
      const un = (p: Population) =>
        rang < NIVEAUX_CONTEXTE
          ? Uint8Array.from(n.cles, (cle) => (dessus.has(`${n.id}/${cle}/${p}`) ? 1 : 0))
          : (dedans.get(`${rang}/${p}`) ?? new Uint8Array(n.cles.length));
      return { ENS: un('ENS'), ER: un('ER') };
    }),
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
        d.causes.set(z, { genre: 'millesime', base: 0, cible: [], autres: 0 });
        caches++;
      }
  }
  return caches;
}

/**
 * Put the millésimes of every EPCI against each other, oldest first, changing their verdicts in place.
 * @param equipe worker threads; the result does not depend on their number
 * @returns number of cells hidden further, all variables
 */
export async function croiseMillesimes(
  atomes: readonly Atomes[],
  juges: readonly JugementMillesime[],
  equipe: Equipe,
): Promise<number> {
  let caches = 0;
  const blocs = atomes.map(blocsDe);
  for (let q = 1; q < atomes.length; q++)
    for (let p = 0; p < q; p++) {
      const annee = (m: number, epci: string) =>
        anneeDe(atomes[m] as Atomes, blocs[m]?.get(epci) as Int32Array, juges[m] as JugementMillesime, epci);
      const communs = [...(blocs[q]?.keys() ?? [])].filter((e) => blocs[p]?.has(e));
      const taille = (e: string) => blocs[q]?.get(e)?.length ?? 0;
      await equipe.pour(
        communs.sort((x, y) => taille(y) - taille(x) || (x < y ? -1 : 1)),
        (epci) => ({ genre: 'croise', avant: annee(p, epci), apres: annee(q, epci) }),
        (epci, [avant, apres]) => {
          caches += applique(juges[p]?.blocs.get(epci) ?? [], avant);
          caches += applique(juges[q]?.blocs.get(epci) ?? [], apres);
        },
      );
    }
  return caches;
}
