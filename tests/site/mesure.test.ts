import { describe, expect, it } from 'vitest';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import type { Offre } from '../../site/state/donnees.ts';
import { classesSymetriques, difference, indicateurMesure, pourquoiPas, trancheReference } from '../../site/state/mesure.ts'; // prettier-ignore

const i = indicateur('ops_res_lt40');
const dpe = indicateur('rpls_dpe_fg');
const offre: Offre = {
  [i.variable]: { epci: ['ENS.tous.2022', 'ENS.tous.2020', 'ER.tous.2022'] },
  [dpe.variable]: { epci: ['ENS.tous.2022', 'ENS.tous.2020'] },
};
const t = { population: 'ENS', secteur: 'tous', millesime: 2022 } as const;

describe('change and gap', () => {
  it('takes the previous millésime, or all households', () => {
    expect(trancheReference(offre, i, 'epci', t, 'evolution')).toEqual({ ...t, millesime: 2020 });
    expect(trancheReference(offre, i, 'epci', { ...t, population: 'ER' }, 'ecart')).toEqual(t);
    expect(trancheReference(offre, i, 'epci', { ...t, millesime: 2020 }, 'evolution')).toBeNull();
  });
  it('refuses what the catalogue says is not comparable, with its reason', () => {
    expect(trancheReference(offre, dpe, 'epci', t, 'evolution')).toBeNull();
    expect(pourquoiPas(offre, dpe, 'epci', t, 'evolution')).toContain(dpe.comparabilite);
    expect(pourquoiPas(offre, i, 'epci', t, 'evolution')).toBeNull();
  });
  it('subtracts exactly and hides what has a hidden side', () => {
    const v = (valeur: number) => ({ statut: 'valeur', valeur, base: 100 }) as const;
    expect(difference(v(12.3), v(0.1), 1)).toEqual(v(12.2));
    expect(difference(v(12.3), { statut: 's' }, 1)).toEqual({ statut: 's' });
    expect(difference({ statut: 'nd' }, { statut: 's' }, 1)).toEqual({ statut: 's' });
    expect(difference({ statut: 'so' }, v(1), 1)).toEqual({ statut: 'so' });
  });
  it('speaks in points, on a ramp around zero, symmetric', () => {
    const m = indicateurMesure(i, 'epci', 'evolution', t, { ...t, millesime: 2020 });
    expect(m).toMatchObject({ unite: 'points', rampe: 'divergente' });
    expect(classesSymetriques([-4, -1, 0.5, 2, 6], 1)).toMatchObject({ bornes: [-2, -1, 0, 1, 2], min: -4, max: 6 }); // prettier-ignore
    // Gaps that are all of one side: the sign of each is the side of its colour, and none is called neutral.
    expect(classesSymetriques([6.9, 7.2, 8.1, 8.6], 1).bornes).toEqual([-8.1, -7.2, 0, 7.2, 8.1]);
    expect(classesSymetriques([0, 0], 1).bornes).toEqual([]);
    expect(classesSymetriques([], 1)).toMatchObject({ bornes: [], min: 0, max: 0 });
  });
});
