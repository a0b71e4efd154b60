/**
 * The browser side of a territory link: `#g1.<grant>` is read once, erased from the address bar, kept in memory,
 * and exchanged on a click for a short token that is renewed while the page lives.
 */
import {
  grantSchema,
  sessionSchema,
  territoireArchive,
  type DemandeSession,
  type Grant,
  type Session,
} from '../../data/contract/grant.ts';
import { preuveAppareil } from './appareil.ts';
import { ErreurTerritoire, erreurDeReponse, erreurReseau } from './erreurs.ts';

export type ArchiveSession = Session['archives'][number];
export type Produit = ArchiveSession['produit'];

/** A link as read in the address bar. `apercu` is NOT verified: good for a welcome text, never for a decision. */
export interface LienLu {
  readonly grant: string;
  readonly apercu: Grant;
}

const FORME = /^#g1\.([A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]{86})$/;

/**
 * Read a fragment.
 * @returns undefined when there is no link at all
 * @throws ErreurTerritoire 'lien-endommage' when it is cut, followed by text a mail filter added, or unreadable
 */
export function lireLien(fragment: string): LienLu | undefined {
  if (fragment === '' || fragment === '#') return undefined;
  const m = FORME.exec(fragment);
  if (!m?.[1] || !m[2] || fragment.length > 2100) throw new ErreurTerritoire('lien-endommage');
  try {
    const octets = Uint8Array.from(atob(m[2].replaceAll('-', '+').replaceAll('_', '/')), (c) =>
      c.charCodeAt(0),
    );
    const apercu = grantSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets)));
    return { grant: m[1], apercu };
  } catch (cause) {
    throw new ErreurTerritoire('lien-endommage', { cause });
  }
}

/** Read the link of the page and erase it from the address bar and the history at once, even when it is damaged. */
export function prendreLien(fenetre: Pick<Window, 'location' | 'history'> = window): LienLu | undefined {
  const fragment = fenetre.location.hash;
  if (fragment) fenetre.history.replaceState(null, '', fenetre.location.pathname + fenetre.location.search);
  return lireLien(fragment);
}

export interface OptionsSession {
  /** Origin of the gate; same origin by default. */
  base?: string;
  fetch?: typeof fetch;
  /** Milliseconds since 1970, of this computer (its error is measured on the service's Date header). */
  horloge?: () => number;
  /** Random in [0, 1[ that spreads renewals. */
  hasard?: () => number;
  /** Proof of this device, asked for only by conventions with device binding. */
  preuve?: (adresse: string, maintenant: number) => Promise<string>;
  signal?: AbortSignal;
}

/** An open session. Every rejection is an ErreurTerritoire. */
export interface SessionTerritoire {
  /** What the gate said at the last renewal: archives, territories, purpose, end, watermark (`compte`). */
  readonly infos: Session;
  /** Origin of the gate, '' for the same origin. */
  readonly base: string;
  readonly fetch: typeof fetch;
  /** A valid byte token; renews at 80 % of its life, one renewal at a time. */
  jeton(): Promise<string>;
  /** The gate refused this token: forget it, the next `jeton()` renews. */
  abandonner(jeton: string): void;
  /** Seconds since 1970 by the service's clock. */
  maintenant(): number;
  /** Archive of a product, of the first territory by default. */
  archive(produit: Produit, territoire?: string): ArchiveSession | undefined;
  /** Called once when the session can no longer be renewed (access withdrawn, ended, expired); returns the unsubscriber. */
  surFin(rappel: (erreur: ErreurTerritoire) => void): () => void;
  /** Forget the grant and the token. */
  fermer(): void;
}

/**
 * Exchange a grant for a session. Call it from a click: opening the page alone must never open the data, since mail
 * filters load links too.
 * @param finaliteAcceptee the purpose (`apercu.pur`) whose clauses the reader has accepted; '' when not accepted
 */
