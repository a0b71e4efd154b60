/** Where the gate runs: a real Node server whose gate can be rebuilt for the state of a case, alone or behind nginx. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createTcp } from 'node:net';
import { join } from 'node:path';
import { setTimeout as attendre } from 'node:timers/promises';
import { configurationNginx } from '../../../pipeline/serve/nginx.ts';
import type { EvenementAudit } from '../../../site/gate/audit.ts';
import { createGate, type Gate } from '../../../site/gate/gate.ts';
import { creerMagasinFs, type MagasinFs } from '../../../site/gate/magasin-fs.ts';
import { arreter, creerServeur, ecouter, type LigneAcces } from '../../../site/gate/node.ts';
import type { GateConfig, Publie } from '../../../site/gate/types.ts';
import type { Monde } from './monde.ts';

export type NomCible = 'node' | 'nginx';

/** What a case changes of the world, beyond its request. */
export interface Etat {
  publie?: Partial<Record<Publie, string | undefined>>;
  maitres?: { id: string; octets: Uint8Array }[];
  decalageHorloge?: () => number;
  limites?: GateConfig['limites'];
  config?: Partial<GateConfig>;
  /** Client address seen by the gate, by order of session and bytes. */
  ip?: () => string;
}

export interface Cible {
  nom: NomCible;
  /** Port to send to. */
  port: number;
  origine: string;
  audit: EvenementAudit[];
  acces: LigneAcces[];
  pannes: unknown[];
  /** Rebuild the gate for a state; no argument: the ordinary one. */
  installer(monde: Monde, etat?: Etat): Promise<void>;
  gate(): Gate;
  fermer(): Promise<void>;
}

async function portLibre(): Promise<number> {
  const s = createTcp();
  await new Promise<void>((r) => s.listen(0, '127.0.0.1', r));
  const a = s.address();
  await new Promise<void>((r) => s.close(() => r()));
  return typeof a === 'object' && a ? a.port : 0;
}

async function repond(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    try {
      await fetch(`http://127.0.0.1:${port}/healthz`);
      return;
    } catch {
      await attendre(50);
    }
  }
  throw new Error(`nothing listens on ${port}`);
}

async function lancerNginx(racine: string, port: number, amont: number): Promise<ChildProcess> {
  const dossier = join(racine, 'nginx');
  mkdirSync(dossier, { recursive: true });
  const fichier = join(dossier, 'nginx.conf');
  writeFileSync(
    fichier,
    configurationNginx({
      dossier,
      ecoute: `127.0.0.1:${port}`,
      amont: `127.0.0.1:${amont}`,
      hotes: ['localhost', '127.0.0.1'],
      site: join(racine, 'dist'),
      publics: join(racine, 'vers', 'courante', 'public'),
      entier: true,
    }),
  );
  const processus = spawn('nginx', ['-p', dossier, '-c', fichier, '-g', 'daemon off;'], { stdio: 'ignore' });
  await repond(port);
  return processus;
}

/** Start a target; its gate answers 404 until `installer`. */
export async function ouvrirCible(nom: NomCible, racine: string): Promise<Cible> {
  let gate: Gate | undefined;
  let ip: (() => string) | undefined;
  let magasin: MagasinFs | undefined;
  const audit: EvenementAudit[] = [];
  const acces: LigneAcces[] = [];
  const pannes: unknown[] = [];
  const serveur = creerServeur({
    gate: async (requete, contexte) =>
      gate ? gate(requete, ip ? { ...contexte, ip: ip() } : contexte) : new Response(null, { status: 404 }),
    ...(nom === 'nginx' ? { mandataires: ['127.0.0.1'] } : {}),
    acces: (l) => acces.push(l),
    panne: (e) => pannes.push(e),
  });
  const amont = await ecouter(serveur, 0, '127.0.0.1');
  const port = nom === 'nginx' ? await portLibre() : amont;
  const nginx = nom === 'nginx' ? await lancerNginx(racine, port, amont) : undefined;
  const origine = `http://localhost:${port}`;
  return {
    nom,
    port,
    origine,
    audit,
    acces,
    pannes,
    async installer(monde, etat = {}) {
      const listes = await monde.signerListes(rafraichir(monde));
      ip = etat.ip;
      await magasin?.fermer();
      const bundles = join(monde.essai.vers, 'courante', 'bundles');
      magasin = creerMagasinFs(bundles);
      gate = await createGate({
        garde: monde.garde,
        maitres: (etat.maitres ?? monde.maitres).map((m) => ({
          id: m.id,
          octets: Uint8Array.from(m.octets),
        })),
        origines: [origine, `http://127.0.0.1:${port}`],
        magasin,
        manifeste: () => Promise.resolve(monde.essai.manifeste),
        publie(fichier) {
          const texte = etat.publie && fichier in etat.publie ? etat.publie[fichier] : listes[fichier];
          return texte === undefined ? Promise.reject(new Error('missing')) : Promise.resolve(texte);
        },
        horloge: () => Date.now() + (etat.decalageHorloge?.() ?? 0) * 1000,
        audit: (e) => audit.push(e),
        ...(etat.limites ? { limites: etat.limites } : {}),
        ...etat.config,
      });
    },
    gate() {
      if (!gate) throw new Error('no gate');
      return gate;
    },
    async fermer() {
      if (nginx) {
        nginx.kill('SIGQUIT');
        await new Promise((r) => nginx.once('exit', r));
      }
      await arreter(serveur, 200);
      await magasin?.fermer();
    },
  };
}

/** The register's lists, signed now: a long run must not make them stale. */
function rafraichir(monde: Monde): ReturnType<Monde['listes']> {
  const { revocations, annuaire } = monde.listes();
  const iat = Math.floor(Date.now() / 1000);
  return { revocations: { ...revocations, iat }, annuaire: { ...annuaire, iat } };
}
export { rafraichir as listesFraiches };
