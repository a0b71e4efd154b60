/** GET and HEAD /t/v1/{id}: bytes of one archive, for a byte token that names it. */
import { jetonSchema, type GateArchive, type Jeton } from '../../data/contract/grant.ts';
import { exigerTemps, type Garde } from './contexte.ts';
import { LONGUEUR, verifierJws, type ObjetSigne } from './jws.ts';
import type { Revocable } from './listes.ts';
import { etagDansListe, ifRangeTient, lirePlage } from './plages.ts';
import { ENTETES_GARDE } from './reponses.ts';
import { Refus, type Contexte } from './types.ts';

/** Block of a whole-file answer: memory stays flat whatever the size. */
const BLOC = 256 * 1024;
const MEMOIRE_JETONS = { max: 10_000, secondes: 60 };

async function verifie(garde: Garde, texte: string, ip: string): Promise<ObjetSigne<Jeton>> {
  const t = garde.maintenant();
  const connu = garde.jetonsVerifies.get(texte);
  if (connu && t - connu.t < MEMOIRE_JETONS.secondes) return connu.objet;
  const attente = garde.refusParAdresse.attente(ip, t);
  if (attente > 0) throw new Refus(429, 'rate', { 'retry-after': String(attente) });
  const { verifie: cles } = await garde.cles.octets.a(t);
  const objet = await verifierJws(texte, cles, jetonSchema, LONGUEUR.jeton);
  if (!objet || objet.charge.iss !== garde.config.origines[0]) {
    garde.refusParAdresse.prendre(ip, t);
    throw new Refus(401, 'invalid');
  }
  if (garde.jetonsVerifies.size >= MEMOIRE_JETONS.max) garde.jetonsVerifies.clear();
  garde.jetonsVerifies.set(texte, { objet, t });
  return objet;
}

/**
 * Whole archive as a stream that reads one block at a time and stops with its reader. A slow reader can make it last for
 * hours: each block asks again whether the access holds, and a withdrawal cuts the answer.
 */
function flux(
  garde: Garde,
  archive: GateArchive,
  acces: Revocable,
  signal: () => AbortSignal,
): ReadableStream<Uint8Array> {
  let lu = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controleur) {
      if (lu >= archive.taille) return controleur.close();
      await garde.listes.aJour();
      garde.listes.exigerActif(acces);
      const fin = Math.min(lu + BLOC, archive.taille) - 1;
      controleur.enqueue(await garde.config.magasin.read(archive, lu, fin, signal));
      lu = fin + 1;
      if (lu >= archive.taille) controleur.close();
    },
  });
}

const quota = ({ limites }: Garde, archive: GateArchive) =>
  Math.max(limites.quotaFois * archive.taille, limites.quotaPlancher);

/** Bytes that a server in front of the gate sent by itself, after a check of the same token. */
export interface OctetsServis {
  /** Unix seconds. */
  t: number;
  sid: string;
  cnv: string;
  sub: string;
  jti: string;
  archive: string;
  /** Network of the reader (audit.ts). */
  reseau: string;
  octets: number;
}

/**
 * Count them like the gate's own.
 * @param audit false when a former process already wrote them in the audit
 * @returns whether the account is over the quota of this archive: from now on its bytes must pass through the gate
 */
export function compterServis(garde: Garde, o: OctetsServis, audit: boolean): boolean {
  if (audit) garde.audit.compter({ sid: o.sid, jti: o.jti, cnv: o.cnv }, o.archive, o.octets, o.reseau, o.t);
  // A line of yesterday, read late, must not restart the day.
  if (Math.floor(o.t / 86_400) !== Math.floor(garde.maintenant() / 86_400)) return false;
  const total = garde.quotas.ajouter(`${o.sub} ${o.archive}`, o.octets, o.t);
  const archive = garde.listes.archive(o.archive);
  return archive !== undefined && total >= quota(garde, archive);
}

