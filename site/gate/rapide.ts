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
/** What the gate keeps on disk for this module (pipeline/serve/rapide.ts). */
export interface Lot {
  fichier: string;
  taille: number;
  etag: string;
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

const FORME = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;
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

/** Verify a token as the gate does, time included. @returns its payload, or null for any doubt */
export function verifier(jeton: string, t: number, reglages: Reglages, m: Moteur): Charge | null {
  if (jeton.length > 8000) return null;
  const parts = FORME.exec(jeton);
  if (!parts) return null;
  const jours = [jour(t)];
  if (jour(t - RECOUVREMENT) !== jours[0]) jours.push(jour(t - RECOUVREMENT));
  let cle = '';
  for (let i = 0; i < reglages.maitres.length; i++) {
    for (let k = 0; k < jours.length; k++) {
      const maitre = reglages.maitres[i] as Reglages['maitres'][number];
      const kid = maitre.id + '-' + jours[k];
      if (parts[1] !== m.texteVersBase64url('{"alg":"HS256","kid":"' + kid + '","typ":"tb+jwt"}')) continue;
      // One block of HKDF-Expand: the key has 32 bytes.
      cle = m.hmac(maitre.prk, 'b1|' + jours[k] + '\u0001');
    }
  }
  if (cle === '') return null;
  const attendue = m.hexVersBase64url(m.hmac(cle, parts[1] + '.' + parts[2]));
  const corps = parts[2] as string;
  if (!egaux(attendue, parts[3] as string)) return null;
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

/** Range that the fast path serves: `bytes=a-b`, inside the file, 4 MiB at most. @returns length, or 0 */
export function longueurPlage(entete: string, taille: number): number {
  const p = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(entete);
  if (!p) return 0;
  const debut = Number(p[1]);
  const fin = Math.min(Number(p[2]), taille - 1);
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
