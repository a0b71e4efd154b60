/**
 * Dossier of a breach (convention, annexe 2, art. 3): who could read what, since when, which files, and the draft notice
 * that must leave within 24 hours of the discovery.
 */
import { UserError } from '../../data/contract/erreur.ts';
import type { GateArchive } from '../../data/contract/grant.ts';
import type { Traitement } from '../../data/contract/traitement.ts';
import { compte } from './comptes.ts';
import { convention } from './conventions.ts';
import { dateLongue } from './dates.ts';
import type { Lien } from './etat.ts';
import { sessionsDe, type EvenementLu, type SessionLue } from './journal-audit.ts';
import { identifiantCourt, type Registre } from './registre.ts';

/** Hours between the discovery and the notice. */
export const DELAI = 24;

export interface DemandeIncident {
  cible: 'jti' | 'cnv' | 'sub';
  objet: string;
  /** Unix seconds, both included. */
  depuis: number;
  jusqua: number;
  decouverte: number;
  /** What happened, in the words of who declares it. */
  faits: string;
}

export interface DossierIncident {
  id: string;
  cible: string;
  objet: string;
  faits: string;
  depuis: string;
  jusqua: string;
  decouverte: string;
  /** Last moment to notify. */
  echeance: string;
  convention: { id: string; nom: string; epci: string };
  /** Links concerned, children included. */
  liens: { jti: string; compte: string; territoires: string[]; statut: string }[];
  comptes: { id: string; role: string; nom?: string; mel?: string }[];
  sessions: (Omit<SessionLue, 'ouverte' | 'derniere'> & { ouverte: string; derniere: string })[];
  /** Files read at least once, as listed by the current release; an older one keeps its id only. */
  fichiers: { id: string; fichier?: string; territoire?: string; sha256?: string }[];
  octets: number;
}

const iso = (secondes: number) => new Date(secondes * 1000).toISOString().slice(0, 19) + 'Z';

/** Links of the target, and every link that depends on one of them. */
function liensConcernes(registre: Registre, d: DemandeIncident): Lien[] {
  const tous = [...registre.etat.liens.values()];
  const pris = new Set(
    tous
      .filter((l) =>
        d.cible === 'jti'
          ? l.jti === d.objet
          : d.cible === 'sub'
            ? l.compte === d.objet
            : l.convention === d.objet,
      )
      .map((l) => l.jti),
  );
  for (let avant = -1; avant !== pris.size;) {
    avant = pris.size;
    for (const l of tous) if (l.parent !== undefined && pris.has(l.parent)) pris.add(l.jti);
  }
  return tous.filter((l) => pris.has(l.jti));
}

function conventionDe(registre: Registre, d: DemandeIncident): string {
  if (d.cible === 'cnv') return d.objet;
  if (d.cible === 'sub') return compte(registre, d.objet).convention;
  const lien = registre.etat.liens.get(d.objet);
  if (!lien) throw new UserError(`Ce lien n’est pas au registre : « ${d.objet} ».`);
  return lien.convention;
}

/** Build the dossier. Names are left out when the passphrase of identities is not given. */
export async function dossierIncident(
  registre: Registre,
  evenements: readonly EvenementLu[],
  archives: readonly GateArchive[],
  d: DemandeIncident,
): Promise<DossierIncident> {
  const c = convention(registre, conventionDe(registre, d));
  const liens = liensConcernes(registre, d);
  const jti = new Set(liens.map((l) => l.jti));
  const sessions = sessionsDe(evenements).filter(
    (s) => jti.has(s.jti) && s.derniere >= d.depuis && s.ouverte <= d.jusqua,
  );
  const ids = new Set([...liens.map((l) => l.compte), ...(d.cible === 'sub' ? [d.objet] : [])]);
  const comptes = await Promise.all(
    [...ids].toSorted().map(async (id) => {
      const { role, prive } = compte(registre, id);
      const personne = await registre.identite({ prive }).catch(() => undefined);
      return { id, role, ...(personne ? { nom: personne.nom, mel: personne.mel } : {}) };
    }),
  );
  const parId = new Map(archives.map((a) => [a.id, a]));
  return {
    id: identifiantCourt('inc'),
    cible: d.cible,
    objet: d.objet,
    faits: d.faits,
    depuis: iso(d.depuis),
    jusqua: iso(d.jusqua),
    decouverte: iso(d.decouverte),
    echeance: iso(d.decouverte + DELAI * 3600),
    convention: { id: c.id, nom: c.nom, epci: c.epci },
    liens: liens.map((l) => ({ jti: l.jti, compte: l.compte, territoires: l.territoires, statut: l.statut })),
    comptes,
    sessions: sessions.map((s) => ({ ...s, ouverte: iso(s.ouverte), derniere: iso(s.derniere) })),
    fichiers: [...new Set(sessions.flatMap((s) => s.archives))].toSorted().map((id) => {
      const a = parId.get(id);
      return a ? { id, fichier: a.fichier, territoire: a.territoire, sha256: a.sha256 } : { id };
    }),
    octets: sessions.reduce((s, x) => s + x.octets, 0),
  };
}

const heure = (t: string) =>
  `${dateLongue(t.slice(0, 10))} à ${t.slice(11, 13)}\u00a0h\u00a0${t.slice(14, 16)} UTC`;
const nombre = (n: number) => new Intl.NumberFormat('fr-FR').format(n);

/** Draft notice, to be read again and sent by a person: by e-mail, fax and telephone. */
export function notification(d: DossierIncident, t: Traitement): string {
  const contact = [t.incident.mel, t.incident.telephone, t.incident.fax].filter(Boolean).join(', ');
  const liste = (lignes: readonly string[]) => lignes.map((l) => `– ${l}`).join('\n') || '– aucun';
  return `Notification d’une violation de données (projet, à relire avant envoi)
Dossier ${d.id}. À envoyer avant le ${heure(d.echeance)}, par courriel, télécopie et téléphone : ${contact}

Responsable du traitement : ${t.responsable.nom}
Délégué à la protection des données : ${t.dpo.nom}, ${t.dpo.contact}
Convention : ${d.convention.id}, ${d.convention.nom} (${d.convention.epci})

1. Nature de la violation
${d.faits}
Découverte le ${heure(d.decouverte)}. Période examinée : du ${heure(d.depuis)} au ${heure(d.jusqua)}.

2. Données concernées
Statistiques de l’occupation du parc social sous secret statistique : aucun effectif inférieur à 11, aucun nom d’occupant.
Fichiers lus : ${d.fichiers.length}. Octets servis : ${nombre(d.octets)}.
${liste(d.fichiers.map((f) => (f.fichier ? `${f.fichier}, empreinte ${f.sha256}` : `fichier ${f.id} d’une livraison antérieure`)))}

3. Personnes et accès concernés
${liste(d.comptes.map((c) => `${c.id} (${c.role})${c.nom ? ` : ${c.nom}, ${c.mel}` : ''}`))}
Liens : ${d.liens.length}. Sessions : ${d.sessions.length}.
${liste(d.sessions.map((s) => `${heure(s.ouverte)}, lien ${s.jti}, ${nombre(s.demandes)} lectures, ${s.reseaux.length > 1 ? 'plusieurs réseaux' : 'un réseau'}`))}

4. Conséquences probables et mesures
À compléter. Mesures possibles dans l’instant : carto lien revoquer IDENTIFIANT --motif « … » ; carto cle renouveler.
Mesures en place :
${liste(t.mesures)}
`;
}
