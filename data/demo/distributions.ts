/** Joint distributions of the stock (geodata.md §4, computed from the 5,089,834 real dwellings of 2019) and OPS margins. */

/** Periods of construction: first and last year. The last one is younger than the published table. */
export const PERIODES = [
  { de: 1905, a: 1948 },
  { de: 1949, a: 1961 },
  { de: 1962, a: 1974 },
  { de: 1975, a: 1981 },
  { de: 1982, a: 1989 },
  { de: 1990, a: 1999 },
  { de: 2000, a: 2009 },
  { de: 2010, a: 2014 },
  { de: 2015, a: 2023 },
] as const;
/** Share of each period inside and outside QPV (national 6.1/11.4/26.6/11.0/9.6/12.0/9.6/7.9/5.9 in 2019, aged to 2024). */
export const PERIODES_QPV = [2.0, 15.1, 47.8, 13.4, 7.1, 6.0, 3.9, 2.9, 1.8] as const;
export const PERIODES_HORS_QPV = [7.6, 9.4, 16.6, 9.6, 10.3, 14.2, 11.8, 9.9, 10.6] as const;

/** Probability that a dwelling of the period is a house (1960s 3.6 %, 1980s 21.7 %, 2000s 32.2 %), outside rural places. */
export const MAISONS = [0.09, 0.06, 0.036, 0.12, 0.217, 0.25, 0.322, 0.27, 0.22] as const;

/** Rooms T1 to T5+ in flats and in houses (houses T4+ 62.9 %, flats 32.1 %). */
export const PIECES_COLLECTIF = [7.6, 21.3, 39.0, 25.8, 6.3] as const;
export const PIECES_INDIVIDUEL = [0.7, 7.6, 28.8, 46.4, 16.5] as const;
/** Mean floor area by rooms, m². */
export const SURFACES = [30, 47, 63, 77, 94] as const;

/** Energy label A to G by period (A+B and F+G fixed by the real table). */
export const DPE: readonly (readonly number[])[] = [
  [0.6, 3.4, 17, 38, 27, 9.5, 4.5],
  [0.5, 3.4, 21, 43, 25, 5.5, 1.6],
  [0.4, 3.5, 30, 46, 18, 1.8, 0.3],
  [0.3, 2.8, 25, 44.8, 20, 6.0, 1.1],
  [0.3, 3.1, 22, 44.3, 22, 7.0, 1.3],
  [0.8, 6.0, 32, 42, 15, 3.6, 0.6],
  [2.6, 15, 43, 31, 7.4, 0.8, 0.2],
  [10.4, 30, 41, 16.4, 2, 0.2, 0],
  [20.3, 36, 34, 8.6, 1, 0.1, 0],
];
/** Steps of the climate label from the energy label: -3 (electric) to +1 (fuel, old network). */
export const ECART_GES = [0.03, 0.07, 0.12, 0.36, 0.42] as const;

/** Financing codes (arrêté of 5 January 2010) by period group. */
export const FINANCEMENTS: readonly {
  readonly codes: readonly string[];
  readonly poids: readonly number[];
}[] = [
  { codes: ['50', '13', '12', '11', '10', '99'], poids: [42, 18, 18, 6, 6, 10] },
  { codes: ['52', '51', '53', '54', '99'], poids: [76, 15, 2.2, 1.6, 5.2] },
  { codes: ['12', '11', '14', '15', '16', '49'], poids: [88, 4, 4, 0.8, 1.7, 1.5] },
  { codes: ['13', '10', '14', '16', '17', '49'], poids: [69, 12, 15, 2.4, 0.6, 1] },
  { codes: ['13', '10', '14', '16'], poids: [49, 28, 20, 3] },
];
export const LIBELLES_FINANCEMENT: Readonly<Record<string, string>> = {
  '10': "PLA d'intégration",
  '11': 'PLA LM / PLATS',
  '12': 'PLA',
  '13': 'PLUS',
  '14': 'PLS / PPLS / PLA CFF',
  '15': 'PAP locatif',
  '16': 'PLI',
  '17': 'PCL',
  '49': 'Autre financement à partir de 1977',
  '50': 'HBM',
  '51': 'PLR / PSR',
  '52': 'HLM/O',
  '53': 'ILM',
  '54': 'ILN',
  '55': 'Prêts spéciaux du CFF',
  '99': 'Autre financement avant 1977',
};
/** Monthly rent in € per m² of floor by financing group, 1 January 2024 (national mean 6.52). */
export const LOYERS = { plai: 5.7, avant77: 5.75, plus: 6.5, pls: 8.6, intermediaire: 9.3 } as const;

/** Flats at one address: log-normal medians and spread (geodata.md §4). */
export const ADRESSE = { mediane: 12.2, medianeQpv: 19, sigma: 0.86, max: 400 } as const;
/** Houses at one address point: weights of 1, 2–4, 5–12, 13–34. */
export const MAISONS_PAR_POINT = [
  { de: 1, a: 1, poids: 46 },
  { de: 2, a: 4, poids: 26 },
  { de: 5, a: 12, poids: 19 },
  { de: 13, a: 32, poids: 9 },
] as const;

/** Yearly probability of leaving, by rooms (mean about 9.5 %). */
export const ROTATION = [0.165, 0.112, 0.084, 0.07, 0.06] as const;
/** Occupation on 1 January: MODE 1 to 5 and 9. */
export const MODES = [92.6, 2.9, 2.5, 0.9, 0.9, 0.2] as const;

/** Household composition by rooms: isolé, monoparental, couple without child, couple with, other. */
export const COMPOSITIONS: readonly (readonly number[])[] = [
  [93, 2, 4, 0.4, 0.6],
  [65, 15, 14, 4, 2],
  [34, 27, 16, 20, 3],
  [22, 28, 14, 33, 3],
  [14, 26, 12, 45, 3],
];

/** Dirt written on purpose. */
export const SALETES = {
  /** Buildings without X, Y. */
  sansPoint: 0.01,
  /** Buildings without street number. */
  sansNumero: 0.025,
  /** Dwellings of edge blocks whose declared QPV disagrees with their place. */
  qpvLisiere: 0.07,
  /**
   * Rows per millésime that a reader must refuse, with their reason. For the size `epci`: one of each.
   * Rents of 9999 and floor areas of 999 are legal ("sans objet") and must be kept.
   */
  rejets: {
    depcom_inconnu: 3,
    nbpiece_impossible: 3,
    finan_inconnu: 2,
    typeconst_inconnu: 2,
    ident_double: 2,
  },
} as const;
