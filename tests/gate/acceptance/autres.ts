/** Cases that are no HTTP request: the territory page in a browser, the built output, the stores. */
import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { setTimeout as attendre } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { GateManifest } from '../../../data/contract/grant.ts';
import { metadonnees } from '../../../pipeline/lib/pmtiles.ts';
import { cleLivraison } from '../../../pipeline/links/registre.ts';
import { formesCanari, scanner, type Genre } from '../../../pipeline/scan/scan.ts';
import { servir } from '../../../pipeline/serve/command.ts';
import { ErreurTerritoire } from '../../../site/archive/erreurs.ts';
import { ouvrirSession } from '../../../site/archive/session.ts';
import { lireArchive } from '../../../site/archive/source.ts';
import { empreinteListe, objetListe, sceauTient } from '../../../site/gate/sceau.ts';
import { creerMagasinFs } from '../../../site/gate/magasin-fs.ts';
import { Inconnue, objet, type Cas } from './cas.ts';
import { deuxConstructions } from './constructions.ts';
import type { Cible } from './contrat.ts';
import type { Monde } from './monde.ts';

/** Site built beside this project: page cases need it. */
const DIST = process.env['CARTO_DIST'] ?? new URL('../../../dist', import.meta.url).pathname;

/** link-*: what the page does of a fragment, before any click. */
export async function casPage(monde: Monde, cas: Cas): Promise<string | undefined> {
  if (!existsSync(join(DIST, 'territoire', 'index.html')))
    throw new Inconnue('le site n’est pas construit (dist/territoire)');
  const service = await servir({ ...monde.essai, site: DIST, port: 0 });
  const navigateur = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  try {
    const page = await navigateur.newPage();
    const appels: string[] = [];
    page.on('request', (r) => {
      if (r.url().includes('/t/v1/')) appels.push(`${r.method()} ${new URL(r.url()).pathname}`);
    });
    let fragment = `#g1.${monde.grants.A}`;
    let secondes = 2;
    for (const m of cas.request.mutate) {
      if (m.op === 'fragment') fragment += String(m['append'] ?? '');
      else if (m.op === 'browser') secondes = Number(m['waitSeconds'] ?? 2);
      else throw new Inconnue(`mutation inconnue : ${m.op}`);
    }
    const reponse = await page.goto(`http://localhost:${service.port}/territoire/${fragment}`);
    await attendre(secondes * 1000);
    if (reponse?.status() !== 200) return `page ${reponse?.status()}`;
    if (appels.length > 0) return `appels sans clic : ${appels.join(', ')}`;
    const texte = await page.locator('body').innerText();
    if (page.url().includes('#g1.')) return 'le lien reste dans la barre d’adresse';
    if (texte.includes(monde.grants.A.slice(0, 20))) return 'la page montre une partie du lien';
    if (cas.request.mutate.some((m) => m.op === 'fragment') && !/endommagé/.test(texte))
      return 'la page ne dit pas que le lien est endommagé';
    return undefined;
  } finally {
    await navigateur.close();
    await service.arreter(500);
  }
}

/** The scanner itself: one leak of each kind in a folder, each must be found, and nothing in a clean one. */
async function fuitesPlantees(monde: Monde): Promise<string | undefined> {
  const dossier = join(monde.essai.racine, 'fuites');
  const secret = randomBytes(32);
  const canari = 918_273_645;
  const plantees: Record<Genre, [string, string | Buffer]> = {
    jeton: ['a.html', monde.grants.A],
    'cle-privee': ['b.pem.txt', '-----BEGIN PRIVATE KEY-----'],
    'signature-s3': ['c.json', `X-Amz-Signature=${'0a'.repeat(32)}`],
    'chemin-machine': ['d.json', '"/home/agent/projet/sortie"'],
    courriel: ['e.js', 'paul.durand@epci.example'],
    'carte-source': ['f.js', '//# sourceMappingURL=f.js.map'],
    'fichier-cache': ['.env', 'vide'],
    'secret-connu': ['g.bin', gzipSync(secret)],
    canari: ['h.pmtiles', gzipSync(formesCanari(canari)[1] ?? '')],
  };
  await mkdir(dossier, { recursive: true });
  for (const [nom, contenu] of Object.values(plantees)) await writeFile(join(dossier, nom), contenu);
  const trouvees = await scanner(dossier, { secrets: [secret], canaris: [canari] });
  const manque = Object.entries(plantees).find(
    ([genre, [nom]]) => !trouvees.some((f) => f.genre === genre && f.fichier === nom),
  );
  return manque ? `fuite non vue : ${manque[0]}` : undefined;
}

