import { describe, expect, it } from 'vitest';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import {
  accord,
  chiffre,
  de,
  enumere,
  nombre,
  suffixe,
  texteBase,
  texteBaseLue,
  texteCellule,
  texteClasse,
  texteTableau,
  texteValeur,
  typographie,
} from '../../site/carto/format.ts';

const part = indicateur('ops_cf_mono');
const ouvert = indicateur('rpls_coll');
const vacance = indicateur('rpls_vac');

describe('numbers', () => {
  it('groups thousands with U+202F, uses the comma and the true minus', () => {
    expect(nombre(1234567)).toBe('1\u202f234\u202f567');
    expect(nombre(999)).toBe('999');
    expect(nombre(-1234.5, 1)).toBe('\u22121\u202f234,5');
    expect(nombre(-0.04, 1)).toBe('0,0');
    expect(() => nombre(Number.NaN)).toThrow(RangeError);
  });

  it('puts the right space before each unit', () => {
    expect(texteValeur(12.4, part)).toBe('12,4\u202f%');
    expect(texteValeur(7.854, indicateur('rpls_loyer_m2'))).toBe('7,85\u00a0€/m²');
    expect(texteValeur(1234, indicateur('rpls_nb'))).toBe('1\u202f234\u00a0logements');
    expect(texteValeur(1, indicateur('rpls_nb'))).toBe('1\u00a0logement');
    expect(suffixe('m²', 1)).toBe('\u00a0m²');
  });

  it('rounds shares to whole below the commune, and only shares', () => {
    expect(texteValeur(12.4, part, 'iris')).toBe('12\u202f%');
    expect(texteValeur(2.35, indicateur('ops_taille_moy'), 'iris')).toBe('2,35\u00a0pers.');
  });

  it('never prints a survey share as 100 or 0 by rounding, but leaves open counts alone', () => {
    expect(chiffre(99.96, part)).toBe('99,9');
    expect(chiffre(0.04, part)).toBe('0,1');
    expect(chiffre(99.6, part, 'adresse')).toBe('>\u00a099');
    expect(chiffre(0.4, part, 'adresse')).toBe('<\u00a01');
    expect(chiffre(100, ouvert)).toBe('100,0');
    expect(chiffre(0, vacance)).toBe('0,0');
    expect(chiffre(99.97, vacance)).toBe('99,9');
  });
});

describe('words', () => {
  it('says statuts and bases in words', () => {
    expect(texteCellule({ statut: 's' }, part)).toBe('secret statistique');
    expect(texteTableau({ statut: 'so' }, part)).toBe('–');
    expect(texteTableau({ statut: 'valeur', valeur: 12.4, base: 40 }, part)).toBe('12,4');
    expect([29, 30, '11–19', '20–49'].map((b) => texteBaseLue(b as number, 'ménages').includes(', à lire avec prudence'))).toEqual([true, false, true, false]); // prettier-ignore
    expect(texteBase(1234, 'ménages')).toBe('1\u202f234\u00a0ménages');
    expect(texteBase('20–49', 'ménages')).toBe('20\u00a0à\u00a049\u00a0ménages');
    expect(texteBase('100+', 'ménages')).toBe('100\u00a0ménages ou plus');
    expect(accord(1, 'zone', 'zones')).toBe('1\u00a0zone');
    expect(enumere(['a', 'b', 'c'])).toBe('a, b et c');
    expect(['EPCI', 'Île-de-Rive', 'communes'].map(de)).toEqual(['d’EPCI', 'd’Île-de-Rive', 'de communes']);
  });

  it('labels classes as half-open intervals', () => {
    const c = { bornes: [10, 20.5], min: 2, max: 40 };
    expect([0, 1, 2].map((i) => texteClasse(c, i, part))).toEqual([
      'moins de 10,0\u202f%',
      '10,0 à moins de 20,5\u202f%',
      '20,5\u202f% ou plus',
    ]);
    expect(texteClasse({ bornes: [], min: 12, max: 12 }, 0, part)).toBe('12,0\u202f%');
  });

  it('mends spaces and apostrophes, and changes nothing the second time', () => {
    const s = typographie("Ménages sous 20 % : l'essentiel « ici » ; moins de 25 ans !");
    expect(s).toBe(
      'Ménages sous 20\u202f%\u202f: l’essentiel «\u202fici\u202f»\u202f; moins de 25\u00a0ans\u202f!',
    );
    expect(typographie(s)).toBe(s);
  });
});
