/** Weights and how they are taken: gzipped, on files as written. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export const BUDGETS = {
  /** Any page. */
  html: 30_000,
  /** Script of a page without a map, everything it may load. */
  scriptSansCarte: 10_000,
  /** Own script of a page with a map, on top of MapLibre's files. */
  scriptCarte: 60_000,
  /** What others wrote and a reader may ask for by a button: the writer of workbooks. */
  scriptDemande: 20_000,
  css: 15_000,
  /** A whole national view on top of MapLibre's files: the first one, and that of all communes. */
  premiereVue: 400_000,
  vueCommunes: 1_700_000,
} as const;

/** Scripts written by others that a map page loads on top of ours. */
export const MAPLIBRE = /maplibre/;
/** Scripts written by others that no page loads by itself. */
export const DEMANDE = /\/tableur\.[^/]+\.js$/;

/** Files a script may load, itself included: static and dynamic imports. */
function atteints(fichier: string, vus = new Set<string>()): Set<string> {
  if (vus.has(fichier) || !existsSync(fichier)) return vus;
  vus.add(fichier);
  const texte = readFileSync(fichier, 'utf8');
  for (const m of texte.matchAll(/(?:from|import)\s*\(?\s*["'`](\.\/[^"'`]+\.js)["'`]/g))
    atteints(join(dirname(fichier), m[1] ?? ''), vus);
  return vus;
}

/** Scripts named by a page, and all that they may load. */
export function scriptsDe(
  dist: string,
  base: string,
  html: string,
): { sources: string[]; fichiers: string[] } {
  const sources = [...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map((m) =>
    (m[1] ?? '').slice(base.length),
  );
  return { sources, fichiers: [...new Set(sources.flatMap((s) => [...atteints(join(dist, s))]))] };
}

/** Those of a page that are ours. */
export const propres = (fichiers: readonly string[]): string[] =>
  fichiers.filter((f) => !MAPLIBRE.test(f) && !DEMANDE.test(f));

/** Gzipped bytes of a file, 0 when there is none. */
export const gz = (f: string): number => (existsSync(f) ? gzipSync(readFileSync(f)).length : 0);
