/** The 100 % rule as a group rule: weights that make uniform sets small (docs/decisions, «deux étages»). */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Atomes } from './atomes.ts';
import type { Systeme } from './engine/types.ts';

/** P5 runs: a set of units that is not uniform weighs this much, a uniform one weighs 1 (see `uniformes`). */
export const DIVERS = 1000;

/**
 * Weights that turn the 100 % rule into the group rule: an atom weighs 1 when all its units give the same answer, `DIVERS`
 * when they do not, 0 when it is empty. A derivable group under `DIVERS` is then a group known to be uniform.
 * @param sens which uniformities: shares at 0, at 100 %. Both in one run: a group of both kinds is not uniform, yet is
 * treated so; that costs little and halves the work.
 */
export function uniformes(v: Variable, sens: readonly ('zero' | 'plein')[], a: Atomes): Systeme['effectifs'] {
  const m = (nom: string) => a.mesures.get(nom) ?? new Int32Array(a.n);
  const parts = (
    v.cent === 'distribution'
      ? [...indicateursDe(v.id), ...(v.avec === undefined ? [] : indicateursDe(v.avec))].filter(
          (i) => i.modalite,
        )
      : indicateursDe(v.id)
  ).map((i) => i.id);
  const er = v.populations.includes('ER');
  const colonnes = parts.map((id) => ({ ens: m(`x.${id}.ENS`), er: m(`x.${id}.ER`) }));
  const [rEns, rEr, uEns, uEr] = [
    m(`r.${v.id}.ENS`),
    m(`r.${v.id}.ER`),
    m(`u.${v.id}.ENS`),
    m(`u.${v.id}.ER`),
  ];
  const poids = (r: number, u: number, x: (k: number) => number) => {
    if (r === 0) return 0;
    return colonnes.some((_, k) => sens.some((s) => x(k) === (s === 'zero' ? 0 : u))) ? 1 : DIVERS;
  };
  const ER = new Int32Array(a.n);
  const ENS = new Int32Array(a.n);
  for (let i = 0; i < a.n; i++) {
    if (er) {
      const [re, ue] = [rEr[i] as number, uEr[i] as number];
      ER[i] = poids(re, ue, (k) => colonnes[k]?.er[i] as number);
      ENS[i] =
        (ER[i] as number) +
        poids(
          (rEns[i] as number) - re,
          (uEns[i] as number) - ue,
          (k) => (colonnes[k]?.ens[i] as number) - (colonnes[k]?.er[i] as number),
        );
    } else {
      ENS[i] = poids(rEns[i] as number, uEns[i] as number, (k) => colonnes[k]?.ens[i] as number);
    }
  }
  return er ? { ENS, ER } : { ENS };
}

/** Senses of uniformity that the 100 % rule forbids, per kind of variable (domain.md §5, P5). */
export const SENS: Readonly<Record<Variable['cent'], readonly ('zero' | 'plein')[]>> = {
  strict: ['zero', 'plein'],
  distribution: ['plein'],
  total: ['plein'],
  non: [],
};
