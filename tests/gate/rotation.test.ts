/** A rotation of keys reaches a gate that is already running, through what a grant key signed and nothing else. */
import { spawn, type ChildProcess } from 'node:child_process';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clesSchema, gardeSchema, type ClesPubliees, type Garde } from '../../data/contract/grant.ts';
import { renouvelerCle, renouvelerOctets, retirerCle, retirerOctets } from '../../pipeline/links/cles.ts';
import { lienDemo } from '../../pipeline/links/demo.ts';
import { configGarde } from '../../pipeline/serve/garde.ts';
import { lireLien, ouvrirSession } from '../../site/archive/session.ts';
import { ClesGarde } from '../../site/gate/cles-garde.ts';
import { creerMonde, type Monde } from './acceptance/monde.ts';
import { EPCI_A } from './fixture.ts';

const RACINE = fileURLToPath(new URL('../..', import.meta.url));
const maintenant = () => Math.floor(Date.now() / 1000);

describe('keys of a running gate', () => {
  let monde: Monde;
  let cles: ClesGarde;
  let changements: number;
  const fichier = (nom: string) => join(monde.essai.registre, 'garde', nom);
  const kids = (usage: Garde['cles'][number]['usage']) => cles.publiques(usage).map((c) => c.kid);
  const jeu = () =>
    decodeJwt(readFileSync(fichier('cles.jws'), 'utf8').split('\n')[0] ?? '') as unknown as ClesPubliees;
  beforeEach(async () => {
    monde = await creerMonde('http://localhost');
    changements = 0;
    const { config } = await configGarde({
      dossier: join(monde.essai.registre, 'garde'),
      vers: monde.essai.vers,
      origines: ['http://localhost:1'],
    });
    cles = await ClesGarde.ouvrir(config, () => void changements++);
    return () => monde.nettoyer();
  });

  test('take every new key, and let go of the retired one', async () => {
    const [ancienne = ''] = kids('grant');
    expect(await cles.relire(maintenant())).toBeUndefined();
    expect(changements).toBe(0);
    const grant = await renouvelerCle(monde.registre, 'grant');
    const liste = await renouvelerCle(monde.registre, 'liste');
    const neuf = await renouvelerOctets(monde.registre);
    expect(await cles.relire(maintenant())).toBeUndefined();
    expect(kids('grant')).toEqual([ancienne, grant.kid]);
    expect(kids('liste')).toContain(liste.kid);
    expect(cles.maitres[0]).toBe(neuf);
    expect(cles.maitres).toHaveLength(2);
    await retirerCle(monde.registre, { kid: ancienne, motif: 'rotation annuelle', force: true });
    await retirerOctets(monde.registre, { id: cles.maitres[1] ?? '', motif: 'rotation annuelle' });
    expect(await cles.relire(maintenant())).toBeUndefined();
    expect(kids('grant')).toEqual([grant.kid]);
    expect(cles.maitres).toEqual([neuf]);
    expect(changements).toBeGreaterThan(0);
  });

  test('believe no file that a grant key did not sign', async () => {
    const avant = [kids('grant'), cles.maitres];
    const { kid, x } = await monde.registre.coffre.creerCle('grant', 2026, undefined);
    const pirate = { ...jeu(), seq: 9_999, iat: maintenant() };
    pirate.cles = [...pirate.cles, { kid, usage: 'grant', x }];
    const ecrire = async (par: string) =>
      writeFileSync(
        fichier('cles.jws'),
        await monde.registre.coffre.signer(par, 'tk+jwt', clesSchema, clesSchema.parse(pirate)),
      );
    // The list key rests in clear on a server: it may withdraw, never add. Nor may the new key vouch for itself.
    for (const par of [kids('liste')[0] ?? '', kid]) {
      await ecrire(par);
      expect(await cles.relire(maintenant())).toBe('cles.jws');
    }
    const garde = gardeSchema.parse(JSON.parse(readFileSync(fichier('garde.json'), 'utf8')));
    writeFileSync(fichier('garde.json'), JSON.stringify({ ...garde, seq: 9_999, cles: pirate.cles }));
    writeFileSync(
      fichier('maitre.json'),
      JSON.stringify({ maitres: [{ id: 'b0000', octets: 'A'.repeat(43) }] }),
    );
    writeFileSync(fichier('cles.jws'), 'nothing');
    expect(await cles.relire(maintenant())).toBe('cles.jws');
    expect([kids('grant'), cles.maitres]).toEqual(avant);
    expect(changements).toBe(0);
  });

  test('never go back to an older set, nor lock themselves out', async () => {
    const vieux = readFileSync(fichier('cles.jws'), 'utf8');
    const grant = await renouvelerCle(monde.registre, 'grant');
    await cles.relire(maintenant());
    writeFileSync(fichier('cles.jws'), vieux);
    await cles.relire(maintenant());
    expect(kids('grant')).toContain(grant.kid);
    const vide = { ...jeu(), seq: 9_999, cles: jeu().cles.filter((c) => c.usage !== 'liste') };
    writeFileSync(
      fichier('cles.jws'),
      await monde.registre.coffre.signer(grant.kid, 'tk+jwt', clesSchema, vide),
    );
    expect(await cles.relire(maintenant())).toBe('cles.jws');
    expect(kids('liste')).not.toEqual([]);
  });

  test('wait for a secret that is announced and not there, without losing the one they have', async () => {
    const [avant] = cles.maitres;
    const secret = readFileSync(fichier('maitre.json'), 'utf8');
    const neuf = await renouvelerOctets(monde.registre);
    const apres = readFileSync(fichier('maitre.json'), 'utf8');
    writeFileSync(fichier('maitre.json'), secret);
    expect(await cles.relire(maintenant())).toBe('maitre.json');
    expect(cles.maitres).toEqual([avant]);
    writeFileSync(fichier('maitre.json'), apres);
    expect(await cles.relire(maintenant())).toBeUndefined();
    expect(cles.maitres).toEqual([neuf, avant]);
  });

  test('open nothing with a secret that was retired, until the new one is there', async () => {
    const [avant = ''] = cles.maitres;
    const secret = readFileSync(fichier('maitre.json'), 'utf8');
    const neuf = await renouvelerOctets(monde.registre);
    await retirerOctets(monde.registre, { id: avant, motif: 'compromis' });
    const apres = readFileSync(fichier('maitre.json'), 'utf8');
    writeFileSync(fichier('maitre.json'), secret);
    expect(await cles.relire(maintenant())).toBe('maitre.json');
    expect(cles.maitres).toEqual([]);
    expect(() => cles.octets).toThrow('503 stale');
    writeFileSync(fichier('maitre.json'), apres);
    expect(await cles.relire(maintenant())).toBeUndefined();
    expect(cles.maitres).toEqual([neuf]);
    expect(cles.octets).toBeDefined();
  });
});

