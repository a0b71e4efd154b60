/** From micro-cells to communes, from communes to départements, régions and EPCI: one territory at a time. */
import { fractal } from './bruit.ts';
import { departements, regions } from './administratif.ts';
import { composantes, croissance, grapheDe, recentre, type Graphe } from './graphe.ts';
import { Hasard } from './hasard.ts';
import { grouperEpci } from './intercommunalites.ts';
import { AIRE_COMMUNE, rayonUrbain } from './relief.ts';
import type { Maillage } from './maillage.ts';

export interface Decoupage {
  readonly maillage: Maillage;
  /** Per cell: commune index, -1 at sea. */
  readonly commune: Int32Array;
  /** Cell of the town hall of each commune. */
  readonly chefLieu: Int32Array;
  readonly population: Float64Array;
  readonly aire: Float64Array;
  /** Per commune: index in the territory's list of départements, régions and EPCI (-1: no EPCI). */
  readonly departement: Int32Array;
  readonly region: Int32Array;
  readonly epci: Int32Array;
  readonly nombreEpci: number;
  /** Adjacency of communes; includes the ferries that tie islets to the nearest shore. */
  readonly voisinage: Graphe;
}

export function decouper(m: Maillage): Decoupage {
  const h = new Hasard('decoupage', m.relief.graine);
  const p = m.relief.param;
  const { commune, chefLieu } = semerCommunes(m, h);
  const nc = chefLieu.length;
  const aire = new Float64Array(nc);
  for (let i = 0; i < m.n; i += 1) if (commune[i]! >= 0) aire[commune[i]!]! += m.aire[i]!;
  const population = peupler(m, chefLieu, aire, h);
  const cx = Float64Array.from(chefLieu, (i) => m.x[i]!);
  const cy = Float64Array.from(chefLieu, (i) => m.y[i]!);
  const voisinage = voisinageCommunes(m, commune, cx, cy);
  const insulaire = Uint8Array.from(chefLieu, (i) => (m.relief.insulaire(m.x[i]!, m.y[i]!) ? 1 : 0));

  const departement = departements(p.departements, p.insulaires, insulaire, voisinage, cx, cy, h);
  const region = regions(p.regions.length, p.departements.length, departement, cx, cy, h);
  const { epci, nombre } = grouperEpci(m, { departement, region, population, voisinage, cx, cy, aire }, h);
  return {
    maillage: m,
    commune,
    chefLieu,
    population,
    aire,
    departement,
    region,
    epci,
    nombreEpci: nombre,
    voisinage,
  };
}

