/**
 * The reference geography and the true counts, read from the confidential side: atoms (finest sets of units with the
 * zones they belong to) of `confidentiel/indicateurs`. Columns are fetched a few at a time: a whole country fits.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { ECHELLES, ECHELLES_FINES, type Echelle, type Secteur } from '../../data/contract/zone.ts';
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

/** Units by zone of one échelle; null = in no zone. */
function partition(
  echelle: Echelle,
  nombre: number,
  codeDe: (atome: number) => string | null,
): Atomes['echelles'][number] {
  const rang = new Map<string, number>();
  const codes: string[] = [];
  const zone = new Int32Array(nombre).fill(-1);
  for (let a = 0; a < nombre; a++) {
    const code = codeDe(a);
    if (code === null) continue;
    let r = rang.get(code);
    if (r === undefined) {
      rang.set(code, (r = codes.length));
      codes.push(code);
    }
    zone[a] = r;
  }
  return { echelle, zone, codes };
}

/**
 * Further zonings written as lists (`plh.1|arrondissements.3`): for each zoning, the zone of every atom. Zones of one
 * zoning never share an atom (refused by the tables stage), so each is a level of its own.
 */
function zonagesDes(listes: readonly (string | null)[]): (string | null)[][] {
  const parZonage = new Map<string, (string | null)[]>();
  listes.forEach((liste, a) => {
    for (const code of liste === null || liste === '' ? [] : liste.split('|')) {
      const nom = code.split('.', 1)[0] as string;
      let zones = parZonage.get(nom);
      if (zones === undefined) parZonage.set(nom, (zones = listes.map(() => null)));
      zones[a] = code;
    }
  });
  return [...parZonage.values()];
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
      const aussi = ['secteur', 'epci', 'zonages'].filter(
        (k) => noms.has(k) && !presentes.includes(k as Echelle),
      );
      const c = (await base.colonnes(
        `select ${[...presentes, ...aussi].map(ident).join(', ')} from ${atomes} where millesime = ${millesime}`,
      )) as Record<string, (string | null)[]>;
      const secteur = (c.secteur ?? []) as Secteur[];
      const epci = c.epci ?? [];
      const dans = (echelle: Echelle, code: string | null | undefined, a: number) =>
        code == null ? null : ECHELLES_FINES.includes(echelle) ? `${code}|${epci[a] ?? ''}` : code;
      return {
        nombre: secteur.length,
        secteur,
        echelles: [
          ...presentes.map((e) => partition(e, secteur.length, (a) => dans(e, c[e]?.[a], a))),
          ...zonagesDes(c.zonages ?? []).map((zones) =>
            partition('zonage', secteur.length, (a) => dans('zonage', zones[a], a)),
          ),
        ],
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
