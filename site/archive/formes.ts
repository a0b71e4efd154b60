/**
 * Reads the declared shapes of `data/contract` in the page, without zod's 35 kB: the build gives this module to the
 * browser under the name `zod` (site/vite.ts), so that a shape is declared once and refused the same on both sides.
 * It knows what the contract uses and nothing more; another word of zod fails when the module is loaded, which
 * tests/site/formes.test.ts does for every shape, against zod itself.
 */

type Essai = (v: unknown, ou: string) => unknown;

/** What a value should have been, and where; the page shows its own sentence, this is its cause. */
class FormeRefusee extends Error {
  constructor(ou: string, attendu: string) {
    super(`${ou || 'racine'} : ${attendu}`);
    this.name = 'FormeRefusee';
  }
}
const refuse = (ou: string, attendu: string): never => {
  throw new FormeRefusee(ou, attendu);
};

class Forme {
  readonly lit: Essai;
  readonly facultative: boolean;
  /** Fields of an object, for those who need their order. */
  readonly shape: Record<string, Forme>;
  readonly #ferme: boolean;
  constructor(lit: Essai, o: { facultative?: boolean; shape?: Record<string, Forme>; ferme?: boolean } = {}) {
    this.lit = lit;
    this.facultative = o.facultative ?? false;
    this.shape = o.shape ?? {};
    this.#ferme = o.ferme ?? false;
  }
  /** @throws FormeRefusee */
  parse(v: unknown): unknown {
    return this.lit(v, '');
  }
  safeParse(v: unknown): { success: true; data: unknown } | { success: false; error: Error } {
    try {
      return { success: true, data: this.parse(v) };
    } catch (erreur) {
      return { success: false, error: erreur as Error };
    }
  }
  #et(test: (v: never) => boolean, attendu: string): Forme {
    return new Forme((v, ou) => {
      const lu = this.lit(v, ou);
      return test(lu as never) ? lu : refuse(ou, attendu);
    });
  }
  optional(): Forme {
    return new Forme((v, ou) => (v === undefined ? v : this.lit(v, ou)), { facultative: true });
  }
  nullable(): Forme {
    return new Forme((v, ou) => (v === null ? v : this.lit(v, ou)));
  }
  regex(r: RegExp): Forme {
    return this.#et((t: string) => t.search(r) >= 0, String(r));
  }
  startsWith(debut: string): Forme {
    return this.#et((t: string) => t.startsWith(debut), `commence par ${debut}`);
  }
  /** Bound of a number, or of the length of a text or of a list. */
  min(n: number): Forme {
    return this.#et(
      (v: number | { length: number }) => (typeof v === 'number' ? v : v.length) >= n,
      `≥ ${n}`,
    );
  }
  max(n: number): Forme {
    return this.#et(
      (v: number | { length: number }) => (typeof v === 'number' ? v : v.length) <= n,
      `≤ ${n}`,
    );
  }
  length(n: number): Forme {
    return this.min(n).max(n);
  }
  nonnegative(): Forme {
    return this.min(0);
  }
  refine(test: (v: never) => boolean, attendu = 'condition'): Forme {
    return this.#et(test, attendu);
  }
  omit(cles: Record<string, true>): Forme {
    const garde = Object.entries(this.shape).filter(([k]) => !(k in cles));
    return objet(Object.fromEntries(garde), this.#ferme ? 'strict' : 'strip');
  }
  extend(plus: Record<string, Forme>): Forme {
    return objet({ ...this.shape, ...plus }, this.#ferme ? 'strict' : 'strip');
  }
}

const simple = (test: (v: unknown) => boolean, attendu: string) => (): Forme =>
  new Forme((v, ou) => (test(v) ? v : refuse(ou, attendu)));
const dict = (v: unknown, ou: string): Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v)
    ? (v as Record<string, unknown>)
    : refuse(ou, 'objet');
const liste = (v: unknown, ou: string): unknown[] => (Array.isArray(v) ? v : refuse(ou, 'liste'));

function objet(shape: Record<string, Forme>, reste: 'strict' | 'strip' | 'loose'): Forme {
  const lit: Essai = (v, ou) => {
    const o = dict(v, ou);
    if (reste === 'strict')
      for (const k of Object.keys(o)) if (!Object.hasOwn(shape, k)) refuse(`${ou}.${k}`, 'clé inconnue');
    const lu: [string, unknown][] = [];
    for (const [k, f] of Object.entries(shape)) {
      const la = Object.hasOwn(o, k);
      if (!la && !f.facultative) refuse(`${ou}.${k}`, 'clé manquante');
      if (la) lu.push([k, f.lit(o[k], `${ou}.${k}`)]);
    }
    return reste === 'strip' ? Object.fromEntries(lu) : o;
  };
  return new Forme(lit, { shape, ferme: reste === 'strict' });
}

/** The words of zod that the contract uses. */
export const z = {
  string: simple((v) => typeof v === 'string', 'texte'),
  number: simple((v) => typeof v === 'number' && Number.isFinite(v), 'nombre'),
  int: simple((v) => Number.isSafeInteger(v), 'entier'),
  boolean: simple((v) => typeof v === 'boolean', 'vrai ou faux'),
  null: simple((v) => v === null, 'null'),
  unknown: () => new Forme((v) => v, { facultative: true }),
  literal: (x: unknown) => simple((v) => v === x, String(x))(),
  enum: (valeurs: readonly string[]) => simple((v) => valeurs.includes(v as string), valeurs.join(' | '))(),
  array: (f: Forme) => new Forme((v, ou) => (liste(v, ou).forEach((x, n) => f.lit(x, `${ou}[${n}]`)), v)),
  tuple: (fs: readonly Forme[]) =>
    new Forme((v, ou) => {
      const l = liste(v, ou);
      if (l.length !== fs.length) refuse(ou, `${fs.length} valeurs`);
      fs.forEach((f, n) => f.lit(l[n], `${ou}[${n}]`));
      return v;
    }),
  union: (fs: readonly Forme[]) =>
    new Forme((v, ou) => (fs.some((f) => f.safeParse(v).success) ? v : refuse(ou, 'aucune des formes'))),
  record: (cle: Forme, valeur: Forme) =>
    new Forme((v, ou) => {
      for (const [k, x] of Object.entries(dict(v, ou))) {
        cle.lit(k, `${ou}.${k}`);
        valeur.lit(x, `${ou}.${k}`);
      }
      return v;
    }),
  lazy: (fait: () => Forme) => new Forme((v, ou) => fait().lit(v, ou)),
  object: (shape: Record<string, Forme>) => objet(shape, 'strip'),
  strictObject: (shape: Record<string, Forme>) => objet(shape, 'strict'),
  looseObject: (shape: Record<string, Forme>) => objet(shape, 'loose'),
};
