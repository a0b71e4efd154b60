/**
 * What this device remembers of the public atlas: favourite and recent territories and indicateurs. Kept in the
 * browser's own storage, sent nowhere, never used by the territory page: a grant or an address leaves no trace here.
 */
import { ECHELLES, type Echelle } from '../../data/contract/zone.ts';
import type { Entree } from './recherche.ts';

const CLE = 'carto-ops/memoire@1';
const RECENTS = 6;

export interface Souvenirs {
  readonly favoris: readonly Entree[];
  readonly recents: readonly Entree[];
  /** Indicateurs looked at lately, and those kept as favourites. */
  readonly indicateurs: readonly string[];
  readonly preferes: readonly string[];
}
const VIDE: Souvenirs = { favoris: [], recents: [], indicateurs: [], preferes: [] };

const ids = (x: unknown): string[] =>
  (Array.isArray(x) ? x : []).filter((i) => typeof i === 'string' && /^[a-z][a-z0-9_]{0,60}$/.test(i));

/** Territories are public zones by name and code; anything else found in the storage is dropped, never trusted. */
function entrees(x: unknown): Entree[] {
  if (!Array.isArray(x)) return [];
  return x.flatMap((e: Partial<Entree> | null) => {
    const ok = e && ECHELLES.includes(e.echelle as Echelle) && [e.code, e.nom, e.parent].every((t) => typeof t === 'string' && t.length < 120); // prettier-ignore
    const { echelle, code, nom, parent } = (e ?? {}) as Entree;
    return ok ? [{ echelle, code, nom, parent }] : [];
  });
}

/** A browser that keeps nothing (private window, storage refused) remembers nothing, and says nothing about it. */
export function lisMemoire(): Souvenirs {
  try {
    const lu = JSON.parse(localStorage.getItem(CLE) ?? '{}') as Partial<Record<keyof Souvenirs, unknown>>;
    return {
      favoris: entrees(lu.favoris),
      recents: entrees(lu.recents),
      indicateurs: ids(lu.indicateurs),
      preferes: ids(lu.preferes),
    };
  } catch {
    return VIDE;
  }
}

function ecris(m: Souvenirs): void {
  try {
    localStorage.setItem(CLE, JSON.stringify(m));
  } catch {
    // Nothing to do: the atlas works without memory.
  }
}

const meme = (a: Entree) => (b: Entree) => a.echelle === b.echelle && a.code === b.code;

export const estFavori = (m: Souvenirs, echelle: Echelle, code: string): boolean =>
  m.favoris.some((f) => f.echelle === echelle && f.code === code);

/** Add a territory to the favourites, or take it out. @returns whether it is one now */
export function basculeFavori(e: Entree): boolean {
  const m = lisMemoire();
  const etait = m.favoris.some(meme(e));
  ecris({ ...m, favoris: etait ? m.favoris.filter((f) => !meme(e)(f)) : [...m.favoris, e] });
  return !etait;
}

/** The same for an indicateur. */
export function basculePrefere(id: string): boolean {
  const m = lisMemoire();
  const etait = m.preferes.includes(id);
  ecris({ ...m, preferes: etait ? m.preferes.filter((i) => i !== id) : [...m.preferes, id] });
  return !etait;
}

/** The most recent first, once each. */
export function noteTerritoire(e: Entree): void {
  const m = lisMemoire();
  ecris({ ...m, recents: [e, ...m.recents.filter((r) => !meme(e)(r))].slice(0, RECENTS) });
}

export function noteIndicateur(id: string): void {
  const m = lisMemoire();
  ecris({ ...m, indicateurs: [id, ...m.indicateurs.filter((i) => i !== id)].slice(0, RECENTS) });
}

/** Forget what was looked at; favourites were asked for and stay. */
export function oublieRecents(): void {
  ecris({ ...lisMemoire(), recents: [], indicateurs: [] });
}

/** What an empty search box offers: favourites, then what was looked at lately. */
export function propositions(m: Souvenirs): (Entree & { readonly titre: 'favori' | 'récent' })[] {
  return [
    ...m.favoris.map((e) => ({ ...e, titre: 'favori' as const })),
    ...m.recents.filter((r) => !m.favoris.some(meme(r))).map((e) => ({ ...e, titre: 'récent' as const })),
  ];
}
