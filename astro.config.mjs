import { defineConfig } from 'astro/config';
import { budgets } from './site/budgets.ts';
import { catalogueNu, servirLivraison } from './site/vite.ts';

/** The site is static. `CARTO_RELEASE` names the public side of the release it shows (see site/archive/release.ts). */
export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  outDir: process.env.CARTO_DIST ?? './dist',
  base: process.env.CARTO_BASE ?? '/',
  trailingSlash: 'ignore',
  build: { format: 'directory', inlineStylesheets: 'never' },
  devToolbar: { enabled: false },
  integrations: [budgets()],
  vite: {
    // Nothing is inlined: the strict policy of gate.md §2.4 allows no inline script and no inline style.
    build: { assetsInlineLimit: 0 },
    plugins: [catalogueNu(), servirLivraison()],
    environments: {
      client: {
        build: {
          // MapLibre in a file of its own: cached apart from our code, and weighed apart. So is the writer of workbooks,
          // which nobody loads before asking for a workbook.
          rolldownOptions: {
            output: {
              codeSplitting: {
                groups: [
                  { name: 'maplibre', test: /node_modules\/maplibre-gl/ },
                  { name: 'tableur', test: /node_modules\/(write-excel-file|fflate[^?]*$)/ },
                  { name: 'charge', priority: 3, test: /preload-helper/ },
                  // What a page without a map needs for its search stays apart from the atlas.
                  {
                    name: 'commun',
                    priority: 2,
                    test: /site\/(components\/html|state\/(recherche|memoire))\.ts|catalogue\/echelles|zone-nue/,
                  },
                  // The reader of archives is also the territory page's, before any map.
                  { name: 'archives', priority: 2, test: /node_modules\/pmtiles|fflate.*\?lecture/ },
                  // One file for what every atlas needs: a dozen small ones say the same words a dozen times.
                  {
                    name: 'atlas',
                    test: /site\/(state\/(atlas|prochain|vue|etat|panneaux|choix|mesure|seconde|feuilles|partage|reperes|donnees|textes)\.ts|components\/(?!html|accueil|liens)|carto\/|table\/)|data\/(catalogue\/(indicators|themes|secret)|contract\/cell)|simple-statistics|topojson-client/,
                  },
                  { name: 'scene', test: /site\/map\// },
                ],
              },
            },
          },
        },
      },
    },
  },
});
