/** `carto explain --pertes`: what the secret costs, by échelle and variable, from pertes.parquet (raisons.ts). */
import { join } from 'node:path';
import { ECHELLES } from '../../data/contract/zone.ts';
import { ditPertesPubliques } from './explain-public.ts';
import { ouvreBase, texte } from '../lib/duckdb.ts';

interface Perte {
  echelle: string;
  variable: string;
  publiees: number;
  primaires: number;
  qualites: number;
  secondaires: number;
  /** Units hidden to protect others, in thousandths of all units in scope. */
  perte: number;
}

const nombre = new Intl.NumberFormat('fr-FR');
const pourcent = new Intl.NumberFormat('fr-FR', { style: 'percent', maximumFractionDigits: 1 });

/** Table of losses as text, or as JSON lines. @param millesime latest when undefined */
export async function tableauPertes(dossier: string, millesime: unknown, json: boolean): Promise<string> {
  const base = await ouvreBase();
  try {
    const source = `read_parquet(${texte(join(dossier, 'secret', 'pertes.parquet'))})`;
    const annee =
      typeof millesime === 'string'
        ? Number(millesime)
        : await base.scalaire<number>(`select max(millesime) from ${source}`);
    const lignes = await base.lignes<Perte>(
      `select echelle, variable, sum(publiees)::integer as publiees, sum(primaires)::integer as primaires, sum(qualites)::integer as qualites, sum(secondaires)::integer as secondaires,
         (1000 * sum(unites_secondaires) / greatest(1, sum(unites_publiees + unites_primaires + unites_qualites + unites_secondaires)))::integer as perte
       from ${source} where millesime = ${annee} and population = 'ENS' and secteur = 'tous' group by echelle, variable having sum(secondaires + primaires) > 0`,
    );
    const rang = (e: string) => (ECHELLES as readonly string[]).indexOf(e);
    lignes.sort(
      (a, b) => rang(a.echelle) - rang(b.echelle) || b.perte - a.perte || (a.variable < b.variable ? -1 : 1),
    );
    if (json) return lignes.map((l) => JSON.stringify({ millesime: annee, ...l })).join('\n');
    const tete = ['échelle', 'variable', 'publiées', 'petites', 'qualité', 'secondaires', 'unités perdues'];
    const corps = lignes.map((l) => [
      l.echelle,
      l.variable,
      ...[l.publiees, l.primaires, l.qualites, l.secondaires].map((n) => nombre.format(n)),
      pourcent.format(l.perte / 1000),
    ]);
    const largeurs = tete.map((t, i) => Math.max(t.length, ...corps.map((c) => (c[i] as string).length)));
    const rendre = (c: readonly string[]) =>
      c
        .map((x, i) => (i < 2 ? x.padEnd(largeurs[i] as number) : x.padStart(largeurs[i] as number)))
        .join('  ');
    const publiques = await ditPertesPubliques(dossier, base, annee);
    return [
      `Pertes du secret, millésime ${annee}, ensemble des ménages ou des logements`,
      rendre(tete),
      ...corps.map(rendre),
      ...(publiques === '' ? [] : [publiques]),
    ].join('\n');
  } finally {
    base.ferme();
  }
}
