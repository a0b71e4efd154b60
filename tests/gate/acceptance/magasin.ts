/** store: what a presigned address of a real S3 service must not open. */
import { adresseS3, clientS3, creerMagasinS3, type OptionsS3 } from '../../../site/gate/magasin-s3.ts';
import type { GateArchive } from '../../../data/contract/grant.ts';
import { octetsEssai } from '../fixture.ts';
import { deposer, magasinEssai, vider } from '../s3.ts';
import { Inconnue, type Cas } from './cas.ts';

const FICHIER = 'essai/carte.bin';

/** Answers of one presigned GET address used for something else. */
async function detourner(s3: OptionsS3, adresse: string, methode: string): Promise<number[]> {
  const reponses = [await fetch(adresse, { method: methode, ...(methode === 'PUT' ? { body: 'x' } : {}) })];
  // Listing: the same signature on the bucket, and on the bucket with a listing query.
  const url = new URL(adresse);
  url.pathname = new URL(adresseS3(s3, '')).pathname;
  reponses.push(await fetch(url));
  url.searchParams.set('list-type', '2');
  reponses.push(await fetch(url));
  for (const r of reponses) await r.body?.cancel();
  return reponses.map((r) => r.status);
}

/** @returns a defect, or undefined */
export async function casMagasin(cas: Cas): Promise<string | undefined> {
  const s3 = await magasinEssai();
  if (!s3)
    throw new Inconnue(
      'aucun magasin S3 ne répond : lancez ceph-rgw-up.sh ou swift-s3-up.sh du kit, ou donnez CARTO_S3',
    );
  const methodes = cas.request.mutate.map((m) => {
    if (m.op !== 'method') throw new Inconnue(`mutation inconnue : ${m.op}`);
    return String(m['value']);
  });
  const octets = octetsEssai('magasin', 1000);
  try {
    await deposer(s3, FICHIER, octets);
    const archive = { id: 'essai', fichier: FICHIER, taille: 1000, sha256: '' } as GateArchive;
    const adresse = (await creerMagasinS3({ ...s3, presigne: true }).direct?.(archive, 60)) ?? '';
    for (const methode of new Set([...methodes, 'PUT', 'DELETE'])) {
      const vus = await detourner(s3, adresse, methode);
      const mauvais = vus.find((v) => !cas.expected.status.includes(v));
      if (mauvais !== undefined) return `${methode} : ${mauvais}`;
    }
    const apres = await clientS3(s3).fetch(adresseS3(s3, FICHIER));
    if (Buffer.compare(new Uint8Array(await apres.arrayBuffer()), octets) !== 0) return 'l’objet a changé';
    const valable = await fetch(adresse, { headers: { range: 'bytes=0-9' } });
    return valable.status === 206 ? undefined : `la demande valable reçoit ${valable.status}`;
  } finally {
    await vider(s3, [FICHIER]);
  }
}