/** Seeds spread by area (denser round towns), two Lloyd iterations, then the towns take the seed of their own cell. */
function semerCommunes(m: Maillage, h: Hasard): { commune: Int32Array; chefLieu: Int32Array } {
  const { nombre: nbIles, label: ile } = composantes(m.graphe, (i) => m.terre[i] === 1);
  const cible = m.relief.param.communes;
  const terre: number[] = [];
  const cumul: number[] = [];
  let somme = 0;
  for (let i = 0; i < m.n; i += 1) {
    if (m.terre[i] === 0) continue;
    terre.push(i);
    somme += m.aire[i]! * (1 + 0.5 * fractal(m.relief.graine + 71, m.x[i]!, m.y[i]!, 40_000, 2));
    cumul.push(somme);
  }
  const pris = new Set<number>();
  // Every island worth its own town hall gets one.
  const airesIles = new Float64Array(nbIles);
  for (const i of terre) airesIles[ile[i]!]! += m.aire[i]!;
  // One islet stays without: it belongs to the nearest shore, which makes a commune in two pieces.
  const ilots = [...airesIles.keys()].filter((l) => airesIles[l]! < 3 * AIRE_COMMUNE);
  ilots.sort((a, b) => airesIles[a]! - airesIles[b]! || a - b);
  const sansSiege = ilots.length > 1 ? ilots[0]! : -1;
  const premieres = new Map<number, number>();
  for (const i of terre) {
    const l = ile[i]!;
    if (
      l !== sansSiege &&
      airesIles[l]! > 0.35 * AIRE_COMMUNE &&
      airesIles[l]! < 8 * AIRE_COMMUNE &&
      !premieres.has(l)
    )
      premieres.set(l, i);
  }
  for (const i of premieres.values()) pris.add(i);
  while (pris.size < cible) {
    const r = h.u() * somme;
    let [bas, haut] = [0, cumul.length - 1];
    while (bas < haut) {
      const mil = (bas + haut) >> 1;
      if (cumul[mil]! < r) bas = mil + 1;
      else haut = mil;
    }
    if (ile[terre[bas]!] !== sansSiege) pris.add(terre[bas]!);
  }
  let graines = Int32Array.from(pris).sort();
  const rural = new Float64Array(graines.length).fill(1);
  for (let tour = 0; tour < 3; tour += 1) {
    const label = croissance(m.graphe, graines, rural);
    graines = recentre(label, graines.length, m.x, m.y, m.aire) as Int32Array<ArrayBuffer>;
  }
  // Large cities clear the seeds under their built-up area: these communes go to the countryside.
  const grandes = m.relief.villes.filter((v) => v.population > 60_000);
  const encombre = (i: number) =>
    grandes.some(
      (v) => (m.x[i]! - v.x) ** 2 + (m.y[i]! - v.y) ** 2 < (0.85 * rayonUrbain(v.population)) ** 2,
    );
  const occupees = new Set(graines);
  for (let s = 0; s < graines.length; s += 1)
    while (encombre(graines[s]!)) {
      const i = h.choix(terre);
      if (ile[i] === sansSiege || occupees.has(i) || encombre(i) || m.aire[i]! < 0.4e6) continue;
      occupees.add(i);
      graines[s] = i;
    }
  // Towns replace the nearest seed and take more room, as large cities do.
  const vitesse = new Float64Array(graines.length).fill(1);
  for (let s = 0; s < graines.length; s += 1) vitesse[s] = h.entre(0.8, 1.25);
  const utilisee = new Set<number>();
  for (const v of m.relief.villes) {
    let meilleure = -1;
    let d = Number.POSITIVE_INFINITY;
    for (let s = 0; s < graines.length; s += 1) {
      if (utilisee.has(s)) continue;
      const ds = (m.x[graines[s]!]! - v.x) ** 2 + (m.y[graines[s]!]! - v.y) ** 2;
      if (ds < d) [d, meilleure] = [ds, s];
    }
    let cellule = -1;
    let dc = Number.POSITIVE_INFINITY;
    const debut = graines[meilleure]!;
    // Walk downhill on the cell graph towards the town.
    let ici = debut;
    for (;;) {
      const di = (m.x[ici]! - v.x) ** 2 + (m.y[ici]! - v.y) ** 2;
      if (di >= dc) break;
      [dc, cellule] = [di, ici];
      for (let k = m.graphe.debut[ici]!; k < m.graphe.debut[ici + 1]!; k += 1) {
        const j = m.graphe.vers[k]!;
        if ((m.x[j]! - v.x) ** 2 + (m.y[j]! - v.y) ** 2 < (m.x[ici]! - v.x) ** 2 + (m.y[ici]! - v.y) ** 2)
          ici = j;
      }
      if (ici === cellule) break;
    }
    utilisee.add(meilleure);
    graines[meilleure] = cellule;
    vitesse[meilleure] = Math.min(2.4, 1 + 0.2 * Math.log(Math.max(1, v.population / 4000)));
  }
  const label = croissance(m.graphe, graines, vitesse);
  // Cells of islets without a town hall belong to the commune of the nearest shore: a commune in two pieces.
  const sansMairie: number[] = [];
  for (const i of terre) if (label[i]! < 0) sansMairie.push(i);
  const proche = new Map<number, number>();
  for (const i of sansMairie) {
    const l = ile[i]!;
    if (proche.has(l)) continue;
    let d = Number.POSITIVE_INFINITY;
    for (const j of terre) {
      if (label[j]! < 0) continue;
      const dj = (m.x[j]! - m.x[i]!) ** 2 + (m.y[j]! - m.y[i]!) ** 2;
      if (dj < d) {
        d = dj;
        proche.set(l, label[j]!);
      }
    }
  }
  for (const i of sansMairie) label[i] = proche.get(ile[i]!)!;
  return { commune: label, chefLieu: graines };
}

