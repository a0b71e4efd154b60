import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  basculeFavori,
  basculePrefere,
  lisMemoire,
  noteTerritoire,
  oublieRecents,
  propositions,
} from '../../site/state/memoire.ts';

const z = (code: string) => ({ echelle: 'epci' as const, code, nom: `CC ${code}`, parent: 'Aune' });

/** The browser's own store, as an object. */
class Magasin {
  readonly m = new Map<string, string>();
  getItem = (k: string) => this.m.get(k) ?? null;
  setItem = (k: string, v: string) => void this.m.set(k, v);
}

describe('what a device remembers', () => {
  let magasin: Magasin;
  beforeEach(() => Object.assign(globalThis, { localStorage: (magasin = new Magasin()) }));
  afterEach(() => void Reflect.deleteProperty(globalThis, 'localStorage'));

  it('keeps the last territories once each, newest first, favourites before them', () => {
    for (const c of ['1', '2', '3', '4', '5', '6', '7', '2']) noteTerritoire(z(c));
    expect(lisMemoire().recents.map((e) => e.code)).toEqual(['2', '7', '6', '5', '4', '3']);
    expect(basculeFavori(z('6'))).toBe(true);
    expect(propositions(lisMemoire()).map((e) => `${e.titre} ${e.code}`)).toEqual(['favori 6', 'récent 2', 'récent 7', 'récent 5', 'récent 4', 'récent 3']); // prettier-ignore
    oublieRecents();
    expect(propositions(lisMemoire()).map((e) => e.code)).toEqual(['6']);
    expect(basculeFavori(z('6'))).toBe(false);
    expect(propositions(lisMemoire())).toEqual([]);
  });

  it('keeps favourite indicateurs apart from recent ones, which can be forgotten', () => {
    expect(basculePrefere('rpls_nb')).toBe(true);
    expect(basculePrefere('ops_apl')).toBe(true);
    expect(basculePrefere('rpls_nb')).toBe(false);
    oublieRecents();
    expect(lisMemoire().preferes).toEqual(['ops_apl']);
  });

  it('drops what it did not write, and works where nothing may be kept', () => {
    magasin.setItem('carto-ops/memoire@1', '{"favoris":[{"echelle":"planete","code":"1","nom":"x","parent":""},{"echelle":"epci","code":1},null],"recents":"x","indicateurs":["<b>","rpls_nb"]}'); // prettier-ignore
    expect(lisMemoire()).toEqual({ favoris: [], recents: [], indicateurs: ['rpls_nb'], preferes: [] });
    magasin.setItem('carto-ops/memoire@1', '{');
    expect(lisMemoire().favoris).toEqual([]);
    magasin.setItem = () => {
      throw new Error('quota');
    };
    expect(() => noteTerritoire(z('1'))).not.toThrow();
  });
});
