/** The browser side alone: renewal, clocks, refusals in plain French, archives that cannot be trusted. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Session } from '../../data/contract/grant.ts';
import { ErreurTerritoire, PHRASES } from '../../site/archive/erreurs.ts';
import { ouvrirSession } from '../../site/archive/session.ts';
import { GateSource, lireArchive, ouvrirCarte } from '../../site/archive/source.ts';

const contenu = new Uint8Array(1000).map((_, i) => i % 251);
const sha256 = createHash('sha256').update(contenu).digest('hex');
const ARCHIVE: Session['archives'][number] = {
  id: sha256.slice(0, 32),
  territoire: 'epci:200000001',
  produit: 'carte',
  millesime: '2022',
  taille: contenu.length,
  sha256,
  type: 'application/vnd.pmtiles',
};

/** A service in memory: counts sessions, answers what the test says. */
function service(reglage: { decalageService?: number } = {}) {
  const etat = {
    t: 1_800_000_000,
    sessions: 0,
    refus: undefined as Response | undefined,
    coupe: false,
    demandes: [] as { url: string; entetes: Headers }[],
    octets: contenu,
    perime: new Set<string>(),
  };
  const decalage = reglage.decalageService ?? 0;
  const appel = ((url: string, init: RequestInit) => {
    if (etat.coupe) return Promise.reject(new TypeError('network'));
    const date = new Date((etat.t + decalage) * 1000).toUTCString();
    if (url.endsWith('/session')) {
      if (etat.refus) return Promise.resolve(etat.refus.clone());
      etat.sessions += 1;
      const maintenant = Math.floor(etat.t + decalage);
      const corps: Session = {
        jeton: `jeton-${etat.sessions}`,
        expire: maintenant + 600,
        fin: maintenant + 1e6,
        convention: 'c',
        role: 'epci',
        finalite: 'observation',
        territoires: ['epci:200000001'],
        compte: 'Camille',
        archives: [ARCHIVE],
      };
      return Promise.resolve(Response.json(corps, { headers: { date } }));
    }
    const entetes = new Headers(init.headers);
    etat.demandes.push({ url, entetes });
    const jeton = entetes.get('authorization')?.slice('Bearer '.length) ?? '';
    if (etat.perime.has(jeton))
      return Promise.resolve(Response.json({ code: 'expired', status: 401 }, { status: 401 }));
    const m = /^bytes=(\d+)-(\d+)$/.exec(entetes.get('range') ?? '');
    if (!m) return Promise.resolve(new Response(etat.octets));
    return Promise.resolve(
      new Response(etat.octets.slice(Number(m[1]), Number(m[2]) + 1), {
        status: 206,
        headers: {
          etag: `"${sha256.slice(0, 32)}"`,
          'content-range': `bytes ${m[1]}-${m[2]}/${etat.octets.length}`,
        },
      }),
    );
  }) as unknown as typeof fetch;
  return { etat, options: { fetch: appel, horloge: () => etat.t * 1000, hasard: () => 0 } };
}

test('renewal: at 80 % of life, once for many readers, behind a token that is still valid', async () => {
  const { etat, options } = service();
  const session = await ouvrirSession('g', 'observation', options);
  etat.t += 479;
  expect(await session.jeton()).toBe('jeton-1');
  expect(etat.sessions).toBe(1);
  etat.t += 2;
  expect(await Promise.all([session.jeton(), session.jeton()])).toEqual(['jeton-1', 'jeton-1']);
  await expect.poll(() => session.jeton()).toBe('jeton-2');
  etat.t += 10_000;
  expect(await Promise.all([session.jeton(), session.jeton(), session.jeton()])).toEqual(
    Array.from({ length: 3 }, () => 'jeton-3'),
  );
  expect(etat.sessions).toBe(3);
});

test('a computer whose clock is wrong renews at the right time', async () => {
  const { etat, options } = service({ decalageService: 7200 });
  const session = await ouvrirSession('g', 'observation', options);
  expect(Math.round(session.maintenant() - etat.t)).toBe(7200);
  etat.t += 400;
  expect(await session.jeton()).toBe('jeton-1');
  etat.t += 201;
  expect(await session.jeton()).toBe('jeton-2');
});

