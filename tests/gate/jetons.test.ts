/** Tokens and ranges: properties that hold for every mutation. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lirePlage, PLAGE_MAX } from '../../site/gate/plages.ts';
import { jetonOctets, signerAvec, texteJws } from './acceptance/monde.ts';
import { EPCI_A } from './fixture.ts';
import { codeDe, creerBanc, type Banc } from './outils.ts';

let banc: Banc;
beforeAll(async () => {
  banc = await creerBanc();
});
afterAll(() => banc.fermer());

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const idA = () => banc.monde.essai.archive(`epci:${EPCI_A}`).id;

test('any single-character change of a valid byte token is refused', async () => {
  const jeton = texteJws(jetonOctets(banc.monde));
  expect((await banc.octets(idA(), jeton)).status).toBe(206);
  for (let i = 0; i < jeton.length; i++) {
    // Neighbours in the alphabet: the last character of a segment has spare bits that a lenient decoder ignores.
    const k = ALPHABET.indexOf(jeton[i] ?? '');
    for (const autre of k < 0 ? ['A', '-'] : [ALPHABET[k ^ 1], ALPHABET[(k + 17) % 64]]) {
      const mute = jeton.slice(0, i) + autre + jeton.slice(i + 1);
      expect(await codeDe(await banc.octets(idA(), mute)), `position ${i}`).toBe('401 invalid');
    }
  }
  expect((await banc.octets(idA(), jeton)).status).toBe(206);
});

test('any single-character change of a valid grant is refused', async () => {
  const grant = banc.monde.grants.A;
  expect((await banc.session(grant)).status).toBe(200);
  for (let i = 0; i < grant.length; i++) {
    const k = ALPHABET.indexOf(grant[i] ?? '');
    const autre = k < 0 ? '-' : ALPHABET[k ^ 1];
    const mute = grant.slice(0, i) + autre + grant.slice(i + 1);
    expect(await codeDe(await banc.session(mute)), `position ${i}`).toBe('401 invalid');
  }
});

test('random insertions, removals and swaps of a token never open', async () => {
  const jeton = texteJws(jetonOctets(banc.monde));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(jeton.length),
      fc.constantFrom('ajout', 'retrait', 'echange'),
      fc.constantFrom(...ALPHABET, '.'),
      async (i, sens, c) => {
        const mute =
          sens === 'ajout'
            ? jeton.slice(0, i) + c + jeton.slice(i)
            : sens === 'retrait'
              ? jeton.slice(0, i) + jeton.slice(i + 1)
              : jeton.slice(i) + jeton.slice(0, i);
        if (mute === jeton) return;
        const r = await banc.octets(idA(), mute);
        expect([400, 401]).toContain(r.status);
      },
    ),
    { numRuns: 500, seed: 5 },
  );
});

test('validly signed but not canonical payloads are refused', async () => {
  const bon = jetonOctets(banc.monde);
  const claims = JSON.parse(bon.charge) as Record<string, unknown>;
  const { exp, ...reste } = claims;
  const textes = [
    JSON.stringify(claims, null, 1),
    JSON.stringify({ exp, ...reste }),
    bon.charge.replace('"exp":', '"exp":1,"exp":'),
    bon.charge.replace('"cdniv":1', '"cdniv":1.0'),
    bon.charge.replace('"sid"', '"\\u0073id"'),
    JSON.stringify({ ...claims, exp: `${String(exp)}` }),
    JSON.stringify({ ...claims, arc: [] }),
    `${bon.charge} `,
  ];
  for (const charge of textes) {
    const j = signerAvec(banc.monde, 'bytes', 'valid', bon.entete, charge);
    expect(await codeDe(await banc.octets(idA(), texteJws(j))), charge).toBe('401 invalid');
  }
  const meme = signerAvec(banc.monde, 'bytes', 'valid', bon.entete, bon.charge);
  expect((await banc.octets(idA(), texteJws(meme))).status).toBe(206);
});

test('no Range text returns more bytes than it asks', async () => {
  const taille = 300_000;
  const nombre = fc.oneof(
    fc.nat(400_000).map(String),
    fc.constantFrom('0', '299999', '300000', '18446744073709551615', '-1', '', '٣', '1e3', '0x10'),
  );
  const plage = fc.oneof(
    fc.string(),
    fc.tuple(nombre, nombre).map(([a, b]) => `bytes=${a}-${b}`),
    fc
      .array(fc.tuple(nombre, nombre), { maxLength: 4 })
      .map((x) => `bytes=${x.map((y) => y.join('-')).join(',')}`),
  );
  fc.assert(
    fc.property(plage, fc.boolean(), (texte, suffixe) => {
      const p = lirePlage(texte, taille, suffixe);
      expect(p.type).not.toBe('entier');
      if (p.type !== 'plage') return;
      expect(p.debut).toBeGreaterThanOrEqual(0);
      expect(p.fin).toBeLessThan(taille);
      const m = /^bytes=(\d*)-(\d*)$/.exec(texte);
      expect(m).not.toBeNull();
      const longueur = p.fin - p.debut + 1;
      expect(longueur).toBeLessThanOrEqual(PLAGE_MAX);
      if (m?.[1] && m[2]) expect(longueur).toBeLessThanOrEqual(Number(m[2]) - Number(m[1]) + 1);
      if (!m?.[1]) expect(longueur).toBeLessThanOrEqual(Number(m?.[2]));
    }),
    { numRuns: 3000, seed: 7 },
  );
});

test('bytes of random ranges are those of the file', async () => {
  const archive = banc.monde.essai.archive(`epci:${EPCI_A}`);
  const fichier = Buffer.from(banc.monde.essai.octets(archive));
  const jeton = texteJws(jetonOctets(banc.monde));
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.taille - 1), fc.nat(50_000), async (debut, n) => {
      const r = await banc.octets(archive.id, jeton, { range: `bytes=${debut}-${debut + n}` });
      const recus = Buffer.from(await r.arrayBuffer());
      expect(r.status).toBe(206);
      expect(recus.equals(fichier.subarray(debut, debut + n + 1))).toBe(true);
      expect(r.headers.get('content-length')).toBe(String(recus.length));
    }),
    { numRuns: 100, seed: 11 },
  );
});

test('preconditions: If-Range, If-Match, If-None-Match', async () => {
  const archive = banc.monde.essai.archive(`epci:${EPCI_A}`);
  const jeton = texteJws(jetonOctets(banc.monde));
  const etag = `"${archive.sha256.slice(0, 32)}"`;
  const statut = async (h: Record<string, string>) => (await banc.octets(archive.id, jeton, h)).status;
  expect(await statut({ 'if-range': etag })).toBe(206);
  expect(await statut({ 'if-range': '"autre"' })).toBe(200);
  expect(await statut({ 'if-range': `W/${etag}` })).toBe(200);
  expect(await statut({ 'if-match': '"autre"' })).toBe(412);
  expect(await statut({ 'if-match': `"x", ${etag}` })).toBe(206);
  expect(await statut({ 'if-none-match': etag })).toBe(304);
  expect(await statut({ range: 'bytes=300000-' })).toBe(416);
});
