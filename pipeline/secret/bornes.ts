/**
 * Numerators against bounds (secret.md §7.6): a pattern that is safe for bases leaves counts that non-negativity alone can
 * pin down, because zeros around a hidden cell leave one place for what remains. Interval propagation finds them; the
 * cheapest published cell over each is then hidden too. Hiding more is always safe, so nothing else is redone.
 */
import type { NiveauZones } from './atomes.ts';
import type { Cause } from './verdict.ts';
import { etale, type ParPop, type Pop, type Relations } from './relations.ts';

/**
 * Longest relation that propagation visits. A sum pins a part only when all its other parts are known or 0: past this many
 * it hardly ever happens, and long sums are what propagation spends its time on. The audit has no such limit.
 */
const LONGUEUR = 80;

/** Sweeps at most: what is proved by then stands. */
const PASSES = 30;

/**
 * Interval of every cell: known cells are points, the others start at [0, ∞[ and shrink through every relation. A sweep
 * visits only the rows of cells that have shrunk, in row order: a long row waits for all its cells.
 */
function intervalles(
  r: Relations,
  valeur: Int32Array,
  connue: Uint8Array,
): { bas: Float64Array; haut: Float64Array } {
  const { debut, cellule, lignesDe, debutLignes } = r;
  const bas = new Float64Array(r.cellules);
  const haut = new Float64Array(r.cellules).fill(Infinity);
  for (let c = 0; c < r.cellules; c++) if (connue[c]) bas[c] = haut[c] = valeur[c] as number;
  const lignes = debut.length - 1;
  const aVoir = new Uint8Array(lignes);
  let restent = 0;
  const enfile = (l: number) => {
    if (aVoir[l] || (debut[l + 1] as number) - (debut[l] as number) > LONGUEUR) return;
    aVoir[l] = 1;
    restent++;
  };
  const touche = (c: number) => {
    for (let i = debutLignes[c] as number; i < (debutLignes[c + 1] as number); i++)
      enfile(lignesDe[i] as number);
  };
  for (let l = 0; l < lignes; l++) {
    for (let i = debut[l] as number; i < (debut[l + 1] as number); i++) {
      if (connue[cellule[i] as number]) {
        enfile(l);
        break;
      }
    }
  }
  for (let k = 0, l = 0; restent > 0 && k < PASSES * lignes; k++, l = l + 1 === lignes ? 0 : l + 1) {
    if (aVoir[l] === 0) continue;
    aVoir[l] = 0;
    restent--;
    const [i0, i1] = [debut[l] as number, debut[l + 1] as number];
    // total - Σ parts = 0: the total bounds each part, the parts bound the total.
    const t = cellule[i0] as number;
    let sb = 0;
    let sh = 0;
    let infinis = 0;
    let ouvertes = 0;
    for (let i = i0 + 1; i < i1; i++) {
      const c = cellule[i] as number;
      sb += bas[c] as number;
      if (haut[c] === Infinity) infinis++;
      else sh += haut[c] as number;
      if (haut[c] !== bas[c]) ouvertes++;
    }
    if (sb > (bas[t] as number)) {
      bas[t] = sb;
      touche(t);
    }
    if (infinis === 0 && sh < (haut[t] as number)) {
      haut[t] = sh;
      touche(t);
    }
    const [bt, ht] = [bas[t] as number, haut[t] as number];
    if (ouvertes === 0 || (ht === Infinity && infinis > 1)) continue;
    for (let i = i0 + 1; i < i1; i++) {
      const c = cellule[i] as number;
      const [b, h] = [bas[c] as number, haut[c] as number];
      if (b === h) continue;
      const h2 = ht - (sb - b);
      const b2 = infinis - (h === Infinity ? 1 : 0) > 0 ? 0 : bt - (sh - (h === Infinity ? 0 : h));
      if (h2 >= h && b2 <= b) continue;
      if (h2 < h) haut[c] = h2;
      if (b2 > b) bas[c] = b2;
      touche(c);
    }
  }
  return { bas, haut };
}

/**
 * Residues (secret.md §7.5): what a published cell leaves once the published parts of one of its decompositions are taken
 * away must be empty or hold `seuil` units. The engine searches groups within a budget; this simple rule has none.
 * Hides the cheapest published cell of each faulty row. @returns cells hidden
 */
