/** Mutations of a token: its header, its claims, its signature, its text. */
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { Grant } from '../../../data/contract/grant.ts';
import { Inconnue, objet, texte, type Mutation } from './cas.ts';
import { jetonOctets, signerAvec, texteJws, type Jws, type Monde } from './monde.ts';
import { garnir, ids, jtiDe } from './noms.ts';

export type Base = 'bytes' | 'session';

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
  // A case may ask for "__proto__": a name of this table, or nothing.
  const lien = Object.hasOwn(liens, v) ? liens[v] : undefined;
  return lien === undefined ? garnir(monde, v) : jtiDe(lien);
}

/** Names under which a case may ask to remove keys or headers. */
export function aRetirer(m: Mutation): string[] {
  return [m['remove'], m['delete'], m['unset']].flatMap((x) =>
    typeof x === 'string' ? [x] : Array.isArray(x) ? x.filter((y) => typeof y === 'string') : [],
  );
}

/** Edit the token. Returns the text to send, '' for none. */
export function muterJeton(
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
        } else
          Object.defineProperty(claims, k, {
            value: v,
            enumerable: true,
            configurable: true,
            writable: true,
          });
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
