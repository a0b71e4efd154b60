/**
 * Two millésimes against each other (secret.md §5, «Vintages»). A set of households that has not moved between two surveys
 * has the same base in both: what one year shows, the other must not rely on hiding. Both years of an EPCI are put in one
 * system where such sets are one column, shown when either year shows it; whatever then leaks costs the cheapest cell.
 * Figures of households only: their answers change from one survey to the next, their number does not.
 */
import { EMPREINTES_FOYERS, MODULE_EMPREINTE } from '../../data/contract/atome.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Population } from '../../data/contract/zone.ts';
import { somme, type Atomes, type NiveauZones } from './atomes.ts';
import { resoudreLineaire, type SystemeLineaire } from './engine/index.ts';
import { prepare } from './engine/resoudre.ts';
import type { Classes } from './engine/classes.ts';
import { indexCellules, type IndexCellules, type Systeme } from './engine/types.ts';
import { POIDS } from './poids.ts';

/** One EPCI at one millésime: its atoms, its levels and, per level, 1 = the number of households is hidden. */
export interface Annee {
  atomes: Atomes;
  niveaux: readonly NiveauZones[];
  /** Leading levels decided above: never hidden here. */
  contexte: number;
  cache: readonly Readonly<Record<Population, Uint8Array>>[];
}
/** A cell to hide as well. */
export interface Ajout {
  rang: number;
  population: Population;
  zone: number;
}

const MESURE = 'n.ops_men';

const mesure = (a: Atomes, nom: string) => a.mesures.get(nom) ?? new Int32Array(a.n);

function systemeDe(y: Annee): Systeme {
  const base: Systeme = {
    atomes: y.atomes.n,
    seuil: REGLES.seuil,
    effectifs: { ENS: mesure(y.atomes, `${MESURE}.ENS`), ER: mesure(y.atomes, `${MESURE}.ER`) },
    niveaux: y.niveaux.map((n) => ({ id: n.id, poids: POIDS[n.echelle], zone: n.zone, codes: n.cles })),
  };
  const index = indexCellules(base);
  const depart = new Uint8Array(index.nombre);
  y.niveaux.forEach((n, k) => {
    for (const p of ['ENS', 'ER'] as const)
      for (let z = 0; z < n.cles.length; z++)
        if (y.cache[k]?.[p][z] === 1) depart[index.cellule(k, p, z)] = 1;
  });
  return { ...base, depart };
}

/** Columns by fingerprint of their households, zones and bare atoms: the same text means the same households. */
function empreintes(y: Annee, classes: Classes, index: IndexCellules): Map<string, number> {
  const m = new Map<string, number>();
  const note = (sommes: readonly Int32Array[], colonne: (k: number) => number) =>
    sommes[0]?.forEach((n, k) => {
      const cle = `${n}/${sommes
        .slice(1)
        .map((s) => (s[k] as number) & (MODULE_EMPREINTE - 1))
        .join('/')}`;
      const u = n > 0 ? colonne(k) : -1;
      if (u >= 0 && !m.has(cle)) m.set(cle, u);
    });
  const mesures = [`${MESURE}.ENS`, ...EMPREINTES_FOYERS].map((nom) => mesure(y.atomes, nom));
  y.niveaux.forEach((niveau, rang) =>
    note(
      mesures.map((x) => somme(x, niveau)),
      (z) => classes.colonneDe[index.cellule(rang, 'ENS', z)] as number,
    ),
  );
  const fondus = { zone: classes.membre, cles: { length: classes.colonneAtome.length } };
  note(
    mesures.map((x) => somme(x, fondus)),
    (a) => classes.colonneAtome[a] as number,
  );
  return m;
}

