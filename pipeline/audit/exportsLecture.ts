/**
 * Exports read back as files, with no knowledge of what wrote them: texts in reading order, rows of the table, names and
 * values drawn on the map. PDF is in exportsPdf.ts, since its rows can only be told apart with the names of zones.
 */
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';

/** One figure found next to a zone; `base` null where the format does not show it. */
export interface LigneLue {
  readonly code: string | null;
  readonly nom: string;
  readonly valeur: string;
  readonly base: string | null;
}

export interface ExportLu {
  /** Every text shown, in reading order, spaces made plain. */
  readonly textes: readonly string[];
  readonly lignes: readonly LigneLue[];
  /** Raw content searched for forbidden patterns, without fonts and images written as data. */
  readonly brut: string;
  /** JSON documents carried inside, and scripts that are not JSON. */
  readonly donnees: readonly unknown[];
  readonly scripts: number;
}

const ENTITES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

/** Plain text of a piece of markup: tags out, entities decoded. */
const sansBalises = (xml: string) =>
  xml
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(#x?[0-9a-fA-F]+|[a-z]+);/g, (tout, e: string) =>
      e.startsWith('#')
        ? String.fromCodePoint(e[1] === 'x' ? Number.parseInt(e.slice(2), 16) : Number(e.slice(1)))
        : (ENTITES[e] ?? tout),
    );

/** One kind of space and of apostrophe, no space at the ends: exports use several, extractors keep or lose them. */
export const plat = (t: string) =>
  t
    .replaceAll(/[\s\u00a0\u202f\u2009]+/g, ' ')
    .replaceAll('’', "'")
    .trim();

/** Content of each element of these names, in document order; elements of these names do not nest in our exports. */
function elements(xml: string, noms: readonly string[]): { nom: string; contenu: string }[] {
  const motif = new RegExp(`<(${noms.join('|')})\\b[^>]*>(.*?)</\\1>`, 'gs');
  return [...xml.matchAll(motif)].map(([, nom = '', contenu = '']) => ({ nom, contenu }));
}

/** Text without the bytes of fonts and images, where any pattern may appear by chance. */
const sansOctets = (t: string) => t.replaceAll(/data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+/g, 'data:');

/** « Nom : 12,4 % » of the shapes of a map. */
function titresDeFormes(svg: string): LigneLue[] {
  return elements(svg, ['title']).flatMap(({ contenu }) => {
    const m = /^(.+) : (.+)$/s.exec(plat(sansBalises(contenu)));
    return m ? [{ code: null, nom: m[1]!, valeur: m[2]!, base: null }] : [];
  });
}

