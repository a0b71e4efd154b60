/** `carto registre`, `carto incident`, `carto suivi`: what the conventions ask of whoever runs the service. */
import { resolve } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { Traitement } from '../../data/contract/traitement.ts';
import type { Commande, Contexte } from '../lib/commande.ts';
import { writeAtomic, sha256 } from '../lib/files.ts';
import { dateLongue, finDuJour, jour } from './dates.ts';
import { lireManifeste } from './demo.ts';
import { dossierIncident, notification } from './incident.ts';
import { lireAudit } from './journal-audit.ts';
import { OPTION_REGISTRE, rendre, Valeurs } from './options.ts';
import { conventionActive, convention } from './conventions.ts';
import { periodeParDefaut, rapportSuivi, suiviConvention } from './suivi.ts';
import { lotEpci, masquages, reponses } from './suivi-lot.ts';
import {
  fichierTraitement,
  lireTraitement,
  MODELE,
  registreTraitements,
  valeursDuModele,
} from './traitement.ts';

const SORTIE = { type: 'string', valeur: 'FICHIER', aide: 'écrit le texte dans ce fichier' } as const;
const OPTION_VERS = {
  type: 'string',
  default: 'data/releases/demo',
  valeur: 'DIR',
  aide: 'dossier des livraisons',
} as const;

/** Write a text where asked, and say so; otherwise show it. */
async function livrer(texte: string, sortie: string | undefined): Promise<string> {
  if (sortie === undefined) return texte;
  await writeAtomic(resolve(sortie), texte);
  return `Écrit : « ${sortie} ».`;
}

const registreVerbe: Commande = {
  nom: 'registre',
  resume:
    'Registre des activités de traitement (RGPD, article 30), d’après la configuration et les conventions.',
  options: {
    ...OPTION_REGISTRE,
    config: {
      type: 'string',
      valeur: 'FICHIER',
      aide: 'description du traitement (registre/traitement.json)',
    },
    modele: { type: 'boolean', default: false, aide: 'affiche une description à compléter' },
    sortie: SORTIE,
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    if (v.vrai('modele')) return contexte.ecrit(JSON.stringify(MODELE, null, 2));
    const registre = await v.registre();
    const t = await lireTraitement(v.texte('config') ?? fichierTraitement(registre.dossier));
    signalerModele(t, contexte);
    const texte = registreTraitements(registre, t);
    rendre(contexte, { texte }, await livrer(texte, v.texte('sortie')));
  },
};

/** A description that was copied and not filled must not pass for one. */
function signalerModele(t: Traitement, contexte: Contexte): void {
  const champs = valeursDuModele(t);
  if (champs.length > 0)
    contexte.journal.attention(
      `La description du traitement garde des valeurs du modèle : ${champs.join(', ')}. Complétez-les avant d’envoyer ce texte.`,
    );
}

function moment(texte: string | undefined, defaut: number, nom: string): number {
  if (texte === undefined) return defaut;
  const t = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z?)?$/.test(texte)
    ? Date.parse(texte.length === 10 ? `${texte}T00:00:00Z` : texte.replace(/Z?$/, 'Z'))
    : Number.NaN;
  if (Number.isNaN(t))
    throw new UserError(`--${nom} n’est pas un moment : « ${texte} ».`, {
      hint: 'Écrivez AAAA-MM-JJ ou AAAA-MM-JJTHH:MM (UTC).',
      code: 2,
    });
  return Math.floor(t / 1000);
}

