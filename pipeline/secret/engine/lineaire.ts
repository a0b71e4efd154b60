/**
 * The solver on cells and relations: implicit hitting set. Every leak found by the audit gives a cut (a set of published
 * cells of which at least one must be hidden, whatever else is hidden); the cheapest choice that hits all cuts is
 * audited again, until nothing leaks. Only components that changed are audited again.
 */
import { UserError } from '../../../data/contract/erreur.ts';
import { Auditeur, type Rapport } from './auditeur.ts';
import { parBornes } from './bornes.ts';
import { Couverture } from './couverture.ts';
import type { Regles } from './fuites.ts';
import type { GenreFuite, SystemeLineaire } from './types.ts';

export interface SolutionLineaire {
  /** Per cell: 1 = hidden (never published cells included). */
  readonly cache: Uint8Array;
  /** Per chosen cell: the leak that only it closes. */
  readonly temoins: ReadonlyMap<number, Temoin>;
  readonly tours: number;
  readonly coupes: number;
  /** Components whose search of groups was not complete. */
  readonly incomplets: number;
  readonly perte: number;
}
export interface Temoin {
  readonly genre: GenreFuite;
  readonly base: number;
  readonly cible: Int32Array;
  readonly coupe: Int32Array;
}

export interface OptionsLineaire extends Regles {
  /** `vite`: fewer rounds of exchange and of improvement, for patterns close to one already found. Default `soin`. */
  readonly recherche?: keyof typeof RECHERCHES;
  /** Look only around these columns at first: the rest is known to be safe. */
  readonly autour?: Int32Array;
  readonly trace?: (message: string) => void;
  /** Name of a cell in messages. */
  readonly nom?: (cellule: number) => string;
}

/**
 * tours: rounds of free exchange; after them what is chosen stays chosen, so that the search ends (the kit needs 4 to 27).
 * affinages: searches for a cheaper pattern once one is safe, each a few more rounds, of `etats` states per neighbourhood.
 */
const RECHERCHES = {
  soin: { libres: 30, affinages: 4, etats: 500 },
  vite: { libres: 5, affinages: 1, etats: 150 },
} as const;

/**
 * Hide the cheapest publishable cells so that nothing leaks.
 * @throws UserError when cells that must stay published give a leak by themselves
 */
export function resoudreLineaire(sl: SystemeLineaire, options: OptionsLineaire): SolutionLineaire {
  const cache = cacheInitial(sl);
  const auditeur = new Auditeur(sl, cache, options);
  const recherche = deroule(sl, cache, options);
  let pas = recherche.next();
  while (pas.done !== true) pas = recherche.next(auditeur.audite(pas.value));
  return pas.value;
}

/** Cells hidden before any choice. */
export function cacheInitial(sl: SystemeLineaire): Uint8Array {
  return Uint8Array.from(sl.sort, (s) => (s === 1 || s === 2 ? 1 : 0));
}

/**
 * The search without its audits, so that they can run here or in threads: it yields the columns that changed (undefined
 * the first time: look everywhere) and is given what was found, in the order of `rang`.
 * @param cache per column, 1 = hidden; kept up to date
 */
export function* deroule(
  sl: SystemeLineaire,
  cache: Uint8Array,
  options: OptionsLineaire,
): Generator<Int32Array | undefined, SolutionLineaire, Rapport> {
  const couverture = new Couverture(sl.cout as Float64Array);
  const origine: Temoin[] = [];
  let changees = options.autour;
  let incomplets = 0;
  const effort = RECHERCHES[options.recherche ?? 'soin'];
  let affinages = 0;
  let tours = 0;
  for (; ; tours++) {
    let nouvelles = 0;
    const ajoute = (fuite: Omit<Temoin, 'coupe'>, cellules: ArrayLike<number>) => {
      const t = coupe(sl, fuite, cellules, options);
      if (couverture.ajoute(t.coupe) < 0) return;
      origine.push(t);
      nouvelles++;
    };
    const rapport = yield changees;
    incomplets = rapport.incomplets;
    for (const { genre, base, cible, cellules } of rapport.trouvailles)
      ajoute({ genre, base, cible }, cellules);
    options.trace?.(
      `tour ${tours} : ${rapport.trouvailles.length} fuites, ${nouvelles} coupes, perte ${couverture.perte()}`,
    );
    if (rapport.trouvailles.length === 0) {
      if (options.sans?.includes('bornes') !== true)
        for (const { cible, coupe } of parBornes(sl, cache))
          ajoute({ genre: 'bornes', base: sl.base[cible] as number, cible: Int32Array.of(cible) }, coupe);
      if (nouvelles === 0) {
        changees = affinages++ < effort.affinages ? couverture.affine(effort.etats) : new Int32Array(0);
        if (changees.length === 0) break;
        for (const u of changees) cache[u] = couverture.choisi[u] as number;
        continue;
      }
    }
    if (nouvelles === 0) throw new Error('secret: a leak without a new cut');
    changees = couverture.resout(tours >= effort.libres);
    for (const u of changees) cache[u] = couverture.choisi[u] as number;
  }
  const temoins = new Map<number, Temoin>();
  for (let u = 0; u < sl.cellules; u++)
    if (couverture.choisi[u] === 1) temoins.set(u, origine[couverture.temoin(u)] as Temoin);
  return { cache, temoins, tours, coupes: couverture.coupes.length, incomplets, perte: couverture.perte() };
}

/** Keep of a derivation the cells that may be hidden; refuse when none may. */
function coupe(
  sl: SystemeLineaire,
  fuite: Omit<Temoin, 'coupe'>,
  cellules: ArrayLike<number>,
  options: OptionsLineaire,
): Temoin {
  const libres = Int32Array.from(cellules).filter((u) => sl.sort[u] === 0);
  if (libres.length > 0) return { ...fuite, coupe: libres.sort() };
  const nom = options.nom ?? ((u: number) => `cellule ${u}`);
  const liste = (t: ArrayLike<number>) => Array.from(t).slice(0, 5).map(nom);
  throw new UserError(
    `Le secret ne peut pas être assuré : les cellules imposées ${liste(cellules).join(', ')}${cellules.length > 5 ? '…' : ''} permettraient de retrouver ${liste(fuite.cible).join(' + ')}, soit ${fuite.base} unités.`,
    { hint: 'Retirez l’obligation de publier un de ces niveaux, ou changez le découpage.' },
  );
}
