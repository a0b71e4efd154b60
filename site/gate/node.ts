/** Node adapter of the gate: strict HTTP server, client address behind declared proxies, logs without any query. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Contexte } from './types.ts';

export type Traitement = (requete: Request, contexte: Contexte) => Promise<Response>;

/** One line of the access log. Never a query, a token, an address or a path that was not already known. */
export interface LigneAcces {
  t: string;
  methode: string;
  route: string;
  statut: number;
  octets: number;
  ms: number;
}

export interface OptionsServeur {
  gate: Traitement;
  /** Everything that is not the gate's: answers and returns the route to log (a known path, never the raw one). */
  statique?: (requete: IncomingMessage, reponse: ServerResponse) => string;
  /** Addresses of proxies whose X-Forwarded-For is believed. */
  mandataires?: readonly string[];
  acces?: (ligne: LigneAcces) => void;
  /** Errors that are bugs. */
  panne?: (erreur: unknown) => void;
}

/** Address of the client: the first one from the right of X-Forwarded-For that no declared proxy explains. */
export function adresseClient(requete: IncomingMessage, mandataires: readonly string[] = []): string {
  let ip = requete.socket.remoteAddress ?? '';
  if (mandataires.length === 0) return ip;
  const suivantes = String(requete.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((a) => a.trim())
    .filter((a) => a !== '');
  while (mandataires.includes(ip.replace(/^::ffff:/, '')) && suivantes.length > 0) ip = suivantes.pop() ?? ip;
  return ip;
}

function routeGate(cible: string): string | undefined {
  if (cible === '/healthz') return 'sante';
  if (/^\/t\/v1\/session(\?|$)/.test(cible)) return 'session';
  return cible.startsWith('/t/') ? 'octets' : undefined;
}

/** Server ready to listen. Header and request timeouts stop slow clients; nothing lenient is switched on. */
export function creerServeur(options: OptionsServeur): Server {
  const ecouteur = getRequestListener(
    (requete, env) => {
      const entrant = env.incoming as IncomingMessage;
      return options.gate(requete, {
        ip: adresseClient(entrant, options.mandataires),
        rawUrl: entrant.url ?? '',
        rawHeaders: entrant.rawHeaders,
      });
    },
    {
      // The adapter's own Request and Response: a platform Response is built, then read again, at each range (+ 15 µs).
      overrideGlobalObjects: true,
      errorHandler(erreur) {
        if (erreur instanceof Error && erreur.name === 'RequestError')
          return new Response(null, { status: 400, headers: { 'cache-control': 'no-store' } });
        options.panne?.(erreur);
        return new Response(null, { status: 500, headers: { 'cache-control': 'no-store' } });
      },
    },
  );
  const serveur = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
      requireHostHeader: true,
      insecureHTTPParser: false,
      noDelay: true,
    },
    (requete, reponse) => {
      let route = routeGate(requete.url ?? '');
      const { acces } = options;
      if (acces) {
        const debut = performance.now();
        reponse.once('close', () => {
          try {
            acces({
              t: new Date().toISOString(),
              methode: requete.method ?? '',
              route: route ?? '',
              statut: reponse.statusCode,
              octets: Number(reponse.getHeader('content-length') ?? 0),
              ms: Math.round(performance.now() - debut),
            });
          } catch (erreur) {
            // A full disk loses a line of this log, not the service.
            options.panne?.(erreur);
          }
        });
      }
      // The parser lets "HTTP/2.0" through on a plain connection.
      if (requete.httpVersionMajor !== 1) {
        reponse
          .writeHead(requete.httpVersionMajor === 0 ? 400 : 505, { connection: 'close', 'content-length': 0 })
          .end();
      } else if (route !== undefined || !options.statique) {
        route ??= 'autre';
        void ecouteur(requete, reponse);
      } else route = options.statique(requete, reponse);
    },
  );
  // Node closes without a word when nobody wants a tunnel: say so instead.
  serveur.on('connect', (_requete, socket) =>
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  );
  return serveur;
}

/** Listen and give the real port. Rejects with the system's error (EADDRINUSE, EACCES). */
export function ecouter(serveur: Server, port: number, hote: string): Promise<number> {
  return new Promise((resoudre, rejeter) => {
    serveur.once('error', rejeter);
    serveur.listen(port, hote, () => {
      serveur.off('error', rejeter);
      const adresse = serveur.address();
      resoudre(typeof adresse === 'object' && adresse ? adresse.port : port);
    });
  });
}

/** Stop accepting, let running answers end for `delai` ms, then cut. */
export async function arreter(serveur: Server, delai = 10_000): Promise<void> {
  const minuterie = setTimeout(() => serveur.closeAllConnections(), delai);
  await new Promise<void>((resoudre) => {
    serveur.close(() => resoudre());
    serveur.closeIdleConnections();
  });
  clearTimeout(minuterie);
}
