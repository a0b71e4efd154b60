/**
 * The gate, and the fast path of nginx, beside nginx `secure_link` on the same file, in one interleaved run (gate.md §4):
 * `node tests/gate/debit.ts [rounds] [seconds]`. Needs nginx with njs, and wrk. Prints medians and ratios; exit status 1
 * when a target of gate.md §0.7 is missed. With `--million`: the memory of the gate over a million ranges instead.
 */
import { execFile, fork, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dossierRapide, FichiersRapides } from '../../pipeline/serve/rapide.ts';
import { configurationNginx } from '../../pipeline/serve/nginx.ts';
import { ecrireModule, ouvrirCible } from './acceptance/cible.ts';
import { portLibre, repond } from './acceptance/contrat.ts';
import { creerMonde, jetonOctets, texteJws, type Monde } from './acceptance/monde.ts';
import { EPCI_A } from './fixture.ts';

const LIMITES = { refusParMinute: 1e9, plages: 1e9, rafale: 1e9, quotaPlancher: 1e15 };
/** As `pipeline/carto.mjs` starts a gate in service: V8 then keeps its young generation small when the machine is busy. */
const MEMOIRE = ['--max-semi-space-size=8'];
const LUA = `math.randomseed(42)
request = function()
  local o = math.random(0, 17) * 16384
  wrk.headers["Range"] = "bytes=" .. o .. "-" .. (o + 16383)
  return wrk.format("GET", nil, nil)
end
local mauvais = 0
response = function(statut, entetes, corps) if statut ~= 206 or #corps ~= 16384 then mauvais = mauvais + 1 end end
`;

interface Depart {
  amont: number;
  racine: string;
  port: number;
  jeton: string;
  fichier: string;
  id: string;
}

/** One process: the gate alone on a port, and the nginx of the fast path and of secure_link before it. */
async function serveur(): Promise<void> {
  const monde = await creerMonde('http://localhost');
  const cible = await ouvrirCible('node', monde);
  // The acceptance runner keeps every line it logs; here speed and memory are what is measured.
  cible.acces.push = () => 0;
  cible.audit.push = () => 0;
  const port = await portLibre();
  const origine = `http://localhost:${port}`;
  const ici: Monde = { ...monde, origine };
  const rapides = new FichiersRapides(
    dossierRapide(monde.essai.registre),
    join(monde.essai.vers, 'courante', 'bundles'),
  );
  await cible.installer(ici, {
    limites: LIMITES,
    config: {
      origines: [origine, `http://127.0.0.1:${port}`, cible.origine, `http://127.0.0.1:${cible.port}`],
      relecture: 10,
      surLecture: (l) => rapides.noter(l),
    },
  });
  const relire = setInterval(() => void cible.gate().perimee(), 1000);
  const archive = monde.essai.archive(`epci:${EPCI_A}`);
  ecrireNginx(ici, port, cible.port);
  process.send?.({
    amont: cible.port,
    racine: monde.essai.racine,
    port,
    jeton: texteJws(jetonOctets(ici)),
    fichier: archive.fichier,
    id: archive.id,
  } satisfies Depart);
  process.on('message', () => {
    clearInterval(relire);
    void cible.fermer().then(() => (monde.nettoyer(), process.exit(0)));
  });
}

function ecrireNginx(monde: Monde, port: number, amont: number): void {
  const { racine } = monde.essai;
  const dossier = join(racine, 'nginx');
  const lots = join(monde.essai.vers, 'courante', 'bundles');
  mkdirSync(dossier, { recursive: true });
  const texte = configurationNginx({
    dossier,
    ecoute: `127.0.0.1:${port}`,
    amont: `127.0.0.1:${amont}`,
    hotes: ['localhost', '127.0.0.1'],
    site: join(racine, 'dist'),
    publics: join(monde.essai.vers, 'courante', 'public'),
    rapide: ecrireModule(monde, [`http://localhost:${port}`, `http://127.0.0.1:${port}`]),
    entier: true,
  })
    // One client takes all the ranges it can: its limit is not what is measured.
    .replaceAll(/^\s*limit_req.*$/gm, '')
    .replaceAll(/^\s*access_log .*$/gm, '')
    .replace('http {', 'http {\n  access_log off;\n  sendfile on;\n  keepalive_requests 100000000;')
    .replace(
      'location /public/',
      `location /sec/ {
      secure_link $arg_md5,$arg_expires;
      secure_link_md5 "$secure_link_expires$uri secret";
      if ($secure_link = "") { return 403; }
      if ($secure_link = "0") { return 410; }
      alias ${lots}/;
      max_ranges 1;
      add_header Cache-Control "private, no-store";
    }
    location /public/`,
    );
  writeFileSync(join(dossier, 'nginx.conf'), texte);
}

