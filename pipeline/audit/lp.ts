/**
 * Bounds by linear programming on a sample (`carto audit --lp N`): protected hidden cells, chosen by a hash so that the
 * same release gives the same sample, and spread over every base and every share. What interval propagation cannot see
 * because it takes several relations at once is seen here.
 */
import type { Constats } from './constats.ts';
import { Solveur, voisinage, type Intervalle, type Programme, type Voisinage } from './lpSolveur.ts';
import { enjeuxDe, type Enjeu } from './lpEnjeux.ts';
import type { Vue } from './millesime.ts';
import { propager } from './noyau/bornes.ts';
import { reduire, seconds, transposer, type Lignes, type Reduit } from './noyau/systeme.ts';
import { nomDe, systemeDe } from './systemes.ts';

/** Most unknowns given to the solver around one cell. */
const MAX_INCONNUES = 6000;

export interface BilanLp {
  readonly examinees: number;
  /** Among them, those judged on their nearest relations only, the system being too large. */
  readonly partielles: number;
  /** Left aside: the solver stopped at its iteration limit. */
  readonly ecartees: number;
}

/** FNV-1a of the name of a measure and the rank of a cell: order of the sample. */
function hachage(nom: string, cellule: number): number {
  let h = 0x811c9dc5;
  for (const c of `${nom}/${cellule}`) h = Math.imul(h ^ c.charCodeAt(0), 0x01000193);
  h ^= h >>> 15;
  return Math.imul(h, 0x85ebca6b) >>> 0;
}

/** Examine `nombre` cells of one millésime. Violations go to `constats`, with the cell's name (confidential). */
export async function auditerLp(vue: Vue, constats: Constats, nombre: number): Promise<BilanLp> {
  if (nombre <= 0) return { examinees: 0, partielles: 0, ecartees: 0 };
  const enjeux = enjeuxDe(vue);
  const solveur = await Solveur.ouvrir();
  let [examinees, partielles, ecartees] = [0, 0, 0];
  enjeux.forEach((e, i) => {
    const quota = Math.floor((nombre * (i + 1)) / enjeux.length) - Math.floor((nombre * i) / enjeux.length);
    if (quota === 0) return;
    const noms = nomDe(e.charpente);
    for (const { cellule, intervalle, complet } of intervallesDe(e, quota, solveur)) {
      if (intervalle === null) {
        ecartees++;
        continue;
      }
      examinees++;
      if (!complet) partielles++;
      if (intervalle[1] - intervalle[0] > 1e-6) continue;
      const vraie = e.valeur[cellule]!;
      if (vraie !== 0 || e.zeroProtege(cellule))
        constats.violation(
          e.violation,
          `${vue.millesime} ${e.nom}`,
          `${noms(cellule)} = ${vraie} (programmation linéaire)`,
        );
    }
  });
  return { examinees, partielles, ecartees };
}

/** Sampled cells of one measure with their interval, counts rounded inwards. */
export function* intervallesDe(
  e: Enjeu,
  quota: number,
  solveur: Solveur,
): Generator<{ cellule: number; intervalle: Intervalle; complet: boolean }> {
  const { charpente: ch } = e;
  const s = systemeDe(ch, e.valeur, e.valeur, e.connue, e.protege);
  const reduit = reduire(s);
  const colonnes = transposer(reduit.lignes, reduit.n);
  const tirage = Array.from(reduit.cellule, (cellule, u) => ({ cellule, u, h: hachage(e.nom, cellule) }))
    .filter(({ cellule }) => e.protege[cellule])
    .sort((a, b) => a.h - b.h || a.u - b.u)
    .slice(0, quota);
  if (tirage.length === 0) return;
  const borner = (mesure: Float64Array) => {
    const valeur = mesure.map((v, c) => (e.connue[c] ? v : Number.NaN));
    const second = seconds(reduit, ch.relations, valeur);
    return { second, ...propager(reduit.lignes, colonnes, second, reduit.n, { entiers: true }) };
  };
  const x = borner(e.valeur);
  const u = e.plafond && borner(e.plafond.valeur);
  reduit.cellule.forEach((c, v) => {
    if (u && e.plafond?.connue[c]) u.bas[v] = u.haut[v] = e.plafond.valeur[c]!;
  });
  for (const t of tirage) {
    const autour = voisinage(reduit, colonnes, t.u, MAX_INCONNUES);
    const trouve = solveur.intervalle(programme(reduit, autour, x, u), 0);
    yield {
      cellule: t.cellule,
      complet: autour.complet,
      intervalle: trouve && [Math.max(0, Math.ceil(trouve[0] - 1e-6)), Math.floor(trouve[1] + 1e-6)],
    };
  }
}

interface Borne {
  readonly second: Float64Array;
  readonly bas: Float64Array;
  readonly haut: Float64Array;
}

/** Rows of one neighbourhood for the measure and, after it, for its denominator; the cell looked for is variable 0. */
function programme(reduit: Reduit, { inconnues, rangs }: Voisinage, x: Borne, u: Borne | null): Programme {
  const n = inconnues.length;
  const rang = new Map(inconnues.map((v, i) => [v, i]));
  const lignes: { cellule: number[]; coef: number[] }[] = [];
  const second: [number, number][] = [];
  const ajoute = (source: Lignes, b: Borne, decalage: number) => {
    for (const r of rangs) {
      const [d, f] = [source.debut[r]!, source.debut[r + 1]!];
      lignes.push({
        cellule: Array.from(source.cellule.subarray(d, f), (v) => rang.get(v)! + decalage),
        coef: Array.from(source.coef.subarray(d, f)),
      });
      second.push([b.second[r]!, b.second[r]!]);
    }
  };
  ajoute(reduit.lignes, x, 0);
  if (u) {
    ajoute(reduit.lignes, u, n);
    for (let i = 0; i < n; i++) {
      lignes.push({ cellule: [i, n + i], coef: [-1, 1] });
      second.push([0, Infinity]);
    }
  }
  const bornes = (cote: 'bas' | 'haut') =>
    Float64Array.from([
      ...inconnues.map((v) => x[cote][v]!),
      ...(u ? inconnues.map((v) => u[cote][v]!) : []),
    ]);
  return { n: u ? 2 * n : n, lignes, second, bas: bornes('bas'), haut: bornes('haut') };
}
