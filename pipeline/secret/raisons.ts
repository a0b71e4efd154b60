/**
 * The confidential account of what was hidden, for `carto explain` and the build report:
 *   raisons.parquet  one row per hidden cell: millesime, variable, population, echelle, code, secteur, epci, raison, unites,
 *                    and for a secondary cell genre, base, cible, autres (data of `Cause`)
 *   pertes.parquet   counts by millesime, variable, population, echelle, secteur, epci: cells, and units in scope, that are
 *                    published, primary, hidden for quality, secondary. Cells with no unit, or shown with no answer, count
 *                    nowhere.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Echelle } from '../../data/contract/zone.ts';
import { texte, type Base } from '../lib/duckdb.ts';
import { replaceAtomic } from '../lib/files.ts';
import { IMPOSES } from './poids.ts';
import { RAISONS } from './primaire.ts';
import { SECONDAIRE, type Verdict } from './verdict.ts';

/** Kinds of fate of a cell. P3 and P4 are quality rules: their numbers are not protected against recomputation. */
export const SORTS = ['publiee', 'primaire', 'qualite', 'secondaire'] as const;
export type Sort = (typeof SORTS)[number];

export function sortDe(d: Verdict, z: number): Sort {
  if (d.cache[z] === 0) return 'publiee';
  if (d.raison[z] === SECONDAIRE) return 'secondaire';
  const r = RAISONS[d.raison[z] as number];
  return r === 'P3' || r === 'P4' ? 'qualite' : 'primaire';
}

/** A forced total that is hidden all the same. */
export interface TotalMasque {
  millesime: number;
  variable: string;
  echelle: Echelle;
  code: string;
}

const COLONNES_PERTES = SORTS.flatMap((s) => [`${s}s`, `unites_${s}s`]);

export class Raisons {
  readonly #base: Base;
  readonly #pertes = new Map<string, Float64Array>();
  readonly totauxMasques: TotalMasque[] = [];

  private constructor(base: Base) {
    this.#base = base;
  }

  static async ouvre(base: Base): Promise<Raisons> {
    await base.execute(
      'create table raisons (millesime integer, variable varchar, population varchar, echelle varchar, code varchar, secteur varchar, epci varchar, raison varchar, unites integer, genre varchar, base integer, cible varchar, autres integer)',
    );
    return new Raisons(base);
  }

  /** Note the verdicts of one variable, of the wide levels (`epci` null) or of one EPCI. */
  async note(
    millesime: number,
    variable: string,
    verdicts: readonly Verdict[],
    epci: string | null,
  ): Promise<void> {
    const ajout = await this.#base.connexion.createAppender('raisons');
    for (const d of verdicts) {
      const { niveau } = d;
      if (!niveau.publie) continue;
      for (let z = 0; z < d.cache.length; z++) {
        const unites = d.comptes.n[z] as number;
        const code = niveau.codes[z] as string;
        const secteur = niveau.secteurs[z] as string;
        const chez = epci ?? (niveau.echelle === 'epci' ? code : null);
        // A cell where nobody answered shows no figure: it is neither published nor lost.
        const rien = d.cache[z] === 0 && d.comptes.u[z] === 0;
        if (unites > 0 && !rien)
          this.#compte([millesime, variable, d.population, niveau.echelle, secteur, chez], d, z, unites);
        if (d.cache[z] === 0) continue;
        const secondaire = d.raison[z] === SECONDAIRE;
        if (secondaire && !niveau.split && d.population === 'ENS' && IMPOSES.includes(niveau.echelle))
          this.totauxMasques.push({ millesime, variable, echelle: niveau.echelle, code });
        ajout.appendInteger(millesime);
        ajout.appendVarchar(variable);
        ajout.appendVarchar(d.population);
        ajout.appendVarchar(niveau.echelle);
        ajout.appendVarchar(code);
        ajout.appendVarchar(secteur);
        if (chez === null) ajout.appendNull();
        else ajout.appendVarchar(chez);
        ajout.appendVarchar(secondaire ? 'secondaire' : (RAISONS[d.raison[z] as number] ?? ''));
        ajout.appendInteger(unites);
        const cause = d.causes.get(z);
        if (cause === undefined) for (let i = 0; i < 4; i++) ajout.appendNull();
        else {
          ajout.appendVarchar(cause.genre);
          ajout.appendInteger(cause.base);
          ajout.appendVarchar(cause.cible.join(' + '));
          ajout.appendInteger(cause.autres);
        }
        ajout.endRow();
      }
    }
    ajout.closeSync();
  }

  #compte(cles: readonly (string | number | null)[], d: Verdict, z: number, unites: number): void {
    const cle = JSON.stringify(cles);
    let c = this.#pertes.get(cle);
    if (c === undefined) this.#pertes.set(cle, (c = new Float64Array(COLONNES_PERTES.length)));
    const k = 2 * SORTS.indexOf(sortDe(d, z));
    c[k] = (c[k] as number) + 1;
    c[k + 1] = (c[k + 1] as number) + unites;
  }

  /** Write both files in `dossier`. */
  async ecris(dossier: string): Promise<void> {
    await mkdir(dossier, { recursive: true });
    await this.#base.execute(
      `create table pertes (millesime integer, variable varchar, population varchar, echelle varchar, secteur varchar, epci varchar, ${COLONNES_PERTES.map((c) => `${c} integer`).join(', ')})`,
    );
    const ajout = await this.#base.connexion.createAppender('pertes');
    for (const [cle, comptes] of this.#pertes) {
      const [millesime, ...reste] = JSON.parse(cle) as [number, ...(string | null)[]];
      ajout.appendInteger(millesime);
      for (const x of reste) {
        if (x === null) ajout.appendNull();
        else ajout.appendVarchar(x);
      }
      for (const c of comptes) ajout.appendInteger(c);
      ajout.endRow();
    }
    ajout.closeSync();
    for (const nom of ['raisons', 'pertes'])
      await replaceAtomic(join(dossier, `${nom}.parquet`), (t) =>
        this.#base.execute(
          `copy (select * from ${nom} order by all) to ${texte(t)} (format parquet, compression zstd)`,
        ),
      );
  }
}
