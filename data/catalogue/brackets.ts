/** Brackets, lower-inclusive and upper-exclusive; marks of certainty in domain.md §3 (K = to be confirmed). */
export interface Tranche {
  readonly id: string;
  readonly libelle: string;
  readonly min: number;
  /** Exclusive; Infinity for the last. */
  readonly max: number;
}

/** Resources in % of the PLUS ceiling. 100 and 120 are both cut points, so that 120 and 130 variants aggregate. */
export const RESSOURCES: readonly Tranche[] = [
  { id: '0_20', libelle: 'moins de 20 %', min: 0, max: 20 },
  { id: '20_40', libelle: '20 à 40 %', min: 20, max: 40 },
  { id: '40_60', libelle: '40 à 60 %', min: 40, max: 60 },
  { id: '60_80', libelle: '60 à 80 %', min: 60, max: 80 },
  { id: '80_100', libelle: '80 à 100 %', min: 80, max: 100 },
  { id: '100_120', libelle: '100 à 120 %', min: 100, max: 120 },
  { id: '120p', libelle: '120 % ou plus', min: 120, max: Number.POSITIVE_INFINITY },
];

/** Age of the lease holder, in completed years [K]. */
export const AGES_TITULAIRE: readonly Tranche[] = [
  { id: '0_24', libelle: 'moins de 25 ans', min: 0, max: 25 },
  { id: '25_29', libelle: '25 à 29 ans', min: 25, max: 30 },
  { id: '30_39', libelle: '30 à 39 ans', min: 30, max: 40 },
  { id: '40_49', libelle: '40 à 49 ans', min: 40, max: 50 },
  { id: '50_64', libelle: '50 à 64 ans', min: 50, max: 65 },
  { id: '65_74', libelle: '65 à 74 ans', min: 65, max: 75 },
  { id: '75p', libelle: '75 ans ou plus', min: 75, max: Number.POSITIVE_INFINITY },
];

/** Period of construction (seed 002, annexe 3 cut points). */
export const EPOQUES: readonly Tranche[] = [
  { id: 'av49', libelle: 'avant 1949', min: 0, max: 1949 },
  { id: '49_74', libelle: '1949 à 1974', min: 1949, max: 1975 },
  { id: '75_81', libelle: '1975 à 1981', min: 1975, max: 1982 },
  { id: '82_89', libelle: '1982 à 1989', min: 1982, max: 1990 },
  { id: '90_00', libelle: '1990 à 2000', min: 1990, max: 2001 },
  { id: 'ap00', libelle: 'après 2000', min: 2001, max: Number.POSITIVE_INFINITY },
];

/** SQL predicate of a bracket over an integer column. */
export function dansTranche(colonne: string, t: Tranche): string {
  const bas = t.min > 0 ? `${colonne} >= ${t.min}` : `${colonne} is not null`;
  return t.max === Number.POSITIVE_INFINITY ? bas : `${bas} and ${colonne} < ${t.max}`;
}
