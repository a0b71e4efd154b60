/**
 * From exact counts to published columns: the only place where a number is rounded, capped, classed or withheld.
 * One accumulator per échelle; rows are zones, columns are `cle()`.
 */
import { REGLES } from '../../data/catalogue/secret.ts';
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { classeBase, cle, type Encoded, type StatutAbsent } from '../../data/contract/cell.ts';
import type { Indicateur, Variable } from '../../data/contract/indicateur.ts';
import { ECHELLES_FINES, type Echelle, type Tranche } from '../../data/contract/zone.ts';

/** Columns of one échelle, all zones. */
export class Colonnes {
  readonly index = new Map<string, number>();
  readonly valeurs = new Map<string, Encoded[]>();

  /** Row of a zone, created at need. */
  ligne(cleZone: string): number {
    let i = this.index.get(cleZone);
    if (i === undefined) this.index.set(cleZone, (i = this.index.size));
    return i;
  }
  pose(colonne: string, ligne: number, valeur: Encoded): void {
    let c = this.valeurs.get(colonne);
    if (c === undefined) this.valeurs.set(colonne, (c = []));
    c[ligne] = valeur;
  }
  lit(colonne: string, ligne: number): Encoded {
    return this.valeurs.get(colonne)?.[ligne] ?? null;
  }
}

/**
 * Published value of one indicateur: scaled integer, whole percent below the commune, never 0 or 100 % by rounding
 * (domain.md §5, ambiguities 6 and 7). @returns null when the figure is not offered at this échelle.
 */
export function valeurPubliee(
  i: Indicateur,
  v: Variable,
  echelle: Echelle,
  x: number,
  u: number,
): number | null {
  const fine = ECHELLES_FINES.includes(echelle) && v.famille !== 'logements_ouvert';
  const facteur = 10 ** i.decimales;
  if (i.calcul === 'nombre') return fine ? null : Math.round(x * facteur);
  if (i.calcul === 'moyenne') return Math.round((x / u) * facteur);
  const pas = ECHELLES_FINES.includes(echelle) ? facteur : 1;
  const brut = Math.round(((x / u) * 100 * facteur) / pas) * pas;
  if (x > 0 && brut <= 0) return pas;
  if (x < u && brut >= 100 * facteur) return 100 * facteur - pas;
  return brut;
}

/** Base shown beside a figure: exact at commune level and above and for open data, a class below. */
export function basePubliee(v: Variable, echelle: Echelle, r: number, u: number): Encoded {
  const base = v.unites === 'ménages' || v.unites === 'logements' ? r : u;
  if (v.famille === 'logements_ouvert' || !ECHELLES_FINES.includes(echelle)) return base;
  return classeBase(Math.max(base, REGLES.seuil));
}

/** Write one cell and its indicateurs. */
export function pose(
  colonnes: Colonnes,
  ligne: number,
  v: Variable,
  t: Tranche,
  echelle: Echelle,
  cellule: { statut: StatutAbsent } | { statut: 'valeur'; r: number; u: number; x: (id: string) => number },
): void {
  if (cellule.statut !== 'valeur') {
    colonnes.pose(cle(v.id, t), ligne, cellule.statut);
    return;
  }
  colonnes.pose(cle(v.id, t), ligne, basePubliee(v, echelle, cellule.r, cellule.u));
  for (const i of indicateursDe(v.id)) {
    const valeur = valeurPubliee(i, v, echelle, cellule.x(i.id), cellule.u);
    if (valeur !== null) colonnes.pose(cle(i.id, t), ligne, valeur);
  }
}
