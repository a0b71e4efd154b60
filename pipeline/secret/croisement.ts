/** The last step of the secret: millésimes against each other, EPCI by EPCI, on the verdicts of each year. */
import { variable } from '../../data/catalogue/indicators/index.ts';
import type { Population } from '../../data/contract/zone.ts';
import { extrait, NIVEAUX_CONTEXTE, niveauxBloc, type Atomes } from './atomes.ts';
import type { Equipe } from './equipe.ts';
import type { Ajout, Annee } from './millesimes.ts';
import type { Verdicts } from './paquet.ts';
import { SECONDAIRE, type Verdict } from './verdict.ts';

const MENAGES = 'ops_men';
const liste = (verdicts: Verdicts, id: string): readonly Verdict[] =>
  verdicts.find((v) => v.variable === id)?.verdicts ?? [];

/** One EPCI in one year: its atoms, its verdicts, and those of the levels above. */
export interface AnneeJugee {
  readonly atomes: Atomes;
  readonly indices: Int32Array;
  readonly verdicts: Verdicts;
  readonly haut: Verdicts;
}

function anneeDe({ atomes: a, indices, verdicts, haut }: AnneeJugee): Annee | null {
  const bloc = liste(verdicts, MENAGES);
  if (bloc.length === 0) return null;
  const atomes = extrait(a, indices);
  const niveaux = niveauxBloc(atomes);
  const dedans = new Map(bloc.map((d) => [`${d.rang}/${d.population}`, d.cache]));
  const dessus = new Set<string>();
  for (const d of liste(haut, MENAGES))
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
 * Put the millésimes of one EPCI against each other, oldest first, changing their verdicts in place.
 * @returns number of cells hidden further, all variables
 */
export async function croiseMillesimes(annees: readonly AnneeJugee[], equipe: Equipe): Promise<number> {
  let caches = 0;
  for (const [q, apres] of annees.entries())
    for (const avant of annees.slice(0, q)) {
      const ajouts = await equipe.demande(() => ({
        genre: 'croise',
        avant: anneeDe(avant),
        apres: anneeDe(apres),
      }));
      caches += applique(avant.verdicts, ajouts[0]) + applique(apres.verdicts, ajouts[1]);
    }
  return caches;
}
