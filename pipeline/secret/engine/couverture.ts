import { couvreExactement } from './recouvrement.ts';

/** Columns freed together when a neighbourhood is covered again. */
const LIBRES = 8;

/**
 * Weighted hitting set: hide at least one cell of every cut, for the least cost. Cuts arrive round after round; the
 * choice is repaired, pruned and improved by exchanges, always from the same starting point and in the same order.
 * A cell kept in the end is the only one hidden of some cut: publishing it back would open that leak.
 */
export class Couverture {
  readonly coupes: Int32Array[] = [];
  /** Per column: 1 = chosen to be hidden. */
  readonly choisi: Uint8Array;
  /** Cuts that hold a column. */
  private readonly coupesDe = new Map<number, number[]>();
  /** Per cut: number of chosen columns in it. */
  private readonly touches: number[] = [];
  private readonly connues = new Map<number, number[]>();
  private readonly cout: Float64Array;
  /** Columns whose neighbourhood changed since the last improvement. */
  private chaudes = new Set<number>();
  private aCouvrir: number[] = [];
  /** Columns whose surroundings changed since `affine` looked at them. */
  private aRevoir = new Set<number>();
  /** Columns that exchanges may no longer release (see `resout`). */
  private readonly tenues = new Set<number>();
  /** State before this round of the columns touched in it. */
  private readonly bougees = new Map<number, number>();

  constructor(cout: Float64Array) {
    this.cout = cout;
    this.choisi = new Uint8Array(cout.length);
  }

  /**
   * Add a cut (sorted columns, all hideable).
   * @returns its number, or -1 when it is already known
   */
  ajoute(coupe: Int32Array): number {
    let h = coupe.length;
    for (const u of coupe) h = (Math.imul(h, 0x01000193) ^ u) | 0;
    const memes = this.connues.get(h);
    if (memes?.some((i) => egales(this.coupes[i] as Int32Array, coupe))) return -1;
    const numero = this.coupes.push(coupe) - 1;
    if (memes === undefined) this.connues.set(h, [numero]);
    else memes.push(numero);
    let t = 0;
    for (const u of coupe) {
      this.aRevoir.add(u);
      t += this.choisi[u] as number;
      const l = this.coupesDe.get(u);
      if (l === undefined) this.coupesDe.set(u, [numero]);
      else l.push(numero);
    }
    this.touches.push(t);
    if (t === 0) this.aCouvrir.push(numero);
    return numero;
  }

  private bascule(u: number, valeur: 0 | 1): void {
    if (!this.bougees.has(u)) this.bougees.set(u, this.choisi[u] as number);
    this.choisi[u] = valeur;
    const d = valeur === 1 ? 1 : -1;
    for (const k of this.coupesDe.get(u) ?? []) this.touches[k] = (this.touches[k] as number) + d;
  }

  /** Cuts hit by `u` alone. */
  private seules(u: number): number[] {
    return (this.coupesDe.get(u) ?? []).filter((k) => this.touches[k] === 1);
  }

  /** First cut that only `u` hits, -1 when `u` could be published. */
  temoin(u: number): number {
    return (this.coupesDe.get(u) ?? []).find((k) => this.touches[k] === 1) ?? -1;
  }

  /**
   * Hit every cut again, then exchange until nothing is gained.
   * @param tient columns chosen in this round are then held: with many cells of equal cost, exchanges can otherwise try
   * one after the other for thousands of rounds. Each column is held once, so rounds are finite.
   * @returns the columns whose state changed, ascending
   */
  resout(tient = false): Int32Array {
    this.bougees.clear();
    this.glouton(this.aCouvrir);
    this.aCouvrir = [];
    while (this.chaudes.size > 0) {
      const zone = new Set<number>();
      for (const u of this.chaudes)
        for (const k of this.coupesDe.get(u) ?? [])
          for (const v of this.coupes[k] as Int32Array) if (this.choisi[v] === 1) zone.add(v);
      this.chaudes = new Set();
      const ordre = [...zone].sort((a, b) => (this.cout[b] as number) - (this.cout[a] as number) || a - b);
      for (const u of ordre) this.echange(u);
    }
    const changees = this.changees();
    if (tient) for (const u of changees) if (this.choisi[u] === 1) this.tenues.add(u);
    return changees;
  }