export function repareResidus(p: Omit<ProblemeBornes, 'libre' | 'numerateurs' | 'denominateur'>): number {
  const r = p.relations;
  const np = r.populations.length;
  const base = etale(r, p.repondants);
  let total = 0;
  for (let tour = 0; tour < TOURS; tour++) {
    const connue = connues(p, base);
    let caches = 0;
    for (let l = 0; l + 1 < r.debut.length; l++) {
      const [i0, i1] = [r.debut[l] as number, r.debut[l + 1] as number];
      if (connue[r.cellule[i0] as number] === 0) continue;
      let reste = 0;
      for (let i = i0 + 1; i < i1; i++)
        if (connue[r.cellule[i] as number] === 0) reste += base[r.cellule[i] as number] as number;
      if (reste === 0 || reste >= p.seuil) continue;
      const choix = [...r.cellule.subarray(i0, i1)]
        .filter((c) => connue[c] === 1 && (base[c] as number) > 0)
        .flatMap((c) => publiees(p, c, np))
        .sort((a, b) => a.cout - b.cout || a.k - b.k || a.z - b.z)[0];
      if (choix === undefined) continue;
      (p.cache[choix.k] as ParPop<Uint8Array>)[choix.q][choix.z] = 1;
      const total = r.cellule[i0] as number;
      p.note(choix.k, choix.z, choix.q, {
        genre: 'residu',
        base: reste,
        cible: [`reste de ${nomCellule(r, p.niveaux, total)}`],
        autres: 0,
      });
      connue[r.cellule[i0] as number] = 0;
      caches++;
    }
    total += caches;
    if (caches === 0) return total;
  }
  return total;
}

/** Zones that publish a cell: itself, or for a complement one of its two sides. */
function publiees(
  p: Pick<ProblemeBornes, 'relations' | 'niveaux' | 'cache' | 'contexte' | 'repondants' | 'poids'>,
  c: number,
  np: number,
): { k: number; z: number; q: Pop; cout: number }[] {
  const r = p.relations;
  if (c >= r.cellules - r.atomes * np) return [];
  const k = p.niveaux.findLastIndex((n, i) => n.cles.length > 0 && (r.premier[i] as number) <= c);
  if (k < p.contexte) return [];
  const z = Math.floor((c - (r.premier[k] as number)) / np);
  const pop = r.populations[(c - (r.premier[k] as number)) % np];
  const cotes: readonly Pop[] = pop === 'AUTRE' ? ['ER', 'ENS'] : [pop as Pop];
  return cotes.flatMap((q) => {
    if (p.cache[k]?.[q][z] !== 0) return [];
    const base = (r.membres[k]?.[z] ?? []).reduce((s, a) => s + (p.repondants[q][a] as number), 0);
    return [{ k, z, q, cout: p.poids(k) * base }];
  });
}

/** Cells a reader knows: published ones, complements of two published sides, and empty ones. */
function connues(p: Pick<ProblemeBornes, 'relations' | 'niveaux' | 'cache'>, base: Int32Array): Uint8Array {
  const r = p.relations;
  const np = r.populations.length;
  const connue = new Uint8Array(r.cellules);
  p.niveaux.forEach((n, k) => {
    for (let z = 0; z < n.cles.length; z++) {
      const c = (r.premier[k] as number) + z * np;
      const [ens, er] = [p.cache[k]?.ENS[z] === 0, np === 3 && p.cache[k]?.ER[z] === 0];
      if (ens) connue[c] = 1;
      if (er) connue[c + 1] = 1;
      if (ens && er) connue[c + 2] = 1;
    }
  });
  for (let c = 0; c < r.cellules; c++) if (base[c] === 0) connue[c] = 1;
  return connue;
}

export interface ProblemeBornes {
  relations: Relations;
  niveaux: readonly NiveauZones[];
  /** Per rank of level: hidden flags, changed in place. */
  cache: ParPop<Uint8Array>[];
  /** Per rank of level: cells hidden for quality alone, which may be known. */
  libre: ParPop<Uint8Array>[];
  /** Levels under this rank are decided elsewhere and may not be hidden here. */
  contexte: number;
  /** Measures per atom: numerators, the denominator they share, respondents. */
  numerateurs: readonly ParPop<Int32Array>[];
  denominateur: ParPop<Int32Array>;
  repondants: ParPop<Int32Array>;
  seuil: number;
  /** Told of each cell hidden, with why. */
  note: (rang: number, zone: number, population: Pop, cause: Cause) => void;
  /** Cost of one unit hidden at a level. */
  poids: (rang: number) => number;
}

const TOURS = 25;

