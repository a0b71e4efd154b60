/** HTTP cases: send, compare with the expectation, then with what no answer may ever do. */
import { Inconnue, type Cas } from './cas.ts';
import type { Cible } from './contrat.ts';
import { envoyer, octetsDemande, type Reponse } from './brut.ts';
import { preparerEtat, type Prepare } from './etats.ts';
import { EPCI_A } from '../fixture.ts';
import type { Monde } from './monde.ts';
import { preparer, type Preparee } from './mutation.ts';
import { garnir } from './noms.ts';

const valide = (base: string): Cas => ({
  id: 'valide',
  group: 'valide',
  what: 'valid request',
  request: { base, mutate: [] },
  expected: { status: [200] },
});

/** The valid request must pass, with the right bytes. @returns a defect, or undefined */
async function controler(monde: Monde, cible: Cible, base: string): Promise<string | undefined> {
  const d = preparer(monde, valide(base), cible.port);
  const { reponses } = await envoyer({ port: cible.port, blocs: [octetsDemande(d)] });
  const r = reponses[0];
  if (base === 'session') {
    if (r?.status !== 200) return `la demande valable de session reçoit ${r?.status}`;
    return undefined;
  }
  if (r?.status !== 206) return `la demande valable d’octets reçoit ${r?.status}`;
  const A = monde.essai.octets(monde.essai.archive(`epci:${EPCI_A}`));
  if (Buffer.compare(r.corps, A.subarray(0, 16384)) !== 0) return 'la demande valable reçoit d’autres octets';
  return undefined;
}

const code = (r: Reponse): string | undefined => {
  try {
    return (JSON.parse(r.corps.toString()) as { code?: string }).code;
  } catch {
    return undefined;
  }
};

function enteteTient(attendu: string, nom: string, r: Reponse): boolean {
  const recu = r.entetes[nom.toLowerCase()];
  if (recu === undefined) return false;
  return attendu === 'seconds' ? /^\d+$/.test(recu) : recu.includes(attendu);
}

/** Things that hold for every answer, whatever the case. */
function invariants(monde: Monde, cible: Cible, cas: Cas, r: Reponse, d: Preparee): string | undefined {
  const prete = r.status === 200 || r.status === 206;
  const secrets = monde.essai.manifeste.archives;
  if (!prete)
    for (const a of secrets)
      if (a.taille >= 32 && r.corps.includes(Buffer.from(monde.essai.octets(a).subarray(0, 32))))
        return 'un refus porte des octets';
  if (r.status >= 500 && !cas.expected.status.includes(r.status) && !pannePlateforme(cible, d, r))
    return `réponse ${r.status}`;
  if (r.entetes['set-cookie'] !== undefined) return 'un cookie est posé';
  if (r.corps.includes('attacker.example') || JSON.stringify(r.entetes).includes('attacker.example'))
    return 'la réponse reprend un hôte étranger';
  if (d.jeton.length > 40 && !prete && r.corps.includes(d.jeton.slice(-40)))
    return 'la réponse reprend le jeton';
  if (r.status === 206) {
    const m = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(r.entetes['content-range'] ?? '');
    const [debut, fin, taille] = [Number(m?.[1]), Number(m?.[2]), Number(m?.[3])];
    const possibles = secrets.filter((x) => x.taille === taille);
    if (!m || possibles.length === 0) return '206 sans Content-Range connu';
    const siens = possibles.some(
      (a) => Buffer.compare(r.corps, monde.essai.octets(a).subarray(debut, fin + 1)) === 0,
    );
    if (!siens && d.methode !== 'HEAD') return 'des octets qui ne sont pas ceux de la plage';
    if (!/no-store/.test(r.entetes['cache-control'] ?? '')) return '206 sans no-store';
  }
  return undefined;
}

/**
 * Answers that a runtime decides before our code, with another status than the kit's; never more than a refusal. With both
 * lengths, workerd believes the chunked one (RFC 9112 §6.3) and the gate refuses the empty body.
 */
const PLATEFORMES: Partial<Record<Cible['nom'], Record<string, readonly number[]>>> = {
  workerd: { 'http-09': [415] },
};

/** Asked to be a tunnel, given two hosts or one that no address may hold, workerd fails by itself. */
function pannePlateforme(cible: Cible, d: Preparee, r: Reponse): boolean {
  const hotes = d.brut
    ? [...d.brut.toString('latin1').matchAll(/^host:[ \t]*(.*?)\r?$/gim)].map((m) => m[1] ?? '')
    : d.entetes.flatMap(([n, v]) => (n.toLowerCase() === 'host' ? [v] : []));
  const tunnel = d.methode === 'CONNECT' || d.brut?.toString('latin1').startsWith('CONNECT ');
  const cause = tunnel === true || hotes.length > 1 || hotes.some((h) => !URL.canParse(`http://${h}`));
  return cible.nom === 'workerd' && r.status === 500 && r.corps.length < 64 && cause;
}

/**
 * workerd parses the target before our code sees it, as a browser would: dot segments are resolved, a fragment is dropped,
 * and what cannot be parsed is an error of the platform. Its answer must then be the one of the target so understood.
 */
async function commePlateforme(cible: Cible, d: Preparee, r: Reponse): Promise<boolean> {
  if (pannePlateforme(cible, d, r)) return true;
  if (cible.nom !== 'workerd' || d.brut) return false;
  const { pathname, search } = new URL(d.cible, cible.origine);
  if (pathname + search === d.cible) return false;
  const { reponses } = await envoyer({
    port: cible.port,
    blocs: [octetsDemande({ ...d, cible: pathname + search })],
    sansCorps: d.methode === 'HEAD',
  });
  return reponses[0]?.status === r.status;
}

