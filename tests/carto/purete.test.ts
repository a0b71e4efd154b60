import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const racine = resolve(import.meta.dirname, '../..');
const imports = (fichier: string) =>
  [
    ...readFileSync(fichier, 'utf8').matchAll(
      /^(?:import|export)\s[^;]*?from '([^']+)'|^import '([^']+)'/gms,
    ),
  ].map((m) => m[1] ?? m[2] ?? '');

/** Every file and package reached from some entries by relative imports. */
function fermeture(entrees: readonly string[]): { fichiers: Set<string>; paquets: Set<string> } {
  const fichiers = new Set<string>();
  const paquets = new Set<string>();
  const file = entrees.map((e) => resolve(racine, e));
  for (let f = file.pop(); f !== undefined; f = file.pop()) {
    if (fichiers.has(f)) continue;
    fichiers.add(f);
    for (const i of imports(f)) {
      if (i.startsWith('.')) file.push(resolve(dirname(f), i));
      else paquets.add(i);
    }
  }
  return { fichiers: new Set([...fichiers].map((f) => relative(racine, f))), paquets };
}

describe('pure code', () => {
  it('keeps maps and the sheet model free of Node, of the pipeline and of PDF engines', () => {
    const carto = readdirSync(join(racine, 'site/carto'))
      .filter((f) => f.endsWith('.ts') && !f.endsWith('.d.ts'))
      .map((f) => `site/carto/${f}`);
    const { fichiers, paquets } = fermeture([
      ...carto,
      ...['sheet', 'page', 'svgSheet', 'html', 'csv'].map((f) => `site/export/${f}.ts`),
    ]);
    expect(
      [...paquets].filter(
        (p) =>
          !/^(d3-geo|topojson-client|topojson-specification|geojson|simple-statistics|polylabel|zod)$/.test(
            p,
          ),
      ),
    ).toEqual([]);
    expect(
      [...fichiers].filter((f) => !/^(site\/(carto|export)|data\/(contract|catalogue))\//.test(f)),
    ).toEqual([]);
  });

  it('lets the command reach only the shared library of the pipeline', () => {
    const { fichiers } = fermeture(['site/export/command.ts']);
    expect([...fichiers].filter((f) => f.startsWith('pipeline/') && !f.startsWith('pipeline/lib/'))).toEqual(
      [],
    );
  });
});
