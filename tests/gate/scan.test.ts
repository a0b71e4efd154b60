/** The scan of what leaves, tested with one planted leak of each kind. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formesCanari, scanner, type Genre } from '../../pipeline/scan/scan.ts';
import { octetsEssai } from './fixture.ts';

let dossier: string;
beforeEach(() => {
  dossier = mkdtempSync(join(tmpdir(), 'carto-scan-'));
  writeFileSync(
    join(dossier, 'index.html'),
    '<!doctype html><p>12 345 ménages, écrire à contact@atlas.example</p>',
  );
  writeFileSync(join(dossier, 'tuiles.pmtiles'), octetsEssai('propre', 50_000));
});
afterEach(() => rmSync(dossier, { recursive: true, force: true }));

const SECRET = Uint8Array.from(randomBytes(32));
const CANARI = 873_526_419;
const OPTIONS = { secrets: [SECRET], canaris: [CANARI], courriels: ['contact@atlas.example'] };
const b64 = (x: Uint8Array | string) => Buffer.from(x).toString('base64url');
const jws = `${b64('{"alg":"EdDSA"}')}.${b64('{"iss":"registre"}')}.${'A'.repeat(86)}`;

test('a clean output has no leak', async () => {
  expect(await scanner(dossier, OPTIONS)).toEqual([]);
});

test.each<[Genre, string, () => string | Buffer]>([
  ['jeton', 'page.html', () => `<a href="/territoire/#g1.${jws}">`],
  ['jeton', 'tuile.pbf', () => gzipSync(`x${jws}`)],
  ['cle-privee', 'a.js', () => '-----BEGIN PRIVATE KEY-----'],
  ['cle-privee', 'a.json', () => `{"kty":"OKP","d":"${b64(SECRET)}"}`],
  ['signature-s3', 'a.json', () => `https://s3/x?X-Amz-Signature=${'0a'.repeat(32)}`],
  ['chemin-machine', 'meta.json', () => '{"generator_options":"tippecanoe -o /home/jean/carto/x.pmtiles"}'],
  ['courriel', 'a.html', () => 'paul.durand@epci.example'],
  ['carte-source', 'a.js', () => 'x()\n//# sourceMappingURL=a.js.map'],
  ['fichier-cache', '.env', () => 'x'],
  ['fichier-cache', 'a.js.map', () => '{}'],
  ['secret-connu', 'a.bin', () => Buffer.concat([randomBytes(7), SECRET])],
  ['secret-connu', 'a.txt', () => Buffer.from(SECRET).toString('hex')],
  [
    'secret-connu',
    'b.txt',
    () => Buffer.concat([Buffer.from('u'), SECRET, Buffer.from('v')]).toString('base64'),
  ],
  ['secret-connu', 'c.txt', () => Buffer.concat([Buffer.from('uu'), SECRET]).toString('base64url')],
  ['canari', 'table.json', () => `{"colonnes":[1,${CANARI}]}`],
])('planted %s in %s is found', async (genre, nom, contenu) => {
  writeFileSync(join(dossier, nom), contenu());
  expect((await scanner(dossier, OPTIONS)).map((f) => `${f.genre} ${f.fichier}`)).toContain(
    `${genre} ${nom}`,
  );
});

test('a planted number is found in every encoding, alone or inside a compressed tile of an archive', async () => {
  mkdirSync(join(dossier, 'c'));
  const formes = formesCanari(CANARI);
  for (const [i, forme] of formes.entries()) {
    const tuile = gzipSync(Buffer.concat([Buffer.from('couche'), forme, Buffer.from('fin')]));
    const archive = Buffer.concat([
      octetsEssai(`a${i}`, 3000),
      tuile,
      gzipSync('autre tuile'),
      octetsEssai(`b${i}`, 500),
    ]);
    writeFileSync(join(dossier, 'c', `${i}.pmtiles`), archive);
  }
  expect((await scanner(dossier, OPTIONS)).map((f) => f.genre)).toEqual(formes.map(() => 'canari'));
});
