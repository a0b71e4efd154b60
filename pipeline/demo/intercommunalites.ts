/** EPCI: groups of communes round the towns of each département, some of them astride a border. */
import { croissance, type Graphe } from './graphe.ts';
import type { Hasard } from './hasard.ts';
import type { Maillage } from './maillage.ts';
import { AIRE_COMMUNE } from './relief.ts';

/** What EPCI are grouped by, per commune of one territory. */
export interface Communes {
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
export function grouperEpci(m: Maillage, c: Communes, h: Hasard): { epci: Int32Array; nombre: number } {
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
