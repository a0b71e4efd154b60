#!/usr/bin/env node
// `npx carto`: run the CLI with the modern Node that npm installed, when the machine's own is too old for TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const moderne = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const node = existsSync(moderne) ? moderne : process.execPath;
const { status } = spawnSync(
  node,
  [fileURLToPath(new URL('./cli.ts', import.meta.url)), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
