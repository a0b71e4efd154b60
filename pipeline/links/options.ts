/** Small readers of command-line values, shared by the three verbs of the register. */
import { resolve } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { Arguments, Contexte, Option } from '../lib/commande.ts';
import { ouvrirRegistre, type Registre } from './registre.ts';

export const OPTION_REGISTRE: Record<string, Option> = {
  registre: {
    type: 'string',
    default: 'data/registre',
    valeur: 'DIR',
    aide: 'registre des conventions, des comptes et des liens',
  },
};

/** Values of one call, by name. */
export class Valeurs {
  readonly #values: Arguments['values'];
  readonly #positionnels: readonly string[];
  constructor(args: Arguments) {
    this.#values = args.values;
    this.#positionnels = args.positionals;
  }
  /** Positional n (0 is the action). @throws UserError */
  position(n: number, nom: string): string {
    const v = this.#positionnels[n];
    if (!v) throw new UserError(`Il manque ${nom}.`, { code: 2, hint: 'Voyez l’aide : --help.' });
    return v;
  }
  action(permises: readonly string[]): string {
    const a = this.#positionnels[0];
    if (a !== undefined && permises.includes(a)) return a;
    throw new UserError(a === undefined ? 'Il manque une action.' : `Action inconnue : « ${a} ».`, {
      code: 2,
      hint: `Actions : ${permises.join(', ')}.`,
    });
  }
  texte(nom: string): string | undefined {
    const v = this.#values[nom];
    return typeof v === 'string' && v.trim() !== '' ? v.trim() : undefined;
  }
  exige(nom: string): string {
    const v = this.texte(nom);
    if (v === undefined)
      throw new UserError(`Il manque --${nom}.`, { code: 2, hint: 'Voyez ce qu’elle attend : --help.' });
    return v;
  }
  /** Repeated option, each value possibly a comma-separated list. */
  liste(nom: string): string[] {
    const v = this.#values[nom];
    const tous = Array.isArray(v) ? v : v === undefined ? [] : [v];
    return tous
      .flatMap((x) => (typeof x === 'string' ? x.split(',') : []))
      .map((x) => x.trim())
      .filter(Boolean);
  }
  /** Repeated option, values taken whole (a name may hold a comma). */
  textes(nom: string): string[] {
    const v = this.#values[nom];
    const tous = Array.isArray(v) ? v : v === undefined ? [] : [v];
    return tous.filter((x) => typeof x === 'string').map((x) => x.trim());
  }
  /** One of the values that an option takes. @throws UserError */
  parmi<T extends string>(nom: string, permises: readonly T[]): T {
    const v = this.texte(nom);
    const choix = permises.find((p) => p === v);
    if (choix === undefined)
      throw new UserError(`--${nom} est ${permises.join(' ou ')} ; reçu « ${v ?? ''} ».`, { code: 2 });
    return choix;
  }
  nombre(nom: string): number | undefined {
    const v = this.texte(nom);
    if (v === undefined) return undefined;
    const n = Number(v);
    if (!Number.isInteger(n) || n < 0)
      throw new UserError(`--${nom} est un nombre entier : « ${v} ».`, { code: 2 });
    return n;
  }
  vrai(nom: string): boolean {
    return this.#values[nom] === true;
  }
  registre(creer = false): Promise<Registre> {
    return ouvrirRegistre(resolve(this.texte('registre') ?? 'data/registre'), { creer });
  }
}

/** Write a result for a person or for a machine. */
export function rendre(contexte: Contexte, json: unknown, texte: string): void {
  contexte.ecrit(contexte.json ? JSON.stringify(json, null, 1) : texte);
}

/** Aligned columns for a terminal. */
export function tableau(entete: readonly string[], lignes: readonly (readonly string[])[]): string {
  const tout = [entete, ...lignes];
  const largeurs = entete.map((_, i) => Math.max(...tout.map((l) => (l[i] ?? '').length)));
  return tout
    .map((l) =>
      l
        .map((c, i) => c.padEnd(largeurs[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Object without its undefined values, for optional properties. */
export function definis<T extends Record<string, unknown>>(
  objet: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(objet).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
