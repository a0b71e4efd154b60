/** Base requests and their mutations: from data to bytes on the wire. */
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { Grant } from '../../../data/contract/grant.ts';
import { COMMUNE_A, EPCI_A, EPCI_B } from '../fixture.ts';
import type { Demande } from './brut.ts';
import { Inconnue, objet, texte, type Cas, type Mutation } from './cas.ts';
import { jetonOctets, lireJws, signerAvec, texteJws, type Jws, type Monde } from './monde.ts';

export interface Preparee extends Demande {
  /** One byte per second. */
  lent: boolean;
  /** Whole bytes instead of a request. */
  brut: Buffer | undefined;
  repeter: { fois: number; varier: string | undefined } | undefined;
  /** A second request on the same connection, without its token. */
  ensuite: boolean;
  jeton: string;
}

type Base = 'bytes' | 'session';

const ids = (monde: Monde) => ({
  A: monde.essai.archive(`epci:${EPCI_A}`),
  B: monde.essai.archive(`epci:${EPCI_B}`),
  ancienne: monde.essai.archive(`epci:${EPCI_A}`, 'carte', '2019'),
  lien: monde.essai.archive(`epci:${EPCI_A}`, 'geo'),
  commune: monde.essai.archive(`com:${COMMUNE_A}`),
});

const jtiDe = (jws: string) => (decodeJwt(jws) as unknown as Grant).jti;

/** Replace the `<…>` fixtures of a text. */
export function garnir(monde: Monde, brut: string, jeton = ''): string {
  const { A, B, ancienne, lien, commune } = ids(monde);
  const table: Record<string, string> = {
    'archive A': A.id,
    'archive B': B.id,
    'archive A vintage 2019': ancienne.id,
    'ARCHIVE A upper case': A.id.toUpperCase(),
    'symlink archive': lien.id,
    'archive commune': commune.id,
    'commune archive': commune.id,
    token: jeton,
    'token A': jeton,
    'token B': texteJws(jetonOctets(monde, { grant: monde.grants.B, archives: [B.id] })),
    grant: monde.grants.A,
    etag: `"${A.sha256.slice(0, 32)}"`,
    'etag A': `"${A.sha256.slice(0, 32)}"`,
    'etag B': `"${B.sha256.slice(0, 32)}"`,
    size: String(A.taille),
    'byte kid': monde.maitres[0]?.id ?? '',
    'convention A': monde.conventions.a,
    'convention B': monde.conventions.b,
    'account A': monde.comptes.usagerA,
    'user of A': monde.comptes.usagerA,
    'epci A': EPCI_A,
    'EPCI A': EPCI_A,
    'epci B': EPCI_B,
    'EPCI B': EPCI_B,
    'commune A': COMMUNE_A,
    'unknown archive': '0'.repeat(32),
    'grant B': monde.grants.B,
    'child grant': monde.grants.enfant,
    'grant child': monde.grants.enfant,
    origin: monde.origine,
    host: new URL(monde.origine).host,
  };
  return brut.replaceAll(/<([^<>]+)>/g, (tout, nom: string) => {
    const arith = /^size([+-]\d+)$/.exec(nom);
    if (arith?.[1]) return String(A.taille + Number(arith[1]));
    // "0-<x1000>": the text before, repeated.
    if (/^x\d+$/.test(nom)) return tout;
    const valeur = table[nom];
    if (valeur === undefined) throw new Inconnue(`repère inconnu : <${nom}>`);
    return valeur;
  });
}

/** `bytes=0-<x1000>` → `bytes=0-,0-,…` a thousand times. */
function repeterPlage(valeur: string): string {
  const m = /^(bytes=)(.*)<x(\d+)>$/.exec(valeur);
  return m ? (m[1] ?? '') + Array.from({ length: Number(m[3]) }, () => m[2]).join(',') : valeur;
}

function valeurClaim(monde: Monde, nom: string, v: unknown, claims: Record<string, unknown>): unknown {
  if (Array.isArray(v)) return v.map((x: unknown) => valeurClaim(monde, '', x, claims));
  if (typeof v !== 'string') return v;
  const t = Math.floor(Date.now() / 1000);
  if (['exp', 'iat', 'nbf'].includes(nom)) {
    if (/^[+-]\d+$/.test(v)) return t + Number(v);
    const m = /^(convention\.end|parent\.exp|account\.end)([+-]\d+)?$/.exec(v);
    const base = {
      'convention.end': monde.finConvention,
      'parent.exp': (decodeJwt(monde.grants.A) as unknown as Grant).exp,
      'account.end': Number(claims['exp']),
    };
    if (m?.[1]) return base[m[1] as keyof typeof base] + Number(m[2] ?? 0);
  }
  const liens: Record<string, string> = {
    '<grant A>': monde.grants.A,
    '<grant B>': monde.grants.B,
    '<child>': monde.grants.enfant,
    '<grandchild>': monde.grants.petit,
  };
  const lien = liens[v];
  return lien === undefined ? garnir(monde, v) : jtiDe(lien);
}

