/**
 * `npm run bench [-- flux moteur tuiles carte garde]`: how fast things are, as ratios to a baseline run beside them, since
 * milliseconds say more about the machine than about us. Nothing here fails a test run. Quiet machine wanted.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { construire } from '../pipeline/build.ts';
import { ecrireDemo } from '../pipeline/demo/demo.ts';
import { journalMuet, type Journal } from '../pipeline/lib/journal.ts';
import { faitTuiles } from '../pipeline/lib/tippecanoe.ts';
import { resoudre } from '../pipeline/secret/engine/index.ts';
import { fabriquerTuiles } from '../pipeline/tiles/stage.ts';
import { petitTerritoire } from './secret/moteur-force.ts';

const mediane = (x: readonly number[]) => x.toSorted((a, b) => a - b)[x.length >> 1] ?? Number.NaN;
const dit = (nom: string, ms: number, base: string, baseMs: number) =>
  process.stdout.write(
    `  ${nom.padEnd(44)} ${Math.round(ms).toString().padStart(7)} ms${baseMs > 0 ? `, × ${(ms / baseMs).toFixed(2)} ${base}` : ''}\n`,
  );
async function duree(fait: () => unknown): Promise<number> {
  const debut = performance.now();
  await fait();
  return performance.now() - debut;
}

/** Journal that keeps the milliseconds of each stage. */
function chronometre(): { journal: Journal; ms: Map<string, number> } {
  const ms = new Map<string, number>();
  const journal: Journal = {
    ...journalMuet,
    etape: (nom) => {
      const debut = performance.now();
      const note = () => void ms.set(nom, (ms.get(nom) ?? 0) + performance.now() - debut);
      return { ...journalMuet.etape(nom), fin: note, inchangee: note };
    },
  };
  return { journal, ms };
}

/** One EPCI from nothing, then again with nothing to do; the audit beside the secret it judges. */
async function flux(dossier: string): Promise<void> {
  const sources = join(dossier, 'sources');
  await ecrireDemo({ taille: 'epci', graine: 1, vers: sources, journal: journalMuet });
  const { journal, ms } = chronometre();
  const vers = join(dossier, 'release');
  const neuve = await duree(() => construire({ sources, vers, journal }));
  const inchangee = await duree(() => construire({ sources, vers, journal: journalMuet }));
  dit('construction d’un EPCI, rien de changé', inchangee, 'de la première', neuve);
  const de = (motif: RegExp) => [...ms].reduce((s, [nom, t]) => (motif.test(nom) ? s + t : s), 0);
  dit('audit', de(/^audit/), 'du secret', de(/^secret$/));
  dit('secret', de(/^secret$/), 'des sources et tables', de(/^(sources|tables)$/));
}

/** The engine when a territory doubles. */
async function moteur(): Promise<void> {
  let avant = 0;
  for (const n of [500, 1000, 2000, 4000]) {
    const systeme = petitTerritoire(7, n);
    const tours: number[] = [];
    for (let t = 0; t < 3; t++) tours.push(await duree(() => void resoudre(systeme)));
    const ms = mediane(tours);
    dit(`moteur, ${n} adresses`, ms, 'de la ligne précédente', avant);
    avant = ms;
  }
}

/** Our stage beside tippecanoe alone on one small archive, for what a start of it costs here. */
async function tuiles(dossier: string): Promise<void> {
  const publie = 'data/releases/demo/travail/publie';
  if (!existsSync(publie)) return absente('npm run demo');
  const carre = [[[2, 47], [2.1, 47], [2.1, 47.1], [2, 47]]]; // prettier-ignore
  const une = await duree(() =>
    faitTuiles(join(dossier, 'c0'), 'x', [{ nom: 'x', entites: [{ geometrie: { type: 'Polygon', coordinates: carre }, attributs: { code: '1' }, minzoom: 5, maxzoom: 9 }] }]),
  ); // prettier-ignore
  const tout = (cache: string) =>
    duree(() => fabriquerTuiles({ publie, release: join(dossier, 'r'), cache: join(dossier, cache) }, journalMuet)); // prettier-ignore
  const neuves = await tout('c1');
  dit('archives du pays de démonstration', neuves, 'd’une archive d’un triangle', une);
  dit('les mêmes, rien de changé', await tout('c1'), 'des premières', neuves);
}

const absente = (commande: string) =>
  void process.stdout.write(`  passée : lancez d’abord « ${commande} »\n`);

/** A bench that is a command of its own, because it drives real servers. */
function commande(fichier: string, besoin: string, dabord: string): () => void {
  return () => {
    if (!existsSync(besoin)) return absente(dabord);
    spawnSync(process.execPath, [fichier], { stdio: 'inherit' });
  };
}

const PARTIES: Readonly<Record<string, (dossier: string) => unknown>> = {
  flux,
  moteur,
  tuiles,
  carte: commande('tests/e2e/rapidite.ts', 'dist/index.html', 'npm run demo'),
  garde: commande('tests/gate/debit.ts', '/usr/bin/wrk', 'apt-get install wrk libnginx-mod-http-js'),
};

const demandees = process.argv.slice(2);
for (const [nom, fait] of Object.entries(PARTIES)) {
  if (demandees.length > 0 && !demandees.includes(nom)) continue;
  process.stdout.write(`${nom}\n`);
  const dossier = await mkdtemp(join(tmpdir(), 'carto-bench-'));
  try {
    await fait(dossier);
  } finally {
    await rm(dossier, { recursive: true, force: true });
  }
}
