/** From micro-cells to communes, from communes to départements, régions and EPCI: one territory at a time. */
import { fractal } from './bruit.ts';
import { composantes, croissance, grapheDe, recentre, type Graphe } from './graphe.ts';
import { Hasard } from './hasard.ts';
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
  const premieres = new Map<number, number>();
  for (const i of terre) {
    const l = ile[i]!;
    if (airesIles[l]! > 0.35 * AIRE_COMMUNE && airesIles[l]! < 8 * AIRE_COMMUNE && !premieres.has(l))
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
    pris.add(terre[bas]!);
  }
  let graines = Int32Array.from(pris).sort();
  const rural = new Float64Array(graines.length).fill(1);
  for (let tour = 0; tour < 3; tour += 1) {
    const label = croissance(m.graphe, graines, rural);
    graines = recentre(label, graines.length, m.x, m.y, m.aire) as Int32Array<ArrayBuffer>;
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
    vitesse[meilleure] = Math.min(2.1, 1 + 0.16 * Math.log(Math.max(1, v.population / 4000)));
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

/** Mainland départements of similar size (speeds adjusted until they are), one per offshore island part. */
function departements(
  codes: readonly string[],
  insulaires: readonly string[],
  insulaire: Uint8Array,
  g: Graphe,
  cx: Float64Array,
  cy: Float64Array,
  h: Hasard,
): Int32Array {
  const nc = cx.length;
  const sortie = new Int32Array(nc).fill(-1);
  const iles: number[] = [];
  const terres: number[] = [];
  for (let c = 0; c < nc; c += 1) (insulaires.length > 0 && insulaire[c] === 1 ? iles : terres).push(c);
  const lots: [number[], number[]][] = [
    [terres, codes.flatMap((c, k) => (insulaires.includes(c) ? [] : [k]))],
    [iles, codes.flatMap((c, k) => (insulaires.includes(c) ? [k] : []))],
  ];
  for (const [membres, rangs] of lots) {
    if (membres.length === 0 || rangs.length === 0) continue;
    const dans = new Uint8Array(nc);
    for (const c of membres) dans[c] = 1;
    const label = equilibrer(g, rangs.length, membres, dans, cx, cy, h, 0.35);
    for (const c of membres) sortie[c] = rangs[Math.max(0, label[c]!)]!;
  }
  return sortie;
}

/** Connected parts of about equal numbers: Lloyd iterations whose growth speeds answer the sizes. */
function equilibrer(
  g: Graphe,
  nombre: number,
  membres: readonly number[],
  dans: Uint8Array,
  cx: Float64Array,
  cy: Float64Array,
  h: Hasard,
  rappel: number,
): Int32Array {
  const permis = (_: number, j: number) => dans[j] === 1;
  const choisies = new Set<number>();
  while (choisies.size < nombre) {
    // Farthest of a few candidates: seeds start well apart.
    let meilleur = -1;
    let dm = -1;
    for (let k = 0; k < 12; k += 1) {
      const c = h.choix(membres);
      let d = Number.POSITIVE_INFINITY;
      for (const s of choisies) d = Math.min(d, (cx[s]! - cx[c]!) ** 2 + (cy[s]! - cy[c]!) ** 2);
      if (d > dm && !choisies.has(c)) [dm, meilleur] = [d, c];
    }
    if (meilleur >= 0) choisies.add(meilleur);
  }
  let graines = Int32Array.from(choisies);
  const vitesse = new Float64Array(nombre).fill(1);
  const un = new Float64Array(cx.length).fill(1);
  const cible = Array.from({ length: nombre }, () => h.entre(0.7, 1.3));
  let label = croissance(g, graines, vitesse, permis);
  for (let tour = 0; tour < 14; tour += 1) {
    const taille = new Float64Array(nombre);
    for (const c of membres) if (label[c]! >= 0) taille[label[c]!]! += 1;
    for (let s = 0; s < nombre; s += 1)
      vitesse[s]! *=
        ((cible[s]! * membres.length) / nombre / Math.max(1, taille[s]!)) **
        (tour < 10 ? rappel : rappel / 2);
    if (tour < 8) graines = recentre(label, nombre, cx, cy, un) as Int32Array<ArrayBuffer>;
    label = croissance(g, graines, vitesse, permis);
  }
  return label;
}

/** Régions are groups of départements, grown on the graph of their centres. */
function regions(
  nombre: number,
  nbDep: number,
  departement: Int32Array,
  cx: Float64Array,
  cy: Float64Array,
  h: Hasard,
): Int32Array {
  if (nombre === 1) return new Int32Array(departement.length);
  const x = new Float64Array(nbDep);
  const y = new Float64Array(nbDep);
  const n = new Float64Array(nbDep);
  for (let c = 0; c < departement.length; c += 1) {
    const d = departement[c]!;
    x[d]! += cx[c]!;
    y[d]! += cy[c]!;
    n[d]! += 1;
  }
  for (let d = 0; d < nbDep; d += 1) {
    x[d]! /= Math.max(1, n[d]!);
    y[d]! /= Math.max(1, n[d]!);
  }
  // Each département is tied to its six nearest: near enough to adjacency, and it bridges the sea to the island.
  const a: number[] = [];
  const b: number[] = [];
  const cout: number[] = [];
  for (let i = 0; i < nbDep; i += 1) {
    const autres = Array.from({ length: nbDep }, (_, j) => j)
      .filter((j) => j !== i)
      .map((j) => [Math.hypot(x[i]! - x[j]!, y[i]! - y[j]!), j] as const)
      .sort((p, q) => p[0] - q[0])
      .slice(0, 5);
    for (const [d, j] of autres) {
      a.push(i);
      b.push(j);
      cout.push(d);
    }
  }
  const g = grapheDe(nbDep, a, b, cout);
  const tous = Array.from({ length: nbDep }, (_, i) => i);
  const dans = new Uint8Array(nbDep).fill(1);
  let meilleure: Int32Array | undefined;
  let ecart = Number.POSITIVE_INFINITY;
  for (let essai = 0; essai < 12; essai += 1) {
    const label = equilibrer(g, nombre, tous, dans, x, y, h, 0.3);
    const taille = new Float64Array(nombre);
    for (const l of label) taille[l]! += 1;
    const e = Math.max(...taille) - Math.min(...taille);
    if (e < ecart) [ecart, meilleure] = [e, label];
  }
  return Int32Array.from(departement, (d) => meilleure![d]!);
}

interface Communes {
  departement: Int32Array;
  region: Int32Array;
  population: Float64Array;
  voisinage: Graphe;
  cx: Float64Array;
  cy: Float64Array;
  aire: Float64Array;
}

/**
 * EPCI grow from the towns of each département. Then a few take communes across a département border, fewer across a
 * région border, and one islet stays alone (Insee codes it ZZZZZZZZZ).
 */
function grouperEpci(m: Maillage, c: Communes, h: Hasard): { epci: Int32Array; nombre: number } {
  const p = m.relief.param;
  const nc = c.cx.length;
  const effectif = new Map<number, number>();
  for (const d of c.departement) effectif.set(d, (effectif.get(d) ?? 0) + 1);
  const graines: number[] = [];
  const vitesses: number[] = [];
  const deps = [...effectif.keys()].sort((a, b) => a - b);
  const parts = repartir(
    deps.map((d) => effectif.get(d)!),
    p.epci,
  );
  deps.forEach((d, rang) => {
    const membres = Array.from({ length: nc }, (_, i) => i).filter((i) => c.departement[i] === d);
    membres.sort((a, b) => c.population[b]! - c.population[a]! || a - b);
    const voulu = parts[rang]!;
    const ecart = 0.8 * Math.sqrt((membres.length * AIRE_COMMUNE) / voulu);
    const choisies: number[] = [];
    for (let tolere = 1; choisies.length < voulu; tolere *= 0.8)
      for (const i of membres) {
        if (choisies.length >= voulu) break;
        if (choisies.includes(i)) continue;
        if (choisies.some((j) => Math.hypot(c.cx[i]! - c.cx[j]!, c.cy[i]! - c.cy[j]!) < tolere * ecart))
          continue;
        choisies.push(i);
      }
    for (const i of choisies) {
      graines.push(i);
      vitesses.push(h.entre(0.65, 1.3) * (1 + 0.22 * Math.log10(Math.max(1, c.population[i]! / 3000))));
    }
  });
  const epci = croissance(
    c.voisinage,
    graines,
    vitesses,
    (s, j) => c.departement[j] === c.departement[graines[s]!],
  );
  for (let i = 0; i < nc; i += 1)
    if (epci[i]! < 0) {
      // A département in two pieces: the cut-off commune joins the nearest EPCI of its département.
      let d = Number.POSITIVE_INFINITY;
      graines.forEach((g, s) => {
        if (c.departement[g] !== c.departement[i]) return;
        const ds = (c.cx[g]! - c.cx[i]!) ** 2 + (c.cy[g]! - c.cy[i]!) ** 2;
        if (ds < d) [d, epci[i]] = [ds, s];
      });
    }
  aCheval(epci, c, p.epci, graines, h);
  if (p.ilots > 0 && p.epci > 10) {
    const ilot = [...Array(nc).keys()]
      .filter((i) => 1 === c.voisinage.debut[i + 1]! - c.voisinage.debut[i]! && !graines.includes(i))
      .sort((a, b) => c.aire[a]! - c.aire[b]!)
      .slice(0, p.epci > 1000 ? 4 : 1);
    for (const i of ilot) epci[i] = -1;
  }
  return { epci, nombre: graines.length };
}

/** Share a whole number in proportion (largest remainders), at least one each. */
function repartir(poids: readonly number[], total: number): number[] {
  const somme = poids.reduce((a, b) => a + b, 0);
  const brut = poids.map((w) => Math.max(1, (w / somme) * total));
  const parts = brut.map(Math.floor);
  let reste = total - parts.reduce((a, b) => a + b, 0);
  const ordre = brut
    .map((b, i) => [b - Math.floor(b), i] as const)
    .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  for (let k = 0; reste > 0; k = (k + 1) % ordre.length) {
    parts[ordre[k]![1]]! += 1;
    reste -= 1;
  }
  while (reste < 0) {
    const plusGrand = parts.indexOf(Math.max(...parts));
    parts[plusGrand]! -= 1;
    reste += 1;
  }
  return parts;
}

/** Let some EPCI take a few communes of the next département; one in four of them across a région border. */
function aCheval(epci: Int32Array, c: Communes, nombre: number, graines: readonly number[], h: Hasard): void {
  const nc = epci.length;
  let resteDep = Math.max(nombre > 4 ? 2 : 0, Math.round(nombre * 0.04));
  let resteReg = nombre > 4 ? Math.max(1, Math.round(nombre * 0.012)) : 0;
  const sieges = new Set(graines);
  const fait = new Set<number>();
  const ordre = Array.from({ length: nc }, (_, i) => [h.u(), i] as const).sort((a, b) => a[0] - b[0]);
  for (const [, i] of ordre) {
    if (resteDep <= 0 && resteReg <= 0) break;
    const e = epci[i]!;
    if (e < 0 || sieges.has(i)) continue;
    for (let k = c.voisinage.debut[i]!; k < c.voisinage.debut[i + 1]!; k += 1) {
      const j = c.voisinage.vers[k]!;
      const f = epci[j]!;
      if (f < 0 || f === e || c.departement[i] === c.departement[j] || fait.has(f) || fait.has(e)) continue;
      const autreRegion = c.region[i] !== c.region[j];
      if (autreRegion ? resteReg <= 0 : resteDep <= 0) continue;
      if (!resteConnexe(c.voisinage, epci, i, e)) continue;
      epci[i] = f;
      fait.add(f);
      fait.add(e);
      // And one or two more neighbours of the same donor, as a valley would.
      for (let q = c.voisinage.debut[i]!; q < c.voisinage.debut[i + 1]!; q += 1) {
        const v = c.voisinage.vers[q]!;
        if (epci[v] === e && !sieges.has(v) && h.oui(0.5) && resteConnexe(c.voisinage, epci, v, e))
          epci[v] = f;
      }
      if (autreRegion) resteReg -= 1;
      else resteDep -= 1;
      break;
    }
  }
}

/** Would EPCI e stay in one piece without commune i? */
function resteConnexe(g: Graphe, epci: Int32Array, i: number, e: number): boolean {
  const membres: number[] = [];
  for (let j = 0; j < epci.length; j += 1) if (epci[j] === e && j !== i) membres.push(j);
  if (membres.length < 4) return false;
  const vus = new Set<number>([membres[0]!]);
  const pile = [membres[0]!];
  while (pile.length > 0) {
    const a = pile.pop()!;
    for (let k = g.debut[a]!; k < g.debut[a + 1]!; k += 1) {
      const b = g.vers[k]!;
      if (b !== i && epci[b] === e && !vus.has(b)) {
        vus.add(b);
        pile.push(b);
      }
    }
  }
  return vus.size === membres.length;
}