/** A code written as a formula to keep its leading zero: ="01004". */
const codeNu = (c: string) => /^="(.*)"$/.exec(c)?.[1] ?? c.replace(/^'/, '');

/** CSV of `carto export`: header, rows, an empty line, mentions. */
export function lireCsv(texte: string): ExportLu {
  const lignes = parse(texte, { delimiter: ';', bom: true, relax_column_count: true }) as string[][];
  const fin = lignes.findIndex((l, i) => i > 0 && l.length < 5);
  const corps = lignes.slice(1, fin < 0 ? undefined : fin);
  return {
    textes: lignes.flat().map(plat),
    lignes: corps.map(([code = '', nom = '', valeur = '', statut = '', base = '']) => ({
      code: codeNu(code),
      nom: plat(nom),
      valeur: plat(valeur === '' ? statut : valeur),
      base: plat(base),
    })),
    brut: texte,
    donnees: [],
    scripts: 0,
  };
}

/** Cells of one sheet, by row then column letter. */
function feuille(xml: string, partages: readonly string[]): Map<string, string>[] {
  return elements(xml, ['row']).map(({ contenu }) => {
    const ligne = new Map<string, string>();
    for (const [, attributs = '', dedans = ''] of contenu.matchAll(/<c\b([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const colonne = /\br="([A-Z]+)\d+"/.exec(attributs)?.[1] ?? '';
      const v = /<v[^>]*>(.*?)<\/v>/s.exec(dedans)?.[1];
      const texte = v === undefined ? sansBalises(dedans) : sansBalises(v);
      ligne.set(colonne, /\bt="s"/.test(attributs) ? (partages[Number(texte)] ?? '') : texte);
    }
    return ligne;
  });
}

/** Workbook: every string of every part counts as shown, hidden sheets and properties included. */
export function lireXlsx(octets: Uint8Array): ExportLu {
  const parties = Object.entries(unzipSync(octets)).map(([nom, o]) => [nom, strFromU8(o)] as const);
  const partie = (motif: RegExp) => parties.filter(([nom]) => motif.test(nom)).map(([, xml]) => xml);
  const partages = elements(partie(/sharedStrings\.xml$/).join(''), ['si']).map(({ contenu }) =>
    sansBalises(contenu),
  );
  const feuilles = partie(/worksheets\/[^/]+\.xml$/).map((xml) => feuille(xml, partages));
  const entete = (f: Map<string, string>[]) => [...(f[0]?.values() ?? [])];
  const lignes = feuilles
    .filter((f) => entete(f)[0] === 'Code')
    .flatMap(([, ...corps]) =>
      corps.map((l) => {
        const lu = (c: string) => plat(l.get(c) ?? '');
        return {
          code: lu('A'),
          nom: lu('B'),
          // Numbers are stored with a point; shown with a comma.
          valeur: lu('C') === '' ? lu('D') : lu('C').replace('.', ','),
          base: lu('E'),
        };
      }),
    );
  return {
    textes: feuilles.flatMap((f) => f.flatMap((l) => [...l.values()].map(plat))),
    lignes,
    brut: parties
      .map(([, xml]) => xml)
      .join('\n')
      .replaceAll(/"http:\/\/[^"]*"/g, '""'),
    donnees: [],
    scripts: 0,
  };
}

export function lireSvg(texte: string): ExportLu {
  const brut = sansOctets(texte);
  const corps = brut.replaceAll(/<style\b.*?<\/style>/gs, '');
  return {
    // A text broken over lines is one text.
    textes: elements(corps, ['title', 'desc', 'text']).map(({ contenu }) =>
      plat(sansBalises(contenu.replaceAll('<tspan', ' <tspan'))),
    ),
    lignes: titresDeFormes(corps),
    brut: brut.replaceAll(/xmlns(:\w+)?="[^"]*"/g, ''),
    donnees: [],
    scripts: elements(corps, ['script']).length,
  };
}

export function lireHtml(texte: string): ExportLu {
  const brut = sansOctets(texte);
  const corps = brut.replaceAll(/<style\b.*?<\/style>/gs, '');
  const scripts = [...corps.matchAll(/<script\b([^>]*)>(.*?)<\/script>/gs)];
  const donnees: unknown[] = [];
  let autres = 0;
  for (const [, attributs = '', contenu = ''] of scripts)
    try {
      if (!/type="application\/(geo)?json"/.test(attributs)) throw new Error('code');
      donnees.push(JSON.parse(contenu));
    } catch {
      autres++;
    }
  const lignes = elements(corps, ['tr']).flatMap(({ contenu }): LigneLue[] => {
    const [nom, valeur, base] = elements(contenu, ['th', 'td']).map((c) => plat(sansBalises(c.contenu)));
    const entete = /scope="col"/.test(contenu);
    return entete || nom === undefined || valeur === undefined
      ? []
      : [{ code: null, nom, valeur, base: base ?? null }];
  });
  return {
    textes: elements(corps, [
      'title',
      'desc',
      'text',
      'h1',
      'h2',
      'p',
      'li',
      'span',
      'dt',
      'dd',
      'caption',
    ]).map(({ contenu }) => plat(sansBalises(contenu))),
    lignes: [...lignes, ...titresDeFormes(corps)],
    brut: brut.replaceAll(/xmlns(:\w+)?="[^"]*"/g, ''),
    donnees,
    scripts: autres,
  };
}
