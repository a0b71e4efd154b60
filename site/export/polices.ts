/** Fonts of exported files, from the npm packages that keep them. Node only. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const paquet = (nom: string) => dirname(createRequire(import.meta.url).resolve(`${nom}/package.json`));

/** Whole TTF files for Typst: web subsets lack U+202F, − and ≥. */
export function policesTypst(): Buffer[] {
  return ['Regular', 'Semibold'].map((g) =>
    readFileSync(join(paquet('source-sans'), 'TTF', `SourceSans3-${g}.ttf`)),
  );
}

/** `@font-face` rules that hold the Latin subsets as data: about 60 KB. Rare signs fall back on the reader's fonts. */
export function policesSvg(): string {
  return [400, 600]
    .map((graisse) => {
      const fichier = join(
        paquet('@fontsource/source-sans-3'),
        'files',
        `source-sans-3-latin-${graisse}-normal.woff2`,
      );
      return `@font-face{font-family:'Source Sans 3';font-weight:${graisse};src:url(data:font/woff2;base64,${readFileSync(fichier).toString('base64')}) format('woff2')}`;
    })
    .join('');
}
