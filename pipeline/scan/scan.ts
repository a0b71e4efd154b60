/**
 * Scan of what leaves (built site, public archives, bundles) for what must never be there: keys, tokens, machine paths,
 * source maps, e-mails, and numbers planted in hidden cells. Raw bytes, then every gzip stream found inside (gate.md §6).
 * The list of allowed columns is checked elsewhere, by the audit: this is the net below it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UserError } from '../../data/contract/erreur.ts';
import type { Journal } from '../lib/journal.ts';

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

/** A pattern is only tried around one of its marks: most bytes hold none, and a search of bytes is fast. */
interface Motif {
  genre: Genre;
  marques: readonly string[];
  /** Bytes looked at before and after a mark. */
  avant: number;
  apres: number;
  motif: RegExp;
}
const MOTIFS: readonly Motif[] = [
  {
    genre: 'jeton',
    marques: ['eyJ'],
    avant: 0,
    apres: 8192,
    motif: /^eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/,
  },
  {
    genre: 'cle-privee',
    marques: ['-----BEGIN ', 'AGE-SECRET-KEY-1', '"d"'],
    avant: 0,
    apres: 120,
    motif:
      /^(?:-----BEGIN [A-Z ]*PRIVATE KEY-----|AGE-SECRET-KEY-1[A-Z0-9]{20,}|"d"\s*:\s*"[A-Za-z0-9_-]{40,}")/,
  },
  {
    genre: 'signature-s3',
    marques: ['ignature=', 'IGNATURE=', 'sig=', 'SIG=', 'Sig='],
    avant: 12,
    apres: 90,
    motif: /X-Amz-Signature=[0-9a-f]{64}|[?&]sig=[A-Za-z0-9%]{40,}/i,
  },
  {
    genre: 'chemin-machine',
    marques: ['/home/', '/root/', '/Users/', '/work/', '/builds/', '/workspace/', ':\\Users', ':\\\\Users'],
    avant: 2,
    apres: 200,
    motif: /(?<![\w.-])\/(?:home|root|Users|work|builds|workspace)\/[\w.-]+\/[\w.-]+|[A-Z]:\\\\?Users\\/,
  },
  {
    genre: 'carte-source',
    marques: ['sourceMappingURL='],
    avant: 8,
    apres: 18,
    motif: /[#@]\s*sourceMappingURL=/,
  },
];
const COURRIEL = /[A-Za-z0-9._%+-]{2,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:fr|com|org|net|eu|example)\b/g;
const MOT = /[A-Za-z0-9]/;

function* occurrences(octets: Buffer, marque: string): Generator<number> {
  for (let i = octets.indexOf(marque, 0, 'latin1'); i >= 0; i = octets.indexOf(marque, i + 1, 'latin1'))
    yield i;
}
const autour = (octets: Buffer, i: number, avant: number, apres: number) =>
  octets.toString('latin1', Math.max(0, i - avant), i + apres);

function aMotif(octets: Buffer, { marques, avant, apres, motif }: Motif): boolean {
  for (const marque of marques)
    for (const i of occurrences(octets, marque)) if (motif.test(autour(octets, i, avant, apres))) return true;
  return false;
}

function aCourriel(octets: Buffer, admis: readonly string[]): boolean {
  for (const i of occurrences(octets, '@')) {
    // One byte in 256 is an arobase in compressed data: look at its neighbours before anything else.
    if (!MOT.test(String.fromCharCode(octets[i + 1] ?? 0))) continue;
    for (const m of autour(octets, i, 64, 200).matchAll(COURRIEL)) if (!admis.includes(m[0])) return true;
  }
  return false;
}

/** Files whose name alone is a leak; `.cle` is the hash by which a built site knows that it is up to date. */
const CACHE = /^\.(?!(?:well-known|cle)$)|\.map$|\.(?:pem|key|jwk|age|env|sqlite|duckdb|parquet|log)$/i;

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
    for (const motif of MOTIFS) if (aMotif(contenu, motif)) trouves.add(motif.genre);
    if (aCourriel(contenu, options.courriels ?? [])) trouves.add('courriel');
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

const NOMS: Readonly<Record<Genre, string>> = {
  jeton: 'un jeton',
  'cle-privee': 'une clé privée',
  'signature-s3': 'une adresse signée',
  'chemin-machine': 'un chemin de machine',
  courriel: 'une adresse courriel',
  'carte-source': 'une carte de source',
  'fichier-cache': 'un fichier qui ne se publie pas',
  'secret-connu': 'une clé du registre',
  canari: 'un nombre masqué',
};

/**
 * Scan a folder that is about to leave, as a stage of a build.
 * @throws UserError code 4 that names files and kinds, never what was found
 */
export async function exigerPropre(
  dossier: string,
  journal: Journal,
  nom: string,
  options: OptionsScan = {},
): Promise<void> {
  const etape = journal.etape(nom);
  const fuites = await scanner(dossier, options);
  if (fuites.length === 0) return etape.fin({ fuites: 0 });
  etape.fin({ fuites: fuites.length });
  const liste = fuites.slice(0, 5).map((f) => `${NOMS[f.genre]} dans « ${f.fichier} »`);
  throw new UserError(
    `Rien n’est publié : ${liste.join(', ')}${fuites.length > 5 ? `, et ${fuites.length - 5} autres` : ''}.`,
    { code: 4, hint: 'Retirez ces fuites, ou leur cause dans les sources, puis recommencez.' },
  );
}
