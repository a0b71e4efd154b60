/**
 * The reference geography and the true counts, read from the confidential side: atoms (finest sets of units with the
 * zones they belong to) of `confidentiel/indicateurs`. Columns are fetched a few at a time: a whole country fits.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { ECHELLES, type Echelle, type Secteur } from '../../data/contract/zone.ts';
import { ident, ouvreBase, texte, type Base } from '../lib/duckdb.ts';

export interface Reference {
  readonly millesimes: readonly number[];
  atomes(millesime: number): Promise<Atomes>;
  /** Count columns of the atoms of one millésime, in the order of `atomes`; a column the file lacks is null. */
  mesures(millesime: number, colonnes: readonly string[]): Promise<(Int32Array | null)[]>;
  /** Dwellings of each residence (rule P4). */
  residences(millesime: number): Promise<ReadonlyMap<string, number>>;
  /** Largest landlord's share in per mille, by `echelle:code/secteur` (rule P7); null when not computed. */
  dominance(millesime: number): Promise<ReadonlyMap<string, number> | null>;
  ferme(): void;
}

export interface Atomes {
  readonly nombre: number;
  /** Échelles below France that the atoms know, finest first; `zone` −1 = the atom is in no zone of that échelle. */
  readonly echelles: readonly {
    readonly echelle: Echelle;
    readonly zone: Int32Array;
    readonly codes: readonly string[];
  }[];
  readonly secteur: readonly Secteur[];
}

/** Open the reference. @param dossier the `confidentiel` folder of the build */
export async function ouvrirReference(dossier: string): Promise<Reference> {
  const fichier = (nom: string) => join(dossier, 'indicateurs', nom);
  if (!existsSync(fichier('atomes.parquet')))
    throw new UserError(`Le dossier confidentiel ne contient pas indicateurs/atomes.parquet : ${dossier}`, {
      hint: 'Indiquez le dossier confidentiel du calcul avec --confidentiel DIR, ou relancez carto build.',
      code: 2,
    });
  const base: Base = await ouvreBase();
  const atomes = `read_parquet(${texte(fichier('atomes.parquet'))})`;
  const noms = new Set(
    (await base.lignes<{ column_name: string }>(`describe select * from ${atomes}`)).map(
      (l) => l.column_name,
    ),
  );
  const millesimes = (
    await base.lignes<{ millesime: number }>(`select distinct millesime from ${atomes} order by 1`)
  ).map((l) => l.millesime);
  const optionnel = async <T>(nom: string, sql: string): Promise<T[] | null> =>
    existsSync(fichier(nom)) ? base.lignes<T>(sql.replace('$', texte(fichier(nom)))) : null;
  return {
    millesimes,
    async atomes(millesime) {
      const presentes = ECHELLES.filter((e) => e !== 'france' && noms.has(e)).reverse();
      const c = await base.colonnes(
        `select ${[...presentes, 'secteur'].map(ident).join(', ')} from ${atomes} where millesime = ${millesime}`,
      );
      const secteur = (c.secteur ?? []) as Secteur[];
      return {
        nombre: secteur.length,
        secteur,
        echelles: presentes.map((echelle) => {
          const rang = new Map<string, number>();
          const codes: string[] = [];
          const zone = Int32Array.from(c[echelle] as (string | null)[], (code) => {
            if (code == null) return -1;
            let r = rang.get(code);
            if (r === undefined) {
              rang.set(code, (r = codes.length));
              codes.push(code);
            }
            return r;
          });
          return { echelle, zone, codes };
        }),
      };
    },
    async mesures(millesime, colonnes) {
      const la = colonnes.filter((c) => noms.has(c));
      if (la.length === 0) return colonnes.map(() => null);
      const c = await base.colonnes(
        `select ${la.map(ident).join(', ')} from ${atomes} where millesime = ${millesime}`,
      );
      return colonnes.map((nom) => (noms.has(nom) ? Int32Array.from(c[nom] as number[]) : null));
    },
    async residences(millesime) {
      const l = await optionnel<{ residence: string; logements: number }>(
        'residences.parquet',
        `select residence, logements from read_parquet($) where millesime = ${millesime}`,
      );
      return new Map((l ?? []).map((r) => [r.residence, r.logements]));
    },
    async dominance(millesime) {
      const l = await optionnel<{ echelle: string; code: string; secteur: string; part: number }>(
        'dominance.parquet',
        `select echelle, code, secteur, part from read_parquet($) where millesime = ${millesime}`,
      );
      return l === null ? null : new Map(l.map((d) => [`${d.echelle}:${d.code}/${d.secteur}`, d.part]));
    },
    ferme: () => base.ferme(),
  };
}
