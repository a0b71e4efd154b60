/** What end-to-end tests share: the miniature release, the built site, the real service, a browser that is watched. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { lienDemo } from '../../pipeline/links/demo.ts';
import { servir } from '../../pipeline/serve/command.ts';
import type { Service } from '../../pipeline/serve/serveur.ts';

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((c) => existsSync(c)); // prettier-ignore
const OPTIONS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']; // prettier-ignore

/** Sentence of a skipped suite when the machine lacks a program, null when it can run. */
export const MANQUE =
  CHROMIUM === undefined ? 'Chromium is not installed: end-to-end tests are skipped.' : null;

/** Chromium of the machine, with the software renderer that a machine without a screen needs. */
export function ouvreNavigateur(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM as string, args: OPTIONS });
}

export interface Banc {
  readonly dossier: string;
  readonly dist: string;
  readonly service: Service;
  readonly navigateur: Browser;
  readonly lien: string;
  readonly registre: string;
  readonly vers: string;
  ferme(): Promise<void>;
}

/** Serve the site that preparation.ts built, with a register of its own and one link. */
export async function monte(): Promise<Banc> {
  const dossier = process.env['CARTO_E2E'] as string;
  const vers = join(dossier, 'vers');
  const dist = join(dossier, 'dist');
  const registre = mkdtempSync(join(tmpdir(), 'carto-registre-'));
  const service = await servir({ vers, site: dist, registre, port: 0 });
  // The register is created by the first link, so the gate is started again to find it.
  const { url } = await lienDemo({ vers, registre, origine: service.origine });
  const { port } = service;
  await service.arreter(0);
  const avecGarde = await servir({ vers, site: dist, registre, port });
  const navigateur = await ouvreNavigateur();
  return {
    dossier,
    dist,
    service: avecGarde,
    navigateur,
    lien: url,
    registre,
    vers,
    async ferme() {
      await navigateur.close();
      await avecGarde.arreter(0);
      rmSync(registre, { recursive: true, force: true });
    },
  };
}

export interface Visite {
  readonly page: Page;
  /** What went wrong in the page: scripts, policy, failed requests. */
  readonly ennuis: string[];
  /** Hosts asked for anything. */
  readonly hotes: Set<string>;
  ferme(): Promise<void>;
}

/** A watched page: script errors, refusals by the content policy and every host are noted. */
export async function visite(b: Banc, options: BrowserContextOptions = {}): Promise<Visite> {
  const contexte = await b.navigateur.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await contexte.newPage();
  const ennuis: string[] = [];
  const hotes = new Set<string>();
  page.on('pageerror', (e) => ennuis.push(e.message));
  page.on('console', (m) => {
    if (m.type() === 'error') ennuis.push(m.text());
  });
  page.on('request', (r) => {
    const u = new URL(r.url());
    if (u.protocol.startsWith('http')) hotes.add(u.host);
  });
  return { page, ennuis, hotes, ferme: () => contexte.close() };
}

/** Wait until the map shows its first complete picture; it starts when the reader does something. */
export async function carteVue(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const carte = (document.querySelector('[data-role="carte"]') as { carte?: { gl: { loaded(): boolean } } } | null)?.carte; // prettier-ignore
      if (!carte) dispatchEvent(new Event('wheel'));
      return carte?.gl.loaded() === true && document.querySelector('[data-cachee]') !== null;
    },
    undefined,
    { timeout: 60_000 },
  );
}

/**
 * Codes of the features drawn by a layer of the current view (`zones`, `hachures`, `points`, `cercles`); patterns are
 * drawn where the paint of the zone says so.
 */
export async function dessinees(page: Page, couche: string): Promise<string[]> {
  return page.evaluate((nom) => {
    interface Gl {
      getLayer(id: string): unknown;
      queryRenderedFeatures(o: { layers: string[] }): { id: string | number; state: { m?: string } }[];
    }
    const { carte } = document.querySelector('[data-role="carte"]') as unknown as {
      carte: { gl: Gl; numero: number };
    };
    const id = `${nom}-${carte.numero}`;
    if (!carte.gl.getLayer(id)) return [];
    const motif = { hachures: 's', points: 'nd' }[nom];
    const vues = carte.gl.queryRenderedFeatures({ layers: [id] });
    return [...new Set(vues.filter((f) => !motif || f.state.m === motif).map((f) => String(f.id)))].sort();
  }, couche);
}

/** Wait until both maps show a complete picture. */
export async function secondeVue(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const cartes = [...document.querySelectorAll('[data-role="carte"]')].map((x) => (x as { carte?: { cle: string | null; gl: { loaded(): boolean; isMoving(): boolean } } }).carte); // prettier-ignore
    return cartes.length === 2 && cartes.every((c) => c?.cle && c.gl.loaded() && !c.gl.isMoving()) && document.querySelectorAll('[data-cachee]').length === 2; // prettier-ignore
  });
}

/** Colour given to each zone on screen, as CSS writes it (`rgb(44, 127, 184)`). */
export async function couleursPeintes(page: Page): Promise<Map<string, string>> {
  const paires = await page.evaluate(() => {
    const { carte } = document.querySelector('[data-role="carte"]') as unknown as { carte: { numero: number; gl: { queryRenderedFeatures(o: object): { id: string; state: { f: string } }[] } } }; // prettier-ignore
    const rgb = (h: string) =>
      `rgb(${[1, 3, 5].map((n) => Number.parseInt(h.slice(n, n + 2), 16)).join(', ')})`;
    return carte.gl.queryRenderedFeatures({ layers: [`zones-${carte.numero}`] }).map((f) => [f.id, rgb(f.state.f)] as const); // prettier-ignore
  });
  return new Map(paires);
}
