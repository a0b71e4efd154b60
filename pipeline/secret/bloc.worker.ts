/** Worker thread of the secret stage: one block at a time. */
import { parentPort } from 'node:worker_threads';
import { jugeBloc } from './bloc.ts';
import type { Demande } from './equipe.ts';
import { croise } from './millesimes.ts';

parentPort?.on('message', (d: Demande) => {
  const reponse =
    d.genre === 'juge'
      ? jugeBloc(d)
      : d.avant === null || d.apres === null
        ? [[], []]
        : croise(d.avant, d.apres);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(reponse);
});
