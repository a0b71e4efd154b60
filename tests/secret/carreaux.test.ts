import { describe, expect, it } from 'vitest';
import { ouvreBase } from '../../pipeline/lib/duckdb.ts';
import { communesDesCarreaux, nomCarreau } from '../../pipeline/secret/carreaux.ts';

describe('200 m squares', () => {
  it('are named by their corner, on the mainland and overseas', () => {
    expect(nomCarreau('CRS3035RES200mN2587800E3251400')).toBe('Carreau N2587800E3251400');
    expect(nomCarreau('CRS2975RES200mN7691200E338400')).toBe('Carreau N7691200E338400');
  });

  it('are of the commune that most of their addresses are in, the first code at equality', async () => {
    const base = await ouvreBase();
    try {
      // K1: one address counted twice against two; K2: one each; an atom without a square says nothing.
      await base.execute(
        `create table atomes as from (values
          ('K1', '21231', 'A1'), ('K1', '21231', 'A1'), ('K1', '21617', 'A2'), ('K1', '21617', 'A3'),
          ('K2', '21617', 'A4'), ('K2', '21231', 'A5'), (null, '21231', 'A6')) t(carreau, commune, adresse)`,
      );
      expect(await communesDesCarreaux(base)).toEqual(
        new Map([
          ['K1', '21617'],
          ['K2', '21231'],
        ]),
      );
    } finally {
      base.ferme();
    }
  });
});
