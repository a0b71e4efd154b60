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
function empreintes(y: Annee, classes: Classes, index: IndexCellules): Map<string, Set<number>> {
  const m = new Map<string, Set<number>>();
  const note = (sommes: readonly Int32Array[], colonne: (k: number) => number) =>
    sommes[0]?.forEach((n, k) => {
      const u = n > 0 ? colonne(k) : -1;
      if (u < 0) return;
      const reste = sommes.slice(1).map((s) => (s[k] as number) & (MODULE_EMPREINTE - 1));
      const cle = [n, ...reste].join('/');
      m.set(cle, (m.get(cle) ?? new Set<number>()).add(u));
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

/** Two linear systems as one: their columns side by side, those that `vers` sends to another merged into it. */
function reunis(a: SystemeLineaire, b: SystemeLineaire, vers: ReadonlyMap<number, number>): SystemeLineaire {
  const n = a.cellules + b.cellules;
  const bout = (x: ArrayLike<number>, y: ArrayLike<number>) => [...Array.from(x), ...Array.from(y)];
  const base = Float64Array.from(bout(a.base, b.base));
  const sort = Uint8Array.from(bout(a.sort, b.sort));
  const cout = Float64Array.from(bout(a.cout, b.cout));
  for (const [u, v] of vers) {
    // Shown once is shown: hidden everywhere only is hidden, protected if one of them protects it.
    const [x, y] = [sort[v] as number, sort[u] as number];
    const montre = [x, y].filter((s) => s === 0 || s === 3);
    sort[v] = montre.length > 0 ? Math.max(...montre) : Math.min(x, y);
    cout[v] = (cout[v] as number) + (cout[u] as number);
    // What it was is said by the other: it is in no relation any more.
    base[u] = 0;
    sort[u] = 2;
  }
  const debut = [0];
  const colonne: number[] = [];
  const coef: number[] = [];
  const ajoute = (s: SystemeLineaire, decalage: number) => {
    for (let l = 0; l + 1 < s.debut.length; l++) {
      const ligne = new Map<number, number>();
      for (let k = s.debut[l] as number; k < (s.debut[l + 1] as number); k++) {
        const u = (s.colonne[k] as number) + decalage;
        const v = vers.get(u) ?? u;
        ligne.set(v, (ligne.get(v) ?? 0) + (s.coef[k] as number));
      }
      // A part that is the same households as the whole: what is left of the relation is that the rest is nobody.
      for (const [v, w] of ligne) {
        if (w === 0) continue;
        colonne.push(v);
        coef.push(w);
      }
      debut.push(colonne.length);
    }
  };
  ajoute(a, 0);
  ajoute(b, a.cellules);
  return {
    cellules: n,
    base,
    sort,
    cout: cout.map((c) => Math.max(c, 1)),
    debut: Int32Array.from(debut),
    colonne: Int32Array.from(colonne),
    coef: Int32Array.from(coef),
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
  const decalage = pa.classes.lineaire.cellules;
  const eb = empreintes(apres, pb.classes, index[1]);
  // Every set of households found in both years is one column, however many zones of either year hold just it.
  const vers = new Map<number, number>();
  const communes: number[] = [];
  for (const [cle, us] of empreintes(avant, pa.classes, index[0])) {
    const [premiere, ...autres] = us;
    const jumelles = eb.get(cle);
    if (premiere === undefined || jumelles === undefined) continue;
    communes.push(premiere);
    for (const u of [...autres, ...[...jumelles].map((v) => v + decalage)]) vers.set(u, premiere);
  }
  if (communes.length === 0) return [[], []];
  const sl = reunis(pa.classes.lineaire, pb.classes.lineaire, vers);
  const annees = [avant, apres] as const;
  const colonneDe = (q: 0 | 1, c: number) => {
    const u = (q === 0 ? pa : pb).classes.colonneDe[c] as number;
    const v = u < 0 || q === 0 ? u : u + decalage;
    return vers.get(v) ?? v;
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
    autour: Int32Array.from(communes).sort(),
    nom: (u) => (u < decalage ? pa.nom(u) : `colonne ${u}`),
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
