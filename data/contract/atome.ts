/** Keys of an atom (confidential `atomes.parquet`), from the finest to the widest: what indicators write and secret reads. */
export const CLES_ATOME = [
  'adresse',
  'residence',
  'carreau',
  'iris',
  'qpv',
  'commune',
  'epci',
  'departement',
  'region',
  'secteur',
] as const;
