/** What the gate does when its surroundings fail: a clock set back, a disk that is full, a reader that takes its time. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../data/contract/grant.ts';
import { rupturesJournal, verifierAudit } from '../../pipeline/links/journal-audit.ts';
import { servir } from '../../pipeline/serve/command.ts';
import { ouvrirAppareils } from '../../pipeline/serve/appareils.ts';
import { ouvrirJournal } from '../../pipeline/serve/journal.ts';
import { reseau, type EvenementAudit } from '../../site/gate/audit.ts';
import { EPCI_A, octetsEssai } from './fixture.ts';
import { jtiDe } from './acceptance/noms.ts';
import { codeDe, creerBanc, ORIGINE, type Banc } from './outils.ts';

let banc: Banc;
let dossier: string;
beforeEach(async () => {
  banc = await creerBanc();
  dossier = mkdtempSync(join(tmpdir(), 'carto-pannes-'));
});
afterEach(async () => {
  await banc.fermer();
  rmSync(dossier, { recursive: true, force: true });
});

const A = () => banc.monde.essai.archive(`epci:${EPCI_A}`);
const ouvrir = async () => (await (await banc.session(banc.monde.grants.A)).json()) as Session;
const revoquerA = () => banc.publier((l) => l.revocations.jti.push(jtiDe(banc.monde.grants.A)));
const sante = () =>
  banc.gate(new Request(`${ORIGINE}/healthz`), { ip: '192.0.2.1', rawUrl: '/healthz' }).then((r) => r.status);

test('a clock set back by an hour neither keeps a token alive nor puts off a revocation', async () => {
  let ecoule = 0;
  await banc.refaire({ ecoule: () => ecoule });
  const { jeton } = await ouvrir();
  expect((await banc.octets(A().id, jeton)).status).toBe(206);
  banc.horloge.decalage = -3600;
  ecoule += 31_000;
  // The register, whose clock is right, signs a revocation meanwhile.
  await banc.publier((l) => {
    l.revocations.iat += 3600 + 31;
    l.annuaire.iat += 3600 + 31;
    l.revocations.jti.push(jtiDe(banc.monde.grants.A));
  });
  expect(await codeDe(await banc.octets(A().id, jeton))).toBe('403 revoked');
  ecoule += 661_000;
  expect(await codeDe(await banc.octets(A().id, jeton))).toBe('401 expired');
});

test('a whole file that a slow reader takes is cut by a revocation', async () => {
  const octets = octetsEssai('longue', 2_000_000);
  const sha256 = createHash('sha256').update(octets).digest('hex');
  const longue = { ...A(), id: sha256.slice(0, 32), sha256, taille: octets.length, fichier: 'longue.bin' };
  writeFileSync(join(banc.monde.essai.vers, 'courante', 'bundles', 'longue.bin'), octets);
  const { manifeste } = banc.monde.essai;
  await banc.refaire({ manifeste: () => Promise.resolve({ ...manifeste, archives: [longue] }) });
  const { jeton } = await ouvrir();
  const reponse = await banc.gate(
    new Request(`${ORIGINE}/t/v1/${longue.id}`, { headers: { authorization: `Bearer ${jeton}` } }),
    { ip: '192.0.2.1', rawUrl: `/t/v1/${longue.id}` },
  );
  expect(reponse.status).toBe(200);
  const lecteur = (reponse.body as ReadableStream<Uint8Array>).getReader();
  let lus = (await lecteur.read()).value?.length ?? 0;
  await revoquerA();
  banc.horloge.decalage = 31;
  const finir = async () => {
    for (let r = await lecteur.read(); !r.done; r = await lecteur.read()) lus += r.value.length;
  };
  await expect(finir()).rejects.toThrow('revoked');
  // One block may have been read ahead.
  expect(lus).toBeLessThan(3 * 262_144);
});

test('a journal that cannot be written opens nothing new, answers as it should otherwise, and says so', async () => {
  let plein = false;
  const ecrits: EvenementAudit[] = [];
  await banc.refaire({
    audit: (e) => {
      if (plein) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      ecrits.push(e);
    },
  });
  const { jeton } = await ouvrir();
  plein = true;
  expect(await codeDe(await banc.session(banc.monde.grants.A))).toBe('503 stale');
  expect(await sante()).toBe(503);
  // A session that is in the journal goes on until its token ends; its sums wait.
  expect((await banc.octets(A().id, jeton)).status).toBe(206);
  banc.horloge.decalage = 61;
  await banc.publier();
  expect((await banc.octets(A().id, jeton)).status).toBe(206);
  expect(await codeDe(await banc.octets('0'.repeat(32), jeton))).toBe('403 scope');
  await expect(banc.gate.vider()).rejects.toThrow('no space left');
  plein = false;
  await banc.gate.vider();
  expect(await sante()).toBe(200);
  const resume = ecrits.find((e) => e.evenement === 'octets.resume');
  expect(resume?.archives[A().id]).toEqual({ demandes: 2, octets: 200 });
  expect(ecrits.some((e) => e.evenement === 'journal.repris')).toBe(true);
  expect((await banc.session(banc.monde.grants.A)).status).toBe(200);
});

test('a withdrawn link that is tried again and again leaves two lines, not a thousand', async () => {
  await revoquerA();
  await banc.refaire();
  for (let i = 0; i < 200; i++)
    expect(await codeDe(await banc.session(banc.monde.grants.A))).toBe('403 revoked');
  const lignes = () => banc.audit.filter((e) => e.evenement === 'session.refusee');
  expect(lignes()).toHaveLength(1);
  await banc.gate.vider();
  expect(lignes()).toEqual([
    expect.not.objectContaining({ fois: 199 }),
    expect.objectContaining({ fois: 199 }),
  ]);
});

test('If-None-Match compares weakly, a host name is the same in capitals', async () => {
  const { jeton } = await ouvrir();
  const etag = (await banc.octets(A().id, jeton)).headers.get('etag') ?? '';
  expect((await banc.octets(A().id, jeton, { 'if-none-match': `W/${etag}` })).status).toBe(304);
  expect((await banc.octets(A().id, jeton, { 'if-match': `W/${etag}` })).status).toBe(412);
  const hote = (nom: string) =>
    banc
      .gate(new Request(`${ORIGINE}/t/v1/${A().id}`, { headers: { authorization: `Bearer ${jeton}` } }), {
        ip: '192.0.2.1',
        rawUrl: `/t/v1/${A().id}`,
        rawHeaders: ['Host', nom, 'Authorization', `Bearer ${jeton}`],
      })
      .then((r) => r.status);
  expect([await hote('GARDE.Example'), await hote('garde.example.'), await hote('autre.example')]).toEqual([
    200, 421, 421,
  ]);
});

test('a body that is cut is no fault of the gate, and one with a byte order mark is not canonical', async () => {
  const grant = banc.monde.grants.A;
  const envoyer = (corps: BodyInit) =>
    banc.gate(
      new Request(`${ORIGINE}/t/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: corps,
        duplex: 'half',
      } as RequestInit),
      { ip: '192.0.2.1', rawUrl: '/t/v1/session' },
    );
  const texte = JSON.stringify({ grant, accepte: 'observation' });
  expect((await envoyer(texte)).status).toBe(200);
  expect(await codeDe(await envoyer(`\ufeff${texte}`))).toBe('400 request');
  const coupe = new ReadableStream({ pull: (c) => c.error(new Error('aborted')) });
  expect(await codeDe(await envoyer(coupe))).toBe('400 request');
});

test('a network never holds a whole address, however it is written', () => {
  const cas = {
    '192.0.2.77': '192.0.2',
    '::ffff:192.0.2.77': '192.0.2',
    '2001:db8:5:6::9': '2001:db8:5',
    '2001:db8::9': '2001:db8:0',
    'fd00::abcd': 'fd00:0:0',
    '::1': '0:0:0',
  };
  for (const [ip, attendu] of Object.entries(cas)) {
    expect(reseau(ip)).toBe(attendu);
    expect(reseau(reseau(ip))).toBe(attendu);
  }
});

test('a journal cut in the middle of a line goes on with a line of its own, and a removed line shows', async () => {
  const fichier = join(dossier, 'audit', 'garde.jsonl');
  const avant = ouvrirJournal(fichier);
  for (const n of [1, 2, 3]) avant.ecrire({ n });
  avant.fermer();
  truncateSync(fichier, readFileSync(fichier).length - 9);
  const apres = ouvrirJournal(fichier);
  for (const n of [4, 5]) apres.ecrire({ n });
  apres.fermer();
  const lignes = readFileSync(fichier, 'utf8').trimEnd().split('\n');
  expect(lignes.map((l) => (JSON.parse(l) as { n: number }).n)).toEqual([1, 2, 4, 5]);
  expect(rupturesJournal(lignes.join('\n'))).toEqual([]);
  expect(await verifierAudit(dossier)).toBe(4);
  writeFileSync(fichier, `${lignes.toSpliced(1, 1).join('\n')}\n`);
  await expect(verifierAudit(dossier)).rejects.toThrow(/audit\/garde\.jsonl.*ligne 2/);
  for (const retiree of [1, 2])
    expect(rupturesJournal(lignes.filter((_, i) => i !== retiree).join('\n'))).not.toEqual([]);
});

test.skipIf(!existsSync('/proc/self/fd'))(
  'an archive that left the list is no longer held open',
  async () => {
    const ouverts = () =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/self/fd/${fd}`)];
        } catch {
          return [];
        }
      });
    const tenue = () => ouverts().some((f) => f.endsWith(A().fichier));
    await banc.magasin.read(A(), 0, 99);
    expect(tenue()).toBe(true);
    banc.magasin.garder?.(new Map([[A().id, A()]]));
    expect(tenue()).toBe(true);
    banc.magasin.garder?.(new Map());
    await expect.poll(tenue).toBe(false);
    expect(await banc.magasin.read(A(), 0, 99)).toHaveLength(100);
  },
);

test.skipIf(!existsSync('/dev/full'))(
  'a service whose disk is full lives, and opens no session',
  async () => {
    const { essai, grants } = banc.monde;
    mkdirSync(join(essai.registre, 'audit'));
    symlinkSync('/dev/full', join(essai.registre, 'audit', 'garde.jsonl'));
    const dites: unknown[] = [];
    const acces = ouvrirJournal('/dev/full');
    const service = await servir({ ...essai, port: 0, acces: acces.ecrire, panne: (e) => dites.push(e) });
    const demander = () =>
      fetch(`${service.origine}/t/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ grant: grants.A, accepte: 'observation' }),
      });
    try {
      for (let i = 0; i < 3; i++) expect((await demander()).status).toBe(503);
      expect((await fetch(`${service.origine}/healthz`)).status).toBe(503);
      expect(dites.map((e) => (e as NodeJS.ErrnoException).code)).toContain('ENOSPC');
    } finally {
      await service.arreter(500);
      acces.fermer();
    }
  },
);

test('a gate with a copy of its folder and no register starts; one whose keys cannot be read leaves no server', async () => {
  const { essai } = banc.monde;
  for (const nom of ['journal.jsonl', 'tete.jws', 'cles'])
    rmSync(join(essai.registre, nom), { recursive: true });
  const service = await servir({ ...essai, port: 0 });
  expect(service.garde).toBe(true);
  await service.arreter(500);
  writeFileSync(join(essai.registre, 'garde', 'garde.json'), '{');
  await expect(servir({ ...essai, port: service.port })).rejects.toThrow(/absents ou illisibles/);
  await expect(fetch(service.origine)).rejects.toThrow();
});

test('a device is known only once it is on disk, even after a line cut by a kill', async () => {
  const fichier = join(dossier, 'appareils.jsonl');
  appendFileSync(fichier, '{"compte":"cpt-1","emprei');
  expect(await ouvrirAppareils(fichier).admet('cpt-1', 'k1', 1)).toBe(true);
  const relu = ouvrirAppareils(fichier);
  expect([await relu.admet('cpt-1', 'k1', 1), await relu.admet('cpt-1', 'k2', 1)]).toEqual([true, false]);
  const pleine = ouvrirAppareils(join(fichier, 'impossible'));
  await expect(pleine.admet('cpt-1', 'k1', 1)).rejects.toThrow();
  await expect(pleine.admet('cpt-1', 'k1', 1)).rejects.toThrow();
});
