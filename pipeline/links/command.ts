/** `carto convention`, `carto compte`, `carto lien`: the register from the command line. */
import type { Commande } from '../lib/commande.ts';
import { commandeCompte } from './command-compte.ts';
import { commandeConvention } from './command-convention.ts';
import { commandeLien } from './command-lien.ts';
import { commandeCle } from './command-cle.ts';
import { commandesDevoirs } from './command-devoirs.ts';

export const commandes: readonly Commande[] = [
  commandeConvention,
  commandeCompte,
  commandeLien,
  commandeCle,
  ...commandesDevoirs,
];
