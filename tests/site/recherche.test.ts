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
  it('waits for two letters', () => expect(noms('d')).toEqual([]));
});
