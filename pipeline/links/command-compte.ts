/** `carto compte`: requests, decisions, extensions, deactivations; import of requests from CSV. */
import { ROLES_LIBELLES } from '../../data/catalogue/finalites.ts';
import type { Commande } from '../lib/commande.ts';
import { compte, deciderCompte, demanderCompte, prolongerCompte } from './comptes.ts';
import { dateLongue } from './dates.ts';
import type { Compte } from './etat.ts';
import { revoquer } from './liens.ts';
import { importerDemandes, lireDemande } from './import.ts';
import { definis, OPTION_REGISTRE, rendre, tableau, Valeurs } from './options.ts';

const ACTIONS = [
  'demander',
  'importer',
  'valider',
  'rejeter',
  'prolonger',
  'desactiver',
  'liste',
  'voir',
] as const;
const STATUTS: Record<Compte['statut'], string> = {
  demande: 'à valider',
  valide: 'validé',
  rejete: 'rejeté',
  desactive: 'désactivé',
};

/** What a command may show of an account: nothing encrypted, no fingerprint. */
const montrable = ({ prive: _p, empreinte: _e, ...reste }: Compte) => reste;

export const commandeCompte: Commande = {
  nom: 'compte',
  resume: 'Demandes de comptes nominatifs, décisions de l’administrateur local, prolongations.',
  positionnels: `${ACTIONS.join('|')} [CONVENTION|COMPTE|FICHIER]`,
  options: {
    ...OPTION_REGISTRE,
    convention: { type: 'string', valeur: 'ID', aide: 'demander, liste : convention' },
    role: { type: 'string', valeur: 'epci|commune|tiers', aide: 'demander : rôle' },
    nom: { type: 'string', aide: 'demander : nom et prénom de la personne' },
    mel: { type: 'string', valeur: 'ADRESSE', aide: 'demander : adresse professionnelle nominative' },
    commune: { type: 'string', valeur: 'INSEE', aide: 'demander : commune de l’agent' },
    reference: { type: 'string', valeur: 'REF', aide: 'demander : demande écrite de la commune à l’EPCI' },
    organisme: { type: 'string', valeur: 'NOM', aide: 'demander : organisme du tiers' },
    contrat: { type: 'string', valeur: 'REF', aide: 'demander : contrat du tiers avec l’EPCI' },
    'comptes-max': { type: 'string', valeur: 'N', aide: 'demander : comptes prévus par le contrat' },
    territoires: {
      type: 'string',
      multiple: true,
      valeur: 'epci:…,com:…',
      aide: 'demander : territoires d’un tiers',
    },
    fin: { type: 'string', valeur: 'DATE', aide: 'demander, prolonger : dernier jour, AAAA-MM-JJ' },
    par: { type: 'string', valeur: 'COMPTE', aide: 'valider, rejeter : administrateur local' },
    demande: { type: 'string', valeur: 'REF', aide: 'prolonger : demande expresse de l’EPCI' },
    motif: { type: 'string', aide: 'motif écrit (adresse exceptionnelle, rejet, désactivation)' },
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    const action = v.action(ACTIONS);
    const registre = await v.registre();
    if (action === 'demander') {
      const c = await demanderCompte(
        registre,
        lireDemande(
          (nom) => v.texte(nom) ?? (nom === 'convention' ? args.positionals[1] : undefined),
          v.liste('territoires'),
        ),
      );
      rendre(
        contexte,
        montrable(c),
        `Demande ${c.id} enregistrée. L’administrateur local décide : carto compte valider ${c.id} --par COMPTE`,
      );
    } else if (action === 'importer') {
      const fichier = v.position(1, 'le fichier');
      const r = await importerDemandes(registre, fichier);
      const refus = r.filter((x) => x.refus !== undefined).length;
      const lignes = r.map((x) =>
        x.compte === undefined
          ? `« ${fichier} », ligne ${x.ligne}${x.colonne === undefined ? '' : `, colonne ${x.colonne}, reçu « ${x.recu} »`} : refusée. ${x.refus}`
          : `Ligne ${x.ligne} : ${x.compte}`,
      );
      lignes.push(`Demandes enregistrées\u00a0: ${r.length - refus}\u00a0; refusées\u00a0: ${refus}.`);
      rendre(contexte, r, lignes.join('\n'));
      // A script must see that some rows wait for a correction.
      if (refus > 0) process.exitCode = 1;
    } else if (action === 'valider' || action === 'rejeter') {
      const c = await deciderCompte(registre, {
        compte: v.position(1, 'le compte'),
        decision: action === 'valider' ? 'valide' : 'rejete',
        par: v.exige('par'),
        ...definis({ motif: v.texte('motif') }),
      });
      const suite =
        c.statut === 'valide'
          ? `\nÉmettez son lien : carto lien emettre ${c.id} --finalite … --origine https://…`
          : '';
      rendre(contexte, montrable(c), `Compte ${c.id} ${STATUTS[c.statut]}.${suite}`);
    } else if (action === 'prolonger') {
      const c = await prolongerCompte(registre, {
        compte: v.position(1, 'le compte'),
        fin: v.exige('fin'),
        demande: v.exige('demande'),
      });
      rendre(
        contexte,
        montrable(c),
        `Compte ${c.id} prolongé jusqu’au ${dateLongue(c.fin ?? '')}. Émettez un nouveau lien : carto lien prolonger JTI`,
      );
    } else if (action === 'desactiver') {
      const id = v.position(1, 'le compte');
      await revoquer(registre, { cible: 'sub', id, motif: v.texte('motif') ?? '' });
      rendre(
        contexte,
        { desactive: id },
        'Compte désactivé : ses liens ne s’ouvrent plus, au plus tard dans 30\u00a0secondes.',
      );
    } else if (action === 'voir') {
      const c = compte(registre, v.position(1, 'le compte'));
      const personne = await registre.identite(c);
      rendre(
        contexte,
        { ...montrable(c), ...personne },
        `${personne.nom} <${personne.mel}>\n${ROLES_LIBELLES[c.role]}, ${STATUTS[c.statut]}\nTerritoires : ${c.territoires.join(', ')}${c.fin === undefined ? '' : `\nFin : ${c.fin}`}`,
      );
    } else {
      const choisie = v.texte('convention');
      const tous = [...registre.etat.comptes.values()].filter(
        (c) => choisie === undefined || c.convention === choisie,
      );
      rendre(
        contexte,
        tous.map(montrable),
        tableau(
          ['COMPTE', 'CONVENTION', 'RÔLE', 'STATUT', 'FIN', 'TERRITOIRES'],
          tous.map((c) => [
            c.id,
            c.convention,
            c.role,
            STATUTS[c.statut],
            c.fin ?? '',
            c.territoires.join(' '),
          ]),
        ),
      );
    }
  },
};
