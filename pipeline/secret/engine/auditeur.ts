/**
 * One look at the present pattern: the leaks of the components that changed, each with the published cells that its
 * derivation uses. Several auditors can share the components: the part of each is told by the component itself.
 */
import { Composantes, type Composante } from './composantes.ts';
import { Elimination } from './elimination.ts';
import { cherche, type Fuite, type Regles } from './fuites.ts';
import { P, residu } from './modulo.ts';
import type { GenreFuite, SystemeLineaire } from './types.ts';

export interface Trouvaille {
  /** First row of its component: the order in which findings are handled. */
  readonly rang: number;
  readonly genre: GenreFuite;
  readonly base: number;
  /** Hidden columns whose sum is derivable. */
  readonly cible: Int32Array;
  /** Published columns that the derivation uses, ascending. */
  readonly cellules: Int32Array;
}

export interface Rapport {
  readonly trouvailles: Trouvaille[];
  /** Clean components whose search of groups was not complete, so far. */
  readonly incomplets: number;
}

export class Auditeur {
  private readonly sl: SystemeLineaire;
  private readonly cache: Uint8Array;
  private readonly regles: Regles;
  private readonly composantes: Composantes;
  private readonly grandes = new Set<number>();

  /** @param cache per column, 1 = hidden; read again at each call; @param part this auditor's share, of `parts` */
  constructor(sl: SystemeLineaire, cache: Uint8Array, regles: Regles, part = 0, parts = 1) {
    this.sl = sl;
    this.cache = cache;
    this.regles = regles;
    this.composantes = new Composantes(sl, cache, regles.seuil, part, parts);
  }

  /** Leaks around the columns that changed since the last call; everywhere when undefined. */
  audite(changees?: Int32Array): Rapport {
    const { sl, regles, grandes } = this;
    const trouvailles: Trouvaille[] = [];
    const protege = (u: number) => sl.sort[u] === 1;
    for (const { comp, cle } of this.composantes.visite(changees)) {
      const elim = comp.lignes.length === 1 ? undefined : this.elimine(comp);
      const { fuites, complete } =
        elim === undefined
          ? { fuites: this.uneLigne(comp), complete: true }
          : cherche(comp, elim, sl.base, protege, regles);
      if (fuites.length === 0) {
        this.composantes.propre(cle);
        if (!complete) grandes.add(cle);
      }
      for (const f of fuites) trouvailles.push(this.derive(comp, elim, f));
    }
    return { trouvailles, incomplets: grandes.size };
  }

  /** Elimination with the large cells as first pivots, so that the last rows hold small cells only. */
  private elimine(comp: Composante): Elimination {
    const { base } = this.sl;
    return new Elimination(
      comp.locale,
      Uint8Array.from(comp.colonnes, (u) => ((base[u] as number) >= this.regles.seuil ? 1 : 0)),
    );
  }

  /** Leaks of a component of one relation: most components, hence worth a short cut. */
  private uneLigne(comp: Composante): Fuite[] {
    const { sl } = this;
    const { seuil, sans } = this.regles;
    const { colonne, coef } = comp.locale;
    let base = 0;
    for (let i = 0; i < colonne.length; i++) {
      if (colonne.length > 1 && (coef[i] !== coef[0] || Math.abs(coef[i] as number) !== 1)) return [];
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

  /** Published cells that the derivation of a leak uses with a non-zero weight. */
  private derive(comp: Composante, elim: Elimination | undefined, fuite: Fuite): Trouvaille {
    const { sl, cache } = this;
    const combinaison = elim === undefined ? new Map([[0, 1]]) : elim.derive(fuite.cible);
    if (combinaison === undefined) throw new Error('secret: a leak that cannot be derived');
    const poids = new Map<number, number>();
    for (const [l, w] of combinaison) {
      const r = comp.lignes[l] as number;
      for (let i = sl.debut[r] as number; i < (sl.debut[r + 1] as number); i++) {
        const u = sl.colonne[i] as number;
        if (cache[u] === 0)
          poids.set(u, ((poids.get(u) ?? 0) + residu(((sl.coef[i] as number) * w) % P)) % P);
      }
    }
    return {
      rang: comp.lignes[0] as number,
      genre: fuite.genre,
      base: fuite.base,
      cible: Int32Array.from(fuite.cible, (u) => comp.colonnes[u] as number),
      cellules: Int32Array.from([...poids].flatMap(([u, w]) => (w === 0 ? [] : [u]))).sort(),
    };
  }
}
