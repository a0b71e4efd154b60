/** RFC 8188 records: the example of the RFC, any range, and nothing out of a changed record. */
import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GateArchive } from '../../data/contract/grant.ts';
import {
  chiffrer,
  cleArchive,
  creerMagasinChiffre,
  ENREGISTREMENT,
  tailleChiffree,
} from '../../site/gate/magasin-chiffre.ts';
import type { Magasin } from '../../site/gate/types.ts';
import { octetsEssai } from './fixture.ts';

const b64 = (t: string) => Uint8Array.from(Buffer.from(t, 'base64url'));
const SECRET = Uint8Array.from(randomBytes(32));
const archive = (taille: number): GateArchive =>
  ({ id: 'a'.repeat(32), taille, sha256: 'b'.repeat(64), fichier: 'x' }) as GateArchive;

/** A store in memory that counts what it gives. */
function memoire(octets: Uint8Array<ArrayBuffer>): Magasin {
  return {
    stat: (a) =>
      Promise.resolve(a.taille === octets.length ? { taille: octets.length, etag: 'e' } : undefined),
    read: (_a, debut, fin) => Promise.resolve(octets.slice(debut, fin + 1)),
  };
}
async function couvrir(taille: number) {
  const clair = octetsEssai('clair', taille);
  const ikm = await cleArchive(SECRET, archive(taille).id);
  return { clair, chiffre: await chiffrer(clair, ikm, Uint8Array.from(randomBytes(16))) };
}

test('the example of RFC 8188, section 3.1', async () => {
  const texte = new TextEncoder().encode('I am the walrus');
  const sortie = await chiffrer(texte, b64('yqdlZ-tYemfogSmv7Ws5PQ'), b64('I1BsxtFttlv3u_Oo94xnmw'), 4096);
  expect(Buffer.from(sortie).toString('base64url')).toBe(
    'I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg',
  );
});

const UTILE = ENREGISTREMENT - 17;
test.each([1, UTILE - 1, UTILE, UTILE + 1, 3 * UTILE, 100_000])(
  'every range of %i bytes comes back as it was, and the store sees none of it',
  async (taille) => {
    const { clair, chiffre } = await couvrir(taille);
    expect(chiffre.length).toBe(tailleChiffree(taille));
    if (taille > 100) expect(Buffer.from(chiffre).includes(Buffer.from(clair.subarray(10, 42)))).toBe(false);
    const magasin = creerMagasinChiffre(memoire(chiffre), SECRET);
    expect((await magasin.stat(archive(taille)))?.taille).toBe(taille);
    await fc.assert(
      fc.asyncProperty(fc.nat(taille - 1), fc.nat(taille - 1), async (a, b) => {
        const [debut, fin] = [Math.min(a, b), Math.max(a, b)];
        expect(
          Buffer.compare(await magasin.read(archive(taille), debut, fin), clair.subarray(debut, fin + 1)),
        ).toBe(0);
      }),
      { numRuns: 40 },
    );
  },
);

test('a changed, moved or cut record, or another secret, gives nothing', async () => {
  const taille = 3 * UTILE;
  const { chiffre } = await couvrir(taille);
  const lire = (octets: Uint8Array<ArrayBuffer>, secret = SECRET) =>
    creerMagasinChiffre(memoire(octets), secret).read(archive(taille), UTILE, UTILE + 9);
  await expect(lire(chiffre)).resolves.toHaveLength(10);
  const change = chiffre.slice();
  const place = 21 + ENREGISTREMENT + 5;
  change[place] = (change[place] ?? 0) ^ 1;
  await expect(lire(change)).rejects.toBeDefined();
  const deplace = chiffre.slice();
  deplace.copyWithin(21 + ENREGISTREMENT, 21, 21 + ENREGISTREMENT);
  await expect(lire(deplace)).rejects.toBeDefined();
  await expect(lire(chiffre, Uint8Array.from(randomBytes(32)))).rejects.toBeDefined();
  const magasin = creerMagasinChiffre(memoire(chiffre.slice(0, -5)), SECRET);
  expect(await magasin.stat(archive(taille))).toBeUndefined();
});
