/** Where zones are, read when something first needs it and kept. */
import type { Donnees, Lieux } from '../state/donnees.ts';
import type { Echelle } from '../../data/contract/zone.ts';

export class Places {
  readonly #donnees: Donnees;
  readonly #lues = new Map<Echelle, Lieux>();

  constructor(donnees: Donnees) {
    this.#donnees = donnees;
  }

  async lis(e: Echelle): Promise<Lieux> {
    const lieux = await this.#donnees.lieux(e);
    this.#lues.set(e, lieux);
    return lieux;
  }

  /** What is here already; else null, and `puis` runs once it is. */
  deja(e: Echelle, puis: () => void): Lieux | null {
    const lieux = this.#lues.get(e);
    if (!lieux) void this.lis(e).then(puis);
    return lieux ?? null;
  }
}

/** Point of the n-th zone; NaN where it has none. */
export function pointDe(l: Lieux | null, n: number): readonly [number, number] {
  return [l?.points[2 * n] ?? NaN, l?.points[2 * n + 1] ?? NaN];
}
