/** A small pool of worker threads, one EPCI at a time; answers come in any order and are kept by EPCI, so order cannot matter. */
import { Worker } from 'node:worker_threads';
import type { DemandeBloc, ReponseBloc } from './bloc.ts';
import type { Ajout, Annee } from './millesimes.ts';

/** What a worker can be asked: judge one EPCI at one millésime, or put two of its millésimes against each other. */
export type Demande =
  (DemandeBloc & { genre: 'juge' }) | { genre: 'croise'; avant: Annee | null; apres: Annee | null };
export type Reponse<D extends Demande> = D['genre'] extends 'juge' ? ReponseBloc : [Ajout[], Ajout[]];

/** Run one demand per EPCI on `fils` workers. `demande` is called when a worker is free: few blocks are in memory at once. */
export async function parEquipe<D extends Demande>(
  codes: readonly string[],
  demande: (epci: string) => D,
  recu: (epci: string, r: Reponse<D>) => void,
  fils: number,
): Promise<void> {
  let suivant = 0;
  await Promise.all(
    Array.from({ length: Math.min(fils, codes.length) }, async () => {
      const ouvrier = new Worker(new URL('./bloc.worker.ts', import.meta.url));
      try {
        while (suivant < codes.length) {
          const epci = codes[suivant++] as string;
          const d = demande(epci);
          const reponse = await new Promise<Reponse<D>>((ok, ko) => {
            ouvrier.once('message', ok);
            ouvrier.once('error', ko);
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
            ouvrier.postMessage(d);
          });
          ouvrier.removeAllListeners('error');
          recu(epci, reponse);
        }
      } finally {
        await ouvrier.terminate();
      }
    }),
  );
}
