/** Search of zones by name or code, in the page: accents, case, hyphens and small typing errors do not matter. */
import type { Echelle } from '../../data/contract/zone.ts';

export interface Entree {
  readonly echelle: Echelle;
  readonly code: string;
  readonly nom: string;
  /** Name of what holds it, to tell homonyms apart. */
  readonly parent: string;
}

export interface Index {
  readonly entrees: readonly Entree[];
  readonly textes: readonly string[];
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
  return { entrees, textes: entrees.map((e) => normalise(e.nom)) };
}

// A wider territory first when two names are equally close: people look for the town's intercommunality too.
const POIDS: Partial<Record<Echelle, number>> = { france: 0, region: 1, departement: 2, epci: 3, commune: 4, qpv: 5 }; // prettier-ignore

/**
 * Best entries for what was typed, best first.
 * Order: exact code, whole name, start of the name, start of a word, anywhere, then one or two typing errors.
 */
export function cherche(index: Index, saisie: string, limite = 12): Entree[] {
  const q = normalise(saisie);
  if (q.length < 2) return [];
  const code = saisie.trim().toUpperCase();
  const notes: { note: number; rang: number }[] = [];
  index.textes.forEach((t, rang) => {
    const e = index.entrees[rang] as Entree;
    const note = e.code === code ? 0 : noteDe(t, q);
    if (note !== null)
      notes.push({ note: note * 100 + (POIDS[e.echelle] ?? 9) * 2 + Math.min(t.length, 40) / 41, rang });
  });
  if (notes.length < 3 && q.length >= 4)
    index.textes.forEach((t, rang) => {
      if (notes.some((n) => n.rang === rang)) return;
      const permis = q.length < 7 ? 1 : 2;
      // Compared with the start of the name and of each word, since typing is not finished.
      const d = Math.min(...debuts(t).map((m) => distance(q, m.slice(0, q.length + permis), permis)));
      if (d <= permis) notes.push({ note: (5 + d) * 100 + (POIDS[index.entrees[rang]?.echelle ?? 'cage'] ?? 9), rang }); // prettier-ignore
    });
  return notes
    .sort((a, b) => a.note - b.note || a.rang - b.rang)
    .slice(0, limite)
    .map((n) => index.entrees[n.rang] as Entree);
}

function noteDe(t: string, q: string): number | null {
  if (t === q) return 1;
  if (t.startsWith(q)) return 2;
  if (t.includes(` ${q}`)) return 3;
  // Words in any order: "vieux mont" finds "Mont-le-Vieux".
  const mots = q.split(' ');
  return mots.every((m) => t.startsWith(m) || t.includes(` ${m}`))
    ? 4
    : t.includes(q) && q.length > 3
      ? 5
      : null;
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
