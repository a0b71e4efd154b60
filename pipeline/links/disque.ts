/** What the disk refuses, said to a person: a full disk or a closed folder is not a bug. */
import { UserError } from '../../data/contract/erreur.ts';

const MOTIFS: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['Le disque est plein.', 'Libérez de la place, puis recommencez.'],
  EDQUOT: ['Le quota de ce compte est atteint.', 'Libérez de la place, puis recommencez.'],
  EACCES: [
    'Le registre ne s’ouvre pas avec ce compte.',
    'Lancez la commande avec le compte du registre, ou vérifiez les droits de son dossier.',
  ],
  EPERM: [
    'Le registre ne s’ouvre pas avec ce compte.',
    'Lancez la commande avec le compte du registre, ou vérifiez les droits de son dossier.',
  ],
  EROFS: ['Ce disque ne s’écrit pas.', 'Montez-le en écriture, ou donnez un autre dossier à --registre.'],
};

/**
 * The same error, in French when it comes from the disk.
 * @param acquis what was done all the same, and what is left to do
 */
export function direDisque(erreur: unknown, acquis?: { fait: string; reste: string }): unknown {
  const motif = MOTIFS[(erreur as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (!motif || erreur instanceof UserError) return erreur;
  const [dit, conseil] = motif;
  return acquis
    ? new UserError(`${dit} ${acquis.fait}`, { hint: `${conseil} ${acquis.reste}`, cause: erreur })
    : new UserError(`${dit} Rien n’a été enregistré.`, { hint: conseil, cause: erreur });
}