describe('a real process', () => {
  let monde: Monde;
  let processus: ChildProcess;
  let origine: string;
  beforeAll(async () => {
    monde = await creerMonde('http://localhost');
    const { vers, site, registre } = monde.essai;
    const options = [
      '--json',
      '--rapide',
      '--port',
      '0',
      '--vers',
      vers,
      '--site',
      site,
      '--registre',
      registre,
    ];
    processus = spawn(process.execPath, ['pipeline/cli.ts', 'serve', ...options], {
      cwd: RACINE,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    origine = await new Promise<string>((resoudre, rejeter) => {
      processus.stdout?.once('data', (d: Buffer) =>
        resoudre((JSON.parse(d.toString()) as { origine: string }).origine),
      );
      processus.once('exit', () => rejeter(new Error('the gate stopped')));
    });
  });
  afterAll(async () => {
    processus.kill('SIGTERM');
    await once(processus, 'exit');
    monde.nettoyer();
  });
  const cle = async (...args: string[]) => {
    const { registre } = monde.essai;
    const ligne = ['pipeline/cli.ts', 'cle', ...args, '--registre', registre, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, ligne, { cwd: RACINE });
    return JSON.parse(stdout) as { kid?: string; id?: string };
  };
  const ouvre = (grant: string) =>
    ouvrirSession(grant, 'observation', { base: origine }).then(
      (s) => s.jeton().then((j) => String(decodeProtectedHeader(j).kid)),
      () => 'refused',
    );

  test('opens links of the new key, refuses those of the retired one', { timeout: 60_000 }, async () => {
    const vieux = String(decodeProtectedHeader(monde.grants.A).kid);
    expect(await ouvre(monde.grants.A)).not.toBe('refused');
    const { kid = '' } = await cle('renouveler');
    const { id = '' } = await cle('renouveler', '--usage', 'octets');
    const { url } = await lienDemo({ ...monde.essai, epci: EPCI_A, origine });
    const neuf = lireLien(new URL(url).hash)?.grant ?? '';
    expect(decodeProtectedHeader(neuf).kid).toBe(kid);
    await expect.poll(() => ouvre(neuf), { timeout: 20_000, interval: 1000 }).toMatch(new RegExp(`^${id}-`));
    expect(await ouvre(monde.grants.A)).not.toBe('refused');
    await cle('retirer', vieux, '--motif', 'rotation annuelle', '--force');
    await expect.poll(() => ouvre(monde.grants.A), { timeout: 20_000, interval: 1000 }).toBe('refused');
    expect(await ouvre(neuf)).not.toBe('refused');
  });
});
