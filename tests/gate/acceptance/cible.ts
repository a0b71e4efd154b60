/** Where the gate runs: a real Node server whose gate can be rebuilt for the state of a case, alone or behind nginx. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationNginx, type OptionsRapide } from '../../../pipeline/serve/nginx.ts';
import { dossierRapide, FichiersRapides, moduleNjs } from '../../../pipeline/serve/rapide.ts';
import type { EvenementAudit } from '../../../site/gate/audit.ts';
import { createGate, type Gate } from '../../../site/gate/gate.ts';
import { creerMagasinFs, type MagasinFs } from '../../../site/gate/magasin-fs.ts';
import { arreter, creerServeur, ecouter } from '../../../site/gate/node.ts';
import type { Monde } from './monde.ts';
import { listesFraiches, portLibre, repond, type Cible, type NomCible } from './contrat.ts';
import { ouvrirWorkerd } from './workerd.ts';

async function lancerNginx(
  racine: string,
  port: number,
  amont: number,
  rapide: OptionsRapide | undefined,
  memoire: boolean,
): Promise<ChildProcess> {
  const dossier = join(racine, 'nginx');
  mkdirSync(dossier, { recursive: true });
  const fichier = join(dossier, 'nginx.conf');
  const texte = configurationNginx({
    dossier,
    ecoute: `127.0.0.1:${port}`,
    amont: `127.0.0.1:${amont}`,
    hotes: ['localhost', '127.0.0.1'],
    site: join(racine, 'dist'),
    publics: join(racine, 'vers', 'courante', 'public'),
    ...(rapide ? { rapide } : {}),
    entier: true,
  });
  // Cases change the world between two requests, faster than the second for which nginx remembers an open path.
  writeFileSync(fichier, memoire ? texte : texte.replaceAll(/^\s*open_file_cache.*$/gm, ''));
  const processus = spawn('nginx', ['-p', dossier, '-c', fichier, '-g', 'daemon off;'], { stdio: 'ignore' });
  await repond(port);
  return processus;
}

/** The njs module of this world, beside its configuration. */
export function ecrireModule(monde: Monde, origines: readonly string[]): OptionsRapide {
  const module = join(monde.essai.racine, 'carto.js');
  const maitres = monde.maitres.map((m) => ({ id: m.id, octets: m.octets.toString('base64url') }));
  writeFileSync(module, moduleNjs(origines[0] ?? '', maitres));
  return {
    module,
    dossier: dossierRapide(monde.essai.registre),
    journal: join(monde.essai.racine, 'nginx', 'octets.log'),
    hotes: origines.map((o) => new URL(o).host),
  };
}

/** Start a target; its gate answers 404 until `installer`. @param memoire let nginx remember open paths, as it does in service */
export async function ouvrirCible(nom: NomCible, depart: Monde, memoire = false): Promise<Cible> {
  const { racine } = depart.essai;
  if (nom === 'workerd') return ouvrirWorkerd(racine);
  const devant = nom === 'nginx' || nom === 'njs';
  let gate: Gate | undefined;
  let ip: (() => string) | undefined;
  let magasin: MagasinFs | undefined;
  const audit: EvenementAudit[] = [];
  const acces: Cible['acces'][number][] = [];
  const pannes: unknown[] = [];
  const serveur = creerServeur({
    gate: async (requete, contexte) =>
      gate ? gate(requete, ip ? { ...contexte, ip: ip() } : contexte) : new Response(null, { status: 404 }),
    ...(devant ? { mandataires: ['127.0.0.1'] } : {}),
    acces: (l) => acces.push(l),
    panne: (e) => pannes.push(e),
  });
  const amont = await ecouter(serveur, 0, '127.0.0.1');
  const port = devant ? await portLibre() : amont;
  const origine = `http://localhost:${port}`;
  const rapides =
    nom === 'njs'
      ? new FichiersRapides(
          dossierRapide(depart.essai.registre),
          join(depart.essai.vers, 'courante', 'bundles'),
        )
      : undefined;
  const voie = rapides ? ecrireModule(depart, [origine, `http://127.0.0.1:${port}`]) : undefined;
  const nginx = devant ? await lancerNginx(racine, port, amont, voie, memoire) : undefined;
  return {
    nom,
    port,
    origine,
    audit,
    acces,
    pannes,
    async installer(monde, etat = {}) {
      const listes = await monde.signerListes(listesFraiches(monde));
      ip = etat.ip;
      rapides?.retirer();
      await magasin?.fermer();
      const bundles = join(monde.essai.vers, 'courante', 'bundles');
      magasin = creerMagasinFs(bundles);
      gate = await createGate({
        garde: monde.garde,
        maitres: (etat.maitres ?? monde.maitres).map((m) => ({
          id: m.id,
          octets: Uint8Array.from(m.octets),
        })),
        origines: [origine, `http://127.0.0.1:${port}`],
        magasin,
        manifeste: () => Promise.resolve(monde.essai.manifeste),
        publie(fichier) {
          const texte = etat.publie && fichier in etat.publie ? etat.publie[fichier] : listes[fichier];
          return texte === undefined ? Promise.reject(new Error('missing')) : Promise.resolve(texte);
        },
        horloge: () => Date.now() + (etat.decalageHorloge?.() ?? 0) * 1000,
        audit: (e) => audit.push(e),
        // nginx has no clock but its own.
        ...(rapides && !etat.decalageHorloge ? { surLecture: (l) => rapides.noter(l) } : {}),
        ...(etat.limites ? { limites: etat.limites } : {}),
        ...etat.config,
      });
    },
    gate() {
      if (!gate) throw new Error('no gate');
      return gate;
    },
    async fermer() {
      if (nginx) {
        nginx.kill('SIGQUIT');
        await new Promise((r) => nginx.once('exit', r));
      }
      await arreter(serveur, 200);
      await magasin?.fermer();
    },
  };
}
