/**
 * Passage tables: old commune code → new commune code, with the share that goes there. The order of the two code
 * columns is not stable (reversed in 2022-2023 and 2023-2024), so it is read from their names (geodata.md §2.1).
 */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { UserError } from '../../data/contract/erreur.ts';

export interface Passage {
  /** Year the old codes are valid in, null for a table from any historic code. */
  de: number | null;
  /** Year the new codes are valid in, null when the file does not say. */
  vers: number | null;
  liens: [ancien: string, nouveau: string, ratio: number][];
}

/** Every row of a small CSV as trimmed text cells; the separator is `;` or `,` whichever the header has more of. */
export async function lisPetitCsv(
  chemin: string,
): Promise<{ colonnes: string[]; lignes: Record<string, string>[] }> {
  const flux = createReadStream(chemin);
  const clair = chemin.endsWith('.gz') ? flux.pipe(createGunzip()) : flux;
  const morceaux: Buffer[] = [];
  for await (const m of clair) morceaux.push(m as Buffer);
  const texte = Buffer.concat(morceaux)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const ligne = texte.split(/\r?\n/, 1)[0] ?? '';
  const delimiter = ligne.split(';').length > ligne.split(',').length ? ';' : ',';
  const colonnes = ligne.split(delimiter).map((c) => c.trim().replace(/^"(.*)"$/, '$1'));
  const lignes: Record<string, string>[] = [];
  for await (const l of parse(texte, {
    columns: true,
    delimiter,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: false,
  })) {
    lignes.push(l as Record<string, string>);
  }
  return { colonnes, lignes };
}

export async function lisPassage(chemin: string): Promise<Passage> {
  const nom = basename(chemin);
  // A year without any change is a header alone: its columns still say which year it is.
  const { colonnes, lignes } = await lisPetitCsv(chemin);
  const annees = colonnes.flatMap((c) => {
    const m = /^(?:cod|CODGEO_|codgeo_)(\d{4})$/.exec(c);
    return m ? [{ colonne: c, annee: Number(m[1]) }] : [];
  });
  let ancienne: string;
  let nouvelle: string;
  let de: number | null = null;
  let vers: number | null = null;
  if (annees.length === 2) {
    annees.sort((a, b) => a.annee - b.annee);
    [ancienne, nouvelle] = annees.map((a) => a.colonne) as [string, string];
    [de, vers] = annees.map((a) => a.annee) as [number, number];
  } else if (colonnes.includes('DEPCOM') && (colonnes.includes('DEPCOM_HIST') || colonnes.includes('ARN'))) {
    ancienne = colonnes.includes('ARN') ? 'ARN' : 'DEPCOM_HIST';
    nouvelle = 'DEPCOM';
  } else {
    throw new UserError(`${nom} : colonnes de passage non reconnues.`, {
      hint: `Attendu : deux colonnes codAAAA, ou DEPCOM_HIST et DEPCOM, ou ARN et DEPCOM. Reçu : ${colonnes.join(', ')}.`,
    });
  }
  const liens = lignes.map((l, i): [string, string, number] => {
    const [a, b] = [l[ancienne] ?? '', l[nouvelle] ?? ''];
    const ratio = l.ratio === undefined || l.ratio === '' ? 1 : Number(l.ratio.replace(',', '.'));
    if (!/^[0-9AB]{5}$/.test(a) || !/^[0-9AB]{5}$/.test(b) || !(ratio >= 0 && ratio <= 1)) {
      throw new UserError(
        `${nom}, ligne ${i + 2} : passage « ${a} » → « ${b} » (ratio ${l.ratio ?? 'absent'}) illisible.`,
        { hint: 'Attendu : deux codes de 5 caractères et un ratio de 0 à 1.' },
      );
    }
    return [a, b, ratio];
  });
  return { de, vers, liens };
}
