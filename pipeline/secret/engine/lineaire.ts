/**
 * The solver on cells and relations: implicit hitting set. Every leak found by the audit gives a cut (a set of published
 * cells of which at least one must be hidden, whatever else is hidden); the cheapest choice that hits all cuts is
 * audited again, until nothing leaks. Only components that changed are audited again.
 */
import { UserError } from '../../../data/contract/erreur.ts';
import { Couverture } from './couverture.ts';
import { Elimination } from './elimination.ts';
import { cherche, type Composante, type Fuite, type Regles } from './fuites.ts';
import { melange, P, residu } from './modulo.ts';
import type { GenreFuite, SystemeLineaire } from './types.ts';

export interface SolutionLineaire {
  /** Per cell: 1 = hidden (never published cells included). */
  readonly cache: Uint8Array;
  /** Per chosen cell: the leak that only it closes. */
  readonly temoins: ReadonlyMap<number, Temoin>;
  readonly tours: number;
  readonly coupes: number;
  readonly perte: number;
}
export interface Temoin {
  readonly genre: GenreFuite;
  readonly base: number;
  readonly cible: Int32Array;
  readonly coupe: Int32Array;
}

export interface OptionsLineaire extends Regles {
  readonly effort?: number;
  readonly trace?: (message: string) => void;
  /** Name of a cell in messages. */
  readonly nom?: (cellule: number) => string;
}

const TOURS_MAX = 500;

export function resoudreLineaire(sl: SystemeLineaire, options: OptionsLineaire): SolutionLineaire {
  const { seuil, effort = 1 } = options;
  const n = sl.cellules;
  const cache = new Uint8Array(n);
  for (let u = 0; u < n; u++) cache[u] = sl.sort[u] === 1 || sl.sort[u] === 2 ? 1 : 0;
  const couverture = new Couverture(sl.cout as Float64Array);
  const origine: Temoin[] = [];
  const propres = new Set<string>();
  const protege = (u: number) => sl.sort[u] === 1;
  let tours = 0;
  for (; ; tours++) {
    if (tours > TOURS_MAX) throw new Error('no convergence');
    let nouvelles = 0;
    let fuitesVues = 0;
    for (const comp of composantes(sl, cache, seuil)) {
      const cle = signature(comp);
      if (propres.has(cle)) continue;
      const avant = Uint8Array.from(comp.colonnes, (u) => ((sl.base[u] as number) >= seuil ? 1 : 0));
      const elim = new Elimination(comp.locale, avant);
      const fuites = cherche(comp, elim, sl.base, protege, options);
      if (fuites.length === 0) propres.add(cle);
      fuitesVues += fuites.length;
      for (const f of fuites) {
        const t = coupe(sl, cache, comp, elim, f, options);
        if (t === undefined) continue;
        if (couverture.ajoute(t.coupe) >= 0) {
          origine.push(t);
          nouvelles++;
        }
      }
    }
    options.trace?.(`tour ${tours}: ${fuitesVues} fuites, ${nouvelles} coupes, perte ${couverture.perte()}`);
    if (fuitesVues === 0) break;
    if (nouvelles === 0) throw new Error('leaks without a new cut');
    couverture.resout(effort);
    for (let u = 0; u < n; u++) if (sl.sort[u] === 0) cache[u] = couverture.choisi[u] as number;
  }
  const temoins = new Map<number, Temoin>();
  for (let u = 0; u < n; u++)
    if (couverture.choisi[u] === 1) temoins.set(u, origine[couverture.temoin(u)] as Temoin);
  return { cache, temoins, tours, coupes: couverture.coupes.length, perte: couverture.perte() };
}

/** Cut of a leak: the published cells that its derivation uses with a non-zero weight. */
function coupe(
  sl: SystemeLineaire,
  cache: Uint8Array,
  comp: Composante,
  elim: Elimination,
  fuite: Fuite,
  options: OptionsLineaire,
): Temoin | undefined {
  const combinaison = elim.derive(fuite.cible);
  if (combinaison === undefined) return undefined;
  const poids = new Map<number, number>();
  for (const [l, w] of combinaison) {
    const r = comp.lignes[l] as number;
    for (let i = sl.debut[r] as number; i < (sl.debut[r + 1] as number); i++) {
      const u = sl.colonne[i] as number;
      if (cache[u] === 0) poids.set(u, ((poids.get(u) ?? 0) + residu(((sl.coef[i] as number) * w) % P)) % P);
    }
  }
  const cellules = [...poids].filter(([, w]) => w !== 0).map(([u]) => u);
  const libres = cellules.filter((u) => sl.sort[u] === 0).sort((a, b) => a - b);
  const cible = Int32Array.from(fuite.cible, (u) => comp.colonnes[u] as number);
  if (libres.length === 0) {
    const nom = options.nom ?? ((u: number) => `cellule ${u}`);
    throw new UserError(
      `Le secret ne peut pas être assuré : les cellules imposées ${cellules.slice(0, 5).map(nom).join(', ')}${cellules.length > 5 ? '…' : ''} permettraient de retrouver ${[...cible].slice(0, 3).map(nom).join(' + ')}, soit ${fuite.base} unités.`,
      { hint: 'Retirez l’obligation de publier un de ces niveaux, ou changez le découpage.' },
    );
  }
  return { genre: fuite.genre, base: fuite.base, cible, coupe: Int32Array.from(libres) };
}

