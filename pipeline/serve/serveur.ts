/** The whole service of one machine: built site, public side of the release, gate. Used by `carto serve` and tests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { EvenementAudit } from '../../site/gate/audit.ts';
import { createGate, type Gate } from '../../site/gate/gate.ts';
import type { OctetsServis } from '../../site/gate/octets.ts';
import { arreter, creerServeur, ecouter, type LigneAcces } from '../../site/gate/node.ts';
import type { MagasinFs } from '../../site/gate/magasin-fs.ts';
import type { Lecture, Limites } from '../../site/gate/types.ts';
import { ouvrirAppareils } from './appareils.ts';
import { configGarde } from './garde.ts';
import { JournalOctets } from './octets.ts';
import { dossierRapide, FichiersRapides, journalRapide } from './rapide.ts';
import { ouvrirJournal, type JournalLignes } from './journal.ts';
import { creerStatique } from './statique.ts';

export interface OptionsService {
  /** Built site (`dist`). */
  site: string;
  vers: string;
  /** Register folder; the gate is off when it has not been created. */
  registre: string;
  port: number;
  hote?: string;
  /** Public origins besides localhost, first one written in tokens. */
  origines?: readonly string[];
  mandataires?: readonly string[];
  limites?: Partial<Limites>;
  acces?: (ligne: LigneAcces) => void;
  panne?: (erreur: unknown) => void;
  /** Keep the files of the fast path of nginx (njs) up to date. */
  rapide?: boolean;
  /** Sign the lists again; called every four minutes. */
  republier?: () => Promise<void>;
}

export interface Service {
  port: number;
  origine: string;
  /** Whether territory links can be opened. */
  garde: boolean;
  /** Whether there is a site to show, and a release behind it. */
  site: boolean;
  livraison: boolean;
  arreter(delai?: number): Promise<void>;
}

const REPUBLIER = 240_000;
/** With the fast path, lists are read often enough that a slice of time always lies ahead. Seconds. */
const RELECTURE_RAPIDE = 10;

/** Start the service. @throws UserError when the port is taken */
export async function demarrer(o: OptionsService): Promise<Service> {
  const hote = o.hote ?? '127.0.0.1';
  const dossierGarde = join(o.registre, 'garde');
  const avecGarde = existsSync(join(dossierGarde, 'garde.json'));
  let gate: Gate | undefined;
  let magasin: MagasinFs | undefined;
  let audit: JournalLignes | undefined;
  let rapides: FichiersRapides | undefined;
  const minuteries: NodeJS.Timeout[] = [];
  const fermetures: (() => void)[] = [];
  const panne = o.panne ?? (() => undefined);

  const serveur = creerServeur({
    gate: (requete, contexte) =>
      gate
        ? gate(requete, contexte)
        : Promise.resolve(new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })),
    statique: creerStatique([
      { prefixe: '/', racine: o.site },
      { prefixe: '/public/', racine: join(o.vers, 'courante', 'public') },
    ]),
    ...(o.mandataires ? { mandataires: o.mandataires } : {}),
    ...(o.acces ? { acces: o.acces } : {}),
    panne,
  });
  let port: number;
  try {
    port = await ecouter(serveur, o.port, hote);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UserError(
      code === 'EADDRINUSE' ? `Le port ${o.port} est déjà pris.` : `Le port ${o.port} ne s’ouvre pas.`,
      { hint: 'Choisissez-en un autre : --port N (0 en prend un libre).', cause },
    );
  }
  const origine = o.origines?.[0] ?? `http://localhost:${port}`;

  // Nothing of this may leave a server behind that answers without its gate.
  const monter = async () => {
    await o.republier?.();
    audit = ouvrirJournal(join(o.registre, 'audit', 'garde.jsonl'));
    const journal = audit;
    let dit = false;
    const ecrire = (evenement: EvenementAudit) => {
      try {
        journal.ecrire(evenement);
        dit = false;
      } catch (erreur) {
        if (!dit) panne(erreur);
        dit = true;
        throw erreur;
      }
    };
    const monte = await configGarde({
      dossier: dossierGarde,
      vers: o.vers,
      origines: [...new Set([...(o.origines ?? []), `http://localhost:${port}`, `http://127.0.0.1:${port}`])],
      audit: ecrire,
      ...(o.limites ? { limites: o.limites } : {}),
    });
    magasin = monte.magasin;
    const fichiers = o.rapide
      ? new FichiersRapides(dossierRapide(o.registre), join(o.vers, 'courante', 'bundles'))
      : undefined;
    rapides = fichiers;
    let lecture: Lecture | undefined;
    const noter = () => {
      try {
        if (lecture) fichiers?.noter(lecture, gate?.depasses());
      } catch (erreur) {
        // The gate goes on alone: without a new slice nginx sends nothing by itself after 30 seconds.
        panne(erreur);
      }
    };
    gate = await createGate({
      ...monte.config,
      ...(fichiers ? { relecture: RELECTURE_RAPIDE } : {}),
      surLecture(l) {
        monte.magasin.garder?.(l.archives);
        lecture = l;
        noter();
      },
      appareils: ouvrirAppareils(join(o.registre, 'appareils.jsonl')),
    });
    const g = gate;
    if (fichiers) {
      await g.perimee();
      const servis = new JournalOctets(journalRapide(o.registre));
      const compter = (lus: readonly OctetsServis[], audit = true) => {
        const avant = g.depasses().size;
        g.compter(lus, audit);
        if (g.depasses().size > avant) noter();
      };
      compter(servis.dejaLues(), false);
      // nginx believes a reading for 30 seconds: nobody may ask the gate anything meanwhile.
      const suivre = () => {
        try {
          compter(servis.lire());
        } catch (erreur) {
          panne(erreur);
        }
        void g.perimee().catch(panne);
      };
      suivre();
      minuteries.push(setInterval(suivre, 1000));
      fermetures.push(suivre, () => servis.fermer());
    }
    minuteries.push(setInterval(() => void g.vider().catch(panne), 60_000));
    if (o.republier) {
      const republier = o.republier;
      minuteries.push(setInterval(() => void republier().catch(panne), REPUBLIER));
    }
    for (const m of minuteries) m.unref();
  };
  if (avecGarde)
    try {
      await monter();
    } catch (erreur) {
      for (const m of minuteries) clearInterval(m);
      await arreter(serveur, 0);
      audit?.fermer();
      throw erreur;
    }
  return {
    port,
    origine,
    garde: avecGarde,
    site: existsSync(join(o.site, 'index.html')),
    livraison: existsSync(join(o.vers, 'courante')),
    async arreter(delai) {
      for (const m of minuteries) clearInterval(m);
      await arreter(serveur, delai);
      rapides?.retirer();
      for (const f of fermetures) f();
      await gate?.vider().catch(panne);
      await magasin?.fermer();
      audit?.fermer();
    },
  };
}
