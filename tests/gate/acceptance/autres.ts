/** Cases that are no HTTP request: the territory page in a browser, the built output, the stores. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as attendre } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { servir } from '../../../pipeline/serve/command.ts';
import { ErreurTerritoire } from '../../../site/archive/erreurs.ts';
import { ouvrirSession } from '../../../site/archive/session.ts';
import { lireArchive } from '../../../site/archive/source.ts';
import { creerMagasinFs } from '../../../site/gate/magasin-fs.ts';
import { Inconnue, objet, type Cas } from './cas.ts';
import type { Cible } from './cible.ts';
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

const JETON = /eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}/;

/** dist-*: what may never be in the built output, and what the client does of altered bytes. */
export async function casDist(monde: Monde, cible: Cible, cas: Cas): Promise<string | undefined> {
  const scan = String(objet(cas.request)['scan'] ?? '');
  if (scan === 'all bytes') {
    if (!existsSync(DIST)) throw new Inconnue('le site n’est pas construit (dist)');
    for (const e of await readdir(DIST, { recursive: true, withFileTypes: true })) {
      if (!e.isFile()) continue;
      const texte = await readFile(join(e.parentPath, e.name), 'latin1');
      if (JETON.test(texte)) return `jeton dans ${e.name}`;
    }
    return undefined;
  }
  if (scan === 'block hash in the client') {
    const magasin = creerMagasinFs(join(monde.essai.vers, 'courante', 'bundles'));
    await cible.installer(monde, {
      config: {
        magasin: {
          stat: (a) => magasin.stat(a),
          async read(a, debut, fin) {
            const octets = await magasin.read(a, debut, fin);
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
  throw new Inconnue(`vérification « ${scan} » non écrite`);
}
