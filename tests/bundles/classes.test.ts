import { describe, expect, it } from 'vitest';
import { INDICATEURS } from '../../data/catalogue/indicators/index.ts';
import type { Encoded } from '../../data/contract/cell.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Population, Secteur, Zone } from '../../data/contract/zone.ts';
import { classesDe } from '../../pipeline/bundles/classes.ts';

const i = INDICATEURS.find((x) => x.id === 'ops_res_lt20') as (typeof INDICATEURS)[number];
const ZONES = Array.from({ length: 40 }, (_, n): Zone => ({
  echelle: 'departement',
  code: `${n}`,
  nom: `${n}`,
}));

/** A table of one share: `valeur(n)` in percent per slice `population.secteur.millesime`. */
function table(slices: Record<string, (n: number) => number | null>, echelle: Zone['echelle'] = 'departement'): Table {
  const colonnes: Record<string, Encoded[]> = {};
  for (const [s, valeur] of Object.entries(slices))
    colonnes[`${i.id}.${s}`] = ZONES.map((_, n) => {
      const v = valeur(n);
      return v === null ? null : Math.round(v * 10 ** i.decimales);
    });
  return {
    format: 'carto-ops/table@1',
    audience: 'public',
    zones: ZONES.map((z) => ({ ...z, echelle })),
    tranches: Object.keys(slices).map((s) => {
      const [population, secteur, m] = s.split('.') as [Population, Secteur, string];
      return { population, secteur, millesime: Number(m) };
    }),
    indicateurs: [i.id],
    variables: [i.variable],
    colonnes,
  };
} // prettier-ignore

/** Zones in each class of a slice. */
function effectifs(t: Table, slice: string): number[] {
  const c = classesDe([t], t.zones[0]?.echelle ?? 'departement')[`${i.id}.${slice}`];
  const n = Array.from({ length: (c?.bornes.length ?? 0) + 1 }, () => 0);
  for (const x of t.colonnes[`${i.id}.${slice}`] ?? [])
    if (typeof x === 'number') {
      const rang = c?.bornes.filter((b) => x / 10 ** i.decimales >= b).length ?? 0;
      n[rang] = (n[rang] ?? 0) + 1;
    }
  return n;
}

describe('frozen classes', () => {
  const t = table({
    'ENS.tous.2024': (n) => 20 + n / 10,
    'ENS.tous.2022': (n) => 18 + n / 10,
    'ER.tous.2024': (n) => 40 + n / 2,
    'ENS.qpv.2024': (n) => 50 + n / 2,
    'ENS.hqpv.2024': (n) => 10 + n / 10,
  });
  const de = classesDe([t], 'departement');

  it('are those of the latest millésime for every year', () => {
    expect(de[`${i.id}.ENS.tous.2022`]).toEqual(de[`${i.id}.ENS.tous.2024`]);
  });
  it('spread recent movers, who would be of one colour with the bounds of all households', () => {
    expect(effectifs(t, 'ER.tous.2024')).toEqual([8, 8, 8, 8, 8]);
  });
  it('are shared by the inside and the outside of quarters, cut on both', () => {
    expect(de[`${i.id}.ENS.qpv.2024`]).toEqual(de[`${i.id}.ENS.hqpv.2024`]);
    const deux = effectifs(t, 'ENS.qpv.2024').map((n, k) => n + (effectifs(t, 'ENS.hqpv.2024')[k] ?? 0));
    expect(deux).toEqual([16, 16, 16, 16, 16]);
  });
  it('fall back on an older year where the latest publishes nothing', () => {
    const vide = table({ 'ENS.tous.2024': () => null, 'ENS.tous.2022': (n) => n });
    expect(effectifs(vide, 'ENS.tous.2022')).toEqual([8, 8, 8, 8, 8]);
  });
  it('have whole bounds below the commune, where percentages are whole', () => {
    const fine = table({ 'ENS.tous.2024': (n) => n + 0.4 }, 'iris');
    const bornes = classesDe([fine], 'iris')[`${i.id}.ENS.tous.2024`]?.bornes ?? [];
    expect(bornes.length).toBe(4);
    expect(bornes.every(Number.isInteger)).toBe(true);
  });
});