const incident: Commande = {
  nom: 'incident',
  resume: 'Dossier d’une violation de données et projet de notification, à envoyer sous 24 heures.',
  options: {
    ...OPTION_REGISTRE,
    convention: { type: 'string', valeur: 'ID', aide: 'tout ce qu’une convention ouvre' },
    compte: { type: 'string', valeur: 'ID', aide: 'ou un seul compte' },
    lien: { type: 'string', valeur: 'JTI', aide: 'ou un seul lien, et ceux qui en dépendent' },
    faits: { type: 'string', aide: 'ce qui s’est passé, en une ou deux phrases' },
    depuis: { type: 'string', valeur: 'MOMENT', aide: 'début de la période (30 jours avant la découverte)' },
    jusqua: { type: 'string', valeur: 'MOMENT', aide: 'fin de la période (maintenant)' },
    decouverte: { type: 'string', valeur: 'MOMENT', aide: 'moment de la découverte, UTC (maintenant)' },
    config: {
      type: 'string',
      valeur: 'FICHIER',
      aide: 'description du traitement (registre/traitement.json)',
    },
    vers: OPTION_VERS,
    sortie: SORTIE,
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    const registre = await v.registre();
    const cibles = (
      [
        ['cnv', 'convention'],
        ['sub', 'compte'],
        ['jti', 'lien'],
      ] as const
    ).flatMap(([cible, option]) => {
      const objet = v.texte(option);
      return objet === undefined ? [] : [{ cible, objet }];
    });
    const [choisie] = cibles;
    if (!choisie || cibles.length > 1)
      throw new UserError('Un incident porte sur --convention, --compte ou --lien.', { code: 2 });
    const t = await lireTraitement(v.texte('config') ?? fichierTraitement(registre.dossier));
    const maintenant = registre.maintenant();
    const decouverte = moment(v.texte('decouverte'), maintenant, 'decouverte');
    const depuis = moment(v.texte('depuis'), decouverte - 30 * 86_400, 'depuis');
    const jusqua = moment(v.texte('jusqua'), maintenant, 'jusqua');
    if (decouverte > maintenant)
      throw new UserError('La découverte est à venir : le délai de 24 heures en serait faussé.', {
        hint: 'Donnez --decouverte en temps universel (UTC), une ou deux heures de moins qu’en France.',
        code: 2,
      });
    if (jusqua < depuis) throw new UserError('La période finit avant de commencer.', { code: 2 });
    const manifeste = await lireManifeste(v.texte('vers') ?? '').catch(() => undefined);
    const dossier = await dossierIncident(
      registre,
      await lireAudit(registre.dossier),
      manifeste?.archives ?? [],
      {
        ...choisie,
        decouverte,
        depuis,
        jusqua,
        faits: v.exige('faits'),
      },
    );
    signalerModele(t, contexte);
    const texte = notification(dossier, t);
    await registre.operer(() => {
      registre.ecrire('incident', {
        id: dossier.id,
        ...choisie,
        decouverte: dossier.decouverte,
        dossier: sha256(JSON.stringify(dossier)),
      });
      return Promise.resolve();
    });
    const reste = Math.floor((decouverte + 86_400 - maintenant) / 3600);
    rendre(
      contexte,
      { ...dossier, notification: texte },
      `${await livrer(texte, v.texte('sortie'))}\n${
        reste >= 0
          ? `Il reste ${reste}\u00a0h pour notifier. L’accès n’est pas coupé : carto lien revoquer, si ce n’est pas fait.`
          : 'Le délai de 24\u00a0h est dépassé : notifiez sans attendre, en disant pourquoi.'
      }`,
    );
  },
};

const suivi: Commande = {
  nom: 'suivi',
  resume: 'Rapport au comité de suivi d’une convention : comptes, liens, sessions, part sous secret.',
  positionnels: '[CONVENTION]',
  options: {
    ...OPTION_REGISTRE,
    depuis: { type: 'string', valeur: 'DATE', aide: 'premier jour (il y a un an)' },
    jusqua: { type: 'string', valeur: 'DATE', aide: 'dernier jour (aujourd’hui)' },
    vers: OPTION_VERS,
    sortie: SORTIE,
  },
  async run(args, contexte) {
    const v = new Valeurs(args);
    const registre = await v.registre();
    const defaut = periodeParDefaut(registre);
    const periode = {
      depuis: jour(v.texte('depuis') ?? defaut.depuis, 'de début'),
      jusqua: jour(v.texte('jusqua') ?? defaut.jusqua, 'de fin'),
    };
    if (finDuJour(periode.jusqua) < finDuJour(periode.depuis))
      throw new UserError('La période finit avant de commencer.', { code: 2 });
    const choisie = v.texte('convention') ?? args.positionals[0];
    const conventions =
      choisie === undefined
        ? [...registre.etat.conventions.values()].filter((c) => enCours(registre, c.id))
        : [convention(registre, choisie)];
    if (conventions.length === 0)
      throw new UserError(`Aucune convention n’est en cours le ${dateLongue(registre.aujourdhui())}.`);
    const evenements = await lireAudit(registre.dossier);
    const suivis = conventions.map((c) => suiviConvention(registre, evenements, c, periode));
    const lots = await Promise.all(suivis.map((s) => lotEpci(v.texte('vers') ?? '', s.epci)));
    const textes = suivis.map((s, i) => rapportSuivi(s, periode, lots[i]));
    const donnees = suivis.map((s, i) => {
      const table = lots[i]?.table;
      return { ...s, secret: table ? masquages(table) : [], reponses: table ? reponses(table) : [] };
    });
    rendre(contexte, donnees, await livrer(textes.join('\n'), v.texte('sortie')));
  },
};

function enCours(registre: Parameters<typeof conventionActive>[0], id: string): boolean {
  try {
    conventionActive(registre, id);
    return true;
  } catch {
    return false;
  }
}

export const commandesDevoirs: readonly Commande[] = [registreVerbe, incident, suivi];
