/** Composition of passage tables (written by the sources stage) towards the target COG. */
export interface Passage {
  /** Year the old codes are valid in, null for a table from any historic code. */
  de: number | null;
  /** Year the new codes are valid in, null when the file does not say. */
  vers: number | null;
  liens: [ancien: string, nouveau: string, ratio: number][];
}

/**
 * Compose passage tables towards one COG.
 * @param depuis year of the codes to convert @param cible year of the target COG
 * @param connus commune codes of the target COG
 * @returns function from any code to its possible target communes with shares, or null when the code leads nowhere.
 * A code already in the target COG stays itself unless a dated table moves it.
 */
export function composePassages(
  passages: readonly Passage[],
  depuis: number,
  cible: number,
  connus: ReadonlySet<string>,
): (code: string) => [string, number][] | null {
  const dates = passages
    .filter((p) => p.de !== null && p.vers !== null && p.de >= depuis && p.vers <= cible)
    .sort((a, b) => (a.de ?? 0) - (b.de ?? 0));
  const index = (p: Passage) => {
    const m = new Map<string, [string, number][]>();
    for (const [a, b, r] of p.liens) m.set(a, [...(m.get(a) ?? []), [b, r]]);
    return m;
  };
  const pas = dates.map(index);
  const historiques = passages.filter((p) => p.de === null).map(index);
  const memoire = new Map<string, [string, number][] | null>();
  const calcule = (code: string): [string, number][] | null => {
    let courants: [string, number][] = [[code, 1]];
    for (const m of pas) {
      const suivants = new Map<string, number>();
      for (const [c, r] of courants)
        for (const [d, s] of m.get(c) ?? [[c, 1] as [string, number]])
          suivants.set(d, (suivants.get(d) ?? 0) + r * s);
      courants = [...suivants].filter(([, r]) => r > 0);
    }
    const resolus = courants.flatMap(([c, r]): [string, number][] => {
      if (connus.has(c)) return [[c, r]];
      for (const h of historiques) {
        const cibles = (h.get(c) ?? []).filter(([d]) => connus.has(d));
        if (cibles.length > 0) return cibles.map(([d, s]) => [d, r * s]);
      }
      return [];
    });
    return resolus.length === 0 ? null : resolus.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  };
  return (code) => {
    let r = memoire.get(code);
    if (r === undefined) memoire.set(code, (r = calcule(code)));
    return r;
  };
}
