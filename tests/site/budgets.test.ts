/** What is too heavy is named, with its weight and its limit; what fits is not. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { depassements } from '../../site/budgets.ts';

/** Text that gzip cannot shorten by more than a quarter. */
const texte = (octets: number) => randomBytes(octets).toString('base64');

describe('weights of the built site', () => {
  let dist: string;
  const ecris = (nom: string, contenu: string) => {
    mkdirSync(join(dist, nom, '..'), { recursive: true });
    writeFileSync(join(dist, nom), contenu);
  };
  beforeEach(() => {
    dist = mkdtempSync(join(tmpdir(), 'carto-poids-'));
    ecris('_astro/a.js', `import('./b.js');`);
    ecris('_astro/b.js', 'export {}');
    ecris('index.html', '<script type="module" src="/_astro/a.js"></script>');
  });
  afterEach(() => rmSync(dist, { recursive: true }));

  it('accepts light pages', () => {
    expect(depassements(dist)).toEqual([]);
  });

  it('names a page of more than 30 kB', () => {
    ecris('lourde/index.html', texte(40_000));
    expect(depassements(dist)).toEqual([expect.stringMatching(/^\/lourde\/index\.html : \d{5} octets de HTML, au lieu de 30000$/)]); // prettier-ignore
  });

  it('counts what a script loads later, with a wider limit on a page that has a map', () => {
    ecris('_astro/b.js', `export default '${texte(20_000)}'`);
    expect(depassements(dist)).toEqual([expect.stringMatching(/^\/index\.html : \d{5} octets de script, au lieu de 10000$/)]); // prettier-ignore
    ecris('index.html', '<main data-atlas></main><script type="module" src="/_astro/a.js"></script>');
    expect(depassements(dist)).toEqual([]);
  });

  it('leaves MapLibre out: it is weighed apart, as what others wrote', () => {
    ecris('_astro/maplibre.x.js', texte(90_000));
    ecris('_astro/b.js', `import './maplibre.x.js'`);
    expect(depassements(dist)).toEqual([]);
  });
});
