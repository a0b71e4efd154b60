/** A real S3 service on loopback: the one given by the environment, or those of the scripts of the acceptance kit. */
import { adresseS3, clientS3, type OptionsS3 } from '../../site/gate/magasin-s3.ts';

type Service = Pick<OptionsS3, 'service' | 'cle' | 'secret'>;

const CONNUS: readonly Service[] = [
  { service: 'http://127.0.0.1:18090', cle: 'TESTEPCI', secret: 'test-secret-epci' },
  { service: 'http://127.0.0.1:18080', cle: 'epci:admin', secret: 'test-secret-epci' },
];

/** The first service that answers, with an empty bucket of ours; undefined when none runs. */
export async function magasinEssai(): Promise<OptionsS3 | undefined> {
  const [service, cle, secret] = (process.env['CARTO_S3'] ?? '').split(' ');
  const candidats = service && cle && secret ? [{ service, cle, secret }] : CONNUS;
  for (const c of candidats) {
    const o: OptionsS3 = { ...c, bucket: `essai-${Date.now().toString(36)}`, prefixe: '' };
    const reponse = await clientS3(o)
      .fetch(adresseS3(o, ''), { method: 'PUT' })
      .catch(() => undefined);
    if (reponse?.ok) return o;
  }
  return undefined;
}

/** Put one object. */
export async function deposer(o: OptionsS3, cle: string, octets: Uint8Array<ArrayBuffer>): Promise<void> {
  const reponse = await clientS3(o).fetch(adresseS3(o, cle), { method: 'PUT', body: octets });
  if (!reponse.ok) throw new Error(`the store answered ${reponse.status} to a PUT`);
}

/** Remove the bucket and what the tests put in it. */
export async function vider(o: OptionsS3, cles: readonly string[]): Promise<void> {
  const client = clientS3(o);
  for (const cle of cles) await client.fetch(adresseS3(o, cle), { method: 'DELETE' });
  await client.fetch(adresseS3(o, ''), { method: 'DELETE' });
}
