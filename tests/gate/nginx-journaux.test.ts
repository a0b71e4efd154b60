/** What nginx writes down: its logs must hold no token, no link and no whole address, above all when something fails. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurationNginx } from '../../pipeline/serve/nginx.ts';
import { portLibre, repond } from './acceptance/contrat.ts';

const GRANT = `eyJhbGciOiJFZERTQSJ9.${'A'.repeat(200)}.${'B'.repeat(86)}`;

describe.skipIf(!existsSync('/usr/sbin/nginx'))('logs of nginx', () => {
  let dossier: string;
  let port: number;
  let nginx: ChildProcess;
  beforeAll(async () => {
    dossier = mkdtempSync(join(tmpdir(), 'carto-nginx-'));
    for (const d of ['site/territoire', 'public']) mkdirSync(join(dossier, d), { recursive: true });
    writeFileSync(join(dossier, 'site', 'index.html'), 'accueil');
    [port] = [await portLibre()];
    const amont = await portLibre();
    const texte = configurationNginx({
      dossier,
      ecoute: `127.0.0.1:${port}`,
      // Nothing listens there: the gate is down.
      amont: `127.0.0.1:${amont}`,
      hotes: ['localhost'],
      site: join(dossier, 'site'),
      publics: join(dossier, 'public'),
      entier: true,
    });
    writeFileSync(join(dossier, 'nginx.conf'), texte);
    nginx = spawn('nginx', ['-p', dossier, '-c', join(dossier, 'nginx.conf'), '-g', 'daemon off;'], {
      stdio: 'ignore',
    });
    await repond(port);
  });
  afterAll(async () => {
    nginx.kill('SIGQUIT');
    await new Promise((r) => nginx.once('exit', r));
    rmSync(dossier, { recursive: true, force: true });
  });

  test('a gate that is down, a damaged link, a file that is missing: no token, no link, no address', async () => {
    const demandes: [string, number][] = [
      [`/t/v1/${'a'.repeat(32)}?t=${GRANT}`, 502],
      // A mail filter wrote the # of a link %23: the link became a path.
      [`/territoire/%23g1.${GRANT}`, 404],
      [`/territoire/g1.${GRANT}`, 404],
      [`/${GRANT}`, 404],
      [`/absente?t=${GRANT}`, 404],
      [`/public/absente.pmtiles?t=${GRANT}`, 404],
    ];
    for (const [cible, status] of demandes)
      expect((await fetch(`http://localhost:${port}${cible}`)).status, cible.slice(0, 20)).toBe(status);
    const acces = () => readFileSync(join(dossier, 'acces.log'), 'utf8');
    // A line is written once its answer has left.
    await expect.poll(() => acces().split('\n').length).toBeGreaterThan(demandes.length);
    for (const nom of ['acces.log', 'erreurs.log']) {
      const texte = existsSync(join(dossier, nom)) ? readFileSync(join(dossier, nom), 'utf8') : '';
      expect(texte, nom).not.toMatch(/eyJ|A{20}|127\.0\.0\.1/);
    }
    expect(acces()).toMatch(/ GET \/healthz 502 /);
  });
});
