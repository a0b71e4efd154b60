import { describe, expect, it } from 'vitest';
import { cherche, distance, indexe, normalise, type Entree } from '../../site/state/recherche.ts';

const e = (echelle: Entree['echelle'], code: string, nom: string): Entree => ({
  echelle,
  code,
  nom,
  parent: '',
});
const index = indexe([
  e('commune', '01004', 'Saint-Étienne-d’Œuvre'),
  e('commune', '21231', 'Dijon'),
  e('epci', '242100410', 'Dijon Métropole'),
  e('commune', '35238', 'Rennes'),
  e('commune', '2A004', 'Ajaccio'),
  e('commune', '70001', 'Mont-le-Vieux'),
  e('region', '27', 'Bourgogne-Franche-Comté'),
]);
const noms = (saisie: string) => cherche(index, saisie).map((x) => x.nom);

describe('search without a server', () => {
  it('does not mind accents, case, ligatures, hyphens, apostrophes or « St »', () => {
    expect(normalise('  Saint-Étienne-d’Œuvre ')).toBe('saint etienne d oeuvre');
    for (const saisie of ['SAINT ETIENNE', 'st étienne', 'saint-etienne d oeuvre', 'œuvre'])
      expect(noms(saisie)[0], saisie).toBe('Saint-Étienne-d’Œuvre');
  });
  it('puts the whole name first, then the wider territory', () => {
    expect(noms('dijon')).toEqual(['Dijon', 'Dijon Métropole']);
    expect(noms('dij')).toEqual(['Dijon Métropole', 'Dijon']);
  });
  it('finds a code, and words in any order', () => {
    expect(noms('2a004')).toEqual(['Ajaccio']);
    expect(noms('vieux mont')).toEqual(['Mont-le-Vieux']);
  });
  it('forgives one or two typing errors, not more', () => {
    expect(noms('rennse')).toEqual(['Rennes']);
    expect(noms('bourgonge franche')).toEqual(['Bourgogne-Franche-Comté']);
    expect(noms('zzzz')).toEqual([]);
    expect(distance('renes', 'rennes', 2)).toBe(1);
    expect(distance('abcdef', 'uvwxyz', 2)).toBe(3);
  });
  it('finds the communes of a postcode, all of them when it is whole, and its beginning', () => {
    const communes = Array.from({ length: 15 }, (_, n): Entree => ({
      ...e('commune', `690${n + 10}`, `Village ${n}`),
      postaux: n === 14 ? '69210 69690' : '69210',
    }));
    const rhone = indexe([...communes, { ...e('commune', '69266', 'Villeurbanne'), postaux: '69100' }, e('commune', '69100', 'Homonyme')]); // prettier-ignore
    const codes = (saisie: string) => cherche(rhone, saisie).map((x) => x.code);
    expect(codes('69210')).toEqual(communes.map((c) => c.code));
    // The code of one commune is the postcode of another: both are meant.
    expect(codes('69100')).toEqual(['69100', '69266']);
    expect(codes(' 6969 ')).toEqual(['69024']);
    expect(codes('691')).toEqual(['69266', '69100']);
    expect(codes('69999')).toEqual([]);
    // Two digits are a département.
    expect(codes('69')).toEqual([]);
  });
  it('takes what follows the name: commune, département, postcode', () => {
    const rues = indexe([
      { ...e('adresse', 'A1', '3 rue des Lilas'), parent: 'Dijon' },
      { ...e('adresse', 'A2', '3 rue des Lilas'), parent: 'Étrigny' },
      { ...e('commune', '21231', 'Dijon'), parent: 'Côte-d’Or', postaux: '21000' },
    ]);
    const codes = (saisie: string) => cherche(rues, saisie).map((x) => x.code);
    expect(codes('rue des lilas etrigny')).toEqual(['A2']);
    expect(codes('3 rue lylas etrigny')).toEqual(['A2']);
    expect(codes('dijon 21000')).toEqual(['21231']);
    // What follows alone is not a name.
    expect(codes('dijon')).toEqual(['21231']);
  });
  it('waits for two letters', () => expect(noms('d')).toEqual([]));
});
