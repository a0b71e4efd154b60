/** Registers and surveys of the invented country: layouts, keys, margins, dirt, determinism. */
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourcesSchema } from '../../data/contract/sources.ts';
import { SALETES } from '../../data/demo/distributions.ts';
import { ecrireDemo, type Bilan } from '../../pipeline/demo/demo.ts';
import { COLONNES_OPS } from '../../pipeline/demo/colonnes.ts';
import { sha256File } from '../../pipeline/lib/files.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';

type Ligne = Record<string, string>;
let racine = '';
let bilan: Bilan;
let rpls: Ligne[] = [];
let ops: Ligne[] = [];
const refus = Object.values(SALETES.rejets).reduce((a, b) => a + b, 0);

/** Strict reader, for the small size: what a real CSV parser makes of the files. */
async function lireStrict(chemin: string): Promise<Ligne[]> {
  const lignes: Ligne[] = [];
  const flux = createReadStream(chemin).pipe(parse({ delimiter: ';', bom: true, columns: true }));
  for await (const l of flux) lignes.push(l as Ligne);
  return lignes;
}
/** Quick reader of the columns asked for, for the large files: no field of ours holds a semicolon. */
async function lire(chemin: string, colonnes: readonly string[]): Promise<Ligne[]> {
  const [entete, ...lignes] = (await readFile(chemin, 'utf8'))
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n');
  const noms = entete!.split(';');
  const rangs = colonnes.map((c) => noms.indexOf(c));
  return lignes.map((l) => {
    const champs = l.split(';');
    if (champs.length !== noms.length) throw new Error(`${champs.length} champs au lieu de ${noms.length}`);
    return Object.fromEntries(colonnes.map((c, i) => [c, champs[rangs[i]!]!]));
  });
}
const RPLS =
  'IDENT_INT MODE SIRET DEPCOM PLG_QP24 TYPECONST_CODE CONSTRUCT LOCAT DPEENERGIE NBPIECE X Y BAIL EPSG'.split(
    ' ',
  );
const part = <T>(liste: readonly T[], test: (v: T) => boolean) =>
  (100 * liste.filter(test).length) / liste.length;
const mois = (date: string) => Number(date.slice(3)) * 12 + Number(date.slice(0, 2)) - 1;

beforeAll(async () => {
  racine = await mkdtemp(join(tmpdir(), 'demo-'));
  bilan = await ecrireDemo({ taille: 'pays', graine: 1, vers: join(racine, 'pays'), journal: journalMuet });
  rpls = (await lire(join(racine, 'pays/rpls/rpls_2024_restreint.csv'), RPLS)).slice(0, -refus);
  ops = await lire(join(racine, 'pays/ops/ops_menages_2024.csv'), COLONNES_OPS);
});
afterAll(() => rm(racine, { recursive: true, force: true }));

