/** Revocation, freshness, time, delegation, devices, quotas: on a gate whose clock and lists the test holds. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../data/contract/grant.ts';
import type { Appareils } from '../../site/gate/types.ts';
import { lireJws } from './acceptance/monde.ts';
import { COMMUNE_A, EPCI_A } from './fixture.ts';
import { codeDe, creerBanc, ORIGINE, SANS_LIMITE, type Banc } from './outils.ts';

let banc: Banc;
beforeEach(async () => {
  banc = await creerBanc();
});
afterEach(() => banc.fermer());

const jti = (grant: string) => (JSON.parse(lireJws(grant).charge) as { jti: string }).jti;
const idA = () => banc.monde.essai.archive(`epci:${EPCI_A}`).id;
async function ouvrir(grant = banc.monde.grants.A): Promise<Session> {
  const r = await banc.session(grant);
  expect(r.status).toBe(200);
  return (await r.json()) as Session;
}

test('last byte of a revoked link: 30 seconds', async () => {
  const { jeton } = await ouvrir();
  await banc.publier((l) => l.revocations.jti.push(jti(banc.monde.grants.A)));
  banc.horloge.decalage = 29;
  expect((await banc.octets(idA(), jeton)).status).toBe(206);
  banc.horloge.decalage = 31;
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('403 revoked');
  expect(await codeDe(await banc.session(banc.monde.grants.A))).toBe('403 revoked');
  expect(banc.audit.some((e) => e.evenement === 'octets.refuses' && e.code === 'revoked')).toBe(true);
});

test.each(['cnv', 'sub', 'kid'] as const)('revocation by %s', async (liste) => {
  const { jeton } = await ouvrir();
  const id = {
    cnv: banc.monde.conventions.a,
    sub: banc.monde.comptes.usagerA,
    kid: banc.monde.garde.cles.find((c) => c.usage === 'grant')?.kid ?? '',
  }[liste];
  await banc.publier((l) => l.revocations[liste].push(id));
  banc.horloge.decalage = 31;
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('403 revoked');
});

test('revoking a parent revokes its children', async () => {
  const { jeton, archives } = await ouvrir(banc.monde.grants.petit);
  expect(archives.length).toBeGreaterThan(0);
  await banc.publier((l) => l.revocations.jti.push(jti(banc.monde.grants.A)));
  banc.horloge.decalage = 31;
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('403 revoked');
  expect(await codeDe(await banc.session(banc.monde.grants.petit))).toBe('403 revoked');
});

test('an older sequence cannot undo a revocation', async () => {
  const { jeton } = await ouvrir();
  await banc.publier((l) => {
    l.revocations.seq += 5;
    l.revocations.jti.push(jti(banc.monde.grants.A));
  });
  banc.horloge.decalage = 31;
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('403 revoked');
  await banc.publier();
  banc.horloge.decalage = 62;
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('403 revoked');
  expect(banc.audit.some((e) => e.evenement === 'liste.refusee')).toBe(true);
});

test('lists missing at start, or ten minutes old: nothing opens, then everything does again', async () => {
  const { jeton } = await ouvrir();
  const bonnes = { ...banc.publie };
  banc.publie = {};
  await banc.refaire();
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('503 stale');
  expect(await codeDe(await banc.session(banc.monde.grants.A))).toBe('503 stale');
  banc.publie = bonnes;
  banc.horloge.decalage = 31;
  expect((await banc.octets(idA(), jeton)).status).toBe(206);
  banc.horloge.decalage = 601 + 31;
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('503 stale');
  await banc.publier();
  banc.horloge.decalage += 31;
  const neuf = await ouvrir();
  expect((await banc.octets(idA(), neuf.jeton)).status).toBe(206);
});

test('tokens end, and a clock set back does not revive them', async () => {
  const { jeton, expire } = await ouvrir();
  banc.horloge.decalage = 655;
  await banc.publier();
  banc.horloge.decalage = 662;
  expect(expire).toBeLessThan(Date.now() / 1000 + 601);
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('401 expired');
  banc.horloge.decalage = 0;
  expect(await codeDe(await banc.octets(idA(), jeton))).toBe('401 expired');
});

test('scope: archives of the convention only', async () => {
  const a = await ouvrir();
  expect(a.archives.map((x) => x.millesime)).toEqual(['2022', '2022', '2022']);
  const commune = await ouvrir(banc.monde.grants.commune);
  expect(commune.archives.map((x) => x.territoire)).toEqual([`com:${COMMUNE_A}`]);
  expect(await codeDe(await banc.octets(idA(), commune.jeton))).toBe('403 scope');
  await banc.publier((l) => {
    const c = l.annuaire.conventions[banc.monde.conventions.a];
    if (c) c.ter = c.ter.filter((t) => !t.startsWith('com:'));
  });
  banc.horloge.decalage = 31;
  expect(await codeDe(await banc.session(banc.monde.grants.commune))).toBe('403 scope');
});

test('the purpose must be the accepted one', async () => {
  const r = await banc.gate(
    new Request(`${ORIGINE}/t/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant: banc.monde.grants.A, accepte: 'programmation' }),
    }),
    { ip: '192.0.2.1', rawUrl: '/t/v1/session' },
  );
  expect(await codeDe(r)).toBe('403 purpose');
});

test('device binding: the register says how many, a proof serves once', async () => {
  const connus = new Map<string, Set<string>>();
  const appareils: Appareils = {
    admet(compte, empreinte, max) {
      const siens = connus.get(compte) ?? new Set();
      connus.set(compte, siens);
      if (!siens.has(empreinte) && siens.size >= max) return Promise.resolve(false);
      siens.add(empreinte);
      return Promise.resolve(true);
    },
  };
  await banc.publier((l) => {
    const c = l.annuaire.conventions[banc.monde.conventions.a];
    if (c) c.appareils = 2;
  });
  await banc.refaire({ appareils });
  const cle = () => generateKeyPair('ES256', { extractable: true });
  let n = 0;
  const preuve = async (k: Awaited<ReturnType<typeof cle>>, htu = `${ORIGINE}/t/v1/session`) => {
    const { kty, crv, x, y } = await exportJWK(k.publicKey);
    return new SignJWT({
      htm: 'POST',
      htu,
      iat: Math.floor(Date.now() / 1000),
      jti: `preuve-numero-${n++}-00`,
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } as object })
      .sign(k.privateKey);
  };
  const [un, deux, trois] = [await cle(), await cle(), await cle()];
  const A = banc.monde.grants.A;
  expect(await codeDe(await banc.session(A))).toBe('403 devices');
  const p = await preuve(un);
  expect((await banc.session(A, { dpop: p })).status).toBe(200);
  expect(await codeDe(await banc.session(A, { dpop: p }))).toBe('403 devices');
  expect((await banc.session(A, { dpop: await preuve(un) })).status).toBe(200);
  expect(await codeDe(await banc.session(A, { dpop: await preuve(deux, 'https://autre.example/') }))).toBe(
    '403 devices',
  );
  expect((await banc.session(A, { dpop: await preuve(deux) })).status).toBe(200);
  expect(await codeDe(await banc.session(A, { dpop: await preuve(trois) }))).toBe('403 devices');
});

test('limits: sessions per hour, ranges per session, bytes per day', async () => {
  await banc.refaire({ limites: { ...SANS_LIMITE, sessionsParHeure: 3, quotaPlancher: 0, quotaFois: 2 } });
  const archive = banc.monde.essai.archive(`epci:${EPCI_A}`);
  const { jeton } = await ouvrir();
  await ouvrir();
  await ouvrir();
  const trop = await banc.session(banc.monde.grants.A);
  expect(trop.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await codeDe(trop)).toBe('429 rate');
  const entier = async () => {
    const r = await banc.gate(
      new Request(`${ORIGINE}/t/v1/${archive.id}`, { headers: { authorization: `Bearer ${jeton}` } }),
      { ip: '192.0.2.1', rawUrl: `/t/v1/${archive.id}` },
    );
    return r.status === 200 ? (await r.arrayBuffer()).byteLength : r.status;
  };
  expect([await entier(), await entier(), await entier()]).toEqual([archive.taille, archive.taille, 429]);
  await banc.refaire({ limites: { ...SANS_LIMITE, plages: 1, rafale: 5 } });
  const autre = await ouvrir();
  const statuts = [];
  for (let i = 0; i < 7; i++) statuts.push((await banc.octets(archive.id, autre.jeton)).status);
  expect(statuts.slice(0, 5)).toEqual([206, 206, 206, 206, 206]);
  expect(statuts.at(-1)).toBe(429);
});

test('audit: one summary per session, no token, no address, a mark on another network', async () => {
  const { jeton } = await ouvrir();
  await banc.octets(idA(), jeton);
  await banc.octets(idA(), jeton, {}, '198.51.100.9');
  banc.gate.vider();
  await Promise.resolve();
  await expect.poll(() => banc.audit.map((e) => e.evenement)).toContain('session.autre-reseau');
  const resumes = banc.audit.filter((e) => e.evenement === 'octets.resume');
  const demandes = resumes.flatMap((r) => Object.values(r.archives)).reduce((n, a) => n + a.demandes, 0);
  expect(demandes).toBe(2);
  const tout = JSON.stringify(banc.audit);
  // Longer than an identifier, which may hold these three letters by chance.
  expect(tout).not.toMatch(/eyJ[\w-]{25}/);
  expect(tout).not.toMatch(/192\.0\.2|198\.51\.100|@/);
});
