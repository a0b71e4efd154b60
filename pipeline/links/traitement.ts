/** `carto registre`: the register of processing, from the configuration of the controller and the register of accesses. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { libelleFinalite } from '../../data/catalogue/finalites.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { traitementSchema, type Traitement } from '../../data/contract/traitement.ts';
import { dateLongue } from './dates.ts';
import type { Registre } from './registre.ts';

/** To copy and fill. */
export const MODELE: Traitement = {
  responsable: {
    nom: 'Association régionale Hlm',
    adresse: '1 rue de l’Exemple, 69000 Lyon',
    contact: 'adresse et téléphone',
  },
  dpo: { nom: 'Prénom Nom', contact: 'adresse et téléphone' },
  sousTraitants: [
    {
      nom: 'Hébergeur',
      role: 'hébergement du site et des archives',
      pays: 'France',
      consentement: { reference: 'référence de l’accord écrit', date: '2026-01-15' },
    },
  ],
  mesures: [
    'Transport chiffré (TLS), liens personnels signés, jetons de dix minutes.',
    'Registre chaîné et signé, identités chiffrées au repos, retrait d’un accès en trente secondes.',
    'Secret statistique appliqué avant toute diffusion et contrôlé par un audit indépendant.',
  ],
  incident: { mel: 'adresse du GIP', telephone: 'numéro du GIP' },
  moisJournaux: 12,
};

/** Fields that still hold what the model says of them, by path. */
export function valeursDuModele(t: Traitement): string[] {
  const [s, modele] = [t.sousTraitants[0], MODELE.sousTraitants[0]];
  const paires: [string, string | undefined, string | undefined][] = [
    ['responsable.adresse', t.responsable.adresse, MODELE.responsable.adresse],
    ['responsable.contact', t.responsable.contact, MODELE.responsable.contact],
    ['dpo.nom', t.dpo.nom, MODELE.dpo.nom],
    ['dpo.contact', t.dpo.contact, MODELE.dpo.contact],
    ['sousTraitants.0.nom', s?.nom, modele?.nom],
    ['sousTraitants.0.consentement.reference', s?.consentement.reference, modele?.consentement.reference],
    ['incident.mel', t.incident.mel, MODELE.incident.mel],
    ['incident.telephone', t.incident.telephone, MODELE.incident.telephone],
  ];
  return paires.flatMap(([champ, lu, exemple]) => (lu !== undefined && lu === exemple ? [champ] : []));
}

/** Read the configuration. @throws UserError that names the field, what was expected and how to mend it */
export async function lireTraitement(fichier: string): Promise<Traitement> {
  const texte = await readFile(fichier, 'utf8').catch(() => {
    throw new UserError(`Il manque la description du traitement : « ${fichier} ».`, {
      hint: 'Écrivez-la à partir du modèle : carto registre --modele',
    });
  });
  let brut: unknown;
  try {
    brut = JSON.parse(texte);
  } catch (cause) {
    throw new UserError(`« ${fichier} » n’est pas un fichier JSON lisible.`, { cause });
  }
  const lu = traitementSchema.safeParse(brut);
  if (lu.success) return lu.data;
  const [defaut] = lu.error.issues;
  const champ = defaut?.path.join('.') ?? '';
  throw new UserError(
    `« ${fichier} », champ « ${champ} » : cette valeur manque ou n’est pas de la forme attendue.`,
    {
      hint: champ.includes('consentement')
        ? 'Un sous-traitant demande l’accord écrit de l’EPCI : sa référence et sa date (AAAA-MM-JJ).'
        : 'Comparez avec le modèle : carto registre --modele',
    },
  );
}
export const fichierTraitement = (registre: string): string => join(registre, 'traitement.json');

/** The register of processing, as Markdown in French. */
export function registreTraitements(registre: Registre, t: Traitement): string {
  const { conventions, comptes, oppositions, purges, incidents } = registre.etat;
  const actives = [...conventions.values()].filter(
    (c) => c.statut === 'active' && c.fin >= registre.aujourdhui(),
  );
  const finalites = [...new Set(actives.flatMap((c) => c.finalites))];
  const tiers = new Set([...comptes.values()].flatMap((c) => (c.role === 'tiers' && c.organisme) || []));
  const puces = (lignes: readonly string[], vide: string) =>
    lignes.length > 0 ? lignes.map((l) => `- ${l}`).join('\n') : `- ${vide}`;
  const ligneConvention = (c: (typeof actives)[number]) => {
    const siens = [...comptes.values()].filter((x) => x.convention === c.id && x.statut === 'valide');
    return `${c.nom} (${c.epci}), convention ${c.id} du ${dateLongue(c.signature)}, jusqu’au ${dateLongue(c.fin)} ; comptes ouverts : ${siens.length} ; communes désignées : ${c.communes.join(', ') || 'aucune'}`;
  };
  return `# Registre des activités de traitement

Établi le ${dateLongue(registre.aujourdhui())}, d’après le registre des accès (${registre.chaine.lignes.length} écritures, empreinte ${registre.chaine.tete.slice(0, 16)}).

## Responsable du traitement

${t.responsable.nom}, ${t.responsable.adresse}, ${t.responsable.contact}

Délégué à la protection des données : ${t.dpo.nom}, ${t.dpo.contact}

## Traitement : cartographie de l’occupation du parc social

Finalités :
${puces(finalites.map(libelleFinalite), 'aucune convention en cours')}

Base : articles L. 442-5, L. 411-10 et R. 411-4 du code de la construction et de l’habitation.

Catégories de données :
- statistiques agrégées d’occupation et de parc, sous secret statistique (11 unités, 60 % de réponses), jusqu’à l’adresse ;
- identité professionnelle des titulaires de comptes (nom, adresse courriel, téléphone de l’administrateur local), chiffrée au repos ;
- journaux d’accès : sessions, fichiers, volumes, empreinte du réseau ; ni position, ni jeton, ni adresse complète.

Destinataires :
${puces(actives.map(ligneConvention), 'aucun')}
${puces(
  [...tiers].map((o) => `Tiers mandaté : ${o}`),
  'aucun tiers mandaté',
)}

Durées : accès jusqu’à la fin de la convention (24 mois au plus sans dérogation) ; journaux ${t.moisJournaux} mois ; destruction attestée en fin de convention.

## Sous-traitants

${puces(
  t.sousTraitants.map(
    (s) =>
      `${s.nom}, ${s.role} (${s.pays}) ; accord écrit ${s.consentement.reference} du ${dateLongue(s.consentement.date)}`,
  ),
  'aucun',
)}

Transferts hors de l’Union européenne : à déclarer ci-dessus par pays ; aucun n’est fait par le logiciel.

## Mesures de sécurité

${puces(t.mesures, 'aucune')}

## Vie du traitement

- Oppositions de bailleurs (art. R. 411-4) : ${oppositions.size}
- Destructions attestées : ${purges.length}
- Violations déclarées : ${incidents.length}
`;
}
