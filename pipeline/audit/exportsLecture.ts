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
  /** Further columns of figures that are not compared (the second map of a comparison). */
  readonly secondes: number;
}

const SANS: ExportLu = { textes: [], lignes: [], brut: '', donnees: [], scripts: 0, secondes: 0 };

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

/** Rows under one of the two headers that we write, by the names of their columns; null when there is neither. */
function tableau(rangs: readonly (readonly string[])[]): Pick<ExportLu, 'lignes' | 'secondes'> | null {
  const debut = rangs.findIndex(
    ([c, z]) => (c === 'Code' && z !== undefined) || (c === 'code' && z === 'zone'),
  );
  if (debut < 0) return null;
  const entete = rangs[debut]!;
  // « carto export »: code, nom, valeur, statut, base. Table downloaded from the site: code, zone, parent, then the same.
  const v = entete[0] === 'Code' ? 2 : 3;
  const corps = rangs.slice(debut + 1);
  const fin = corps.findIndex((l) => l.length < v + 3);
  return {
    lignes: corps.slice(0, fin < 0 ? undefined : fin).map((l) => ({
      code: codeNu(l[0] ?? ''),
      nom: plat(l[1] ?? ''),
      valeur: plat(l[v] || (l[v + 1] ?? '')),
      base: plat(l[v + 2] ?? ''),
    })),
    secondes: entete.includes('statut 2') ? 1 : 0,
  };
}

/** CSV of `carto export` or of the site's table. */
export function lireCsv(texte: string): ExportLu {
  const rangs = parse(texte, { delimiter: ';', bom: true, relax_column_count: true }) as string[][];
  return {
    ...SANS,
    ...tableau(rangs),
    textes: rangs.flat().map((t) => plat(t.replace(/^# /, ''))),
    brut: texte,
  };
}

/** Rows of one sheet; empty cells are kept as empty texts, numbers are written with a comma as they are shown. */
function feuille(xml: string, partages: readonly string[]): string[][] {
  return elements(xml, ['row']).map(({ contenu }) => {
    const ligne: string[] = [];
    for (const [, attributs = '', dedans = ''] of contenu.matchAll(/<c\b([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const lettres = /\br="([A-Z]+)\d+"/.exec(attributs)?.[1] ?? '';
      const rang = [...lettres].reduce((n, l) => n * 26 + l.charCodeAt(0) - 64, 0) - 1;
      const v = /<v[^>]*>(.*?)<\/v>/s.exec(dedans)?.[1];
      const texte = sansBalises(v ?? dedans);
      if (/\bt="s"/.test(attributs)) ligne[rang] = partages[Number(texte)] ?? '';
      else ligne[rang] = /\bt="/.test(attributs) ? texte : texte.replace('.', ',');
    }
    return Array.from(ligne, (t: string | undefined) => t ?? '');
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
  // Cells at the end of a row that hold nothing are not written: rows are as long as their header.
  const completes = feuilles.map((f) => f.map((l) => [...l, ...(f[0] ?? []).slice(l.length).map(() => '')]));
  const tableaux = completes.flatMap((f) => tableau(f) ?? []);
  return {
    ...SANS,
    lignes: tableaux.flatMap((t) => t.lignes),
    secondes: tableaux.reduce((n, t) => n + t.secondes, 0),
    textes: feuilles.flat(2).map(plat),
    brut: parties
      .map(([, xml]) => xml)
      .join('\n')
      .replaceAll(/"http:\/\/[^"]*"/g, '""'),
  };
}

export function lireSvg(texte: string): ExportLu {
  const brut = sansOctets(texte);
  const corps = brut.replaceAll(/<style\b.*?<\/style>/gs, '');
  return {
    ...SANS,
    // A text broken over lines is one text.
    textes: elements(corps, ['title', 'desc', 'text']).map(({ contenu }) =>
      plat(sansBalises(contenu.replaceAll('<tspan', ' <tspan'))),
    ),
    lignes: titresDeFormes(corps),
    brut: brut.replaceAll(/xmlns(:\w+)?="[^"]*"/g, ''),
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
    ...SANS,
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
