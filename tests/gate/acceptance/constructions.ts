/** The smallest demo built twice, in two folders, two time zones, two locales, two umasks: every file is the same. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256File } from '../../../pipeline/lib/files.ts';
import { Inconnue } from './cas.ts';

const RACINE = fileURLToPath(new URL('../../..', import.meta.url));
const SOURCES = join(RACINE, 'data', 'sources', 'demo-epci');

function construire(vers: string, env: Record<string, string>, umask: string): Promise<number> {
  const ligne = 'umask "$0" && exec "$@"';
  const carto = [process.execPath, join(RACINE, 'pipeline', 'cli.ts'), 'build'];
  const options = ['--sources', SOURCES, '--vers', vers, '--registre', join(vers, 'sans')];
  return new Promise((resoudre, rejeter) => {
    const p = spawn('sh', ['-c', ligne, umask, ...carto, ...options], {
      env: { ...process.env, ...env },
      stdio: 'ignore',
    });
    p.once('error', rejeter);
    p.once('exit', (code) => resoudre(code ?? 1));
  });
}

async function empreintes(dossier: string): Promise<Map<string, string>> {
  const lues = new Map<string, string>();
  for (const e of await readdir(dossier, { recursive: true, withFileTypes: true }))
    if (e.isFile()) {
      const chemin = join(e.parentPath, e.name);
      lues.set(chemin.slice(dossier.length), await sha256File(chemin));
    }
  return lues;
}

/** @returns what differs, or undefined */
export async function deuxConstructions(): Promise<string | undefined> {
  if (!existsSync(SOURCES)) throw new Inconnue('carto demo --taille epci n’a pas été lancé');
  const racine = await mkdtemp(join(tmpdir(), 'carto-deux-'));
  try {
    const [a, b] = [join(racine, 'a'), join(racine, 'un autre', 'b')];
    const codes = [
      await construire(a, { TZ: 'UTC', LC_ALL: 'C' }, '022'),
      await construire(b, { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8' }, '027'),
    ];
    if (codes.some((c) => c !== 0)) return `une construction finit en ${codes.join(', ')}`;
    const [x, y] = [await empreintes(join(a, 'courante')), await empreintes(join(b, 'courante'))];
    if (x.size < 10 || x.size !== y.size) return `${x.size} fichiers contre ${y.size}`;
    for (const [fichier, hash] of x) if (y.get(fichier) !== hash) return `« ${fichier} » diffère`;
    return undefined;
  } finally {
    await rm(racine, { recursive: true, force: true });
  }
}
