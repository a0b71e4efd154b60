/**
 * Screenshots of the built site, for the README and for whoever looks at the pages after a change.
 *
 *   node tests/e2e/captures.ts [--site dist] [--vers data/releases/demo] [--epci CODE] [--vers-dossier dist-captures]
 *   node tests/e2e/captures.ts --lisezmoi      the three pictures of the README, in docs/captures
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { lienDemo } from '../../pipeline/links/demo.ts';
import { servir } from '../../pipeline/serve/command.ts';
import { carteVue, ouvreNavigateur, secondeVue } from './outils.ts';

const { values: v } = parseArgs({
  options: {
    site: { type: 'string', default: 'dist' },
    vers: { type: 'string', default: 'data/releases/demo' },
    epci: { type: 'string' },
    'vers-dossier': { type: 'string', default: 'dist-captures' },
    lisezmoi: { type: 'boolean', default: false },
  },
});
const LISEZMOI = ['carte', 'comparaison', 'territoire-adresses'];
const sortie = v.lisezmoi ? 'docs/captures' : v['vers-dossier'];
mkdirSync(sortie, { recursive: true });
const registre = mkdtempSync(join(tmpdir(), 'carto-registre-'));
const premier = await servir({ vers: v.vers, site: v.site, registre, port: 0 });
const { url } = await lienDemo({ vers: v.vers, registre, origine: premier.origine, ...(v.epci ? { epci: v.epci } : {}) }); // prettier-ignore
await premier.arreter(0);
const service = await servir({ vers: v.vers, site: v.site, registre, port: premier.port });
const navigateur = await ouvreNavigateur();

async function prends(nom: string, o: BrowserContextOptions, faire: (p: Page) => Promise<void>): Promise<void> {
  if (v.lisezmoi && !LISEZMOI.includes(nom)) return;
  const contexte = await navigateur.newContext({ ...o, reducedMotion: 'reduce' });
  const page = await contexte.newPage();
  await faire(page);
  // JPEG, small enough for a README or a message.
  await page.screenshot({ path: join(sortie, `${nom}.jpg`), type: 'jpeg', quality: v.lisezmoi ? 60 : 82 });
  await contexte.close();
} // prettier-ignore

/** The default map is the one the home page leads to. */
const nationale = async (page: Page) => {
  await page.goto(`${service.origine}/`);
  await page.click('.actions a.principal');
  await carteVue(page);
};
/** All households beside recent movers, the département of the first one chosen. */
const comparee = async (page: Page) => {
  await page.goto(`${service.origine}/`);
  await page.click('.tuiles a[href*="/ops_res_lt20/"]');
  await carteVue(page);
  await page.click('[data-choix="avec"]:not([aria-current])');
  await secondeVue(page);
};
const territoire = (echelle: string | null) => async (page: Page) => {
  await page.goto(url);
  await page.check('[data-role="accepte"] input');
  await page.click('[data-role="accepte"] button');
  await carteVue(page);
  if (echelle === null) return;
  await page.click(`[data-choix="echelle"][data-valeur="${echelle}"]`);
  await page.waitForFunction((e) => document.querySelector(`[data-valeur="${e}"]`)?.hasAttribute('aria-current'), echelle); // prettier-ignore
  await page.waitForFunction(() => {
    const { carte } = document.querySelector('[data-role="carte"]') as unknown as {
      carte: { gl: { loaded(): boolean; isMoving(): boolean } };
    };
    return carte.gl.loaded() && !carte.gl.isMoving();
  });
};
const grand = { viewport: v.lisezmoi ? { width: 1280, height: 760 } : { width: 1440, height: 900 } };
await prends('carte', grand, nationale);
await prends('carte-sombre', { ...grand, colorScheme: 'dark' }, nationale);
await prends('carte-telephone', { viewport: { width: 390, height: 844 } }, nationale);
await prends('comparaison', grand, comparee);
await prends('territoire', grand, territoire(null));
await prends('territoire-adresses', grand, territoire('adresse'));
await navigateur.close();
await service.arreter(0);
rmSync(registre, { recursive: true, force: true });
