/**
 * Append-only journal of the register: one JSON line per event, each holding the hash of the previous line. A line is on
 * disk (fsync) before the command answers; a signed head, kept beside and copied elsewhere, betrays a cut tail.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
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
 * it does not count.
 * @param reparer cut such a line off: for who holds the lock only, since to anybody else it is another command's, being written
 * @throws UserError when the chain is broken
 */
export function lireChaine(dossier: string, reparer = false): Chaine {
  let texte: string;
  try {
    texte = readFileSync(fichierJournal(dossier), 'utf8');
  } catch (erreur) {
    // A register that cannot be read is not an empty one.
    if ((erreur as NodeJS.ErrnoException).code !== 'ENOENT') throw erreur;
    return { lignes: [], tete: ORIGINE, empreintes: [] };
  }
  const complet = texte.slice(0, texte.lastIndexOf('\n') + 1);
  if (reparer && complet.length < texte.length)
    truncateSync(fichierJournal(dossier), Buffer.byteLength(complet));
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
  const avant = fstatSync(fd).size;
  try {
    writeFileSync(fd, `${texte}\n`);
    fsyncSync(fd);
  } catch (erreur) {
    // A full disk may have taken a part of it: the line is there whole, or not at all.
    ftruncateSync(fd, avant);
    throw erreur;
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
  } catch (erreur) {
    // Another account's process is alive too.
    return (erreur as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Make `fichier` appear with this process's number in it, at once. @returns false when it is already there */
function poser(fichier: string): boolean {
  const neuf = `${fichier}-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(neuf, String(process.pid), { mode: 0o600 });
    linkSync(neuf, fichier);
    return true;
  } catch (erreur) {
    if ((erreur as NodeJS.ErrnoException).code !== 'EEXIST') throw erreur;
    return false;
  } finally {
    rmSync(neuf, { force: true });
  }
}

/** Process that holds a lock; undefined when there is none. */
function tenant(fichier: string): number | undefined {
  try {
    return Number(readFileSync(fichier, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Take away the lock of a writer that was killed. Two commands may see it at once: who takes it away holds a lock of its own
 * meanwhile, and looks again, so that a lock taken since is never removed.
 */
function lever(verrou: string): void {
  const garde = `${verrou}.leve`;
  if (!poser(garde)) {
    const autre = tenant(garde);
    // Killed too, in the middle of these three lines.
    if (autre !== undefined && !vivant(autre)) rmSync(garde, { force: true });
    return;
  }
  const pid = tenant(verrou);
  if (pid !== undefined && !(pid > 0 && vivant(pid))) rmSync(verrou, { force: true });
  rmSync(garde, { force: true });
}

/** Waits of 50 ms for another command: ten seconds, more than the slowest one needs. */
const ESSAIS = 200;

/** Run `action` alone on this register: one writer at a time, whatever the number of processes. */
export async function avecVerrou<T>(dossier: string, action: () => Promise<T>): Promise<T> {
  const verrou = join(dossier, 'verrou');
  await mkdir(dirname(verrou), { recursive: true, mode: 0o700 });
  for (let essai = 0; !poser(verrou); essai++) {
    const pid = tenant(verrou);
    if (pid === undefined) continue;
    if (!(pid > 0 && vivant(pid))) lever(verrou);
    else if (essai > ESSAIS)
      throw new UserError(`Le registre est occupé par une autre commande (processus ${pid}).`, {
        hint: 'Attendez sa fin ; si aucune ne tourne, supprimez le fichier « verrou » du registre.',
      });
    await attendre(50);
  }
  try {
    return await action();
  } finally {
    rmSync(verrou, { force: true });
  }
}
