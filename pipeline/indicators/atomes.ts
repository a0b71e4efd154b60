/**
 * SQL of the atoms, generated from the catalogue: one row per finest set of units (same address, residence, zones and
 * sector), with every count the indicateurs need. Everything published is a sum of these rows, so no definition is
 * written twice.
 */
import { INDICATEURS, VARIABLES, indicateursDe, variable } from '../../data/catalogue/indicators/index.ts';
import { CLES_ATOME, EMPREINTES_FOYERS } from '../../data/contract/atome.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Population } from '../../data/contract/zone.ts';

/** Column of an atom: n units in scope, r answering units, u denominator, x numerator of an indicateur. */
export const colonne = (mesure: 'n' | 'r' | 'u' | 'x', id: string, population: Population) =>
  `${mesure}.${id}.${population}`;

const TABLE = { ops: 'menage', rpls: 'logement' } as const;

function sommes(v: Variable): string[] {
  return v.populations.flatMap((p) => {
    const dans = p === 'ER' ? `(${v.champ}) and emmenage_recent` : `(${v.champ})`;
    const repond = `${dans} and (${v.repondu})`;
    const somme = (condition: string, valeur: string, nom: string) =>
      `coalesce(sum(case when ${condition} then ${valeur} else 0 end), 0)::integer as "${nom}"`;
    return [
      somme(dans, '1', colonne('n', v.id, p)),
      somme(repond, '1', colonne('r', v.id, p)),
      somme(repond, v.denominateur, colonne('u', v.id, p)),
      ...indicateursDe(v.id).map((i) => somme(repond, i.numerateur, colonne('x', i.id, p))),
    ];
  });
}

/**
 * Fingerprint of the households of an atom, in two independent sums modulo 2^30: equal in two millésimes, they are the
 * same households (pipeline/secret/millesimes.ts).
 */
const empreinte = (nom: (typeof EMPREINTES_FOYERS)[number]) =>
  `(sum(case when ${variable('ops_men').champ} then ${nom.replace('foyers', 'foyer')} else 0 end) % 1073741824)::integer as ${nom}`;

/** Every count column of an atom, in catalogue order, for the sources at hand. */
export function colonnesAtome(sources: readonly Variable['source'][] = ['ops', 'rpls']): string[] {
  return VARIABLES.filter((v) => sources.includes(v.source)).flatMap((v) =>
    v.populations.flatMap((p) => [
      colonne('n', v.id, p),
      colonne('r', v.id, p),
      colonne('u', v.id, p),
      ...indicateursDe(v.id).map((i) => colonne('x', i.id, p)),
    ]),
  );
}

/**
 * Select of the atoms over tables `menage` and `logement`, sorted: same input, same bytes.
 * @param sources `rpls` always; `ops` when a survey was given: its columns are absent otherwise.
 */
export function sqlAtomes(sources: readonly Variable['source'][]): string {
  const cles = `millesime, ${CLES_ATOME.join(', ')}`;
  const parTable = (source: 'ops' | 'rpls', extra: string[]) => {
    const variables = VARIABLES.filter((v) => v.source === source);
    return `select ${cles}, ${[...extra, ...variables.flatMap(sommes)].join(',\n')} from ${TABLE[source]} group by ${cles}`;
  };
  const ops = sources.includes('ops');
  const mesures = ['logements', 'occupes', ...(ops ? EMPREINTES_FOYERS : []), ...colonnesAtome(sources)];
  return `select ${cles}, ${mesures.map((c) => `coalesce(sum("${c}"), 0)::integer as "${c}"`).join(', ')}
    from (
      ${parTable('rpls', ['count(*)::integer as logements', "coalesce(sum(case when mode in ('1', '5') then 1 else 0 end), 0)::integer as occupes"])}
      ${ops ? `union all by name ${parTable('ops', EMPREINTES_FOYERS.map(empreinte))}` : ''}
    ) group by ${cles} order by ${cles}`;
}

/** Number of indicateurs, for progress and reports. */
export const NOMBRE_INDICATEURS = INDICATEURS.length;
