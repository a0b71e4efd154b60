#!/usr/bin/env node
// `npx carto`: run the CLI with the modern Node that npm installed, when the machine's own is too old for TypeScript, and
// with most of the machine's memory: a whole country needs more than the default heap.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const ici = (chemin) => fileURLToPath(new URL(chemin, import.meta.url));
const moderne = ici('../node_modules/.bin/node');
const mio = Math.floor((0.6 * totalmem()) / 2 ** 20);
// A gate answers for months: its young generation stays small, or it grows when the machine is busy (debit.ts --million).
const drapeaux = process.argv[2] === 'serve' ? ['--max-semi-space-size=8'] : [`--max-old-space-size=${mio}`];
const cli = spawn(
  existsSync(moderne) ? moderne : process.execPath,
  [...drapeaux, ici('./cli.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
// A service is stopped through this process: the gate must hear it to end what it is sending.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => cli.kill(signal));
cli.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128);
});
