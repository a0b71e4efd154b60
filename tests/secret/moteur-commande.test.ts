import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../data/contract/erreur.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { commande } from '../../pipeline/secret/engine/command.ts';
import { lisTable, type OptionsTable } from '../../pipeline/secret/engine/table.ts';

let dossier: string;
beforeAll(async () => (dossier = await mkdtemp(join(tmpdir(), 'moteur-'))));
afterAll(() => rm(dossier, { recursive: true, force: true }));

const ENTETE = 'building,address,iris,qpv,commune,a_n,e_n';
const table = async (texte: string, options: Partial<OptionsTable> = {}) => {
  const chemin = join(dossier, 'atomes.csv');
  await writeFile(chemin, texte);
  return lisTable(chemin, { seuil: 11, ...options });
};
const lance = async (texte: string, valeurs: Record<string, string | string[]> = {}) => {
  const chemin = join(dossier, 'atomes.csv');
  const out = join(dossier, 'statuts.csv');
  await writeFile(chemin, texte);
  let dit = '';
  await commande.run(
    { values: { threshold: '11', workers: '1', atoms: chemin, out, ...valeurs }, positionals: [] },
    { journal: journalMuet, json: true, ecrit: (t) => (dit = t) },
  );
  return { comptes: JSON.parse(dit) as Record<string, number>, statuts: await readFile(out, 'utf8') };
};

describe('carto secret', () => {
  it('writes the status of every cell, secteurs included, as the kit expects', async () => {
    const { comptes, statuts } = await lance(
      `${ENTETE}\nB1,A1,I1,none,C1,15,2\nB2,A2,I1,Q1,C1,4,0\nB3,A3,I1,Q1,C1,25,14\n`,
    );
    expect(statuts.split('\n').slice(0, 4)).toEqual([
      'id,n,primary,suppressed',
      'building:B1/all,15,0,0',
      'building:B2/all,4,1,1',
      'building:B3/all,25,0,1',
    ]);
    expect(statuts).toContain('com_qpv:C1|qpv/all,29,0,0');
    expect(statuts).toContain('com_qpv:C1|hors/recent,2,1,1');
    expect(comptes).toMatchObject({ atomes: 3, seuil: 11 });
  });

  it('reads a single count, semicolons, quotes and a byte order mark', async () => {
    const s = await table('\uFEFFid;zone;n\n"a;1";"Z ""x""";12\nb;"Z ""x""";3\n');
    expect(s.niveaux.map((n) => [n.id, n.codes])).toEqual([
      ['id', ['a;1', 'b']],
      ['zone', ['Z "x"']],
    ]);
    expect([...s.effectifs.ENS]).toEqual([12, 3]);
    expect(s.effectifs.ER).toBeUndefined();
  });

  it.each([
    ['B1,A1,I1,none,C1,-3,0', 'ligne 2, colonne a_n : reçu « -3 »'],
    ['B1,A1,I1,none,C1,2.5,0', 'ligne 2, colonne a_n : reçu « 2.5 »'],
    ['B1,A1,I1,none,C1,,0', 'ligne 2, colonne a_n : reçu «  »'],
    ['B1,A1,I1,none,C1,4,5', 'ligne 2, colonne e_n : reçu 5, attendu au plus 4'],
    ['B1,A1,I1,none,C1,4', 'ligne 2 : 6 champs reçus, 7 attendus'],
    [
      'B1,A1,I1,none,C1,4,1\n\nB1,A2,I1,none,C1,4,1',
      'ligne 4, colonne building : identifiant « B1 » déjà donné ligne 2',
    ],
    ['none,A1,I1,none,C1,4,1', 'ligne 2, colonne building : identifiant absent'],
  ])('refuses %j', async (ligne, message) => {
    const essai = table(`${ENTETE}\n${ligne}\n`);
    await expect(essai).rejects.toBeInstanceOf(UserError);
    await expect(essai).rejects.toThrow(message);
  });

  it('refuses an empty table, a missing column, and a zone with two declared parents', async () => {
    await expect(table('')).rejects.toThrow('vide');
    await expect(table(`${ENTETE}\n`)).rejects.toThrow('aucune unité');
    await expect(table('id,zone\na,b\n')).rejects.toThrow('colonne « n » absente');
    await expect(table(`${ENTETE}\nB1,A1,I1,none,C1,4,1\n`, { recents: 'e_x' })).rejects.toThrow(
      '« e_x » absente',
    );
    const deux = `${ENTETE}\nB1,A1,I1,none,C1,4,1\nB2,A2,I1,none,C2,4,1\n`;
    await expect(table(deux, { emboitements: [['iris', 'commune']] })).rejects.toThrow(
      'lignes 2 et 3 : iris « I1 » est rattachée à deux zones de « commune » : C1 et C2',
    );
    expect((await table(deux)).atomes).toBe(2);
  });

  it('refuses a missing file and a bad threshold in words', async () => {
    await expect(lisTable(join(dossier, 'rien.csv'), { seuil: 11 })).rejects.toThrow('rien.csv illisible');
    await expect(lance(`${ENTETE}\nB1,A1,I1,none,C1,4,1\n`, { threshold: 'onze' })).rejects.toThrow(
      '--threshold',
    );
  });
});
