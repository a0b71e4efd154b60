/** The fast path on a real nginx with njs: the gate's bytes and headers, none of what the gate refuses. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ouvrirCible } from './acceptance/cible.ts';
import type { Cible } from './acceptance/contrat.ts';
import { creerMonde, jetonOctets, texteJws, type Monde } from './acceptance/monde.ts';
import { EPCI_A, EPCI_B } from './fixture.ts';

const MODULE = '/usr/lib/nginx/modules/ngx_http_js_module.so';

describe.skipIf(!existsSync(MODULE))('nginx with njs (needs the Debian package libnginx-mod-http-js)', () => {
  let monde: Monde;
  let cible: Cible;
  let ici: Monde;
  const journal = () => {
    const fichier = join(monde.essai.racine, 'nginx', 'octets.log');
    return existsSync(fichier) ? readFileSync(fichier, 'utf8').split('\n').length - 1 : 0;
  };
  beforeAll(async () => {
    monde = await creerMonde('https://garde.example');
    mkdirSync(join(monde.essai.racine, 'nginx'), { recursive: true });
    writeFileSync(join(monde.essai.racine, 'nginx', 'octets.log'), '');
    cible = await ouvrirCible('njs', monde, true);
    ici = { ...monde, origine: cible.origine };
    await cible.installer(ici);
  });
  afterAll(async () => {
    await cible.fermer();
    monde.nettoyer();
  });
  const lire = (jeton: string, territoire = `epci:${EPCI_A}`, entetes: Record<string, string> = {}) =>
    fetch(`${cible.origine}/t/v1/${ici.essai.archive(territoire).id}`, {
      headers: { authorization: `Bearer ${jeton}`, range: 'bytes=100-199', ...entetes },
    });

  test('sends the same bytes and headers as the gate, without it', async () => {
    const jeton = texteJws(jetonOctets(ici));
    const lent = await lire(jeton);
    expect([lent.status, journal()]).toEqual([206, 0]);
    const vite = await lire(jeton);
    expect(vite.status).toBe(206);
    // nginx writes its line once the answer has left.
    await expect.poll(journal).toBe(1);
    const octets = ici.essai.octets(ici.essai.archive(`epci:${EPCI_A}`)).slice(100, 200);
    for (const r of [lent, vite]) expect(new Uint8Array(await r.arrayBuffer())).toEqual(octets);
    for (const nom of ['etag', 'content-range', 'content-length', 'cache-control', 'referrer-policy'])
      expect([nom, vite.headers.get(nom)]).toEqual([nom, lent.headers.get(nom)]);
    expect(vite.headers.get('last-modified')).toBeNull();
    const ligne = readFileSync(join(monde.essai.racine, 'nginx', 'octets.log'), 'utf8');
    expect(ligne).toMatch(/ 100 206\n$/);
    expect(ligne).not.toMatch(/eyJ|127\.0\.0\.1/);
  });
  test('sends nothing that the gate refuses, and lets it answer', async () => {
    const jeton = texteJws(jetonOctets(ici));
    // The first one may be the gate's, when its files are new.
    await lire(jeton);
    const depart = journal();
    await lire(jeton);
    await expect.poll(journal).toBeGreaterThan(depart);
    const vites = journal();
    expect((await lire(jeton, `epci:${EPCI_B}`)).status).toBe(403);
    expect((await lire(`${jeton.slice(0, -1)}!`)).status).toBe(401);
    expect((await lire(jeton, undefined, { range: 'bytes=0-1,5-6' })).status).toBe(416);
    expect((await lire(jeton, undefined, { 'if-match': '"autre"' })).status).toBe(412);
    expect((await lire(jeton, undefined, { origin: 'https://ailleurs.example' })).status).toBe(403);
    expect((await lire(jeton)).status).toBe(206);
    await expect.poll(journal).toBe(vites + 1);
  });
  test('a withdrawal stops it at the gate’s next reading', async () => {
    const jeton = texteJws(jetonOctets(ici));
    await lire(jeton);
    expect((await lire(jeton)).status).toBe(206);
    const listes = ici.listes();
    const iat = Math.floor(Date.now() / 1000);
    listes.revocations.cnv.push(ici.conventions.a);
    listes.revocations.iat = iat;
    listes.annuaire.iat = iat;
    const publie = await ici.signerListes(listes);
    await cible.installer(ici, { publie });
    // The gate's reading takes the path away; nginx may remember it for a second.
    await cible.gate().perimee();
    await expect.poll(async () => (await lire(jeton)).status, { timeout: 3000 }).toBe(403);
    await cible.installer(ici);
  });
});
