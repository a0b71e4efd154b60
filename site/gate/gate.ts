/**
 * The gate: one Web-standard handler for territory sessions and bytes (gate.md §2.2). No global, no `node:` module.
 * The path is never decoded nor joined to anything: one regular expression on the whole target, then a map lookup.
 */
import { creerContexte, valeurs, type Garde } from './contexte.ts';
import { compterServis, routeOctets, type OctetsServis } from './octets.ts';
import { ENTETES_GARDE, refus } from './reponses.ts';
import { routeSession } from './session.ts';
import { Refus, type Contexte, type GateConfig } from './types.ts';

export interface Gate {
  (requete: Request, contexte: Contexte): Promise<Response>;
  /** Write the pending session summaries: call it once a minute, and wait for it before stopping. Rejects like the journal. */
  vider(): Promise<void>;
  /** True when lists are missing or too old: nothing opens. */
  perimee(): Promise<boolean>;
  /** Count bytes that nginx sent by itself. @param audit false when they are in the audit already */
  compter(servis: readonly OctetsServis[], audit?: boolean): void;
  /** Accounts over a quota today. */
  depasses(): ReadonlySet<string>;
}

const CIBLE_OCTETS = /^\/t\/v1\/([a-z0-9]{16,64})(\?.*)?$/s;
const CIBLE_SESSION = /^\/t\/v1\/session(\?.*)?$/s;
const CIBLE_SANTE = /^\/healthz$/;
const REQUETE = /^\?t=([A-Za-z0-9_.-]+)$/;
const PORTEUR = /^Bearer ([A-Za-z0-9_.-]+)$/;
/** Longest request target: a byte token of 8,000 characters and its path. */
const CIBLE_MAX = 8192;
const OCTETS = 'GET, HEAD, OPTIONS';
const SESSION = 'POST, OPTIONS';

/** Build the gate. @throws when keys are missing: a gate that cannot check must not start. */
export async function createGate(config: GateConfig): Promise<Gate> {
  const garde = await creerContexte(config);
  const hotes = new Set(config.origines.map((o) => new URL(o).host));
  const gate = async (requete: Request, contexte: Contexte): Promise<Response> => {
    let cors: Record<string, string> = {};
    let reponse: Response;
    try {
      cors = entetesCors(garde, requete);
      reponse = await aiguiller(garde, hotes, requete, contexte);
    } catch (erreur) {
      if (!(erreur instanceof Refus)) throw erreur;
      reponse = refus(erreur.status, erreur.code, erreur.entetes, requete.method === 'HEAD');
    }
    for (const [nom, valeur] of Object.entries(cors)) reponse.headers.set(nom, valeur);
    return reponse;
  };
  let depasses = { jour: -1, comptes: new Set<string>() };
  const duJour = () => {
    const jour = Math.floor(garde.maintenant() / 86_400);
    if (jour !== depasses.jour) depasses = { jour, comptes: new Set() };
    return depasses.comptes;
  };
  return Object.assign(gate, {
    compter(servis: readonly OctetsServis[], audit = true) {
      for (const o of servis) if (compterServis(garde, o, audit)) duJour().add(o.sub);
    },
    depasses: duJour,
    async vider() {
      garde.audit.vider(Math.floor(garde.maintenant()));
      await garde.audit.fini();
    },
    async perimee() {
      await garde.listes.aJour();
      return garde.listes.perimees;
    },
  });
}

