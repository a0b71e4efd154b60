import { describe, expect, it } from 'vitest';
import type { Zone } from '../../data/contract/zone.ts';
import { loupe } from '../../site/archive/loupe.ts';

/** n × n communes of side `pas` from (x, y). */
const bloc = (region: string, departement: string, x: number, y: number, n: number, pas: number): Zone[] =>
  Array.from({ length: n * n }, (_, k): Zone => {
    const [o, s] = [x + (k % n) * pas, y + Math.floor(k / n) * pas];
    return { echelle: 'commune', code: `${departement}${String(k).padStart(3, '0')}`, nom: 'X', region, departement, bbox: [o, s, o + pas, s + pas] }; // prettier-ignore
  });
const plaines = [...bloc('24', '45', 0, 46, 10, 0.15), ...bloc('11', '77', 2.6, 48, 10, 0.15)];
/** A capital that is one commune, between two départements of small ones. */
const ville = [...bloc('11', '92', 2.1, 48.8, 4, 0.03), ...bloc('11', '75', 2.22, 48.83, 1, 0.1), ...bloc('11', '93', 2.32, 48.85, 4, 0.03)]; // prettier-ignore

describe('magnified part of the national map', () => {
  it('finds the finely cut départements of one région and takes what lies between them', () => {
    const l = loupe([...plaines, ...ville], ['11', '24']);
    expect(l?.region).toBe('11');
    expect(l?.codes).toContain('75000');
    expect(l?.codes.filter((c) => c.startsWith('92') || c.startsWith('93'))).toHaveLength(32);
    expect(l?.codes.some((c) => c.startsWith('77') || c.startsWith('45'))).toBe(false);
    expect(l?.bbox.map((x) => Math.round(x * 100) / 100)).toEqual([2.1, 48.8, 2.44, 48.97]);
  });
  it('magnifies nothing in a country evenly cut, nor a far territory, which has its own frame', () => {
    expect(loupe(plaines, ['11', '24'])).toBeNull();
    expect(loupe([...plaines, ...ville], ['24'])).toBeNull();
    expect(loupe([], ['11'])).toBeNull();
  });
});
