/** Once for all files: the miniature release and the site built on it. `CARTO_E2E=DIR` keeps them between runs. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ecrisFixture } from '../site/fixture.ts';
import { MANQUE } from './outils.ts';

export default function prepare(): (() => void) | undefined {
  if (MANQUE !== null) return undefined;
  const garde = process.env['CARTO_E2E'];
  const dossier = garde ?? mkdtempSync(join(tmpdir(), 'carto-e2e-'));
  process.env['CARTO_E2E'] = dossier;
  const release = join(dossier, 'release');
  const dist = join(dossier, 'dist');
  if (!existsSync(release)) ecrisFixture(release);
  if (!existsSync(join(dossier, 'vers'))) {
    mkdirSync(join(dossier, 'vers'), { recursive: true });
    symlinkSync(release, join(dossier, 'vers', 'courante'));
  }
  if (!existsSync(dist))
    execFileSync('npx', ['astro', 'build', '--silent'], {
      env: { ...process.env, CARTO_RELEASE: release, CARTO_DIST: dist, ASTRO_TELEMETRY_DISABLED: '1' },
      stdio: 'pipe',
    });
  return garde === undefined ? () => rmSync(dossier, { recursive: true, force: true }) : undefined;
}
