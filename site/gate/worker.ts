/**
 * The gate in a Worker runtime (workerd, Cloudflare Workers): the same handler, its settings in bindings, its archives and
 * its lists behind HTTP services.
 */
import { gardeSchema, gateManifestSchema } from '../../data/contract/grant.ts';
import { createGate, type Gate } from './gate.ts';
import { creerMagasinHttp } from './magasin-http.ts';
import { adresseS3, clientS3, creerMagasinS3 } from './magasin-s3.ts';
import { ENTETES_GARDE } from './reponses.ts';
import type { GateConfig } from './types.ts';

interface Service {
  fetch(adresse: string, init?: RequestInit): Promise<Response>;
}

export interface Environnement {
  /** garde.json and maitre.json of the register, as JSON bindings; the second one is a secret. */
  GARDE: unknown;
  MAITRE: { maitres: { id: string; octets: string }[] };
  /** Public origins, first one written in tokens. */
  ORIGINES: string[];
  /** Signed lists: a service that answers `/revocations.jws`, `/annuaire.jws` and `/cles.jws`. */
  LISTES: Service;
  /** Bundles of the release: a service that answers ranges, `/archives.json` included. */
  LOTS?: Service;
  /** Or an S3-compatible bucket. */
  S3?: { service: string; bucket: string; prefixe: string; cle: string; secret: string; region?: string };
  /** Header in which the platform gives the address of the client. */
  ENTETE_IP?: string;
}

async function texte(reponse: Promise<Response>): Promise<string> {
  const r = await reponse;
  if (!r.ok) throw new Error(`the service answered ${r.status}`);
  return r.text();
}
const deBase64url = (t: string) =>
  Uint8Array.from(atob(t.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

/** Settings of a gate from the bindings of a Worker. */
export function configWorker(env: Environnement): GateConfig {
  const { LOTS: lots, S3: s3 } = env;
  if (!lots && !s3) throw new Error('a Worker needs LOTS or S3');
  const client = s3 ? clientS3(s3) : undefined;
  // Of an address sent to a service binding, only the path is read.
  const base = s3 ? adresseS3(s3, s3.prefixe) : 'http://lots/';
  const demande = (adresse: string, init: RequestInit = {}) =>
    client ? client.fetch(adresse, init) : (lots as Service).fetch(adresse, init);
  return {
    garde: gardeSchema.parse(env.GARDE),
    maitres: env.MAITRE.maitres.map((m) => ({ id: m.id, octets: deBase64url(m.octets) })),
    origines: env.ORIGINES,
    magasin: s3 ? creerMagasinS3(s3) : creerMagasinHttp({ base, fetch: demande }),
    manifeste: async () => gateManifestSchema.parse(JSON.parse(await texte(demande(`${base}archives.json`)))),
    publie: (nom) => texte(env.LISTES.fetch(`http://listes/${nom}`)),
    audit: (evenement) => console.log(JSON.stringify(evenement)),
  };
}

/** Longest headers, as the Node server has them: the runtime sets no limit of its own. */
const ENTETES_MAX = 16_384;

/** Answer one request of a Worker. The runtime has parsed the target: dot segments are already resolved. */
export async function repondre(
  gate: Gate,
  requete: Request,
  enteteIp: string | undefined,
): Promise<Response> {
  const { pathname, search } = new URL(requete.url);
  let taille = 0;
  requete.headers.forEach((valeur, nom) => (taille += nom.length + valeur.length));
  if (taille > ENTETES_MAX) return new Response(null, { status: 431, headers: ENTETES_GARDE });
  const ip = enteteIp === undefined ? '' : (requete.headers.get(enteteIp) ?? '');
  return gate(requete, { ip, rawUrl: pathname + search });
}

let garde: Promise<Gate> | undefined;

export default {
  async fetch(requete: Request, env: Environnement): Promise<Response> {
    garde ??= createGate(configWorker(env));
    return repondre(await garde, requete, env.ENTETE_IP);
  },
};
