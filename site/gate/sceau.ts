/**
 * Seals of a release: the producer's Ed25519 signature of a digest, checked by the gate (list of archives), by the page
 * (manifest of a territory) and by `carto verify`. No JWS here: what a seal covers is one line of text, never parsed.
 */
import type { GateManifest } from '../../data/contract/grant.ts';

export interface ClePublique {
  kid: string;
  /** JWK `x` of an Ed25519 key. */
  x: string;
}

/** A text that no other signature of the project can be mistaken for. */
const texte = (objet: string, sha256: string) =>
  new TextEncoder().encode(`carto-ops/sceau@1\n${objet}\n${sha256}\n`);

// The page loads this file: no library for twenty lines of the platform's own cryptography.
const b64url = (octets: Uint8Array) =>
  btoa(String.fromCharCode(...octets))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const deB64url = (t: string) =>
  Uint8Array.from(atob(t.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

/** Lower-case hexadecimal sha256. */
export async function empreinte(octets: Uint8Array<ArrayBuffer>): Promise<string> {
  const resume = await crypto.subtle.digest('SHA-256', octets);
  return Array.from(new Uint8Array(resume), (o) => o.toString(16).padStart(2, '0')).join('');
}

/** Seal a digest. @param objet what it is the digest of: a territory, or `archives:<release>` */
export async function apposerSceau(
  cle: { kid: string; cle: CryptoKey },
  objet: string,
  sha256: string,
): Promise<string> {
  const signature = await crypto.subtle.sign('Ed25519', cle.cle, texte(objet, sha256));
  return `${cle.kid}.${b64url(new Uint8Array(signature))}`;
}

/** Whether one of these keys sealed this digest for this object. */
export async function sceauTient(
  sceau: string | undefined,
  cles: readonly ClePublique[],
  objet: string,
  sha256: string,
): Promise<boolean> {
  const [kid = '', signature = ''] = sceau?.split('.') ?? [];
  const cle = cles.find((c) => c.kid === kid);
  if (!cle) return false;
  const publique = await crypto.subtle.importKey('raw', deB64url(cle.x), 'Ed25519', false, ['verify']);
  const octets = deB64url(signature);
  // One text per signature: unused bits of the last character must be zero.
  return (
    b64url(octets) === signature && crypto.subtle.verify('Ed25519', publique, octets, texte(objet, sha256))
  );
}

/** Digest of a list of archives, as its seal covers it. */
export function empreinteListe(manifeste: Pick<GateManifest, 'archives'>): Promise<string> {
  return empreinte(new TextEncoder().encode(JSON.stringify(manifeste.archives)));
}

/** What the seal of the list names. */
export const objetListe = (release: string): string => `archives:${release}`;
