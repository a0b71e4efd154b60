/** `carto convention`: record conventions, administrators and communes; verify the register. */
import { readFile } from 'node:fs/promises';
import { libelleFinalite } from '../../data/catalogue/finalites.ts';
import { UserError } from '../../data/contract/erreur.ts';
import type { Commande } from '../lib/commande.ts';
import { changerCommune, convention, creerConvention, nommerAdministrateur } from './conventions.ts';
import { dateLongue } from './dates.ts';
import { revoquer } from './liens.ts';
import { opposer, retirerOpposition } from './oppositions.ts';
import { verifierAudit } from './journal-audit.ts';
import { definis, OPTION_REGISTRE, rendre, tableau, Valeurs } from './options.ts';
import { controlerTete, texteTete } from './tete.ts';

const ACTIONS = [
  'creer',
  'administrateur',
  'commune',
  'opposition',
  'liste',
  'voir',
  'desactiver',
  'verifier',
] as const;

const lireCopie = (fichier: string): Promise<string> =>
  readFile(fichier, 'utf8').catch(() => {
    throw new UserError(`Cette copie de la tête ne se lit pas : « ${fichier} ».`);
  });

export const commandeConvention: Commande = {
  nom: 'convention',
  resume: 'Enregistre les conventions, leurs administrateurs locaux et leurs communes.',
  positionnels: `${ACTIONS.join('|')} [CONVENTION]`,
  options: {
    ...OPTION_REGISTRE,
    epci: { type: 'string', valeur: 'SIREN', aide: 'creer : code de l’EPCI ou de l’EPT' },
    nom: { type: 'string', aide: 'creer : nom de l’EPCI ; administrateur : nom de la personne' },
    partie: { type: 'string', multiple: true, valeur: 'NOM', aide: 'creer : autre signataire (AR, GIP)' },
    signature: { type: 'string', valeur: 'DATE', aide: 'creer : date de signature, AAAA-MM-JJ' },
    mois: { type: 'string', valeur: 'N', aide: 'creer : durée en mois (24 sauf dérogation)' },
    communes: { type: 'string', multiple: true, valeur: 'INSEE,…', aide: 'creer : communes désignées' },
    finalites: { type: 'string', multiple: true, valeur: 'CODE,…', aide: 'creer : toutes par défaut' },
    millesimes: { type: 'string', multiple: true, valeur: 'ANNÉE,…', aide: 'creer : tous par défaut' },
    appareils: { type: 'string', valeur: 'N', aide: 'creer : appareils par compte (0 : sans limite)' },
    derogation: { type: 'string', valeur: 'MOTIF', aide: 'creer : motif écrit d’une durée plus longue' },
    mel: { type: 'string', valeur: 'ADRESSE', aide: 'administrateur : adresse nominative' },
    telephone: { type: 'string', valeur: 'NUMÉRO', aide: 'administrateur : téléphone' },
    commune: { type: 'string', valeur: 'INSEE', aide: 'commune : code de la commune' },
    action: {
      type: 'string',
      valeur: 'ajout|retrait',
      default: 'ajout',
      aide: 'commune : sens du changement',
    },
    reference: { type: 'string', valeur: 'REF', aide: 'commune : référence de la demande écrite' },
    bailleur: { type: 'string', valeur: 'SIREN', aide: 'opposition : bailleur ; sans lui, la liste' },
    motif: { type: 'string', aide: 'desactiver, opposition : motif' },
    copie: { type: 'string', valeur: 'FICHIER', aide: 'verifier : copie de la tête signée' },
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    const action = v.action(ACTIONS);
    const registre = await v.registre(action === 'creer');
    if (action === 'creer') {
      const c = await creerConvention(registre, {
        epci: v.exige('epci'),
        nom: v.exige('nom'),
        parties: v.textes('partie'),
        signature: v.exige('signature'),
        communes: v.liste('communes'),
        finalites: v.liste('finalites'),
        millesimes: v.liste('millesimes'),
        ...definis({
          mois: v.nombre('mois'),
          appareils: v.nombre('appareils'),
          derogation: v.texte('derogation'),
        }),
      });
      rendre(
        contexte,
        c,
        `Convention ${c.id} enregistrée pour ${c.nom}, jusqu’au ${dateLongue(c.fin)}.\nNommez maintenant l’administrateur local : carto convention administrateur ${c.id} --nom … --mel …`,
      );
    } else if (action === 'administrateur') {
      const id = await nommerAdministrateur(
        registre,
        v.position(1, 'la convention'),
        { nom: v.exige('nom'), mel: v.exige('mel'), ...definis({ telephone: v.texte('telephone') }) },
        v.texte('motif') ?? v.texte('derogation'),
      );
      rendre(
        contexte,
        { compte: id },
        `Administrateur local enregistré : ${id}.\nIl décidera des demandes : carto compte demander ${v.position(1, 'la convention')} --role … --nom … --mel …`,
      );
    } else if (action === 'commune') {
      const sens = v.parmi('action', ['ajout', 'retrait']);
      const id = v.position(1, 'la convention');
      await changerCommune(registre, {
        convention: id,
        commune: v.exige('commune'),
        action: sens,
        reference: v.exige('reference'),
      });
      rendre(
        contexte,
        convention(registre, id),
        sens === 'ajout' ? 'Commune ajoutée à la convention.' : 'Commune retirée de la convention.',
      );
    } else if (action === 'opposition') {
      const bailleur = v.texte('bailleur');
      const sens = v.parmi('action', ['ajout', 'retrait']);
      if (bailleur !== undefined && sens === 'retrait')
        await retirerOpposition(registre, { bailleur, reference: v.exige('reference') });
      else if (bailleur !== undefined)
        await opposer(registre, {
          bailleur,
          motif: v.texte('motif') ?? '',
          ...definis({ reference: v.texte('reference') }),
        });
      if (bailleur !== undefined)
        contexte.journal.info('Pris en compte à la prochaine construction avec ce registre (carto build).');
      const toutes = [...registre.etat.oppositions.values()];
      rendre(
        contexte,
        toutes,
        toutes.length === 0
          ? 'Aucun bailleur ne s’oppose à la divulgation à ses pairs.'
          : tableau(
              ['BAILLEUR', 'DEPUIS', 'MOTIF'],
              toutes.map((o) => [o.bailleur, o.date, o.motif]),
            ),
      );
    } else if (action === 'desactiver') {
      const id = v.position(1, 'la convention');
      await revoquer(registre, { cible: 'cnv', id, motif: v.texte('motif') ?? '' });
      rendre(
        contexte,
        { desactivee: id },
        'Convention désactivée : ses liens ne s’ouvrent plus, au plus tard dans 30\u00a0secondes.',
      );
    } else if (action === 'verifier') {
      const fichier = v.texte('copie');
      const copie = fichier === undefined ? texteTete(registre.dossier) : await lireCopie(fichier);
      const n = controlerTete(registre.chaine, copie);
      const audit = await verifierAudit(registre.dossier);
      rendre(
        contexte,
        { lignes: registre.chaine.lignes.length, tete: n, audit },
        `Registre intact : ${registre.chaine.lignes.length}\u00a0lignes, tête signée à la ligne ${n}.\nJournal de la garde : ${audit === 0 ? 'encore vide' : `intact, lignes : ${audit}`}.`,
      );
    } else if (action === 'voir') {
      const c = convention(registre, v.position(1, 'la convention'));
      rendre(
        contexte,
        c,
        `${c.nom} (${c.epci}), ${c.statut === 'active' ? 'active' : 'désactivée'}\nParties : ${c.parties.join(', ')}\nDu ${dateLongue(c.signature)} au ${dateLongue(c.fin)}\nFinalités : ${c.finalites.map(libelleFinalite).join(' ; ')}\nCommunes : ${c.communes.join(', ') || 'aucune'}`,
      );
    } else {
      const toutes = [...registre.etat.conventions.values()];
      rendre(
        contexte,
        toutes,
        tableau(
          ['CONVENTION', 'EPCI', 'NOM', 'FIN', 'STATUT'],
          toutes.map((c) => [
            c.id,
            c.epci,
            c.nom,
            c.fin,
            c.statut === 'desactivee' ? 'désactivée' : c.fin < registre.aujourdhui() ? 'terminée' : 'active',
          ]),
        ),
      );
    }
  },
};
