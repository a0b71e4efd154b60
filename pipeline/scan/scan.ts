/**
 * Scan of what leaves (built site, public archives, bundles) for what must never be there: keys, tokens, machine paths,
 * source maps, e-mails, and numbers planted in hidden cells. Raw bytes, then every gzip stream found inside (gate.md §6).
 * The list of allowed columns is checked elsewhere, by the audit: this is the net below it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

export type Genre =
  | 'jeton'
  | 'cle-privee'
  | 'signature-s3'
  | 'chemin-machine'
  | 'courriel'
  | 'carte-source'
  | 'fichier-cache'
  | 'secret-connu'
  | 'canari';

export interface Fuite {
  /** Path inside the scanned folder. */
  fichier: string;
  genre: Genre;
}

export interface OptionsScan {
  /** Real key material (raw bytes): searched in hex, base64 at three offsets, base64url. */
  secrets?: readonly Uint8Array[];
  /** Unique integers planted in hidden cells by a test build: text, varint, zigzag, float32, float64. */
  canaris?: readonly number[];
  /** E-mail addresses that may appear (contact of the site). */
  courriels?: readonly string[];
}

const MOTIFS: readonly (readonly [Genre, RegExp])[] = [
  ['jeton', /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/],
  [
    'cle-privee',
    /-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1[A-Z0-9]{20,}|"d"\s*:\s*"[A-Za-z0-9_-]{40,}"/,
  ],
  ['signature-s3', /X-Amz-Signature=[0-9a-f]{64}|[?&]sig=[A-Za-z0-9%]{40,}/i],
  [
    'chemin-machine',
    /(?<![\w.-])\/(?:home|root|Users|work|builds|workspace)\/[\w.-]+\/[\w.-]+|[A-Z]:\\\\?Users\\/,
  ],
  ['carte-source', /[#@]\s*sourceMappingURL=/],
];
const COURRIEL = /[A-Za-z0-9._%+-]{2,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:fr|com|org|net|eu|example)\b/g;
/** Files whose name alone is a leak. */
const CACHE = /^\.(?!well-known$)|\.map$|\.(?:pem|key|jwk|age|env|sqlite|duckdb|parquet|log)$/i;

/** Forms under which bytes may be written in text. A prefix of base64 is enough, its three alignments differ. */
function formesSecret(secret: Uint8Array): Buffer[] {
  const hex = Buffer.from(secret).toString('hex');
  const formes = [hex, hex.toUpperCase()];
  for (const decalage of [0, 1, 2]) {
    const b64 = Buffer.concat([Buffer.alloc(decalage), secret]).toString('base64');
    // The first and last groups depend on the neighbours: only what is between is certain.
    const sur = b64.slice(decalage === 0 ? 0 : 4, -4).replace(/=+$/, '');
    formes.push(sur, sur.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [Buffer.from(secret), ...formes.map((f) => Buffer.from(f))];
}

function varint(n: number): Buffer {
  const octets: number[] = [];
  let x = BigInt(n);
  while (x >= 0x80n) {
    octets.push(Number(x & 0x7fn) | 0x80);
    x >>= 7n;
  }
  octets.push(Number(x));
  return Buffer.from(octets);
}

/** Encodings of a planted integer; it should have eight digits or more, or chance will find it. */
export function formesCanari(n: number): Buffer[] {
  const nombres = [Buffer.alloc(4), Buffer.alloc(4), Buffer.alloc(8), Buffer.alloc(8)] as const;
  nombres[0].writeFloatLE(n);
  nombres[1].writeFloatBE(n);
  nombres[2].writeDoubleLE(n);
  nombres[3].writeDoubleBE(n);
  return [Buffer.from(String(n)), varint(n), varint(2 * n), ...nombres];
}

const GZIP = '\u001f\u008b\u0008';
/** A member may hold the magic bytes by chance: try to end it at one of the next magics, not only at the first. */
const ESSAIS = 6;

/** Content, then every gzip member that can be opened inside it (tiles of an archive are gzip, one by one). Linear. */
function* contenus(octets: Buffer): Generator<Buffer> {
  yield octets;
  const debuts: number[] = [];
  for (let i = octets.indexOf(GZIP, 0, 'latin1'); i >= 0; i = octets.indexOf(GZIP, i + 3, 'latin1'))
    debuts.push(i);
  for (const [k, debut] of debuts.entries()) {
    for (let n = 1; n <= ESSAIS; n++) {
      const fin = debuts[k + n];
      try {
        yield gunzipSync(octets.subarray(debut, fin), { maxOutputLength: 64 * 1024 * 1024 });
        break;
      } catch {
        // Three bytes by chance, or a member cut by three bytes by chance.
      }
      if (fin === undefined) break;
    }
  }
}

/** Scan one file. */
export function scannerOctets(octets: Buffer, options: OptionsScan = {}): Genre[] {
  const trouves = new Set<Genre>();
  const secrets = (options.secrets ?? []).flatMap(formesSecret);
  const canaris = (options.canaris ?? []).flatMap(formesCanari);
  for (const contenu of contenus(octets)) {
    const texte = contenu.toString('latin1');
    for (const [genre, motif] of MOTIFS) if (motif.test(texte)) trouves.add(genre);
    for (const m of texte.matchAll(COURRIEL))
      if (!(options.courriels ?? []).includes(m[0])) trouves.add('courriel');
    if (secrets.some((s) => contenu.includes(s))) trouves.add('secret-connu');
    if (canaris.some((c) => contenu.includes(c))) trouves.add('canari');
  }
  return [...trouves];
}

/** Scan a folder. @returns every leak, by file; empty when clean */
export async function scanner(dossier: string, options: OptionsScan = {}): Promise<Fuite[]> {
  const fuites: Fuite[] = [];
  const entrees = await readdir(dossier, { recursive: true, withFileTypes: true });
  const fichiers = entrees.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  for (const chemin of fichiers.toSorted()) {
    const fichier = relative(dossier, chemin);
    if (CACHE.test(basename(chemin))) fuites.push({ fichier, genre: 'fichier-cache' });
    for (const genre of scannerOctets(await readFile(chemin), options)) fuites.push({ fichier, genre });
  }
  return fuites;
}
