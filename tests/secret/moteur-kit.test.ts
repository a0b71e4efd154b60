import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ecrisCas, lisCas } from '../../pipeline/secret/engine/cas.ts';
import { statuts } from '../../pipeline/secret/engine/command.ts';
import { resoudre, resoudreLineaire } from '../../pipeline/secret/engine/index.ts';
import { lisTable } from '../../pipeline/secret/engine/table.ts';

const kit = join(import.meta.dirname, '../../../shared/acceptance/secret');
const absent = !existsSync(join(kit, 'score.mjs'));
if (absent) console.warn('Acceptance kit of the secret not found: its tests are skipped.');

const noeud = (script: string, args: string[]) =>
  JSON.parse(
    spawnSync(process.execPath, [join(kit, script), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
      .stdout,
  ) as { verdict: string; secondary: number; households: number };

describe.skipIf(absent)('acceptance kit of the secret', () => {
  let dossier: string;
  beforeAll(async () => (dossier = await mkdtemp(join(tmpdir(), 'kit-'))));
  afterAll(() => rm(dossier, { recursive: true, force: true }));

  it.each([
    ['epci', 85, 1600],
    ['dep', 1000, 23000],
  ])('passes on %s and loses less than the aim', async (nom, cellules, menages) => {
    const donnees = join(kit, 'data', nom);
    const systeme = await lisTable(join(donnees, 'atoms.csv'), { seuil: 11 });
    const patron = resoudre(systeme);
    expect(patron.comptes.incomplets).toBe(0);
    const fichier = join(dossier, `${nom}.csv`);
    await writeFile(fichier, statuts(systeme, patron));
    const { verdict, secondary, households } = noeud('score.mjs', [donnees, fichier]);
    expect(verdict).toBe('PASS');
    expect(secondary).toBeLessThanOrEqual(cellules);
    expect(households).toBeLessThanOrEqual(menages);
  });

  it.each([
    ['sdctable-jj-testproblem', 40],
    ['rtauargus-act-size', 18100],
    ['ssb-d2-hier', 100],
    ['usersupport-136-linked', 7],
  ])('solves the public case %s', async (nom, perte) => {
    const cas = await lisCas(join(kit, 'cases', nom));
    const { cache } = resoudreLineaire(cas.lineaire, { seuil: cas.seuil });
    const fichier = join(dossier, `${nom}.csv`);
    await writeFile(fichier, ecrisCas(cas, cache));
    const relations = join(kit, 'cases', nom, 'relations.csv');
    expect(noeud('audit.mjs', [fichier, relations, `--threshold=${cas.seuil}`, '--triples']).verdict).toBe(
      'PASS',
    );
    const caches = [...cache.keys()].filter((u) => cache[u] === 1 && cas.lineaire.sort[u] === 0);
    expect(caches.reduce((s, u) => s + (cas.lineaire.base[u] as number), 0)).toBeLessThanOrEqual(perte);
  });
});
