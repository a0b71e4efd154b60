/** The kit's public cases: real results of other programs, each with what an auditor must say about it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lireSysteme } from '../../pipeline/audit/kit.ts';
import { intervalle } from '../../pipeline/audit/noyau/exact.ts';
import { auditerSysteme, tramer } from '../../pipeline/audit/noyau/noyau.ts';
import { reduire } from '../../pipeline/audit/noyau/systeme.ts';
import { KIT, SANS_KIT } from './kit.ts';

interface Attendu {
  verdict: 'PASS' | 'PASS-EXACT' | 'FAIL';
  threshold?: number;
  recoverable?: string[];
  recoverable_count?: number;
  recovered_value?: Record<string, number>;
  interval?: Record<string, [number, number]>;
}

const kit = KIT ?? '';
const cas = KIT
  ? readdirSync(join(kit, 'cases'))
      .filter((nom) => existsSync(join(kit, 'cases', nom, 'expected.json')))
      .sort()
  : [];

describe.skipIf(!KIT)(`public cases${KIT ? '' : ` (${SANS_KIT})`}`, () => {
  it.each(cas)('%s', async (nom) => {
    const dossier = join(kit, 'cases', nom);
    const attendu = JSON.parse(readFileSync(join(dossier, 'expected.json'), 'utf8')) as Attendu;
    const seuil = attendu.threshold ?? 11;
    const s = await lireSysteme(join(dossier, 'cells.csv'), join(dossier, 'relations.csv'), seuil);
    const entiers = s.valeur.every((v) => Number.isNaN(v) || Number.isInteger(v));
    const r = auditerSysteme(s, { seuil, entiers });
    expect(r.incoherentes).toEqual([]);
    const exactes = r.exactesProtegees.map((c) => s.ids[c]!).sort();
    if (attendu.recoverable) expect(exactes).toEqual([...attendu.recoverable].sort());
    if (attendu.recoverable_count !== undefined) expect(exactes).toHaveLength(attendu.recoverable_count);
    if (attendu.verdict === 'PASS-EXACT') expect(exactes).toEqual([]);
    if (attendu.verdict === 'PASS') expect([exactes, r.borneesProtegees, r.groupes]).toEqual([[], [], []]);
    if (attendu.verdict === 'FAIL')
      expect(r.exactesProtegees.length + r.borneesProtegees.length).toBeGreaterThan(0);
    const reduit = reduire(s);
    const inconnue = (id: string) => reduit.cellule.indexOf(s.ids.indexOf(id));
    for (const [id, valeur] of Object.entries(attendu.recovered_value ?? {}))
      expect(intervalle(reduit, inconnue(id))).toEqual([valeur, valeur]);
    for (const [id, bornes] of Object.entries(attendu.interval ?? {}))
      expect(intervalle(reduit, inconnue(id))).toEqual(bornes);
  });

  it.each([
    ['sdctable-4x4-repaired', 'x|d', 'w|b'],
    ['usersupport-136-linked-repaired', 'N', 'K'],
  ])('catches the mutation of %s: publishing %s gives %s away', async (nom, publiee, perdue) => {
    const dossier = join(kit, 'cases', nom);
    const s = await lireSysteme(join(dossier, 'cells.csv'), join(dossier, 'relations.csv'));
    const c = s.ids.indexOf(publiee);
    expect(s.valeur[c]).toBeNaN();
    expect(auditerSysteme(s).exactesProtegees).toEqual([]);
    const mutee = { ...s, valeur: s.valeur.map((v, i) => (i === c ? s.base[i]! : v)) };
    expect(auditerSysteme(mutee).exactesProtegees.map((i) => s.ids[i])).toContain(perdue);
  });

  it('finds the 71 differences that diffman reports', async () => {
    const dossier = join(kit, 'cases', 'diffman-t_ex');
    const s = await lireSysteme(join(dossier, 'cells.csv'), join(dossier, 'relations.csv'));
    const { tirages, reduit } = tramer(s);
    const parDifference = new Map<string, number[]>();
    for (const ligne of readFileSync(join(dossier, 'expected-risky-atoms.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)) {
      const [agregat = '', genre, , atome = ''] = ligne.split(',');
      const u = reduit.cellule.indexOf(s.ids.indexOf(atome));
      expect(u).toBeGreaterThanOrEqual(0);
      const cle = `${agregat}/${genre}`;
      parDifference.set(cle, [...(parDifference.get(cle) ?? []), u]);
    }
    expect(parDifference.size).toBe(71);
    // Derivable = the sum vanishes on every random null vector. The kit counts 68 identical sets, 3 through equivalent sets.
    const derivables = [...parDifference.values()].filter((us) =>
      tirages.every(({ z, p }) => us.reduce((a, u) => (a + z[u]!) % p, 0) === 0),
    );
    expect(derivables.length).toBeGreaterThanOrEqual(68);
  });
});
