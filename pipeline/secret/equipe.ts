/** A small pool of worker threads for blocks; answers come in any order and are kept by EPCI, so order cannot matter. */
import { Worker } from 'node:worker_threads';
import type { DemandeBloc, ReponseBloc } from './bloc.ts';

/** Run blocks on `fils` workers. `demande` is called when a worker is free, so that few blocks are in memory at once. */
export async function jugeBlocs(
  codes: readonly string[],
  demande: (epci: string) => DemandeBloc,
  recu: (r: ReponseBloc) => void,
  fils: number,
): Promise<void> {
  let suivant = 0;
  await Promise.all(
    Array.from({ length: Math.min(fils, codes.length) }, async () => {
      const ouvrier = new Worker(new URL('./bloc.worker.ts', import.meta.url));
      try {
        while (suivant < codes.length) {
          const d = demande(codes[suivant++] as string);
          recu(
            await new Promise<ReponseBloc>((ok, ko) => {
              ouvrier.once('message', ok);
              ouvrier.once('error', ko);
              // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
              ouvrier.postMessage(d);
            }),
          );
          ouvrier.removeAllListeners('error');
        }
      } finally {
        await ouvrier.terminate();
      }
    }),
  );
}