test('a refused token is renewed once, then the reading goes on', async () => {
  const { etat, options } = service();
  const session = await ouvrirSession('g', 'observation', options);
  etat.perime.add('jeton-1');
  expect(await lireArchive(session, ARCHIVE)).toEqual(contenu);
  expect(etat.demandes.map((d) => d.entetes.get('authorization'))).toEqual([
    'Bearer jeton-1',
    'Bearer jeton-2',
  ]);
  expect(etat.demandes.every((d) => !d.url.includes('jeton'))).toBe(true);
});

test('access withdrawn while the page is open: said once, then no request', async () => {
  const { etat, options } = service();
  const session = await ouvrirSession('g', 'observation', options);
  const dites: string[] = [];
  session.surFin((e) => dites.push(e.code));
  etat.refus = Response.json({ code: 'revoked', status: 403 }, { status: 403 });
  etat.t += 700;
  await expect(session.jeton()).rejects.toMatchObject({ code: 'acces-retire' });
  await expect(session.jeton()).rejects.toMatchObject({ code: 'acces-retire' });
  expect(dites).toEqual(['acces-retire']);
});

test('offline, then back: the link still works', async () => {
  const { etat, options } = service();
  etat.coupe = true;
  await expect(ouvrirSession('g', 'observation', options)).rejects.toMatchObject({
    code: 'hors-ligne',
    reessayer: true,
  });
  etat.coupe = false;
  const session = await ouvrirSession('g', 'observation', options);
  etat.coupe = true;
  await expect(lireArchive(session, ARCHIVE)).rejects.toMatchObject({ code: 'hors-ligne' });
  etat.coupe = false;
  expect(await lireArchive(session, ARCHIVE)).toEqual(contenu);
});

test.each([
  ['invalid', 401, 'lien-endommage'],
  ['expired', 401, 'lien-expire'],
  ['ended', 403, 'acces-termine'],
  ['stale', 503, 'indisponible'],
  ['rate', 429, 'trop-de-demandes'],
  ['unknown', 500, 'indisponible'],
  ['unknown', 418, 'inattendu'],
])('refusal %s %i is a French sentence', async (code, status, attendu) => {
  const { etat, options } = service();
  etat.refus = Response.json({ code, status }, { status, headers: { 'retry-after': '30' } });
  const erreur = await ouvrirSession('g', 'observation', options).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(erreur).toBeInstanceOf(ErreurTerritoire);
  expect(erreur).toMatchObject({ code: attendu, attendre: 30 });
  for (const { message, conseil } of Object.values(PHRASES))
    expect(`${message} ${conseil}`).not.toMatch(/ [;:!?]/);
});

test('altered, short or long bytes are never shown', async () => {
  const { etat, options } = service();
  const session = await ouvrirSession('g', 'observation', options);
  etat.octets = contenu.map((o, i) => (i === 500 ? o ^ 1 : o));
  await expect(lireArchive(session, ARCHIVE)).rejects.toMatchObject({ code: 'fichier-altere' });
  etat.octets = new Uint8Array([...contenu, 1]);
  await expect(lireArchive(session, ARCHIVE)).rejects.toMatchObject({ code: 'fichier-altere' });
  await expect(new GateSource(session, ARCHIVE).getBytes(0, 100)).rejects.toMatchObject({
    code: 'fichier-altere',
  });
  etat.octets = contenu.slice(0, 900);
  await expect(lireArchive(session, ARCHIVE)).rejects.toMatchObject({ code: 'hors-ligne' });
});

test('a failed header does not poison the map: the instance is replaced in the protocol', async () => {
  const { etat, options } = service();
  const session = await ouvrirSession('g', 'observation', options);
  const echecs: unknown[] = [];
  const carte = await ouvrirCarte(session, ARCHIVE, { seuil: 0, surEchec: (e) => echecs.push(e) });
  const instances: unknown[] = [];
  carte.attacher({ add: (p) => void instances.push(p) });
  etat.coupe = true;
  await expect(carte.pmtiles.getHeader()).rejects.toThrow();
  expect(echecs).toHaveLength(1);
  expect(instances).toHaveLength(2);
  etat.coupe = false;
  const avant = etat.demandes.length;
  await carte.pmtiles.getHeader().catch(() => undefined);
  expect(etat.demandes.length).toBeGreaterThan(avant);
});