/** Processor seconds of a process and its children, from the kernel. */
function processeur(pid: number): number {
  const champs = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(champs[11]) + Number(champs[12])) / 100;
}
function enfants(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

interface Mesure {
  debit: number;
  /** Microseconds of processor per request. */
  cpu: number;
  demandes: number;
}

async function wrk(args: string[], pids: number[], secondes: number): Promise<Mesure> {
  const avant = pids.reduce((s, p) => s + processeur(p), 0);
  const { stdout } = await promisify(execFile)('wrk', ['-t1', '-c32', `-d${secondes}s`, ...args]);
  const apres = pids.reduce((s, p) => s + processeur(p), 0);
  if (/Non-2xx/.test(stdout)) throw new Error(`refused: ${stdout}`);
  const demandes = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return {
    debit: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    cpu: ((apres - avant) * 1e6) / demandes,
    demandes,
  };
}

/** Resident memory of a process, in megabytes. */
const memoire = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;

/** A million ranges through the gate: its memory after a warm-up, in the middle and at the end must differ by 20 MB at most. */
async function million(pid: number, voie: () => Promise<Mesure>): Promise<boolean> {
  await voie();
  const releves = [memoire(pid)];
  let faites = 0;
  for (const palier of [500_000, 1_000_000]) {
    while (faites < palier) faites += (await voie()).demandes;
    releves.push(memoire(pid));
  }
  process.stdout.write(
    `${faites} plages par la garde, mémoire au début, au milieu, à la fin : ${releves.map((m) => `${m.toFixed(0)} Mo`).join(', ')}\n`,
  );
  return Math.max(...releves) - Math.min(...releves) <= 20;
}

const mediane = (xs: number[]) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)] ?? Number.NaN;

async function client(tours: number, secondes: number): Promise<void> {
  const garde = fork(fileURLToPath(import.meta.url), ['serveur'], { execArgv: MEMOIRE });
  const d = await new Promise<Depart>((r) => garde.once('message', (m) => r(m as Depart)));
  const conf = join(d.racine, 'nginx', 'nginx.conf');
  let nginx: ChildProcess | undefined;
  try {
    nginx = spawn('nginx', ['-p', join(d.racine, 'nginx'), '-c', conf, '-g', 'daemon off;'], {
      stdio: 'ignore',
    });
    await repond(d.port);
    const lua = join(d.racine, 'plages.lua');
    writeFileSync(lua, LUA);
    const fin = Math.floor(Date.now() / 1000) + 7200;
    const md5 = createHash('md5').update(`${fin}/sec/${d.fichier} secret`).digest('base64url');
    const porteur = ['-H', `Authorization: Bearer ${d.jeton}`, '-s', lua];
    const ouvriers = enfants(nginx.pid ?? 0);
    const voies: Record<string, () => Promise<Mesure>> = {
      secure_link: () =>
        wrk(
          ['-s', lua, `http://localhost:${d.port}/sec/${d.fichier}?md5=${md5}&expires=${fin}`],
          ouvriers,
          secondes,
        ),
      garde: () => wrk([...porteur, `http://localhost:${d.amont}/t/v1/${d.id}`], [garde.pid ?? 0], secondes),
      njs: () => wrk([...porteur, `http://localhost:${d.port}/t/v1/${d.id}`], ouvriers, secondes),
    };
    if (process.argv.includes('--million')) {
      process.exitCode = (await million(garde.pid ?? 0, voies['garde'] as () => Promise<Mesure>)) ? 0 : 1;
      return;
    }
    const mesures: Record<string, Mesure[]> = { secure_link: [], garde: [], njs: [] };
    for (let tour = 0; tour < tours; tour++)
      for (const [nom, voie] of Object.entries(voies)) mesures[nom]?.push(await voie());
    const m = Object.fromEntries(
      Object.entries(mesures).map(([nom, xs]) => [
        nom,
        { debit: mediane(xs.map((x) => x.debit)), cpu: mediane(xs.map((x) => x.cpu)), demandes: 0 },
      ]),
    ) as Record<string, Mesure>;
    const base = m['secure_link'] as Mesure;
    for (const [nom, { debit, cpu }] of Object.entries(m))
      process.stdout.write(
        `${nom.padEnd(12)} ${Math.round(debit)} plages/s (× ${(debit / base.debit).toFixed(2)}), ${cpu.toFixed(0)} µs (× ${(cpu / base.cpu).toFixed(1)})\n`,
      );
    const tient =
      (m['garde']?.debit ?? 0) >= 0.25 * base.debit &&
      (m['garde']?.cpu ?? Infinity) <= 6 * base.cpu &&
      (m['njs']?.debit ?? 0) >= 0.45 * base.debit;
    process.stdout.write(tient ? 'cibles tenues\n' : 'cibles manquées\n');
    process.exitCode = tient ? 0 : 1;
  } finally {
    nginx?.kill('SIGQUIT');
    garde.send('fin');
  }
}

if (process.argv[2] === 'serveur') await serveur();
else {
  const [tours, secondes] = process.argv.slice(2).filter((a) => /^\d+$/.test(a));
  await client(Number(tours ?? 3), Number(secondes ?? 5));
}
