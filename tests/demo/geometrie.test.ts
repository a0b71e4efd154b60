/** Borders of the invented country: one topology, no gap, no overlap, nested levels, islands. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ecrireLimites } from '../../pipeline/demo/limites.ts';
import { creerPays } from '../../pipeline/demo/pays.ts';
import { creerIris } from '../../pipeline/demo/iris.ts';
import { creerQpv } from '../../pipeline/demo/quartiers.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';

type Zone = Feature<Polygon | MultiPolygon, Record<string, string>>;
const couches = new Map<string, Zone[]>();
let dossier = '';

beforeAll(async () => {
  dossier = await mkdtemp(join(tmpdir(), 'demo-geo-'));
  const pays = creerPays('pays', 3);
  const decoupes = pays.territoires.map((t) => creerIris(pays, t));
  await ecrireLimites(pays, decoupes, creerQpv(pays, decoupes), dossier, journalMuet);
  for (const nom of ['communes', 'epci', 'departements', 'regions', 'iris', 'qpv']) {
    const fc = JSON.parse(
      await readFile(join(dossier, `limites/${nom}.geojson`), 'utf8'),
    ) as FeatureCollection;
    couches.set(nom, fc.features as Zone[]);
  }
});
afterAll(() => rm(dossier, { recursive: true, force: true }));

const couche = (nom: string) => couches.get(nom)!;
const polygones = (z: Zone): Position[][][] =>
  z.geometry.type === 'Polygon' ? [z.geometry.coordinates] : z.geometry.coordinates;
const anneaux = (z: Zone) => polygones(z).flat();
/** Twice the signed area, in units of 1e-12 square degrees: exact, because coordinates are whole micro-degrees. */
const aire2 = (a: Position[]): bigint => {
  let s = 0n;
  const e = (v: number) => BigInt(Math.round(v * 1e6));
  for (let i = 0; i + 1 < a.length; i += 1) {
    const [p, q] = [a[i]!, a[i + 1]!];
    s += e(p[0]!) * e(q[1]!) - e(q[0]!) * e(p[1]!);
  }
  return s;
};
const aire = (zones: readonly Zone[]) => zones.flatMap(anneaux).reduce((s, a) => s + aire2(a), 0n);
const segments = (zones: readonly Zone[]) => {
  const compte = new Map<string, number>();
  for (const a of zones.flatMap(anneaux))
    for (let i = 0; i + 1 < a.length; i += 1) {
      const cle = `${a[i]!.join(',')} ${a[i + 1]!.join(',')}`;
      compte.set(cle, (compte.get(cle) ?? 0) + 1);
    }
  return compte;
};
const renverse = (cle: string) => cle.split(' ').reverse().join(' ');

describe('limites', () => {
  it('gives every level the same total area, to the last square micro-degree', () => {
    const total = aire(couche('communes'));
    expect(total > 0n).toBe(true);
    for (const nom of ['iris', 'departements', 'regions']) expect(aire(couche(nom)), nom).toBe(total);
    const seule = couche('communes').filter((c) => c.properties['EPCI'] === 'ZZZZZZZZZ');
    expect(seule.length).toBe(1);
    expect(aire(couche('epci')) + aire(seule)).toBe(total);
  });

  it('draws each border once per side: no gap, no overlap', () => {
    for (const nom of ['communes', 'iris', 'epci', 'departements', 'regions']) {
      const s = segments(couche(nom));
      expect(
        [...s.values()].every((n) => n === 1),
        nom,
      ).toBe(true);
    }
    // What has no twin in the other direction is coast, and communes and IRIS have the same coast.
    const cote = (nom: string) => {
      const s = segments(couche(nom));
      return new Set([...s.keys()].filter((k) => !s.has(renverse(k))));
    };
    expect(cote('iris')).toEqual(cote('communes'));
    expect(cote('regions')).toEqual(cote('communes'));
  });

  it('nests levels on shared vertices', () => {
    const fines = segments(couche('iris'));
    for (const nom of ['communes', 'epci', 'departements', 'regions'])
      for (const k of segments(couche(nom)).keys())
        if (!fines.has(k)) expect.fail(`${nom} : ${k} absent des IRIS`);
  });

  it('tiles each split commune with its IRIS and gives the others one IRIS 0000', () => {
    const parCommune = new Map<string, Zone[]>();
    for (const z of couche('iris')) {
      const nom = z.properties['NOM_COM']!;
      parCommune.set(nom, [...(parCommune.get(nom) ?? []), z]);
    }
    let decoupees = 0;
    for (const c of couche('communes')) {
      const parts = parCommune.get(c.properties['NOM']!)!;
      expect(aire(parts)).toBe(aire([c]));
      if (parts.length > 1) decoupees += 1;
      else {
        expect(parts[0]!.properties['CODE_IRIS']).toBe(`${c.properties['INSEE_COM']}0000`);
        expect(parts[0]!.properties['TYP_IRIS']).toBe('Z');
      }
    }
    expect(decoupees).toBeGreaterThan(40);
    expect(new Set(couche('iris').map((z) => z.properties['CODE_IRIS'])).size).toBe(couche('iris').length);
  });

  it('winds outer rings counter-clockwise, closes rings, and repeats no vertex', () => {
    for (const nom of couches.keys())
      for (const z of couche(nom))
        for (const p of polygones(z))
          for (const [k, a] of p.entries()) {
            expect(a.length).toBeGreaterThan(4);
            expect(a.at(-1)).toEqual(a[0]);
            expect(aire2(a) > 0n).toBe(k === 0);
            expect(new Set(a.slice(1).map(String)).size, `${nom} ${JSON.stringify(z.properties)}`).toBe(
              a.length - 1,
            );
          }
  });

  it('has two far islands, islets, a commune in two pieces or more, and EPCI across borders', () => {
    const regions = couche('regions');
    expect(regions.length).toBe(6);
    const loin = regions.filter((r) => Math.abs(anneaux(r)[0]![0]![0]! + 4) > 15);
    expect(loin.length).toBe(2);
    const mainland = regions.filter((r) => !loin.includes(r));
    expect(mainland.flatMap(polygones).length).toBeGreaterThan(6);
    const communes = couche('communes');
    const deps = new Map<string, Set<string>>();
    const regs = new Map<string, Set<string>>();
    for (const { properties: p } of communes) {
      deps.set(p['EPCI']!, (deps.get(p['EPCI']!) ?? new Set()).add(p['DEP']!));
      regs.set(p['EPCI']!, (regs.get(p['EPCI']!) ?? new Set()).add(p['REG']!));
    }
    expect([...deps.values()].filter((d) => d.size > 1).length).toBeGreaterThanOrEqual(2);
    expect([...regs.values()].filter((d) => d.size > 1).length).toBeGreaterThanOrEqual(1);
    expect(communes.some((c) => polygones(c).length > 1)).toBe(true);
  });

  it('lets QPV cross IRIS, and some cross communes', () => {
    const qpv = couche('qpv');
    expect(qpv.length).toBeGreaterThanOrEqual(32);
    expect(qpv.some((q) => q.properties['insee_com']!.includes(', '))).toBe(true);
    for (const q of qpv) expect(q.properties['code_qp']).toMatch(/^QN(0\d\d|02A|97\d)\d\d[MINC]$/);
  });
});
