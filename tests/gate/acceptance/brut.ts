/** Raw HTTP/1.1 client: sends bytes as they are (fetch normalises paths and headers) and reads whole answers. */
import { connect, type Socket } from 'node:net';

export interface Reponse {
  status: number;
  /** Lower-case names; repeated headers joined by ", ". */
  entetes: Record<string, string>;
  corps: Buffer;
}

/** Parse every complete answer of a buffer; the last one may end with the connection. */
function analyser(
  tampon: Buffer,
  ferme: boolean,
  sansCorps: boolean,
): { reponses: Reponse[]; reste: Buffer } {
  const reponses: Reponse[] = [];
  let reste = tampon;
  for (;;) {
    const fin = reste.indexOf('\r\n\r\n');
    if (fin < 0) break;
    const [ligne = '', ...lignes] = reste.subarray(0, fin).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(ligne)?.[1] ?? 0);
    const entetes: Record<string, string> = {};
    for (const l of lignes) {
      const i = l.indexOf(':');
      const nom = l.slice(0, i).toLowerCase();
      const valeur = l.slice(i + 1).trim();
      entetes[nom] = entetes[nom] === undefined ? valeur : `${entetes[nom]}, ${valeur}`;
    }
    const debut = fin + 4;
    let corps: Buffer;
    let suite: number;
    if (sansCorps || status === 204 || status === 304 || (status >= 100 && status < 200)) {
      corps = Buffer.alloc(0);
      suite = debut;
    } else if (/chunked/i.test(entetes['transfer-encoding'] ?? '')) {
      const morceaux: Buffer[] = [];
      let i = debut;
      let complet = false;
      for (;;) {
        const l = reste.indexOf('\r\n', i);
        if (l < 0) break;
        const n = Number.parseInt(reste.subarray(i, l).toString('latin1'), 16);
        if (l + 2 + n + 2 > reste.length) break;
        morceaux.push(reste.subarray(l + 2, l + 2 + n));
        i = l + 2 + n + 2;
        if (n === 0) {
          complet = true;
          break;
        }
      }
      if (!complet && !ferme) break;
      corps = Buffer.concat(morceaux);
      suite = i;
    } else {
      const n = entetes['content-length'] === undefined ? undefined : Number(entetes['content-length']);
      if (n === undefined ? !ferme : reste.length < debut + n && !ferme) break;
      suite = n === undefined ? reste.length : Math.min(reste.length, debut + n);
      corps = reste.subarray(debut, suite);
    }
    if (status >= 200 || status === 0) reponses.push({ status, entetes, corps });
    reste = reste.subarray(suite);
  }
  return { reponses, reste };
}

export interface Envoi {
  port: number;
  /** Sent one after the other, each after the answer to the one before. */
  blocs: Buffer[];
  /** HEAD: answers have no body. */
  sansCorps?: boolean;
  /** Send the single block one byte per this many milliseconds. */
  lent?: number;
  delai?: number;
}

/** Send raw bytes. Resolves with the answers received before the end, the silence or the delay. */
export function envoyer(e: Envoi): Promise<{ reponses: Reponse[]; coupe: boolean }> {
  return new Promise((resoudre) => {
    const socket: Socket = connect(e.port, '127.0.0.1');
    let tampon = Buffer.alloc(0);
    let envoyes = 0;
    let minuterie: NodeJS.Timeout | undefined;
    let goutte: NodeJS.Timeout | undefined;
    const finir = (coupe: boolean) => {
      clearTimeout(minuterie);
      clearInterval(goutte);
      const { reponses } = analyser(tampon, true, e.sansCorps ?? false);
      socket.destroy();
      resoudre({ reponses, coupe });
    };
    minuterie = setTimeout(() => finir(false), e.delai ?? 12_000);
    const suivant = () => {
      const bloc = e.blocs[envoyes++];
      if (!bloc) return;
      if (e.lent === undefined) {
        socket.write(bloc);
        return;
      }
      let i = 0;
      goutte = setInterval(() => {
        if (i >= bloc.length) clearInterval(goutte);
        else if (socket.writable) socket.write(bloc.subarray(i, ++i));
      }, e.lent);
    };
    socket.on('connect', suivant);
    socket.on('data', (morceau) => {
      tampon = Buffer.concat([tampon, morceau]);
      const { reponses } = analyser(tampon, false, e.sansCorps ?? false);
      if (reponses.length >= e.blocs.length) finir(false);
      else if (reponses.length >= envoyes) suivant();
    });
    // A server that refuses a long body may reset while we still write: what it said before counts.
    socket.on('error', () => undefined);
    socket.on('close', () => finir(true));
  });
}

export interface Demande {
  methode: string;
  cible: string;
  /** In order, repeats allowed. */
  entetes: [string, string][];
  corps?: Buffer;
}

/** Bytes of a request; header values as UTF-8, exactly as given. */
export function octetsDemande(d: Demande): Buffer {
  const tete = [
    `${d.methode} ${d.cible} HTTP/1.1`,
    ...d.entetes.map(([n, v]) => `${n}: ${v}`),
    ...(d.corps ? [`Content-Length: ${d.corps.length}`] : []),
    '',
    '',
  ].join('\r\n');
  return d.corps ? Buffer.concat([Buffer.from(tete), d.corps]) : Buffer.from(tete);
}
