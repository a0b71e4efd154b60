import { defineConfig } from 'astro/config';

/** The site is static. `CARTO_RELEASE` names the public side of the release it shows (see site/archive/release.ts). */
export default defineConfig({
  srcDir: './site',
  publicDir: './site/public',
  outDir: process.env.CARTO_DIST ?? './dist',
  base: process.env.CARTO_BASE ?? '/',
  trailingSlash: 'ignore',
  build: { format: 'directory', inlineStylesheets: 'never' },
  devToolbar: { enabled: false },
});
