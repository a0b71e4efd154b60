import { describe, expect, it } from 'vitest';
import {
  INDICATEURS,
  VARIABLES,
  indicateur,
  indicateursDe,
  variable,
} from '../data/catalogue/indicators/index.ts';
import { THEMES } from '../data/catalogue/themes.ts';
import { classeBase, cle, decodeCell } from '../data/contract/cell.ts';

describe('catalogue', () => {
  it('gives every indicateur and variable its own id (both are column keys), a known variable and a known theme', () => {
    const cles = [...VARIABLES, ...INDICATEURS].map((v) => v.id);
    expect(new Set(cles).size).toBe(cles.length);
    const themes = new Set(THEMES.map((t) => t.id));
    for (const i of INDICATEURS) expect(themes).toContain(variable(i.variable).theme);
    for (const v of VARIABLES) expect(indicateursDe(v.id).length).toBeGreaterThan(0);
  });

  it('refuses an unknown id with a French sentence and a hint', () => {
    expect(() => indicateur('ops_zzz')).toThrow('Indicateur inconnu : « ops_zzz ».');
  });
});

describe('cell encoding', () => {
  it('decodes a value, each statut, and treats a lone number as absent', () => {
    expect(decodeCell(1234, 124, 1)).toEqual({ statut: 'valeur', valeur: 12.4, base: 1234 });
    expect(decodeCell('20–49', 30, 0)).toEqual({ statut: 'valeur', valeur: 30, base: '20–49' });
    for (const s of ['s', 'nd', 'so'] as const) expect(decodeCell(s, 124, 1)).toEqual({ statut: s });
    expect(decodeCell(undefined, 124, 1)).toEqual({ statut: 'nd' });
  });

  it('keys a column by its whole slice and never classes a base under the threshold', () => {
    expect(cle('ops_res', { population: 'ER', secteur: 'qpv', millesime: 2022 })).toBe('ops_res.ER.qpv.2022');
    expect([11, 19, 20, 50, 99, 100].map(classeBase)).toEqual([
      '11–19',
      '11–19',
      '20–49',
      '50–99',
      '50–99',
      '100+',
    ]);
    expect(() => classeBase(10)).toThrow(RangeError);
  });
});
