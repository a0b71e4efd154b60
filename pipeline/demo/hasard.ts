/** Seeded randomness: independent streams named by keys, so that no draw depends on the order of the others. */

/** One 32-bit step of mixing (murmur3 finaliser). */
export function melange(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32-bit hash of a list of keys; integers and text only. */
export function empreinte(...cles: readonly (string | number)[]): number {
  let h = 0x9e3779b9;
  for (const cle of cles) {
    if (typeof cle === 'number') h = melange(Math.imul(h, 31) + (cle | 0) + Math.floor(cle / 4294967296));
    else
      for (let i = 0; i < cle.length; i += 1) h = Math.imul(h ^ cle.charCodeAt(i), 0x01000193) + (h >>> 15);
    h = melange(h + 0x7f4a7c15);
  }
  return h >>> 0;
}

/** Uniform number in [0, 1[ that depends on two integers and a seed only (no state). */
export function unite(graine: number, a: number, b = 0): number {
  return (
    melange(
      Math.imul(a | 0, 0x27d4eb2f) ^ melange(Math.imul(b | 0, 0x165667b1) + graine) ^ Math.imul(graine, 31),
    ) / 4294967296
  );
}

/** sfc32 generator. Cheap to create: one per commune, per residence or per household. */
export class Hasard {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(...cles: readonly (string | number)[]) {
    const h = empreinte(...cles);
    this.#a = h | 0;
    this.#b = melange(h + 1) | 0;
    this.#c = melange(h + 2) | 0;
    this.#d = 1;
    for (let i = 0; i < 6; i += 1) this.u();
  }

  /** Uniform in [0, 1[. */
  u(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    return (t >>> 0) / 4294967296;
  }

  /** Uniform in [min, max[. */
  entre(min: number, max: number): number {
    return min + (max - min) * this.u();
  }

  /** Uniform integer in [min, max], both included. */
  entier(min: number, max: number): number {
    return min + Math.floor(this.u() * (max - min + 1));
  }

  oui(probabilite: number): boolean {
    return this.u() < probabilite;
  }

  /** Normal draw: sum of four uniforms, so tails stop at ±3.46 standard deviations. */
  normale(moyenne = 0, ecart = 1): number {
    return moyenne + ecart * 1.7320508 * (this.u() + this.u() + this.u() + this.u() - 2);
  }

  /** Log-normal draw with a true exponential tail (Box-Muller). */
  logNormale(mediane: number, sigma: number): number {
    const z = Math.sqrt(-2 * Math.log(1 - this.u())) * Math.cos(2 * Math.PI * this.u());
    return mediane * Math.exp(sigma * z);
  }

  choix<T>(liste: readonly T[]): T {
    return liste[Math.floor(this.u() * liste.length)]!;
  }

  /** Index drawn with the given weights (any positive sum). */
  pondere(poids: ArrayLike<number>): number {
    let somme = 0;
    for (let i = 0; i < poids.length; i += 1) somme += poids[i]!;
    let r = this.u() * somme;
    for (let i = 0; i < poids.length - 1; i += 1) {
      r -= poids[i]!;
      if (r < 0) return i;
    }
    return poids.length - 1;
  }
}