/** Two linear systems as one, columns of the second that are a column of the first merged into it. */
function reunis(
  a: SystemeLineaire,
  b: SystemeLineaire,
  jumelle: ReadonlyMap<number, number>,
): { sl: SystemeLineaire; deB: Int32Array } {
  let n = a.cellules;
  const deB = Int32Array.from({ length: b.cellules }, (_, u) => jumelle.get(u) ?? n++);
  const base = new Float64Array(n);
  const sort = new Uint8Array(n);
  const cout = new Float64Array(n);
  base.set(a.base);
  sort.set(a.sort);
  cout.set(a.cout);
  for (let u = 0; u < b.cellules; u++) {
    const v = deB[u] as number;
    base[v] = b.base[u] as number;
    if (jumelle.has(u)) {
      // Shown in one year is shown: hidden in both only is hidden, protected if either protects it.
      const [x, y] = [sort[v] as number, b.sort[u] as number];
      const montre = [x, y].filter((s) => s === 0 || s === 3);
      sort[v] = montre.length > 0 ? Math.max(...montre) : Math.min(x, y);
      cout[v] = (cout[v] as number) + (b.cout[u] as number);
    } else {
      sort[v] = b.sort[u] as number;
      cout[v] = b.cout[u] as number;
    }
  }
  const suite = b.debut.subarray(1).map((d) => d + a.colonne.length);
  return {
    deB,
    sl: {
      cellules: n,
      base,
      sort,
      cout: cout.map((c) => Math.max(c, 1)),
      debut: Int32Array.from([...a.debut, ...suite]),
      colonne: Int32Array.from([...a.colonne, ...b.colonne.map((u) => deB[u] as number)]),
      coef: Int32Array.from([...a.coef, ...b.coef]),
    },
  };
}

/**
 * Cells to hide further in each of two years so that neither gives the other away; both lists are empty when no set of
 * households is shared. Hiding more never makes a cell recoverable, so nothing else has to be judged again.
 * @throws UserError when totals decided above leave no way
 */
export function croise(avant: Annee, apres: Annee): [Ajout[], Ajout[]] {
  const systemes = [systemeDe(avant), systemeDe(apres)] as const;
  const [pa, pb] = [prepare(systemes[0], {}), prepare(systemes[1], {})];
  const index = [indexCellules(systemes[0]), indexCellules(systemes[1])] as const;
  const ea = empreintes(avant, pa.classes, index[0]);
  const jumelle = new Map<number, number>();
  for (const [cle, v] of empreintes(apres, pb.classes, index[1])) {
    const u = ea.get(cle);
    if (u !== undefined) jumelle.set(v, u);
  }
  if (jumelle.size === 0) return [[], []];
  const { sl, deB } = reunis(pa.classes.lineaire, pb.classes.lineaire, jumelle);
  const annees = [avant, apres] as const;
  const colonneDe = (q: 0 | 1, c: number) => {
    const u = (q === 0 ? pa : pb).classes.colonneDe[c] as number;
    return u < 0 || q === 0 ? u : (deB[u] as number);
  };
  // Totals decided above stay as they are.
  const chaque = (q: 0 | 1, fait: (rang: number, p: Population, zone: number, u: number) => void) =>
    annees[q].niveaux.forEach((n, rang) => {
      for (const p of ['ENS', 'ER'] as const)
        for (let z = 0; z < n.cles.length; z++) {
          const u = colonneDe(q, index[q].cellule(rang, p, z));
          if (u >= 0) fait(rang, p, z, u);
        }
    });
  for (const q of [0, 1] as const)
    chaque(q, (rang, _p, _z, u) => {
      if (rang < annees[q].contexte && sl.sort[u] === 0) sl.sort[u] = 3;
    });
  const { cache } = resoudreLineaire(sl, {
    seuil: REGLES.seuil,
    recherche: 'vite',
    autour: Int32Array.from(jumelle.values()).sort(),
    nom: (u) => (u < pa.classes.lineaire.cellules ? pa.nom(u) : `colonne ${u}`),
  });
  return [0, 1].map((q) => {
    const ajouts: Ajout[] = [];
    chaque(q as 0 | 1, (rang, population, zone, u) => {
      if (cache[u] === 1 && annees[q as 0 | 1].cache[rang]?.[population][zone] === 0)
        ajouts.push({ rang, population, zone });
    });
    return ajouts;
  }) as [Ajout[], Ajout[]];
}