/** Hide further published cells until no sensitive numerator other than 0 is known by bounds. @returns cells hidden. */
export function repareBornes(p: ProblemeBornes): number {
  const r = p.relations;
  const np = r.populations.length;
  const [u, base] = [etale(r, p.denominateur), etale(r, p.repondants)];
  const xs = p.numerateurs.map((n) => etale(r, n));
  let total = 0;
  for (let tour = 0; tour < TOURS; tour++) {
    const connue = connues(p, base);
    const sensible = new Uint8Array(r.cellules);
    p.niveaux.forEach((n, k) => {
      for (let z = 0; z < n.cles.length; z++) {
        const c = (r.premier[k] as number) + z * np;
        if (p.cache[k]?.ENS[z] !== 0 && p.libre[k]?.ENS[z] === 0) sensible[c] = 1;
        if (np === 3 && p.cache[k]?.ER[z] !== 0 && p.libre[k]?.ER[z] === 0) sensible[c + 1] = 1;
      }
    });
    for (let c = 0; c < r.cellules; c++) {
      if (connue[c] === 1) sensible[c] = 0;
      else if ((base[c] as number) < p.seuil) sensible[c] = 1;
    }
    const iu = intervalles(r, u, connue);
    let caches = 0;
    for (const x of xs) {
      const ix = intervalles(r, x, connue);
      const iy = intervalles(
        r,
        x.map((v, c) => (u[c] as number) - v),
        connue,
      );
      for (let c = 0; c < r.cellules; c++) {
        if (sensible[c] === 0) continue;
        const hy = iy.haut[c] as number;
        const bas = Math.max(ix.bas[c] as number, hy === Infinity ? 0 : (iu.bas[c] as number) - hy);
        const haut = Math.min(ix.haut[c] as number, (iu.haut[c] as number) - (iy.bas[c] as number));
        if (haut > 0 && haut <= bas && cacheVoisine(p, c)) caches++;
      }
    }
    total += caches;
    if (caches === 0) return total;
  }
  return total;
}

/** `<niveau>:<code>/<population>` of a cell, as the engine names them. */
function nomCellule(r: Relations, niveaux: readonly NiveauZones[], c: number): string {
  const np = r.populations.length;
  const premierAtome = r.cellules - r.atomes * np;
  if (c >= premierAtome)
    return `atome:${Math.floor((c - premierAtome) / np)}/${r.populations[(c - premierAtome) % np]}`;
  const k = niveaux.findLastIndex((n, i) => n.cles.length > 0 && (r.premier[i] as number) <= c);
  const d = c - (r.premier[k] as number);
  return `${niveaux[k]?.id}:${niveaux[k]?.cles[Math.floor(d / np)]}/${r.populations[d % np]}`;
}

function atomesDe(r: Relations, niveaux: readonly NiveauZones[], c: number): readonly number[] {
  const np = r.populations.length;
  const premierAtome = r.cellules - r.atomes * np;
  if (c >= premierAtome) return [Math.floor((c - premierAtome) / np)];
  const k = niveaux.findLastIndex((n, i) => n.cles.length > 0 && (r.premier[i] as number) <= c);
  return r.membres[k]?.[Math.floor((c - (r.premier[k] as number)) / np)] ?? [];
}

/** Hide the cheapest published cell that says something about these atoms; recent movers first when prices are equal. */
function cacheVoisine(p: ProblemeBornes, cellule: number): boolean {
  const r = p.relations;
  const atomes = atomesDe(r, p.niveaux, cellule);
  let choix: { k: number; z: number; q: Pop; cout: number } | null = null;
  for (let k = p.contexte; k < p.niveaux.length; k++) {
    for (const z of new Set(atomes.map((a) => p.niveaux[k]?.zone[a] as number))) {
      if (z < 0) continue;
      for (const q of ['ER', 'ENS'] as const) {
        if (q === 'ER' && r.populations.length === 1) continue;
        if (p.cache[k]?.[q][z] !== 0) continue;
        const base = (r.membres[k]?.[z] ?? []).reduce((s, a) => s + (p.repondants[q][a] as number), 0);
        if (base === 0) continue;
        const cout = p.poids(k) * base;
        if (choix === null || cout < choix.cout) choix = { k, z, q, cout };
      }
    }
  }
  if (choix === null) return false;
  (p.cache[choix.k] as ParPop<Uint8Array>)[choix.q][choix.z] = 1;
  const cible = [nomCellule(r, p.niveaux, cellule)];
  p.note(choix.k, choix.z, choix.q, { genre: 'numerateur', base: 0, cible, autres: 0 });
  return true;
}
