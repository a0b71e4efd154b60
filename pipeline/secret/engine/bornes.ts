/**
 * Attack by non-negativity: interval propagation over the relations. A protected cell whose interval is a point is a
 * leak; its cut is made of the published cells of the relations that tightened it.
 */
import type { SystemeLineaire } from './types.ts';

export interface FuiteBornes {
  readonly cible: number;
  /** Published cells at play, ascending. */
  readonly coupe: number[];
}

const TOURS = 60;

/** Protected hidden cells fixed by bounds. @param cache per column, 1 = hidden */
export function parBornes(sl: SystemeLineaire, cache: Uint8Array): FuiteBornes[] {
  const { debut, colonne, coef, cellules: n } = sl;
  const valeur = sl.valeur ?? sl.base;
  const m = debut.length - 1;
  const bas = new Float64Array(n);
  const haut = new Float64Array(n).fill(Infinity);
  const parBas = new Int32Array(n).fill(-1);
  const parHaut = new Int32Array(n).fill(-1);
  const { debutDe, ligneDe } = lignesDe(sl);
  let file: number[] = [];
  const attend = new Uint8Array(m);
  for (let r = 0; r < m; r++) if (aCachee(sl, cache, r)) file.push(r);
  for (let tour = 0; tour < TOURS && file.length > 0; tour++) {
    const suite: number[] = [];
    for (const r of file) attend[r] = 0;
    for (const r of file) {
      const d = debut[r] as number;
      const f = debut[r + 1] as number;
      let connu = 0;
      let min = 0;
      let max = 0;
      let infMin = 0;
      let infMax = 0;
      for (let i = d; i < f; i++) {
        const u = colonne[i] as number;
        const w = coef[i] as number;
        if (cache[u] === 0) {
          connu -= w * (valeur[u] as number);
          continue;
        }
        const a = w > 0 ? (bas[u] as number) : (haut[u] as number);
        const b = w > 0 ? (haut[u] as number) : (bas[u] as number);
        if (a === Infinity) infMin++;
        else min += w * a;
        if (b === Infinity) infMax++;
        else max += w * b;
      }
      if (infMin > 1 && infMax > 1) continue;
      for (let i = d; i < f; i++) {
        const u = colonne[i] as number;
        if (cache[u] === 0) continue;
        const w = coef[i] as number;
        const a = w > 0 ? (bas[u] as number) : (haut[u] as number);
        const b = w > 0 ? (haut[u] as number) : (bas[u] as number);
        const autresMin =
          infMin - (a === Infinity ? 1 : 0) > 0 ? -Infinity : min - (a === Infinity ? 0 : w * a);
        const autresMax =
          infMax - (b === Infinity ? 1 : 0) > 0 ? Infinity : max - (b === Infinity ? 0 : w * b);
        let x = (connu - autresMax) / w;
        let y = (connu - autresMin) / w;
        if (x > y) [x, y] = [y, x];
        let serre = false;
        if (x > (bas[u] as number) + 1e-9) {
          bas[u] = x;
          parBas[u] = r;
          serre = true;
        }
        if (y < (haut[u] as number) - 1e-9) {
          haut[u] = y;
          parHaut[u] = r;
          serre = true;
        }
        if (!serre) continue;
        for (let j = debutDe[u] as number; j < (debutDe[u + 1] as number); j++) {
          const q = ligneDe[j] as number;
          if (q === r || attend[q] === 1) continue;
          attend[q] = 1;
          suite.push(q);
        }
      }
    }
    file = suite;
  }
  const fuites: FuiteBornes[] = [];
  for (let u = 0; u < n; u++)
    if (sl.sort[u] === 1 && (haut[u] as number) - (bas[u] as number) < 1e-6)
      fuites.push({ cible: u, coupe: causes(sl, cache, u, parBas, parHaut) });
  return fuites;
}

function aCachee({ debut, colonne }: SystemeLineaire, cache: Uint8Array, r: number): boolean {
  for (let i = debut[r] as number; i < (debut[r + 1] as number); i++)
    if (cache[colonne[i] as number] === 1) return true;
  return false;
}

function lignesDe({ debut, colonne, cellules }: SystemeLineaire) {
  const debutDe = new Int32Array(cellules + 1);
  for (const u of colonne) debutDe[u + 1] = (debutDe[u + 1] as number) + 1;
  for (let u = 0; u < cellules; u++) debutDe[u + 1] = (debutDe[u + 1] as number) + (debutDe[u] as number);
  const place = debutDe.slice();
  const ligneDe = new Int32Array(colonne.length);
  for (let r = 0; r + 1 < debut.length; r++)
    for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
      const u = colonne[i] as number;
      ligneDe[place[u] as number] = r;
      place[u] = (place[u] as number) + 1;
    }
  return { debutDe, ligneDe };
}

/** Published cells of every relation met when walking back from the two bounds of a cell. */
function causes(
  sl: SystemeLineaire,
  cache: Uint8Array,
  depart: number,
  parBas: Int32Array,
  parHaut: Int32Array,
): number[] {
  const vues = new Set([depart]);
  const lignes = new Set<number>();
  const publiees = new Set<number>();
  const pile = [depart];
  while (pile.length > 0) {
    const u = pile.pop() as number;
    for (const r of [parBas[u] as number, parHaut[u] as number]) {
      if (r < 0 || lignes.has(r)) continue;
      lignes.add(r);
      for (let i = sl.debut[r] as number; i < (sl.debut[r + 1] as number); i++) {
        const v = sl.colonne[i] as number;
        if (cache[v] === 0) publiees.add(v);
        else if (!vues.has(v)) {
          vues.add(v);
          pile.push(v);
        }
      }
    }
  }
  return [...publiees].sort((a, b) => a - b);
}
