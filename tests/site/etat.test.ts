import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adresse,
  etatSimple,
  lisAdresse,
  lisAvec,
  lisBornes,
  lisZone,
  type Etat,
} from '../../site/state/etat.ts';
import { ECHELLES, POPULATIONS, SECTEURS } from '../../data/contract/zone.ts';

const ids = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
const avec = fc.record({
  indicateur: ids,
  population: fc.constantFrom(...POPULATIONS),
  secteur: fc.constantFrom(...SECTEURS),
  millesime: fc.integer({ min: 1990, max: 2100 }),
});

const etats: fc.Arbitrary<Etat> = fc.record({
  echelle: fc.constantFrom(...ECHELLES),
  indicateur: ids,
  millesime: fc.integer({ min: 1990, max: 2100 }),
  population: fc.constantFrom(...POPULATIONS),
  secteur: fc.constantFrom(...SECTEURS),
  zone: fc.option(
    fc.tuple(fc.constantFrom(...ECHELLES), fc.stringMatching(/^[0-9A-Z]{1,14}$/)).map((z) => z.join(':')),
  ),
  vue: fc.option(
    fc.tuple(
      fc.integer({ min: -1_800_000, max: 1_800_000 }).map((x) => x / 1e4),
      fc.integer({ min: -850_000, max: 850_000 }).map((x) => x / 1e4),
      fc.integer({ min: 0, max: 1700 }).map((x) => x / 100),
    ),
  ),
  methode: fc.option(fc.constantFrom('quantiles', 'jenks', 'egales', 'ecart-type', 'politique', 'manuelle')),
  k: fc.integer({ min: 3, max: 7 }),
  bornes: fc.uniqueArray(fc.integer({ min: -500, max: 5000 }).map((x) => x / 10), { minLength: 1, maxLength: 6 }).map((b) => b.sort((x, y) => x - y)), // prettier-ignore
  mesure: fc.constantFrom('valeur', 'evolution', 'ecart'),
  avec: fc.option(avec),
  qpv: fc.boolean(),
  cercles: fc.boolean(),
  integre: fc.constantFrom('', 'legende', 'carte'),
});

describe('the address owns the state', () => {
  it('gives the same state back', () => {
    fc.assert(
      fc.property(etats, (e) => {
        const [chemin = '', recherche = ''] = adresse(e).split('?');
        const lu = lisAdresse(chemin, recherche);
        // The number of classes only means something with a method, bounds with one's own.
        const siennes = e.methode === 'manuelle';
        expect(lu).toEqual({ ...e, k: e.methode && !siennes ? e.k : 5, bornes: siennes ? e.bornes : [] });
      }),
    );
  });

  it('writes nothing for defaults', () => {
    expect(
      adresse(
        etatSimple({
          echelle: 'epci',
          indicateur: 'rpls_dpe_fg',
          millesime: 2022,
          population: 'ENS',
          secteur: 'tous',
        }),
      ),
    ).toBe('carte/epci/rpls_dpe_fg/2022/');
  });

  it('ignores what it cannot read, and refuses paths that are not maps', () => {
    const lu = lisAdresse(
      '/carte/epci/rpls_nb/2022',
      '?population=X&zone=javascript:alert(1)&vue=a,b,c&classes=99',
    );
    expect(lu).toMatchObject({ population: 'ENS', zone: null, vue: null, k: 5 });
    expect(lisAdresse('/carte/planete/rpls_nb/2022/', '')).toBeNull();
    expect(lisAdresse('/carte/epci/RPLS/2022/', '')).toBeNull();
    expect(lisZone('commune:2A004')).toEqual({ echelle: 'commune', code: '2A004' });
    expect(lisZone('commune:<b>')).toBeNull();
    expect(lisBornes('20,5 ; 10;30 10')).toEqual([10, 20.5, 30]);
    expect(lisBornes('dix ; 20')).toEqual([]);
    expect(lisAvec('rpls_nb.ENS.tous')).toBeNull();
    expect(lisAvec('rpls_nb.TOUT.tous.2022')).toBeNull();
  });
});
