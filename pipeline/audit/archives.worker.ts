/** Worker thread of the audit: one archive at a time. A failure ends the thread, and the audit with it. */
import { parentPort } from 'node:worker_threads';
import { comparer, type Tache } from './archives.ts';

parentPort?.on('message', async (t: Tache) => {
  const reponse = await comparer(t);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
  parentPort?.postMessage(reponse);
});
