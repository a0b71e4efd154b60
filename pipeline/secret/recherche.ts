/** The runs of the engine on one variable: each keeps what the one before hid, and says why it hid more. */
import { UserError } from '../../data/contract/erreur.ts';
import { resoudre } from './engine/index.ts';
import type { IndexCellules, Patron, Systeme } from './engine/types.ts';
import type { Cause } from './verdict.ts';

/** Blocks of more atoms are searched quickly: three times less work for 3 % more loss (measured on 2,800 atoms). */
const ATOMES_SOIN = 1000;
/** Labels kept of a group. */
const CIBLES = 3;

export class Recherche {
  /** Per cell: 1 = hidden so far. */
  readonly cache: Uint8Array;
  /** Why, for the cells hidden by a run. */
  readonly causes = new Map<number, Cause>();
  /** Forced totals that had to be given up, in the words of the engine. */
  readonly concessions: string[] = [];
  readonly index: IndexCellules;

  constructor(depart: Uint8Array, index: IndexCellules) {
    this.cache = depart.slice();
    this.index = index;
  }

  /** One run. @param donnes hidden cells that the attacker is given @param genre kind of the causes, when not the engine's own */
  passe(systeme: Systeme, options: { donnes?: readonly number[]; genre?: Cause['genre'] } = {}): void {
    const depart = this.cache.slice();
    for (const c of options.donnes ?? []) depart[c] = 0;
    const patron = this.resous({ ...systeme, depart });
    for (let c = 0; c < depart.length; c++) {
      if (patron.cache[c] === 0 || this.cache[c] === 1) continue;
      this.cache[c] = 1;
      const preuve = patron.preuves[patron.preuve[c] as number];
      if (preuve === undefined) continue;
      this.causes.set(c, {
        genre: options.genre ?? preuve.genre,
        base: options.genre === 'uniforme' ? 0 : preuve.base,
        cible: preuve.cible.slice(0, CIBLES),
        autres: Math.max(0, preuve.cible.length - CIBLES),
      });
    }
  }

  /**
   * Solve, giving up forced totals from the finest when they cannot all be honoured: a safe pattern comes first, and each
   * concession is told (build report), or refused by `carto build --totaux exiges`.
   */
  private resous(systeme: Systeme): Patron {
    try {
      return resoudre(systeme, { recherche: systeme.atomes < ATOMES_SOIN ? 'soin' : 'vite' });
    } catch (erreur) {
      const dernier = systeme.niveaux.findLastIndex((n) => n.impose);
      if (!(erreur instanceof UserError) || dernier < 0) throw erreur;
      this.concessions.push(`${systeme.niveaux[dernier]?.id} : ${erreur.message}`);
      return this.resous({
        ...systeme,
        niveaux: systeme.niveaux.map((n, k) => (k === dernier ? { ...n, impose: false } : n)),
      });
    }
  }
}
