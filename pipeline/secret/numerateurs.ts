/**
 * Numerators against bounds (secret.md §7.6): a pattern that is safe for bases leaves counts that non-negativity alone can
 * pin down, because zeros around a hidden cell leave one place for what remains. Each such count is undone where it comes
 * from: the published cells of its derivation are a cut, as in the engine, and the cheapest choice that hits every cut is
 * hidden too. Hiding more is always safe, so nothing else is redone.
 */
import { Derivation, intervalles } from './bornes.ts';
import { Couverture } from './engine/couverture.ts';
import { etale, type ParPop, type Pop } from './relations.ts';
import { connues, estExigee, nomCellule, type Probleme } from './residus.ts';

/** Rounds of free exchange between cuts; after them what is hidden stays hidden: a third of the time for 1 % more loss. */
const LIBRES = 1;
const TOURS = 60;
/** Fixed cost of hiding one cell, in units, as in the engine. */
const COUT_CELLULE = 6;

/** A count that bounds pin: cell, and the known cells that its derivation rests on. */
export interface Epingle {
  /** Which numerator. */
  serie: number;
  cellule: number;
  connues: ReadonlySet<number>;
}

/**
 * Hide the cheapest publications so that no count stays pinned. Hiding more only widens bounds, so after the first look
 * only the numerators that were pinned are looked at again, and all of them when an exchange has shown something back.
 * @param cherche pinned counts of some numerators (undefined: all) when the publications `cachee` (1 = hidden) are hidden
 * @param cout cost per publication; 0 = not a publication, or decided elsewhere
 * @param publications publications that make a known cell known: hiding any of them hides it
 * @returns publications to hide, each with a cell it protects
 */
export function depingle(
  cout: Float64Array,
  cherche: (cachee: Uint8Array, series?: ReadonlySet<number>) => Epingle[],
  publications: (cellule: number) => readonly number[],
): Map<number, number> {
  const couverture = new Couverture(cout);
  const protegee: number[] = [];
  let series: Set<number> | undefined;
  let rendue = false;
  for (let tour = 0; tour < TOURS; tour++) {
    const suivantes = new Set<number>();
    for (const { serie, cellule, connues: sues } of cherche(couverture.choisi, series)) {
      const coupe = new Set<number>();
      for (const c of sues)
        for (const p of publications(c))
          if ((cout[p] as number) > 0 && couverture.choisi[p] === 0) coupe.add(p);
      if (coupe.size === 0 || couverture.ajoute(Int32Array.from(coupe).sort()) < 0) continue;
      protegee.push(cellule);
      suivantes.add(serie);
    }
    if (suivantes.size === 0) {
      if (!rendue) break;
      [series, rendue] = [undefined, false];
      continue;
    }
    for (const p of couverture.resout(tour >= LIBRES)) if (couverture.choisi[p] === 0) rendue = true;
    series = suivantes;
  }
  const cachees = new Map<number, number>();
  couverture.choisi.forEach((x, p) => {
    if (x === 1) cachees.set(p, protegee[couverture.temoin(p)] ?? -1);
  });
  return cachees;
}

export interface ProblemeNumerateurs extends Probleme {
  /** Per rank of level: cells hidden for quality alone, which may be known. */
  libre: ParPop<Uint8Array>[];
  /** Measures per atom: numerators, and the denominator they share. */
  numerateurs: readonly ParPop<Int32Array>[];
  denominateur: ParPop<Int32Array>;
  /** Units in scope per atom, of which respondents are a part: how many answered is itself a numerator. */
  champ: ParPop<Int32Array>;
}

