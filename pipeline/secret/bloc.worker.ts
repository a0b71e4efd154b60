/** Worker thread of the secret stage: one block at a time. */
import { parentPort } from 'node:worker_threads';
import { jugeBloc } from './bloc.ts';
import type { Demande } from './equipe.ts';
import { croise } from './millesimes.ts';
import { empaquete, type Paquet } from './paquet.ts';

function juge(d: Demande & { genre: 'juge' }): Paquet {
  const { epci, verdicts, conflits } = jugeBloc(d);
  return { epci, octets: empaquete(verdicts), conflits };
}

parentPort?.on('message', (d: Demande) => {
  if (d.genre === 'juge') {
    const paquet = juge(d);
    parentPort?.postMessage(paquet, [paquet.octets.buffer]);
  } else {
    const ajouts = d.avant === null || d.apres === null ? [[], []] : croise(d.avant, d.apres);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    parentPort?.postMessage(ajouts);
  }
});
