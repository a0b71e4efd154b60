/** JSON Lines written in order, one file descriptor, chained by hash so that a removed line shows. */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { empreinteLigne } from '../links/journal-audit.ts';

export interface JournalLignes {
  /** Throws what the disk says (ENOSPC, EIO): the line is then not there at all. */
  ecrire(ligne: object): void;
  fermer(): void;
}

/** Hash of the last line already in the file, to continue its chain; '' for a new file. */
function derniere(fd: number): string {
  const taille = fstatSync(fd).size;
  const queue = Buffer.alloc(Math.min(taille, 65_536));
  readSync(fd, queue, 0, queue.length, taille - queue.length);
  // A line cut by a kill was never answered for: the next one must not be glued to it.
  const entier = queue.lastIndexOf(10) + 1;
  if (entier < queue.length) {
    ftruncateSync(fd, taille - (queue.length - entier));
    return derniere(fd);
  }
  const ligne = queue.toString('utf8').split('\n').at(-2);
  return ligne ? empreinteLigne(ligne) : '';
}

/** Open (append) a chained journal: every line ends with `prec`, the short hash of the line before. */
export function ouvrirJournal(fichier: string): JournalLignes {
  mkdirSync(dirname(fichier), { recursive: true, mode: 0o700 });
  const fd = openSync(fichier, 'a+', 0o600);
  let prec = derniere(fd);
  return {
    ecrire(ligne) {
      const texte = JSON.stringify({ ...ligne, prec });
      const avant = fstatSync(fd).size;
      try {
        writeFileSync(fd, `${texte}\n`);
      } catch (erreur) {
        // A full disk may have taken the beginning of it.
        try {
          ftruncateSync(fd, avant);
        } catch {
          // The next opening cuts it off.
        }
        throw erreur;
      }
      prec = empreinteLigne(texte);
    },
    fermer: () => closeSync(fd),
  };
}
