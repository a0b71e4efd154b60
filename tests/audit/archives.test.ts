/** Archives compared on threads give what one thread gives, faults included. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparerToutes, type Tache } from '../../pipeline/audit/archives.ts';
import { Constats } from '../../pipeline/audit/constats.ts';
import { ecrireMini, type Mini } from './fixture.ts';

const racine = mkdtempSync(join(tmpdir(), 'archives-'));
let mini: Mini;
beforeAll(async () => {
  mini = await ecrireMini(join(racine, 'mini'), {
    tuile: (fichier, zone, p) => {
      if (fichier.includes('200000011') && zone === 'iris:010000101') p['ops_res_lt20.ENS.tous.2022'] = 230;
      return !(fichier.includes('200000022') && zone === 'commune:02003');
    },
  });
});
afterAll(() => rmSync(racine, { recursive: true, force: true }));

const taches = (): Tache[] =>
  readdirSync(join(mini.release, 'bundles'))
    .filter((b) => !b.endsWith('.json'))
    .map((b) => ({
      release: mini.release,
      archive: `bundles/${b}/carte.pmtiles`,
      tables: [`bundles/${b}/table.json`],
      audience: 'territoire',
      geo: `bundles/${b}/geo.json`,
      couches: null,
      themes: null,
    }));

describe('archives', () => {
  it('gives the same answers in the same order on one thread and on two', async () => {
    const vues: number[] = [];
    const une = await comparerToutes(taches(), (n) => vues.push(n), 0);
    expect(vues).toEqual([1, 2]);
    expect(une.map((r) => [...r.violations])).toEqual([[['tuile', 1]], [['zone_manquante', 1]]]);
    expect(une[0]!.tuiles).toBeGreaterThan(2);
    expect(une[0]!.valeurs).toBeGreaterThan(1000);
    expect(await comparerToutes(taches(), () => undefined, 2)).toEqual(une);
  });

  it('leaves an archive whose table cannot be read to whoever reads the table', async () => {
    const [t] = taches();
    const [r] = await comparerToutes([{ ...t!, tables: ['bundles/absente/table.json'] }], () => undefined, 1);
    expect(r).toMatchObject({ archives: 0, tuiles: 0, valeurs: 0 });
    expect(r!.violations.size).toBe(0);
  });

  it('fails with the thread when an archive is not one', async () => {
    const [t] = taches();
    const faux: Tache = { ...t!, archive: 'release.json', couches: [] };
    await expect(comparerToutes([faux], () => undefined, 1)).rejects.toThrow();
    await expect(comparerToutes([faux], () => undefined, 0)).rejects.toThrow();
  });

  it('merges findings without losing counts, details bounded', () => {
    const [a, b] = [new Constats(), new Constats()];
    for (let i = 0; i < 1500; i++) {
      a.violation('tuile', `a${i}`, 'x');
      b.violation('tuile', `b${i}`, 'x');
    }
    b.violation('motif', 'c', 'y');
    b.signale('zones_sans_trace', 4);
    a.fusionne(
      structuredClone({ violations: b.violations, signalements: b.signalements, details: b.details }),
    );
    expect(Object.fromEntries(a.violations)).toEqual({ tuile: 3000, motif: 1 });
    expect(a.total).toBe(3001);
    expect(a.details.filter((d) => d.type === 'tuile')).toHaveLength(2000);
    expect(a.details.at(-1)).toEqual({ type: 'motif', lieu: 'c', detail: 'y' });
    expect(a.signalements.get('zones_sans_trace')).toBe(4);
  });
});
