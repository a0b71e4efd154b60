/** The secret as the build runs it, on small territories: safe, told by a golden map, and unsafe when a guard is left out. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QUESTIONS } from '../../data/catalogue/questions.ts';
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { ouvreBase, texte } from '../../pipeline/lib/duckdb.ts';
import type { Garde } from '../../pipeline/secret/verdict.ts';
import { audite, creeTerritoire, type Territoire } from './territoire.ts';

/** Kinds of violation found when guards are left out. */
async function violations(t: Territoire, ...sans: Garde[]): Promise<string[]> {
  const { publie, confidentiel } = await t.secret(sans);
  return [...(await audite(publie, confidentiel)).violations.keys()].sort();
}

describe('two surveys of the same households', () => {
  let t: Territoire;
  beforeAll(async () => {
    t = await creeTerritoire(5, { atomes: 450 });
  }, 120_000);
  afterAll(() => t.ferme());

  it('publishes nothing that the audit can turn into something hidden', async () => {
    expect(await violations(t)).toEqual([]);
  }, 120_000);

  it.each([
    [['primaire'], ['regle']],
    // The plain rule of residues catches by itself most of what the engine would: both are left out here.
    [['moteur', 'residus'], ['groupe']],
    [['uniformes'], ['numerateur']],
    [['croisement'], ['exact', 'groupe']],
  ] as const)(
    'is refused when the guards %j are left out',
    async (gardes, genres) => {
      expect(await violations(t, ...gardes)).toEqual(expect.arrayContaining([...genres]));
    },
    120_000,
  );

  it('finds residues by a plain rule where the engine does not look', async () => {
    const groupes = async (...sans: Garde[]) => {
      const { publie, confidentiel } = await t.secret(sans);
      return (await audite(publie, confidentiel)).violations.get('groupe') ?? 0;
    };
    const [avec, sans] = [await groupes('moteur'), await groupes('moteur', 'residus')];
    expect(avec).toBeLessThan(sans);
  }, 120_000);
});

describe('a rare bracket', () => {
  let t: Territoire;
  beforeAll(async () => {
    t = await creeTerritoire(3, { atomes: 300 });
  }, 120_000);
  afterAll(() => t.ferme());

  it('writes equations between variables that hold on every atom', async () => {
    const base = await ouvreBase();
    try {
      const tout = `read_parquet(${texte(join(t.dossier, 'indicateurs', 'atomes.parquet'))})`;
      for (const q of QUESTIONS) {
        const x = (ids: readonly string[]) => ids.map((i) => `"x.${i}.ENS"`).join(' + ');
        const egalites = [
          [`"u.${q.variables[0]}.ENS"`, x(q.morceaux)],
          [`"u.${q.variables[0]}.ENS"`, `"u.${q.variables[1]}.ENS"`],
          ...Object.entries(q.cumuls).map(([cumul, parts]) => [x([cumul]), x(parts)]),
        ];
        for (const [a, b] of egalites)
          expect(await base.scalaire(`select count(*) from ${tout} where ${a} <> ${b}`), `${a} = ${b}`).toBe(
            0,
          );
        const siens = q.variables.flatMap((v) =>
          indicateursDe(v)
            .filter((i) => i.calcul === 'part')
            .map((i) => i.id),
        );
        expect([...q.morceaux, ...Object.keys(q.cumuls)].sort()).toEqual(siens.sort());
        const titres = indicateursDe(q.variables[0])
          .filter((i) => i.calcul === 'part')
          .map((i) => i.id);
        expect([...q.titres].sort()).toEqual(titres.sort());
      }
    } finally {
      base.ferme();
    }
  });

  it.each([
    ['questions', ['numerateur']],
    ['bornes', ['numerateur']],
  ] as const)(
    'is refused when the guard «%s» is left out',
    async (garde, genres) => {
      expect(await violations(t)).toEqual([]);
      expect(await violations(t, garde)).toEqual([...genres]);
    },
    120_000,
  );

  it('hides what the golden map says, and counts its losses', async () => {
    const { confidentiel, rapport } = await t.secret([]);
    const base = await ouvreBase();
    try {
      const de = (nom: string) => `read_parquet(${texte(join(confidentiel, 'secret', `${nom}.parquet`))})`;
      const { primaires, qualite, secondaires } = rapport;
      const sort = `case raison when 'secondaire' then 's' when 'P3' then 'q' when 'P4' then 'q' else 'p' end`;
      const compte = (de: string, quoi: string) =>
        base.lignes<Record<string, number>>(`select ${quoi} from ${de}`);
      const par = (lettre: string, ou: string) =>
        `(count(*) filter (${sort} = '${lettre}' and ${ou}))::integer as ${lettre}`;
      expect(
        await compte(de('raisons'), [par('p', 'true'), par('q', 'true'), par('s', 'true')].join()),
      ).toEqual([{ p: primaires, q: qualite, s: secondaires }]);
      // Losses are counted where there is something to lose.
      expect(
        await compte(
          de('pertes'),
          'sum(primaires)::integer as p, sum(qualites)::integer as q, sum(secondaires)::integer as s',
        ),
      ).toEqual(
        await compte(
          de('raisons'),
          [par('p', 'unites > 0'), par('q', 'unites > 0'), par('s', 'unites > 0')].join(),
        ),
      );
      const cachees = await base.lignes<{ ligne: string }>(
        `select concat_ws(' ', millesime, variable, population, echelle, secteur, string_agg(concat(code, case raison when 'secondaire' then ':s' else ':p' end), ' ' order by code)) as ligne
         from ${de('raisons')} where variable in ('ops_men', 'ops_res', 'rpls_vacance') and echelle in ('commune', 'iris', 'residence') group by millesime, variable, population, echelle, secteur order by 1`,
      );
      const pertes = await base.lignes<{ ligne: string }>(
        `select concat_ws(' ', millesime, variable, population, echelle, concat(sum(secondaires), '/', sum(publiees + secondaires))) as ligne from ${de('pertes')} where secteur = 'tous' group by millesime, variable, population, echelle having sum(secondaires) > 0 order by 1`,
      );
      await expect(
        `${[...cachees, { ligne: '' }, ...pertes].map((l) => l.ligne).join('\n')}\n`,
      ).toMatchFileSnapshot('golden/territoire-3.txt');
    } finally {
      base.ferme();
    }
  }, 120_000);
});
