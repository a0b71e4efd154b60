/** Compact columns give back exactly what was put in them. */
import { array, assert, constantFrom, integer, nat, oneof, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Encoded } from '../../data/contract/cell.ts';
import { Colonnes } from '../../pipeline/audit/colonnes.ts';

const valeur = oneof(
  constantFrom<Encoded>(
    's',
    'nd',
    'so',
    '11–19',
    '100+',
    null,
    0,
    32_767,
    32_768,
    2 ** 31 - 1,
    2 ** 31,
    -4,
    0.5,
  ),
  integer({ min: 0, max: 1000 }),
  // What no table should hold must come back too, to be refused where it is judged.
  string({ maxLength: 6 }).map((t) => t as Encoded),
);

describe('columns', () => {
  it('reads like an array, in any order of writing, holes and overwriting included', () => {
    assert(
      property(array(tuple(nat({ max: 60 }), valeur), { maxLength: 80 }), (ecritures) => {
        const [colonnes, temoin] = [new Colonnes(), [] as (Encoded | undefined)[]];
        const c = colonnes.ouvrir('a');
        for (const [r, v] of ecritures) {
          c.ecrire(r, v);
          temoin[r] = v;
        }
        const attendu = Array.from(temoin);
        expect(colonnes.get('a')).toEqual(attendu);
        expect([...colonnes]).toEqual([['a', attendu]]);
        for (let r = 0; r < 70; r++) expect(colonnes.lire('a', r)).toBe(attendu[r]);
      }),
    );
  });

  it('tells an absent column from an empty one', () => {
    const colonnes = new Colonnes();
    expect([colonnes.has('a'), colonnes.get('a'), colonnes.lire('a', 0)]).toEqual([
      false,
      undefined,
      undefined,
    ]);
    colonnes.ouvrir('a');
    expect([colonnes.has('a'), colonnes.get('a'), [...colonnes.keys()]]).toEqual([true, [], ['a']]);
  });
});