  /**
   * Look further than exchanges: free each chosen column with its neighbours and cover their cuts again exactly.
   * @param etats most states visited per neighbourhood
   * @returns the columns whose state changed, ascending
   */
  affine(etats: number): Int32Array {
    this.bougees.clear();
    const zone = new Set<number>();
    for (const u of this.aRevoir)
      for (const k of this.coupesDe.get(u) ?? [])
        for (const v of this.coupes[k] as Int32Array) if (this.choisi[v] === 1) zone.add(v);
    this.aRevoir = new Set();
    const ordre = [...zone].sort((a, b) => (this.cout[b] as number) - (this.cout[a] as number) || a - b);
    for (const u of ordre) if (this.choisi[u] === 1) this.recouvre(u, etats);
    this.chaudes = new Set();
    return this.changees();
  }

  private changees(): Int32Array {
    const changees = [...this.bougees].flatMap(([u, avant]) => (this.choisi[u] === avant ? [] : [u]));
    for (const u of changees) this.aRevoir.add(u);
    return Int32Array.from(changees).sort();
  }

  private recouvre(u: number, etats: number): void {
    // The column, then the chosen ones that meet its cuts, then theirs: nearest first, up to a size that stays exact.
    const libres = this.voisinage(u);
    if (libres.length === 1) return;
    let prix = 0;
    for (const v of libres) {
      this.bascule(v, 0);
      prix += this.cout[v] as number;
    }
    const nues = new Set<number>();
    for (const v of libres)
      for (const k of this.coupesDe.get(v) ?? []) if (this.touches[k] === 0) nues.add(k);
    const mieux = couvreExactement(
      [...nues].sort((a, b) => a - b).map((k) => this.coupes[k] as Int32Array),
      this.cout,
      prix,
      etats,
    );
    // A held column that goes may come back later, and is held again then.
    if (mieux !== undefined) for (const v of libres) this.tenues.delete(v);
    for (const v of mieux ?? libres) this.bascule(v, 1);
  }

  /** A chosen column and the nearest other chosen ones; every column and cut is walked once. */
  private voisinage(u: number): number[] {
    const libres = [u];
    const vues = new Set(libres);
    const coupesVues = new Set<number>();
    for (let i = 0; i < libres.length; i++)
      for (const k of this.coupesDe.get(libres[i] as number) ?? [])
        for (const v of this.coupes[k] as Int32Array) {
          if (this.choisi[v] === 1 || vues.has(v)) continue;
          vues.add(v);
          for (const q of this.coupesDe.get(v) ?? []) {
            if (coupesVues.has(q)) continue;
            coupesVues.add(q);
            for (const w of this.coupes[q] as Int32Array) {
              if (this.choisi[w] === 0 || vues.has(w)) continue;
              vues.add(w);
              if (libres.push(w) === LIBRES) return libres;
            }
          }
        }
    return libres;
  }

