/** Narrower audiences against wider ones: counts, and one planted leak of each kind. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditSchema, type AuditResume } from '../../data/contract/audit.ts';
import type { Table } from '../../data/contract/table.ts';
import { Audiences, lotDe, ordreLots } from '../../pipeline/audit/audiences.ts';
import { commande, rapport } from '../../pipeline/audit/command.ts';
import { Constats } from '../../pipeline/audit/constats.ts';
import { Publication } from '../../pipeline/audit/publication.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { ecrireMini, type Mini } from './fixture.ts';

const racine = mkdtempSync(join(tmpdir(), 'audiences-'));
const EPCI = ['200000011', '200000022'] as const;
let mini: Mini;
let publiques: Table[];
let territoires: Map<string, Table>;
beforeAll(async () => {
  mini = await ecrireMini(join(racine, 'mini'));
  const lire = (nom: string) => JSON.parse(readFileSync(join(mini.release, nom), 'utf8')) as Table;
  publiques = ['departement.parc', 'departement.ressources', 'commune.parc'].map((n) =>
    lire(`public/tables/${n}.json`),
  );
  territoires = new Map(EPCI.map((e) => [e, lire(`bundles/${e}/table.json`)]));
});
afterAll(() => rmSync(racine, { recursive: true, force: true }));

/** Table of one commune and its IRIS, cut from its territory's. */
function commune(code: string, changer: (t: Table) => void = () => undefined): Table {
  const epci = code.startsWith('01') ? EPCI[0] : EPCI[1];
  const entiere = territoires.get(epci)!;
  const garde = entiere.zones.flatMap((z, i) =>
    z.code === code || (z.echelle === 'iris' && z.code.startsWith(code)) ? [i] : [],
  );
  const t: Table = {
    ...entiere,
    zones: garde.map((i) => ({ ...entiere.zones[i]! })),
    colonnes: Object.fromEntries(
      Object.entries(entiere.colonnes).map(([k, v]) => [k, garde.map((i) => v[i]!)]),
    ),
  };
  changer(t);
  return t;
}

/** Everything read in the order of the audit, then what was found. */
function verifier(lots: ReadonlyMap<string, Table>) {
  const constats = new Constats();
  const audiences = new Audiences(constats);
  const [publique, union] = [new Publication(), new Publication(true)];
  for (const t of publiques) {
    audiences.publique(t);
    publique.ajoute(t, 'public', constats);
    union.ajoute(t, 'public', constats);
  }
  for (const dossier of ordreLots([...lots.keys()])) {
    audiences.lot(dossier, lots.get(dossier)!, publique, union);
    union.ajoute(lots.get(dossier)!, dossier, constats);
  }
  return {
    comptes: audiences.comptes(),
    violations: Object.fromEntries(constats.violations),
    details: constats.details,
  };
}

const premier = (t: Table, voulu: (v: unknown) => boolean): [cle: string, rang: number] => {
  for (const [k, v] of Object.entries(t.colonnes)) {
    const rang = v.findIndex(voulu);
    if (rang >= 0) return [k, rang];
  }
  throw new Error('no such cell');
};

