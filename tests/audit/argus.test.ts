/** Files for τ-ARGUS and sdcTable: read back as the formats say, they hold the problem that the audit itself checks. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ecrireArgus, type DemandeArgus } from '../../pipeline/audit/argus.ts';
import { texteJj } from '../../pipeline/audit/argusJj.ts';
import { lireSysteme } from '../../pipeline/audit/kit.ts';
import { auditerSysteme } from '../../pipeline/audit/noyau/noyau.ts';
import { Constructeur, type Systeme } from '../../pipeline/audit/noyau/systeme.ts';
import type { Table } from '../../data/contract/table.ts';
import { KIT, SANS_KIT } from './kit.ts';
import { ecrireMini, MILLESIME, type Mini } from './fixture.ts';
import { ecarts, lireHrc, lireJj, lireRda, type Jj } from './jj.ts';

const racine = mkdtempSync(join(tmpdir(), 'argus-'));
let mini: Mini;
beforeAll(async () => {
  mini = await ecrireMini(join(racine, 'mini'));
});
afterAll(() => rmSync(racine, { recursive: true, force: true }));

let numero = 0;
async function ecrit(d: Partial<DemandeArgus>) {
  const vers = join(racine, `sortie-${++numero}`);
  const r = await ecrireArgus({
    release: mini.release,
    confidentiel: mini.confidentiel,
    vers,
    variable: 'ops_res',
    mesure: 'r',
    population: null,
    millesime: MILLESIME,
    epci: null,
    echelles: null,
    ...d,
  });
  const lire = (fin: string) =>
    readFileSync(
      join(
        vers,
        readdirSync(vers).find((f) => f.endsWith(fin))!,
      ),
      'utf8',
    );
  const [, ...lignes] = lire('.csv').trim().split('\n');
  const dictionnaire = lignes.map((l) => {
    const [indice, zones, code, population, valeur, effectif, etat, lettre, regle, statut] = l.split(';');
    return {
      indice: Number(indice),
      zones: zones!.split('='),
      code,
      population,
      valeur: Number(valeur),
      effectif: Number(effectif),
      etat,
      lettre,
      regle,
      statut,
    };
  });
  return { r, vers, lire, jj: lireJj(lire('.jj')), dictionnaire };
}

/** The problem of a JJ file for the core of the audit: what is neither suppressed nor protected is published. */
function systemeDe(jj: Jj): Systeme {
  const lignes = new Constructeur();
  for (const { termes } of jj.relations)
    lignes.ajoute(
      termes.map(([c]) => c),
      termes.map(([, w]) => w),
    );
  return {
    n: jj.cellules.length,
    valeur: Float64Array.from(jj.cellules, (c) =>
      c.statut === 's' || c.statut === 'z' ? c.valeur : Number.NaN,
    ),
    base: Float64Array.from(jj.cellules, (c) => c.valeur),
    protege: Uint8Array.from(jj.cellules, (c) => (c.statut === 'u' ? 1 : 0)),
    relations: lignes.fin(),
  };
}

