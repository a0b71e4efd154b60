import { mkdirSync, mkdtempSync, readFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Topology } from 'topojson-specification';
import { topology } from 'topojson-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { topologieSchema } from '../../pipeline/audit/fuite.ts';
import { contoursQpv } from '../../pipeline/bundles/qpv.ts';
import { formes, positions } from '../../site/carto/geometrie.ts';

const carre = (code: string, x: number) => ({
  type: 'Feature' as const,
  id: code,
  properties: { nom: `Quartier ${code}` },
  geometry: { type: 'Polygon' as const, coordinates: [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]] },
}); // prettier-ignore

describe('public outlines of priority neighbourhoods', () => {
  let dossier: string;
  beforeEach(() => {
    dossier = mkdtempSync(join(tmpdir(), 'carto-qpv-'));
    const ecris = (code: string, features: ReturnType<typeof carre>[]) => {
      mkdirSync(join(dossier, 'bundles', code), { recursive: true });
      const collection = { type: 'FeatureCollection' as const, features };
      // A bundle holds other layers too: none of them may come along.
      writeFileSync(join(dossier, 'bundles', code, 'geo.json'), JSON.stringify(topology({ qpv: collection, adresse: collection }, 1e5))); // prettier-ignore
    };
    ecris('200000001', [carre('QN1', 0), carre('QN2', 2)]);
    ecris('200000002', [carre('QN2', 2), carre('QN3', 4)]);
  });
  afterEach(() => rmSync(dossier, { recursive: true, force: true }));

  it('writes each public one once, with its name, its shape and nothing else', async () => {
    expect(await contoursQpv(dossier, ['200000001', '200000002'], new Set(['QN1', 'QN2']))).toBe(2);
    const topo = JSON.parse(readFileSync(join(dossier, 'public/geo/qpv.json'), 'utf8')) as Topology;
    expect(Object.keys(topo.objects)).toEqual(['qpv']);
    // The shape that the leak scan accepts in a release.
    expect(topologieSchema.safeParse(topo).success).toBe(true);
    const lues = formes(topo, 'qpv');
    expect(lues.map((f) => [f.code, f.nom])).toEqual([['QN1', 'Quartier QN1'], ['QN2', 'Quartier QN2']]); // prettier-ignore
    const xs = lues.map((f) => Math.round(Math.max(...positions(f.geometrie).map((p) => p[0] as number))));
    expect(xs).toEqual([1, 3]);
  });

  it('writes no file where nothing is public', async () => {
    expect(await contoursQpv(dossier, ['200000001'], new Set())).toBe(0);
    expect(existsSync(join(dossier, 'public'))).toBe(false);
  });
});
