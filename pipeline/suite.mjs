// Every check, in order, with one closing line: types, lint, format, unit and property tests, end-to-end tests.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const dossier = mkdtempSync(join(tmpdir(), 'carto-suite-'));
let [reussis, echecs, ignores] = [0, 0, 0];
const etape = (nom, programme, args) => {
  const debut = Date.now();
  const ok = spawnSync(programme, args, { stdio: 'inherit' }).status === 0;
  process.stdout.write(`${ok ? '✓' : '✗'} ${nom} (${Math.round((Date.now() - debut) / 1000)} s)\n`);
  if (ok) reussis++;
  else echecs++;
};
const vitest = (nom, config) => {
  const rapport = join(dossier, `${nom}.json`);
  const { status } = spawnSync(
    'vitest',
    ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${rapport}`],
    { stdio: 'inherit' },
  );
  try {
    const r = JSON.parse(readFileSync(rapport, 'utf8'));
    reussis += r.numPassedTests;
    echecs += r.numFailedTests;
    ignores += r.numPendingTests;
    if (status !== 0 && r.numFailedTests === 0) echecs++;
  } catch {
    echecs++;
  }
};

etape('types', 'tsc', ['--noEmit']);
etape('pages', 'astro', ['check', '--minimumFailingSeverity', 'error']);
etape('lint', 'oxlint', ['--deny-warnings']);
etape('mise en forme', 'prettier', ['--check', '--log-level', 'warn', '.']);
vitest('unit', 'tests/vitest.config.ts');
vitest('e2e', 'tests/e2e/vitest.config.ts');
rmSync(dossier, { recursive: true, force: true });
process.stdout.write(`\n${reussis} passed, ${echecs} failed, ${ignores} skipped\n`);
process.exitCode = echecs === 0 ? 0 : 1;