describe('files for experts', () => {
  it('writes a JJ problem that adds up, whose bounds hold, and that the audit’s core finds safe', async () => {
    const { jj, r } = await ecrit({});
    expect(jj.cellules).toHaveLength(r.cellules);
    expect(jj.relations).toHaveLength(r.relations);
    expect(Math.max(...ecarts(jj))).toBe(0);
    for (const c of jj.cellules) {
      expect(c.bas).toBeLessThanOrEqual(c.valeur - c.lpl);
      expect(c.haut).toBeGreaterThanOrEqual(c.valeur);
      expect(c.cout).toBeGreaterThan(0);
      if (c.statut === 'u') expect(c.upl).toBeGreaterThan(0);
    }
    const rapport = auditerSysteme(systemeDe(jj));
    expect([rapport.incoherentes, rapport.exactesProtegees, rapport.borneesProtegees]).toEqual([[], [], []]);
    expect(rapport.protegees).toBeGreaterThan(50);
    // Published as well, what only protects others gives protected cells away: statuses m are not idle.
    const ouverte = systemeDe({
      ...jj,
      cellules: jj.cellules.map((c) => (c.statut === 'm' ? { ...c, statut: 's' } : c)),
    });
    expect(auditerSysteme(ouverte).exactesProtegees.length).toBeGreaterThan(20);
  });

  it('says of each cell what the tables say, and by which rule it is hidden', async () => {
    const { dictionnaire, jj } = await ecrit({});
    const tables = ['200000011', '200000022'].map(
      (e) =>
        [
          e,
          JSON.parse(readFileSync(join(mini.release, 'bundles', e, 'table.json'), 'utf8')) as Table,
        ] as const,
    );
    // A fine zone is named with its EPCI in the union of territories; a set of units may have several names.
    const montrees = new Map<string, boolean>();
    for (const [epci, t] of tables)
      t.zones.forEach(({ echelle, code }, i) => {
        const montre = t.colonnes[`ops_res.ENS.tous.${MILLESIME}`]![i] !== 's';
        for (const nom of [`${echelle}:${code}`, `${echelle}:${code}|${epci}`]) montrees.set(nom, montre);
      });
    let comparees = 0;
    for (const c of dictionnaire) {
      const noms = c.zones.filter((z) => montrees.has(z));
      if (noms.length === 0 || c.population !== 'ENS') continue;
      expect(c.etat === 'publiee', c.zones.join()).toBe(noms.some((z) => montrees.get(z)));
      expect(c.statut).toBe(jj.cellules[c.indice]!.statut);
      comparees++;
    }
    expect(comparees).toBeGreaterThan(150);
    const etats = new Set(dictionnaire.map((c) => c.etat));
    expect([...etats].sort()).toEqual(['interne', 'primaire', 'publiee', 'secondaire']);
    for (const c of dictionnaire) {
      if (c.etat === 'publiee') expect([c.lettre, c.regle]).toEqual(['V', '']);
      if (c.etat === 'primaire') expect(c.regle).toMatch(/^P\d/);
      if (c.etat === 'secondaire') expect([c.lettre, c.regle, c.effectif >= 11]).toEqual(['D', '', true]);
      if (c.etat !== 'publiee' && c.effectif > 0 && c.effectif < 11)
        expect([c.lettre, c.statut]).toEqual(['A', 'u']);
    }
  });

  it('protects a numerator where everybody is alike, and only there when the base is large', async () => {
    const { dictionnaire } = await ecrit({ population: 'ENS', mesure: 'ops_res_lt20' });
    for (const c of dictionnaire) if (c.effectif >= 11 && c.statut === 'u') expect(c.regle).toMatch(/P[1-5]/);
    expect(dictionnaire.some((c) => c.valeur !== c.effectif && c.etat === 'publiee')).toBe(true);
  });

  it('writes τ-ARGUS tables whose tree adds up and whose statuses are those of the JJ file', async () => {
    const { lire, dictionnaire } = await ecrit({
      epci: '200000011',
      echelles: ['commune', 'iris', 'adresse'],
    });
    const rda = lireRda(lire('.rda'));
    expect(rda.colonnes.map((c) => c.nom)).toEqual([
      'GEO',
      'POP',
      'VALEUR',
      'EFFECTIF',
      'COUT',
      'STATUT',
      'LPL',
      'UPL',
    ]);
    const [geo] = rda.colonnes;
    const parents = lireHrc(lire('.hrc'), geo!.mots.HIERLEADSTRING!, geo!.mots.TOTCODE!);
    const lignes = lire('.tab')
      .trim()
      .split('\n')
      .map((l) => l.split(rda.separateur));
    const valeurs = new Map(lignes.map((l) => [`${l[0]}/${l[1]}`, Number(l[2])]));
    expect(valeurs.size).toBe(lignes.length);
    expect(new Set(lignes.map((l) => l[0]))).toEqual(new Set([geo!.mots.TOTCODE, ...parents.keys()]));
    const sommes = new Map<string, number>();
    for (const [code, parent] of parents)
      for (const pop of ['Total', 'ER', 'AUTRE']) {
        const cle = `${parent}/${pop}`;
        sommes.set(cle, (sommes.get(cle) ?? 0) + valeurs.get(`${code}/${pop}`)!);
      }
    expect(sommes.size).toBeGreaterThan(15);
    for (const [cle, somme] of sommes) expect(somme, cle).toBe(valeurs.get(cle));
    const permis = new Set([...Object.values(rda.statuts), 'M', 'E']);
    const parCode = new Map(dictionnaire.map((c) => [`${c.code}/${c.population}`, c.statut]));
    const attendu: Record<string, string> = { s: 'S', z: 'E', u: 'U', m: 'M' };
    let relus = 0;
    for (const [code, pop, , , cout, statut] of lignes) {
      expect(permis).toContain(statut);
      expect(Number(cout)).toBeGreaterThan(0);
      const jj = parCode.get(`${code}/${pop === 'Total' ? 'ENS' : pop}`);
      if (jj === undefined) continue;
      expect(statut).toBe(attendu[jj]);
      relus++;
    }
    expect(relus).toBeGreaterThan(150);
  });

  it('is the same twice, says that it is confidential, and goes nowhere that is published', async () => {
    const [a, b] = [await ecrit({ epci: '200000022' }), await ecrit({ epci: '200000022' })];
    for (const f of readdirSync(a.vers))
      expect(readFileSync(join(a.vers, f), 'utf8')).toBe(readFileSync(join(b.vers, f), 'utf8'));
    expect(a.lire('LISEZMOI.txt')).toMatch(/^CONFIDENTIEL/);
    const dedans = join(mini.release, 'public', 'argus');
    await expect(ecrit({ vers: dedans })).rejects.toMatchObject({ code: 2 });
    expect(existsSync(dedans)).toBe(false);
  });

  it.each([
    ['an unknown variable', { variable: 'ops_rien' }],
    ['a measure of another variable', { mesure: 'ops_cf_mono' }],
    ['a population the variable lacks', { variable: 'rpls_parc', population: 'ER' as const }],
    ['a millésime that is not there', { millesime: 1999 }],
    ['an EPCI that is not there', { epci: '299999999' }],
    ['échelles that cross', { echelles: ['iris', 'qpv'] as const }],
  ])('refuses %s, in French with what is possible', async (_, d) => {
    await expect(ecrit(d)).rejects.toMatchObject({ name: 'UserError', hint: expect.stringMatching(/\S/) });
  });
});

