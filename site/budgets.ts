/** Weights that fail the build (anchors.md B.6, issue 4): measured on what was really written, gzipped. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { AstroIntegration } from 'astro';

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
} as const;

/** Scripts written by others that a map page loads on top of ours. */
const MAPLIBRE = /maplibre/;
/** Scripts written by others that no page loads by itself. */
const DEMANDE = /\/tableur\.[^/]+\.js$/;

/** Files a script may load, itself included: static and dynamic imports. */
function atteints(fichier: string, vus = new Set<string>()): Set<string> {
  if (vus.has(fichier) || !existsSync(fichier)) return vus;
  vus.add(fichier);
  const texte = readFileSync(fichier, 'utf8');
  for (const m of texte.matchAll(/(?:from|import)\s*\(?\s*["'`](\.\/[^"'`]+\.js)["'`]/g))
    atteints(join(dirname(fichier), m[1] ?? ''), vus);
  return vus;
}

/** Sentences of what is too heavy; empty when everything fits. */
export function depassements(dist: string, base = '/'): string[] {
  const poids = new Map<string, number>();
  const gz = (f: string) => {
    let n = poids.get(f);
    if (n === undefined) poids.set(f, (n = gzipSync(readFileSync(f)).length));
    return n;
  };
  const vu: string[] = [];
  const pages = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && e.name.endsWith('.html'))
    .map((e) => join(e.parentPath, e.name));
  const scripts = new Map<string, { propre: number; carte: boolean }>();
  for (const page of pages) {
    const html = readFileSync(page, 'utf8');
    const nom = page.slice(dist.length);
    const taille = gzipSync(html).length;
    if (taille > BUDGETS.html) vu.push(`${nom} : ${taille} octets de HTML, au lieu de ${BUDGETS.html}`);
    const sources = [...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map((m) =>
      (m[1] ?? '').slice(base.length),
    );
    const cle = sources.join(' ');
    if (!scripts.has(cle)) {
      const fichiers = new Set(sources.flatMap((s) => [...atteints(join(dist, s))]));
      // What the page shows, not what its script happens to reach: a page that loads the atlas by mistake is refused.
      const carte = html.includes('data-atlas');
      const siens = [...fichiers].filter((f) => !MAPLIBRE.test(f) && !DEMANDE.test(f));
      scripts.set(cle, { propre: siens.reduce((s, f) => s + gz(f), 0), carte });
      for (const f of fichiers)
        if (DEMANDE.test(f) && gz(f) > BUDGETS.scriptDemande) vu.push(`${f.slice(dist.length)} : ${gz(f)} octets, au lieu de ${BUDGETS.scriptDemande}`); // prettier-ignore
      const { propre } = scripts.get(cle) ?? { propre: 0 };
      const plafond = carte ? BUDGETS.scriptCarte : BUDGETS.scriptSansCarte;
      if (propre > plafond) vu.push(`${nom} : ${propre} octets de script, au lieu de ${plafond}`);
    }
  }
  for (const e of readdirSync(join(dist, '_astro')))
    if (e.endsWith('.css') && !MAPLIBRE.test(e) && gz(join(dist, '_astro', e)) > BUDGETS.css)
      vu.push(`_astro/${e} : trop de style`);
  return vu;
}

/** Astro integration: the build fails when a weight is exceeded. */
export function budgets(): AstroIntegration {
  let base = '/';
  return {
    name: 'budgets',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = config.base.replace(/\/?$/, '/');
      },
      'astro:build:done': ({ dir, logger }) => {
        const trop = depassements(fileURLToPath(dir).replace(/\/$/, ''), base);
        if (trop.length > 0) throw new Error(`Des pages sont trop lourdes :\n${trop.join('\n')}`);
        logger.info('poids des pages conformes');
      },
    },
  };
}
