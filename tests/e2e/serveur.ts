/** A tiny static server for tests: built site, public files with byte ranges, the strict policy of gate.md §2.4. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

export const CSP =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

export interface Site {
  readonly origine: string;
  ferme(): Promise<void>;
}

/** Serve `dist` at `/` and `<release>/public` at `/public/` on a free port of localhost. */
export async function sers(dist: string, release: string, port = 0): Promise<Site> {
  const serveur: Server = createServer((req, res) => {
    const chemin = decodeURIComponent(new URL(req.url ?? '/', 'http://x').pathname);
    let fichier = join(chemin.startsWith('/public/') ? release : dist, chemin);
    if (existsSync(fichier) && statSync(fichier).isDirectory()) fichier = join(fichier, 'index.html');
    const trouve = existsSync(fichier) && statSync(fichier).isFile();
    if (!trouve) fichier = join(dist, '404.html');
    const corps = existsSync(fichier) ? readFileSync(fichier) : Buffer.alloc(0);
    const entetes = {
      'content-security-policy': CSP,
      'content-type': TYPES[extname(fichier)] ?? 'application/octet-stream',
      'accept-ranges': 'bytes',
    };
    const m = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '');
    if (m && trouve) {
      const debut = Number(m[1]);
      const fin = Math.min(corps.length - 1, m[2] ? Number(m[2]) : corps.length - 1);
      res.writeHead(206, { ...entetes, 'content-range': `bytes ${debut}-${fin}/${corps.length}` });
      res.end(corps.subarray(debut, fin + 1));
      return;
    }
    res.writeHead(trouve ? 200 : 404, entetes);
    res.end(corps);
  });
  await new Promise<void>((ok) => serveur.listen(port, '127.0.0.1', ok));
  return {
    origine: `http://127.0.0.1:${(serveur.address() as AddressInfo).port}`,
    ferme: () => new Promise((ok) => (serveur.closeAllConnections(), serveur.close(() => ok()))),
  };
}