/** Names under which a case may ask to remove keys or headers. */
function aRetirer(m: Mutation): string[] {
  return [m['remove'], m['delete'], m['unset']].flatMap((x) =>
    typeof x === 'string' ? [x] : Array.isArray(x) ? x.filter((y) => typeof y === 'string') : [],
  );
}

/** Edit the token. Returns the text to send, '' for none. */
function muterJeton(
  monde: Monde,
  base: Base,
  jws: Jws,
  mutations: readonly Mutation[],
  anciens: { precedent: string },
): string {
  let j = jws;
  let sortie: string | undefined;
  const signe = (avec: string) => {
    j = signerAvec(monde, base, avec, j.entete, j.charge);
  };
  for (const m of mutations) {
    if (m.op === 'protected') {
      const ajout = Object.fromEntries(
        Object.entries(objet(m['set'])).map(([k, v]) => [k, typeof v === 'string' ? garnir(monde, v) : v]),
      );
      const tete = { ...(JSON.parse(j.entete) as object), ...ajout } as Record<string, unknown>;
      for (const k of aRetirer(m)) delete tete[k];
      // Defined, not assigned: "__proto__" must be a key of the text.
      j = { ...j, entete: JSON.stringify(tete) };
      signe(typeof m['signWith'] === 'string' ? m['signWith'] : 'valid');
    } else if (m.op === 'protected-text') {
      j = { ...j, entete: texte(m['value'], 'value') };
      signe(typeof m['signWith'] === 'string' ? m['signWith'] : 'valid');
    } else if (m.op === 'claims') {
      const claims = JSON.parse(j.charge) as Record<string, unknown>;
      const poses = Object.entries(objet(m['set'])).map(
        ([k, v]) => [k, valeurClaim(monde, k, v, claims)] as const,
      );
      for (const [k, v] of poses) {
        // `par` has its place in the canonical order, after jti.
        if (k === 'par' && claims['par'] === undefined) {
          const entrees = Object.entries(claims);
          entrees.splice(entrees.findIndex(([n]) => n === 'jti') + 1, 0, ['par', v]);
          for (const n of Object.keys(claims)) delete claims[n];
          Object.assign(claims, Object.fromEntries(entrees));
        } else claims[k] = v;
      }
      for (const k of aRetirer(m)) delete claims[k];
      j = { ...j, charge: JSON.stringify(claims) };
      if (m['signWith'] !== undefined) signe(texte(m['signWith'], 'signWith'));
    } else if (m.op === 'claims-text') {
      j = { ...j, charge: texte(m['value'], 'value') };
      signe(typeof m['signWith'] === 'string' ? m['signWith'] : 'valid');
    } else if (m.op === 'token') {
      const parts = (sortie ?? texteJws(j)).split('.');
      const rang = { header: 0, protected: 0, payload: 1, signature: 2 }[String(m['segment'] ?? '')] ?? 2;
      const seg = parts[rang] ?? '';
      const remplace = (s: string) => {
        parts[rang] = s;
        sortie = parts.join('.');
      };
      const tout = sortie ?? parts.join('.');
      const v = typeof m['value'] === 'string' ? m['value'] : '';
      const i = typeof m['index'] === 'number' ? m['index'] : 0;
      const changer = (s: string, k: number) => {
        const n = k < 0 ? s.length + k : k;
        return s.slice(0, n) + (s[n] === 'A' ? 'B' : 'A') + s.slice(n + 1);
      };
      switch (String(m['edit'])) {
        case 'remove':
          return '';
        case 'empty':
          return m['segment'] === undefined ? '.' : (remplace(''), sortie ?? '');
        case 'flip':
          remplace(changer(seg, i));
          break;
        case 'truncate':
          remplace(seg.slice(0, Number(m['to'] ?? 11)));
          break;
        case 'alphabet': {
          const faux = seg.replaceAll('-', '+').replaceAll('_', '/');
          // A signature without either letter would be the valid one: spoil it the same way.
          remplace(faux === seg ? `${seg.slice(0, -1)}+` : faux);
          break;
        }
        case 'pad':
        case 'padding':
          remplace(`${seg}${v || '='}`);
          break;
        case 'alias':
        case 'alias-last':
        case 'spare-bits':
        case 'malleate': {
          const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
          const n = alphabet.indexOf(seg.at(-1) ?? 'A');
          remplace(seg.slice(0, -1) + (alphabet[n ^ 1] ?? 'A'));
          break;
        }
        case 'reserialise':
          remplace(Buffer.from(JSON.stringify(JSON.parse(j.charge), null, 1)).toString('base64url'));
          break;
        case 'segments': {
          const n = Number(m['value']);
          sortie = [...parts, 'AAAA', 'AAAA', 'AAAA'].slice(0, n).join('.');
          break;
        }
        case 'json-serialisation':
          sortie = encodeURIComponent(
            JSON.stringify({ protected: parts[0], payload: parts[1], signature: parts[2] }),
          );
          break;
        case 'insert':
          sortie = tout.slice(0, i) + v + tout.slice(i);
          break;
        case 'append':
          sortie = tout + v;
          break;
        case 'prefix':
          sortie = `${v}.${tout}`;
          break;
        case 'zero':
          remplace(Buffer.alloc(Buffer.from(seg, 'base64url').length).toString('base64url'));
          break;
        case 'lower':
        case 'lowercase':
          sortie = tout.toLowerCase();
          break;
        case 'space':
        case 'whitespace':
          sortie = `${tout.slice(0, i)}%20${tout.slice(i)}`;
          break;
        case 'percent-encode':
        case 'encode':
          sortie = [...tout].map((c) => `%${c.codePointAt(0)?.toString(16) ?? ''}`).join('');
          break;
        case 'extend':
        case 'length':
        case 'long':
          sortie = tout + 'A'.repeat(Math.max(1, Number(m['to'] ?? m['value'] ?? 4096) - tout.length));
          break;
        case 'drop-segment':
        case 'remove-segment':
          sortie = parts.filter((_, k) => k !== rang).join('.');
          break;
        case 'upper':
        case 'uppercase':
          sortie = tout.toUpperCase();
          break;
        case 'double':
          sortie = tout + tout;
          break;
        case 'random':
          remplace(randomBytes(Buffer.from(seg, 'base64url').length).toString('base64url'));
          break;
        case 'replace':
          sortie = v;
          break;
        case 'splice':
        case 'swap-segment':
        case 'swap':
          remplace(texteJws(jetonOctets(monde, { grant: monde.grants.B })).split('.')[rang] ?? '');
          break;
        case 'use': {
          const choix: Record<string, () => string> = {
            grant: () => monde.grants.A,
            'commune-token': () =>
              texteJws(
                jetonOctets(monde, { grant: monde.grants.commune, archives: [ids(monde).commune.id] }),
              ),
            'token B': () => garnir(monde, '<token B>'),
            'previous-key-token': () => anciens.precedent,
            'byte-token': () => texteJws(jetonOctets(monde)),
            'commune-grant': () => monde.grants.commune,
            'grant B': () => monde.grants.B,
          };
          const utilise = choix[v];
          if (!utilise) throw new Inconnue(`jeton inconnu : ${v}`);
          sortie = utilise();
          break;
        }
        default:
          throw new Inconnue(`édition de jeton inconnue : ${String(m['edit'])}`);
      }
    }
  }
  return sortie ?? texteJws(j);
}