describe('pays', () => {
  it('has the announced counts', () => {
    expect(bilan.communes).toBe(1200);
    expect(bilan.qpv).toBeGreaterThanOrEqual(32);
    expect(bilan.adresses).toBeGreaterThan(9_500);
    expect(bilan.adresses).toBeLessThan(12_500);
    expect(rpls.length).toBeGreaterThan(117_500);
    expect(rpls.length).toBeLessThanOrEqual(120_000);
    expect(bilan.refusees).toBe(refus);
  });

  it('writes a valid sources.json whose files exist, and says that all is invented', async () => {
    const s = sourcesSchema.parse(JSON.parse(await readFile(join(racine, 'pays/sources.json'), 'utf8')));
    expect(s.fictif).toBe(true);
    for (const f of s.fichiers)
      expect((await stat(join(racine, 'pays', f.chemin))).size, f.chemin).toBeGreaterThan(20);
    expect(new Set(s.fichiers.map((f) => f.type)).size).toBe(12);
  });

  it('uses keys that hold: unique dwellings, households of let dwellings, known communes through the passages', async () => {
    const idents = new Map(rpls.map((l) => [l['IDENT_INT']!, l]));
    expect(idents.size).toBe(rpls.length);
    for (const m of ops) {
      const l = idents.get(m['id_rpls']!)!;
      if (l['MODE'] !== '1' || l['SIRET'] !== m['siret_bailleur'] || l['DEPCOM'] !== m['depcom'])
        expect.fail(`ménage ${m['id_logement']} sans logement loué`);
    }
    const csv = async (f: string) =>
      (await readFile(join(racine, 'pays/cog', f), 'utf8'))
        .trim()
        .split('\n')
        .map((l) => l.replaceAll('"', '').split(','));
    const actuelles = new Set((await csv('communes.csv')).slice(1).map((l) => l[0]!));
    const vers = new Map<string, string>();
    for (const [ancien, nouveau] of (await csv('passage_2022_2023.csv')).slice(1))
      vers.set(ancien!, nouveau!);
    const renverse = await csv('passage_2023_2024.csv');
    expect(renverse[0]!.slice(0, 2)).toEqual(['cod2024', 'cod2023']);
    for (const [nouveau, ancien] of renverse.slice(1)) vers.set(ancien!, nouveau!);
    for (const [ancien, nouveau] of (await csv('passage_2024_2025.csv')).slice(1))
      vers.set(ancien!, nouveau!);
    for (const [arn, mere] of (await csv('arrondissements.csv')).slice(1)) vers.set(arn!, mere!);
    const avant = (await lire(join(racine, 'pays/rpls/rpls_2022_restreint.csv'), ['DEPCOM'])).slice(
      0,
      -refus,
    );
    let anciennes = 0;
    for (const l of avant) {
      const c = l['DEPCOM']!;
      if (actuelles.has(c)) continue;
      if (!actuelles.has(vers.get(c) ?? '')) expect.fail(`${c} absent des tables de passage`);
      anciennes += 1;
    }
    expect(anciennes).toBeGreaterThan(1000);
  });

  it('follows the real joint distributions of the stock', () => {
    expect(part(rpls, (l) => l['PLG_QP24'] !== '')).toBeCloseTo(29.8, -0.5);
    const collectif = part(rpls, (l) => l['TYPECONST_CODE'] !== 'I');
    expect(collectif).toBeGreaterThan(81);
    expect(collectif).toBeLessThan(89);
    const entre = (a: number, b: number) => (l: Ligne) =>
      Number(l['CONSTRUCT']) >= a && Number(l['CONSTRUCT']) <= b;
    const qpv = rpls.filter((l) => l['PLG_QP24'] !== '');
    const hors = rpls.filter((l) => l['PLG_QP24'] === '');
    expect(part(qpv, entre(1949, 1974))).toBeGreaterThan(52);
    expect(part(hors, entre(1949, 1974))).toBeLessThan(32);
    const etiquetes = rpls.filter((l) => l['DPEENERGIE'] !== '');
    const fg = (l: Ligne) => l['DPEENERGIE'] === 'F' || l['DPEENERGIE'] === 'G';
    expect(part(etiquetes.filter(entre(1975, 1989)), fg)).toBeGreaterThan(
      part(etiquetes.filter(entre(2000, 2023)), fg) + 3,
    );
    const inconnu = part(rpls, (l) => l['DPEENERGIE'] === '');
    expect(inconnu).toBeGreaterThan(5);
    expect(inconnu).toBeLessThan(20);
    const maisons = rpls.filter((l) => l['TYPECONST_CODE'] === 'I');
    expect(part(maisons, (l) => Number(l['NBPIECE']) >= 4)).toBeCloseTo(62.9, -1);
    const points = new Map<string, number>();
    for (const l of rpls)
      if (l['X'] !== '') points.set(`${l['X']} ${l['Y']}`, (points.get(`${l['X']} ${l['Y']}`) ?? 0) + 1);
    const tailles = [...points.values()];
    expect(part(tailles, (n) => n < 11)).toBeGreaterThan(45);
    expect(part(tailles, (n) => n < 11)).toBeLessThan(70);
    expect(Math.max(...tailles)).toBeGreaterThan(120);
    const communes = new Set(rpls.map((l) => l['DEPCOM']));
    expect(communes.size).toBeGreaterThan(520);
    expect(communes.size).toBeLessThan(640);
    const marche = rpls.filter((l) => l['MODE'] === '1' || l['MODE'] === '2');
    const vacance = part(marche, (l) => l['MODE'] === '2');
    expect(vacance).toBeGreaterThan(1.5);
    expect(vacance).toBeLessThan(4.5);
    const mobilite = part(
      marche.filter((l) => Number(l['LOCAT']) < 2023),
      (l) => l['BAIL']!.endsWith('/2023'),
    );
    expect(mobilite).toBeGreaterThan(7.5);
    expect(mobilite).toBeLessThan(11);
  });

  it('aims at the margins of the survey', () => {
    const plafond = ops.filter((m) => m['pct_plafond_plus'] !== '').map((m) => Number(m['pct_plafond_plus']));
    const borne = (v: number, bas: number, haut: number) => {
      expect(v).toBeGreaterThan(bas);
      expect(v).toBeLessThan(haut);
    };
    borne(
      part(plafond, (p) => p < 20),
      17,
      23,
    );
    borne(
      part(plafond, (p) => p < 60),
      57,
      64,
    );
    borne(
      part(plafond, (p) => p >= 120),
      1,
      5,
    );
    const compo = ops.filter((m) => m['compo'] !== '');
    borne(
      part(compo, (m) => m['compo'] === 'isole'),
      40,
      47,
    );
    borne(
      part(compo, (m) => m['compo'] === 'mono'),
      17,
      22,
    );
    borne(
      part(
        ops.filter((m) => m['apl'] !== ''),
        (m) => m['apl'] === '1',
      ),
      45,
      55,
    );
    const ages = ops.filter((m) => m['age_titulaire'] !== '').map((m) => Number(m['age_titulaire']));
    borne(ages.reduce((a, b) => a + b, 0) / ages.length, 52, 56);
    const dates = ops.filter((m) => m['date_entree'] !== '');
    borne(
      part(dates, (m) => mois(m['date_entree']!) >= 12 * 2022),
      16,
      21,
    );
    borne(
      part(ops, (m) => m['repondant'] === '1'),
      80,
      95,
    );
  });

  it('keeps every household consistent, and never writes 0 for an item left blank', () => {
    for (const m of ops) {
      const n = (c: string) => Number(m[c]);
      if (m['repondant'] === '0') {
        if (m['compo'] !== '' || m['pct_plafond_plus'] !== '' || m['maj_nr'] !== '')
          expect.fail('non-répondant renseigné');
        continue;
      }
      if (m['compo'] !== '') {
        if (n('nb_adultes') + n('nb_mineurs') !== n('nb_pers') || n('nb_mineurs') > n('nb_enfants'))
          expect.fail(`ménage ${m['id_logement']} incohérent`);
        if ((m['compo'] === 'isole') !== (n('nb_pers') === 1)) expect.fail(`isolé à ${m['nb_pers']}`);
        if (m['maj_stable'] !== '') {
          const majeurs = [
            'maj_stable',
            'maj_precaire',
            'maj_chomeur',
            'maj_sans',
            'maj_retraite',
            'maj_nr',
          ].reduce((s, c) => s + n(c), 0);
          if (majeurs !== n('nb_adultes')) expect.fail(`${majeurs} majeurs pour ${m['nb_adultes']} adultes`);
        }
      }
    }
  });

  it('clusters item non-response by landlord and gives neighbourhoods a character', () => {
    const taux = (cle: string, test: (m: Ligne) => boolean, liste: readonly Ligne[], minimum: number) => {
      const groupes = new Map<string, Ligne[]>();
      for (const m of liste) {
        const groupe = groupes.get(m[cle]!);
        if (groupe) groupe.push(m);
        else groupes.set(m[cle]!, [m]);
      }
      return [...groupes.values()]
        .filter((g) => g.length >= minimum)
        .map((g) => part(g, test))
        .sort((a, b) => a - b);
    };
    const repondants = ops.filter((m) => m['repondant'] === '1');
    const vides = taux('siret_bailleur', (m) => m['maj_stable'] === '', repondants, 200);
    expect(vides.at(-1)! - vides[0]!).toBeGreaterThan(15);
    const renseignes = repondants.filter((m) => m['pct_plafond_plus'] !== '');
    const pauvres = taux('iris', (m) => Number(m['pct_plafond_plus']) < 60, renseignes, 80);
    expect(
      pauvres[Math.floor(pauvres.length * 0.9)]! - pauvres[Math.floor(pauvres.length * 0.1)]!,
    ).toBeGreaterThan(20);
    const lt20 = (m: Ligne) => Number(m['pct_plafond_plus']) < 20;
    expect(
      part(
        renseignes.filter((m) => m['qpv'] === '1'),
        lt20,
      ),
    ).toBeGreaterThan(
      part(
        renseignes.filter((m) => m['qpv'] === '2'),
        lt20,
      ) + 4,
    );
  });
});

