/** Text of a PDF through poppler's `pdftotext`, and the rows of its table found by the names of the zones. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { plat, type ExportLu, type LigneLue } from './exportsLecture.ts';

const executer = promisify(execFile);

/** True when `pdftotext` answers. */
export const popplerPresent = (): boolean => spawnSync('pdftotext', ['-v']).error === undefined;

/** Lines of the PDF, in the order they were written: cells of one row follow each other on one line. */
export async function lignesPdf(chemin: string): Promise<string[]> {
  const { stdout } = await executer('pdftotext', ['-raw', '-enc', 'UTF-8', chemin, '-'], {
    maxBuffer: 2 ** 28,
  });
  return stdout
    .split(/[\n\f]/)
    .map(plat)
    .filter((l) => l !== '');
}

/** A number, its thousands apart or together: poppler drops narrow spaces. */
const NOMBRE = String.raw`\d{1,3}(?: \d{3})*|\d+`;
/** What ends a row: a mark, or a value and its base. */
const FIN = new RegExp(
  `^(s|nd|–|[<>]? ?(?:\\d+|${NOMBRE})(?:,\\d+)?)(?:(?<=\\d) (11–19|20–49|50–99|100\\+|${NOMBRE}))?$`,
);

/**
 * Rows of the table: after its header, each zone's name, then what the row shows. A long name takes several lines. A row
 * on a zone of no known name is returned too, for the caller to refuse.
 * @param entete header of the table's last column: "Base (ménages)"
 */
export function rangeesPdf(lignes: readonly string[], entete: string, noms: ReadonlySet<string>): LigneLue[] {
  const rangees: LigneLue[] = [];
  let dedans = false;
  let attente = '';
  for (const ligne of lignes) {
    if (ligne.endsWith(entete)) {
      dedans = true;
      attente = '';
      continue;
    }
    // Foot of a page: « avertissement · territoire · titre  n ».
    if (ligne.includes(' · ')) dedans = false;
    if (!dedans) continue;
    const mots = (attente === '' ? ligne : `${attente} ${ligne}`).split(' ');
    const coupe = (n: number) => FIN.exec(mots.slice(n).join(' '));
    const places = mots.map((_, n) => n).slice(1);
    // A figure always has its base, a mark never has one.
    const entiere = (fin: RegExpExecArray | null) => fin && (fin[2] !== undefined || !/\d/.test(fin[1]!));
    // The longest known name wins: « Lot 12 » before « Lot ».
    const connu = places.findLast((n) => noms.has(mots.slice(0, n).join(' ')) && entiere(coupe(n)));
    const inconnu = places.find((n) => entiere(coupe(n)));
    const n = connu ?? inconnu;
    if (n === undefined) {
      attente = mots.join(' ');
      continue;
    }
    const [, valeur = '', base = ''] = coupe(n)!;
    rangees.push({ code: null, nom: mots.slice(0, n).join(' '), valeur, base });
    attente = '';
  }
  return rangees;
}

/** A PDF as an export without its rows: those come once the zones are known. */
export const enteteLu = (lignes: readonly string[]): ExportLu => ({
  textes: lignes,
  lignes: [],
  brut: lignes.join('\n'),
  donnees: [],
  scripts: 0,
  secondes: 0,
});
