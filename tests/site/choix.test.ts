import { describe, expect, it } from 'vitest';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import { realisable } from '../../site/state/choix.ts';
import { motif } from '../../site/map/motifs.ts';
import { TEINTES } from '../../site/carto/palette.ts';
import { couchesPoint, couchesSurface, peintures } from '../../site/map/style.ts';
import type { Cell } from '../../data/contract/cell.ts';
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
  const classes = { methode: 'quantiles', bornes: [12.5, 20], min: 1, max: 40 } as const;
  const cellules: Cell[] = [
    { statut: 'valeur', valeur: 12.4, base: 50 },
    { statut: 'valeur', valeur: 12.5, base: '100+' },
    { statut: 's' },
    { statut: 'nd' },
    { statut: 'so' },
  ];
  it('paints a value by its class, and a hidden cell by its statut only', () => {
    const p = peintures(cellules, { ...classes, bornes: [...classes.bornes] }, rpls, 'clair', false);
    expect(p.map((x) => x.m)).toEqual(['', '', 's', 'nd', '']);
    const [a, b, s, nd, so] = p.map((x) => x.f);
    expect(new Set([a, b, s, nd, so]).size).toBe(5);
    expect([s, nd, so]).toEqual([TEINTES.clair.secretFond, TEINTES.clair.nonDisponibleFond, TEINTES.clair.sansObjet]); // prettier-ignore
    // A hidden point is as small as the smallest, whatever its base.
    expect(p[2]?.r).toBe(Math.min(...p.map((x) => x.r)));
  });
  it('keeps the ground of a count plain', () => {
    const nombre = { rampe: 'sequentielle', calcul: 'nombre' } as const;
    const p = peintures(cellules, { ...classes, bornes: [...classes.bornes] }, nombre, 'clair', false);
    expect(new Set(p.slice(0, 2).map((x) => x.f))).toEqual(new Set([TEINTES.clair.papier]));
  });
  it('never puts a figure in the style: layers depend on the mode alone', () => {
    const style = JSON.stringify([couchesSurface(1, 'epci', 'clair', false), couchesPoint(1, 'adresse', 'clair')]); // prettier-ignore
    expect(style).not.toContain('"get"');
  });
  it('has patterns whose edges meet', () => {
    const { width: w, data } = motif('hachures', 'clair');
    const alpha = (x: number, y: number) => data[((y % w) * w + (x % w)) * 4 + 3];
    for (let k = 0; k < w; k++) expect(alpha(k, 0)).toBe(alpha(k + 1, w - 1));
  });
});
