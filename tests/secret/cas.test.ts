/** Cases of the kit's format that are wrong: each is refused by its row. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lisCas } from '../../pipeline/secret/engine/cas.ts';

let dossier: string;
beforeAll(async () => {
  dossier = await mkdtemp(join(tmpdir(), 'cas-'));
  await writeFile(join(dossier, 'expected.json'), '{}');
});
afterAll(() => rm(dossier, { recursive: true, force: true }));

const CELLULES = 'id,value,base,protect\nt,30,30,0\na,20,20,0\nb,10,10,1\n';
const RELATIONS = 'relation,cell,coef\nr,t,-1\nr,a,1\nr,b,1\n';
async function lis(cellules: string, relations = RELATIONS) {
  await writeFile(join(dossier, 'cells.csv'), cellules);
  await writeFile(join(dossier, 'relations.csv'), relations);
  return lisCas(dossier);
}

describe('a case of the kit', () => {
  it('is read when it is right', async () => {
    expect((await lis(CELLULES)).ids).toEqual(['t', 'a', 'b']);
  });
  it.each([
    ['an id given twice', CELLULES.replace('b,10', 'a,10'), RELATIONS, 'cells.csv, ligne 4, colonne id : « a » déjà donné ligne 3'],
    ['a value that is no number', CELLULES.replace('a,20,', 'a,vingt,'), RELATIONS, 'ligne 3, colonne value : reçu « vingt »'],
    ['a negative base', CELLULES.replace('b,10,10', 'b,10,-10'), RELATIONS, 'ligne 4, colonne base : reçu « -10 »'],
    ['totals that do not add up', CELLULES.replace('t,30', 't,31'), RELATIONS, 'relation « r » : les valeurs ne s’additionnent pas (écart de -1)'],
    ['a cell that is nowhere', CELLULES, `${RELATIONS}r,z,1\n`, 'relations.csv, ligne 5 : cellule « z » absente de cells.csv'],
    ['a coefficient that is no number', CELLULES, RELATIONS.replace('a,1', 'a,x'), 'relations.csv, ligne 3 : coefficient « x »'],
  ])('is refused for %s', async (_, cellules, relations, phrase) => {
    await expect(lis(cellules, relations)).rejects.toThrow(phrase);
  }); // prettier-ignore
});
