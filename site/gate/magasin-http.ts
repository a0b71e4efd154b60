/**
 * Archives behind HTTP: an S3-compatible service (signed requests), or any service that answers ranges. Addresses come
 * from the manifest only, and an answer that is not exactly the range asked for is an error: some stores answer 206 to
 * anything (gate.md §2.4, §3).
 */
import type { GateArchive } from '../../data/contract/grant.ts';
import type { Magasin } from './types.ts';

export interface OptionsMagasinHttp {
  /** Address of the folder of the manifest, with a final slash; it changes with the release in a bucket. */
  base: string | (() => string);
  /** Sends a request; signs it when the store wants it. */
  fetch: (adresse: string, init: RequestInit) => Promise<Response>;
  /** Address that opens one archive for some seconds, when the store can give one. */
  presigner?: (adresse: string, secondes: number) => Promise<string>;
  /** Announced sizes are believed for this long without asking the store again. Milliseconds. */
  memoire?: number;
}

const MEMOIRE = 60_000;

/** Address of an archive: each segment encoded, none of them empty or a dot segment. @throws RangeError */
export function adresseArchive(base: string, archive: Pick<GateArchive, 'fichier'>): string {
  const segments = archive.fichier.split('/');
  if (segments.some((s) => s === '' || s === '.' || s === '..')) throw new RangeError('not a stored file');
  return base + segments.map(encodeURIComponent).join('/');
}

export function creerMagasinHttp(o: OptionsMagasinHttp): Magasin {
  const vues = new Map<string, number>();
  const memoire = o.memoire ?? MEMOIRE;
  const { base } = o;
  const adresse = (archive: Pick<GateArchive, 'fichier'>) =>
    adresseArchive(typeof base === 'string' ? base : base(), archive);
  return {
    async stat(archive) {
      const etat = { taille: archive.taille, etag: archive.sha256.slice(0, 32) };
      const vue = vues.get(archive.id);
      if (vue !== undefined && Date.now() - vue < memoire) return etat;
      const reponse = await o.fetch(adresse(archive), { method: 'HEAD', redirect: 'manual' });
      await reponse.body?.cancel();
      if (!reponse.ok || Number(reponse.headers.get('content-length')) !== archive.taille) return undefined;
      vues.set(archive.id, Date.now());
      return etat;
    },
    async read(archive, debut, fin, signal) {
      const reponse = await o.fetch(adresse(archive), {
        headers: { range: `bytes=${debut}-${fin}` },
        redirect: 'manual',
        ...(signal ? { signal: signal() } : {}),
      });
      const annonce = reponse.headers.get('content-range');
      if (reponse.status !== 206 || annonce !== `bytes ${debut}-${fin}/${archive.taille}`) {
        await reponse.body?.cancel();
        throw new Error(`the store answered ${reponse.status}`);
      }
      const octets = new Uint8Array(await reponse.arrayBuffer());
      if (octets.length !== fin - debut + 1) throw new Error('the store cut its answer');
      return octets;
    },
    ...(o.presigner
      ? {
          direct: (archive: GateArchive, secondes: number) =>
            (o.presigner as NonNullable<typeof o.presigner>)(adresse(archive), secondes),
        }
      : {}),
  };
}
