/** A real GeoPackage in Lambert-93 against the same communes in WGS84, where the reference folder is. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { lisLimites } from '../../pipeline/sources/limites.ts';
import { bboxDe } from '../../pipeline/tables/geometrie.ts';

const GRAND_PARIS = fileURLToPath(new URL('../../../shared/reference/grand-paris', import.meta.url));
const present = existsSync(GRAND_PARIS);
if (!present) process.stderr.write('GeoPackage ignoré : le dossier ../shared/reference est absent.\n');

describe.runIf(present)('GeoPackage', () => {
  it('is read layer by layer, reprojected, and agrees with the GeoJSON of the same communes', async () => {
    const dossier = await mkdtemp(join(tmpdir(), 'carto-gpkg-'));
    try {
      const gpkg = join(dossier, 'metroparis.gpkg');
      await writeFile(gpkg, gunzipSync(await readFile(join(GRAND_PARIS, 'metroparis-mta-l93.gpkg.gz'))));
      await expect(lisLimites(gpkg, { type: 'communes', chemin: gpkg })).rejects.toThrow(
        'précisez la couche',
      );
      const lu = await lisLimites(gpkg, { type: 'communes', chemin: gpkg, couche: 'com' });
      expect(lu.comptes).toEqual({ entree: 150, gardees: 150, rejetees: 0 });
      const geojson = join(GRAND_PARIS, 'communes-arrondissements-grand-paris.geojson.gz');
      const attendues = await lisLimites(geojson, { type: 'communes', chemin: geojson });
      const boites = new Map(attendues.limites.map((l) => [l.properties.code, bboxDe(l.geometry)]));
      const communs = lu.limites.filter((l) => boites.has(l.properties.code));
      expect(communs.length).toBeGreaterThan(140);
      for (const l of communs) {
        // Two generalisations of the same outline: a few hundred metres at most.
        bboxDe(l.geometry).forEach((v, i) =>
          expect(Math.abs(v - (boites.get(l.properties.code)?.[i] as number))).toBeLessThan(0.005),
        );
      }
    } finally {
      await rm(dossier, { recursive: true, force: true });
    }
  });
});
