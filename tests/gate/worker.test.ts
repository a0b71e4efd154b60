/** The production Worker adapter, and a store behind HTTP that lies. */
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { GateArchive } from '../../data/contract/grant.ts';
import { adresseArchive, creerMagasinHttp } from '../../site/gate/magasin-http.ts';
import { ecouter } from '../../site/gate/node.ts';
import worker, { configWorker, type Environnement } from '../../site/gate/worker.ts';
import { creerBanc, ORIGINE, type Banc } from './outils.ts';
import { EPCI_A } from './fixture.ts';

let banc: Banc | undefined;
let serveur: Server | undefined;
afterEach(async () => {
  await banc?.fermer();
  serveur?.close();
  banc = undefined;
  serveur = undefined;
});

test('a Worker opens a session and serves ranges from its services', async () => {
  banc = await creerBanc();
  const { monde, publie } = banc;
  const manifeste = JSON.stringify(monde.essai.manifeste);
  const demandes: string[] = [];
  const env: Environnement = {
    GARDE: monde.garde,
    MAITRE: {
      maitres: monde.maitres.map((m) => ({ id: m.id, octets: m.octets.toString('base64url') })),
    },
    ORIGINES: [ORIGINE],
    ENTETE_IP: 'cf-connecting-ip',
    LISTES: {
      fetch: (adresse) =>
        Promise.resolve(new Response(publie[new URL(adresse).pathname.slice(1) as 'annuaire.jws'] ?? null)),
    },
    LOTS: {
      fetch(adresse, init) {
        const { pathname } = new URL(adresse);
        demandes.push(`${init?.method ?? 'GET'} ${pathname}`);
        if (pathname === '/archives.json') return Promise.resolve(new Response(manifeste));
        const a = monde.essai.manifeste.archives.find((x) => `/${x.fichier}` === pathname) as GateArchive;
        const m = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range') ?? '');
        const [debut, fin] = [Number(m?.[1]), Number(m?.[2])];
        return Promise.resolve(
          m
            ? new Response(monde.essai.octets(a).slice(debut, fin + 1), {
                status: 206,
                headers: { 'content-range': `bytes ${debut}-${fin}/${a.taille}` },
              })
            : new Response(null, { headers: { 'content-length': String(a.taille) } }),
        );
      },
    },
  };
  const ouverte = await worker.fetch(
    new Request(`${ORIGINE}/t/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant: monde.grants.A, accepte: 'observation' }),
    }),
    env,
  );
  expect(ouverte.status).toBe(200);
  const { jeton } = (await ouverte.json()) as { jeton: string };
  const archive = monde.essai.archive(`epci:${EPCI_A}`);
  const lire = (id: string) =>
    worker.fetch(
      new Request(`${ORIGINE}/t/v1/${id}`, {
        headers: { authorization: `Bearer ${jeton}`, range: 'bytes=10-29' },
      }),
      env,
    );
  const reponse = await lire(archive.id);
  expect(reponse.status).toBe(206);
  expect(new Uint8Array(await reponse.arrayBuffer())).toEqual(monde.essai.octets(archive).slice(10, 30));
  expect((await lire(monde.essai.archive('epci:200000002').id)).status).toBe(403);
  expect(demandes).toEqual(['GET /archives.json', `HEAD /${archive.fichier}`, `GET /${archive.fichier}`]);
  expect(() => configWorker({ ...env, LOTS: undefined } as never)).toThrow();
});

test.each<[string, number, Record<string, string>, string]>([
  ['the whole file', 200, { 'content-length': '5' }, 'abcde'],
  ['another range', 206, { 'content-range': 'bytes 0-1/300000' }, 'ab'],
  ['another size', 206, { 'content-range': 'bytes 10-11/12' }, 'ab'],
  ['fewer bytes', 206, { 'content-range': 'bytes 10-11/300000' }, 'a'],
  ['a redirection', 302, { location: 'http://localhost:1/' }, ''],
])('a store that answers %s is an error, not bytes', async (_, statut, entetes, corps) => {
  serveur = createServer((_requete, reponse) => reponse.writeHead(statut, entetes).end(corps));
  const port = await ecouter(serveur, 0, '127.0.0.1');
  const magasin = creerMagasinHttp({ base: `http://127.0.0.1:${port}/lots/`, fetch });
  const archive = { id: 'a'.repeat(32), fichier: 'x/y.bin', taille: 300_000, sha256: 'b'.repeat(64) };
  await expect(magasin.read(archive as GateArchive, 10, 11)).rejects.toThrow();
  expect(await magasin.stat(archive as GateArchive)).toBeUndefined();
});

test('an address is made of the manifest’s own segments', () => {
  expect(adresseArchive('http://s/', { fichier: 'a b/ç.bin' })).toBe('http://s/a%20b/%C3%A7.bin');
  for (const fichier of ['../x', 'a//b', 'a/./b', '', '/x'])
    expect(() => adresseArchive('http://s/', { fichier })).toThrow(RangeError);
});
