/** The table of a sheet as CSV for French spreadsheets: BOM, semicolons, decimal comma, one statut column. */
import { LIBELLES_STATUT } from '../../data/catalogue/secret.ts';
import type { Feuille } from './sheet.ts';

/** RFC 4180 quoting; a leading = + - @ would run as a formula in a spreadsheet, so it is kept as text. */
function champ(v: string): string {
  const sur = /^[=+\-@\t]/.test(v) && !/^-?[\d\s,]+$/.test(v) ? `'${v}` : v;
  return /[";\n\r]/.test(sur) ? `"${sur.replaceAll('"', '""')}"` : sur;
}

/**
 * One line per zone. The source and the warning are columns, so that a row copied elsewhere keeps them; every
 * mention follows the data after an empty line.
 */
export function csvFeuille(f: Feuille): string {
  const source = f.mentions.lignes.find((l) => l.id === 'source')?.texte ?? '';
  const alerte = [f.mentions.avertissement, f.mentions.restriction]
    .filter((x) => x !== undefined)
    .join(' – ');
  // Codes are text: Excel would drop the leading zero of 01004 without the formula form.
  const code = (c: string) => (/^0\d+$/.test(c) ? `"=""${c}"""` : champ(c));
  const [nom, valeur, base] = f.tableau.entetes;
  const lignes = [
    ['Code', nom, valeur, 'Statut', base, 'Source', 'Avertissement'].map((x) => champ(x)),
    ...f.tableau.lignes.map((l) => [
      code(l.code),
      champ(l.nom),
      l.statut === 'valeur'
        ? champ(l.valeur.replaceAll(/[\u202f\u00a0]/g, l.valeur.match(/[<>]/) ? ' ' : ''))
        : '',
      champ(l.statut === 'valeur' ? 'publié' : LIBELLES_STATUT[l.statut].libelle),
      champ(l.base.replaceAll(/[\u202f\u00a0]/g, '')),
      champ(source),
      champ(alerte),
    ]),
    [],
    [champ(f.carte.titre)],
    [champ(f.sousTitre)],
    ...f.mentions.lignes.map((l) => [champ(l.libelle), champ(l.texte)]),
  ];
  return `\ufeff${lignes.map((l) => l.join(';')).join('\r\n')}\r\n`;
}
