/**
 * How fast the map answers a change of indicateur, compared with its first load in the same run (issue 4: ≤ 0.25).
 *
 *   node tests/e2e/rapidite.ts [--site dist] [--vers data/releases/demo] [--epci CODE] [--tours 3] [--plafond 0.25]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { lienDemo } from '../../pipeline/links/demo.ts';
import { servir } from '../../pipeline/serve/command.ts';
import { ouvreNavigateur } from './outils.ts';

export interface Mesure {
  readonly nom: string;
  /** Milliseconds from the navigation (or the click that opens a territory) to the first complete picture. */
  readonly premiere: number;
  /** Milliseconds from each click on an indicateur to the complete picture of the new one. */
  readonly bascules: readonly number[];
}

/** Median of what was measured. */
export function mediane(x: readonly number[]): number {
  return [...x].sort((a, b) => a - b)[x.length >> 1] ?? Number.NaN;
}

interface PageCarte {
  carte?: { gl: { loaded(): boolean; once(e: 'idle', f: () => void): void }; cle: string | null };
}

/** Time at which the map shows its first complete picture, by the page's own clock. */
const vueComplete = (page: Page) =>
  page
    .waitForFunction(
      () => {
        const { carte } = (document.querySelector('[data-role="carte"]') ?? {}) as PageCarte;
        // The map waits for a sign of the reader: here it comes as soon as the page listens.
        if (!carte) dispatchEvent(new Event('wheel'));
        return carte?.cle && carte.gl.loaded() && document.querySelector('[data-cachee]') ? performance.now() : 0;
      },
      undefined,
      { timeout: 120_000, polling: 'raf' },
    )
    .then((h) => h.jsonValue()); // prettier-ignore

/** Press an indicateur in the list and wait for its complete picture; milliseconds. */
export async function bascule(page: Page, indicateur: string): Promise<number> {
  return page.evaluate(
    (id) =>
      new Promise<number>((ok) => {
        const { carte } = document.querySelector('[data-role="carte"]') as PageCarte;
        const depart = performance.now();
        const finie = () => {
          if (carte?.cle?.startsWith(`${id}.`) && carte.gl.loaded()) ok(performance.now() - depart);
          else requestAnimationFrame(finie);
        };
        document.querySelector<HTMLElement>(`[data-choix="indicateur"][data-valeur="${id}"]`)?.click();
        requestAnimationFrame(finie);
      }),
    indicateur,
  );
}

/** One fresh visit: first load, then the indicateurs one after the other. */
export async function mesure(
  navigateur: Browser,
  nom: string,
  ouvre: (page: Page) => Promise<number>,
  indicateurs: readonly string[],
): Promise<Mesure> {
  const contexte = await navigateur.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await contexte.newPage();
  const depart = await ouvre(page);
  const premiere = (await vueComplete(page)) - depart;
  const bascules: number[] = [];
  for (const id of indicateurs) bascules.push(await bascule(page, id));
  await contexte.close();
  return { nom, premiere, bascules };
}

async function principal(): Promise<void> {
  const { values: v } = parseArgs({
    options: {
      site: { type: 'string', default: 'dist' },
      vers: { type: 'string', default: 'data/releases/demo' },
      epci: { type: 'string' },
      tours: { type: 'string', default: '3' },
      plafond: { type: 'string', default: '0.25' },
    },
  });
  const registre = mkdtempSync(join(tmpdir(), 'carto-registre-'));
  const premier = await servir({ vers: v.vers, site: v.site, registre, port: 0 });
  const { url } = await lienDemo({ vers: v.vers, registre, origine: premier.origine, ...(v.epci ? { epci: v.epci } : {}) }); // prettier-ignore
  await premier.arreter(0);
  const service = await servir({ vers: v.vers, site: v.site, registre, port: premier.port });
  const navigateur = await ouvreNavigateur();
  const millesime = (await (await fetch(`${service.origine}/donnees/atlas.json`)).json()) as { offre: Record<string, Record<string, string[]>> }; // prettier-ignore
  const annee = Math.max(...(millesime.offre['rpls_dpe']?.['commune'] ?? []).map((s) => Number(s.split('.')[2]))); // prettier-ignore
  const publique = (echelle: string) => async (page: Page) => {
    await page.goto(`${service.origine}/carte/${echelle}/rpls_dpe_fg/${annee}/`, { waitUntil: 'commit' });
    return 0;
  };
  const territoire = async (page: Page) => {
    await page.goto(url);
    await page.check('[data-role="accepte"] input');
    const depart = await page.evaluate(() => performance.now());
    await page.click('[data-role="accepte"] button');
    return depart;
  };
  const cas = [
    ['communes, même thème', publique('commune'), ['rpls_dpe_e', 'rpls_dpe_d', 'rpls_dpe_c']],
    ['communes, autre thème', publique('commune'), ['rpls_coll', 'rpls_dpe_fg', 'rpls_coll']],
    ['EPCI, même thème', publique('epci'), ['rpls_dpe_e', 'rpls_dpe_d', 'rpls_dpe_c']],
    ['EPCI, autre thème', publique('epci'), ['rpls_coll', 'rpls_dpe_fg', 'rpls_coll']],
    ['bundle', territoire, ['rpls_dpe_fg', 'rpls_coll', 'ops_res_lt40']],
  ] as const;
  let trop = false;
  for (const [nom, ouvre, ids] of cas) {
    const tours: Mesure[] = [];
    for (let t = 0; t < Number(v.tours); t++) tours.push(await mesure(navigateur, nom, ouvre, ids));
    const premiere = mediane(tours.map((t) => t.premiere));
    const rapports = ids.map((_, n) => mediane(tours.map((t) => t.bascules[n] ?? 0)) / premiere);
    trop ||= Math.max(...rapports) > Number(v.plafond);
    const chaque = ids.map((id, n) => `${id} ${mediane(tours.map((t) => t.bascules[n] ?? 0)).toFixed(0)} ms (${rapports[n]?.toFixed(2)})`); // prettier-ignore
    console.log(`${nom} : première ${premiere.toFixed(0)} ms ; ${chaque.join(', ')}`);
  }
  await navigateur.close();
  await service.arreter(0);
  rmSync(registre, { recursive: true, force: true });
  if (trop) process.exitCode = 1;
}

if (import.meta.main) await principal();
