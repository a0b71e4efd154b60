/** Rule P7 in public, as the stage runs it: told, counted, and refused by the audit when its guard is left out. */
import { cp, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableSchema } from '../../data/contract/table.ts';
import { ouvreBase, texte } from '../../pipeline/lib/duckdb.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { diffusionPublique } from '../../pipeline/rapport/publique.ts';
import { commande } from '../../pipeline/secret/explain.ts';
import { audite, creeTerritoire, type Territoire } from './territoire.ts';

describe('a small territory where one landlord owns what is in QPV', () => {
  let t: Territoire;
  let complet: Awaited<ReturnType<Territoire['secret']>>;
  beforeAll(async () => {
    t = await creeTerritoire(5, { atomes: 450 });
    const fichier = join(t.dossier, 'indicateurs', 'dominance.parquet');
    const base = await ouvreBase();
    try {
      await base.execute(
        `copy (select * replace (case when secteur = 'qpv' and echelle in ('france', 'region', 'departement') then 900 else least(part, 800) end as part) from read_parquet(${texte(fichier)}) order by all) to ${texte(`${fichier}.tmp`)} (format parquet)`,
      );
    } finally {
      base.ferme();
    }
    await rename(`${fichier}.tmp`, fichier);
    complet = await t.secret([]);
  }, 120_000);
  afterAll(() => t.ferme());

  const lis = async (publie: string, nom: string) =>
    tableSchema.parse(JSON.parse(await readFile(join(publie, nom), 'utf8')));

  it('publishes what the audit accepts, and is refused without the cells around P7', async () => {
    expect([...(await audite(complet.publie, complet.confidentiel)).violations]).toEqual([]);
    const { publie, confidentiel } = await t.secret(['dominance']);
    const { violations, details } = await audite(publie, confidentiel);
    expect([...violations.keys()]).toEqual(['dominance']);
    expect(details.every((d) => d.detail.endsWith('calculable'))).toBe(true);
  }, 120_000);

  it('takes nothing from the territory but the figures of the wider zones', async () => {
    const sans = await t.secret(['dominance']);
    const [epci] = (await lis(complet.publie, 'public/tables/epci.parc.json')).zones;
    const nomTable = `territoires/${epci?.code}/table.json`;
    const [avec, temoin] = [await lis(complet.publie, nomTable), await lis(sans.publie, nomTable)];
    const propres = (x: typeof avec) =>
      Object.entries(x.colonnes).map(([k, v]) => [
        k,
        v.filter((_, z) => !['france', 'region', 'departement'].includes(x.zones[z]?.echelle ?? '')),
      ]);
    expect(propres(avec)).toEqual(propres(temoin));
    expect(avec.colonnes).not.toEqual(temoin.colonnes);
  }, 120_000);

  it('counts what the public alone loses, and names it', async () => {
    const vers = join(t.dossier, 'livraisons');
    await mkdir(vers, { recursive: true });
    await cp(complet.confidentiel, join(vers, 'confidentiel'), { recursive: true });
    const base = await ouvreBase();
    const publiques = `read_parquet(${texte(join(vers, 'confidentiel', 'secret', 'publiques.parquet'))})`;
    try {
      const nombre = (raison: string) =>
        base.scalaire(`select count(*)::integer from ${publiques} where raison = '${raison}'`);
      expect(await nombre('P7')).toBe(complet.rapport.publicDominees);
      expect(await nombre('secondaire')).toBe(complet.rapport.publicVoisines);
      expect(complet.rapport.publicVoisines).toBeGreaterThan(0);
      await base.execute(
        `create view publiques as select * from ${publiques}; create view pertes as select * from read_parquet(${texte(join(vers, 'confidentiel', 'secret', 'pertes.parquet'))})`,
      );
      const section = (await diffusionPublique({ base, zones: [] }))?.html;
      const { publicDominees, publicVoisines } = complet.rapport;
      expect(section).toMatch(
        new RegExp(`${publicDominees}\\scellules masquées par la règle et ${publicVoisines}\\sautres`),
      );
      const raconte = async (raison: string, secteurs: string) => {
        const [c] = await base.lignes<{ code: string; secteur: string; millesime: number }>(
          `select code, secteur, millesime from ${publiques} where raison = '${raison}' and variable = 'ops_res' and population = 'ENS' and echelle = 'departement' and secteur in (${secteurs}) order by all limit 1`,
        );
        const lignes: string[] = [];
        await commande.run(
          {
            values: { vers, population: 'ENS', secteur: c?.secteur ?? '', millesime: String(c?.millesime) },
            positionals: [`departement:${c?.code}`, 'ops_res_lt20'],
          },
          { journal: journalMuet, json: false, ecrit: (l: string) => void lignes.push(l) },
        );
        return lignes.join('\n');
      };
      const dominee = await raconte('P7', `'qpv'`);
      expect(dominee).toContain(
        'Masquée dans la diffusion publique (P7) : un bailleur y détient plus de 85 % des logements',
      );
      expect(dominee).not.toContain('Publiée.');
      expect(await raconte('secondaire', `'tous', 'hqpv'`)).toMatch(
        /Masquée en public pour protéger « \S+\|qpv\/ENS »/,
      );
    } finally {
      base.ferme();
    }
  }, 120_000);
});
