/** `carto demo`: the invented country. */
import { relative, resolve } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { TAILLES, type Taille } from '../../data/demo/tailles.ts';
import type { Commande } from '../lib/commande.ts';
import { ecrireDemo } from './demo.ts';

export { ecrireDemo } from './demo.ts';

const nombre = new Intl.NumberFormat('fr-FR');

export const commande: Commande = {
  nom: 'demo',
  resume: 'Écrit les fichiers sources d’un pays inventé (territoires et données fictifs).',
  options: {
    taille: { type: 'string', default: 'pays', valeur: 'epci|pays|france', aide: 'Taille du pays inventé.' },
    graine: {
      type: 'string',
      default: '1',
      valeur: 'N',
      aide: 'Graine du tirage : la même graine redonne les mêmes octets.',
    },
    vers: {
      type: 'string',
      valeur: 'DIR',
      aide: 'Dossier à écrire (data/sources/demo-<taille> par défaut).',
    },
  },
  async run({ values, positionals }, contexte) {
    if (positionals.length > 0)
      throw new UserError(`Argument inattendu : « ${positionals[0]} ».`, {
        hint: 'Exemple : carto demo --taille epci',
        code: 2,
      });
    const taille = String(values['taille'] ?? 'pays');
    if (!(taille in TAILLES))
      throw new UserError(`Taille inconnue : « ${taille} ».`, {
        hint: 'Tailles connues : epci, pays, france.',
        code: 2,
      });
    const texte = String(values['graine'] ?? '1');
    const graine = Number(texte);
    if (!/^\d{1,9}$/.test(texte))
      throw new UserError(`La graine doit être un entier positif, reçu « ${texte} ».`, {
        hint: 'Exemple : --graine 7',
        code: 2,
      });
    const vers = resolve(String(values['vers'] ?? `data/sources/demo-${taille}`));
    const bilan = await ecrireDemo({
      taille: taille as Taille['id'],
      graine,
      vers,
      journal: contexte.journal,
    });
    if (contexte.json) contexte.ecrit(JSON.stringify(bilan));
    else
      contexte.ecrit(
        `${nombre.format(bilan.adresses)} adresses, ${nombre.format(bilan.rpls.at(-1)!)} logements et ${nombre.format(bilan.ops.at(-1)!)} ménages écrits dans ${relative(process.cwd(), vers) || '.'} (territoires et données fictifs).`,
      );
  },
};
