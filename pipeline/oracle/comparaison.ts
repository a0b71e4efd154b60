/** Published figures against ours, cell by cell (reference/README.md, rpls/). */
import { texte, type Base } from '../lib/duckdb.ts';

export interface Ecart {
  zone: string;
  code: string;
  indicateur: string;
  publie: number;
  calcule: number;
  motif: string;
}
export interface Bilan {
  comparables: number;
  egales: number;
  ecarts: Ecart[];
  parIndicateur: Record<string, { comparables: number; egales: number }>;
  parZone: Record<string, { zones: number; exactes: number }>;
}

/** Published indicator → sum of atom columns that gives its count. `rpls_nb` and QPV come from the same atoms. */
const INDICATEURS: Record<string, string> = {
  'Nombre de logements sociaux': '"x.rpls_nb.ENS"',
  'Logements collectifs': '"x.rpls_coll.ENS"',
  'Logements individuels': '"x.rpls_indiv.ENS"',
  'DPE énergie classe A, B ou C': '"x.rpls_dpe_a.ENS" + "x.rpls_dpe_b.ENS" + "x.rpls_dpe_c.ENS"',
  'DPE énergie classe D': '"x.rpls_dpe_d.ENS"',
  'DPE énergie classe E, F ou G': '"x.rpls_dpe_e.ENS" + "x.rpls_dpe_f.ENS" + "x.rpls_dpe_g.ENS"',
  'DPE énergie inconnu': '"x.rpls_nb.ENS" - "r.rpls_dpe.ENS"',
  'DPE GES classe A, B ou C': '"x.rpls_ges_a.ENS" + "x.rpls_ges_b.ENS" + "x.rpls_ges_c.ENS"',
  'DPE GES classe D': '"x.rpls_ges_d.ENS"',
  'DPE GES classe E, F ou G': '"x.rpls_ges_e.ENS" + "x.rpls_ges_f.ENS" + "x.rpls_ges_g.ENS"',
  'DPE GES inconnu': '"x.rpls_nb.ENS" - "r.rpls_ges.ENS"',
  'moins de 2 pièces': '"x.rpls_typ_t1.ENS" + "x.rpls_typ_t2.ENS"',
  '3 et 4 pièces': '"x.rpls_typ_t3.ENS" + "x.rpls_typ_t4.ENS"',
  '5 pièces et plus': '"x.rpls_typ_t5p.ENS"',
  'En QPV': '"x.rpls_qpv.ENS"',
  'Hors QPV': '"x.rpls_nb.ENS" - "x.rpls_qpv.ENS"',
};

const TYPES: Record<string, 'epci' | 'departement'> = { Epci: 'epci', Départements: 'departement' };

/**
 * Compare counts and shares of every EPCI and département whose communes are all in the file.
 * @param atomes Parquet of the indicators stage @param publies CSV (.gz) of published indicators
 * @param completes codes that may be compared, per échelle
 */
export async function compare(
  base: Base,
  atomes: string,
  publies: string,
  completes: Record<'epci' | 'departement', ReadonlySet<string>>,
): Promise<Bilan> {
  const cas = Object.entries(INDICATEURS);
  await base.execute(
    `create or replace table calcule as ${(['epci', 'departement'] as const)
      .map(
        (e) =>
          `select '${e}' as echelle, ${e} as code, sum("x.rpls_nb.ENS") as total, ${cas.map(([, sql], i) => `sum(${sql}) as c${i}`).join(', ')} from read_parquet(${texte(atomes)}) where ${e} is not null group by ${e}`,
      )
      .join(' union all ')}`,
  );
  const nous = new Map(
    (
      await base.lignes<Record<string, number> & { echelle: string; code: string }>('select * from calcule')
    ).map((l) => [`${l.echelle}:${l.code}`, l]),
  );
  const lignes = await base.lignes<{
    TypeZone: string;
    Zone: string;
    CodeZone: string;
    Indicateur: string;
    Valeur: string;
    Pourcent: string;
  }>(
    `select TypeZone, Zone, CodeZone, Indicateur, Valeur, Pourcent from read_csv(${texte(publies)}, header = true, all_varchar = true) where SousEnsemble = 'Ensemble du parc' and TypeZone in ('Epci', 'Départements')`,
  );
  const bilan: Bilan = { comparables: 0, egales: 0, ecarts: [], parIndicateur: {}, parZone: {} };
  const exactes = new Map<string, boolean>();
  for (const l of lignes) {
    const echelle = TYPES[l.TypeZone];
    const rang = cas.findIndex(([nom]) => nom === l.Indicateur);
    if (echelle === undefined || rang < 0 || !completes[echelle].has(l.CodeZone)) continue;
    const total = nous.get(`${echelle}:${l.CodeZone}`)?.total ?? 0;
    const calcule = nous.get(`${echelle}:${l.CodeZone}`)?.[`c${rang}`] ?? 0;
    const publie = Number(l.Valeur);
    const part =
      l.Indicateur === 'Nombre de logements sociaux' ||
      l.Pourcent === '' ||
      l.Pourcent === 'NA' ||
      total === 0;
    const egal =
      calcule === publie &&
      (part || Math.round(Number(l.Pourcent) * 10) === Math.round((1000 * calcule) / total));
    const i = (bilan.parIndicateur[l.Indicateur] ??= { comparables: 0, egales: 0 });
    bilan.comparables++;
    i.comparables++;
    const z = `${l.TypeZone}/${l.CodeZone}`;
    exactes.set(z, (exactes.get(z) ?? true) && egal);
    if (egal) {
      bilan.egales++;
      i.egales++;
    } else {
      const arrondi =
        calcule === publie
          ? 'effectifs égaux, pourcentage publié différent'
          : `effectifs différents de ${calcule - publie}`;
      bilan.ecarts.push({
        zone: l.Zone,
        code: l.CodeZone,
        indicateur: l.Indicateur,
        publie,
        calcule,
        motif: arrondi,
      });
    }
  }
  for (const [z, exacte] of exactes) {
    const t = (bilan.parZone[z.split('/')[0] as string] ??= { zones: 0, exactes: 0 });
    t.zones++;
    if (exacte) t.exactes++;
  }
  return bilan;
}
