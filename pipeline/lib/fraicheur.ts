/** Freshness by content: a stage is redone when the hash of its inputs, parameters or code changes; never by date. */
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256, sha256File, writeAtomic } from './files.ts';

const RACINE = fileURLToPath(new URL('../..', import.meta.url));

async function fichiersDe(dossier: string): Promise<string[]> {
  const entrees = await readdir(dossier, { withFileTypes: true, recursive: true });
  return entrees
    .filter((e) => e.isFile() && /\.(ts|sql)$/.test(e.name))
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

/** Hash of the code of some folders of the project: the "tool version" of a stage. */
export async function hashCode(...dossiers: string[]): Promise<string> {
  const hashes: string[] = [];
  for (const d of dossiers)
    for (const f of await fichiersDe(join(RACINE, d)))
      hashes.push(`${f.slice(RACINE.length)} ${await sha256File(f)}`);
  return sha256(hashes.join('\n'));
}

const CLE = 'cle.txt';

/**
 * Run a stage into its folder unless the folder already holds the result for this key. The key is written last, so that
 * a stage killed on its way is done again.
 * @returns true when the stage ran
 */
export async function siPerime(dossier: string, cle: string, etape: () => Promise<void>): Promise<boolean> {
  const ancienne = await readFile(join(dossier, CLE), 'utf8').catch(() => '');
  if (ancienne === cle) return false;
  await rm(dossier, { recursive: true, force: true });
  await mkdir(dossier, { recursive: true });
  await etape();
  await rm(join(dossier, 'tmp-duckdb'), { recursive: true, force: true });
  await writeAtomic(join(dossier, CLE), cle);
  return true;
}
