/**
 * Encoded columns in two bytes a cell: a whole country has hundreds of columns and a million zones, and an array of numbers
 * and marks costs six times as much. Figures are small integers; marks, classes and anything else are in a dictionary.
 */
import type { Encoded } from '../../data/contract/cell.ts';

/** No file has this cell. */
const RIEN = -1;
/** First code of the dictionary: −2, −3… */
const DICTIONNAIRE = -2;
const MAX = { 2: 2 ** 15 - 1, 4: 2 ** 31 - 1 } as const;

/** Words that cells may hold besides figures, shared by every column: marks and classes, a dozen in all. */
const mots: Encoded[] = [];
const rangDe = new Map<Encoded, number>();

function codeDe(v: Encoded): number {
  if (typeof v === 'number' && Number.isInteger(v) && v >= 0 && v <= MAX[4]) return v;
  let r = rangDe.get(v);
  if (r === undefined) {
    rangDe.set(v, (r = mots.length));
    mots.push(v);
  }
  return DICTIONNAIRE - r;
}

class Colonne {
  #codes: Int16Array | Int32Array = new Int16Array(8).fill(RIEN);
  #taille = 0;

  lire(r: number): Encoded | undefined {
    const code = r < this.#taille ? this.#codes[r]! : RIEN;
    return code >= 0 ? code : code === RIEN ? undefined : mots[DICTIONNAIRE - code];
  }

  ecrire(r: number, v: Encoded): void {
    const code = codeDe(v);
    const large = this.#codes instanceof Int32Array || code > MAX[2] || code < -MAX[2];
    const assez = r < this.#codes.length;
    if (!assez || large !== this.#codes instanceof Int32Array) {
      const longueur = assez ? this.#codes.length : Math.max(2 * this.#codes.length, r + 1);
      const plus = large ? new Int32Array(longueur) : new Int16Array(longueur);
      plus.fill(RIEN);
      plus.set(this.#codes);
      this.#codes = plus;
    }
    this.#codes[r] = code;
    this.#taille = Math.max(this.#taille, r + 1);
  }

  /** Every cell, for one reading. */
  deplier(): (Encoded | undefined)[] {
    return Array.from({ length: this.#taille }, (_, r) => this.lire(r));
  }
}

/** Columns by key. What `get` returns is a copy, made for the reading: keep it as short a time as possible. */
export class Colonnes implements Iterable<[string, (Encoded | undefined)[]]> {
  readonly #colonnes = new Map<string, Colonne>();

  has(cle: string): boolean {
    return this.#colonnes.has(cle);
  }

  keys(): IterableIterator<string> {
    return this.#colonnes.keys();
  }

  get(cle: string): (Encoded | undefined)[] | undefined {
    return this.#colonnes.get(cle)?.deplier();
  }

  /** One cell; undefined = no file has it. */
  lire(cle: string, r: number): Encoded | undefined {
    return this.#colonnes.get(cle)?.lire(r);
  }

  /** The column to write in, made on first use. */
  ouvrir(cle: string): Pick<Colonne, 'lire' | 'ecrire'> {
    let c = this.#colonnes.get(cle);
    if (!c) this.#colonnes.set(cle, (c = new Colonne()));
    return c;
  }

  *[Symbol.iterator](): Generator<[string, (Encoded | undefined)[]]> {
    for (const [cle, c] of this.#colonnes) yield [cle, c.deplier()];
  }
}