export async function ouvrirSession(
  grant: string,
  finaliteAcceptee: string,
  options: OptionsSession = {},
): Promise<SessionTerritoire> {
  if (!finaliteAcceptee) throw new ErreurTerritoire('finalite');
  const base = options.base ?? '';
  const appel = options.fetch ?? ((entree, init) => globalThis.fetch(entree, init));
  const horloge = options.horloge ?? Date.now;
  const hasard = options.hasard ?? Math.random;
  let secret: string | undefined = grant;
  let ecart = 0;
  let renouveler = 0;
  let enCours: Promise<Session> | undefined;
  let fin: ErreurTerritoire | undefined;
  const abonnes = new Set<(erreur: ErreurTerritoire) => void>();
  const maintenant = () => horloge() / 1000 + ecart;

  let appareil = false;
  const demanderSession = async (signal?: AbortSignal): Promise<Session> => {
    if (!secret) throw new ErreurTerritoire('session-fermee');
    const demande: DemandeSession = { grant: secret, accepte: finaliteAcceptee };
    const adresse = `${base}/t/v1/session`;
    const entetes: Record<string, string> = { 'content-type': 'application/json' };
    if (appareil)
      entetes['dpop'] = await (options.preuve ?? preuveAppareil)(
        new URL(adresse, globalThis.location?.href).href,
        maintenant(),
      );
    let reponse: Response;
    try {
      reponse = await appel(adresse, {
        method: 'POST',
        headers: entetes,
        body: JSON.stringify(demande),
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        redirect: 'error',
        ...(signal ? { signal } : {}),
      });
    } catch (cause) {
      throw erreurReseau(cause, signal);
    }
    const date = Date.parse(reponse.headers.get('date') ?? '');
    // The Date header has whole seconds: a smaller difference is noise.
    if (Number.isFinite(date)) ecart = Math.abs(date - horloge()) > 2000 ? (date - horloge()) / 1000 : 0;
    if (!reponse.ok) throw await erreurDeReponse(reponse);
    const lue = sessionSchema.safeParse(await reponse.json().catch(() => undefined));
    if (!lue.success) throw new ErreurTerritoire('inattendu', { cause: lue.error });
    const vie = lue.data.expire - maintenant();
    renouveler = maintenant() + vie * (0.8 - 0.1 * hasard());
    return lue.data;
  };
  const echanger = async (signal?: AbortSignal): Promise<Session> => {
    try {
      return await demanderSession(signal);
    } catch (erreur) {
      // The convention binds devices: the same demand again, with this browser's proof.
      if (appareil || !(erreur instanceof ErreurTerritoire) || erreur.code !== 'appareils') throw erreur;
      appareil = true;
      return demanderSession(signal);
    }
  };

  let infos = await echanger(options.signal);
  const renouvelle = () => {
    enCours ??= echanger()
      .then(
        (s) => (infos = s),
        (erreur: unknown) => {
          if (erreur instanceof ErreurTerritoire && !erreur.reessayer && !fin) {
            fin = erreur;
            secret = undefined;
            for (const rappel of abonnes) rappel(erreur);
          }
          throw erreur;
        },
      )
      .finally(() => (enCours = undefined));
    return enCours;
  };

  return {
    get infos() {
      return infos;
    },
    base,
    fetch: appel,
    maintenant,
    async jeton() {
      if (fin) throw fin;
      if (!secret) throw new ErreurTerritoire('session-fermee');
      const t = maintenant();
      if (t < renouveler) return infos.jeton;
      const suite = renouvelle();
      if (t < infos.expire - 5) {
        // Still valid: answer at once, the renewal goes on behind; its failure shows when the token really ends.
        suite.catch(() => undefined);
        return infos.jeton;
      }
      return (await suite).jeton;
    },
    abandonner(jeton) {
      if (jeton !== infos.jeton) return;
      renouveler = 0;
      infos = { ...infos, expire: 0 };
    },
    archive: (produit, territoire = infos.territoires[0]) =>
      infos.archives.find((a) => a.produit === produit && territoireArchive(a) === territoire),
    surFin(rappel) {
      abonnes.add(rappel);
      return () => void abonnes.delete(rappel);
    },
    fermer() {
      secret = undefined;
      infos = { ...infos, jeton: '', expire: 0 };
      renouveler = 0;
    },
  };
}
