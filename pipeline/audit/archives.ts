/**
 * Every archive against its tables, on worker threads when there are many: archives are most of the bytes of a release and
 * each one is judged alone, with the tables it comes from. Answers are kept by rank, so their order cannot matter.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { bundleSchema } from '../../data/contract/release.ts';
import type { Audience, Echelle } from '../../data/contract/zone.ts';
import { comparerArchive, lireTable } from './comparaison.ts';
import { Constats, type Constatations } from './constats.ts';
import { Publication } from './publication.ts';

/** One archive to compare, as plain data: it crosses to a thread. Paths are relative to the release. */
export interface Tache {
  readonly release: string;
  readonly archive: string;
  /** Tables that its figures come from. */
  readonly tables: readonly string[];
  readonly audience: Audience;
  /** Outlines: a zone without one is not expected in the tiles. */
  readonly geo: string;
  /** Layers; null = those that the manifest beside the archive declares. */
  readonly couches:
    | readonly {
        readonly echelle: Echelle;
        readonly minzoom: number | null;
        readonly maxzoom: number | null;
      }[]
    | null;
  /** Themes whose columns belong in it; null = every column. */
  readonly themes: readonly string[] | null;
}

export interface Reponse extends Constatations {
  /** Archives read: 0 when its table cannot be, which is counted elsewhere. */
  readonly archives: number;
  readonly tuiles: number;
  readonly zones: number;
  readonly valeurs: number;
}

/** The last tables read: archives of one échelle follow each other and share them. */
let derniere: { readonly cle: string; readonly publication: Publication; readonly lues: number } | null =
  null;

async function tablesDe(t: Tache): Promise<NonNullable<typeof derniere>> {
  const cle = [t.release, ...t.tables].join('\n');
  if (derniere?.cle === cle) return derniere;
  // What is wrong with the tables themselves is counted where they are read for the union.
  const muets = new Constats();
  const publication = new Publication();
  let lues = 0;
  for (const nom of t.tables) {
    const table = await lireTable(t.release, nom, t.audience, muets);
    if (!table) continue;
    publication.ajoute(table, nom, muets);
    lues++;
  }
  return (derniere = { cle, publication, lues });
}

/** Compare one archive. */
export async function comparer(t: Tache): Promise<Reponse> {
  const constats = new Constats();
  const { publication, lues } = await tablesDe(t);
  let [tuiles, zones, valeurs] = [0, 0, 0];
  if (lues > 0) {
    const dessinees = await codesDessines(join(t.release, t.geo));
    tuiles = await comparerArchive({
      chemin: join(t.release, t.archive),
      nom: t.archive,
      couches: (t.couches ?? (await couchesDe(t))).map((c) => ({
        echelle: c.echelle,
        minzoom: c.minzoom,
        maxzoom: c.maxzoom,
        attendues: dessinees.get(c.echelle) ?? null,
      })),
      publication,
      colonne: (_, v) => t.themes === null || t.themes.includes(v.theme),
      constats,
      mesureur: { valeurs: (n) => (valeurs += n), zones: (n) => (zones += n) },
    });
  }
  const { violations, signalements, details } = constats;
  return { archives: lues > 0 ? 1 : 0, tuiles, zones, valeurs, violations, signalements, details };
}

async function couchesDe(t: Tache): Promise<NonNullable<Tache['couches']>> {
  const manifeste = join(t.release, t.archive, '../manifest.json');
  if (!existsSync(manifeste)) return [];
  const lu = bundleSchema.safeParse(JSON.parse(await readFile(manifeste, 'utf8')));
  return lu.success ? lu.data.couches : [];
}

/** Codes drawn in a TopoJSON file, per échelle. */
async function codesDessines(chemin: string): Promise<Map<Echelle, Set<string>>> {
  if (!existsSync(chemin)) return new Map();
  const topo = JSON.parse(await readFile(chemin, 'utf8')) as {
    objects?: Record<string, { geometries?: { id?: unknown; type?: unknown }[] }>;
  };
  return new Map(
    Object.entries(topo.objects ?? {}).map(([e, o]) => [
      e as Echelle,
      new Set((o.geometries ?? []).filter((g) => g.type !== null).map((g) => String(g.id))),
    ]),
  );
}

/** Fewer archives than this are read at once here: a thread costs more to start. */
const MINIMUM = 40;

/**
 * Compare all of them.
 * @param fils worker threads; default: one per core but this one, three at most, none for a small release
 */
export async function comparerToutes(
  taches: readonly Tache[],
  avance: (faites: number) => void,
  fils = taches.length < MINIMUM ? 0 : Math.min(3, Math.max(1, availableParallelism() - 1)),
): Promise<Reponse[]> {
  const reponses: Reponse[] = [];
  let suivante = 0;
  let faites = 0;
  const vider = async (executer: (t: Tache) => Promise<Reponse>) => {
    while (suivante < taches.length) {
      const rang = suivante++;
      reponses[rang] = await executer(taches[rang]!);
      avance(++faites);
    }
  };
  if (fils === 0) await vider(comparer);
  else
    await Promise.all(
      Array.from({ length: Math.min(fils, taches.length) }, async () => {
        const ouvrier = new Worker(new URL('./archives.worker.ts', import.meta.url));
        try {
          await vider(
            (t) =>
              new Promise<Reponse>((ok, ko) => {
                ouvrier.removeAllListeners();
                ouvrier.once('message', ok);
                ouvrier.once('error', ko);
                // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
                ouvrier.postMessage(t);
              }),
          );
        } finally {
          await ouvrier.terminate();
        }
      }),
    );
  return reponses;
}
