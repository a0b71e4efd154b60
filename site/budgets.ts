/** Weights that fail the build (anchors.md B.6, issue 4): measured on what was really written, gzipped. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { vuesTropLourdes } from './budgetsVues.ts';
import { BUDGETS, DEMANDE, MAPLIBRE, gz as pese, propres, scriptsDe } from './poids.ts';

/** Sentences of what is too heavy; empty when everything fits. */
export function depassements(dist: string, base = '/'): string[] {
  const poids = new Map<string, number>();
  const gz = (f: string) => {
    let n = poids.get(f);
    if (n === undefined) poids.set(f, (n = pese(f)));
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
    const taille = gz(page);
    if (taille > BUDGETS.html) vu.push(`${nom} : ${taille} octets de HTML, au lieu de ${BUDGETS.html}`);
    const { sources, fichiers } = scriptsDe(dist, base, html);
    const cle = sources.join(' ');
    if (!scripts.has(cle)) {
      // What the page shows, not what its script happens to reach: a page that loads the atlas by mistake is refused.
      const carte = html.includes('data-atlas');
      scripts.set(cle, { propre: propres(fichiers).reduce((s, f) => s + gz(f), 0), carte });
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
      'astro:build:done': async ({ dir, logger }) => {
        const dist = fileURLToPath(dir).replace(/\/$/, '');
        const trop = [...depassements(dist, base), ...(await vuesTropLourdes(dist, base))];
        if (trop.length > 0) throw new Error(`Des pages sont trop lourdes :\n${trop.join('\n')}`);
        logger.info('poids des pages conformes');
      },
    },
  };
}
