/** Exact counts of one variable on every level. Confidential. */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Population } from '../../data/contract/zone.ts';
import { somme, type Atomes, type NiveauZones } from './atomes.ts';
import { ECHELLES_P4 } from './primaire.ts';

export interface ComptesNiveau {
  n: Int32Array;
  r: Int32Array;
  u: Int32Array;
  x: Map<string, Int32Array>;
  logements: Int32Array;
  residence: Int32Array;
}
const taille = (niveau: NiveauZones, a: Atomes): Int32Array => {
  const t = new Int32Array(niveau.cles.length).fill(2 ** 30);
  for (let i = 0; i < a.n; i++) {
    const z = niveau.zone[i] as number;
    // An atom without register is sized by its surveyed households: the register may be missing, the rule is not.
    const l = (a.residence[i] as number) || (a.mesures.get('n.ops_men.ENS')?.[i] ?? 0);
    if (z >= 0 && l < (t[z] as number)) t[z] = l;
  }
  return t;
};

/** Counts of one variable and population on every level. */
export function comptesDe(
  v: Variable,
  population: Population,
  niveaux: readonly NiveauZones[],
  a: Atomes,
): ComptesNiveau[] {
  const m = (nom: string) => a.mesures.get(nom) ?? new Int32Array(a.n);
  const ids = [...indicateursDe(v.id), ...(v.avec === undefined ? [] : indicateursDe(v.avec))].map(
    (i) => i.id,
  );
  return niveaux.map((niveau) => ({
    n: somme(m(`n.${v.id}.${population}`), niveau),
    r: somme(m(`r.${v.id}.${population}`), niveau),
    u: somme(m(`u.${v.id}.${population}`), niveau),
    x: new Map(ids.map((id) => [id, somme(m(`x.${id}.${population}`), niveau)])),
    logements: somme(m('logements'), niveau),
    residence: ECHELLES_P4.includes(niveau.echelle) ? taille(niveau, a) : new Int32Array(niveau.cles.length),
  }));
}

/** N of rule P3: the largest known base of occupied households (domain.md §5, ambiguity 3). */
export function basesOccupees(
  v: Variable,
  population: Population,
  niveau: NiveauZones,
  c: ComptesNiveau,
  a: Atomes,
): Int32Array {
  if (v.source !== 'ops' || population !== 'ENS') return c.n;
  const occupes = somme(a.mesures.get('occupes') ?? new Int32Array(a.n), niveau);
  return c.n.map((n, z) => Math.max(n, occupes[z] as number));
}
