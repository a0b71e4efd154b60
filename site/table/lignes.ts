/** The table twin of a map: rows, order, filter, text. Pure. */
import { chiffre, texteStatut } from '../carto/format.ts';
import { LIBELLES_STATUT } from '../../data/catalogue/secret.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import type { ListeZones } from '../state/donnees.ts';
import { normalise } from '../state/recherche.ts';

export interface Ligne {
  readonly n: number;
  readonly code: string;
  readonly nom: string;
  /** Name of the territory that holds the zone, empty when there is none to say. */
  readonly parent: string;
  readonly cellule: Cell;
  /** Cell of the second map, when there are two. */
  readonly autre?: Cell | undefined;
  /** Rank among published values, highest first; ties share it; null without a value. */
  readonly rang: number | null;
}

export const TRIS = ['rang', 'nom', 'parent', 'valeur', 'base', 'autre'] as const;
export type Tri = (typeof TRIS)[number];

/** Rows in the order of the zones. */
export function lignes(
  z: ListeZones,
  cellules: readonly Cell[],
  parent: (n: number) => string,
  autres?: readonly Cell[],
): Ligne[] {
  const valeurs = cellules.flatMap((x) => (x.statut === 'valeur' ? [x.valeur] : [])).sort((a, b) => b - a);
  const rangs = new Map<number, number>();
  valeurs.forEach((v, k) => rangs.has(v) || rangs.set(v, k + 1));
  return cellules.map((x, n) => ({
    n,
    code: z.codes[n] as string,
    nom: z.noms[n] as string,
    parent: parent(n),
    cellule: x,
    rang: x.statut === 'valeur' ? (rangs.get(x.valeur) ?? null) : null,
    ...(autres ? { autre: autres[n] } : {}),
  }));
}

const comparer = new Intl.Collator('fr', { numeric: true, sensitivity: 'base' });
const ORDRE_BASE: Record<string, number> = { '11–19': 11, '20–49': 20, '50–99': 50, '100+': 100 };

function mesure(l: Ligne, tri: Tri): number | null {
  if (tri === 'autre') return l.autre?.statut === 'valeur' ? l.autre.valeur : null;
  if (l.cellule.statut !== 'valeur') return null;
  if (tri === 'base')
    return typeof l.cellule.base === 'number' ? l.cellule.base : (ORDRE_BASE[l.cellule.base] ?? 0);
  return l.cellule.valeur;
}

/** Sorted copy. Rows without a value stay last in both directions: a hidden cell has no rank to give away. */
export function trie(liste: readonly Ligne[], tri: Tri, croissant: boolean): Ligne[] {
  const sens = croissant ? 1 : -1;
  return [...liste].sort((a, b) => {
    if (tri === 'nom' || tri === 'parent')
      return sens * comparer.compare(a[tri], b[tri]) || comparer.compare(a.nom, b.nom);
    const [x, y] = [mesure(a, tri), mesure(b, tri)];
    if (x === null || y === null) return x === y ? comparer.compare(a.nom, b.nom) : x === null ? 1 : -1;
    // "rang" 1 is the highest value.
    return (tri === 'rang' ? -sens : sens) * (x - y) || comparer.compare(a.nom, b.nom);
  });
}

/** Rows whose name, code or parent holds what was typed. */
export function filtre(liste: readonly Ligne[], saisie: string): Ligne[] {
  const q = normalise(saisie);
  if (!q) return [...liste];
  return liste.filter(
    (l) =>
      normalise(l.nom).includes(q) || l.code.toLowerCase().startsWith(q) || normalise(l.parent).includes(q),
  );
}

/** "12,4" or the mark with its meaning for whoever does not see it. */
export function texteCase(c: Cell, i: Indicateur, e: Echelle): { texte: string; dit: string | null } {
  if (c.statut === 'valeur') return { texte: chiffre(c.valeur, i, e), dit: null };
  return { texte: LIBELLES_STATUT[c.statut].court, dit: texteStatut(c.statut) };
}
