/** Worker thread: one block in, its verdicts out. */
import { parentPort } from 'node:worker_threads';
import { jugeBloc, type DemandeBloc } from './bloc.ts';

parentPort?.on('message', (d: DemandeBloc) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(jugeBloc(d));
});
