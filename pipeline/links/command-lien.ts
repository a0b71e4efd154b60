/** `carto lien`: issue, extend, list and withdraw territory links. */
import { UserError } from '../../data/contract/erreur.ts';
import { territoireArchive } from '../../data/contract/grant.ts';
import type { Commande, Contexte } from '../lib/commande.ts';
import { compte } from './comptes.ts';
import { courriel } from './courriel.ts';
import { dateLongue, jourDe } from './dates.ts';
import { lireManifeste } from './demo.ts';
import { lienRetire } from './etat.ts';
import { codeQr, exigerSortieQr } from './qr.ts';
import { emettreLien, prolongerLien, revoquer, type Cible, type LienEmis } from './liens.ts';
import { definis, OPTION_REGISTRE, rendre, tableau, Valeurs } from './options.ts';
import type { Registre } from './registre.ts';

const ACTIONS = ['emettre', 'prolonger', 'revoquer', 'liste', 'resigner'] as const;
const CIBLES: Record<string, Cible> = { lien: 'jti', compte: 'sub', convention: 'cnv', cle: 'kid' };

/** The ready e-mail of a link; '' for a dry run. */
async function courrielDe(registre: Registre, lien: LienEmis): Promise<string> {
  if (lien.url === '') return '';
  const c = compte(registre, lien.compte);
  const convention = registre.etat.conventions.get(lien.convention);
  const personne = await registre.identite(c);
  const organisme = c.role === 'commune' ? `la commune ${lien.territoires.join(', ')}` : convention?.nom;
  return courriel(lien, personne, organisme ?? '');
}

/** Show a link once signed: for a person with its e-mail and code, for a machine the same in one object. */
async function montrer(
  contexte: Contexte,
  registre: Registre,
  lien: LienEmis,
  qr: string | undefined,
): Promise<void> {
  const texte = await courrielDe(registre, lien);
  if (lien.url.startsWith('http://'))
    contexte.journal.attention(
      'Ce lien ne s’ouvre que sur cette machine : donnez l’adresse publique du site (--origine https://…).',
    );
  rendre(
    contexte,
    lien.url === '' ? lien : { ...lien, courriel: texte },
    lien.url === ''
      ? `Essai : le lien serait émis pour ${lien.territoires.join(', ')}, jusqu’au ${dateLongue(lien.fin)}. Rien n’est écrit.`
      : `Lien ${lien.jti}, jusqu’au ${dateLongue(lien.fin)} :\n\n${lien.url}\n\n${'—'.repeat(40)}\n${texte}${await codeQr(lien, qr)}`,
  );
}

/** A commune or a third party may need a bundle that this release did not cut: say so before the e-mail leaves. */
async function signalerVide(lien: LienEmis, vers: string, contexte: Contexte): Promise<void> {
  const manifeste = await lireManifeste(vers).catch(() => undefined);
  if (!manifeste) return;
  const presents = new Set(manifeste.archives.map(territoireArchive));
  const absents = lien.territoires.filter((t) => !presents.has(t));
  if (absents.length > 0)
    contexte.journal.attention(
      `La livraison n’a pas de lot pour ${absents.join(', ')} : découpez-le avec carto lots avant d’envoyer le lien.`,
    );
}

export const commandeLien: Commande = {
  nom: 'lien',
  resume: 'Émet, prolonge et retire les liens de territoire.',
  positionnels: `${ACTIONS.join('|')} [IDENTIFIANT]`,
  options: {
    ...OPTION_REGISTRE,
    compte: { type: 'string', valeur: 'ID', aide: 'emettre : compte validé' },
    finalite: { type: 'string', valeur: 'CODE', aide: 'emettre : finalité, parmi celles de la convention' },
    origine: {
      type: 'string',
      default: 'http://localhost:4321',
      valeur: 'URL',
      aide: 'adresse publique du site',
    },
    fin: {
      type: 'string',
      valeur: 'DATE',
      aide: 'dernier jour ; fin du compte ou de la convention par défaut',
    },
    parent: { type: 'string', valeur: 'JTI', aide: 'emettre : lien dont celui-ci dépend' },
    cible: {
      type: 'string',
      default: 'lien',
      valeur: 'lien|compte|convention|cle',
      aide: 'revoquer : ce que désigne l’identifiant',
    },
    motif: { type: 'string', aide: 'revoquer : motif, obligatoire' },
    vers: {
      type: 'string',
      default: 'data/releases/demo',
      valeur: 'DIR',
      aide: 'emettre : livraisons où vérifier que le lien ouvre quelque chose',
    },
    qr: {
      type: 'string',
      valeur: 'FICHIER.svg',
      aide: 'emettre, prolonger : écrit le code QR du lien (« - » : dans le terminal)',
    },
    essai: { type: 'boolean', default: false, aide: 'vérifie tout, n’écrit rien' },
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    const action = v.action(ACTIONS);
    const registre = await v.registre();
    const origine = v.texte('origine') ?? 'http://localhost:4321';
    exigerSortieQr(v.texte('qr'));
    if (action === 'emettre') {
      const lien = await emettreLien(registre, {
        compte: v.texte('compte') ?? v.position(1, 'le compte'),
        finalite: v.texte('finalite') ?? '',
        origine,
        essai: v.vrai('essai'),
        ...definis({ fin: v.texte('fin'), parent: v.texte('parent') }),
      });
      await signalerVide(lien, v.texte('vers') ?? '', contexte);
      await montrer(contexte, registre, lien, v.texte('qr'));
    } else if (action === 'prolonger') {
      const lien = await prolongerLien(registre, {
        jti: v.position(1, 'le lien'),
        origine,
        essai: v.vrai('essai'),
        ...definis({ fin: v.texte('fin') }),
      });
      await montrer(contexte, registre, lien, v.texte('qr'));
    } else if (action === 'revoquer') {
      const cible = CIBLES[v.texte('cible') ?? 'lien'];
      if (!cible) throw new UserError('La cible est lien, compte, convention ou cle.', { code: 2 });
      const id = v.position(1, 'l’identifiant');
      await revoquer(registre, { cible, id, motif: v.texte('motif') ?? '' });
      rendre(
        contexte,
        { revoque: id, cible },
        'Accès retiré : plus aucun octet ne sort, au plus tard dans 30\u00a0secondes.',
      );
    } else if (action === 'resigner') {
      await registre.republier();
      rendre(contexte, { lignes: registre.chaine.lignes.length }, 'Listes de la garde signées à nouveau.');
    } else {
      const t = registre.maintenant();
      const liens = [...registre.etat.liens.values()].map((l) => ({
        jti: l.jti,
        compte: l.compte,
        convention: l.convention,
        territoires: l.territoires,
        finalite: l.finalite,
        emis: l.emis.slice(0, 10),
        fin: jourDe(l.exp),
        statut: lienRetire(registre.etat, l) ? 'retiré' : l.exp <= t ? 'terminé' : 'actif',
      }));
      rendre(
        contexte,
        liens,
        tableau(
          ['LIEN', 'COMPTE', 'TERRITOIRES', 'FINALITÉ', 'ÉMIS', 'FIN', 'STATUT'],
          liens.map((l) => [l.jti, l.compte, l.territoires.join(' '), l.finalite, l.emis, l.fin, l.statut]),
        ),
      );
    }
  },
};
