/** The primary rule, exact integers at and around each threshold (domain.md §5). */
import { describe, expect, it } from 'vitest';
import { indicateur, variable } from '../../data/catalogue/indicators/index.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { RAISONS, reglePrimaire } from '../../pipeline/secret/primaire.ts';
import { basePubliee, valeurPubliee } from '../../pipeline/secret/publication.ts';

interface Cas {
  n: number;
  r?: number;
  u?: number;
  nMax?: number;
  residence?: number;
  logements?: number;
  x?: Record<string, number>;
}
function juge(id: string, echelle: Echelle, c: Cas): string {
  const v = variable(id);
  const r = c.r ?? c.n;
  const x = new Map(Object.entries(c.x ?? {}).map(([k, n]) => [k, [n]]));
  const { raison } = reglePrimaire(v, {
    echelle,
    n: [c.n],
    r: [r],
    u: [c.u ?? r],
    nMax: [c.nMax ?? c.n],
    residence: [c.residence ?? 50],
    logements: [c.logements ?? 50],
    x,
  });
  return RAISONS[raison[0] as number] as string;
}
const res = { ops_res_lt20: 4, ops_res_lt40: 7, ops_res_lt60: 9 };

describe('reglePrimaire', () => {
  it('P1, P2: eleven units in scope and eleven answers', () => {
    expect(juge('ops_res', 'iris', { n: 11, x: res })).toBe('');
    expect(juge('ops_res', 'iris', { n: 10, x: res })).toBe('P1');
    expect(juge('ops_res', 'iris', { n: 15, r: 10, x: res })).toBe('P2');
  });

  it('P3: 60 % of the largest known base, by integers', () => {
    expect(juge('ops_res', 'iris', { n: 25, r: 15, x: res })).toBe('');
    expect(juge('ops_res', 'iris', { n: 25, r: 15, nMax: 26, x: res })).toBe('P3');
  });

  it('P4: residences of eleven dwellings, for open data too, whatever the count of households', () => {
    expect(juge('rpls_dpe', 'residence', { n: 10, residence: 10 })).toBe('P4');
    expect(juge('rpls_dpe', 'adresse', { n: 3, residence: 11 })).toBe('');
    expect(juge('ops_res', 'adresse', { n: 0, residence: 3, x: res })).toBe('P4');
    expect(juge('rpls_dpe', 'iris', { n: 2, residence: 0 })).toBe('');
    expect(juge('rpls_parc', 'carreau', { n: 10, logements: 10 })).toBe('P1');
  });

  it('P5: no share at 0 or 100 %, no modality that is everything, vacancy may be 0', () => {
    expect(juge('ops_res', 'commune', { n: 40, x: { ...res, ops_res_lt20: 0 } })).toBe('P5');
    expect(juge('ops_res', 'commune', { n: 40, x: { ...res, ops_res_lt60: 40 } })).toBe('P5');
    expect(juge('rpls_vacance', 'commune', { n: 40, x: { rpls_vac: 0, rpls_vac3: 0 } })).toBe('');
    expect(juge('rpls_vacance', 'commune', { n: 40, x: { rpls_vac: 40, rpls_vac3: 1 } })).toBe('P5');
    expect(
      juge('ops_taille_det', 'commune', {
        n: 20,
        x: { ops_taille_1: 20, ops_taille_2_3: 0, ops_taille_4_5: 0, ops_taille_6p: 0 },
      }),
    ).toBe('P5');
    expect(
      juge('ops_taille_det', 'commune', {
        n: 20,
        x: { ops_taille_1: 9, ops_taille_2_3: 8, ops_taille_4_5: 3, ops_taille_6p: 0 },
      }),
    ).toBe('P5-modalite');
  });
});

describe('publication', () => {
  it('rounds to a whole percent below the commune and never to 0 or 100 %', () => {
    const [i, v] = [indicateur('ops_res_lt20'), variable('ops_res')];
    expect(valeurPubliee(i, v, 'commune', 124, 1000)).toBe(124);
    expect(valeurPubliee(i, v, 'adresse', 5, 12)).toBe(420);
    expect(valeurPubliee(i, v, 'adresse', 399, 400)).toBe(990);
    expect(valeurPubliee(i, v, 'adresse', 1, 400)).toBe(10);
    expect(valeurPubliee(i, v, 'region', 1, 100_000)).toBe(1);
    expect(valeurPubliee(i, v, 'region', 99_999, 100_000)).toBe(999);
  });

  it('gives no household count below the commune, but a class', () => {
    expect(valeurPubliee(indicateur('ops_men_nb'), variable('ops_men'), 'adresse', 25, 25)).toBeNull();
    expect(basePubliee(variable('ops_men'), 'adresse', 25, 25)).toBe('20–49');
    expect(basePubliee(variable('ops_men'), 'commune', 25, 25)).toBe(25);
  });
});
