/** `carto serve`: the built site, the public side of the release and the gate, on this machine. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { LigneAcces } from '../../site/gate/node.ts';
import type { Commande } from '../lib/commande.ts';
import { ouvrirRegistre } from '../links/registre.ts';
import { ouvrirJournal } from './journal.ts';
import { demarrer, type Service } from './serveur.ts';

export interface OptionsServir {
  vers: string;
  site: string;
  registre: string;
  port: number;
  hote?: string;
  origines?: string[];
  mandataires?: string[];
  rapide?: boolean;
  acces?: (ligne: LigneAcces) => void;
  panne?: (erreur: unknown) => void;
}

/**
 * Start the service with the register of this machine, whose list key signs the lists again while it runs.
 * For `npm run demo`: issue links before or after, the gate sees them within 30 seconds.
 */
export async function servir(o: OptionsServir): Promise<Service> {
  return demarrer({
    ...o,
    republier: async () => {
      // A gate that received a copy of `garde/`, and no register: its lists come with the copies.
      if (!existsSync(join(o.registre, 'journal.jsonl'))) return;
      const registre = await ouvrirRegistre(o.registre, { creer: false });
      const liste = [...registre.etat.cles.values()].findLast((c) => c.usage === 'liste');
      // A copy without its keys: its register signs for it, elsewhere.
      if (liste && (await registre.coffre.possede(liste.kid))) await registre.republier();
    },
  });
}

/** Wait for Ctrl-C or a service manager's stop, then end cleanly. */
export async function jusquaArret(service: Service): Promise<void> {
  await new Promise<void>((resoudre) => {
    process.once('SIGINT', resoudre);
    process.once('SIGTERM', resoudre);
  });
  await service.arreter();
}

/** What goes wrong, in French, and once a minute: a full disk fails at every request. */
function signaler(dire: (texte: string) => void): (erreur: unknown) => void {
  const dits = new Map<string, number>();
  return (erreur) => {
    const { code } = erreur as NodeJS.ErrnoException;
    const motif =
      erreur instanceof UserError
        ? erreur.message
        : code === 'ENOSPC'
          ? 'Le disque est plein : le journal ne s’écrit plus, aucune session ne s’ouvre.'
          : `Une opération de la garde a échoué (${code ?? (erreur instanceof Error ? erreur.message : 'erreur inconnue')}).`;
    if (performance.now() - (dits.get(motif) ?? -Infinity) < 60_000) return;
    if (dits.size > 100) dits.clear();
    dits.set(motif, performance.now());
    dire(motif);
  };
}

const texte = (v: unknown): string | undefined => (typeof v === 'string' && v !== '' ? v : undefined);
const liste = (v: unknown): string[] => (Array.isArray(v) ? v.filter((x) => typeof x === 'string') : []);

export const commande: Commande = {
  nom: 'serve',
  resume: 'Sert le site, les archives publiques et la garde des liens de territoire.',
  options: {
    vers: {
      type: 'string',
      default: 'data/releases/demo',
      valeur: 'DIR',
      aide: 'dossier des livraisons',
    },
    site: { type: 'string', default: 'dist', valeur: 'DIR', aide: 'site construit' },
    registre: {
      type: 'string',
      default: 'data/registre',
      valeur: 'DIR',
      aide: 'registre des conventions et des liens',
    },
    port: { type: 'string', default: '4321', valeur: 'N', aide: 'port ; 0 en prend un libre' },
    hote: {
      type: 'string',
      default: '127.0.0.1',
      valeur: 'ADRESSE',
      aide: 'adresse d’écoute ; cette machine seule par défaut',
    },
    origine: {
      type: 'string',
      multiple: true,
      valeur: 'URL',
      aide: 'adresse publique du site, derrière un mandataire',
    },
    mandataire: {
      type: 'string',
      multiple: true,
      valeur: 'IP',
      aide: 'mandataire dont l’en-tête X-Forwarded-For est cru',
    },
    rapide: {
      type: 'boolean',
      default: false,
      aide: 'tient à jour les fichiers de la voie rapide de nginx (carto publish --njs)',
    },
    journal: { type: 'string', valeur: 'FICHIER', aide: 'journal des accès, une ligne JSON par demande' },
  },
  async run({ values }, contexte) {
    const port = Number(texte(values['port']) ?? '4321');
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new UserError('Le port est un nombre entier de 0 à 65535.', { code: 2 });
    const fichierAcces = texte(values['journal']);
    const acces = fichierAcces === undefined ? undefined : ouvrirJournal(resolve(fichierAcces));
    const service = await servir({
      vers: resolve(texte(values['vers']) ?? 'data/releases/demo'),
      site: resolve(texte(values['site']) ?? 'dist'),
      registre: resolve(texte(values['registre']) ?? 'data/registre'),
      port,
      hote: texte(values['hote']) ?? '127.0.0.1',
      origines: liste(values['origine']),
      mandataires: liste(values['mandataire']),
      rapide: values['rapide'] === true,
      ...(acces ? { acces: acces.ecrire } : {}),
      panne: signaler((texte) => contexte.journal.attention(texte)),
    });
    if (!service.site)
      contexte.journal.attention(
        `Le site n’est pas construit : rien à montrer dans « ${join(texte(values['site']) ?? 'dist')} ».`,
      );
    if (!service.livraison)
      contexte.journal.attention(
        `Il n’y a pas de livraison dans « ${texte(values['vers']) ?? 'data/releases/demo'} » : construisez-la avec carto build.`,
      );
    const hote = texte(values['hote']) ?? '127.0.0.1';
    if (!/^(127\.|localhost$|::1$)/.test(hote) && liste(values['origine']).length === 0)
      contexte.journal.attention(
        'Les liens de territoire ne s’ouvrent qu’à une adresse déclarée : ajoutez --origine https://….',
      );
    if (!service.garde)
      contexte.journal.attention(
        'Il n’y a pas de registre : les liens de territoire ne s’ouvrent pas (carto convention creer).',
      );
    contexte.ecrit(
      contexte.json
        ? JSON.stringify({ origine: service.origine, port: service.port, garde: service.garde })
        : `Atlas\u00a0: ${service.origine}/\nArrêt\u00a0: Ctrl\u00a0+\u00a0C`,
    );
    await jusquaArret(service);
    acces?.fermer();
  },
};
