/** Two small Vite plugins: the catalogue without its machinery in the browser, and the release's files in `astro dev`. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { INDICATEURS, VARIABLES } from '../data/catalogue/indicators/index.ts';
import * as zone from '../data/contract/zone.ts';

const CATALOGUE = resolve('data/catalogue/indicators/index.ts');
const ZONE = resolve('data/contract/zone.ts');
const ZONE_NUE = '\0zone-nue';
const SITE = resolve('site');
const FORMES = resolve('site/archive/formes.ts');

/**
 * In browser bundles, replace the catalogue by its parsed entries without SQL, and the vocabulary of zones by its
 * constants: a page needs labels, not the validator nor the expressions (zod and SQL would be half of the script).
 * Templates lose their indentation.
 * What parses files from outside (data/contract, site/archive) keeps the real shapes, read by site/archive/formes.ts.
 */
export function catalogueNu(): Plugin {
  return {
    name: 'catalogue-nu',
    enforce: 'pre',
    async resolveId(source, importateur, options) {
      if (this.environment.name === 'client' && source === 'zod') return FORMES;
      // A copy of its own for the reader of archives, which only unpacks: the half that packs stays with workbooks.
      if (this.environment.name === 'client' && source === 'fflate' && importateur?.includes('pmtiles')) {
        const commun = await this.resolve(source, importateur, { ...options, skipSelf: true });
        return commun && `${commun.id}?lecture`;
      }
      if (this.environment.name !== 'client' || !source.endsWith('/zone.ts') || !importateur) return null;
      if (/\/data\/contract\/|\/site\/archive\//.test(importateur)) return null;
      const vrai = await this.resolve(source, importateur, { ...options, skipSelf: true });
      return vrai?.id === ZONE ? ZONE_NUE : null;
    },
    transform(code, id) {
      // HTML is written in templates that the formatter indents: the reader does not pay for the indentation.
      const sienne = id.startsWith(SITE) && id.endsWith('.ts') && this.environment.name === 'client';
      return sienne ? { code: code.replaceAll(/\n\s+/g, '\n'), map: null } : null;
    },
    load(id) {
      if (id === ZONE_NUE)
        return Object.entries(zone)
          .filter(([, v]) => Array.isArray(v))
          .map(([nom, v]) => `export const ${nom} = ${JSON.stringify(v)};`)
          .join('\n');
      if (this.environment.name !== 'client' || id.split('?')[0] !== CATALOGUE) return null;
      const sans = (o: object, cles: readonly string[]) =>
        Object.fromEntries(Object.entries(o).filter(([k]) => !cles.includes(k)));
      // Definitions and limits are read from `donnees/textes.json`: texts are not script.
      const indicateurs = INDICATEURS.map((i) => sans(i, ['numerateur', 'definition', 'limites']));
      const variables = VARIABLES.map((v) => sans(v, ['champ', 'repondu', 'denominateur']));
      return `
        const lis = (cles, colonnes) => colonnes[0].map((_, n) =>
          Object.fromEntries(cles.flatMap((k, j) => colonnes[j][n] === null ? [] : [[k, colonnes[j][n]]])));
        export const VARIABLES = lis(${enColonnes(variables)});
        export const INDICATEURS = lis(${enColonnes(indicateurs)});
        const v = new Map(VARIABLES.map((x) => [x.id, x])), i = new Map(INDICATEURS.map((x) => [x.id, x]));
        const dans = (m, id) => { const x = m.get(id); if (!x) throw new RangeError('inconnu : ' + id); return x; };
        export const variable = (id) => dans(v, id);
        export const indicateur = (id) => dans(i, id);
        export const indicateursDe = (id) => INDICATEURS.filter((x) => x.variable === id);
        export const indicateursDuTheme = (t) => INDICATEURS.filter((x) => variable(x.variable).theme === t);`;
    },
  };
}

/**
 * Objects of one kind as two arguments, their keys and one list of values a key: like things side by side weigh less
 * once gzipped. What an object lacks is null, so none may hold a null of its own.
 */
export function enColonnes(objets: readonly object[]): string {
  const cles = [...new Set(objets.flatMap((o) => Object.keys(o)))];
  const colonnes = cles.map((k) => objets.map((o) => (o as Record<string, unknown>)[k] ?? null));
  return `${JSON.stringify(cles)}, ${JSON.stringify(colonnes)}`;
}

/** `astro dev` only: serve `<release>/public` under `/public`, with byte ranges, as `carto serve` does for the built site. */
export function servirLivraison(): Plugin {
  return {
    name: 'servir-livraison',
    configureServer(serveur) {
      const racine = resolve(process.env['CARTO_RELEASE'] ?? 'data/releases/demo/courante');
      serveur.middlewares.use((req, res, suite) => {
        const chemin = decodeURIComponent((req.url ?? '').split('?')[0] ?? '');
        if (!/^\/public\/[\w./-]+$/.test(chemin) || chemin.includes('..')) return suite();
        const fichier = join(racine, chemin);
        if (!existsSync(fichier) || !statSync(fichier).isFile()) return suite();
        const taille = statSync(fichier).size;
        const m = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '');
        if (!m) return void createReadStream(fichier).pipe(res);
        const [debut, fin] = [Number(m[1]), Math.min(taille - 1, m[2] ? Number(m[2]) : taille - 1)];
        res.writeHead(206, {
          'content-range': `bytes ${debut}-${fin}/${taille}`,
          'content-length': fin - debut + 1,
        });
        createReadStream(fichier, { start: debut, end: fin }).pipe(res);
      });
    },
  };
}