async function aiguiller(
  garde: Garde,
  hotes: ReadonlySet<string>,
  requete: Request,
  contexte: Contexte,
): Promise<Response> {
  const { rawUrl: cible, rawHeaders } = contexte;
  if (cible.length > CIBLE_MAX) throw new Refus(414, 'too-large');
  if (CIBLE_SANTE.test(cible)) return sante(garde, requete);
  const session = CIBLE_SESSION.exec(cible);
  const octets = session ? null : CIBLE_OCTETS.exec(cible);
  if (!session && !octets?.[1]) throw new Refus(404, 'not-found');
  const permises = session ? SESSION : OCTETS;
  if (!permises.split(', ').includes(requete.method)) throw new Refus(405, 'method', { allow: permises });

  const hote = valeurs('host', requete, rawHeaders);
  if (hote.length > 1) throw new Refus(400, 'request');
  // A name is the same in capitals.
  if (!hotes.has((hote[0] ?? new URL(requete.url).host).toLowerCase())) throw new Refus(421, 'origin');
  exigerOrigine(garde, requete, session !== null);
  if (requete.method === 'OPTIONS')
    return new Response(null, { status: 204, headers: { ...ENTETES_GARDE, allow: permises } });

  const porteur = lirePorteur(requete, rawHeaders);
  if (session) {
    if (session[1] !== undefined) throw new Refus(400, 'request');
    return routeSession(garde, requete, contexte, porteur);
  }
  if (valeurs('range', requete, rawHeaders).length > 1) throw new Refus(400, 'request');
  const requeteUrl = octets?.[2];
  const dansAdresse = requeteUrl === undefined ? undefined : REQUETE.exec(requeteUrl)?.[1];
  if (requeteUrl !== undefined && (dansAdresse === undefined || porteur !== undefined))
    throw new Refus(400, 'request');
  return routeOctets(garde, requete, contexte, octets?.[1] ?? '', dansAdresse ?? porteur);
}

async function sante(garde: Garde, requete: Request): Promise<Response> {
  if (requete.method !== 'GET' && requete.method !== 'HEAD')
    throw new Refus(405, 'method', { allow: 'GET, HEAD' });
  await garde.listes.aJour();
  const bon = !garde.listes.perimees && !garde.audit.muet;
  return new Response(requete.method === 'HEAD' ? null : bon ? 'ok' : 'ko', {
    status: bon ? 200 : 503,
    headers: { ...ENTETES_GARDE, 'content-type': 'text/plain; charset=utf-8' },
  });
}

function lirePorteur(requete: Request, brutes?: readonly string[]): string | undefined {
  const autorisations = valeurs('authorization', requete, brutes);
  if (autorisations.length > 1) throw new Refus(400, 'request');
  const valeur = autorisations[0];
  // An empty header is an absent one to nginx and to Workers: the same answer everywhere.
  if (valeur === undefined || valeur === '') return undefined;
  // A runtime that hides repeats has joined them.
  if (brutes === undefined && valeur.includes(',')) throw new Refus(400, 'request');
  const jeton = PORTEUR.exec(valeur)?.[1];
  if (jeton === undefined) throw new Refus(401, 'invalid');
  return jeton;
}

const permise = (garde: Garde, origine: string) =>
  garde.config.origines.includes(origine) || (garde.config.originesSite ?? []).includes(origine);

/** A page of another site never opens a session, whatever it knows. */
function exigerOrigine(garde: Garde, requete: Request, session: boolean): void {
  const origine = requete.headers.get('origin');
  if (origine !== null && !permise(garde, origine)) throw new Refus(403, 'origin');
  const site = requete.headers.get('sec-fetch-site');
  if (session && origine === null && site !== null && site !== 'same-origin' && site !== 'none')
    throw new Refus(403, 'origin');
  if (session && site === 'cross-site' && !(garde.config.originesSite ?? []).includes(origine ?? ''))
    throw new Refus(403, 'origin');
}

function entetesCors(garde: Garde, requete: Request): Record<string, string> {
  const sites = garde.config.originesSite ?? [];
  if (sites.length === 0) return {};
  const origine = requete.headers.get('origin');
  if (origine === null || !sites.includes(origine)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': origine,
    'access-control-expose-headers': 'ETag, Content-Range, Content-Length, Date, Retry-After',
    ...(requete.method === 'OPTIONS'
      ? {
          'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
          'access-control-allow-headers': 'Authorization, Content-Type, Range, DPoP',
          'access-control-max-age': '600',
        }
      : {}),
  };
}
