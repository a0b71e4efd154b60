/** `carto explain`: the reason of a hidden cell, what it protects, what showing it would cost. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commande } from '../../pipeline/secret/explain.ts';
import { ouvreBase, texte } from '../../pipeline/lib/duckdb.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { creeTerritoire, type Territoire } from './territoire.ts';

let t: Territoire;
let vers: string;
let raisons: string;
beforeAll(async () => {
  t = await creeTerritoire(3, { atomes: 300 });
  const { confidentiel } = await t.secret([]);
  vers = join(t.dossier, 'livraisons');
  await mkdir(vers);
  await cp(confidentiel, join(vers, 'confidentiel'), { recursive: true });
  raisons = `read_parquet(${texte(join(vers, 'confidentiel', 'secret', 'raisons.parquet'))})`;
}, 120_000);
afterAll(() => t.ferme());

async function raconte(positionals: string[], values: Record<string, string | boolean>): Promise<string> {
  const lignes: string[] = [];
  await commande.run(
    {
      values: { vers, population: 'ENS', secteur: 'tous', ...values },
      positionals,
    },
    { journal: journalMuet, json: false, ecrit: (l: string) => void lignes.push(l) },
  );
  return lignes.join('\n');
}
const une = async (ou: string) => {
  const base = await ouvreBase();
  try {
    const [l] = await base.lignes<{ echelle: string; code: string; millesime: number; cible: string }>(
      `select echelle, code, millesime, cible from ${raisons} where population = 'ENS' and secteur = 'tous' and ${ou} order by all limit 1`,
    );
    if (l === undefined) throw new Error(`no hidden cell where ${ou}`);
    return l;
  } finally {
    base.ferme();
  }
};

describe('carto explain', () => {
  it('names the rule of a primary cell', async () => {
    const c = await une("variable = 'ops_res' and raison = 'P1' and echelle = 'commune'");
    expect(
      await raconte([`commune:${c.code}`, 'ops_res_lt20'], { millesime: String(c.millesime) }),
    ).toContain('secret primaire : moins de 11 unités dans le champ');
  });

  it('names the neighbour that a secondary cell protects', async () => {
    const c = await une("variable = 'ops_men' and genre = 'exacte'");
    const dit = await raconte([`${c.echelle}:${c.code}`, 'ops_rep'], { millesime: String(c.millesime) });
    expect(dit).toContain(`secret secondaire : publiée, elle donnerait exactement « ${c.cible} »`);
  });

  it('says what showing it would cost, and that it must then be hidden elsewhere', async () => {
    const c = await une("variable = 'ops_men' and genre = 'exacte'");
    const dit = await raconte([`${c.echelle}:${c.code}`, 'ops_rep'], {
      millesime: String(c.millesime),
      cout: true,
    });
    expect(dit).toMatch(
      /La publier masquerait \S+ autres? cellules? et en rendrait|Impossible de la publier/,
    );
  }, 60_000);

  it('tells losses by échelle and variable, the heaviest first', async () => {
    const lignes = (await raconte([], { pertes: true })).split('\n');
    expect(lignes[0]).toMatch(/^Pertes du secret, millésime \d{4}/);
    const adresses = lignes.filter((l) => l.startsWith('adresse'));
    const parts = adresses.map((l) => Number(/([\d,]+)\s%$/.exec(l)?.[1]?.replace(',', '.')));
    expect(parts.length).toBeGreaterThan(5);
    expect(parts).toEqual(parts.toSorted((a, b) => b - a));
  });
});