/** A sealed list with one digest changed: the seal no longer holds, and a gate that knows the key opens nothing of it. */
async function manifesteFalsifie(monde: Monde, cible: Cible): Promise<string | undefined> {
  const { kid, x } = await cleLivraison(monde.registre);
  const garde = { ...monde.garde, cles: [...monde.garde.cles, { kid, usage: 'livraison' as const, x }] };
  const { archives } = monde.essai.manifeste;
  const objet = objetListe(monde.essai.manifeste.release);
  const liste: GateManifest = {
    ...monde.essai.manifeste,
    sceau: await monde.registre.coffre.sceller(kid, objet, await empreinteListe({ archives })),
  };
  const autre = archives.map((a, i) => (i === 0 ? { ...a, sha256: '0'.repeat(64) } : a));
  const ouvre = async (manifeste: GateManifest) => {
    await cible.installer(monde, { config: { garde, manifeste: () => Promise.resolve(manifeste) } });
    return ouvrirSession(monde.grants.A, 'observation', { base: cible.origine }).then(
      () => true,
      () => false,
    );
  };
  if (!(await ouvre(liste))) return 'la liste intacte est refusée';
  if (await ouvre({ ...liste, archives: autre }))
    return 'la garde accepte une liste dont le sceau ne tient plus';
  if (await sceauTient(liste.sceau, [{ kid, x }], objet, await empreinteListe({ archives: autre })))
    return 'le sceau tient sur une liste falsifiée';
  return undefined;
}

/** Public output of the demo, when it is built. */
const PUBLIC = new URL('../../../data/releases/demo/courante/public', import.meta.url).pathname;

/** Every layer of the scan on the built site and on the public side of a release; metadata of archives tell no value. */
async function sortiePropre(monde: Monde): Promise<string | undefined> {
  if (!existsSync(DIST)) throw new Inconnue('le site n’est pas construit (dist)');
  const secrets = monde.maitres.map((m) => Uint8Array.from(m.octets));
  for (const dossier of [DIST, PUBLIC].filter((d) => existsSync(d))) {
    const [fuite] = await scanner(dossier, { secrets });
    if (fuite) return `${fuite.genre} dans ${fuite.fichier}`;
    for (const nom of await readdir(dossier, { recursive: true })) {
      if (!nom.endsWith('.pmtiles')) continue;
      const meta = JSON.stringify(metadonnees(await readFile(join(dossier, nom))));
      if (/tilestats|generator_options|strategies/.test(meta)) return `métadonnées bavardes dans ${nom}`;
    }
  }
  return undefined;
}

/** dist-*: what may never be in the built output, and what the client does of altered bytes. */
export async function casDist(monde: Monde, cible: Cible, cas: Cas): Promise<string | undefined> {
  const scan = String(objet(cas.request)['scan'] ?? '');
  if (/fixture|planted/.test(scan)) return fuitesPlantees(monde);
  if (/block|client|integrity/.test(scan)) {
    const magasin = creerMagasinFs(join(monde.essai.vers, 'courante', 'bundles'));
    await cible.installer(monde, {
      config: {
        magasin: {
          stat: (a) => magasin.stat(a),
          async read(a, debut, fin) {
            // A copy: the store keeps what it gives.
            const octets = Uint8Array.from(await magasin.read(a, debut, fin));
            if (debut <= 100 && 100 <= fin) octets[100 - debut] = (octets[100 - debut] ?? 0) ^ 1;
            return octets;
          },
        },
      },
    });
    const session = await ouvrirSession(monde.grants.A, 'observation', { base: cible.origine });
    const archive = session.archive('carte');
    if (!archive) return 'aucune archive';
    try {
      await lireArchive(session, archive);
      return 'des octets altérés sont acceptés';
    } catch (erreur) {
      if (!(erreur instanceof ErreurTerritoire) || erreur.code !== 'fichier-altere') throw erreur;
    }
    return undefined;
  }
  if (/manifest|signature|seal/.test(scan)) return manifesteFalsifie(monde, cible);
  if (/sha256|identical|reproduc|two builds/.test(scan)) return deuxConstructions();
  // Whatever is looked for in the built output, every layer of the scan must find nothing.
  return sortiePropre(monde);
}
