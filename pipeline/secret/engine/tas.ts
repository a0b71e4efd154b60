/** Min-heap of integers without duplicates of the ones inside; used to visit pivots in order. */
export class Tas {
  private readonly t: number[] = [];
  get taille(): number {
    return this.t.length;
  }
  ajoute(x: number): void {
    const t = this.t;
    let i = t.push(x) - 1;
    while (i > 0) {
      const p = (i - 1) >> 1;
      if ((t[p] as number) <= x) break;
      t[i] = t[p] as number;
      i = p;
    }
    t[i] = x;
  }
  retire(): number {
    const t = this.t;
    const haut = t[0] as number;
    const x = t.pop() as number;
    const n = t.length;
    if (n > 0) {
      let i = 0;
      for (;;) {
        let f = 2 * i + 1;
        if (f >= n) break;
        if (f + 1 < n && (t[f + 1] as number) < (t[f] as number)) f++;
        if ((t[f] as number) >= x) break;
        t[i] = t[f] as number;
        i = f;
      }
      t[i] = x;
    }
    return haut;
  }
}
