/**
 * Exact feasible interval of one hidden cell: the smallest and the largest value it takes over every non-negative
 * solution of the relations (secret.md §7.6), by linear programming with HiGHS. Interval propagation (noyau/bornes.ts)
 * looks at one relation at a time and is never narrower; this looks at all of them together.
 */
import loadHighs, { type Highs } from 'highs';
import type { Lignes, Reduit } from './noyau/systeme.ts';

export interface Programme {
  /** Number of variables. */
  readonly n: number;
  readonly lignes: readonly { readonly cellule: readonly number[]; readonly coef: readonly number[] }[];
  /** Each row lies between these; equal for an equation. */
  readonly second: readonly (readonly [bas: number, haut: number])[];
  readonly bas: Float64Array;
  readonly haut: Float64Array;
}

/** Null: the solver stopped before an answer (iteration limit); the cell is then counted as not examined. */
export type Intervalle = readonly [bas: number, haut: number] | null;

/** Simplex steps per bound: a limit in steps, unlike one in seconds, gives the same answer on every machine. */
const ITERATIONS = 200_000;

export class Solveur {
  readonly #highs: Highs;
  private constructor(highs: Highs) {
    this.#highs = highs;
  }

  static async ouvrir(): Promise<Solveur> {
    return new Solveur(await loadHighs());
  }

  /** Interval of variable `cible`. @throws Error when the relations contradict each other: the audit built them wrong */
  intervalle(p: Programme, cible: number): Intervalle {
    const debut = new Int32Array(p.lignes.length + 1);
    p.lignes.forEach((l, r) => (debut[r + 1] = debut[r]! + l.cellule.length));
    const h = this.#highs;
    const infini = (v: number) => (v === Infinity ? h.infinity : v);
    return h.withModel(
      {
        numCols: p.n,
        numRows: p.lignes.length,
        colCost: new Float64Array(p.n),
        colLower: p.bas,
        colUpper: p.haut.map(infini),
        rowLower: Float64Array.from(p.second, ([b]) => b),
        rowUpper: Float64Array.from(p.second, ([, b]) => infini(b)),
        matrix: {
          format: 'csr',
          numRows: p.lignes.length,
          numCols: p.n,
          starts: debut,
          indices: Int32Array.from(p.lignes.flatMap((l) => l.cellule)),
          values: Float64Array.from(p.lignes.flatMap((l) => l.coef)),
        },
      },
      (modele): Intervalle => {
        modele.options.set({ output_flag: false, simplex_iteration_limit: ITERATIONS });
        modele.changeColCost(cible, 1);
        const bornes = (
          [h.constants.objectiveSense.minimize, h.constants.objectiveSense.maximize] as const
        ).map((sens) => {
          modele.changeObjectiveSense(sens);
          modele.run();
          const etat = modele.getModelStatus();
          const { optimal, unbounded, unboundedOrInfeasible, infeasible } = h.constants.modelStatus;
          if (etat === optimal) return modele.getObjectiveValue();
          // Nothing goes below 0, so only the largest value can be without limit.
          const monte = sens === h.constants.objectiveSense.maximize;
          if (monte && (etat === unbounded || etat === unboundedOrInfeasible)) return Infinity;
          if (etat === infeasible || etat === unboundedOrInfeasible)
            throw new Error('relations without a non-negative solution');
          return null;
        });
        const [bas, haut] = bornes;
        return bas == null || haut == null ? null : [bas, haut];
      },
    );
  }
}

export interface Voisinage {
  /** Unknowns, the one asked for first. */
  readonly inconnues: readonly number[];
  /** Rows whose unknowns are all among them. */
  readonly rangs: readonly number[];
  /** True when no relation leaves it: the interval found is that of the whole system. */
  readonly complet: boolean;
}

/**
 * Unknowns that relations link to unknown `u`, nearest first, until none is left or `max` is reached. Cut short, the
 * problem has fewer relations than the reader's: the interval can only be wider, so a leak found in it is a true one.
 * @param colonnes the transpose of the rows
 */
export function voisinage(reduit: Reduit, colonnes: Lignes, u: number, max: number): Voisinage {
  const { debut, cellule } = reduit.lignes;
  const vues = new Set([u]);
  const rangs = new Set<number>();
  const refuses = new Set<number>();
  const file = [u];
  for (let f = 0; f < file.length; f++)
    for (let q = colonnes.debut[file[f]!]!; q < colonnes.debut[file[f]! + 1]!; q++) {
      const r = colonnes.cellule[q]!;
      if (rangs.has(r) || refuses.has(r)) continue;
      const nouvelles = cellule.subarray(debut[r]!, debut[r + 1]!).filter((w) => !vues.has(w));
      if (vues.size + nouvelles.length > max) {
        refuses.add(r);
        continue;
      }
      rangs.add(r);
      for (const w of nouvelles) {
        vues.add(w);
        file.push(w);
      }
    }
  return { inconnues: file, rangs: [...rangs], complet: refuses.size === 0 };
}
