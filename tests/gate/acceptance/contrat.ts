/** What a target is, and what the runner needs of any of them. */
import { createServer as createTcp } from 'node:net';
import { setTimeout as attendre } from 'node:timers/promises';
import type { EvenementAudit } from '../../../site/gate/audit.ts';
import type { Gate } from '../../../site/gate/gate.ts';
import type { LigneAcces } from '../../../site/gate/node.ts';
import type { GateConfig, Publie } from '../../../site/gate/types.ts';
import type { Monde } from './monde.ts';

/** `njs`: nginx with the fast path, which answers what it is sure of. */
export type NomCible = 'node' | 'nginx' | 'njs' | 'workerd';

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

export async function portLibre(): Promise<number> {
  const s = createTcp();
  await new Promise<void>((r) => s.listen(0, '127.0.0.1', r));
  const a = s.address();
  await new Promise<void>((r) => s.close(() => r()));
  return typeof a === 'object' && a ? a.port : 0;
}

export async function repond(port: number): Promise<void> {
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

/** The register's lists, signed now: a long run must not make them stale. */
export function listesFraiches(monde: Monde): ReturnType<Monde['listes']> {
  const { revocations, annuaire } = monde.listes();
  const iat = Math.floor(Date.now() / 1000);
  return { revocations: { ...revocations, iat }, annuaire: { ...annuaire, iat } };
}
