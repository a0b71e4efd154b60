/**
 * Filesystem store of the gate (Node). Paths come from the manifest only; a symbolic link, a path that leaves the root
 * or a file of another size than announced is treated as absent. One descriptor per archive, read at offset.
 */
import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { GateArchive } from '../../data/contract/grant.ts';
import type { Magasin } from './types.ts';

/** Descriptors kept open at most. */
const OUVERTS_MAX = 256;

export interface MagasinFs extends Magasin {
  /** Close every descriptor. */
  fermer(): Promise<void>;
}

/** @param racine folder of the manifest (`<release>/bundles`); it may itself be reached through links */
export function creerMagasinFs(racine: string): MagasinFs {
  const ouverts = new Map<string, Promise<FileHandle>>();

  const ouvrir = async (archive: GateArchive): Promise<FileHandle> => {
    const reel = await realpath(racine);
    const chemin = join(reel, archive.fichier);
    if (!chemin.startsWith(reel + sep) || (await realpath(chemin)) !== chemin)
      throw new Error('outside of the store');
    const fd = await open(chemin, constants.O_RDONLY | constants.O_NOFOLLOW);
    const etat = await fd.stat();
    if (!etat.isFile() || etat.size !== archive.taille) {
      await fd.close();
      throw new Error('not the announced file');
    }
    return fd;
  };
  const descripteur = (archive: GateArchive): Promise<FileHandle> => {
    let fd = ouverts.get(archive.id);
    if (fd) {
      ouverts.delete(archive.id);
      ouverts.set(archive.id, fd);
      return fd;
    }
    fd = ouvrir(archive);
    ouverts.set(archive.id, fd);
    fd.catch(() => ouverts.delete(archive.id));
    if (ouverts.size > OUVERTS_MAX) {
      const ancien = ouverts.entries().next();
      if (!ancien.done) {
        ouverts.delete(ancien.value[0]);
        // A reading may still hold it: closing waits for pending operations of the handle.
        void ancien.value[1].then((h) => h.close()).catch(() => undefined);
      }
    }
    return fd;
  };

  return {
    async stat(archive) {
      await descripteur(archive);
      return { taille: archive.taille, etag: archive.sha256.slice(0, 32) };
    },
    async read(archive, debut, fin) {
      const fd = await descripteur(archive);
      const octets = new Uint8Array(fin - debut + 1);
      let lus = 0;
      while (lus < octets.length) {
        const { bytesRead } = await fd.read(octets, lus, octets.length - lus, debut + lus);
        if (bytesRead === 0) throw new Error('the file is shorter than announced');
        lus += bytesRead;
      }
      return octets;
    },
    async fermer() {
      const tous = [...ouverts.values()];
      ouverts.clear();
      await Promise.all(tous.map((f) => f.then((h) => h.close()).catch(() => undefined)));
    },
  };
}
