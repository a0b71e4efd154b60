/** The gate in a real workerd process; this side answers what a deployment would keep in bindings and in a store. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';
import { fileURLToPath } from 'node:url';
import type { EvenementAudit } from '../../../site/gate/audit.ts';
import { creerMagasinFs, type MagasinFs } from '../../../site/gate/magasin-fs.ts';
import { arreter, ecouter } from '../../../site/gate/node.ts';
import type { Publie } from '../../../site/gate/types.ts';
import { listesFraiches, portLibre, repond, type Cible, type Etat } from './contrat.ts';
import type { Monde } from './monde.ts';
import type { Consigne } from './ouvrier.ts';

const DATE = '2026-10-01';

/** One JavaScript module of an entry. */
async function assembler(entree: string, sortie: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: sortie,
      emptyOutDir: false,
      target: 'es2024',
      minify: false,
      lib: { entry: entree, formats: ['es'], fileName: () => 'ouvrier.js' },
    },
  });
}

/** Start workerd on `port`, with one outside service for everything it asks. */
async function lancer(dossier: string, port: number, controle: number) {
  writeFileSync(
    join(dossier, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "garde", worker = .garde),
    (name = "controle", external = (address = "127.0.0.1:${controle}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "garde")]
);
const garde :Workerd.Worker = (
  modules = [(name = "ouvrier.js", esModule = embed "ouvrier.js")],
  bindings = [(name = "CONTROLE", service = "controle")],
  compatibilityDate = "${DATE}",
);
`,
  );
  const paquet = createRequire(import.meta.url).resolve('workerd/package.json');
  const binaire = createRequire(paquet).resolve(`@cloudflare/workerd-${process.platform}-64/bin/workerd`);
  const processus = spawn(binaire, ['serve', join(dossier, 'config.capnp')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await repond(port);
  return processus;
}

const texteCorps = async (requete: IncomingMessage) => {
  let texte = '';
  for await (const bout of requete) texte += String(bout);
  return texte;
};

export async function ouvrirWorkerd(racine: string): Promise<Cible> {
  const dossier = join(racine, 'workerd');
  mkdirSync(dossier, { recursive: true });
  await assembler(fileURLToPath(new URL('ouvrier.ts', import.meta.url)), dossier);
  const audit: EvenementAudit[] = [];
  const pannes: unknown[] = [];
  let monde: Monde | undefined;
  let etat: Etat = {};
  let listes: Record<string, string> = {};
  let version = 0;
  let magasin: MagasinFs | undefined;
  const port = await portLibre();
  const origine = `http://localhost:${port}`;

  const consigne = (m: Monde): Consigne => ({
    version,
    decalage: etat.decalageHorloge?.() ?? 0,
    appareils: etat.config?.appareils !== undefined,
    maitres: (etat.maitres ?? m.maitres).map((x) => ({
      id: x.id,
      octets: Buffer.from(x.octets).toString('hex'),
    })),
    // Functions do not cross: those of a case are asked for one by one, below.
    config: {
      garde: m.garde,
      origines: [origine, `http://127.0.0.1:${port}`],
      ...(etat.limites ? { limites: etat.limites } : {}),
      ...(JSON.parse(JSON.stringify(etat.config ?? {})) as object),
    },
  });

  const publie = async (nom: Publie): Promise<string | undefined> => {
    if (etat.config?.publie) return etat.config.publie(nom).catch(() => undefined);
    return etat.publie && nom in etat.publie ? etat.publie[nom] : listes[nom];
  };

  async function lots(requete: IncomingMessage, reponse: ServerResponse, fichier: string): Promise<void> {
    const archive = monde?.essai.manifeste.archives.find((a) => a.fichier === fichier);
    const source = etat.config?.magasin ?? magasin;
    const vu = archive && (await source?.stat(archive).catch(() => undefined));
    if (!archive || !source || !vu) return void reponse.writeHead(404).end();
    const m = /^bytes=(\d+)-(\d+)$/.exec(requete.headers.range ?? '');
    if (!m) return void reponse.writeHead(200, { 'content-length': archive.taille }).end();
    const [debut, fin] = [Number(m[1]), Number(m[2])];
    const octets = await source.read(archive, debut, fin);
    reponse.writeHead(206, {
      'content-range': `bytes ${debut}-${fin}/${archive.taille}`,
      'content-length': octets.length,
    });
    reponse.end(octets);
  }

  const serveur = createServer((requete, reponse) => {
    void (async () => {
      const chemin = (requete.url ?? '').replace(/^http:\/\/controle/, '').split('/');
      const fin = (texte: string | undefined) =>
        texte === undefined ? reponse.writeHead(404).end() : reponse.end(texte);
      if (!monde) fin(undefined);
      else if (chemin[1] === 'consigne') fin(JSON.stringify(consigne(monde)));
      else if (chemin[1] === 'manifeste')
        fin(JSON.stringify(await (etat.config?.manifeste?.() ?? monde.essai.manifeste)));
      else if (chemin[1] === 'publie') fin(await publie(chemin[2] as Publie));
      else if (chemin[1] === 'audit') {
        audit.push(...(JSON.parse(await texteCorps(requete)) as EvenementAudit[]));
        fin('');
      } else if (chemin[1] === 'appareils') {
        const [, , compte = '', empreinte = '', max] = chemin;
        const admis = await etat.config?.appareils?.admet(compte, empreinte, Number(max));
        fin(admis ? 'oui' : 'non');
      } else await lots(requete, reponse, chemin.slice(2).map(decodeURIComponent).join('/'));
    })().catch((erreur: unknown) => {
      pannes.push(erreur);
      reponse.writeHead(500).end();
    });
  });
  const processus = await lancer(dossier, port, await ecouter(serveur, 0, '127.0.0.1'));

  return {
    nom: 'workerd',
    port,
    origine,
    audit,
    acces: [],
    pannes,
    async installer(m, neuf = {}) {
      listes = await m.signerListes(listesFraiches(m));
      etat = neuf;
      monde = m;
      version++;
      await magasin?.fermer();
      magasin = creerMagasinFs(join(m.essai.vers, 'courante', 'bundles'));
    },
    gate() {
      throw new Error('the gate is in another process');
    },
    async fermer() {
      processus.kill();
      if (processus.exitCode === null) await once(processus, 'exit');
      await arreter(serveur, 200);
      await magasin?.fermer();
    },
  };
}