/** Serve bytes. @throws Refus */
export async function routeOctets(
  garde: Garde,
  requete: Request,
  contexte: Contexte,
  id: string,
  texte: string | undefined,
): Promise<Response> {
  if (!texte) throw new Refus(401, 'missing');
  const { charge } = await verifie(garde, texte, contexte.ip);
  let t = garde.maintenant();
  exigerTemps(charge, t);
  garde.vuSigne(charge.iat);
  await garde.listes.aJour();
  t = garde.maintenant();
  const [kid = '', cnv = '', sub = '', ...jti] = charge.lnk;
  const session = { sid: charge.sid, jti: jti[0] ?? '', cnv };
  const acces = { kid, cnv, sub, jti };
  try {
    garde.listes.exigerActif(acces);
    if (!charge.arc.includes(id)) throw new Refus(403, 'scope');
    const archive = garde.listes.archive(id);
    if (!archive) throw new Refus(404, 'not-found');
    const trop = garde.plagesParSession.prendre(charge.sid, t);
    if (trop > 0) throw new Refus(429, 'rate', { 'retry-after': String(trop) });
    return await servir(garde, requete, contexte, archive, session, acces, t);
  } catch (erreur) {
    if (erreur instanceof Refus && erreur.status !== 416 && erreur.status !== 412)
      garde.audit.refuser({
        evenement: 'octets.refuses',
        t: Math.floor(t),
        code: erreur.code,
        ...session,
        reseau: await garde.audit.empreinteReseau(contexte.ip, t),
      });
    throw erreur;
  }
}

async function servir(
  garde: Garde,
  requete: Request,
  contexte: Contexte,
  archive: GateArchive,
  session: { sid: string; jti: string; cnv: string },
  acces: Revocable,
  t: number,
): Promise<Response> {
  const { magasin } = garde.config;
  const etat = await magasin.stat(archive).catch(() => undefined);
  if (!etat || etat.taille !== archive.taille) {
    garde.audit.refuser({ evenement: 'magasin.erreur', t: Math.floor(t), archive: archive.id });
    throw new Refus(404, 'not-found');
  }
  const etag = `"${etat.etag}"`;
  const h = requete.headers;
  const siMatch = h.get('if-match');
  if (siMatch !== null && !etagDansListe(siMatch, etag)) throw new Refus(412, 'precondition');
  const communs = { ...ENTETES_GARDE, etag, 'accept-ranges': 'bytes' };
  const siAutre = h.get('if-none-match');
  if (siAutre !== null && etagDansListe(siAutre, etag, true))
    return new Response(null, { status: 304, headers: communs });
  const plage = ifRangeTient(h.get('if-range'), etag)
    ? lirePlage(h.get('range'), archive.taille, garde.config.suffixe)
    : lirePlage(null, archive.taille);
  if (plage.type === 'refus') throw new Refus(416, 'range', { 'content-range': `bytes */${archive.taille}` });
  if (plage.type === 'entier' && garde.config.plagesSeules) throw new Refus(403, 'range');
  const longueur = plage.type === 'plage' ? plage.fin - plage.debut + 1 : archive.taille;
  const entetes: Record<string, string> = {
    ...communs,
    'content-type': archive.type,
    'content-length': String(longueur),
    ...(plage.type === 'plage'
      ? { 'content-range': `bytes ${plage.debut}-${plage.fin}/${archive.taille}` }
      : {}),
  };
  const status = plage.type === 'plage' ? 206 : 200;
  if (requete.method === 'HEAD') return new Response(null, { status, headers: entetes });

  const trop = garde.quotas.compter(`${acces.sub} ${archive.id}`, longueur, quota(garde, archive), t);
  if (trop > 0) throw new Refus(429, 'rate', { 'retry-after': String(trop) });
  garde.audit.compter(session, archive.id, longueur, contexte.ip, t);
  const { redirection } = garde.config;
  if (redirection !== undefined && magasin.direct)
    return new Response(null, {
      status: 307,
      headers: { ...ENTETES_GARDE, location: await magasin.direct(archive, redirection) },
    });
  if (plage.type === 'entier')
    return new Response(
      flux(garde, archive, acces, () => requete.signal),
      { status, headers: entetes },
    );
  const octets = await magasin
    .read(archive, plage.debut, plage.fin, () => requete.signal)
    .catch((erreur: unknown) => {
      if (requete.signal.aborted) throw erreur;
      garde.audit.refuser({ evenement: 'magasin.erreur', t: Math.floor(t), archive: archive.id });
      throw new Refus(503, 'stale', { 'retry-after': '5' });
    });
  return new Response(octets, { status, headers: entetes });
}
