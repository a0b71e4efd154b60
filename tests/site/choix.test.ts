import { describe, expect, it } from 'vitest';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import { realisable } from '../../site/state/choix.ts';
import { motif } from '../../site/map/motifs.ts';
import { couleur, couchesSurface, type Vue } from '../../site/map/style.ts';
import type { Offre } from '../../site/state/donnees.ts';

const rpls = indicateur('rpls_dpe_fg');
const ops = indicateur('ops_res_lt40');
const offre: Offre = {
  [rpls.variable]: {
    france: ['ENS.tous.2022'],
    departement: ['ENS.tous.2022', 'ENS.tous.2020', 'ENS.qpv.2022'],
    epci: ['ENS.tous.2022', 'ENS.tous.2020'],
  },
  [ops.variable]: {
    region: ['ENS.tous.2022', 'ER.tous.2022'],
    departement: ['ENS.tous.2022', 'ER.tous.2022'],
  },
};
const voulu = {
  echelle: 'epci',
  indicateur: '',
  millesime: 2020,
  population: 'ENS',
  secteur: 'tous',
} as const;

describe('nearest published view', () => {
  it('keeps what was wished when it exists', () => {
    expect(realisable(offre, rpls, { ...voulu, indicateur: rpls.id })).toMatchObject({
      echelle: 'epci',
      millesime: 2020,
    });
  });
  it('falls back on the finest échelle above, then on the latest millésime', () => {
    expect(realisable(offre, ops, voulu)).toEqual({
      echelle: 'departement',
      indicateur: ops.id,
      millesime: 2022,
      population: 'ENS',
      secteur: 'tous',
    });
  });
  it('gives up the sector before the indicateur', () => {
    expect(realisable(offre, rpls, { ...voulu, secteur: 'qpv' })).toMatchObject({
      secteur: 'tous',
      echelle: 'epci',
    });
  });
  it('is null when nothing is published', () => expect(realisable({}, rpls, voulu)).toBeNull());
});

describe('what the map draws', () => {
  const vue: Vue = {
    indicateur: rpls,
    tranche: { population: 'ENS', secteur: 'tous', millesime: 2022 },
    classes: { methode: 'quantiles', bornes: [12.5, 20], min: 1, max: 40 },
    mode: 'clair',
  };
  it('classes baked scaled integers, and never a hidden cell', () => {
    const e = JSON.stringify(couleur(vue));
    expect(e).toContain('["step",["get","rpls_dpe_fg.ENS.tous.2022"]');
    expect(e).toContain(',125,');
    expect(e).toContain('["typeof"');
  });
  it('hatches on a tile attribute, in a layer of its own', () => {
    const h = couchesSurface(1, 'epci', vue, false).find((l) => l.id === 'hachures-1');
    expect(h).toMatchObject({ filter: ['==', ['get', `${rpls.variable}.ENS.tous.2022`], 's'], paint: { 'fill-pattern': 'hachures-clair' } }); // prettier-ignore
  });
  it('has patterns whose edges meet', () => {
    const { width: w, data } = motif('hachures', 'clair');
    const alpha = (x: number, y: number) => data[((y % w) * w + (x % w)) * 4 + 3];
    for (let k = 0; k < w; k++) expect(alpha(k, 0)).toBe(alpha(k + 1, w - 1));
  });
});
