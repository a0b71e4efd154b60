/** Worker thread: its own auditor on the shared system; changed columns in, findings out. */
import { parentPort, workerData } from 'node:worker_threads';
import { Auditeur } from './auditeur.ts';
import type { Regles } from './fuites.ts';
import { cacheInitial } from './lineaire.ts';
import type { SystemeLineaire } from './types.ts';

export interface DonneesOuvrier {
  readonly sl: SystemeLineaire;
  readonly regles: Regles;
  readonly part: number;
  readonly parts: number;
}
export interface DemandeAudit {
  readonly changees: Int32Array | undefined;
  /** New state of each changed column. */
  readonly etats: Uint8Array;
}

const { sl, regles, part, parts } = workerData as DonneesOuvrier;
const cache = cacheInitial(sl);
const auditeur = new Auditeur(sl, cache, regles, part, parts);
const port = parentPort;
port?.on('message', ({ changees, etats }: DemandeAudit) => {
  changees?.forEach((u, i) => (cache[u] = etats[i] as number));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  port.postMessage(auditeur.audite(changees));
});
