/** `carto serve` as a process: address, graceful stop, logs, and what a kill -9 leaves. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lienDemo } from '../../pipeline/links/demo.ts';
import { ouvrirRegistre } from '../../pipeline/links/registre.ts';
import { lireLien, ouvrirSession } from '../../site/archive/session.ts';
import { lireArchive } from '../../site/archive/source.ts';
import { creerEssai, EPCI_A, type Essai } from './fixture.ts';

const RACINE = fileURLToPath(new URL('../..', import.meta.url));
let essai: Essai;
let grant: string;
beforeAll(async () => {
  essai = creerEssai();
  const lien = await lienDemo({ ...essai, epci: EPCI_A, origine: 'http://localhost:4321' });
  grant = lireLien(new URL(lien.url).hash)?.grant ?? '';
});
afterAll(() => essai.nettoyer());

async function lancer(): Promise<{ processus: ChildProcess; origine: string; sortie: () => string }> {
  const processus = spawn(
    process.execPath,
    [
      'pipeline/cli.ts',
      'serve',
      '--json',
      '--port',
      '0',
      '--vers',
      essai.vers,
      '--site',
      essai.site,
      '--registre',
      essai.registre,
      '--journal',
      join(essai.racine, 'acces.jsonl'),
    ],
    { cwd: RACINE, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let texte = '';
  processus.stderr?.on('data', (d: Buffer) => (texte += d.toString()));
  const ligne = await new Promise<string>((resoudre, rejeter) => {
    processus.stdout?.on('data', (d: Buffer) => {
      texte += d.toString();
      const m = /\{.*\}/.exec(texte);
      if (m) resoudre(m[0]);
    });
    processus.once('exit', () => rejeter(new Error(texte)));
  });
  return { processus, origine: (JSON.parse(ligne) as { origine: string }).origine, sortie: () => texte };
}

async function lire(origine: string): Promise<void> {
  const session = await ouvrirSession(grant, 'observation', { base: origine });
  const table = session.archive('table');
  if (!table) throw new Error('no table');
  await lireArchive(session, table);
}

/** Lines of a chained log. Throws when the chain is broken. */
function chaine(fichier: string): Record<string, unknown>[] {
  let prec = '';
  return readFileSync(fichier, 'utf8')
    .trimEnd()
    .split('\n')
    .map((texte) => {
      const ligne = JSON.parse(texte) as Record<string, unknown>;
      expect(ligne['prec']).toBe(prec);
      prec = createHash('sha256').update(texte).digest('hex').slice(0, 32);
      return ligne;
    });
}

test('a stop ends cleanly, with the summary of every session and no token anywhere', async () => {
  const { processus, origine, sortie } = await lancer();
  await lire(origine);
  processus.kill('SIGTERM');
  const [code] = (await once(processus, 'exit')) as [number | null];
  expect(code).toBe(0);
  const audit = chaine(join(essai.registre, 'audit', 'garde.jsonl'));
  expect(audit.map((l) => l['evenement'])).toEqual(['session.ouverte', 'octets.resume']);
  const acces = chaine(join(essai.racine, 'acces.jsonl'));
  expect(acces.map((l) => `${String(l['route'])} ${String(l['statut'])}`)).toEqual([
    'session 200',
    'octets 200',
  ]);
  const tout = JSON.stringify([audit, acces]) + sortie();
  expect(tout).not.toMatch(/eyJ[\w-]{25}|Camille|127\.0\.0\.1/);
});

test('kill -9: the register is whole, the logs go on after it', async () => {
  const { processus, origine } = await lancer();
  await lire(origine);
  processus.kill('SIGKILL');
  await once(processus, 'exit');
  const registre = await ouvrirRegistre(essai.registre);
  const avant = registre.chaine.lignes.length;
  await lienDemo({ ...essai, epci: EPCI_A, origine: 'http://localhost:4321' });
  expect(registre.relire().chaine.lignes).toHaveLength(avant + 1);
  const suite = await lancer();
  await lire(suite.origine);
  suite.processus.kill('SIGTERM');
  await once(suite.processus, 'exit');
  const audit = chaine(join(essai.registre, 'audit', 'garde.jsonl'));
  // The killed process lost its last summary, at most.
  expect(audit.filter((l) => l['evenement'] === 'session.ouverte')).toHaveLength(3);
});
