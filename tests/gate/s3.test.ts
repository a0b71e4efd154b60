/** The gate over a real S3 service (Ceph RGW or Swift), by proxy and by presigned redirection. Skipped when none runs. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adresseS3, clientS3, creerMagasinS3, type OptionsS3 } from '../../site/gate/magasin-s3.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { lireSeau, ouvrirSeau, televerser } from '../../pipeline/serve/seau.ts';
import { creerBanc, type Banc } from './outils.ts';
import { EPCI_A, EPCI_B } from './fixture.ts';
import { deposer, magasinEssai, vider } from './s3.ts';

const service = await magasinEssai();

describe.skipIf(!service)('S3', () => {
  const s3 = service as OptionsS3;
  let banc: Banc;
  const cles: string[] = [];
  beforeAll(async () => {
    banc = await creerBanc();
    for (const a of banc.monde.essai.manifeste.archives.filter((x) => x.produit !== 'geo')) {
      await deposer(s3, a.fichier, banc.monde.essai.octets(a));
      cles.push(a.fichier);
    }
  });
  afterAll(async () => {
    await vider(s3, cles);
    await banc.fermer();
  });
  const jeton = async () => {
    const r = await banc.session(banc.monde.grants.A);
    return ((await r.json()) as { jeton: string }).jeton;
  };
  const archive = () => banc.monde.essai.archive(`epci:${EPCI_A}`);

  test('by proxy: the exact bytes, and 404 when the object is not the announced one', async () => {
    await banc.refaire({ magasin: creerMagasinS3(s3) });
    const t = await jeton();
    const r = await banc.octets(archive().id, t, { range: 'bytes=1000-17383' });
    expect(r.status).toBe(206);
    expect(new Uint8Array(await r.arrayBuffer())).toEqual(
      banc.monde.essai.octets(archive()).slice(1000, 17_384),
    );
    expect(r.headers.get('etag')).toBe(`"${archive().sha256.slice(0, 32)}"`);
    expect((await banc.octets(archive().id, t, { 'if-range': '"autre"' })).status).toBe(200);
    const absente = banc.monde.essai.archive(`epci:${EPCI_A}`, 'geo');
    expect((await banc.octets(absente.id, t)).status).toBe(404);
    await deposer(s3, archive().fichier, Uint8Array.from([1, 2, 3]));
    await banc.refaire({ magasin: creerMagasinS3(s3) });
    expect((await banc.octets(archive().id, t)).status).toBe(404);
    await deposer(s3, archive().fichier, banc.monde.essai.octets(archive()));
  });

  test('by redirection: a short address that opens this object by GET, and nothing else', async () => {
    await banc.refaire({ magasin: creerMagasinS3({ ...s3, presigne: true }), redirection: 60 });
    const t = await jeton();
    const r = await banc.octets(archive().id, t);
    expect([r.status, r.headers.get('cache-control')]).toEqual([307, 'private, no-store']);
    const adresse = new URL(r.headers.get('location') ?? '');
    expect(adresse.searchParams.get('X-Amz-Expires')).toBe('60');
    const lu = await fetch(adresse, { headers: { range: 'bytes=5-9' } });
    expect(new Uint8Array(await lu.arrayBuffer())).toEqual(banc.monde.essai.octets(archive()).slice(5, 10));
    // Swift says 501 to a POST on an object; Ceph says 405.
    for (const method of ['PUT', 'DELETE', 'POST'])
      expect([400, 401, 403, 405, 501]).toContain((await fetch(adresse, { method })).status);
    const autre = new URL(adresse);
    autre.pathname = new URL(adresseS3(s3, banc.monde.essai.archive(`epci:${EPCI_B}`).fichier)).pathname;
    expect([401, 403]).toContain((await fetch(autre)).status);
    // A token that does not open the archive gets no address.
    const refus = await banc.octets(banc.monde.essai.archive(`epci:${EPCI_B}`).id, t);
    expect([refus.status, refus.headers.get('location')]).toEqual([403, null]);
  });

  test('publish sends a release, the gate then reads it from the bucket alone', async () => {
    const { vers, racine } = banc.monde.essai;
    const acces = { ...s3 };
    // One file of the fixture is not the announced one: nothing of such a release is put in service.
    await expect(televerser(vers, acces, journalMuet)).rejects.toThrow(/octets annoncés/);
    const { manifeste } = banc.monde.essai;
    const archives = manifeste.archives.filter((a) => a.produit !== 'geo');
    writeFileSync(
      join(vers, 'courante', 'bundles', 'archives.json'),
      JSON.stringify({ ...manifeste, archives }),
    );
    await expect(televerser(vers, acces, journalMuet)).resolves.toBe(archives.length);
    cles.push(...archives.map((a) => `essai/${a.fichier}`), 'essai/archives.json', 'courante');
    const seau = ouvrirSeau(acces);
    await banc.refaire({ magasin: seau.magasin, manifeste: seau.manifeste });
    const r = await banc.octets(archive().id, await jeton());
    expect(new Uint8Array(await r.arrayBuffer())).toEqual(banc.monde.essai.octets(archive()).slice(0, 100));
    // Encrypted: the same session reads the same bytes, the bucket holds none of them.
    const secret = Uint8Array.from(randomBytes(32));
    await televerser(vers, { ...acces, chiffrement: secret }, journalMuet);
    const brut = await clientS3(s3).fetch(adresseS3(s3, `essai/${archive().fichier}`));
    const depose = Buffer.from(await brut.arrayBuffer());
    expect(depose.includes(Buffer.from(banc.monde.essai.octets(archive()).subarray(50, 90)))).toBe(false);
    const couvert = ouvrirSeau({ ...acces, chiffrement: secret });
    await banc.refaire({ magasin: couvert.magasin, manifeste: couvert.manifeste });
    const lu = await banc.octets(archive().id, await jeton(), { range: 'bytes=16000-49999' });
    expect(new Uint8Array(await lu.arrayBuffer())).toEqual(
      banc.monde.essai.octets(archive()).slice(16_000, 50_000),
    );
    // Settings as an operator writes them: keys from the environment, refused without them.
    writeFileSync(
      join(racine, 'magasin.json'),
      JSON.stringify({ service: s3.service, bucket: s3.bucket, redirection: 30 }),
    );
    await expect(lireSeau(racine)).rejects.toThrow(/clés du magasin/);
    Object.assign(process.env, { CARTO_S3_CLE: s3.cle, CARTO_S3_SECRET: s3.secret });
    expect(await lireSeau(racine)).toMatchObject({ bucket: s3.bucket, redirection: 30, cle: s3.cle });
  });

  test('a store that fails after its first answer: 503, an audit line, no exception', async () => {
    const magasin = creerMagasinS3(s3);
    await banc.refaire({ magasin: { ...magasin, read: () => Promise.reject(new Error('cut')) } });
    const r = await banc.octets(archive().id, await jeton());
    expect([r.status, r.headers.get('retry-after')]).toEqual([503, '5']);
    expect(banc.audit.some((e) => e.evenement === 'magasin.erreur')).toBe(true);
  });

  test('a store that does not answer is 404 with an audit line, never a hang nor bytes', async () => {
    await banc.refaire({ magasin: creerMagasinS3({ ...s3, service: 'http://127.0.0.1:9' }) });
    expect((await banc.octets(archive().id, await jeton())).status).toBe(404);
    expect(banc.audit.at(-2)?.evenement).toBe('magasin.erreur');
  });
});
