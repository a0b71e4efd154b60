/** POST /t/v1/session: a territory grant, whose purpose was accepted, against a byte token of ten minutes. */
import {
  demandeSessionSchema,
  grantSchema,
  jetonSchema,
  type GateArchive,
  type Session,
} from '../../data/contract/grant.ts';
import { exigerTemps, identifiant, type Garde } from './contexte.ts';
import { LONGUEUR, signerJws, verifierJws } from './jws.ts';
import { admettre, ancetres, archivesOuvertes } from './perimetre.ts';
import { empreinteAppareil } from './preuve.ts';
import { ENTETES_GARDE } from './reponses.ts';
import { Refus, type Contexte } from './types.ts';

/** Longest body; a grant is under 2 KiB. */
const CORPS_MAX = 4096;

async function lireCorps(requete: Request): Promise<string> {
  if (Number(requete.headers.get('content-length') ?? 0) > CORPS_MAX) throw new Refus(413, 'too-large');
  if (!/^application\/json(;\s*charset=utf-8)?$/i.test(requete.headers.get('content-type') ?? ''))
    throw new Refus(415, 'type');
  const lecteur = requete.body?.getReader();
  const octets = new Uint8Array(CORPS_MAX);
  let n = 0;
  if (!lecteur) return '';
  for (;;) {
    // Cut by the reader: nobody is there to read the answer, and it is no fault of ours.
    const { done, value } = await lecteur.read().catch(() => {
      throw new Refus(400, 'request');
    });
    if (done) break;
    if (n + value.length > CORPS_MAX) {
      void lecteur.cancel();
      throw new Refus(413, 'too-large');
    }
    octets.set(value, n);
    n += value.length;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets.subarray(0, n));
  } catch {
    throw new Refus(400, 'request');
  }
}

/** The body must be its own canonical JSON: no repeated key, no `__proto__`, nothing unknown. */
function lireDemande(texte: string): { grant: string | undefined; accepte: string } {
  try {
    const lu: unknown = JSON.parse(texte);
    if (JSON.stringify(lu) !== texte) throw new Refus(400, 'request');
    if (typeof lu === 'object' && lu !== null && Object.hasOwn(lu, '__proto__'))
      throw new Refus(400, 'request');
    const { grant, accepte } = demandeSessionSchema.parse(lu);
    return { grant, accepte };
  } catch {
    throw new Refus(400, 'request');
  }
}

const echappe = (texte: string) => texte.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** RFC 9246 URI container: exactly the addresses of these archives, anchored, dots escaped. */
export function adressesOuvertes(origine: string, archives: readonly Pick<GateArchive, 'id'>[]): string {
  return `regex:^${echappe(origine)}/t/v1/(${archives.map((a) => a.id).join('|')})$`;
}

/** Open a session. @throws Refus */
export async function routeSession(
  garde: Garde,
  requete: Request,
  contexte: Contexte,
  porteur: string | undefined,
): Promise<Response> {
  const corps = await lireCorps(requete);
  const demande = lireDemande(corps);
  if (demande.grant !== undefined && porteur !== undefined) throw new Refus(400, 'request');
  const texte = demande.grant ?? porteur;
  if (!texte) throw new Refus(401, 'missing');

  let t = garde.maintenant();
  const attente = garde.refusParAdresse.attente(contexte.ip, t);
  if (attente > 0) throw new Refus(429, 'rate', { 'retry-after': String(attente) });
  const lu = await verifierJws(texte, garde.cles.grants, grantSchema, LONGUEUR.grant);
  const grant = lu?.charge;
  if (!grant || grant.iss !== garde.config.garde.iss || grant.aud !== garde.config.garde.aud) {
    garde.refusParAdresse.prendre(contexte.ip, t);
    throw new Refus(401, 'invalid');
  }

  let reseau = '';
  try {
    exigerTemps(grant, t);
    await garde.listes.aJour();
    t = garde.maintenant();
    const chaine = [grant.jti, ...(grant.par === undefined ? [] : [grant.par])];
    garde.listes.exigerActif({ kid: lu.kid, cnv: grant.cnv, sub: grant.sub, jti: chaine });
    const annuaire = garde.listes.annuaire;
    const parents = ancetres(grant, annuaire);
    const jti = [grant.jti, ...parents];
    garde.listes.exigerActif({ kid: lu.kid, cnv: grant.cnv, sub: grant.sub, jti });
    const admis = admettre(grant, annuaire, demande.accepte, t);
    if (admis.appareils > 0 || grant.cnf !== undefined) {
      const empreinte = await empreinteAppareil(
        requete.headers.get('dpop'),
        garde.config.origines.map((o) => `${o}/t/v1/session`),
        garde.preuves,
        t,
      );
      const connu =
        grant.cnf !== undefined
          ? grant.cnf === empreinte
          : await garde.config.appareils?.admet(grant.sub, empreinte, admis.appareils);
      if (!connu) throw new Refus(403, 'devices');
    }
    const trop = garde.sessionsParLien.prendre(grant.jti, t);
    if (trop > 0) throw new Refus(429, 'rate', { 'retry-after': String(trop) });
    const archives = archivesOuvertes(grant, garde.listes.archives);
    if (archives.length === 0) throw new Refus(403, 'scope');

    const iat = Math.floor(t);
    const expire = Math.min(iat + (garde.config.vie ?? 600), admis.fin);
    const sid = identifiant();
    const { signe } = await garde.cles.octets.a(t);
    const origine = garde.config.origines[0] ?? '';
    const jeton = await signerJws(
      jetonSchema,
      {
        iss: origine,
        exp: expire,
        iat,
        nbf: iat,
        cdniv: 1,
        cdniuc: adressesOuvertes(origine, archives),
        sid,
        arc: archives.map((a) => a.id),
        lnk: [lu.kid, grant.cnv, grant.sub, ...jti],
      },
      signe,
    );
    reseau = await garde.audit.empreinteReseau(contexte.ip, t);
    garde.audit.noterReseau(sid, contexte.ip);
    try {
      garde.audit.ecrire({
        evenement: 'session.ouverte',
        t: iat,
        sid,
        jti: grant.jti,
        cnv: grant.cnv,
        sub: grant.sub,
        archives: archives.map((a) => a.id),
        reseau,
      });
    } catch {
      // An access that nobody could find again does not open.
      throw new Refus(503, 'stale', { 'retry-after': '60' });
    }
    const session: Session = {
      jeton,
      expire,
      fin: admis.fin,
      convention: grant.cnv,
      role: grant.rol,
      finalite: grant.pur,
      territoires: grant.ter,
      compte: admis.nom,
      archives: archives.map(({ fichier: _fichier, ...reste }) => reste),
    };
    return Response.json(session, { headers: ENTETES_GARDE });
  } catch (erreur) {
    if (erreur instanceof Refus)
      garde.audit.refuser({
        evenement: 'session.refusee',
        t: Math.floor(t),
        code: erreur.code,
        jti: grant.jti,
        cnv: grant.cnv,
        reseau: reseau || (await garde.audit.empreinteReseau(contexte.ip, t)),
      });
    throw erreur;
  }
}