  private glouton(coupes: readonly number[]): number[] {
    const gain = new Map<number, number>();
    const restantes = coupes.filter((k) => this.touches[k] === 0);
    for (const k of restantes)
      for (const u of this.coupes[k] as Int32Array) gain.set(u, (gain.get(u) ?? 0) + 1);
    const pris: number[] = [];
    // Cuts in order of their best candidate would need a heap; components are small, so a lazy scan is enough.
    const candidats = [...gain.keys()].sort((a, b) => a - b);
    const tas = candidats
      .map((u) => ({ u, r: (this.cout[u] as number) / (gain.get(u) as number) }))
      .sort((a, b) => a.r - b.r || a.u - b.u);
    let i = 0;
    const attente: { u: number; r: number }[] = [];
    while (i < tas.length || attente.length > 0) {
      const a = tas[i];
      const b = attente[0];
      const x = b === undefined || (a !== undefined && (a.r < b.r || (a.r === b.r && a.u < b.u))) ? a : b;
      if (x === undefined) break;
      if (x === a) i++;
      else attente.shift();
      let n = 0;
      for (const k of this.coupesDe.get(x.u) ?? []) if (this.touches[k] === 0) n++;
      if (n === 0 || this.choisi[x.u] === 1) continue;
      const r = (this.cout[x.u] as number) / n;
      if (r > x.r + 1e-12) {
        // Its gain went down since it was queued: queue it again at its true ratio.
        let j = attente.findIndex((y) => y.r > r || (y.r === r && y.u > x.u));
        if (j < 0) j = attente.length;
        attente.splice(j, 0, { u: x.u, r });
        continue;
      }
      this.bascule(x.u, 1);
      this.chaudes.add(x.u);
      pris.push(x.u);
    }
    return pris;
  }

  /** Publish `u` back when its cuts can be hit for less by others. */
  private echange(u: number): void {
    if (this.choisi[u] === 0 || this.tenues.has(u)) return;
    const seules = this.seules(u);
    if (seules.length === 0) {
      this.bascule(u, 0);
      this.chaudes.add(u);
      return;
    }
    this.bascule(u, 0);
    const chaudes = this.chaudes;
    this.chaudes = new Set();
    const cout = this.cout[u] as number;
    const pris = this.gloutonSans(seules, u, cout);
    this.chaudes = chaudes;
    if (pris === undefined) {
      this.bascule(u, 1);
      return;
    }
    chaudes.add(u);
    for (const v of pris) chaudes.add(v);
  }

  /** Hit `coupes` without `u`, total cost (less what becomes useless) strictly under `budget`; undone otherwise. */
  private gloutonSans(coupes: readonly number[], u: number, budget: number): number[] | undefined {
    const pris: number[] = [];
    let somme = 0;
    const reste = new Set(coupes);
    while (reste.size > 0 && somme < budget * 2) {
      const gain = new Map<number, number>();
      for (const k of reste)
        for (const v of this.coupes[k] as Int32Array) if (v !== u) gain.set(v, (gain.get(v) ?? 0) + 1);
      let mieux = -1;
      let ratio = Infinity;
      for (const [v, g] of gain) {
        const r = (this.cout[v] as number) / g;
        if (r < ratio || (r === ratio && v < mieux)) {
          ratio = r;
          mieux = v;
        }
      }
      if (mieux < 0) break;
      this.bascule(mieux, 1);
      pris.push(mieux);
      somme += this.cout[mieux] as number;
      for (const k of reste) if ((this.touches[k] as number) > 0) reste.delete(k);
    }
    const retires: number[] = [];
    if (reste.size === 0) {
      const voisins = new Set<number>();
      for (const v of pris)
        for (const k of this.coupesDe.get(v) ?? [])
          for (const w of this.coupes[k] as Int32Array) if (this.choisi[w] === 1) voisins.add(w);
      for (const w of [...voisins].sort(
        (a, b) => (this.cout[b] as number) - (this.cout[a] as number) || a - b,
      ))
        if (!this.tenues.has(w) && this.temoin(w) < 0) {
          this.bascule(w, 0);
          somme -= this.cout[w] as number;
          retires.push(w);
        }
      if (somme < budget - 1e-9) return [...pris, ...retires];
    }
    for (const w of retires) this.bascule(w, 1);
    for (const v of pris) if (this.choisi[v] === 1) this.bascule(v, 0);
    return undefined;
  }

  perte(): number {
    let s = 0;
    for (let u = 0; u < this.choisi.length; u++) if (this.choisi[u] === 1) s += this.cout[u] as number;
    return s;
  }
}

function egales(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
