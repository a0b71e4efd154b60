/**
 * Fast path of nginx: njs checks a byte token and nginx sends the file itself. It only ever says yes to what the gate would
 * serve: an ordinary GET of one range with a good token. Anything else, and any doubt, goes to the gate, which answers.
 *
 * Written in the language of njs 0.7 (no import, no class, no async, a name in every catch): `carto publish --config nginx --njs` takes the types
 * away and puts the settings in. The tests run it in Node beside the gate's own check, and in a real nginx.
 */

/** What `carto publish` writes in front of the module. */
export interface Reglages {
  /** First origin of the gate: the issuer of tokens. */
  iss: string;
  hotes: string[];
  /** HKDF pseudo-random keys of the master secrets, hexadecimal. */
  maitres: { id: string; prk: string }[];
}
/** Primitives that differ between njs and Node. */
export interface Moteur {
  /** HMAC-SHA256 of a text; key and result in hexadecimal. */
  hmac(cleHex: string, texte: string): string;
  hexVersBase64url(hex: string): string;
  texteVersBase64url(texte: string): string;
  base64urlVersTexte(b64: string): string;
}
export interface Charge {
  iss: string;
  exp: number;
  iat: number;
  nbf: number;
  arc: string[];
  sid: string;
  lnk: string[];
}

/**
 * Keys of the coming days, computed when the module is written: njs runs the whole module again at each request, so that
 * anything computed at its top is paid every time (measured: 4 µs a key).
 */
export interface Avance {
  /** First day (days since 1970), and characters of one day. */
  base: number;
  pas: number;
  texte: string;
}

const CLES = 'iss,exp,iat,nbf,cdniv,cdniuc,sid,arc,lnk';
const TOLERANCE = 60;
const RECOUVREMENT = 900;
const PLAGE_MAX = 4194304;

function jour(t: number): string {
  return new Date(t * 1000).toISOString().slice(0, 10);
}

/** Same time whatever the first difference. */
function egaux(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let d = 0;
  for (let i = 0; i < a.length; i++) d |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return d === 0;
}

function entier(x: unknown): boolean {
  return typeof x === 'number' && isFinite(x) && Math.floor(x) === x && x >= 0 && x <= 99999999999;
}

function textes(x: unknown, min: number, max: number, forme: RegExp): boolean {
  if (!Array.isArray(x) || x.length < min || x.length > max) return false;
  for (let i = 0; i < x.length; i++) if (typeof x[i] !== 'string' || !forme.test(x[i])) return false;
  return true;
}

/** Keys of one day: `;segment=key;` for each master, key in hexadecimal. */
export function clesDuJour(t: number, reglages: Reglages, m: Moteur): string {
  const date = jour(t);
  let cles = '';
  for (let i = 0; i < reglages.maitres.length; i++) {
    const maitre = reglages.maitres[i] as Reglages['maitres'][number];
    const entete = '{"alg":"HS256","kid":"' + maitre.id + '-' + date + '","typ":"tb+jwt"}';
    // One block of HKDF-Expand: the key has 32 bytes.
    cles += ';' + m.texteVersBase64url(entete) + '=' + m.hmac(maitre.prk, 'b1|' + date + '\u0001') + ';';
  }
  return cles;
}

function chercher(cles: string, segment: string): string {
  const i = cles.indexOf(';' + segment + '=');
  return i < 0 ? '' : cles.slice(i + segment.length + 2, i + segment.length + 66);
}

function cleDe(segment: string, t: number, avance: Avance, reglages: Reglages, m: Moteur): string {
  const rang = Math.floor(t / 86400) - avance.base;
  const prete = rang >= 0 ? avance.texte.slice(rang * avance.pas, (rang + 1) * avance.pas) : '';
  const cle = chercher(prete === '' ? clesDuJour(t, reglages, m) : prete, segment);
  // Yesterday's key is accepted for a quarter of an hour.
  if (cle !== '' || t % 86400 > RECOUVREMENT) return cle;
  return chercher(clesDuJour(t - RECOUVREMENT, reglages, m), segment);
}

/** Verify a token as the gate does, time included. @returns its payload, or null for any doubt */
export function verifier(
  jeton: string,
  t: number,
  avance: Avance,
  reglages: Reglages,
  m: Moteur,
): Charge | null {
  if (jeton.length > 8000) return null;
  // No pattern: what carries our signature is a text we wrote, and what does not is refused whatever it looks like.
  const un = jeton.indexOf('.');
  const deux = jeton.lastIndexOf('.');
  if (un <= 0 || deux <= un + 1) return null;
  const cle = cleDe(jeton.slice(0, un), t, avance, reglages, m);
  if (cle === '') return null;
  if (!egaux(m.hexVersBase64url(m.hmac(cle, jeton.slice(0, deux))), jeton.slice(deux + 1))) return null;
  const corps = jeton.slice(un + 1, deux);
  const json = m.base64urlVersTexte(corps);
  if (m.texteVersBase64url(json) !== corps) return null;
  let c;
  try {
    c = JSON.parse(json);
    // oxlint-disable-next-line no-unused-vars -- njs 0.7 wants a name here
  } catch (_) {
    return null;
  }
  if (c === null || typeof c !== 'object' || JSON.stringify(c) !== json) return null;
  if (Object.keys(c).join(',') !== CLES) return null;
  if (c.iss !== reglages.iss || c.cdniv !== 1 || typeof c.cdniuc !== 'string') return null;
  if (c.cdniuc.length > 4096 || c.cdniuc.indexOf('regex:^') !== 0) return null;
  if (!entier(c.exp) || !entier(c.iat) || !entier(c.nbf)) return null;
  if (typeof c.sid !== 'string' || !/^[A-Za-z0-9_-]{16,32}$/.test(c.sid)) return null;
  if (!textes(c.arc, 1, 80, /^[a-z0-9]{16,64}$/) || !textes(c.lnk, 4, 7, /^[\s\S]{0,64}$/)) return null;
  if (t > c.exp + TOLERANCE || t < Math.max(c.nbf, c.iat) - TOLERANCE) return null;
  return c;
}

/** Range that the fast path serves: `bytes=a-b`, 4 MiB at most; nginx clips it to the file. @returns length, or 0 */
export function longueurPlage(entete: string): number {
  const p = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(entete);
  if (!p) return 0;
  const debut = Number(p[1]);
  const fin = Number(p[2]);
  return debut <= fin && fin - debut < PLAGE_MAX ? fin - debut + 1 : 0;
}

/**
 * Whether one of the ids of a token is withdrawn, or the list too old to say so.
 * @param liste first line: Unix seconds of the gate's last reading; then one id a line
 */
export function retire(liste: string, lnk: string[], t: number): boolean {
  const fin = liste.indexOf('\n');
  const vu = Number(liste.slice(0, fin));
  if (fin < 1 || !(t - vu <= 30) || !(vu - t <= 60)) return true;
  for (let i = 0; i < lnk.length; i++) if (liste.indexOf('\n' + lnk[i] + '\n', fin) >= 0) return true;
  return false;
}
