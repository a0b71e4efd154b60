/** Reads a workbook that the page wrote: enough of the format to check what is inside, by another hand than the writer. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';

const entites = (t: string) => t.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'); // prettier-ignore

type Valeur = string | number | undefined;

/** Cells of both sheets, by rows; an empty cell is undefined. */
export function lisClasseur(chemin: string): { donnees: Valeur[][]; mentions: Valeur[][] } {
  const fichiers = unzipSync(readFileSync(chemin));
  const texte = (nom: string) => new TextDecoder().decode(fichiers[nom] ?? new Uint8Array());
  const partages = [...texte('xl/sharedStrings.xml').matchAll(/<si>([\s\S]*?)<\/si>/g)].map((m) =>
    entites((m[1] ?? '').replaceAll(/<[^>]*>/g, '')),
  );
  const feuille = (n: number): Valeur[][] =>
    [...texte(`xl/worksheets/sheet${n}.xml`).matchAll(/<row\b[^>]*>([\s\S]*?)<\/row>/g)].map((r) => {
      const ligne: Valeur[] = [];
      for (const c of (r[1] ?? '').matchAll(/<c r="([A-Z]+)\d+"([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
        const colonne = [...(c[1] ?? '')].reduce((s, l) => s * 26 + l.charCodeAt(0) - 64, 0) - 1;
        const brut = /<v>([^<]*)<\/v>|<t[^>]*>([^<]*)<\/t>/.exec(c[3] ?? '');
        const lu = brut?.[1] ?? brut?.[2];
        if (lu === undefined) continue;
        ligne[colonne] = /t="s"/.test(c[2] ?? '') ? partages[Number(lu)] : /t="(inlineStr|str)"/.test(c[2] ?? '') ? entites(lu) : Number(lu); // prettier-ignore
      }
      return ligne;
    });
  return { donnees: feuille(1), mentions: feuille(2) };
}