describe('determinism and small size', () => {
  it('writes the same bytes twice, other bytes for another seed, and a whole EPCI with its open file', async () => {
    const empreintes = async (dossier: string) => {
      const noms = (await readdir(dossier, { recursive: true, withFileTypes: true }))
        .filter((e) => e.isFile())
        .map((e) => join(e.parentPath, e.name).slice(dossier.length + 1))
        .sort();
      return Object.fromEntries(
        await Promise.all(noms.map(async (n) => [n, await sha256File(join(dossier, n))])),
      );
    };
    const ecrit = (nom: string, graine: number) =>
      ecrireDemo({ taille: 'epci', graine, vers: join(racine, nom), journal: journalMuet });
    const b = await ecrit('a', 1);
    await ecrit('b', 1);
    await ecrit('c', 2);
    const [a, bis, c] = await Promise.all(['a', 'b', 'c'].map((n) => empreintes(join(racine, n))));
    expect(bis).toEqual(a);
    expect(c!['ops/ops_menages_2024.csv']).not.toBe(a!['ops/ops_menages_2024.csv']);
    expect(Object.keys(a!)).toContain('rpls/rpls_2024_ouvert.csv');
    expect(b.communes).toBe(28);
    expect(b.adresses).toBeGreaterThan(350);
    expect(b.adresses).toBeLessThan(650);
    expect(Object.keys((await lireStrict(join(racine, 'a/rpls/rpls_2024_ouvert.csv')))[0]!).length).toBe(73);
    const points = (await lireStrict(join(racine, 'a/rpls/rpls_2024_restreint.csv'))).filter(
      (l) => l['X'] !== '',
    );
    expect(points.every((l) => l['EPSG'] === '2154' && Number(l['X']) > 0)).toBe(true);
  });
});
