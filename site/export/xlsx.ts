/** The table of a sheet as a workbook: one header row, no merged cell, statut beside the value, mentions on a second sheet. Node only. */
import { unzipSync, zipSync } from 'fflate';
import writeExcelFile, { type CellObject, type SheetData } from 'write-excel-file/node';
import { LIBELLES_STATUT } from '../../data/catalogue/secret.ts';
import { de } from '../carto/format.ts';
import type { Feuille } from './sheet.ts';

const texte = (value: string): CellObject => ({ value, type: String, format: '@' });
const entete = (value: string): CellObject => ({ value, type: String, fontWeight: 'bold' });
/** A figure becomes a number only when it is shown as one: "> 99" and "20–49" stay text. */
function figure(v: string): CellObject | null {
  if (v === '') return null;
  const nu = v.replaceAll(/[\u202f\u00a0]/g, '').replace('−', '-');
  if (!/^-?\d+(,\d+)?$/.test(nu)) return texte(v);
  const decimales = nu.split(',')[1]?.length ?? 0;
  return {
    value: Number(nu.replace(',', '.')),
    type: Number,
    format: decimales === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimales)}`,
  };
}

/** Workbook of a sheet. Same sheet, same bytes: the dates inside the archive are fixed. */
export async function xlsxFeuille(f: Feuille): Promise<Uint8Array> {
  const source = f.mentions.lignes.find((l) => l.id === 'source')?.texte ?? '';
  const alerte = [f.mentions.avertissement, f.mentions.restriction]
    .filter((x) => x !== undefined)
    .join(' – ');
  const [nom, valeur, base] = f.tableau.entetes;
  const donnees: SheetData = [
    ['Code', nom, valeur, 'Statut', base, 'Source', 'Avertissement'].map((x) => entete(x)),
    ...f.tableau.lignes.map((l) => [
      texte(l.code),
      texte(l.nom),
      l.statut === 'valeur' ? figure(l.valeur) : null,
      texte(l.statut === 'valeur' ? 'publié' : LIBELLES_STATUT[l.statut].libelle),
      figure(l.base),
      texte(source),
      texte(alerte),
    ]),
  ];
  const lisezMoi: SheetData = [
    [entete('Titre'), texte(f.carte.titre)],
    [entete('Contenu'), texte(f.sousTitre)],
    ...(alerte === '' ? [] : [[entete('Avertissement'), texte(alerte)]]),
    ...f.mentions.lignes.map((l) => [entete(l.libelle), { ...texte(l.texte), wrap: true }]),
  ];
  const definitions: SheetData = [
    [entete('Classe ou statut'), entete(`Nombre ${de(f.unitesCarte)}`), entete('Couleur ou motif')],
    ...f.legende.classes.map((c) => [texte(c.libelle), figure(String(c.zones)), texte(c.couleur)]),
    ...f.legende.statuts.map((s) => [texte(s.libelle), figure(String(s.zones)), texte(s.motif)]),
  ];
  const archive = await writeExcelFile([
    {
      data: donnees,
      sheet: 'Données',
      stickyRowsCount: 1,
      columns: [14, 34, 18, 20, 16, 36, 44].map((width) => ({ width })),
    },
    { data: lisezMoi, sheet: 'Lisez-moi', columns: [{ width: 26 }, { width: 110 }] },
    { data: definitions, sheet: 'Légende', columns: [{ width: 34 }, { width: 24 }, { width: 18 }] },
  ]).toBuffer();
  return fige(archive);
}

/** The same archive with every entry dated 1 January 1980. Local getters read that date, so no time zone shows. */
function fige(archive: Uint8Array): Uint8Array {
  const fichiers = unzipSync(archive);
  const mtime = new Date(1980, 0, 1);
  return zipSync(
    Object.fromEntries(
      Object.keys(fichiers)
        .sort()
        .map((nom) => [nom, [fichiers[nom] as Uint8Array, { mtime, level: 6 }]]),
    ),
  );
}
