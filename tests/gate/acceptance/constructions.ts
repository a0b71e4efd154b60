/** The smallest demo built twice, in two folders, two time zones, two locales, two umasks: every file is the same. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256File } from '../../../pipeline/lib/files.ts';

const RACINE = fileURLToPath(new URL('../../..', import.meta.url));

function carto(args: string[], env: Record<string, string> = {}, umask = '022'): Promise<number> {
  const ligne = 'umask "$0" && exec "$@"';
  const cli = [process.execPath, join(RACINE, 'pipeline', 'cli.ts')];
  return new Promise((resoudre, rejeter) => {
    const p = spawn('sh', ['-c', ligne, umask, ...cli, ...args], {
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
  const racine = await mkdtemp(join(tmpdir(), 'carto-deux-'));
  try {
    const sources = join(racine, 'sources');
    const construire = (vers: string) => ['build', '--sources', sources, '--vers', vers, '--registre', join(vers, 'sans')]; // prettier-ignore
    const [a, b] = [join(racine, 'a'), join(racine, 'un autre', 'b')];
    const codes = [
      await carto(['demo', '--taille', 'epci', '--vers', sources]),
      await carto(construire(a), { TZ: 'UTC', LC_ALL: 'C' }),
      await carto(construire(b), { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8' }, '027'),
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
