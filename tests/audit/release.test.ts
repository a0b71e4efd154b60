/** A clean miniature release passes; one planted leak of each kind is caught, whichever file it sits in. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditSchema } from '../../data/contract/audit.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { lireSysteme } from '../../pipeline/audit/kit.ts';
import { auditerSysteme } from '../../pipeline/audit/noyau/noyau.ts';
import { auditerRelease } from '../../pipeline/audit/release.ts';
import { rapport } from '../../pipeline/audit/command.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { KIT } from './kit.ts';
import { ecrireMini, type Mini, type Modifications } from './fixture.ts';

const racine = mkdtempSync(join(tmpdir(), 'audit-'));
let propre: Mini;
const cache = join(racine, 'cache');
let numero = 0;
beforeAll(async () => {
  propre = await ecrireMini(join(racine, 'propre'), { cache });
});
afterAll(() => rmSync(racine, { recursive: true, force: true }));

const auditer = (m: Mini, dump?: string) =>
  auditerRelease({
    release: m.release,
    confidentiel: m.confidentiel,
    journal: journalMuet,
    ...(dump === undefined ? {} : { dump }),
  });

/** Kinds of violation found, with their counts; fails when the audit passes. */
async function refuse(m: Mini): Promise<Record<string, number>> {
  const erreur = await auditer(m).then(
    () => null,
    (e: unknown) => e,
  );
  expect(erreur).toBeInstanceOf(UserError);
  expect((erreur as UserError).code).toBe(4);
  const resume = auditSchema.parse(JSON.parse(readFileSync(join(m.release, 'audit.json'), 'utf8')));
  expect(resume.verdict).toBe('non conforme');
  return resume.violations;
}

const copie = (): Mini => {
  const ici = join(racine, `copie-${++numero}`);
  cpSync(propre.racine, ici, { recursive: true });
  return { racine: ici, release: join(ici, 'release'), confidentiel: join(ici, 'confidentiel') };
};
const refaite = (m: Modifications) => ecrireMini(join(racine, `refaite-${++numero}`), { ...m, cache });
const modifier = (chemin: string, f: (json: Record<string, unknown>) => void) => {
  const json = JSON.parse(readFileSync(chemin, 'utf8')) as Record<string, unknown>;
  f(json);
  writeFileSync(chemin, JSON.stringify(json));
};

