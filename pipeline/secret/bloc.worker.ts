/** Worker thread: one block in, its verdicts out. */
import { parentPort } from 'node:worker_threads';
import { jugeBloc, type DemandeBloc } from './bloc.ts';

parentPort?.on('message', (d: DemandeBloc) => {
  parentPort?.postMessage(jugeBloc(d));
});
