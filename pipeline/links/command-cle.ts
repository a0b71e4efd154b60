/** `carto cle`: keys of the register, their yearly rotation. */
import { UserError } from '../../data/contract/erreur.ts';
import { USAGES } from '../../data/contract/grant.ts';
import type { Commande } from '../lib/commande.ts';
import { clesVues, renouvelerCle, renouvelerOctets, retirerCle, retirerOctets } from './cles.ts';
import { maitresGarde } from './publication.ts';
import { OPTION_REGISTRE, rendre, tableau, Valeurs } from './options.ts';

const ACTIONS = ['liste', 'renouveler', 'retirer'] as const;
const LIBELLES: Readonly<Record<(typeof USAGES)[number] | 'octets', string>> = {
  octets: 'octets',
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
    usage: {
      type: 'string',
      valeur: 'grant|liste|livraison|octets',
      default: 'grant',
      aide: 'renouveler : usage',
    },
    motif: { type: 'string', aide: 'retirer : motif, obligatoire' },
    force: { type: 'boolean', default: false, aide: 'retirer : même si des liens en cours en dépendent' },
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    const action = v.action(ACTIONS);
    const registre = await v.registre();
    if (action === 'renouveler') {
      if (v.texte('usage') === 'octets') {
        const id = await renouvelerOctets(registre);
        return rendre(
          contexte,
          { id, usage: 'octets' },
          `Nouveau secret des octets : ${id}. Les gardes en marche le prennent en 30 secondes ; l’ancien reste admis jusqu’à son retrait (carto cle retirer) ou au renouvellement suivant.\nDevant nginx avec njs, refaites carto publish --njs et rechargez nginx : d’ici là, la garde sert elle-même.`,
        );
      }
      const usage = USAGES.find((u) => u === v.texte('usage'));
      if (!usage) throw new UserError(`L’usage est ${[...USAGES, 'octets'].join(', ')}.`, { code: 2 });
      const { kid, x } = await renouvelerCle(registre, usage);
      rendre(
        contexte,
        { kid, usage, x },
        `Nouvelle clé des ${LIBELLES[usage]} : ${kid}. L’ancienne reste admise jusqu’à son retrait.\nClé publique, à joindre aux conventions : ${x}\nLes gardes en marche la prennent en 30 secondes.`,
      );
    } else if (action === 'retirer') {
      const kid = v.position(1, 'la clé');
      const motif = v.texte('motif') ?? '';
      if ((await maitresGarde(registre.dossier)).some((m) => m.id === kid))
        await retirerOctets(registre, { id: kid, motif });
      else await retirerCle(registre, { kid, motif, force: v.vrai('force') });
      rendre(contexte, { retiree: kid }, `Clé ${kid} retirée : ce qu’elle a signé ne vaut plus.`);
    } else {
      const maitres = (await maitresGarde(registre.dossier)).map((m, i) => ({
        kid: m.id,
        usage: 'octets' as const,
        courante: i === 0,
        liens: 0,
      }));
      const cles = [...clesVues(registre), ...maitres];
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
