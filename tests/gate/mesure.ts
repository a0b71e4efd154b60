/**
 * CPU of the gate per 16 KiB range on a real server: `node tests/gate/mesure.ts [requests]`. CPU is the figure that
 * repeats on a shared machine (gate.md §4); requests per second is printed beside it.
 */
import { fork } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { octetsDemande } from './acceptance/brut.ts';
import { ouvrirCible } from './acceptance/cible.ts';
import { creerMonde, jetonOctets, texteJws } from './acceptance/monde.ts';
import { EPCI_A } from './fixture.ts';

const LIMITES = { refusParMinute: 1e9, plages: 1e9, rafale: 1e9, quotaPlancher: 1e15 };
const CONNEXIONS = 16;

async function serveur(): Promise<void> {
  const monde = await creerMonde('http://localhost');
  const cible = await ouvrirCible('node', monde);
  // The acceptance runner keeps every line it logs; here memory is what is measured.
  cible.acces.push = () => 0;
  cible.audit.push = () => 0;
  const ici = { ...monde, origine: cible.origine };
  await cible.installer(ici, { limites: LIMITES });
  process.send?.({
    port: cible.port,
    id: monde.essai.archive(`epci:${EPCI_A}`).id,
    jeton: texteJws(jetonOctets(ici)),
  });
  process.on('message', (m) => {
    if (m === 'cpu') process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
    else void cible.fermer().then(() => (monde.nettoyer(), process.exit(0)));
  });
}

interface Depart {
  port: number;
  id: string;
  jeton: string;
}
interface Cpu {
  cpu: NodeJS.CpuUsage;
  rss: number;
}

/** Send `n` random ranges on one kept connection. */
function lecteur(d: Depart, n: number): Promise<void> {
  return new Promise((resoudre, rejeter) => {
    const socket = connect(d.port, '127.0.0.1');
    let attendus = 0;
    let reste = n;
    const suivant = () => {
      if (reste-- <= 0) {
        socket.destroy();
        return resoudre();
      }
      const debut = Math.floor(Math.random() * 280_000);
      attendus = 0;
      socket.write(
        octetsDemande({
          methode: 'GET',
          cible: `/t/v1/${d.id}?t=${d.jeton}`,
          entetes: [
            ['Host', `localhost:${d.port}`],
            ['Range', `bytes=${debut}-${debut + 16_383}`],
          ],
        }),
      );
    };
    let recus = 0;
    socket.on('connect', suivant);
    socket.on('error', rejeter);
    socket.on('data', (m) => {
      if (attendus === 0) {
        const fin = m.indexOf('\r\n\r\n');
        if (!m.toString('latin1', 0, 12).endsWith('206'))
          return rejeter(new Error(m.toString('latin1', 0, 200)));
        attendus = fin + 4 + 16_384;
        recus = 0;
      }
      recus += m.length;
      if (recus >= attendus) suivant();
    });
  });
}

async function client(total: number): Promise<void> {
  const enfant = fork(fileURLToPath(import.meta.url), ['serveur']);
  const message = <T>() => new Promise<T>((r) => enfant.once('message', (m) => r(m as T)));
  const cpu = async () => {
    enfant.send('cpu');
    return message<Cpu>();
  };
  const depart = await message<Depart>();
  const tour = (n: number) =>
    Promise.all(Array.from({ length: CONNEXIONS }, () => lecteur(depart, Math.ceil(n / CONNEXIONS))));
  await tour(total / 5);
  const avant = await cpu();
  const t = performance.now();
  await tour(total);
  const secondes = (performance.now() - t) / 1000;
  const apres = await cpu();
  const us = (apres.cpu.user + apres.cpu.system - avant.cpu.user - avant.cpu.system) / total;
  process.stdout.write(
    `${total} plages de 16 Kio : ${us.toFixed(0)} µs de processeur par plage, ${Math.round(total / secondes)} par seconde, mémoire ${Math.round(avant.rss / 1e6)} → ${Math.round(apres.rss / 1e6)} Mo\n`,
  );
  enfant.send('fin');
}

if (process.argv[2] === 'serveur') await serveur();
else await client(Number(process.argv[2] ?? 20_000));
