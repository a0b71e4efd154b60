/** S3-compatible store of the gate (OpenStack Swift s3api, Ceph RGW, any other): signature v4, path-style addresses. */
import { AwsClient } from 'aws4fetch';
import { creerMagasinHttp } from './magasin-http.ts';
import type { Magasin } from './types.ts';

export interface OptionsS3 {
  /** "https://s3.example". */
  service: string;
  bucket: string;
  /** Folder of the manifest inside the bucket, "" or with a final slash. */
  prefixe: string | (() => string);
  cle: string;
  secret: string;
  region?: string;
  /** Whether the store may be asked for short-lived addresses of its own. */
  presigne?: boolean;
}

/** Client that signs requests; exported for uploads and for the tests of a real store. */
export const clientS3 = (o: Pick<OptionsS3, 'cle' | 'secret' | 'region'>): AwsClient =>
  new AwsClient({
    accessKeyId: o.cle,
    secretAccessKey: o.secret,
    service: 's3',
    region: o.region ?? 'us-east-1',
    // A store that is slow must show at once, not after ten silent tries.
    retries: 1,
  });

/** Address of a key. @param cle path inside the bucket, segments already encoded */
export const adresseS3 = (o: Pick<OptionsS3, 'service' | 'bucket'>, cle: string): string =>
  `${o.service.replace(/\/$/, '')}/${o.bucket}/${cle}`;

export function creerMagasinS3(o: OptionsS3): Magasin {
  const client = clientS3(o);
  return creerMagasinHttp({
    base: () => adresseS3(o, typeof o.prefixe === 'string' ? o.prefixe : o.prefixe()),
    fetch: (adresse, init) => client.fetch(adresse, init),
    ...(o.presigne
      ? {
          presigner: async (adresse: string, secondes: number) => {
            const url = new URL(adresse);
            url.searchParams.set('X-Amz-Expires', String(secondes));
            const signee = await client.sign(url.href, { method: 'GET', aws: { signQuery: true } });
            return signee.url;
          },
        }
      : {}),
  });
}
