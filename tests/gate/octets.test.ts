/** What nginx sends by itself is counted: its log is followed, quotas and audit see it, on a real nginx with njs. */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configurationNginx } from '../../pipeline/serve/nginx.ts';
import { JournalOctets } from '../../pipeline/serve/octets.ts';
import { journalRapide } from '../../pipeline/serve/rapide.ts';
import { demarrer, type Service } from '../../pipeline/serve/serveur.ts';
import { ouvrirSession } from '../../site/archive/session.ts';
import { portLibre, repond } from './acceptance/contrat.ts';
import { ecrireModule } from './acceptance/cible.ts';
import { creerMonde, type Monde } from './acceptance/monde.ts';

const MODULE = '/usr/lib/nginx/modules/ngx_http_js_module.so';

describe('the log of bytes', () => {
  const dossier = mkdtempSync(join(tmpdir(), 'carto-octets-'));
  afterAll(() => rmSync(dossier, { recursive: true }));
  const ligne = (n: number, statut = 206) =>
    `1795357895.123 ${'s'.repeat(22)} 179535789/b1/g1/cnv-1/cpt-1/jtijtijtijtijtijti.par1/${'a'.repeat(32)} 203.0.113 ${n} ${statut}\n`;
  const lus = (j: JournalOctets) => j.lire().map((o) => o.octets);

  test('whole lines once each, through growth, renaming, emptying and a restart', () => {
    const fichier = join(dossier, 'octets.log');
    const journal = new JournalOctets(fichier);
    expect(lus(journal)).toEqual([]);
    writeFileSync(fichier, ligne(1) + ligne(2, 429) + 'anything\n' + ligne(3).slice(0, 40));
    expect(journal.lire()).toEqual([
      {
        t: 1_795_357_895.123,
        sid: 's'.repeat(22),
        cnv: 'cnv-1',
        sub: 'cpt-1',
        jti: 'jtijtijtijtijtijti',
        archive: 'a'.repeat(32),
        reseau: '203.0.113',
        octets: 1,
      },
    ]);
    appendFileSync(fichier, ligne(3).slice(40));
    expect(lus(journal)).toEqual([3]);
    expect(lus(journal)).toEqual([]);

    appendFileSync(fichier, ligne(4));
    renameSync(fichier, `${fichier}.1`);
    writeFileSync(fichier, ligne(5));
    expect(lus(journal)).toEqual([4, 5]);
    truncateSync(fichier);
    appendFileSync(fichier, ligne(6));
    // As long as before: only a file that became shorter shows that it was emptied.
    truncateSync(fichier);
    expect(lus(journal)).toEqual([]);
    appendFileSync(fichier, ligne(7));
    expect(lus(journal)).toEqual([7]);
    journal.fermer();

    appendFileSync(fichier, ligne(8));
    const suivant = new JournalOctets(fichier);
    expect(suivant.dejaLues().map((o) => o.octets)).toEqual([7]);
    expect(lus(suivant)).toEqual([8]);
    suivant.fermer();
  });
});

describe.skipIf(!existsSync(MODULE))(
  'nginx sends, the gate counts (needs the Debian package libnginx-mod-http-js)',
  () => {
    let monde: Monde;
    let service: Service;
    let nginx: ChildProcess;
    let port: number;
    beforeAll(async () => {
      monde = await creerMonde('http://localhost');
      port = await portLibre();
      const origines = [`http://localhost:${port}`];
      const { racine, registre, vers, site } = monde.essai;
      service = await demarrer({
        site,
        vers,
        registre,
        port: 0,
        origines,
        mandataires: ['127.0.0.1'],
        rapide: true,
        limites: { quotaFois: 1, quotaPlancher: 0 },
      });
      const dossier = join(racine, 'nginx');
      mkdirSync(dossier, { recursive: true });
      const conf = join(dossier, 'nginx.conf');
      writeFileSync(
        conf,
        configurationNginx({
          dossier,
          ecoute: `127.0.0.1:${port}`,
          amont: `127.0.0.1:${service.port}`,
          hotes: ['localhost'],
          site,
          publics: join(vers, 'courante', 'public'),
          rapide: { ...ecrireModule(monde, origines), journal: journalRapide(registre) },
          entier: true,
        }),
      );
      nginx = spawn('nginx', ['-p', dossier, '-c', conf, '-g', 'daemon off;'], { stdio: 'ignore' });
      await repond(port);
    });
    afterAll(async () => {
      nginx.kill('SIGQUIT');
      monde.nettoyer();
    });
    const audit = () => readFileSync(join(monde.essai.registre, 'audit', 'garde.jsonl'), 'utf8');
    const octets = () =>
      existsSync(journalRapide(monde.essai.registre))
        ? readFileSync(journalRapide(monde.essai.registre), 'utf8')
        : '';
    /** One range, sent from an address of this machine. */
    const lire = (jeton: string, id: string, n: number, depuis = '127.0.0.1') =>
      new Promise<number>((resoudre, rejeter) => {
        const r = request(
          {
            host: '127.0.0.1',
            port,
            path: `/t/v1/${id}`,
            localAddress: depuis,
            headers: {
              host: `localhost:${port}`,
              authorization: `Bearer ${jeton}`,
              range: `bytes=0-${n - 1}`,
            },
          },
          (reponse) => {
            reponse.resume();
            reponse.once('end', () => resoudre(reponse.statusCode ?? 0));
          },
        );
        r.once('error', rejeter);
        r.end();
      });

    test('an account over its quota, and a session that changes networks', { timeout: 30_000 }, async () => {
      const session = await ouvrirSession(monde.grants.A, 'observation', {
        base: `http://localhost:${port}`,
      });
      const carte = session.archive('carte');
      const table = session.archive('table');
      if (!carte || !table) throw new Error('no archive');
      const jeton = await session.jeton();
      expect(await lire(jeton, carte.id, 1000)).toBe(206);
      expect(await lire(jeton, carte.id, 1000, '127.0.7.7')).toBe(206);
      await expect.poll(octets).toContain(' 127.0.7 1000 206');
      await expect.poll(audit, { timeout: 5000 }).toContain('session.autre-reseau');
      expect(octets()).not.toMatch(/eyJ|127\.0\.\d+\.\d+/);

      // The whole archive once more than allowed: nginx sends it, then no more.
      expect(await lire(jeton, carte.id, carte.taille)).toBe(206);
      await expect.poll(() => lire(jeton, carte.id, 1000), { timeout: 5000, interval: 200 }).toBe(429);
      // Another archive of the same account has its own quota: the gate answers it, nginx no longer does.
      const vites = octets();
      expect(await lire(jeton, table.id, 10)).toBe(206);
      expect(octets()).toBe(vites);
      // The last thing: what is pending is written when the service stops.
      await service.arreter(200);
      const resume = audit()
        .split('\n')
        .filter((l) => l.includes('octets.resume'))
        .map((l) => JSON.parse(l) as { archives: Record<string, { octets: number }> });
      const total = resume.reduce((s, r) => s + (r.archives[carte.id]?.octets ?? 0), 0);
      expect(total).toBeGreaterThanOrEqual(2000 + carte.taille);
    });
  },
);