/** Populations: the rank-size of towns, a halo of suburbs, and a log-normal countryside (median about 400). */
function peupler(m: Maillage, chefLieu: Int32Array, aire: Float64Array, h: Hasard): Float64Array {
  const population = new Float64Array(chefLieu.length);
  const villes = m.relief.villes;
  for (let c = 0; c < chefLieu.length; c += 1) {
    const x = m.x[chefLieu[c]!]!;
    const y = m.y[chefLieu[c]!]!;
    const etendue = aire[c]! / AIRE_COMMUNE;
    let n = h.logNormale(400, 0.75) * Math.min(1.6, Math.max(0.35, etendue));
    for (const v of villes) {
      const r = rayonUrbain(v.population);
      const d2 = (x - v.x) ** 2 + (y - v.y) ** 2;
      if (d2 > (12 * r) ** 2) continue;
      const d = Math.sqrt(d2);
      if (d < 450) n = Math.max(n, v.population);
      else n += 0.22 * v.population ** 0.86 * Math.exp(-d / (1.9 * r)) * h.logNormale(1, 0.5);
    }
    population[c] = Math.round(n);
  }
  return population;
}

/** Communes that touch, plus one ferry per group of communes that would otherwise be cut off. */
function voisinageCommunes(m: Maillage, commune: Int32Array, cx: Float64Array, cy: Float64Array): Graphe {
  const nc = cx.length;
  const vues = new Set<number>();
  const a: number[] = [];
  const b: number[] = [];
  const cout: number[] = [];
  const lie = (i: number, j: number, facteur: number) => {
    const cle = Math.min(i, j) * nc + Math.max(i, j);
    if (vues.has(cle)) return;
    vues.add(cle);
    a.push(i);
    b.push(j);
    const [mx, my] = [(cx[i]! + cx[j]!) / 2, (cy[i]! + cy[j]!) / 2];
    cout.push(
      facteur * Math.hypot(cx[i]! - cx[j]!, cy[i]! - cy[j]!) * (1 + 0.7 * (m.relief.crete(mx, my) - 0.55)),
    );
  };
  for (let i = 0; i < m.n; i += 1)
    for (let k = m.graphe.debut[i]!; k < m.graphe.debut[i + 1]!; k += 1) {
      const [ci, cj] = [commune[i]!, commune[m.graphe.vers[k]!]!];
      if (ci >= 0 && cj >= 0 && ci < cj) lie(ci, cj, 1);
    }
  let g = grapheDe(nc, a, b, cout);
  const { label, nombre } = composantes(g, () => true);
  if (nombre > 1) {
    const effectif = new Int32Array(nombre);
    for (const l of label) effectif[l]! += 1;
    let principale = 0;
    for (let l = 1; l < nombre; l += 1) if (effectif[l]! > effectif[principale]!) principale = l;
    for (let l = 0; l < nombre; l += 1) {
      if (l === principale) continue;
      let meilleur: [number, number] = [-1, -1];
      let d = Number.POSITIVE_INFINITY;
      for (let i = 0; i < nc; i += 1) {
        if (label[i] !== l) continue;
        for (let j = 0; j < nc; j += 1) {
          if (label[j] !== principale) continue;
          const dj = (cx[i]! - cx[j]!) ** 2 + (cy[i]! - cy[j]!) ** 2;
          if (dj < d) [d, meilleur] = [dj, [i, j]];
        }
      }
      lie(meilleur[0], meilleur[1], 3);
    }
    g = grapheDe(nc, a, b, cout);
  }
  return g;
}
