/** Token buckets and daily counters in memory, bounded: limits cost a Map lookup and never grow without end. */

/** Buckets by key: `debit` units come back per second, up to `contenance`. */
export class Seaux {
  readonly #debit: number;
  readonly #contenance: number;
  readonly #max: number;
  readonly #seaux = new Map<string, { reste: number; t: number }>();
  constructor(debit: number, contenance: number, max = 50_000) {
    this.#debit = debit;
    this.#contenance = contenance;
    this.#max = max;
  }
  #seau(cle: string, t: number): { reste: number; t: number } {
    let seau = this.#seaux.get(cle);
    if (seau) this.#seaux.delete(cle);
    else seau = { reste: this.#contenance, t };
    // Re-inserting keeps the Map in order of use: the first key is the least recent.
    this.#seaux.set(cle, seau);
    if (this.#seaux.size > this.#max) {
      const premiere = this.#seaux.keys().next();
      if (!premiere.done) this.#seaux.delete(premiere.value);
    }
    const ecoule = Math.max(0, t - seau.t);
    seau.reste = Math.min(this.#contenance, seau.reste + ecoule * this.#debit);
    seau.t = t;
    return seau;
  }
  /** Take one unit. @returns 0 when taken, otherwise the seconds to wait. */
  prendre(cle: string, t: number): number {
    const seau = this.#seau(cle, t);
    if (seau.reste >= 1) {
      seau.reste -= 1;
      return 0;
    }
    return Math.ceil((1 - seau.reste) / this.#debit);
  }
  /** Seconds to wait before one unit is there, without taking it; 0 when it is. */
  attente(cle: string, t: number): number {
    const seau = this.#seaux.get(cle);
    if (!seau) return 0;
    const reste = Math.min(this.#contenance, seau.reste + Math.max(0, t - seau.t) * this.#debit);
    return reste >= 1 ? 0 : Math.ceil((1 - reste) / this.#debit);
  }
}

const JOUR = 86_400;

/** Bytes per key and per UTC day. */
export class Quotas {
  #jour = -1;
  #octets = new Map<string, number>();
  #ouvrir(t: number): number {
    const jour = Math.floor(t / JOUR);
    if (jour !== this.#jour) {
      this.#jour = jour;
      this.#octets = new Map();
    }
    return jour;
  }
  /** Add bytes that another server already sent. @returns the day's total */
  ajouter(cle: string, octets: number, t: number): number {
    this.#ouvrir(t);
    const total = (this.#octets.get(cle) ?? 0) + octets;
    this.#octets.set(cle, total);
    return total;
  }
  /** Add bytes if the day's total stays within `max`. @returns 0 when counted, otherwise the seconds to midnight UTC. */
  compter(cle: string, octets: number, max: number, t: number): number {
    const jour = this.#ouvrir(t);
    const total = (this.#octets.get(cle) ?? 0) + octets;
    if (total > max) return Math.ceil((jour + 1) * JOUR - t);
    this.#octets.set(cle, total);
    return 0;
  }
}
