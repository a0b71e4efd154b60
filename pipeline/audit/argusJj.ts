/**
 * JJ format (Salazar-González; τ-ARGUS « Save table, JJ format », sdcTable `writeJJFormat`): the whole linear problem in
 * one file, whatever the geography.
 *   line 1   0
 *   line 2   number of cells
 *   cells    index value cost status lower upper LPL UPL SPL     (index from 0; status s u m z)
 *   then     number of relations
 *   relation right-hand-side terms : index (coefficient) …       (Σ coefficient × value = right-hand side)
 */
import type { TableArgus } from './argusTable.ts';

/** s published, z known to be empty (cannot be hidden), u protected, m hidden without protection of its own. */
export type StatutJj = 's' | 'z' | 'u' | 'm';

/** Status of one cell: what the pattern of the release is, as an auditor of the format reads it. */
export function statutJj(t: TableArgus, cellule: number): StatutJj {
  const etat = t.etat[cellule];
  if (etat === 'publiee') return t.valeur[cellule] === 0 ? 'z' : 's';
  if (etat === 'vide') return 'z';
  return t.protege[cellule] ? 'u' : 'm';
}

/** Units lost by hiding the cell, at least 1: the format forbids a free cell. */
export const cout = (t: TableArgus, cellule: number) => Math.max(1, t.effectif[cellule]!);

export interface CelluleJj {
  readonly valeur: number;
  readonly cout: number;
  readonly statut: StatutJj;
  readonly bas: number;
  readonly haut: number;
  /** Lower, upper and sliding protection levels. */
  readonly lpl: number;
  readonly upl: number;
  readonly spl: number;
}
export interface RelationJj {
  readonly second: number;
  readonly termes: readonly (readonly [cellule: number, coef: number])[];
}

/** Text of a JJ file. Relations have the aggregate first with −1, then its parts with +1, as τ-ARGUS writes them. */
export function texteJj(cellules: readonly CelluleJj[], relations: readonly RelationJj[]): string {
  const lignes = ['0', String(cellules.length)];
  cellules.forEach((c, i) =>
    lignes.push([i, c.valeur, c.cout, c.statut, c.bas, c.haut, c.lpl, c.upl, c.spl].join(' ')),
  );
  lignes.push(String(relations.length));
  for (const { second, termes } of relations)
    lignes.push(`${second} ${termes.length} : ${termes.map(([c, w]) => `${c} (${w})`).join(' ')}`);
  return `${lignes.join('\n')}\n`;
}

/** The problem of a release's table. Any unit more or less must stay possible around a protected count: levels of 1. */
export function jjDe(t: TableArgus): string {
  const haut = t.valeur.reduce((m, v) => Math.max(m, v), 0);
  const cellules = Array.from(t.valeur, (valeur, c): CelluleJj => {
    const statut = statutJj(t, c);
    const niveau = statut === 'u' ? 1 : 0;
    return {
      valeur,
      cout: cout(t, c),
      statut,
      bas: 0,
      haut,
      lpl: Math.min(niveau, valeur),
      upl: niveau,
      spl: 0,
    };
  });
  const { debut, cellule, coef, nombre } = t.charpente.relations;
  const relations = Array.from({ length: nombre }, (_, r): RelationJj => {
    const termes: [number, number][] = [];
    for (let k = debut[r]!; k < debut[r + 1]!; k++) termes.push([cellule[k]!, -coef[k]!]);
    return { second: 0, termes };
  });
  return texteJj(cellules, relations);
}
