/** State shared by the routes of one gate. */
import { base64url } from 'jose';
import type { Grant, Jeton } from '../../data/contract/grant.ts';
import { Auditeur } from './audit.ts';
import { ClesGarde } from './cles-garde.ts';
import type { ObjetSigne } from './jws.ts';
import { Quotas, Seaux } from './limites.ts';
import { Listes } from './listes.ts';
import { PreuvesVues } from './preuve.ts';
import { LIMITES, Refus, type GateConfig, type Limites } from './types.ts';

/** Tolerances of clocks, in seconds (gate.md §2.4). */
export const TOLERANCE = 60;

export interface Garde {
  config: GateConfig;
  limites: Limites;
  /** Seconds, never lower than the newest signed time seen: a clock set back cannot revive a token. */
  maintenant(): number;
  vuSigne(secondes: number): void;
  cles: ClesGarde;
  listes: Listes;
  audit: Auditeur;
  refusParAdresse: Seaux;
  sessionsParLien: Seaux;
  plagesParSession: Seaux;
  quotas: Quotas;
  preuves: PreuvesVues;
  jetonsVerifies: Map<string, { objet: ObjetSigne<Jeton>; t: number }>;
}

export async function creerContexte(config: GateConfig): Promise<Garde> {
  const limites = { ...LIMITES, ...config.limites };
  const horloge = config.horloge ?? Date.now;
  const ecoule = config.ecoule ?? (() => performance.now());
  let plancher = 0;
  let repere = ecoule();
  // A clock set back does not stop the gate's time: it goes on at the pace of a clock that nobody sets. Standing still would
  // keep tokens alive and put off the next reading of the revocations for as long as the clock was set back.
  const maintenant = () => {
    const e = ecoule();
    const t = Math.max(horloge() / 1000, plancher + Math.max(0, e - repere) / 1000);
    plancher = t;
    repere = e;
    return t;
  };
  const vuSigne = (secondes: number) => (plancher = Math.max(plancher, secondes));
  const jetonsVerifies: Garde['jetonsVerifies'] = new Map();
  const cles = await ClesGarde.ouvrir(config, () => jetonsVerifies.clear());
  const maitre = config.maitres[0];
  if (!maitre) throw new RangeError('the gate needs a master secret');
  const audit = new Auditeur(maitre, config.audit ?? (() => undefined));
  const signaler = (fichier: string) =>
    audit.refuser({ evenement: 'liste.refusee', t: maintenant(), fichier });
  return {
    config,
    limites,
    maintenant,
    vuSigne,
    cles,
    listes: new Listes(config, cles, { maintenant, vuSigne }, signaler),
    audit,
    refusParAdresse: new Seaux(limites.refusParMinute / 60, limites.refusParMinute),
    sessionsParLien: new Seaux(limites.sessionsParHeure / 3600, limites.sessionsParHeure),
    plagesParSession: new Seaux(limites.plages, limites.rafale),
    quotas: new Quotas(),
    preuves: new PreuvesVues(),
    jetonsVerifies,
  };
}

/** Check the times of a verified object. @throws Refus 401 expired or not-yet */
export function exigerTemps(charge: Pick<Grant, 'exp' | 'nbf' | 'iat'>, maintenant: number): void {
  if (maintenant > charge.exp + TOLERANCE) throw new Refus(401, 'expired');
  if (maintenant < Math.max(charge.nbf, charge.iat) - TOLERANCE) throw new Refus(401, 'not-yet');
}

/** Random opaque identifier of 22 characters. */
export function identifiant(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(16)));
}

/** Values of a header as received; falls back on the joined value where the runtime hides repeats. */
export function valeurs(nom: string, requete: Request, brutes?: readonly string[]): string[] {
  if (!brutes) {
    const v = requete.headers.get(nom);
    return v === null ? [] : [v];
  }
  const trouvees: string[] = [];
  for (let i = 0; i + 1 < brutes.length; i += 2) {
    const n = brutes[i] as string;
    if (n.length === nom.length && n.toLowerCase() === nom) trouvees.push(brutes[i + 1] ?? '');
  }
  return trouvees;
}
