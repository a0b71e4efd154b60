/** JSON Lines written in order, one file descriptor, chained by hash so that a removed line shows. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface JournalLignes {
  ecrire(ligne: object): void;
  fermer(): void;
}

/** Hash of the last whole line already in the file, to continue its chain; '' for a new file. */
function derniere(fd: number): string {
  const taille = fstatSync(fd).size;
  const queue = Buffer.alloc(Math.min(taille, 65_536));
  readSync(fd, queue, 0, queue.length, taille - queue.length);
  const lignes = queue.toString('utf8').split('\n');
  const ligne = lignes.at(-2);
  return ligne ? createHash('sha256').update(ligne).digest('hex').slice(0, 32) : '';
}

/** Open (append) a chained journal: every line ends with `prec`, the short hash of the line before. */
export function ouvrirJournal(fichier: string): JournalLignes {
  mkdirSync(dirname(fichier), { recursive: true, mode: 0o700 });
  const fd = openSync(fichier, 'a+', 0o600);
  let prec = derniere(fd);
  return {
    ecrire(ligne) {
      const texte = JSON.stringify({ ...ligne, prec });
      writeSync(fd, `${texte}\n`);
      prec = createHash('sha256').update(texte).digest('hex').slice(0, 32);
    },
    fermer: () => closeSync(fd),
  };
}
