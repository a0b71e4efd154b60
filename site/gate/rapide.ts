/**
 * Fast path of nginx: njs checks a byte token and nginx sends the file itself. It only ever says yes to what the gate would
 * serve: an ordinary GET of one range with a good token. Anything else, and any doubt, goes to the gate, which answers.
 *
 * Written in the language of njs 0.7 (no import, no class, no async, a name in every catch): `carto publish --config nginx --njs` takes the types
 * away and puts the settings in. njs runs the whole module again at each request: every function and pattern here is paid
 * each time, so that what nginx's own maps can say (below) is not said again in a script.
 */

/** One request target and its token, as nginx splits them; the last letters of a canonical text that ends with `]}`. */
const JETON =
  '(?<carto_texte>(?<carto_tete>[A-Za-z0-9_-]+)\\.(?<carto_corps>[A-Za-z0-9_-]+(?:19|fQ|X0)))\\.(?<carto_signe>[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])';
const CIBLE = '^/t/v1/(?<carto_id>[a-z0-9]{16,64})';
/** Patterns over `<request target> <Authorization>`: the token is in one of them, never in both. */
export const FORMES = [`${CIBLE} Bearer ${JETON}$`, `${CIBLE}\\?t=${JETON} $`] as const;

/** Primitives that differ between njs and Node. Keys and byte strings are hexadecimal. */
export interface Moteur {
  /** HMAC-SHA256 of a text, in 32 bytes. */
  hmac(cleHex: string, texte: string): Octets;
  base64url(texte: string): Octets;
}
interface Octets {
  readInt32LE(i: number): number;
  toString(): string;
}

/**
 * Keys of the coming days, computed when the module is written. One record a day: the protected header of its tokens in
 * base64url, then the key in hexadecimal.
 */
export interface Avance {
  /** Name of the master secret. */
  id: string;
  /** First day (days since 1970), characters of a header. */
  base: number;
  tete: number;
  texte: string;
}

/** What is read in a good token. */
export interface Charge {
  sid: string;
  /** Master secret, key of the link, convention, account, link (its parents after it, with dots): a path in the gate's folder. */
  lien: string;
}

/**
 * The one text of a payload: keys in their order, no space, closed forms. The long pattern of addresses is read by runs of
 * letters, not by an alternative at each letter, which njs pays for at each request.
 */
const CHARGE =
  /^\{"iss":"([^"\\]*)","exp":(0|[1-9]\d{0,10}),"iat":(0|[1-9]\d{0,10}),"nbf":(0|[1-9]\d{0,10}),"cdniv":1,"cdniuc":"regex:\^[ !#-[\]-~]*(?:\\\\[ !#-[\]-~]*)*","sid":"([A-Za-z0-9_-]{16,32})","arc":\[("[a-z0-9]{16,64}"(?:,"[a-z0-9]{16,64}")*)\],"lnk":\["([A-Za-z0-9_-]{1,64})","([A-Za-z0-9_-]{1,64})","([A-Za-z0-9_-]{1,64})","([A-Za-z0-9_-]{1,64}(?:","[A-Za-z0-9_-]{1,64}){0,3})"\]\}$/;

/** Key of a header on a day (64 characters), then the name of its secret; '' when it is not one of that day. */
function cleDu(rang: number, tete: string, avances: Avance[]): string {
  for (let i = 0; i < avances.length; i++) {
    const a = avances[i] as Avance;
    const debut = (rang - a.base) * (a.tete + 64);
    if (debut >= 0 && a.texte.slice(debut, debut + a.tete) === tete)
      return a.texte.slice(debut + a.tete, debut + a.tete + 64) + a.id;
  }
  return '';
}

/**
 * Verify a token as the gate does, time included.
 * @param texte header and payload as signed; @param t Unix seconds; @param id archive that is asked for, '' for none
 * @returns null for any doubt
 */
export function verifier(
  texte: string,
  tete: string,
  signe: string,
  id: string,
  t: number,
  iss: string,
  avances: Avance[],
  m: Moteur,
): Charge | null {
  if (texte.length > 7956) return null;
  const rang = Math.floor(t / 86400);
  let cle = cleDu(rang, tete, avances);
  // Yesterday's key is accepted for a quarter of an hour.
  if (cle === '' && t - rang * 86400 <= 900) cle = cleDu(rang - 1, tete, avances);
  if (cle === '') return null;
  // Same time whatever the first difference; the pattern of nginx left one spelling of each signature.
  const a = m.hmac(cle.slice(0, 64), texte);
  const b = m.base64url(signe);
  let d = 0;
  for (let i = 0; i < 32; i += 4) d |= a.readInt32LE(i) ^ b.readInt32LE(i);
  if (d !== 0) return null;
  const c = CHARGE.exec(m.base64url(texte.slice(tete.length + 1)).toString());
  if (!c || c[1] !== iss) return null;
  if (t > Number(c[2]) + 60 || t < Number(c[3]) - 60 || t < Number(c[4]) - 60) return null;
  const arc = c[6] as string;
  if (arc.length > 1519 && arc.split(',').length > 80) return null;
  if (id !== '' && arc.indexOf('"' + id + '"') < 0) return null;
  const parents = c[10] as string;
  return {
    sid: c[5] as string,
    lien:
      cle.slice(64) +
      '/' +
      c[7] +
      '/' +
      c[8] +
      '/' +
      c[9] +
      '/' +
      (parents.indexOf('"') < 0 ? parents : parents.split('","').join('.')),
  };
}

/** Range that the fast path serves: `bytes=a-b`, 4 MiB at most; nginx clips it to the file. @returns length, or 0 */
export function longueurPlage(entete: string): number {
  const p = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(entete);
  if (!p) return 0;
  const n = Number(p[2]) - Number(p[1]) + 1;
  return n >= 1 && n <= 4194304 ? n : 0;
}
