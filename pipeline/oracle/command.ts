/**
 * `carto oracle`: real dwellings through the real flow, compared with the official figures. The register of 1 January 2019
 * is run twice: on its own COG (the published perimeters) and on COG 2025 through the passage tables (three known EPCI).
 */
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { Fichier, Sources } from '../../data/contract/sources.ts';
import { calculerIndicateurs } from '../indicators/stage.ts';
import { ouvreBase, texte } from '../lib/duckdb.ts';
import { writeJson } from '../lib/files.ts';
import type { Commande } from '../lib/commande.ts';
import type { Journal } from '../lib/journal.ts';
import { lireSources } from '../sources/stage.ts';
import { fabriquerTables } from '../tables/stage.ts';
import { compare, type Bilan } from './comparaison.ts';
import { deplie } from './expansion.ts';
import { limitesDe } from './limites.ts';

/** EPCI of today whose 2019 stock is known through the passage tables (reference/README.md, geodata.md §6). */
const CONNUS = { '242100410': 24_431, '200093201': 132_817, '200040459': 3848 } as const;

export interface ResultatOracle {
  logements: number;
  cog2019: Bilan;
  /** Stock of known EPCI on COG 2025, computed through the passage tables. */
  cog2025: Record<string, { attendu: number; calcule: number }>;
  /** Dwellings in = kept + refused, on both COG. */
  comptes: Record<string, { entree: number; gardees: number; rejetees: number }>;
}

const existe = (chemin: string) =>
  access(chemin).then(
    () => true,
    () => false,
  );

async function coule(
  travail: string,
  config: Sources,
  fichiers: Fichier[],
  journal: Journal,
): Promise<{ atomes: string; comptes: { entree: number; gardees: number; rejetees: number } }> {
  await writeJson(join(travail, 'sources.json'), { ...config, fichiers });
  const [s, t, i] = ['sources', 'tables', 'indicateurs'].map((n) => join(travail, `cog${config.cog}`, n)) as [
    string,
    string,
    string,
  ];
  for (const d of [s, t, i]) await mkdir(d, { recursive: true });
  await lireSources(travail, s, journal);
  const { logements } = await fabriquerTables(s, t, journal);
  await calculerIndicateurs(t, i, journal);
  return { atomes: join(i, 'atomes.parquet'), comptes: logements };
}

/** Run the oracle on a folder laid out like shared/reference. Throws UserError when a needed file is missing. */
export async function oracle(reference: string, journal: Journal): Promise<ResultatOracle> {
  const r = (...p: string[]) => resolve(reference, ...p);
  for (const f of [
    ['rpls', 'rpls2019-par-commune-reference.csv.gz'],
    ['rpls', 'rpls2019-indicateurs-reference.csv.gz'],
    ['cog', 'cog2019-appartenance-communes.csv.gz'],
    ['cog', 'cog2025-communes.csv.gz'],
  ]) {
    if (!(await existe(r(...f))))
      throw new UserError(`Fichier de référence absent : ${f.join('/')}.`, {
        hint: 'Indiquez un dossier organisé comme shared/reference : --reference DIR',
      });
  }
  const travail = await mkdtemp(join(tmpdir(), 'carto-oracle-'));
  try {
    const etape = journal.etape('déplier');
    const logements = await deplie(
      r('rpls', 'rpls2019-par-commune-reference.csv.gz'),
      join(travail, 'rpls.csv'),
    );
    etape.fin({ logements });
    const base: Omit<Sources, 'cog' | 'fichiers'> = {
      format: 'carto-ops/sources@1',
      titre: 'Oracle RPLS 2019',
      fictif: false,
      pays: 'France',
      emmenagesRecentsAnnees: {},
    };
    const limites = await limitesDe(reference, travail);
    const rpls: Fichier = { type: 'rpls_ouvert', chemin: 'rpls.csv', millesime: 2019 };
    const source = (type: Fichier['type'], chemin: string): Fichier => ({
      type,
      chemin: relatif(travail, chemin),
    });
    const passages: Fichier[] = [];
    for (let a = 2018; a < 2025; a++) {
      const f = r('cog', `passage-${a}-${a + 1}.csv.gz`);
      if (await existe(f)) passages.push(source('passage', f));
    }
    for (const f of ['cog2025-passage-communes-historiques.csv.gz', 'cog2025-arrondissements-plm.csv.gz'])
      if (await existe(r('cog', f))) passages.push(source('passage', r('cog', f)));
    const a2019 = await coule(
      travail,
      { ...base, cog: 2019, fichiers: [] },
      [
        rpls,
        ...limites,
        source('cog_communes', r('cog', 'cog2019-appartenance-communes.csv.gz')),
        ...passages,
      ],
      journal,
    );
    const a2025 = await coule(
      travail,
      { ...base, cog: 2025, fichiers: [] },
      [
        rpls,
        ...limites,
        source('cog_communes', r('cog', 'cog2025-communes.csv.gz')),
        source('cog_epci', r('cog', 'cog2025-epci.csv.gz')),
        ...passages,
      ],
      journal,
    );
    const db = await ouvreBase();
    try {
      const completes = await zonesCompletes(
        db,
        r('cog', 'cog2019-appartenance-communes.csv.gz'),
        r('rpls', 'rpls2019-par-commune-reference.csv.gz'),
      );
      const cog2019 = await compare(
        db,
        a2019.atomes,
        r('rpls', 'rpls2019-indicateurs-reference.csv.gz'),
        completes,
      );
      const cog2025: ResultatOracle['cog2025'] = {};
      for (const [code, attendu] of Object.entries(CONNUS)) {
        const calcule = await db.scalaire(
          `select coalesce(sum("x.rpls_nb.ENS"), 0) from read_parquet(${texte(a2025.atomes)}) where epci = ${texte(code)}`,
        );
        if (calcule > 0) cog2025[code] = { attendu, calcule };
      }
      return {
        logements,
        cog2019,
        cog2025,
        comptes: { 'COG 2019': a2019.comptes, 'COG 2025': a2025.comptes },
      };
    } finally {
      db.ferme();
    }
  } finally {
    await rm(travail, { recursive: true, force: true });
  }
}

