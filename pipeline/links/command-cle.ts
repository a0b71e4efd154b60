/** `carto cle`: keys of the register, their yearly rotation. */
import { UserError } from '../../data/contract/erreur.ts';
import { USAGES } from '../../data/contract/grant.ts';
import type { Commande } from '../lib/commande.ts';
import { clesVues, renouvelerCle, retirerCle } from './cles.ts';
import { OPTION_REGISTRE, rendre, tableau, Valeurs } from './options.ts';

const ACTIONS = ['liste', 'renouveler', 'retirer'] as const;
const LIBELLES: Readonly<Record<(typeof USAGES)[number], string>> = {
  grant: 'liens',
  liste: 'listes',
  livraison: 'livraisons',
};

export const commandeCle: Commande = {
  nom: 'cle',
  resume: 'Clés du registre : liste, renouvellement annuel, retrait.',
  positionnels: `${ACTIONS.join('|')} [CLÉ]`,
  options: {
    ...OPTION_REGISTRE,
    usage: { type: 'string', valeur: 'grant|liste|livraison', default: 'grant', aide: 'renouveler : usage' },
    motif: { type: 'string', aide: 'retirer : motif, obligatoire' },
    force: { type: 'boolean', default: false, aide: 'retirer : même si des liens en cours en dépendent' },
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    const action = v.action(ACTIONS);
    const registre = await v.registre();
    if (action === 'renouveler') {
      const usage = USAGES.find((u) => u === v.texte('usage'));
      if (!usage) throw new UserError(`L’usage est ${USAGES.join(', ')}.`, { code: 2 });
      const { kid, x } = await renouvelerCle(registre, usage);
      rendre(
        contexte,
        { kid, usage, x },
        `Nouvelle clé des ${LIBELLES[usage]} : ${kid}. L’ancienne reste admise jusqu’à son retrait.\nClé publique, à joindre aux conventions : ${x}\nRelancez la garde (carto serve) pour qu’elle l’admette.`,
      );
    } else if (action === 'retirer') {
      const kid = v.position(1, 'la clé');
      await retirerCle(registre, { kid, motif: v.texte('motif') ?? '', force: v.vrai('force') });
      rendre(contexte, { retiree: kid }, `Clé ${kid} retirée : ce qu’elle a signé ne vaut plus.`);
    } else {
      const cles = clesVues(registre);
      rendre(
        contexte,
        cles,
        tableau(
          ['CLÉ', 'USAGE', 'ÉTAT', 'LIENS EN COURS'],
          cles.map((c) => [
            c.kid,
            LIBELLES[c.usage],
            c.courante ? 'signe' : 'admise',
            c.usage === 'grant' ? String(c.liens) : '',
          ]),
        ),
      );
    }
  },
};