const JETON = new Set(['token', 'protected', 'protected-text', 'claims', 'claims-text']);
const AILLEURS = new Set(['state']);

/** Build the request of a case. `grantBase` is the grant that the session base presents. */
export function preparer(
  monde: Monde,
  cas: Cas,
  port: number,
  options: { grant?: string; precedent?: string } = {},
): Preparee {
  const base: Base = cas.request.base === 'session' ? 'session' : 'bytes';
  const mutations = cas.request.mutate;
  const grant = options.grant ?? monde.grants.A;
  const jws = base === 'session' ? lireJws(grant) : jetonOctets(monde);
  const jeton = muterJeton(monde, base, jws, mutations, { precedent: options.precedent ?? '' });
  const { A } = ids(monde);
  const d: Preparee = {
    methode: base === 'session' ? 'POST' : 'GET',
    cible: base === 'session' ? '/t/v1/session' : `/t/v1/${A.id}`,
    entetes: [['Host', `localhost:${port}`]],
    lent: false,
    brut: undefined,
    repeter: undefined,
    ensuite: false,
    jeton,
  };
  // Where the case took the token out of its place, "<token>" still means the good one.
  const original = jeton === '' ? texteJws(jws) : jeton;
  let requete = jeton === '' ? '' : `t=${jeton}`;
  const poser = (nom: string, valeur: string) => {
    d.entetes = d.entetes.filter(([n]) => n.toLowerCase() !== nom.toLowerCase());
    d.entetes.push([nom, valeur]);
  };
  if (base === 'bytes') poser('Range', 'bytes=0-16383');
  else {
    requete = '';
    poser('Origin', monde.origine);
    poser('Sec-Fetch-Site', 'same-origin');
    poser('Content-Type', 'application/json');
    const pur = (JSON.parse(lireJws(grant).charge) as Grant).pur;
    d.corps = Buffer.from(JSON.stringify(jeton === '' ? { accepte: pur } : { grant: jeton, accepte: pur }));
  }
  for (const m of mutations) {
    if (JETON.has(m.op) || AILLEURS.has(m.op)) continue;
    switch (m.op) {
      case 'target': {
        d.cible = garnir(monde, texte(m['raw'], 'raw'), original);
        if (d.cible.includes('?')) requete = '';
        break;
      }
      case 'query':
        if (m['prepend'] !== undefined)
          requete = garnir(monde, texte(m['prepend'], 'prepend'), jeton) + requete;
        if (m['append'] !== undefined) requete += garnir(monde, texte(m['append'], 'append'), jeton);
        if (m['rename'] !== undefined) requete = requete.replace(/^t=/, `${texte(m['rename'], 'rename')}=`);
        if (Array.isArray(m['replace'])) {
          const [de, par] = m['replace'] as [string, string];
          requete = `t=${requete.slice(2).replaceAll(de, par)}`;
        }
        if (m['set'] !== undefined || m['raw'] !== undefined)
          requete = garnir(monde, texte(m['set'] ?? m['raw'], 'set'), jeton);
        if (m['remove'] !== undefined) requete = '';
        break;
      case 'header':
        for (const [n, v] of Object.entries(objet(m['set']))) {
          if (v === null) d.entetes = d.entetes.filter(([x]) => x.toLowerCase() !== n.toLowerCase());
          else poser(n, repeterPlage(garnir(monde, String(v), original)));
        }
        if (typeof m['name'] === 'string' && typeof m['bytes'] === 'number')
          poser(m['name'], 'a'.repeat(m['bytes']));
        for (const n of aRetirer(m))
          d.entetes = d.entetes.filter(([x]) => x.toLowerCase() !== n.toLowerCase());
        break;
      case 'header-repeat': {
        const nom = texte(m['name'], 'name');
        d.entetes = d.entetes.filter(([n]) => n.toLowerCase() !== nom.toLowerCase());
        // A token carried by headers is not carried by the query too.
        if (nom.toLowerCase() === 'authorization') requete = '';
        for (const v of (m['values'] as string[] | undefined) ?? [])
          d.entetes.push([nom, garnir(monde, v, texteJws(jws))]);
        break;
      }
      case 'method':
        d.methode = texte(m['value'], 'value');
        break;
      case 'body':
        if (m['json'] !== undefined)
          d.corps = Buffer.from(garnir(monde, JSON.stringify(m['json']), original));
        else if (typeof m['text'] === 'string') d.corps = Buffer.from(garnir(monde, m['text'], original));
        else if (typeof m['bytes'] === 'number') d.corps = Buffer.alloc(m['bytes'], 0x20);
        else throw new Inconnue('corps inconnu');
        break;
      case 'repeat':
        d.repeter = {
          fois: Number(m['times']),
          varier: typeof m['vary'] === 'string' ? m['vary'] : undefined,
        };
        if (m['token'] === 'invalid') {
          const faux = `${jeton.slice(0, -2)}${jeton.endsWith('A') ? 'BB' : 'AA'}`;
          if (base === 'session')
            d.corps = Buffer.from(JSON.stringify({ grant: faux, accepte: 'observation' }));
          else requete = `t=${faux}`;
        }
        break;
      case 'then':
        d.ensuite = true;
        break;
      case 'raw':
        d.brut = Buffer.from(
          garnir(monde, texte(m['bytes'], 'bytes'), original).replace(
            /^(Host: )h(\r?)$/gm,
            `$1localhost:${port}$2`,
          ),
          'latin1',
        );
        break;
      case 'slow':
        d.lent = true;
        break;
      default:
        throw new Inconnue(`mutation inconnue : ${m.op}`);
    }
  }
  if (base === 'session' && d.methode === 'GET') delete d.corps;
  if (requete !== '' && !d.cible.includes('?')) d.cible += `?${requete}`;
  return d;
}