describe('audiences', () => {
  it('names bundles by what they are cut to, and reads whole territories first', () => {
    expect(['200000011', '200000011M2022', '01004', '2A004M20222024'].map((d) => lotDe(d))).toEqual([
      { genre: 'epci', code: '200000011' },
      { genre: 'millesimes', code: '200000011' },
      { genre: 'commune', code: '01004' },
      { genre: 'commune', code: '2A004' },
    ]);
    expect(ordreLots(['01004', '200000022', '01004M2022', '200000011'])).toEqual([
      '200000011',
      '200000022',
      '01004',
      '01004M2022',
    ]);
  });

  it('counts each audience and finds nothing in honest cuts', () => {
    const r = verifier(new Map([...territoires, ['01000', commune('01000')], ['02003', commune('02003')]]));
    expect(r.details).toEqual([]);
    const de = (a: string) => r.comptes.find((c) => c.audience === a)!;
    expect(r.comptes.map((c) => [c.audience, c.lots])).toEqual([
      ['public', 1],
      ['epci', 2],
      ['commune', 2],
    ]);
    expect(de('epci').publiees).toBeGreaterThan(de('commune').publiees);
    expect(de('commune').publiees).toBeGreaterThan(10);
    expect(de('commune').masquees).toBeGreaterThan(20);
    expect(de('epci').masquees).toBeGreaterThan(500);
  });

  it('catches a commune that shows what its territory hides', () => {
    const fautive = commune('01000', (t) => {
      const [k, r] = premier(t, (v) => v === 's');
      t.colonnes[k]![r] = 240;
    });
    expect(verifier(new Map([...territoires, ['01000', fautive]])).violations).toMatchObject({ audience: 1 });
  });

  it('catches another commune, or another territory, inside a bundle', () => {
    const deux = commune('01000');
    deux.zones.push({ ...commune('01001').zones[0]! });
    for (const [k, v] of Object.entries(deux.colonnes)) v.push(commune('01001').colonnes[k]![0]!);
    expect(verifier(new Map([...territoires, ['01000', deux]])).violations).toEqual({ audience: 1 });
    const voisin = structuredClone(territoires.get(EPCI[0])!);
    voisin.zones[0]!.epci = EPCI[1];
    expect(verifier(new Map([[EPCI[0], voisin]])).violations).toMatchObject({ audience: 1 });
  });

  it('catches a public figure that a territory does not have, or has otherwise', () => {
    const autre = structuredClone(territoires.get(EPCI[0])!);
    const [k, r] = ['rpls_nb.ENS.tous.2022', autre.zones.findIndex((z) => z.echelle === 'commune')] as const;
    autre.colonnes[k]![r] = null;
    const { violations, details } = verifier(new Map([[EPCI[0], autre]]));
    expect(violations).toEqual({ audience: 1 });
    expect(details[0]!.lieu).toContain(k);
  });
});

describe('options of carto audit', () => {
  const lancer = async (m: Mini, options: Record<string, string>) => {
    let sortie = '';
    await commande.run(
      { values: { confidentiel: m.confidentiel, ...options }, positionals: [m.release] },
      { journal: journalMuet, json: true, ecrit: (t) => void (sortie = t) },
    );
    return auditSchema.parse(JSON.parse(sortie)) satisfies AuditResume;
  };

  it('writes counts of audiences, exports and bounds in audit.json, and says them in French', async () => {
    const exports = join(racine, 'exports-vides');
    cpSync(join(mini.release, 'public/geo'), exports, { recursive: true });
    const r = await lancer(mini, { exports, lp: '60' });
    expect(r.verdict).toBe('conforme');
    expect(r.audiences.map((a) => a.audience)).toEqual(['public', 'epci']);
    expect(r.exports).toEqual({ lus: 0, sautes: 5, figures: 0 });
    expect(r.programmation!.examinees).toBeGreaterThan(30);
    expect(r.signalements.exports_sautes).toBe(5);
    expect(auditSchema.parse(JSON.parse(readFileSync(join(mini.release, 'audit.json'), 'utf8')))).toEqual(r);
    expect(rapport(r)).toMatch(
      /Audiences\s: public .* territoires .* \(2 lots\)[^]*Exports\s: 0 relus[^]*Programmation linéaire\s: \d+ cellules/,
    );
  });

  it('fails on an export that says too much, and names no figure in audit.json', async () => {
    const m = { ...mini, release: join(racine, 'copie') };
    cpSync(mini.release, m.release, { recursive: true });
    const exports = join(racine, 'exports');
    cpSync(join(mini.release, 'public/geo'), exports, { recursive: true });
    writeFileSync(
      join(exports, 'carte.csv'),
      [
        'Code;Commune;Logements;Statut;Base;Source;Avertissement',
        '01000;commune 01000;123456;publié;123456;x;y',
        '',
        'Logements locatifs sociaux – france FR',
        'Nombre de logements · Ensemble des logements · Tous secteurs · RPLS 2022 · par commune',
        'Édition;x, 22 novembre 2026. Indicateur rpls_nb, livraison mini.',
      ].join('\r\n'),
    );
    await expect(lancer(m, { exports })).rejects.toMatchObject({ code: 4 });
    const ecrit = readFileSync(join(m.release, 'audit.json'), 'utf8');
    expect(auditSchema.parse(JSON.parse(ecrit)).violations).toEqual({ desaccord: 1 });
    expect(ecrit).not.toContain('123456');
  });

  it.each([
    ['lp', 'beaucoup'],
    ['exports', '/nulle/part'],
  ])('refuses --%s %s', async (nom, valeur) => {
    await expect(lancer(mini, { [nom]: valeur })).rejects.toMatchObject({ code: 2 });
  });
});