describe('audit of a release', () => {
  it('passes a clean release, counts what it read, and says the same twice', async () => {
    const resume = await auditer(propre);
    expect(auditSchema.parse(resume)).toEqual(resume);
    expect(resume.verdict).toBe('conforme');
    expect(resume.violations).toEqual({});
    expect(resume.fichiers.tables).toBeGreaterThan(10);
    expect(resume.fichiers.tuiles).toBeGreaterThan(50);
    expect(resume.fichiers.valeursComparees).toBeGreaterThan(1000);
    expect(resume.systemes.reduce((a, s) => a + s.protegees, 0)).toBeGreaterThan(50);
    const adresses = resume.cellules.find((c) => c.echelle === 'adresse' && c.variable === 'ops_res');
    expect(adresses).toMatchObject({ publiees: expect.any(Number), masquees: expect.any(Number) });
    expect(adresses!.publiees).toBeGreaterThan(10);
    expect(rapport(resume)).toContain('conforme');
    const premier = readFileSync(join(propre.release, 'audit.json'), 'utf8');
    await auditer(propre);
    expect(readFileSync(join(propre.release, 'audit.json'), 'utf8')).toBe(premier);
    expect(premier).not.toMatch(/A\d{3}|R\d{2}/);
  });

  it('catches small cells published, and what they give away', async () => {
    const m = await refaite({
      cellules: (c) => {
        for (const [nom, cellule] of c)
          if (nom.startsWith('adresse:A00')) cellule.set('ops_men.ER.tous.2022', '11–19');
      },
    });
    const v = await refuse(m);
    expect(v.regle).toBeGreaterThan(0);
    expect(v.exact ?? v.alias).toBeGreaterThan(0);
  });

  it('catches a difference between two zonings, each safe alone: carreau minus residence is one address', async () => {
    const m = await refaite({
      cellules: (c) => {
        for (let commune = 0; commune < 4; commune++)
          for (const zone of [`carreau:C${commune}0`, `residence:R${commune === 0 ? '00' : commune * 10}`])
            c.get(zone)!.set('ops_men.ER.tous.2022', '20–49');
      },
    });
    const { valeur: _, ...v } = await refuse(m);
    // Neither the carreau nor the residence breaks the primary rule; what is left between them does.
    expect(v.regle).toBeUndefined();
    expect(v.exact).toBeGreaterThan(0);
  });

  it('catches the figure of a hidden cell left in a tile', async () => {
    const m = await refaite({
      tuile: (fichier, zone, p) => {
        if (fichier.includes('carte') && zone === 'iris:010000101') p['ops_res_lt20.ENS.tous.2022'] = 230;
        return true;
      },
    });
    expect(await refuse(m)).toEqual({ tuile: 1 });
  });

  it('catches a zone missing from a tile archive', async () => {
    const m = await refaite({
      tuile: (f, zone) => !(f.includes('commune.parc') && zone === 'commune:02003'),
    });
    expect(await refuse(m)).toEqual({ zone_manquante: 1 });
  });

  it('catches metadata left by the tiler: command line, paths, statistics of attributes', async () => {
    const v = await refuse(await refaite({ sansNettoyage: (f) => f.includes('commune.parc') }));
    expect(v.metadonnees).toBeGreaterThan(0);
    expect(v.motif).toBeGreaterThan(0);
  });

  it('catches an extra column in a table and in tiles', async () => {
    const v = await refuse(
      await refaite({
        cellules: (c) => {
          for (const [nom, cellule] of c) if (nom.startsWith('adresse:')) cellule.set('bailleur_n', 12);
        },
      }),
    );
    expect(v.colonne).toBeGreaterThan(0);
    expect(v.metadonnees).toBeGreaterThan(0);
  });

  it('catches a table that differs from its tiles and from its manifest', async () => {
    const m = copie();
    modifier(join(m.release, 'public/tables/departement.ressources.json'), (t) => {
      const colonnes = t.colonnes as Record<string, number[]>;
      colonnes['ops_res_lt20.ENS.tous.2022']![0]! += 30;
    });
    expect(await refuse(m)).toMatchObject({ tuile: 1, empreinte: 1, valeur: 1 });
  });

  it('catches survey figures below the public échelles', async () => {
    const m = copie();
    modifier(join(m.release, 'public/tables/commune.parc.json'), (t) => {
      const colonnes = t.colonnes as Record<string, unknown[]>;
      colonnes['ops_res.ENS.tous.2022'] = (t.zones as unknown[]).map(() => 's');
    });
    expect((await refuse(m)).hors_liste).toBe(4);
  });

  it('catches unexpected files, keys, machine paths, unknown JSON keys and class bounds of hidden values', async () => {
    const m = copie();
    writeFileSync(join(m.release, 'public/notes.txt'), 'x');
    modifier(join(m.release, 'release.json'), (r) => {
      r.titre = '/home/quelquun/data';
      r.auteur = 'x';
    });
    modifier(join(m.release, `bundles/200000011/manifest.json`), (b) => {
      b.classes = {
        iris: {
          'ops_res_lt20.ENS.tous.2022': { methode: 'quantiles', bornes: [12.5], min: 3, max: 41 },
        },
      };
    });
    expect(await refuse(m)).toMatchObject({ fichier: 1, motif: 1, schema: 1, classes: 1 });
  });

  it('catches bytes appended to an archive', async () => {
    const m = copie();
    appendFileSync(join(m.release, 'bundles/200000022/carte.pmtiles'), 'A012=7');
    expect(await refuse(m)).toEqual({ empreinte: 1, residu_archive: 1 });
  });

  it('refuses two files that disagree on one cell', async () => {
    const m = copie();
    modifier(join(m.release, 'public/tables/commune.parc.json'), (t) => {
      (t.colonnes as Record<string, number[]>)['rpls_nb.ENS.tous.2022']![1]! += 1;
    });
    expect((await refuse(m)).desaccord).toBe(1);
  });

  it('writes each system for third parties, readable by the core again', async () => {
    const dump = join(racine, 'dump');
    await auditer(propre, dump);
    const systemes = readdirSync(join(dump, '2022'));
    expect(systemes).toContain('n.ops_men');
    const dossier = join(dump, '2022', 'n.ops_men');
    const s = await lireSysteme(join(dossier, 'cells.csv'), join(dossier, 'relations.csv'));
    const r = auditerSysteme(s);
    expect([r.incoherentes, r.exactesProtegees, r.borneesProtegees, r.groupes]).toEqual([[], [], [], []]);
    expect(r.protegees).toBeGreaterThan(20);
  });

  it.skipIf(!KIT)('agrees with the kit’s auditor on the dumped systems', async () => {
    const dump = join(racine, 'dump-kit');
    await auditer(propre, dump);
    for (const nom of ['n.ops_men', 'r.ops_res']) {
      const dossier = join(dump, '2022', nom);
      const sortie = execFileSync(
        process.execPath,
        [
          join(KIT ?? '', 'audit.mjs'),
          join(dossier, 'cells.csv'),
          join(dossier, 'relations.csv'),
          '--triples',
        ],
        { encoding: 'utf8', maxBuffer: 2 ** 28 },
      );
      const lu = JSON.parse(sortie) as Record<string, unknown>;
      expect(lu).toMatchObject({
        verdict: 'PASS',
        recoverable_exact_protected: 0,
        inconsistent: 0,
        small_groups: 0,
      });
      expect(lu.protected).toBeGreaterThan(20);
    }
  });

  it('names the folder that is not a release', async () => {
    await expect(auditer({ ...propre, release: racine })).rejects.toMatchObject({ code: 2 });
    await expect(auditer({ ...propre, confidentiel: racine })).rejects.toMatchObject({ code: 2 });
  });
});
