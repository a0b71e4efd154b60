/** IRIS: unions of micro-cells that tile each large commune (or arrondissement); the others have one, 0000. */
import { QUARTIERS } from '../../data/demo/noms.ts';
import { croissance } from './graphe.ts';
import { Hasard, empreinte } from './hasard.ts';
import { Trace } from './trace.ts';
import { rayonUrbain } from './relief.ts';
import type { Commune, Pays, Territoire } from './pays.ts';

export interface Iris {
  readonly code: string;
  readonly nom: string;
  readonly type: 'H' | 'A' | 'D' | 'Z';
  /** Commune in the code book of boundaries (an arrondissement's mother city). */
  readonly commune: Commune;
  /** Code that prefixes the IRIS: the commune, or its arrondissement. */
  readonly depcom: string;
}
export interface Decoupe {
  readonly iris: readonly Iris[];
  /** Per cell: index in `iris`, -1 at sea. */
  readonly cellule: Int32Array;
  /** Borders of these IRIS, hence of every coarser level. */
  readonly trace: Trace;
}

/** Communes under this population are not split (their IRIS is 0000, type Z). */
const SEUIL_IRIS = 7_500;
const POPULATION_IRIS = 2_500;

export function creerIris(pays: Pays, t: Territoire): Decoupe {
  const d = t.decoupage;
  const m = d.maillage;
  const h = new Hasard('iris', pays.graine, m.relief.param.id);
  const graines: number[] = [];
  const zone: number[] = [];
  const iris: Iris[] = [];
  const premier = new Int32Array(t.communes.length).fill(-1);
  const groupe = (i: number) => d.commune[i]! * 64 + Math.max(0, t.arrondissement[i]!);
  t.communes.forEach((c) => {
    const cellules = t.cellules[c.rang]!;
    premier[c.rang] = iris.length;
    if (c.population < SEUIL_IRIS) {
      iris.push({ code: `${c.code}0000`, nom: c.nom, type: 'Z', commune: c, depcom: c.code });
      return;
    }
    const arrondissements = pays.grandeVille?.commune === c ? pays.grandeVille.codes : [c.code];
    arrondissements.forEach((depcom, a) => {
      const ici = arrondissements.length > 1 ? cellules.filter((i) => t.arrondissement[i] === a) : cellules;
      const voulu = Math.max(
        2,
        Math.min(
          Math.floor(ici.length / 4),
          Math.round(c.population / arrondissements.length / POPULATION_IRIS),
        ),
      );
      const r = 0.8 * rayonUrbain(c.population);
      const choisies = semerQuartiers(m.x, m.y, ici, voulu, c, r, h);
      choisies.sort(
        (p, q) => Math.hypot(m.x[p]! - c.x, m.y[p]! - c.y) - Math.hypot(m.x[q]! - c.x, m.y[q]! - c.y),
      );
      choisies.forEach((i, k) => {
        const dist = Math.hypot(m.x[i]! - c.x, m.y[i]! - c.y);
        const type = k > 2 && k === choisies.length - 1 && dist > r ? 'D' : k > 4 && h.oui(0.07) ? 'A' : 'H';
        graines.push(i);
        zone.push(iris.length);
        iris.push({
          code: `${depcom}${String(1 + Math.floor(k / 6)).padStart(2, '0')}${String(1 + (k % 6)).padStart(2, '0')}`,
          nom: nomIris(c, k, choisies.length, type),
          type,
          commune: c,
          depcom,
        });
      });
    });
  });
  const label = croissance(m.graphe, graines, undefined, (s, j) => groupe(j) === groupe(graines[s]!));
  const cellule = new Int32Array(m.n).fill(-1);
  for (let i = 0; i < m.n; i += 1) {
    const c = d.commune[i]!;
    if (c < 0) continue;
    cellule[i] = label[i]! >= 0 ? zone[label[i]!]! : premier[c]!;
  }
  return { iris, cellule, trace: new Trace(m, cellule) };
}

/** Seeds denser in the centre: best of a few candidates by distance over local spacing. */
function semerQuartiers(
  x: Float64Array,
  y: Float64Array,
  cellules: readonly number[],
  voulu: number,
  c: Commune,
  r: number,
  h: Hasard,
): number[] {
  const choisies: number[] = [];
  for (let k = 0; k < voulu; k += 1) {
    let meilleure = -1;
    let note = -1;
    for (let essai = 0; essai < 10; essai += 1) {
      const i = h.choix(cellules);
      if (choisies.includes(i)) continue;
      let d = Number.POSITIVE_INFINITY;
      for (const j of choisies) d = Math.min(d, Math.hypot(x[i]! - x[j]!, y[i]! - y[j]!));
      const pas = 250 + 0.7 * Math.hypot(x[i]! - c.x, y[i]! - c.y) + 0.08 * r;
      const n = choisies.length === 0 ? 1 / pas : d / pas;
      if (n > note) [note, meilleure] = [n, i];
    }
    if (meilleure >= 0) choisies.push(meilleure);
  }
  return choisies;
}

function nomIris(c: Commune, k: number, total: number, type: string): string {
  if (type === 'A') return `Zone d'activités ${1 + (k % 4)}`;
  const base =
    k === 0
      ? 'Centre'
      : QUARTIERS[(1 + (empreinte('q', c.code) % 7) + Math.floor(k / 2)) % QUARTIERS.length]!;
  const serie = Math.floor(k / (2 * QUARTIERS.length));
  const pair = total > 6 && k > 0 ? ` ${1 + (k % 2)}` : k === 0 ? '' : ` ${1 + (k % 2)}`;
  return `${base}${pair}${serie > 0 ? ` ${'ABCDEFGH'[serie] ?? serie}` : ''}`;
}
