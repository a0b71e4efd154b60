/** The one wrapper of tippecanoe: fixed options, typed input, non-zero exit refused, metadata rewritten. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Geometry } from 'geojson';
import { UserError } from '../../data/contract/erreur.ts';
import { replaceAtomic, sha256 } from './files.ts';
import { nettoieMetadonnees } from './pmtiles.ts';

export interface Entite {
  geometrie: Geometry;
  attributs: Record<string, string | number>;
  minzoom: number;
  maxzoom: number;
}
export interface CoucheTuiles {
  nom: string;
  entites: readonly Entite[];
}

/**
 * No dropping, merging or clustering of statistical features, no limit that would make one vanish, borders kept common
 * (anchors.md D.3). Sample values and the command line are kept out of the archive (`--no-tile-stats`, then rewriting).
 */
const OPTIONS = [
  '--force',
  '--quiet',
  '--no-tile-stats',
  '--no-tile-size-limit',
  '--no-feature-limit',
  '--no-tiny-polygon-reduction',
  '--no-simplification-of-shared-nodes',
  '--drop-rate=1',
  '--buffer=8',
  // Half a pixel below the last zoom: the commune map of a country weighs half as much.
  '--low-detail=10',
] as const;

let version: Promise<string> | undefined;

/** Version text of the installed tippecanoe. Throws UserError (code 3) with the install line when it is missing. */
export function versionTippecanoe(): Promise<string> {
  version ??= new Promise((ok, ko) => {
    const p = spawn('tippecanoe', ['--version']);
    let texte = '';
    p.stderr.on('data', (d: Buffer) => (texte += d.toString()));
    p.stdout.on('data', (d: Buffer) => (texte += d.toString()));
    p.on('error', () =>
      ko(
        new UserError('tippecanoe est introuvable.', {
          code: 3,
          hint: 'Debian 12 : ajoutez bookworm-backports puis « apt-get install -t bookworm-backports tippecanoe » ; macOS : « brew install tippecanoe ». La commande npm run setup le propose.',
        }),
      ),
    );
    p.on('close', () => ok(texte.trim()));
  });
  return version;
}

function lance(args: readonly string[]): Promise<void> {
  return new Promise((ok, ko) => {
    const p = spawn('tippecanoe', args, { env: { ...process.env, TIPPECANOE_MAX_THREADS: '1' } });
    let erreurs = '';
    p.stderr.on('data', (d: Buffer) => (erreurs += d.toString()));
    p.on('error', ko);
    p.on('close', (code) =>
      code === 0 ? ok() : ko(new Error(`tippecanoe exited with ${code}: ${erreurs.slice(-2000)}`)),
    );
  });
}

/**
 * Folder of temporary files. tippecanoe preallocates several at each start: on a disk that costs 0,6 s an archive, in
 * shared memory 0,04 s (measured, 2.52). Shared memory is used when it has room to spare.
 */
async function dossierTemporaire(): Promise<string> {
  const memoire = await statfs('/dev/shm').catch(() => null);
  return memoire !== null && memoire.bavail * memoire.bsize > 2e9 ? '/dev/shm' : tmpdir();
}

const ligne = (e: Entite) =>
  JSON.stringify({
    type: 'Feature',
    tippecanoe: { minzoom: e.minzoom, maxzoom: e.maxzoom },
    properties: e.attributs,
    geometry: e.geometrie,
  });

/**
 * Make one PMTiles archive, unless the cache already holds the same content.
 * @param cache folder of archives named by the hash of features, options and tool version
 * @returns path of the archive in the cache, and whether it was there already
 */
export async function faitTuiles(
  cache: string,
  nom: string,
  couches: readonly CoucheTuiles[],
): Promise<{ chemin: string; connu: boolean }> {
  const outil = await versionTippecanoe();
  const textes = couches
    .filter((c) => c.entites.length > 0)
    .map((c) => ({ nom: c.nom, texte: `${c.entites.map(ligne).join('\n')}\n` }));
  const cle = sha256(JSON.stringify([outil, OPTIONS, nom, textes.map((t) => [t.nom, sha256(t.texte)])]));
  const chemin = join(cache, `${cle.slice(0, 32)}.pmtiles`);
  if (
    await readFile(chemin).then(
      () => true,
      () => false,
    )
  )
    return { chemin, connu: true };
  const dossier = await mkdtemp(join(await dossierTemporaire(), 'carto-tuiles-'));
  try {
    const entrees: string[] = [];
    for (const t of textes) {
      await writeFile(join(dossier, `${t.nom}.ndjson`), t.texte);
      entrees.push('-L', `${t.nom}:${join(dossier, `${t.nom}.ndjson`)}`);
    }
    const toutes = couches.flatMap((c) => c.entites);
    const zooms = [
      '-Z',
      String(Math.min(...toutes.map((e) => e.minzoom))),
      '-z',
      String(Math.max(...toutes.map((e) => e.maxzoom))),
    ];
    const brut = join(dossier, 'brut.pmtiles');
    await lance(['-o', brut, '-t', dossier, ...OPTIONS, ...zooms, ...entrees]);
    const propre = nettoieMetadonnees(await readFile(brut), nom);
    await replaceAtomic(chemin, (t) => writeFile(t, propre));
    return { chemin, connu: false };
  } finally {
    await rm(dossier, { recursive: true, force: true });
  }
}
