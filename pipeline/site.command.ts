/** `carto site`: the static site of a release, unless the same release and the same code already made it. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../data/contract/erreur.ts';
import { sha256, sha256File, writeAtomic } from './lib/files.ts';
import type { Commande } from './lib/commande.ts';
import type { Journal } from './lib/journal.ts';
import { exigerPropre } from './scan/scan.ts';

const RACINE = fileURLToPath(new URL('..', import.meta.url));

async function empreinte(release: string): Promise<string> {
  const hashes = [
    await sha256File(join(release, 'release.json')),
    await sha256File(join(RACINE, 'package-lock.json')),
    await sha256File(join(RACINE, 'astro.config.mjs')),
  ];
  for (const dossier of ['site', 'data/contract', 'data/catalogue']) {
    const fichiers = (await readdir(join(RACINE, dossier), { withFileTypes: true, recursive: true }))
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name));
    for (const f of fichiers.sort()) hashes.push(`${f.slice(RACINE.length)} ${await sha256File(f)}`);
  }
  return sha256(hashes.join('\n'));
}

/** Build the site of `release` (a release folder) into `dist`. */
export async function construireSite(release: string, dist: string, journal: Journal): Promise<void> {
  const etape = journal.etape('site');
  const cle = await empreinte(release).catch(() => {
    throw new UserError('Aucune livraison à montrer.', {
      hint: 'Construisez-en une : npm run carto -- build',
    });
  });
  if ((await readFile(join(dist, '.cle'), 'utf8').catch(() => '')) === cle) return etape.inchangee();
  const neuf = `${resolve(dist)}-neuf`;
  const ancien = `${resolve(dist)}-ancien`;
  for (const d of [neuf, ancien]) await rm(d, { recursive: true, force: true });
  const astro = join(
    dirname(createRequire(import.meta.url).resolve('astro/package.json')),
    'bin',
    'astro.mjs',
  );
  await new Promise<void>((ok, ko) => {
    // A country of 35,000 communes fits in this; without a limit, garbage would wait for the machine's whole memory.
    const p = spawn(process.execPath, ['--max-old-space-size=2048', astro, 'build'], {
      cwd: RACINE,
      env: {
        ...process.env,
        CARTO_RELEASE: resolve(release),
        CARTO_DIST: neuf,
        ASTRO_TELEMETRY_DISABLED: '1',
      },
    });
    let sortie = '';
    p.stdout.on('data', (d: Buffer) => (sortie += d.toString()));
    p.stderr.on('data', (d: Buffer) => (sortie += d.toString()));
    p.on('error', ko);
    p.on('close', (code) =>
      code === 0 ? ok() : ko(new Error(`astro build exited with ${code}:\n${sortie.slice(-4000)}`)),
    );
  });
  etape.fin();
  await exigerPropre(neuf, journal, 'scan du site');
  await writeAtomic(join(neuf, '.cle'), cle);
  // Two renames: a reader never meets half a site, and one that is killed before leaves the last one.
  await mkdir(dirname(neuf), { recursive: true });
  await rename(resolve(dist), ancien).catch((e: NodeJS.ErrnoException) => {
    if (e.code !== 'ENOENT') throw e;
  });
  await rename(neuf, resolve(dist));
  await rm(ancien, { recursive: true, force: true });
}

export const commande: Commande = {
  nom: 'site',
  resume: 'fabrique le site statique d’une livraison',
  options: {
    vers: { type: 'string', valeur: 'DIR', default: 'data/releases/demo', aide: 'dossier des livraisons' },
    dist: { type: 'string', valeur: 'DIR', default: 'dist', aide: 'dossier du site' },
  },
  async run({ values }, { journal, ecrit }) {
    await construireSite(join(String(values.vers), 'courante'), String(values.dist), journal);
    ecrit(`Site prêt : ${values.dist}`);
  },
};
