/**
 * Search of zones by name, code or postcode, in the page: accents, case, hyphens and small typing errors do not matter.
 */
import type { Echelle } from '../../data/contract/zone.ts';

export interface Entree {
  readonly echelle: Echelle;
  readonly code: string;
  readonly nom: string;
  /** Name of what holds it, to tell homonyms apart. */
  readonly parent: string;
  /** Postcodes of a commune, separated by a space. */
  readonly postaux?: string;
  /** Where the map goes for what has no map of its own (a quarter, in public): the zone that holds it, and a view. */
  readonly vers?: { readonly zone: string; readonly vue: readonly [number, number, number] };
}

export interface Index {
  readonly entrees: readonly Entree[];
  readonly textes: readonly string[];
  /** What follows the name for who types it too: "dijon 21000", "rue des lilas dijon". */
  readonly suites: readonly string[];
}

/** "Saint-Étienne-d’Œuvre" → "saint etienne d oeuvre"; "St" and "Ste" are written out. */
export function normalise(texte: string): string {
  return texte
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
    .replaceAll(/\bst(e?)\b/g, 'saint$1');
}

export function indexe(entrees: readonly Entree[]): Index {
  // Thousands of zones share a few dozen parents.
  const parents = new Map<string, string>();
  const parent = (nom: string) => {
    let p = parents.get(nom);
    if (p === undefined) parents.set(nom, (p = normalise(nom)));
    return p;
  };
  return {
    entrees,
    textes: entrees.map((e) => normalise(e.nom)),
    suites: entrees.map((e) => `${parent(e.parent)} ${e.postaux ?? ''}`),
  };
}

// A wider territory first when two names are equally close: people look for the town's intercommunality too.
const POIDS: Partial<Record<Echelle, number>> = { france: 0, region: 1, departement: 2, epci: 3, commune: 4, qpv: 5 }; // prettier-ignore

/**
 * Best entries for what was typed, best first.
 * Order: exact code, whole name, start of the name, start of a word, anywhere, then one or two typing errors. Three to
 * five digits are a postcode or its beginning: every commune of a whole postcode is listed, however many.
 */
export function cherche(index: Index, saisie: string, limite = 12): Entree[] {
  const q = normalise(saisie);
  if (q.length < 2) return [];
  const code = saisie.trim().toUpperCase();
  if (/^\d{3,5}$/.test(code)) return parChiffres(index, code, limite);
  const notes: { note: number; rang: number }[] = [];
  index.textes.forEach((t, rang) => {
    const e = index.entrees[rang] as Entree;
    const note = e.code === code ? 0 : noteDe(t, q, index.suites[rang] ?? '');
    if (note !== null)
      notes.push({ note: note * 100 + (POIDS[e.echelle] ?? 9) * 2 + Math.min(t.length, 40) / 41, rang });
  });
  if (notes.length < 3 && q.length >= 4)
    index.textes.forEach((t, rang) => {
      if (notes.some((n) => n.rang === rang)) return;
      // Compared with the start of the name and of each word, since typing is not finished.
      const d = Math.min(erreurs(t, q), q.includes(' ') ? erreursParMot(`${t} ${index.suites[rang]}`, q) : 9);
      if (d <= 2) notes.push({ note: (6 + d) * 100 + (POIDS[index.entrees[rang]?.echelle ?? 'cage'] ?? 9), rang }); // prettier-ignore
    });
  return notes
    .sort((a, b) => a.note - b.note || a.rang - b.rang)
    .slice(0, limite)
    .map((n) => index.entrees[n.rang] as Entree);
}

/** Zones whose code or postcode is, or starts with, these digits; all of them when a postcode is whole. */
function parChiffres(index: Index, q: string, limite: number): Entree[] {
  const note = (e: Entree) => {
    const postaux = e.postaux?.split(' ') ?? [];
    if (e.code === q) return 0;
    if (postaux.includes(q)) return 1;
    if (postaux.some((p) => p.startsWith(q))) return 2;
    return e.code.startsWith(q) ? 3 : null;
  };
  const notes = index.entrees.flatMap((e, rang) => {
    const n = note(e);
    return n === null ? [] : [{ e, n, rang }];
  });
  const entiers = notes.filter((x) => x.n < 2).length;
  return notes
    .sort((a, b) => a.n - b.n || (POIDS[a.e.echelle] ?? 9) - (POIDS[b.e.echelle] ?? 9) || a.rang - b.rang)
    .slice(0, Math.max(limite, entiers))
    .map((x) => x.e);
}

function noteDe(t: string, q: string, suite: string): number | null {
  if (t === q) return 1;
  if (t.startsWith(q)) return 2;
  if (t.includes(` ${q}`)) return 3;
  // Words in any order: "vieux mont" finds "Mont-le-Vieux".
  const mots = q.split(' ');
  const tous = (ou: string) => mots.every((m) => ou.startsWith(m) || ou.includes(` ${m}`));
  if (tous(t)) return 4;
  if (t.includes(q) && q.length > 3) return 5;
  // Then the name with its commune, its département or its postcode, the name first.
  return mots.length > 1 && t.includes(mots[0] ?? '') && tous(`${t} ${suite}`) ? 5.5 : null;
}

const permis = (q: string) => (q.length < 7 ? 1 : 2);

/** Errors between what was typed and the nearest start of the name or of one of its words; 9 when there are too many. */
function erreurs(t: string, q: string): number {
  const max = permis(q);
  const d = Math.min(...debuts(t).map((m) => distance(q, m.slice(0, q.length + max), max)));
  return d <= max ? d : 9;
}

/** The same word by word, in any order, small words left out by who types: "12 rue tileuls". */
function erreursParMot(t: string, q: string): number {
  const mots = q.split(' ');
  const faux = mots.filter((m) => !t.startsWith(m) && !t.includes(` ${m}`));
  // One word is wrong, and the others say where it stands: anything looser finds everything.
  return faux.length === 1 && mots.length > 1 && (faux[0] as string).length > 3
    ? erreurs(t, faux[0] as string)
    : 9;
}

function debuts(t: string): string[] {
  const sortie = [t];
  for (let i = t.indexOf(' '); i >= 0; i = t.indexOf(' ', i + 1)) sortie.push(t.slice(i + 1));
  return sortie;
}

/** Edit distance of `a` to the best prefix of `b`, with transposition; anything above `max` is max + 1. */
export function distance(a: string, b: string, max: number): number {
  let avant: number[] = [];
  let ligne = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const suite = [i];
    for (let j = 1; j <= b.length; j++) {
      const cout = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(ligne[j]! + 1, suite[j - 1]! + 1, ligne[j - 1]! + cout);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d = Math.min(d, avant[j - 2]! + 1);
      suite.push(d);
    }
    if (Math.min(...suite) > max) return max + 1;
    avant = ligne;
    ligne = suite;
  }
  return Math.min(...ligne);
}
