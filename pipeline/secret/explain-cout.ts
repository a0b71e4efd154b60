/** `carto explain --cout`: reads the confidential counts of a build and says what one more published cell would cost. */
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import { texte, type Base } from '../lib/duckdb.ts';
import { ouvreAtomes } from './atomes.ts';
import { coutDe, type CelluleBloc, type Cout } from './cout.ts';

const nombre = new Intl.NumberFormat('fr-FR');
const EXEMPLES = 5;

/** A cost, or the sentence that says why the cell cannot be published at all. */
export type CoutDit = Cout | { impossible: string };

/** @param dossier confidential folder of the build @param base any open database */
export async function coutDeCellule(
  dossier: string,
  base: Base,
  v: Variable,
  cellule: Omit<CelluleBloc, 'epci'>,
  millesime: number | null,
  epci: string | null,
): Promise<CoutDit> {
  if (epci === null || millesime === null || cellule.echelle === 'epci')
    throw new UserError('Le coût d’une cellule se calcule à l’intérieur d’un EPCI.', {
      hint: 'Demandez-le pour une commune, un IRIS, un carreau, une résidence ou une adresse.',
      code: 2,
    });
  const caches = new Set(
    (
      await base.lignes<{ cle: string }>(
        `select concat(population, '/', secteur) as cle from read_parquet(${texte(join(dossier, 'secret', 'raisons.parquet'))})
         where millesime = ${millesime} and variable = ${texte(v.id)} and echelle = 'epci' and code = ${texte(epci)} and raison not in ('P3', 'P5-modalite')`,
      )
    ).map((l) => l.cle),
  );
  const { charge, base: atomes } = await ouvreAtomes(join(dossier, 'indicateurs'));
  try {
    return coutDe(await charge(millesime), v, { ...cellule, epci }, caches);
  } catch (erreur) {
    if (erreur instanceof UserError) return { impossible: erreur.message };
    throw erreur;
  } finally {
    atomes.ferme();
  }
}

/** One French sentence. */
export function diteCout(c: CoutDit): string {
  if ('impossible' in c) return `Impossible de la publier. ${c.impossible}`;
  const ecart = c.avec.unites - c.sans.unites;
  const liste = c.perdues.slice(0, EXEMPLES).join(', ');
  const suite = c.perdues.length > EXEMPLES ? `, et ${c.perdues.length - EXEMPLES} autres` : '';
  const compte = (n: number, un: string, plusieurs: string) =>
    n === 0 ? `aucune ${un}` : `${nombre.format(n)} ${n > 1 ? plusieurs : un}`;
  return [
    `La publier masquerait ${compte(c.perdues.length, 'autre cellule', 'autres cellules')} et en rendrait ${compte(c.rendues.length, 'autre', 'autres')} :`,
    `${nombre.format(c.avec.cellules)} cellules secondaires au lieu de ${nombre.format(c.sans.cellules)}, ${ecart >= 0 ? `${nombre.format(ecart)} unités perdues de plus` : `${nombre.format(-ecart)} unités gagnées`}`,
    `(variable jugée seule, sans le masque de sa famille)${liste === '' ? '.' : ` ; à la place : ${liste}${suite}.`}`,
  ].join(' ');
}
