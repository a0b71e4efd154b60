import { describe, expect, it } from 'vitest';
import { nomCourt, placerEtiquettes } from '../../site/carto/etiquettes.ts';

const carre = (code: string, x: number) => ({
  code,
  nom: code,
  geometrie: { type: 'Polygon' as const, coordinates: [[[x, 0], [x + 40, 0], [x + 40, 40], [x, 40], [x, 0]]] },
}); // prettier-ignore

describe('names on a map', () => {
  it('leaves out what is the same for all, and nothing of a name that is only itself', () => {
    const court = {
      'CC des Coteaux de la Vézouille': 'Coteaux de la Vézouille',
      'CA du Grand Besançon Métropole': 'Grand Besançon Métropole',
      'CC Prétrenneval-Noifenville Communauté': 'Prétrenneval-Noifenville',
      'Communauté de communes de l’Aubrée': 'Aubrée',
      'CC du Pays de Mésens': 'Pays de Mésens',
      'Le Mans': 'Le Mans',
      Caen: 'Caen',
      Métabief: 'Métabief',
      'Métropole de Lyon': 'Métropole de Lyon',
    };
    expect(Object.fromEntries(Object.keys(court).map((n) => [n, nomCourt(n)]))).toEqual(court);
  });

  it('keeps the first of two names that a wider font would make touch', () => {
    const place = (marge: number) =>
      placerEtiquettes({
        zones: [carre('Damville', 0), carre('Rocheval', 44)],
        texte: (c) => c,
        projette: ([x, y]) => [x, y],
        boite: { x: -20, y: 0, largeur: 140, hauteur: 40 },
        corps: 9,
        marge,
      }).map((e) => e.texte);
    expect(place(1)).toEqual(['Damville', 'Rocheval']);
    expect(place(1.3)).toEqual(['Damville']);
  });
});
