import { describe, expect, it } from 'vitest';
import { INDICATEURS, indicateur, variable } from '../../data/catalogue/indicators/index.ts';
import { formule } from '../../site/archive/formule.ts';

const de = (id: string) => formule(indicateur(id), variable(indicateur(id).variable));

describe('formula in words', () => {
  it('splits a definition into what is counted and what it is out of', () => {
    expect(de('rpls_dpe_fg')).toEqual({
      numerateur: 'Logements d’étiquette énergie F ou G.',
      denominateur: 'Les logements étiquetés.',
    });
    expect(de('rpls_loyer_m2').numerateur).toBe('Somme des loyers principaux.');
    expect(de('rpls_loyer_m2').denominateur).toMatch(
      /^La somme des surfaces habitables des logements loués, /,
    );
    expect(de('rpls_mob').denominateur).toMatch(/^Les logements loués ou proposés, hors mises en service/);
  });

  it('falls back on the units of the variable, and says when nobody is left out', () => {
    expect(de('rpls_qpv').denominateur).toBe('Les logements du champ.');
    expect(de('ops_taille_moy').numerateur).toBe('La somme des valeurs de chaque ménage (pers.).');
    expect(de('ops_cf_mono').denominateur).toMatch(/^Tous les ménages \(et non les seules familles\), quand/);
    expect(de('rpls_nb').denominateur).toBeNull();
  });

  it('never shows SQL, whatever the indicateur', () => {
    for (const i of INDICATEURS) {
      const f = formule(i, variable(i.variable));
      expect(`${f.numerateur} ${f.denominateur ?? ''}`, i.id).not.toMatch(
        / is not null|case when|_|distribution/,
      );
      expect(f.denominateur === null, i.id).toBe(i.calcul === 'nombre');
    }
  });
});
