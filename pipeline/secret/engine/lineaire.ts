/**
 * The solver on cells and relations: implicit hitting set. Every leak found by the audit gives a cut (a set of published
 * cells of which at least one must be hidden, whatever else is hidden); the cheapest choice that hits all cuts is
 * audited again, until nothing leaks. Only components that changed are audited again.
 */
import { UserError } from '../../../data/contract/erreur.ts';
import { Couverture } from './couverture.ts';
import { Elimination } from './elimination.ts';
import { parBornes } from './bornes.ts';
import { Composantes, type Composante } from './composantes.ts';
import { cherche, type Fuite, type Regles } from './fuites.ts';
import { P, residu } from './modulo.ts';
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
  readonly trace?: (message: string) => void;
  /** Name of a cell in messages. */
  readonly nom?: (cellule: number) => string;
}

/** Searches for a cheaper pattern once one is safe: each costs a few more rounds. */
const AFFINAGES = 4;

/**
 * Hide the cheapest publishable cells so that nothing leaks.
 * @throws UserError when cells that must stay published give a leak by themselves
 */
export function resoudreLineaire(sl: SystemeLineaire, options: OptionsLineaire): SolutionLineaire {
  const { seuil } = options;
  const n = sl.cellules;
  const cache = Uint8Array.from(sl.sort, (s) => (s === 1 || s === 2 ? 1 : 0));
  const couverture = new Couverture(sl.cout as Float64Array);
  const composantes = new Composantes(sl, cache, seuil);
  const origine: Temoin[] = [];
  const protege = (u: number) => sl.sort[u] === 1;
  let changees: number[] | undefined;
  const grandes = new Set<number>();
  let tours = 0;
  let affinages = 0;
  for (; ; tours++) {
    let nouvelles = 0;
    let fuitesVues = 0;
    for (const { comp, cle } of composantes.visite(changees)) {
      const elim = elimine(comp, sl, seuil);
      const { fuites, complete } =
        elim === undefined
          ? { fuites: uneLigne(comp, sl, options), complete: true }
          : cherche(comp, elim, sl.base, protege, options);
      if (!complete) grandes.add(cle);
      if (fuites.length === 0) composantes.propre(cle);
      else grandes.delete(cle);
      fuitesVues += fuites.length;
      for (const f of fuites) {
        const t = coupe(sl, cache, comp, elim, f, options);
        if (couverture.ajoute(t.coupe) < 0) continue;
        origine.push(t);
        nouvelles++;
      }
    }
    options.trace?.(`tour ${tours} : ${fuitesVues} fuites, ${nouvelles} coupes, perte ${couverture.perte()}`);
    if (fuitesVues === 0) {
      if (options.sans?.includes('bornes') === true) break;
      for (const { cible, coupe } of parBornes(sl, cache)) {
        const t = refuse(
          sl,
          { genre: 'bornes', base: sl.base[cible] as number, cible: Int32Array.of(cible) },
          coupe,
          options,
        );
        if (couverture.ajoute(t.coupe) < 0) continue;
        origine.push(t);
        nouvelles++;
      }
      if (nouvelles === 0) {
        changees = affinages++ < AFFINAGES ? couverture.affine() : [];
        if (changees.length === 0) break;
        for (const u of changees) cache[u] = couverture.choisi[u] as number;
        continue;
      }
    }
    if (nouvelles === 0) throw new Error('secret: a leak without a new cut');
    changees = couverture.resout();
    for (const u of changees) cache[u] = couverture.choisi[u] as number;
  }
  const temoins = new Map<number, Temoin>();
  for (let u = 0; u < n; u++)
    if (couverture.choisi[u] === 1) temoins.set(u, origine[couverture.temoin(u)] as Temoin);
  return {
    cache,
    temoins,
    tours,
    coupes: couverture.coupes.length,
    incomplets: grandes.size,
    perte: couverture.perte(),
  };
}

/** Elimination with the large cells as first pivots; nothing to eliminate in a single row. */
function elimine(comp: Composante, sl: SystemeLineaire, seuil: number): Elimination | undefined {
  if (comp.lignes.length === 1) return undefined;
  return new Elimination(
    comp.locale,
    Uint8Array.from(comp.colonnes, (u) => ((sl.base[u] as number) >= seuil ? 1 : 0)),
  );
}

/** Leaks of a component of one relation: most components, hence worth a short cut. */
function uneLigne(comp: Composante, sl: SystemeLineaire, { seuil, sans }: OptionsLineaire): Fuite[] {
  const { colonne, coef } = comp.locale;
  let base = 0;
  for (let i = 0; i < colonne.length; i++) {
    if (coef[i] !== coef[0] || Math.abs(coef[i] as number) !== 1) {
      if (colonne.length > 1) return [];
    }
    base += sl.base[comp.colonnes[colonne[i] as number] as number] as number;
  }
  const cible = [...colonne];
  if (cible.length === 1) {
    const u = comp.colonnes[0] as number;
    return sl.sort[u] === 1 && sans?.includes('exacte') !== true ? [{ genre: 'exacte', base, cible }] : [];
  }
  return base > 0 && base < seuil && sans?.includes('residu') !== true
    ? [{ genre: 'residu', base, cible }]
    : [];
}

/** Cut of a leak: the published cells that its derivation uses with a non-zero weight. */
function coupe(
  sl: SystemeLineaire,
  cache: Uint8Array,
  comp: Composante,
  elim: Elimination | undefined,
  fuite: Fuite,
  options: OptionsLineaire,
): Temoin {
  const combinaison = elim === undefined ? new Map([[0, 1]]) : elim.derive(fuite.cible);
  if (combinaison === undefined) throw new Error('secret: a leak that cannot be derived');
  const poids = new Map<number, number>();
  for (const [l, w] of combinaison) {
    const r = comp.lignes[l] as number;
    for (let i = sl.debut[r] as number; i < (sl.debut[r + 1] as number); i++) {
      const u = sl.colonne[i] as number;
      if (cache[u] === 0) poids.set(u, ((poids.get(u) ?? 0) + residu(((sl.coef[i] as number) * w) % P)) % P);
    }
  }
  const cellules = [...poids].filter(([, w]) => w !== 0).map(([u]) => u);
  const cible = Int32Array.from(fuite.cible, (u) => comp.colonnes[u] as number);
  return refuse(sl, { genre: fuite.genre, base: fuite.base, cible }, cellules, options);
}

/** Keep of a cut what may be hidden; refuse when nothing may. */
function refuse(
  sl: SystemeLineaire,
  fuite: Omit<Temoin, 'coupe'>,
  cellules: readonly number[],
  options: OptionsLineaire,
): Temoin {
  const libres = cellules.filter((u) => sl.sort[u] === 0).sort((a, b) => a - b);
  if (libres.length > 0) return { ...fuite, coupe: Int32Array.from(libres) };
  const nom = options.nom ?? ((u: number) => `cellule ${u}`);
  const liste = (t: Iterable<number>) => [...t].slice(0, 5).map(nom);
  throw new UserError(
    `Le secret ne peut pas être assuré : les cellules imposées ${liste(cellules).join(', ')}${cellules.length > 5 ? '…' : ''} permettraient de retrouver ${liste(fuite.cible).join(' + ')}, soit ${fuite.base} unités.`,
    { hint: 'Retirez l’obligation de publier un de ces niveaux, ou changez le découpage.' },
  );
}
