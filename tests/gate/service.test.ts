/** The whole way on a real server: register → link → session → bytes, read by the browser side. */
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { creerConvention, nommerAdministrateur } from '../../pipeline/links/conventions.ts';
import { lienDemo } from '../../pipeline/links/demo.ts';
import { emettreLien, revoquer } from '../../pipeline/links/liens.ts';
import { ouvrirRegistre } from '../../pipeline/links/registre.ts';
import { servir } from '../../pipeline/serve/command.ts';
import type { Service } from '../../pipeline/serve/serveur.ts';
import { ErreurTerritoire } from '../../site/archive/erreurs.ts';
import { lireLien, ouvrirSession, prendreLien } from '../../site/archive/session.ts';
import { GateSource, lireArchive, ouvrirCarte } from '../../site/archive/source.ts';
import { creerEssai, EPCI_A, type Essai } from './fixture.ts';

let essai: Essai;
let service: Service;
let fragment: string;
const acces: object[] = [];

beforeAll(async () => {
  essai = creerEssai();
  const lien = await lienDemo({ ...essai, epci: EPCI_A, origine: 'http://localhost:4321' });
  fragment = new URL(lien.url).hash;
  service = await servir({
    ...essai,
    port: 0,
    acces: (ligne) => acces.push(ligne),
    panne(erreur) {
      throw erreur;
    },
  });
});
afterAll(async () => {
  await service.arreter(1000);
  essai.nettoyer();
});

const base = () => `http://localhost:${service.port}`;
function lien() {
  const lu = lireLien(fragment);
  if (!lu) throw new Error('no link');
  return lu;
}

test('a link opens a session that reads exactly its archives', async () => {
  const { grant, apercu } = lien();
  expect(apercu.ter).toEqual([`epci:${EPCI_A}`]);
  const session = await ouvrirSession(grant, apercu.pur, { base: base() });
  expect(session.infos.compte).toBe('Camille Dupré');
  expect(session.infos.archives.map((a) => `${a.produit} ${a.millesime}`)).toEqual([
    'carte 2022',
    'table 2022',
    'carte 2019',
    'geo 2022',
  ]);
  expect(JSON.stringify(session.infos)).not.toContain('fichier');
  const carte = session.archive('carte');
  if (!carte) throw new Error('no map');
  const progres: number[] = [];
  const octets = await lireArchive(session, carte, { progression: (n) => progres.push(n) });
  expect(Buffer.compare(octets, essai.octets(essai.archive(`epci:${EPCI_A}`)))).toBe(0);
  expect(progres.at(-1)).toBe(carte.taille);
});

test('ranges give the same bytes, and the source key is the archive, not the token', async () => {
  const { grant, apercu } = lien();
  const session = await ouvrirSession(grant, apercu.pur, { base: base() });
  const carte = session.archive('carte');
  if (!carte) throw new Error('no map');
  const source = new GateSource(session, carte);
  expect(source.getKey()).toBe(carte.id);
  const { data } = await source.getBytes(carte.taille - 10, 100);
  expect(Buffer.compare(Buffer.from(data), essai.octets(essai.archive(`epci:${EPCI_A}`)).subarray(-10))).toBe(
    0,
  );
  const ouverte = await ouvrirCarte(session, carte, { seuil: 0 });
  expect(ouverte.entiere).toBe(false);
  const ajoutes: unknown[] = [];
  ouverte.attacher({ add: (p) => void ajoutes.push(p) });
  const premiere = ouverte.pmtiles;
  // These bytes are no PMTiles: the first reading fails, and a new instance must take its place on demand.
  await expect(premiere.getHeader()).rejects.toThrow();
  ouverte.rearmer();
  expect(ouverte.pmtiles).not.toBe(premiere);
  expect(ajoutes).toHaveLength(2);
});

test('one changed character, or text added by a mail filter, is a damaged link', async () => {
  const { grant, apercu } = lien();
  const change = grant.slice(0, -40) + (grant.at(-40) === 'A' ? 'B' : 'A') + grant.slice(-39);
  await expect(ouvrirSession(change, apercu.pur, { base: base() })).rejects.toMatchObject({
    code: 'lien-endommage',
    message: 'Ce lien de territoire est incomplet ou endommagé.',
  });
  for (const f of [`${fragment}&data=05`, fragment.slice(0, -1), '#g2.x.y.z'])
    expect(() => lireLien(f)).toThrow(ErreurTerritoire);
  expect(lireLien('')).toBeUndefined();
});

test('the link leaves the address bar at once, even damaged', () => {
  const remplaces: unknown[] = [];
  const fenetre = (hash: string) =>
    ({
      location: { hash, pathname: '/territoire/', search: '' },
      history: { replaceState: (...a: unknown[]) => remplaces.push(a[2]) },
    }) as unknown as Window;
  expect(prendreLien(fenetre(fragment))?.apercu.pur).toBe('observation');
  expect(() => prendreLien(fenetre('#g1.broken'))).toThrow(ErreurTerritoire);
  expect(remplaces).toEqual(['/territoire/', '/territoire/']);
});

