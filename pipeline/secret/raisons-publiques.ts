/**
 * What the public audience alone loses, for `carto explain` and the build report. Confidential:
 *   publiques.parquet  one row per cell that rules P1 to P6 let through and that no public file shows: millesime, variable,
 *                      population, echelle, code, secteur, raison (`P7`, or `secondaire` for a cell that protects one),
 *                      unites, and for a secondary cell cible, autres (data of `Cause`)
 */
import { join } from 'node:path';
import { texte, type Base } from '../lib/duckdb.ts';
import { replaceAtomic } from '../lib/files.ts';
import { DOMINEE, type Reserves } from './dominance.ts';

export class RaisonsPubliques {
  readonly #base: Base;

  private constructor(base: Base) {
    this.#base = base;
  }

  static async ouvre(base: Base): Promise<RaisonsPubliques> {
    await base.execute(
      'create table publiques (millesime integer, variable varchar, population varchar, echelle varchar, code varchar, secteur varchar, raison varchar, unites integer, cible varchar, autres integer)',
    );
    return new RaisonsPubliques(base);
  }

  /** Note what the public loses of one millésime. */
  async note(millesime: number, reserves: Reserves): Promise<void> {
    const ajout = await this.#base.connexion.createAppender('publiques');
    for (const [cle, { verdict: d, raison, causes }] of reserves) {
      const variable = cle.slice(0, cle.indexOf('/'));
      raison.forEach((quoi, z) => {
        // A cell without a figure has nothing to lose.
        if (quoi === 0 || d.cache[z] === 1 || d.comptes.u[z] === 0) return;
        const cause = causes.get(z);
        ajout.appendInteger(millesime);
        for (const x of [variable, d.population, d.niveau.echelle]) ajout.appendVarchar(x);
        ajout.appendVarchar(d.niveau.codes[z] as string);
        ajout.appendVarchar(d.niveau.secteurs[z] as string);
        ajout.appendVarchar(quoi === DOMINEE ? 'P7' : 'secondaire');
        ajout.appendInteger(d.comptes.n[z] as number);
        if (cause === undefined) {
          ajout.appendNull();
          ajout.appendNull();
        } else {
          ajout.appendVarchar(cause.cible.join(' + '));
          ajout.appendInteger(cause.autres);
        }
        ajout.endRow();
      });
    }
    ajout.closeSync();
  }

  /** Write the file in `dossier`, which exists. */
  ecris(dossier: string): Promise<void> {
    return replaceAtomic(join(dossier, 'publiques.parquet'), (t) =>
      this.#base.execute(
        `copy (select * from publiques order by all) to ${texte(t)} (format parquet, compression zstd)`,
      ),
    );
  }
}
