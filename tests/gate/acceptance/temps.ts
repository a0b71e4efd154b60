/** Timing cases: what the time of a refusal tells. Interleaved, medians, noise measured on the same input twice. */
import { connect, type Socket } from 'node:net';
import { EPCI_A } from '../fixture.ts';
import type { Cas } from './cas.ts';
import type { Cible } from './contrat.ts';
import { octetsDemande } from './brut.ts';
import { jetonOctets, texteJws, type Monde } from './monde.ts';

const mediane = (x: number[]): number => x.toSorted((a, b) => a - b)[Math.floor(x.length / 2)] ?? 0;

/** Kept connection that measures one request at a time, in microseconds; reopened when the server closes it. */
class Chrono {
  readonly #port: number;
  #socket: Socket | undefined;
  constructor(port: number) {
    this.#port = port;
  }
  async #ouvert(): Promise<Socket> {
    if (this.#socket && !this.#socket.destroyed) return this.#socket;
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    await new Promise<void>((r) => socket.once('connect', () => r()));
    this.#socket = socket;
    return socket;
  }
  async mesure(octets: Buffer): Promise<number> {
    for (;;) {
      const socket = await this.#ouvert();
      const duree = await new Promise<number | undefined>((resoudre) => {
        const debut = process.hrtime.bigint();
        const finir = (v: number | undefined) => {
          socket.off('data', lu);
          socket.off('close', ferme);
          resoudre(v);
        };
        const lu = (morceau: Buffer) => {
          if (morceau.includes('\r\n\r\n')) finir(Number(process.hrtime.bigint() - debut) / 1000);
        };
        const ferme = () => finir(undefined);
        socket.on('data', lu);
        socket.on('close', ferme);
        socket.write(octets);
      });
      if (duree !== undefined) return duree;
    }
  }
  fermer(): void {
    this.#socket?.destroy();
  }
}

/** leak-08, leak-09: difference of medians against the noise of identical inputs. */
export async function casTemps(monde: Monde, cible: Cible, cas: Cas): Promise<string | undefined> {
  await cible.installer(monde, { limites: { refusParMinute: 1e9, plages: 1e9, rafale: 1e9 } });
  const A = monde.essai.archive(`epci:${EPCI_A}`).id;
  const jeton = texteJws(jetonOctets(monde));
  const change = (i: number) => {
    const n = i < 0 ? jeton.length + i : jeton.lastIndexOf('.') + 1 + i;
    return jeton.slice(0, n) + (jeton[n] === 'A' ? 'Q' : 'A') + jeton.slice(n + 1);
  };
  const requete = (cible_: string) =>
    octetsDemande({
      methode: 'GET',
      cible: cible_,
      entetes: [
        ['Host', `localhost:${cible.port}`],
        ['Range', 'bytes=0-16383'],
      ],
    });
  const paire = /archive/.test(cas.what)
    ? [requete(`/t/v1/${A}`), requete(`/t/v1/${'0'.repeat(32)}`)]
    : [requete(`/t/v1/${A}?t=${change(0)}`), requete(`/t/v1/${A}?t=${change(-2)}`)];
  const [x, y] = paire as [Buffer, Buffer];
  // A machine at work moves medians by more than its own noise now and then; a leak does it every time, the same way.
  const ecarts: { ecart: number; bruit: number }[] = [];
  for (let essai = 0; essai < 3; essai++) {
    const m = await mesurer(cible, x, y);
    if (Math.abs(m.ecart) <= m.bruit + 2) return undefined;
    ecarts.push(m);
  }
  if (new Set(ecarts.map((m) => Math.sign(m.ecart))).size > 1) return undefined;
  return `écart des médianes ${ecarts.map((m) => m.ecart.toFixed(1)).join(', ')} µs, bruit ${ecarts.map((m) => m.bruit.toFixed(1)).join(', ')} µs`;
}

/** One interleaved series: difference of the medians of x and y, and the noise of x against itself. Microseconds. */
async function mesurer(cible: Cible, x: Buffer, y: Buffer): Promise<{ ecart: number; bruit: number }> {
  const chrono = new Chrono(cible.port);
  const temps: [number[], number[], number[], number[]] = [[], [], [], []];
  try {
    for (let i = 0; i < 300; i++) await chrono.mesure(x);
    for (let i = 0; i < 3000; i++) {
      // x and y, then x twice: the second pair tells the noise. The order turns with i.
      const ordre = i % 2 === 0 ? [0, 1, 2, 3] : [1, 0, 3, 2];
      for (const k of ordre) temps[k as 0].push(await chrono.mesure(k === 1 ? y : x));
    }
  } finally {
    chrono.fermer();
  }
  const [mx, my, b1, b2] = temps.map(mediane) as [number, number, number, number];
  return { ecart: mx - my, bruit: Math.max(Math.abs(b1 - b2), Math.abs(mx - b1), 0.02 * mx) };
}