/**
 * Connected components of the relations restricted to hidden cells, without the rows that cannot take part in a leak:
 * a row with an unprotected hidden cell of seuil units or more that no other row holds can never be used.
 */
export function composantes(sl: SystemeLineaire, cache: Uint8Array, seuil: number): Composante[] {
  const { debut, colonne } = sl;
  const m = debut.length - 1;
  const n = sl.cellules;
  const nombre = new Int32Array(n);
  // XOR of the rows that hold a column: when one is left, this is its number.
  const seule = new Int32Array(n);
  const vive = new Uint8Array(m);
  for (let r = 0; r < m; r++)
    for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
      const u = colonne[i] as number;
      if (cache[u] === 0) continue;
      vive[r] = 1;
      nombre[u] = (nombre[u] as number) + 1;
      seule[u] = (seule[u] as number) ^ r;
    }
  const inutile = (u: number) => sl.sort[u] !== 1 && (sl.base[u] as number) >= seuil;
  const pile: number[] = [];
  for (let u = 0; u < n; u++) if (nombre[u] === 1 && inutile(u)) pile.push(u);
  while (pile.length > 0) {
    const u = pile.pop() as number;
    if (nombre[u] !== 1) continue;
    const r = seule[u] as number;
    vive[r] = 0;
    for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
      const v = colonne[i] as number;
      if (cache[v] === 0) continue;
      nombre[v] = (nombre[v] as number) - 1;
      seule[v] = (seule[v] as number) ^ r;
      if (nombre[v] === 1 && inutile(v)) pile.push(v);
    }
  }
  const pere = Int32Array.from({ length: m }, (_, i) => i);
  const racine = (x: number): number => {
    while (pere[x] !== x) {
      pere[x] = pere[pere[x] as number] as number;
      x = pere[x] as number;
    }
    return x;
  };
  const premiere = new Int32Array(n).fill(-1);
  for (let r = 0; r < m; r++) {
    if (vive[r] === 0) continue;
    for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
      const u = colonne[i] as number;
      if (cache[u] === 0) continue;
      const q = premiere[u] as number;
      if (q < 0) premiere[u] = r;
      else {
        const a = racine(q);
        const b = racine(r);
        if (a !== b) pere[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  const parRacine = new Map<number, number[]>();
  for (let r = 0; r < m; r++) {
    if (vive[r] === 0) continue;
    const k = racine(r);
    const l = parRacine.get(k);
    if (l === undefined) parRacine.set(k, [r]);
    else l.push(r);
  }
  const local = new Int32Array(n).fill(-1);
  const sortie: Composante[] = [];
  for (const lignes of parRacine.values()) {
    const cols: number[] = [];
    let taille = 0;
    for (const r of lignes)
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = colonne[i] as number;
        if (cache[u] === 0) continue;
        taille++;
        if ((local[u] as number) < 0) {
          local[u] = 0;
          cols.push(u);
        }
      }
    cols.sort((a, b) => a - b);
    cols.forEach((u, i) => (local[u] = i));
    const ld = new Int32Array(lignes.length + 1);
    const lc = new Int32Array(taille);
    const lw = new Int32Array(taille);
    let k = 0;
    lignes.forEach((r, j) => {
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = colonne[i] as number;
        if (cache[u] === 0) continue;
        lc[k] = local[u] as number;
        lw[k++] = sl.coef[i] as number;
      }
      ld[j + 1] = k;
    });
    sortie.push({
      colonnes: Int32Array.from(cols),
      lignes: Int32Array.from(lignes),
      locale: { colonnes: cols.length, debut: ld, colonne: lc, coef: lw },
    });
  }
  return sortie;
}

/** Content of a component in a few characters: two that agree hold the same rows and hidden cells. */
function signature(comp: Composante): string {
  let a = 0;
  let b = 0;
  for (const r of comp.lignes) {
    a = (a + melange(r, 1)) | 0;
    b = (b + melange(r, 2)) | 0;
  }
  for (const u of comp.colonnes) {
    a = (a + melange(u, 3)) | 0;
    b = (b + melange(u, 4)) | 0;
  }
  return `${comp.lignes.length}.${comp.colonnes.length}.${a}.${b}`;
}
