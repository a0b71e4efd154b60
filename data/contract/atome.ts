/**
 * Keys of an atom (confidential `atomes.parquet`), from the finest to the widest: what indicators write and secret reads.
 * `zonages` is the sorted list of the further zones an atom is in, `<identifiant>.<code>` joined by `|`.
 */
export const CLES_ATOME = [
  'cage',
  'adresse',
  'batiment',
  'residence',
  'carreau',
  'iris',
  'zonages',
  'qva',
  'qpv',
  'commune',
  'epci',
  'departement',
  'region',
  'secteur',
] as const;

/** Fingerprint columns of an atom: sums modulo 2^30, to be compared modulo 2^30. */
export const EMPREINTES_FOYERS = ['foyers_a', 'foyers_b'] as const;
export const MODULE_EMPREINTE = 2 ** 30;

/** Zones of the further zonings, by zoning. */
export function zonagesDe(zonages: string | null): { zonage: string; code: string }[] {
  return (zonages ?? '')
    .split('|')
    .filter((c) => c !== '')
    .map((code) => ({ zonage: code.slice(0, code.indexOf('.')), code }));
}
