/** A gate in this process, with a clock and lists that tests hold. */
import { join } from 'node:path';
import type { EvenementAudit } from '../../site/gate/audit.ts';
import { createGate, type Gate } from '../../site/gate/gate.ts';
import { creerMagasinFs, type MagasinFs } from '../../site/gate/magasin-fs.ts';
import type { GateConfig, Publie } from '../../site/gate/types.ts';
import { creerMonde, type Monde } from './acceptance/monde.ts';

export const ORIGINE = 'https://garde.example';
export const SANS_LIMITE = { refusParMinute: 1e9, plages: 1e9, rafale: 1e9, sessionsParHeure: 1e9 };

export interface Banc {
  monde: Monde;
  /** Seconds added to the real clock. */
  horloge: { decalage: number };
  /** What the gate finds when it reads the register's files; undefined = missing. */
  publie: Partial<Record<Publie, string | undefined>>;
  audit: EvenementAudit[];
  gate: Gate;
  magasin: MagasinFs;
  /** Sign the lists of the register as of the gate's clock, after `changer`. */
  publier(changer?: (l: ReturnType<Monde['listes']>) => void): Promise<void>;
  session(grant: string, entetes?: Record<string, string>): Promise<Response>;
  octets(id: string, jeton: string, entetes?: Record<string, string>, ip?: string): Promise<Response>;
  refaire(config?: Partial<GateConfig>): Promise<void>;
  fermer(): Promise<void>;
}

export async function creerBanc(config: Partial<GateConfig> = {}): Promise<Banc> {
  const monde: Monde = { ...(await creerMonde(ORIGINE)), origine: ORIGINE };
  const bundles = join(monde.essai.vers, 'courante', 'bundles');
  const banc = {
    monde,
    horloge: { decalage: 0 },
    publie: {},
    audit: [],
    magasin: creerMagasinFs(bundles),
  } as unknown as Banc;
  const temps = () => Date.now() + banc.horloge.decalage * 1000;
  banc.publier = async (changer) => {
    const listes = monde.listes();
    const iat = Math.floor(temps() / 1000);
    listes.revocations.iat = iat;
    listes.annuaire.iat = iat;
    changer?.(listes);
    banc.publie = await monde.signerListes(listes);
  };
  banc.refaire = async (autre = {}) => {
    banc.gate = await createGate({
      garde: monde.garde,
      maitres: monde.maitres.map((m) => ({ id: m.id, octets: Uint8Array.from(m.octets) })),
      origines: [ORIGINE],
      magasin: banc.magasin,
      manifeste: () => Promise.resolve(monde.essai.manifeste),
      publie: (nom) => {
        const texte = banc.publie[nom];
        return texte === undefined ? Promise.reject(new Error('missing')) : Promise.resolve(texte);
      },
      horloge: temps,
      audit: (e) => banc.audit.push(e),
      limites: SANS_LIMITE,
      ...config,
      ...autre,
    });
  };
  banc.session = (grant, entetes = {}) =>
    banc.gate(
      new Request(`${ORIGINE}/t/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...entetes },
        body: JSON.stringify({ grant, accepte: 'observation' }),
      }),
      { ip: '192.0.2.1', rawUrl: '/t/v1/session' },
    );
  banc.octets = (id, jeton, entetes = {}, ip = '192.0.2.1') =>
    banc.gate(
      new Request(`${ORIGINE}/t/v1/${id}`, {
        headers: { authorization: `Bearer ${jeton}`, range: 'bytes=0-99', ...entetes },
      }),
      { ip, rawUrl: `/t/v1/${id}` },
    );
  banc.fermer = async () => {
    await banc.magasin.fermer();
    monde.nettoyer();
  };
  await banc.publier();
  await banc.refaire();
  return banc;
}

export const codeDe = async (r: Response): Promise<string> =>
  `${r.status} ${((await r.json()) as { code: string }).code}`;