test('without the accepted purpose nothing opens', async () => {
  const { grant } = lien();
  await expect(ouvrirSession(grant, '', { base: base() })).rejects.toMatchObject({ code: 'finalite' });
  await expect(ouvrirSession(grant, 'programmation', { base: base() })).rejects.toMatchObject({
    code: 'finalite',
  });
});

test('the site is served with its policy, the public archives by ranges', async () => {
  const page = await fetch(`${base()}/territoire/`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(page.headers.get('x-robots-tag')).toBe('noindex, nofollow');
  const accueil = await fetch(`${base()}/`);
  expect(accueil.headers.get('content-security-policy')).toContain("script-src 'self' 'sha256-");
  const plage = await fetch(`${base()}/public/tuiles/epci.pmtiles`, {
    headers: { range: 'bytes=0-126' },
  });
  expect(plage.status).toBe(206);
  expect((await plage.arrayBuffer()).byteLength).toBe(127);
  expect((await fetch(`${base()}/bundles/archives.json`)).status).toBe(404);
  expect((await fetch(`${base()}/public/../bundles/archives.json`)).status).toBe(404);
});

test('another site may frame a public map asked for as an insert, and nothing else', async () => {
  const cadre = async (chemin: string) => {
    const { headers } = await fetch(base() + chemin);
    return [/frame-ancestors ([^;]+)/.exec(headers.get('content-security-policy') ?? '')?.[1], headers.get('x-frame-options')]; // prettier-ignore
  };
  const carte = '/carte/epci/rpls_dpe_fg/2024/';
  expect(await cadre(`${carte}?zone=epci:1&integre=legende`)).toEqual(['*', null]);
  for (const chemin of [carte, `${carte}?integre=tout`, '/?integre=carte', '/territoire/?integre=carte'])
    expect(await cadre(chemin)).toEqual(["'none'", 'DENY']);
});

test('no token, query or address in the access log', async () => {
  await fetch(`${base()}/t/v1/session?g=${lien().grant}`, { method: 'POST', body: '{}' });
  const journal = JSON.stringify(acces);
  expect(acces.length).toBeGreaterThan(5);
  expect(journal).not.toContain('eyJ');
  expect(journal).not.toContain('127.0.0.1');
  expect(journal).not.toContain('?');
});

test('a convention that binds devices: the browser proves its key, an extra device is refused', async () => {
  const registre = await ouvrirRegistre(essai.registre);
  const convention = await creerConvention(registre, {
    epci: EPCI_A,
    nom: 'Liée',
    parties: ['AR'],
    signature: registre.aujourdhui(),
    appareils: 1,
  });
  const compte = await nommerAdministrateur(registre, convention.id, {
    nom: 'Anne Roux',
    mel: 'anne.roux@epci.example',
  });
  const { url } = await emettreLien(registre, { compte, finalite: 'observation', origine: base() });
  const grant = lireLien(new URL(url).hash)?.grant ?? '';
  const autre = await servir({ ...essai, port: 0 });
  const ici = `http://localhost:${autre.port}`;
  const cle = async () => {
    const paire = await generateKeyPair('ES256', { extractable: true });
    const { kty, crv, x, y } = await exportJWK(paire.publicKey);
    return (htu: string, t: number) =>
      new SignJWT({ htm: 'POST', htu, iat: Math.floor(t), jti: randomBytes(16).toString('hex') })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } as object })
        .sign(paire.privateKey);
  };
  try {
    const preuve = await cle();
    const session = await ouvrirSession(grant, 'observation', { base: ici, preuve });
    expect(session.infos.compte).toBe('Anne Roux');
    session.abandonner(session.infos.jeton);
    await session.jeton();
    await expect(
      ouvrirSession(grant, 'observation', { base: ici, preuve: await cle() }),
    ).rejects.toMatchObject({ code: 'appareils' });
  } finally {
    await autre.arreter(1000);
  }
});

test('a revoked link stops: bytes and session are refused with a plain sentence', async () => {
  const { grant, apercu } = lien();
  const session = await ouvrirSession(grant, apercu.pur, { base: base() });
  const carte = session.archive('table');
  if (!carte) throw new Error('no table');
  await lireArchive(session, carte);
  const registre = await ouvrirRegistre(essai.registre);
  await revoquer(registre, { cible: 'jti', id: apercu.jti, motif: 'essai' });
  // The running gate reads the list again after 30 seconds; a new one reads it at once.
  const autre = await servir({ ...essai, port: 0 });
  try {
    await expect(
      ouvrirSession(grant, apercu.pur, { base: `http://localhost:${autre.port}` }),
    ).rejects.toMatchObject({ code: 'acces-retire' });
  } finally {
    await autre.arreter(1000);
  }
});
