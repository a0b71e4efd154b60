/** Base requests and their mutations: from data to bytes on the wire. */
import type { Grant } from '../../../data/contract/grant.ts';
import type { Demande } from './brut.ts';
import { Inconnue, objet, texte, type Cas } from './cas.ts';
import { jetonOctets, lireJws, texteJws, type Monde } from './monde.ts';
import { aRetirer, muterJeton, type Base } from './mutation-jeton.ts';
import { garnir, ids } from './noms.ts';

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

/** `bytes=0-<x1000>` → `bytes=0-,0-,…` a thousand times. */
function repeterPlage(valeur: string): string {
  const m = /^(bytes=)(.*)<x(\d+)>$/.exec(valeur);
  return m ? (m[1] ?? '') + Array.from({ length: Number(m[3]) }, () => m[2]).join(',') : valeur;
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
          const corps = requete.slice(2);
          requete = corps.includes(de) ? `t=${corps.replaceAll(de, par)}` : requete.replaceAll(de, par);
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
