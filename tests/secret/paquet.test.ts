/** Verdicts packed into bytes come back the same, and a later answer replaces its variables only. */
import { describe, expect, it } from 'vitest';
import type { NiveauZones } from '../../pipeline/secret/atomes.ts';
import { depaquete, empaquete, remplace, type Verdicts } from '../../pipeline/secret/paquet.ts';
import type { Verdict } from '../../pipeline/secret/verdict.ts';

const niveau: NiveauZones = {
  id: 'adresse',
  publie: true,
  echelle: 'adresse',
  split: false,
  zone: Int32Array.of(0, 1, -1),
  cles: ['A|1', 'B|1'],
  codes: ['A', 'B'],
  secteurs: ['tous', 'tous'],
};
const verdict = (population: 'ENS' | 'ER', cache: number[]): Verdict => ({
  population,
  niveau,
  rang: 3,
  comptes: { n: Int32Array.of(12, 4), x: new Map([['ops_cf_mono', Int32Array.of(5, 1)]]) } as never,
  cache: Uint8Array.from(cache),
  raison: Uint8Array.of(0, 1),
  causes: new Map([[1, { genre: 'famille', base: 4, cible: ['adresse:B/ENS'], autres: 0 }]]),
});
const verdicts = (cache: number[], ...variables: string[]): Verdicts =>
  variables.map((variable) => ({ variable, verdicts: [verdict('ENS', cache), verdict('ER', cache)] }));

describe('packed verdicts', () => {
  it('come back the same, their level still shared by both populations', () => {
    const [rendu] = depaquete(empaquete(verdicts([0, 1], 'ops_men')));
    expect(rendu).toEqual(verdicts([0, 1], 'ops_men')[0]);
    expect(rendu?.verdicts[0]?.niveau).toBe(rendu?.verdicts[1]?.niveau);
  });

  it('keep every variable that a later answer does not name', () => {
    const octets = remplace(
      empaquete(verdicts([0, 1], 'ops_men', 'ops_res')),
      empaquete(verdicts([1, 1], 'ops_res', 'ops_tit')),
    );
    const rendus = depaquete(octets).map((v) => [v.variable, [...(v.verdicts[0]?.cache ?? [])]]);
    expect(rendus).toEqual([
      ['ops_men', [0, 1]],
      ['ops_res', [1, 1]],
      ['ops_tit', [1, 1]],
    ]);
  });
});
