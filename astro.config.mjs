import { defineConfig } from 'astro/config';
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
  // Nothing is inlined: the strict policy of gate.md §2.4 allows no inline script and no inline style.
  vite: {
    build: {
      assetsInlineLimit: 0,
      // Schemas that a page does not parse with are dropped from it: zod weighs more than the atlas.
      rolldownOptions: { treeshake: { manualPureFunctions: ['z'] } },
    },
    plugins: [catalogueNu(), servirLivraison()],
  },
});