function relatif(depuis: string, vers: string): string {
  const [a, b] = [resolve(depuis).split('/'), resolve(vers).split('/')];
  let commun = 0;
  while (commun < a.length && a[commun] === b[commun]) commun++;
  return [...a.slice(commun).map(() => '..'), ...b.slice(commun)].join('/');
}

/** Zones all of whose communes belong to régions present in the file (a commune without dwellings has no row). */
async function zonesCompletes(
  base: Awaited<ReturnType<typeof ouvreBase>>,
  appartenance: string,
  parCommune: string,
): Promise<Record<'epci' | 'departement', Set<string>>> {
  await base.execute(`create table appartenance as select CODGEO as commune, DEP as departement, REG as region, EPCI as epci from read_csv(${texte(appartenance)}, header = true, all_varchar = true);
    create table regions_presentes as select distinct region from appartenance join (select distinct DEPCOM as commune from read_csv(${texte(parCommune)}, header = true, all_varchar = true)) using (commune)`);
  const codes = async (e: 'epci' | 'departement') =>
    new Set(
      (
        await base.lignes<{ code: string }>(
          `select ${e} as code from appartenance where ${e} <> 'ZZZZZZZZZ' group by ${e} having bool_and(region in (select region from regions_presentes))`,
        )
      ).map((l) => l.code),
    );
  return { epci: await codes('epci'), departement: await codes('departement') };
}

const nombre = new Intl.NumberFormat('fr-FR');

/** French report of a result; the last line says whether everything agrees. */
export function raconte(o: ResultatOracle): string {
  const lignes = [`${nombre.format(o.logements)} logements réels du RPLS au 1er janvier 2019.`];
  for (const [cog, c] of Object.entries(o.comptes))
    lignes.push(
      `  ${cog} : ${nombre.format(c.entree)} lus = ${nombre.format(c.gardees)} gardés + ${nombre.format(c.rejetees)} refusés`,
    );
  for (const [type, z] of Object.entries(o.cog2019.parZone))
    lignes.push(`  ${type} : ${nombre.format(z.exactes)} zones sur ${nombre.format(z.zones)} égales en tout`);
  for (const [i, c] of Object.entries(o.cog2019.parIndicateur))
    lignes.push(`    ${i.padEnd(32)} ${nombre.format(c.egales)} / ${nombre.format(c.comparables)}`);
  for (const [code, c] of Object.entries(o.cog2025))
    lignes.push(
      `  EPCI ${code} sur le COG 2025 : ${nombre.format(c.calcule)} (attendu ${nombre.format(c.attendu)})`,
    );
  for (const e of o.cog2019.ecarts.slice(0, 50))
    lignes.push(
      `  ≠ ${e.zone} (${e.code}), ${e.indicateur} : publié ${nombre.format(e.publie)}, calculé ${nombre.format(e.calcule)} : ${e.motif}`,
    );
  if (o.cog2019.ecarts.length > 50)
    lignes.push(`  … et ${o.cog2019.ecarts.length - 50} autres écarts (--json les donne tous).`);
  lignes.push(
    `${nombre.format(o.cog2019.egales)} cellules égales sur ${nombre.format(o.cog2019.comparables)} comparables.`,
  );
  return lignes.join('\n');
}

export const commande: Commande = {
  nom: 'oracle',
  resume: 'compare le flux aux chiffres officiels du RPLS 2019 (données de référence réelles)',
  options: {
    reference: {
      type: 'string',
      valeur: 'DIR',
      default: '../shared/reference',
      aide: 'dossier organisé comme shared/reference',
    },
  },
  async run({ values }, { journal, json, ecrit }) {
    const resultat = await oracle(String(values.reference), journal);
    ecrit(json ? JSON.stringify(resultat) : raconte(resultat));
    const connus = Object.values(resultat.cog2025).every((c) => c.attendu === c.calcule);
    if (!connus)
      throw new UserError('Un EPCI connu n’a pas le nombre de logements attendu sur le COG 2025.', {
        code: 4,
      });
  },
};