async function comparer(
  monde: Monde,
  cas: Cas,
  r: Reponse | undefined,
  coupe: boolean,
  cible: Cible,
  d: Preparee,
): Promise<string | undefined> {
  const e = cas.expected;
  if (!r) {
    // A closed connection is a refusal: one that the note of the case allows, or where only refusals are expected.
    const refus = e.status.every((n) => n >= 400);
    if (coupe && (refus || /connection closed/.test(e.note ?? ''))) return undefined;
    return 'aucune réponse';
  }
  const prevu = e.status.includes(r.status) || PLATEFORMES[cible.nom]?.[cas.id]?.includes(r.status);
  if (!prevu && (await commePlateforme(cible, d, r))) return undefined;
  if (!prevu) return `${r.status} au lieu de ${e.status.join(' ou ')} (${code(r) ?? ''})`;
  // nginx answers some refusals itself, without our body; the status has been checked.
  const nous = cible.nom === 'node' || /problem\+json/.test(r.entetes['content-type'] ?? '');
  if (
    e.code !== undefined &&
    nous &&
    r.corps.length > 0 &&
    !(r.status === 200 || r.status === 206) &&
    code(r) !== e.code
  )
    return `code ${code(r) ?? 'absent'} au lieu de ${e.code}`;
  for (const [nom, v] of Object.entries(e.header ?? {}))
    if (nous && r.status >= 400 && r.status !== 400 && !enteteTient(garnir(monde, v), nom, r))
      return `en-tête ${nom} : ${r.entetes[nom.toLowerCase()] ?? 'absent'}`;
  for (const nom of e.headersAbsent ?? [])
    if (r.entetes[nom.toLowerCase()] !== undefined) return `en-tête ${nom} présent`;
  if (e.bytes !== undefined && r.corps.length !== e.bytes)
    return `${r.corps.length} octets au lieu de ${e.bytes}`;
  return undefined;
}

async function envoyerCas(cible: Cible, d: Preparee): Promise<{ r: Reponse | undefined; coupe: boolean }> {
  const sansCorps = d.methode === 'HEAD';
  if (d.brut) {
    const { reponses, coupe } = await envoyer({ port: cible.port, blocs: [d.brut], delai: 3000 });
    return { r: reponses.find((x) => x.status < 400) ?? reponses[0], coupe };
  }
  if (d.lent) {
    const { reponses, coupe } = await envoyer({
      port: cible.port,
      blocs: [octetsDemande(d)],
      lent: 1000,
      delai: 31_000,
    });
    return { r: reponses[0], coupe };
  }
  if (d.ensuite) {
    const sans = { ...d, cible: d.cible.split('?')[0] ?? '' };
    const { reponses, coupe } = await envoyer({
      port: cible.port,
      blocs: [octetsDemande(d), octetsDemande(sans)],
    });
    return { r: reponses[1], coupe };
  }
  const fois = d.repeter?.fois ?? 1;
  let r: Reponse | undefined;
  let coupe = false;
  for (let i = 0; i < fois; i++) {
    const varier = d.repeter?.varier;
    const entetes: [string, string][] = varier
      ? d.entetes.map(([n, v]) => [n, n === varier ? `203.0.113.${i % 250}` : v])
      : d.entetes;
    const envoi = await envoyer({ port: cible.port, blocs: [octetsDemande({ ...d, entetes })], sansCorps });
    r = envoi.reponses[0];
    coupe = envoi.coupe;
  }
  return { r, coupe };
}

const AUDIT: Record<string, string> = {
  'session.denied': 'session.refusee',
  'session.opened': 'session.ouverte',
  'bytes.denied': 'octets.refuses',
};

/** Run one HTTP case. @returns the defect, or undefined when it passes */
export async function casHttp(monde: Monde, cible: Cible, cas: Cas): Promise<string | undefined> {
  const base = cas.request.base === 'session' ? 'session' : 'bytes';
  const p: Prepare & { sauter?: () => void } = await preparerEtat(monde, cas);
  await cible.installer(monde);
  const avant = await controler(monde, cible, base);
  if (avant) return avant;
  const change = Object.keys(p.etat).length > 0;
  if (change) await cible.installer(monde, p.etat);
  if (p.sauter) {
    // The gate sees the present once, then its clock goes back.
    const vue = await controler(monde, cible, base);
    if (vue) return vue;
    p.sauter();
  }
  const d = preparer(monde, cas, cible.port, {
    ...(p.grant === undefined ? {} : { grant: p.grant }),
    ...(p.precedent === undefined ? {} : { precedent: p.precedent }),
  });
  d.entetes.push(...(p.entetes ?? []));
  const depuis = cible.audit.length;
  const { r, coupe } = await envoyerCas(cible, d);
  const defaut =
    (await comparer(monde, cas, r, coupe, cible, d)) ?? (r ? invariants(monde, cible, cas, r, d) : undefined);
  if (defaut) return defaut;
  const attendu = cas.expected.audit;
  if (attendu !== undefined) {
    const nom = AUDIT[attendu];
    if (nom === undefined) throw new Inconnue(`événement ${attendu}`);
    if (!cible.audit.slice(depuis).some((e) => e.evenement === nom)) return `audit sans ${nom}`;
  }
  if (!change && !d.repeter) return controler(monde, cible, base);
  return undefined;
}
