/** The table twin as files that leave the page: published cells only, one column of statut, mentions with them. */
import { unitesBase } from '../carto/format.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Ligne } from './lignes.ts';

/** Text, number or nothing; `decimales` of a figure are those of its indicateur. */
export type Case = string | null | { readonly n: number; readonly decimales: number };

export interface Fichier {
  readonly lignes: readonly Ligne[];
  readonly indicateur: Indicateur;
  /** Sentences at the head: fiction, title, sources, zonings, secrecy, licence, account. */
  readonly mentions: readonly string[];
  readonly enteteParent: string;
  /** The figure of the second map and its name, when there are two. */
  readonly autre?: { readonly indicateur: Indicateur; readonly titre: string } | null;
}

const figure = (c: Cell | undefined, i: Indicateur): Case =>
  c?.statut === 'valeur' ? { n: c.valeur, decimales: i.decimales } : null;
const statut = (c: Cell | undefined): string => (!c || c.statut === 'valeur' ? '' : c.statut);

/** Heads and rows. A hidden value is an empty case with its mark beside it, never a number. */
export function matrice(f: Fichier): { entetes: string[]; corps: Case[][] } {
  const { indicateur: i, autre } = f;
  const seconde = autre ? [`${autre.titre} (${autre.indicateur.unite})`, 'statut 2'] : [];
  return {
    entetes: ['code', 'zone', f.enteteParent, `${i.libelle} (${i.unite})`, 'statut', `base (${unitesBase(i)})`, ...seconde], // prettier-ignore
    corps: f.lignes.map((l) => {
      const { cellule: c } = l;
      const base = c.statut !== 'valeur' ? null : typeof c.base === 'number' ? { n: c.base, decimales: 0 } : c.base; // prettier-ignore
      const plus = autre ? [figure(l.autre, autre.indicateur), statut(l.autre)] : [];
      return [l.code, l.nom, l.parent, figure(c, i), statut(c), base, ...plus];
    }),
  };
}

/** CSV that a French spreadsheet opens by double click: `;`, decimal comma, UTF-8 with BOM, CRLF. */
export function csv(f: Fichier): string {
  const champ = (x: Case): string => {
    if (x === null) return '';
    if (typeof x !== 'string') return x.n.toFixed(x.decimales).replace('.', ',');
    // A cell that starts like a formula is text, not a computation.
    const sur = /^[=+\-@\t]/.test(x) ? `'${x}` : x;
    return /[";\n\r]/.test(sur) ? `"${sur.replaceAll('"', '""')}"` : sur;
  };
  const { entetes, corps } = matrice(f);
  const rangs: Case[][] = [...f.mentions.map((m) => [`# ${m}`]), entetes, ...corps];
  return `\ufeff${rangs.map((r) => r.map(champ).join(';')).join('\r\n')}\r\n`;
}

/** Workbook: the data on one sheet, the mentions on another. The writer is only loaded by whoever asks. */
export async function xlsx(f: Fichier): Promise<Blob> {
  const { default: ecris } = await import('write-excel-file/browser');
  const { entetes, corps } = matrice(f);
  const gras = (value: string) => ({ value, type: String, fontWeight: 'bold' as const });
  // Codes are text: "01004" keeps its zero, and a name is never a formula.
  const texte = (value: string) => ({ value, type: String, format: '@' });
  const une = (x: Case) =>
    x === null || x === ''
      ? null
      : typeof x === 'string'
        ? texte(x)
        : { value: x.n, type: Number, format: x.decimales === 0 ? '#,##0' : `#,##0.${'0'.repeat(x.decimales)}` };
  const largeurs = entetes.map((e, n) => ({ width: n === 1 ? 34 : Math.min(40, Math.max(12, e.length)) }));
  return ecris([
    { data: [entetes.map(gras), ...corps.map((r) => r.map(une))], sheet: 'Données', stickyRowsCount: 1, columns: largeurs }, // prettier-ignore
    { data: f.mentions.map((m) => [{ ...texte(m), wrap: true }]), sheet: 'Lisez-moi', columns: [{ width: 110 }] },
  ]).toBlob();
} // prettier-ignore
