/**
 * Filesystem store of the gate (Node). Paths come from the manifest only; a symbolic link, a path that leaves the root
 * or a file of another size than announced is treated as absent. One descriptor per archive, read at offset by blocks that
 * are kept a while: a reader that pans asks for neighbours, and a read of the system costs as much as all the checks.
 */
import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { GateArchive } from '../../data/contract/grant.ts';
import type { Magasin } from './types.ts';

/** Descriptors kept open at most. */
const OUVERTS_MAX = 256;

/** Blocks read at once, and how many are kept: 64 MiB. */
const BLOC = 64 * 1024;
const BLOCS_MAX = 1024;
/** A longer reading is a copy of the archive: it passes beside the blocks, which serve the others. */
const LONGUE = 4 * BLOC;

export interface MagasinFs extends Magasin {
  /** Close every descriptor. */
  fermer(): Promise<void>;
}

/** @param racine folder of the manifest (`<release>/bundles`); it may itself be reached through links */
export function creerMagasinFs(racine: string): MagasinFs {
  const ouverts = new Map<string, Promise<FileHandle>>();
  const blocs = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

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

  const lire = async (archive: GateArchive, debut: number, taille: number) => {
    const fd = await descripteur(archive);
    const octets = new Uint8Array(taille);
    let lus = 0;
    while (lus < taille) {
      const { bytesRead } = await fd.read(octets, lus, taille - lus, debut + lus);
      if (bytesRead === 0) throw new Error('the file is shorter than announced');
      lus += bytesRead;
    }
    return octets;
  };
  const blocDe = (archive: GateArchive, debut: number): Promise<Uint8Array<ArrayBuffer>> => {
    const cle = `${archive.id} ${debut}`;
    let bloc = blocs.get(cle);
    if (bloc) {
      // Re-inserting keeps the Map in order of use.
      blocs.delete(cle);
      blocs.set(cle, bloc);
      return bloc;
    }
    bloc = lire(archive, debut, Math.min(BLOC, archive.taille - debut));
    blocs.set(cle, bloc);
    bloc.catch(() => blocs.delete(cle));
    if (blocs.size > BLOCS_MAX) {
      const ancien = blocs.keys().next();
      if (!ancien.done) blocs.delete(ancien.value);
    }
    return bloc;
  };

  return {
    async stat(archive) {
      await descripteur(archive);
      return { taille: archive.taille, etag: archive.sha256.slice(0, 32) };
    },
    async read(archive, debut, fin) {
      const taille = fin - debut + 1;
      if (taille > LONGUE || fin >= archive.taille) return lire(archive, debut, taille);
      const premier = debut - (debut % BLOC);
      if (fin < premier + BLOC) {
        const bloc = await blocDe(archive, premier);
        return bloc.subarray(debut - premier, fin - premier + 1);
      }
      const octets = new Uint8Array(taille);
      for (let p = premier; p <= fin; p += BLOC) {
        const bloc = await blocDe(archive, p);
        const de = Math.max(debut, p);
        octets.set(bloc.subarray(de - p, fin - p + 1), de - debut);
      }
      return octets;
    },
    garder(archives) {
      for (const [id, fd] of ouverts)
        if (!archives.has(id)) {
          ouverts.delete(id);
          void fd.then((h) => h.close()).catch(() => undefined);
        }
      for (const cle of blocs.keys()) if (!archives.has(cle.slice(0, cle.indexOf(' ')))) blocs.delete(cle);
    },
    async fermer() {
      const tous = [...ouverts.values()];
      ouverts.clear();
      blocs.clear();
      await Promise.all(tous.map((f) => f.then((h) => h.close()).catch(() => undefined)));
    },
  };
}
