/** The register under kills, tampering, and two commands at once. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { avecVerrou } from '../../pipeline/links/chaine.ts';
import { creerConvention } from '../../pipeline/links/conventions.ts';
import { ouvrirRegistre, type Registre } from '../../pipeline/links/registre.ts';

const CLI = fileURLToPath(new URL('../../pipeline/cli.ts', import.meta.url));
let dossier: string;
beforeEach(() => (dossier = mkdtempSync(join(tmpdir(), 'carto-registre-'))));
afterEach(() => rmSync(dossier, { recursive: true, force: true }));

const convention = (registre: Registre, epci = '200000001') =>
  creerConvention(registre, { epci, nom: 'Essai', parties: ['AR'], signature: registre.aujourdhui() });
const journal = () => join(dossier, 'journal.jsonl');
const carto = (...args: string[]) =>
  spawnSync(process.execPath, [CLI, ...args, '--registre', dossier], { encoding: 'utf8' });

test('a change, a removal or a repetition of any line is refused, and so is a head that is not signed', async () => {
  const registre = await ouvrirRegistre(dossier);
  await convention(registre);
  await convention(registre, '200000002');
  const bon = readFileSync(journal(), 'utf8');
  const tete = readFileSync(join(dossier, 'tete.jws'), 'utf8');
  const lignes = bon.trimEnd().split('\n');
  expect(lignes.length).toBeGreaterThan(4);
  const ecrire = (l: string[]) => writeFileSync(journal(), l.map((x) => `${x}\n`).join(''));
  for (const [i, ligne] of lignes.entries()) {
    const versions = [
      lignes.with(i, ligne.replace(/"t":"2/, '"t":"1')),
      lignes.toSpliced(i, 1),
      lignes.toSpliced(i, 0, ligne),
      lignes.with(i, ligne.slice(0, -1)),
      lignes.slice(0, i),
    ];
    for (const v of versions) {
      ecrire(v);
      await expect(ouvrirRegistre(dossier), `line ${i + 1}`).rejects.toMatchObject({ code: 4 });
    }
  }
  writeFileSync(journal(), bon);
  const [entete = '', corps = '', signature = ''] = tete.split('.');
  const autre = Buffer.from(JSON.stringify({ n: 1, tete: '0'.repeat(64), iat: 1 })).toString('base64url');
  for (const faux of ['', 'x', `${entete}.${autre}.${signature}`, `${entete}.${corps}.`, tete.slice(0, -9)]) {
    writeFileSync(join(dossier, 'tete.jws'), faux);
    await expect(ouvrirRegistre(dossier)).rejects.toMatchObject({ code: 4 });
  }
  rmSync(join(dossier, 'tete.jws'));
  await expect(ouvrirRegistre(dossier)).rejects.toThrow(/tête signée du registre manque/);
  writeFileSync(join(dossier, 'tete.jws'), tete);
  expect((await ouvrirRegistre(dossier)).etat.conventions.size).toBe(2);
  // Nothing starts anew beside the keys and the head of a journal that is gone.
  rmSync(journal());
  expect(
    carto(
      'convention',
      'creer',
      '--epci',
      '200000003',
      '--nom',
      'X',
      '--partie',
      'AR',
      '--signature',
      '2026-01-15',
    ).status,
  ).toBe(4);
  expect(existsSync(journal())).toBe(false);
});

test('a creation that was killed is taken up where it stopped', async () => {
  const entier = await ouvrirRegistre(dossier);
  const lignes = readFileSync(journal(), 'utf8').trimEnd().split('\n');
  expect(lignes).toHaveLength(3);
  for (const restent of [1, 2, 3]) {
    writeFileSync(
      journal(),
      lignes
        .slice(0, restent)
        .map((l) => `${l}\n`)
        .join(''),
    );
    rmSync(join(dossier, 'tete.jws'), { force: true });
    const repris = await ouvrirRegistre(dossier);
    expect(repris.etat.registre).toEqual(entier.etat.registre);
    expect([...repris.etat.cles.values()].map((c) => c.usage)).toEqual(['grant', 'liste']);
    expect((await convention(repris)).statut).toBe('active');
    rmSync(journal());
    rmSync(join(dossier, 'tete.jws'));
  }
});

test('whoever reads while another command writes takes nothing away, and never cries wolf', async () => {
  const registre = await ouvrirRegistre(dossier);
  const ecriture = { finie: false };
  const ecrivain = (async () => {
    for (let i = 0; i < 12; i++) await convention(registre, `2000000${10 + i}`);
    ecriture.finie = true;
  })();
  let lectures = 0;
  while (!ecriture.finie) {
    await ouvrirRegistre(dossier);
    // Reading is all in one go: the writer needs its turn.
    await new Promise((r) => setImmediate(r));
    lectures++;
  }
  await ecrivain;
  expect(lectures).toBeGreaterThan(0);
  expect((await ouvrirRegistre(dossier)).etat.conventions.size).toBe(12);
});

test('a register that this account cannot read or write is said so, and is not taken for an empty one', async () => {
  const registre = await ouvrirRegistre(dossier);
  const plein = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  const avant = readFileSync(journal(), 'utf8');
  await expect(registre.operer(() => Promise.reject(plein))).rejects.toThrow(
    'Le disque est plein. Rien n’a été enregistré.',
  );
  expect(readFileSync(journal(), 'utf8')).toBe(avant);
  rmSync(journal());
  mkdirSync(journal());
  await expect(ouvrirRegistre(dossier)).rejects.toThrow(/EISDIR/);
});

test('the lock of a killed command is taken away once, whoever sees it', async () => {
  const mort = spawnSync(process.execPath, ['-e', '']).pid;
  for (const contenu of [String(mort), '', 'x']) {
    writeFileSync(join(dossier, 'verrou'), contenu);
    let dedans = 0;
    let plus = 0;
    await Promise.all(
      Array.from({ length: 6 }, () =>
        avecVerrou(dossier, async () => {
          plus = Math.max(plus, ++dedans);
          await Promise.resolve();
          dedans--;
        }),
      ),
    );
    expect(plus).toBe(1);
    expect(existsSync(join(dossier, 'verrou'))).toBe(false);
  }
});

test('killed in the middle of its writes, a command leaves a register that opens, with every line it answered for', async () => {
  await ouvrirRegistre(dossier);
  const code = `
    import { ouvrirRegistre } from ${JSON.stringify(new URL('../../pipeline/links/registre.ts', import.meta.url).href)};
    import { creerConvention } from ${JSON.stringify(new URL('../../pipeline/links/conventions.ts', import.meta.url).href)};
    const r = await ouvrirRegistre(process.argv[1]);
    for (;;) {
      const c = await creerConvention(r, { epci: '200000001', nom: 'X', parties: ['AR'], signature: r.aujourdhui() });
      process.stdout.write(c.id + '\\n');
    }`;
  const dites: string[] = [];
  for (const apres of [1, 2, 4, 7]) {
    const p = spawn(process.execPath, ['--input-type=module', '-e', code, dossier], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resoudre) => {
      let vues = 0;
      p.stdout.setEncoding('utf8').on('data', (t: string) => {
        dites.push(...t.split('\n').filter(Boolean));
        vues += t.split('\n').length - 1;
        if (vues >= apres) p.kill('SIGKILL');
      });
      p.once('close', () => resoudre());
    });
    const repris = await ouvrirRegistre(dossier);
    await convention(repris, '200000009');
    for (const id of dites) expect(repris.etat.conventions.has(id)).toBe(true);
  }
  expect(dites.length).toBeGreaterThan(10);
}, 60_000);
