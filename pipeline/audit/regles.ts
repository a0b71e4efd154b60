/**
 * The primary rule (domain.md §5, P1–P7), read literally and on exact integers, asked of every published cell. It is a
 * second writing of the rule: nothing is shared with the code that applied it.
 */
import { indicateursDe, variable } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Indicateur, Variable } from '../../data/contract/indicateur.ts';
import type { Echelle } from '../../data/contract/zone.ts';

/** Échelles to which rule P4 (size of the residence) applies. */
const SOUS_RESIDENCE: readonly Echelle[] = ['residence', 'batiment', 'cage', 'adresse'];

/** True counts of one cell. */
export interface Comptes {
  /** Units in scope, answering units, denominator units. */
  readonly n: number;
  readonly r: number;
  readonly u: number;
  /** Occupied dwellings of the register in the cell, 0 when unknown. */
  readonly occupes: number;
  /** Dwellings of the residence, for the échelles of P4. */
  readonly logements: number;
  /** Numerator of each indicateur of the variable (and, for a distribution, of the variable that completes it). */
  readonly x: (indicateur: string) => number;
}

/** Modalities that make a distribution whole, with those of the variable that completes it. */
export function modalitesDe(v: Variable): readonly Indicateur[] {
  const propres = indicateursDe(v.id);
  const autres = v.avec === undefined ? [] : indicateursDe(variable(v.avec).id);
  return [...autres, ...propres].filter((i) => i.modalite);
}

/**
 * Uniform cell (the 100 % rule, P5): all units in one modality, or a share at 0 that says it of its complement.
 * @returns the indicateur at fault, or null
 */
export function uniforme(v: Variable, c: Pick<Comptes, 'u' | 'x'>): string | null {
  if (v.cent === 'non' || c.u === 0) return null;
  if (v.cent === 'distribution') return modalitesDe(v).find((i) => c.x(i.id) === c.u)?.id ?? null;
  for (const i of indicateursDe(v.id)) {
    if (i.calcul === 'nombre') continue;
    const x = c.x(i.id);
    if (x === c.u) return i.id;
    if (v.cent === 'strict' && i.calcul === 'part' && x === 0) return i.id;
  }
  return null;
}

/** Why a published cell should not be: French words with the rule, or null when it may be published. */
export function refus(v: Variable, echelle: Echelle, c: Comptes): string | null {
  const { seuil, logementsResidence } = REGLES;
  if (SOUS_RESIDENCE.includes(echelle) && c.logements < logementsResidence)
    return `P4 : résidence de ${c.logements} logements`;
  if (v.famille === 'logements_ouvert')
    return echelle === 'carreau' && c.n < seuil ? `carreau de ${c.n} logements` : null;
  if (c.n < seuil) return `P1 : ${c.n} unités`;
  if (c.r < seuil) return `P2 : ${c.r} répondants`;
  if (c.u < seuil) return `P2 : dénominateur de ${c.u}`;
  const cadre = v.famille === 'menages' ? Math.max(c.n, c.occupes) : c.n;
  if (v.reponseMin > 0 && 100 * c.r < v.reponseMin * cadre)
    return `P3 : ${c.r} réponses pour ${cadre} unités`;
  const fautif = uniforme(v, c);
  if (fautif !== null) return `P5 : ${fautif} = ${c.x(fautif)} sur ${c.u}`;
  if (v.cent === 'distribution' && REGLES.modaliteNulle === 'masquee') {
    const nulle = modalitesDe(v).find((i) => c.x(i.id) === 0);
    if (nulle) return `P5 : modalité ${nulle.id} nulle`;
  }
  return null;
}
