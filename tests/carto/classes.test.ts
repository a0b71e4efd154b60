import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import type { Cell } from '../../data/contract/cell.ts';
import { classer, indexClasse, type Methode } from '../../site/carto/classes.ts';
import { construireLegende, histogramme, rayonBase } from '../../site/carto/legende.ts';
import {
  contraste,
  couleurs,
  luminance,
  TEINTES,
  type Mode,
  type NomRampe,
} from '../../site/carto/palette.ts';

const valeurs = [1, 2, 3, 4, 10, 11, 12, 50, 51, 52];

describe('class bounds', () => {
  it('matches known results', () => {
    expect(classer(valeurs, 'quantiles', { k: 5 }).bornes).toEqual([2.8, 7.6, 11.4, 50.2]);
    expect(classer(valeurs, 'jenks', { k: 3 }).bornes).toEqual([10, 50]);
    expect(classer([0, 100, 40, 7, 3, 60, 80], 'egales', { k: 4 }).bornes).toEqual([25, 50, 75]);
    // mean 5, standard deviation 2: the textbook sample
    expect(classer([2, 4, 4, 4, 5, 5, 7, 9], 'ecart-type', { k: 4 }).bornes).toEqual([3, 5, 7]);
    expect(classer(valeurs, 'politique', { bornes: [25, 10] })).toEqual({
      methode: 'politique',
      bornes: [10, 25],
      min: 1,
      max: 52,
    });
  });

  it('answers degenerate inputs', () => {
    expect(classer([], 'quantiles')).toEqual({ methode: 'quantiles', bornes: [], min: 0, max: 0 });
    expect(classer([7, 7, 7], 'jenks').bornes).toEqual([]);
    expect(classer([7, 7, 9], 'quantiles').bornes).toEqual([9]);
    // A common lowest value is a class of its own; the other three share the rest.
    expect(classer([0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6], 'quantiles', { k: 4 }).bornes).toEqual([
      1, 2.7, 4.3,
    ]);
  });

  it('always gives ascending bounds inside the range, k classes at most, and no empty class', () => {
    const methodes: Methode[] = ['quantiles', 'jenks', 'egales', 'ecart-type'];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(...methodes),
        fc.integer({ min: 1, max: 7 }),
        (dixiemes, methode, k) => {
          const v = dixiemes.map((d) => d / 10);
          const c = classer(v, methode, { k });
          expect(c.bornes.length).toBeLessThan(k);
          expect(c.bornes).toEqual([...new Set(c.bornes)].sort((a, b) => a - b));
          const comptes = Array.from({ length: c.bornes.length + 1 }, () => 0);
          for (const x of v) comptes[indexClasse(c, x)] = (comptes[indexClasse(c, x)] ?? 0) + 1;
          expect(Math.min(...comptes)).toBeGreaterThan(0);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it('puts a value equal to a bound in the upper class', () => {
    expect([9.9, 10, 20].map((v) => indexClasse({ bornes: [10, 20] }, v))).toEqual([0, 1, 2]);
  });
});

describe('palette', () => {
  it('is monotonic in grey for every sequential ramp, in both modes', () => {
    for (const [mode, sens] of [
      ['clair', -1],
      ['sombre', 1],
    ] as const)
      for (let k = 2; k <= 7; k++) {
        const l = couleurs(k, 'sequentielle', mode).map((c) => luminance(c));
        for (let i = 1; i < l.length; i++)
          expect(Math.sign((l[i] as number) - (l[i - 1] as number))).toBe(sens);
      }
  });

  it('gives k colours, and hatch lines that stand out of their ground', () => {
    for (const rampe of ['sequentielle', 'divergente'] as NomRampe[])
      for (const mode of ['clair', 'sombre'] as Mode[])
        for (const k of [0, 1, 2, 3, 5, 7, 9]) {
          const c = couleurs(k, rampe, mode);
          expect(c).toHaveLength(k);
          for (const x of c) expect(x).toMatch(/^#[0-9a-f]{6}$/);
        }
    for (const t of Object.values(TEINTES)) {
      expect(contraste(t.secretFond, t.secretTrait)).toBeGreaterThan(3);
      expect(contraste(t.papier, t.encre)).toBeGreaterThan(12);
      expect(contraste(t.papier, t.encreDouce)).toBeGreaterThan(4.5);
    }
  });
});

describe('legend', () => {
  const i = indicateur('ops_cf_mono');
  const cellules: Cell[] = [
    ...[5, 12, 12, 30].map((valeur): Cell => ({ statut: 'valeur', valeur, base: 100 })),
    { statut: 's' },
    { statut: 's' },
    { statut: 'so' },
  ];
  const classes = { methode: 'politique' as const, bornes: [10, 20], min: 5, max: 30 };
  const l = construireLegende({ indicateur: i, classes, cellules, barres: 5 });

  it('counts zones per class and per statut, hidden ones included', () => {
    expect(l.classes.map((c) => c.zones)).toEqual([1, 2, 1]);
    expect(l.statuts.map((s) => [s.statut, s.zones])).toEqual([
      ['s', 2],
      ['so', 1],
    ]);
    expect([l.zones, l.publiees]).toEqual([7, 4]);
  });

  it('bins the histogram over the frozen range and tints each bin by its class', () => {
    expect(l.histogramme).toEqual({
      min: 5,
      max: 30,
      ouvert: false,
      effectifs: [1, 2, 0, 0, 1],
      classes: [0, 1, 1, 2, 2],
    });
  });

  it('names method and bounds, and sizes points by base without telling hidden ones apart', () => {
    expect(l.methode).toBe(
      'Discrétisation\u202f: seuils fixes de politique publique, bornes 10\u202f; 20\u202f%.',
    );
    expect(rayonBase(undefined)).toBe(rayonBase('11–19'));
    expect(rayonBase(60)).toBe(rayonBase('50–99'));
  });
});

describe('a histogram with one value far away', () => {
  const k = { methode: 'manuelle', bornes: [2, 4], min: 0, max: 100 } as const;
  it('stops at the usual values, counts the far one in its last bin, and says that it is open', () => {
    const valeurs = [...Array.from({ length: 98 }, (_, n) => (n % 50) / 10), 5, 100];
    const h = histogramme(valeurs, { ...k, bornes: [...k.bornes] }, 10);
    expect(h).toMatchObject({ min: 0, max: 4.9, ouvert: true });
    expect(h.effectifs.reduce((s, n) => s + n, 0)).toBe(valeurs.length);
  });
  it('is whole where values spread', () => {
    const h = histogramme([0, 20, 40, 60, 80, 100], { ...k, bornes: [...k.bornes] }, 10);
    expect(h).toMatchObject({ min: 0, max: 100, ouvert: false });
  });
});

describe('classes around a reference', () => {
  const part = indicateur('ops_res_lt40');
  it('stand on the published value of the territory, not on the mean of its zones', () => {
    const k = classer([10, 20, 30, 40], 'ecart-type', { k: 4, centre: 20 });
    // Squares of the distances to 20: 100, 0, 100, 400; their mean is 150.
    expect(k.bornes).toEqual([7.8, 20, 32.2]);
    const impaire = classer([10, 20, 30, 40], 'ecart-type', { k: 5, centre: 20 });
    expect(impaire.bornes).toHaveLength(4);
    expect((impaire.bornes[1] as number) + (impaire.bornes[2] as number)).toBeCloseTo(40, 5);
  });
  it('keep the middle of the ramp on the reference when every zone is on one side', () => {
    const k = classer([15, 30, 60], 'ecart-type', { k: 5, centre: 10 });
    expect(k.bornes).toHaveLength(4);
    expect(indexClasse(k, 10)).toBe(2);
    const cellules: Cell[] = [15, 30, 60].map((valeur) => ({ statut: 'valeur', valeur, base: 100 }));
    const l = construireLegende({ indicateur: { ...part, rampe: 'divergente' }, classes: k, cellules, repere: { nom: 'CC Aubrelle', valeur: 10 } }); // prettier-ignore
    expect(l.methode).toContain('écarts-types autour de la valeur de CC Aubrelle (10,0\u202f%)');
    // Classes that nothing can be in are not listed, and the others keep their place in the ramp.
    expect(l.classes.map((c) => c.index)).toEqual([2, 3, 4]);
    expect(l.classes.at(-1)?.libelle).toMatch(/ou plus$/);
    expect(l.classes.reduce((s, c) => s + c.zones, 0)).toBe(3);
  });
});
