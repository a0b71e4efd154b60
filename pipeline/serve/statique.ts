/**
 * Files of the built site and of the release's public side. Addresses are matched against a list made from the
 * folders: no path is ever built from a request. Ranges, strong ETags, strict page policy (gate.md §2.4).
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { gzipSync } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.pdf': 'application/pdf',
  '.pmtiles': 'application/vnd.pmtiles',
};
const COMPRIMES = new Set(['.html', '.js', '.mjs', '.css', '.json', '.svg', '.txt', '.xml', '.csv']);

/** Headers of every page and file. `frame-ancestors` only works as a header, hence no <meta>. */
const ENTETES: Readonly<Record<string, string>> = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/**
 * A public map asked for as an insert (`/carte/…?integre=legende|carte`) may be framed by any site: it holds no session and
 * nothing to press that matters. Every other page refuses.
 */
export const integrable = (cible: string): boolean =>
  /^\/carte\/[^?]*\?(?:.*&)?integre=(?:legende|carte)(?:&|$)/.test(cible);

/** Inline scripts and styles of a page are allowed by their hash only; the site writes none, integrations might. */
function empreintes(html: string, balise: 'script' | 'style'): string {
  const trouvees = new Set<string>();
  for (const m of html.matchAll(new RegExp(`<${balise}\\b([^>]*)>([\\s\\S]*?)</${balise}>`, 'gi'))) {
    if (/\bsrc\s*=/i.test(m[1] ?? '') || /type\s*=\s*["']?application\//i.test(m[1] ?? '')) continue;
    trouvees.add(
      `'sha256-${createHash('sha256')
        .update(m[2] ?? '')
        .digest('base64')}'`,
    );
  }
  return trouvees.size > 0 ? ` ${[...trouvees].toSorted().join(' ')}` : '';
}

/**
 * Content-Security-Policy of one page, but for `frame-ancestors`, which depends on the address.
 * @param formulaires whether its forms may be sent without JavaScript (the search of public pages), to this site only
 */
export function politique(html: string, formulaires: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self'${empreintes(html, 'script')}`,
    "worker-src 'self'",
    `style-src 'self'${empreintes(html, 'style')}`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    `form-action ${formulaires ? "'self'" : "'none'"}`,
  ].join('; ');
}

interface Vue {
  mtimeMs: number;
  taille: number;
  gzip?: Buffer;
  csp?: string;
}

/** List a folder: address (as a browser sends it) → file. Missing folder: empty list. */
function lister(racine: string, prefixe: string): Map<string, string> {
  const table = new Map<string, string>();
  let entrees;
  try {
    entrees = readdirSync(racine, { recursive: true, withFileTypes: true });
  } catch {
    return table;
  }
  for (const e of entrees) {
    if (!e.isFile() || e.name.startsWith('.')) continue;
    const fichier = join(e.parentPath, e.name);
    const relatif = fichier.slice(racine.length + 1).split(/[\\/]/);
    if (relatif.some((r) => r.startsWith('.'))) continue;
    const adresse = prefixe + encodeURI(relatif.join('/'));
    table.set(adresse, fichier);
    if (adresse.endsWith('/index.html')) {
      const dossier = adresse.slice(0, -'index.html'.length);
      table.set(dossier, fichier);
      if (dossier.length > 1) table.set(dossier.slice(0, -1), fichier);
    }
  }
  return table;
}

/**
 * Handler of static files. New files are seen within two seconds (a release switched in while serving).
 * @param dossiers address prefix (ending with "/") → folder
 * @returns the address served, for the log; "inconnu" when there was none
 */
export function creerStatique(
  dossiers: readonly { prefixe: string; racine: string }[],
): (requete: IncomingMessage, reponse: ServerResponse) => string {
  let table = new Map<string, string>();
  let lu = -Infinity;
  const vues = new Map<string, Vue>();
  const relire = () => {
    lu = performance.now();
    table = new Map(dossiers.flatMap(({ prefixe, racine }) => [...lister(racine, prefixe)]));
  };
  relire();

  const vue = (fichier: string): Vue => {
    const etat = statSync(fichier);
    const connue = vues.get(fichier);
    if (connue?.mtimeMs === etat.mtimeMs && connue.taille === etat.size) return connue;
    const neuve: Vue = { mtimeMs: etat.mtimeMs, taille: etat.size };
    vues.set(fichier, neuve);
    return neuve;
  };

  return (requete, reponse) => {
    const adresse = (requete.url ?? '').split('?')[0] ?? '';
    if (requete.method !== 'GET' && requete.method !== 'HEAD') {
      reponse.writeHead(405, { ...ENTETES, allow: 'GET, HEAD', 'content-length': 0 }).end();
      return 'inconnu';
    }
    if (!table.has(adresse) && performance.now() - lu > 2000) relire();
    let fichier = table.get(adresse);
    const trouve = fichier !== undefined;
    fichier ??= table.get('/404.html');
    try {
      if (fichier === undefined) throw new Error('no such page');
      envoyer(requete, reponse, adresse, fichier, vue(fichier), trouve ? 200 : 404);
    } catch {
      if (!reponse.headersSent)
        reponse.writeHead(404, { ...ENTETES, 'content-type': 'text/plain; charset=utf-8' });
      reponse.end('Page inconnue.\n');
    }
    return trouve ? adresse : 'inconnu';
  };
}

function envoyer(
  requete: IncomingMessage,
  reponse: ServerResponse,
  adresse: string,
  fichier: string,
  vue: Vue,
  statut: number,
): void {
  const extension = extname(fichier);
  const confidentiel = /^\/territoire(\/|$)/.test(adresse);
  const etag = `"${vue.taille.toString(16)}-${Math.floor(vue.mtimeMs).toString(16)}"`;
  const entetes: Record<string, string | number> = {
    ...ENTETES,
    'content-type': TYPES[extension] ?? 'application/octet-stream',
    'cache-control': adresse.startsWith('/_astro/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
  };
  if (extension === '.html') {
    vue.csp ??= politique(readFileSync(fichier, 'utf8'), !confidentiel);
    const cadre = integrable(requete.url ?? '');
    entetes['content-security-policy'] = `${vue.csp}; frame-ancestors ${cadre ? '*' : "'none'"}`;
    if (cadre) delete entetes['x-frame-options'];
  }
  if (confidentiel) entetes['x-robots-tag'] = 'noindex, nofollow';
  const connu = requete.headers['if-none-match'];
  if (statut === 200 && (connu === etag || connu === `${etag.slice(0, -1)}-g"`)) {
    reponse.writeHead(304, entetes).end();
    return;
  }
  const plage = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(requete.headers.range ?? '');
  if (extension === '.pmtiles') entetes['accept-ranges'] = 'bytes';
  if (statut === 200 && requete.headers.range !== undefined && extension === '.pmtiles') {
    const debut = Number(plage?.[1] ?? Number.NaN);
    const fin = Math.min(vue.taille - 1, plage?.[2] === undefined ? vue.taille : Number(plage[2]));
    if (!(debut <= fin)) {
      reponse.writeHead(416, { ...entetes, 'content-range': `bytes */${vue.taille}` }).end();
      return;
    }
    reponse.writeHead(206, {
      ...entetes,
      'content-range': `bytes ${debut}-${fin}/${vue.taille}`,
      'content-length': fin - debut + 1,
    });
    if (requete.method === 'HEAD') reponse.end();
    else pipeline(createReadStream(fichier, { start: debut, end: fin }), reponse, () => undefined);
    return;
  }
  if (COMPRIMES.has(extension)) {
    entetes['vary'] = 'Accept-Encoding';
    if (vue.taille > 1024 && /\bgzip\b/.test(String(requete.headers['accept-encoding'] ?? ''))) {
      vue.gzip ??= gzipSync(readFileSync(fichier), { level: 6 });
      entetes['content-encoding'] = 'gzip';
      entetes['etag'] = `${etag.slice(0, -1)}-g"`;
      reponse.writeHead(statut, { ...entetes, 'content-length': vue.gzip.length });
      reponse.end(requete.method === 'HEAD' ? undefined : vue.gzip);
      return;
    }
  }
  reponse.writeHead(statut, { ...entetes, 'content-length': vue.taille });
  if (requete.method === 'HEAD') reponse.end();
  else pipeline(createReadStream(fichier), reponse, () => undefined);
}