describe.skipIf(!KIT)(`JJ files and the kit${KIT ? '' : ` (${SANS_KIT})`}`, () => {
  it.each(['sdctable-jj-testproblem', 'tauargus-manual-audit'])(
    '%s is read, written and read again alike',
    async (nom) => {
      const dossier = join(KIT ?? '', 'cases', nom);
      const jj = lireJj(readFileSync(join(dossier, 'problem.jj'), 'utf8'));
      expect(Math.max(...ecarts(jj))).toBe(0);
      expect(lireJj(texteJj(jj.cellules, jj.relations))).toEqual(jj);
      const s = await lireSysteme(join(dossier, 'cells.csv'), join(dossier, 'relations.csv'));
      expect(jj.cellules).toHaveLength(s.n);
      expect(jj.relations).toHaveLength(s.relations.nombre);
      const proteges = jj.cellules.flatMap((c, i) => (c.statut === 'u' ? [i] : []));
      expect(proteges.length).toBeGreaterThan(0);
      if (nom === 'tauargus-manual-audit') {
        expect(auditerSysteme(systemeDe(jj)).exactesProtegees).toEqual(auditerSysteme(s).exactesProtegees);
        expect(proteges).toEqual([...s.protege].flatMap((p, i) => (p ? [i] : [])));
      }
    },
  );

  it.each(['n', 'r'])('the kit’s auditor finds the JJ file of measure %s safe', async (mesure) => {
    const { jj } = await ecrit({ mesure });
    const dossier = join(racine, `kit-${++numero}`);
    const cachee = (c: Jj['cellules'][number]) => c.statut === 'u' || c.statut === 'm';
    mkdirSync(dossier);
    writeFileSync(
      join(dossier, 'cells.csv'),
      `id,value,base,protect\n${jj.cellules.map((c, i) => `c${i},${cachee(c) ? '' : c.valeur},${c.valeur},${c.statut === 'u' ? 1 : 0}`).join('\n')}\n`,
    );
    writeFileSync(
      join(dossier, 'relations.csv'),
      `relation,cell,coef\n${jj.relations.flatMap(({ termes }, r) => termes.map(([c, w]) => `r${r},c${c},${w}`)).join('\n')}\n`,
    );
    const lu = JSON.parse(
      execFileSync(
        process.execPath,
        [join(KIT ?? '', 'audit.mjs'), join(dossier, 'cells.csv'), join(dossier, 'relations.csv')],
        {
          encoding: 'utf8',
          maxBuffer: 2 ** 28,
        },
      ),
    ) as Record<string, unknown>;
    expect(lu).toMatchObject({ recoverable_exact_protected: 0, inconsistent: 0 });
    expect(lu.protected).toBe(jj.cellules.filter((c) => c.statut === 'u').length);
  });
});
