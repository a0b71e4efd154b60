/**
 * Append-only journal of the register: one JSON line per event, each holding the hash of the previous line. A line is on
 * disk (fsync) before the command answers; a signed head, kept beside and copied elsewhere, betrays a cut tail.
 */
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as attendre } from 'node:timers/promises';
import { z } from 'zod';
import { UserError } from '../../data/contract/erreur.ts';
import { sha256 } from '../lib/files.ts';

const ligneSchema = z.strictObject({
  n: z.int().positive(),
  /** ISO 8601, UTC. */
  t: z.string(),
  type: z.string(),
  d: z.record(z.string(), z.unknown()),
  /** Personal data: age file in base64. */
  prive: z.string().optional(),
  /** sha256 of the previous line, without its newline; zeros for the first. */
  prec: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Ligne = z.infer<typeof ligneSchema>;

const ORIGINE = '0'.repeat(64);
const fichierJournal = (dossier: string) => join(dossier, 'journal.jsonl');

export interface Chaine {
  lignes: Ligne[];
  /** Hash of the last line: what the next one and the signed head must hold. */
  tete: string;
  /** Hash after each line, index = n - 1. */
  empreintes: string[];
}

/**
 * Read and verify the whole journal. An unfinished last line (a kill in the middle of a write) was never acknowledged:
 * it is cut off. @throws UserError when the chain is broken
 */
export function lireChaine(dossier: string): Chaine {
  let texte: string;
  try {
    texte = readFileSync(fichierJournal(dossier), 'utf8');
  } catch {
    return { lignes: [], tete: ORIGINE, empreintes: [] };
  }
  const complet = texte.slice(0, texte.lastIndexOf('\n') + 1);
  if (complet.length < texte.length) truncateSync(fichierJournal(dossier), Buffer.byteLength(complet));
  const lignes: Ligne[] = [];
  const empreintes: string[] = [];
  let tete = ORIGINE;
  for (const [i, brute] of complet.split('\n').slice(0, -1).entries()) {
    let ligne: Ligne | undefined;
    try {
      ligne = ligneSchema.parse(JSON.parse(brute));
    } catch {
      ligne = undefined;
    }
    if (!ligne || ligne.n !== i + 1 || ligne.prec !== tete)
      throw new UserError(
        `Le registre est rompu à la ligne ${i + 1} : une écriture a été modifiée ou retirée.`,
        {
          hint: 'Reprenez la dernière copie intacte du registre, puis comparez les deux.',
          code: 4,
        },
      );
    lignes.push(ligne);
    tete = sha256(brute);
    empreintes.push(tete);
  }
  return { lignes, tete, empreintes };
}

/** Add one event after `chaine` (which is updated). The caller holds the lock. */
export function ajouterLigne(
  dossier: string,
  chaine: Chaine,
  evenement: { t: string; type: string; d: Record<string, unknown>; prive?: string },
): Ligne {
  const ligne: Ligne = {
    n: chaine.lignes.length + 1,
    t: evenement.t,
    type: evenement.type,
    d: evenement.d,
    ...(evenement.prive === undefined ? {} : { prive: evenement.prive }),
    prec: chaine.tete,
  };
  const texte = JSON.stringify(ligne);
  const fd = openSync(fichierJournal(dossier), 'a', 0o600);
  try {
    writeSync(fd, `${texte}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  chaine.lignes.push(ligne);
  chaine.tete = sha256(texte);
  chaine.empreintes.push(chaine.tete);
  return ligne;
}

function vivant(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Run `action` alone on this register: one writer at a time, whatever the number of processes. */
export async function avecVerrou<T>(dossier: string, action: () => Promise<T>): Promise<T> {
  const verrou = join(dossier, 'verrou');
  await mkdir(dirname(verrou), { recursive: true, mode: 0o700 });
  for (let essai = 0; ; essai++) {
    try {
      const fd = openSync(verrou, 'wx', 0o600);
      writeSync(fd, String(process.pid));
      closeSync(fd);
      break;
    } catch (erreur) {
      if ((erreur as NodeJS.ErrnoException).code !== 'EEXIST') throw erreur;
      let pid = Number.NaN;
      try {
        pid = Number(readFileSync(verrou, 'utf8'));
      } catch {
        continue;
      }
      // A writer killed in the middle leaves its lock behind; an empty file is one being written right now.
      if (pid > 0 && !vivant(pid)) {
        rmSync(verrou, { force: true });
        continue;
      }
      if (essai > 100)
        throw new UserError('Le registre est occupé par une autre commande.', {
          hint: `Attendez sa fin ; si aucune ne tourne, supprimez le fichier « verrou » du registre.`,
        });
      await attendre(50);
    }
  }
  try {
    return await action();
  } finally {
    rmSync(verrou, { force: true });
  }
}