/** Hide further published cells until no sensitive numerator other than 0 is known by bounds. @returns cells hidden. */
export function repareNumerateurs(p: ProblemeNumerateurs): number {
  const r = p.relations;
  const np = r.populations.length;
  const premierAtome = r.cellules - r.atomes * np;
  const [u, base] = [etale(r, p.denominateur), etale(r, p.repondants)];
  const champ = etale(r, p.champ);
  const xs = p.numerateurs.map((n) => etale(r, n));
  const ys = xs.map((x) => x.map((v, c) => (u[c] as number) - v));
  const niveauDe = new Int16Array(r.cellules).fill(-1);
  const cout = new Float64Array(r.cellules);
  const caches0 = p.cache.map((c) => ({ ENS: c.ENS.slice(), ER: c.ER.slice() }));
  p.niveaux.forEach((n, k) => {
    for (let z = 0; z < n.cles.length; z++) {
      const c = (r.premier[k] as number) + z * np;
      for (let q = 0; q < np; q++) niveauDe[c + q] = k;
      if (k < p.contexte) continue;
      for (let q = 0; q < Math.min(np, 2); q++)
        if (
          p.cache[k]?.[q === 0 ? 'ENS' : 'ER'][z] === 0 &&
          (base[c + q] as number) > 0 &&
          !estExigee(p, k, q === 0 ? 'ENS' : 'ER', z)
        )
          cout[c + q] = p.poids(k) * ((base[c + q] as number) + COUT_CELLULE);
    }
  });
  const lieu = (c: number) => {
    const k = niveauDe[c] as number;
    const d = c - (r.premier[k] as number);
    return { k, z: Math.floor(d / np), q: (d % np === 0 ? 'ENS' : 'ER') as Pop };
  };
  const cherche = (cachee: Uint8Array, series?: ReadonlySet<number>): Epingle[] => {
    p.cache.forEach((c, k) => {
      c.ENS.set(caches0[k]?.ENS as Uint8Array);
      c.ER.set(caches0[k]?.ER as Uint8Array);
    });
    cachee.forEach((x, c) => {
      if (x === 0) return;
      const { k, z, q } = lieu(c);
      (p.cache[k] as ParPop<Uint8Array>)[q][z] = 1;
    });
    const connue = connues(p, base);
    const sensible = new Uint8Array(r.cellules);
    p.niveaux.forEach((n, k) => {
      for (let z = 0; z < n.cles.length; z++) {
        const c = (r.premier[k] as number) + z * np;
        if (p.cache[k]?.ENS[z] !== 0 && p.libre[k]?.ENS[z] === 0 && cachee[c] === 0) sensible[c] = 1;
        if (np === 3 && p.cache[k]?.ER[z] !== 0 && p.libre[k]?.ER[z] === 0 && cachee[c + 1] === 0)
          sensible[c + 1] = 1;
      }
    });
    for (let c = 0; c < r.cellules; c++) {
      if (connue[c] === 1) sensible[c] = 0;
      else if ((base[c] as number) < p.seuil) sensible[c] = 1;
    }
    const iu = intervalles(r, u, connue);
    const trouvees: Epingle[] = [];
    // That nobody of a small group answered is told by nothing published, so an empty base is not known here.
    if (series?.has(xs.length) !== false) {
      const sue = connues(p, champ);
      const ir = intervalles(r, base, sue);
      for (let c = 0; c < r.cellules; c++) {
        if (sue[c] === 1 || (champ[c] as number) >= p.seuil || (ir.haut[c] as number) > (ir.bas[c] as number))
          continue;
        const d = new Derivation(r, sue);
        d.remonte(ir, c, false);
        d.remonte(ir, c, true);
        trouvees.push({ serie: xs.length, cellule: c, connues: d.connues });
      }
    }
    xs.forEach((x, i) => {
      if (series?.has(i) === false) return;
      const ix = intervalles(r, x, connue);
      const iy = intervalles(r, ys[i] as Int32Array, connue);
      for (let c = 0; c < r.cellules; c++) {
        if (sensible[c] === 0) continue;
        const hy = iy.haut[c] as number;
        const parY = hy === Infinity ? 0 : (iu.bas[c] as number) - hy;
        const bas = Math.max(ix.bas[c] as number, parY);
        const hautY = (iu.haut[c] as number) - (iy.bas[c] as number);
        const haut = Math.min(ix.haut[c] as number, hautY);
        if (haut <= 0 || haut > bas) continue;
        const d = new Derivation(r, connue);
        if (parY > (ix.bas[c] as number)) {
          d.remonte(iu, c, false);
          d.remonte(iy, c, true);
        } else d.remonte(ix, c, false);
        if (hautY < (ix.haut[c] as number)) {
          d.remonte(iu, c, true);
          d.remonte(iy, c, false);
        } else d.remonte(ix, c, true);
        trouvees.push({ serie: i, cellule: c, connues: d.connues });
      }
    });
    return trouvees;
  };
  const publications = (c: number): readonly number[] => {
    if (c >= premierAtome) return [];
    const q = (c - (r.premier[niveauDe[c] as number] as number)) % np;
    return q === 2 ? [c - 2, c - 1] : [c];
  };
  const cachees = depingle(cout, cherche, publications);
  for (const [c, protegee] of cachees) {
    const { k, z, q } = lieu(c);
    const cible = protegee < 0 ? [] : [nomCellule(r, p.niveaux, protegee)];
    p.note(k, z, q, { genre: 'numerateur', base: 0, cible, autres: 0 });
  }
  return cachees.size;
}
