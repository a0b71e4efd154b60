import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../data/contract/table.ts';
import { MANQUE, carteVue, couleursPeintes, dessinees, monte, visite, type Banc } from './outils.ts';

const PAGE = '/carte/epci/rpls_dpe_fg/2022/';

describe.skipIf(MANQUE)('public atlas in Chromium', () => {
  let banc: Banc;
  let table: Table;
  const statut = (s: string) =>
    table.zones.filter((_, n) => table.colonnes['rpls_dpe.ENS.tous.2022']?.[n] === s).map((z) => z.code);
  beforeAll(async () => {
    banc = await monte();
    table = JSON.parse(readFileSync(join(banc.dossier, 'release/public/tables/epci.energie.json'), 'utf8'));
  });
  afterAll(() => banc?.ferme());

  it('renders every mainland zone, hatches exactly the secret ones, asks nobody else, breaks no policy', async () => {
    const v = await visite(banc);
    await v.page.goto(banc.service.origine + PAGE);
    await carteVue(v.page);
    const metropole = table.zones.filter((z) => z.region !== '04').map((z) => z.code).sort(); // prettier-ignore
    expect(await dessinees(v.page, 'zones')).toEqual(metropole);
    const secrets = statut('s').filter((c) => metropole.includes(c));
    expect(secrets.length).toBeGreaterThan(0);
    expect(await dessinees(v.page, 'hachures')).toEqual(secrets.sort());
    // The far island is drawn in its inset.
    const insets = await v.page.locator('.inset path[data-code]').evaluateAll((p) => p.map((x) => x.getAttribute('data-code'))); // prettier-ignore
    expect(insets.sort()).toEqual(table.zones.filter((z) => z.region === '04').map((z) => z.code).sort()); // prettier-ignore
    expect([...v.hotes]).toEqual([new URL(banc.service.origine).host]);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('reads without JavaScript: title, definition, legend, map and table', async () => {
    const v = await visite(banc, { javaScriptEnabled: false });
    await v.page.goto(banc.service.origine + PAGE);
    expect(await v.page.locator('h1').innerText()).toBe('Logements classés F ou G');
    expect(await v.page.locator('.valeurs tbody tr').count()).toBe(table.zones.length);
    expect(await v.page.locator('.legende li').count()).toBeGreaterThan(3);
    expect(await v.page.locator('.definition').innerText()).toContain('Limites');
    const image = v.page.locator('.carte-statique picture img');
    expect(await image.evaluate((i: HTMLImageElement) => i.complete && i.naturalWidth > 0)).toBe(true);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('goes by keyboard from search to territory, indicator, value and download, and says it', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(banc.service.origine + PAGE);
    await carteVue(page);
    await page.focus('#recherche');
    await page.keyboard.type('etrigny le');
    await page.waitForSelector('[role="option"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('zone='));
    await page.waitForFunction(() => document.querySelector('[data-role="portrait"] h2')?.textContent?.includes('Étrigny')); // prettier-ignore
    expect(new URL(page.url()).pathname).toMatch(/^\/carte\/(epci|commune)\//);

    // Back to EPCI, then another indicateur through the menu.
    await page.goto(banc.service.origine + PAGE);
    await carteVue(page);
    await page.focus('[data-menu] > summary');
    await page.keyboard.press('Enter');
    // The list of indicateurs opens on its filter.
    await page.waitForFunction(() => document.activeElement?.matches('[data-filtre-indicateurs]'));
    await page.keyboard.type('collectif');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.pathname.includes('rpls_coll'));
    // The address changes at once, the page once its figures are there.
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Logements collectifs');

    // The first row of the table, reached from the map by the skip link.
    await page.focus('.cadre-carte .evitement');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-role'))).toBe('filtre');
    await page.focus('.valeurs tbody tr:first-child a');
    const dit = await page.locator('[data-role="annonce"]').textContent();
    const nom = await page.locator('.valeurs tbody tr:first-child a').innerText();
    expect(dit).toContain(nom);
    expect(dit).toMatch(/\d,\d\u202f%, classe \d sur \d, base\u202f: [\d\u202f]+\u00a0logements/);
    await page.focus('[data-role="csv"]');
    const [fichier] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const csv = readFileSync(await fichier.path(), 'utf8');
    expect(csv).toContain('Territoires et données fictifs');
    expect(csv.split('\r\n').filter((l) => /^\d/.test(l))).toHaveLength(table.zones.length);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('keeps the state in the address: sector, échelle, zone, back button', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}${PAGE}?secteur=qpv&zone=epci:200000011`);
    await carteVue(page);
    await page.waitForFunction(() => document.querySelector('[data-role="sous-titre"]')?.textContent?.includes('quartiers prioritaires')); // prettier-ignore
    expect(await page.locator('tr.choisie').getAttribute('data-code')).toBe('200000011');
    await page.click('[data-choix="echelle"][data-valeur="departement"]');
    await page.waitForFunction(() => location.pathname.startsWith('/carte/departement/'));
    expect(new URL(page.url()).search).toContain('secteur=qpv');
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('.valeurs tbody tr').length === 10);
    expect(new URL(page.url()).pathname).toBe(PAGE);
    await v.ferme();
  });

  it('lets the échelle follow the zoom, and locks it again', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/departement/rpls_dpe_fg/2022/`);
    await carteVue(page);
    const zoome = (plus: number) =>
      page.evaluate((d) => {
        const { carte } = document.querySelector('[data-role="carte"]') as unknown as { carte: { gl: { getZoom(): number; zoomTo(z: number, o: object): void } } }; // prettier-ignore
        carte.gl.zoomTo(carte.gl.getZoom() + d, { animate: false });
      }, plus);
    // Locked at first: the address said the échelle.
    await zoome(3);
    await page.click('[data-choix="echelle"][data-valeur="auto"]');
    await page.waitForFunction(() => location.pathname.startsWith('/carte/commune/'));
    expect(await page.locator('[data-valeur="auto"]').getAttribute('aria-current')).toBe('true');
    await zoome(-4);
    await page.waitForFunction(() => location.pathname.startsWith('/carte/region/'));
    await page.click('[data-choix="echelle"][data-valeur="epci"]');
    await page.waitForFunction(() => location.pathname.startsWith('/carte/epci/'));
    await zoome(3);
    await expect.poll(() => page.locator('[data-valeur="auto"]').getAttribute('aria-current')).toBeNull();
    expect(new URL(page.url()).pathname).toMatch(/^\/carte\/epci\//);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('draws counts as circles and keeps the ground plain', async () => {
    const v = await visite(banc);
    await v.page.goto(`${banc.service.origine}/carte/commune/rpls_nb/2022/`);
    await carteVue(v.page);
    expect((await dessinees(v.page, 'cercles')).length).toBeGreaterThan(20);
    expect(await v.page.locator('.cercles circle').count()).toBeGreaterThan(1);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('maps a change by codes, in points, and prints a view that has no static map', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/departement/ops_res_lt40/2022/?mesure=evolution`);
    await page.waitForFunction(() =>
      document.querySelector('h1')?.textContent?.includes('évolution 2020–2022'),
    );
    await carteVue(page);
    expect(await page.locator('.legende').innerText()).toContain('points');
    expect((await dessinees(page, 'zones')).length).toBe(4);
    await page.pdf();
    expect(await page.locator('.impression').first().getAttribute('src')).toMatch(/^data:image\/png/);
    // A figure that its own catalogue calls not comparable says why instead of a map.
    await page.goto(`${banc.service.origine}${PAGE}?mesure=evolution`);
    await carteVue(page);
    expect(await page.locator('h1').innerText()).toBe('Logements classés F ou G');
    expect(await page.locator('.choix').innerText()).toContain(
      'Évolution\u202f: non comparable dans le temps',
    );
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('repaints another figure with one small file and no tile, in the colours of its legend', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/commune/rpls_dpe_fg/2022/`);
    await carteVue(page);
    const demandes: string[] = [];
    page.on('request', (r) => demandes.push(new URL(r.url()).pathname));
    await page.click('[data-menu] > summary');
    // Another theme: the shapes stay, only a column comes.
    await page.click('[data-choix="indicateur"][data-valeur="rpls_coll"]');
    await page.waitForFunction(() => (document.querySelector('[data-role="carte"]') as unknown as { carte: { cle: string; gl: { loaded(): boolean } } }).carte.cle.startsWith('rpls_coll.')); // prettier-ignore
    await carteVue(page);
    expect(demandes.filter((d) => d !== '/favicon.svg')).toEqual([
      '/donnees/colonnes/commune/rpls_coll.ENS.tous.2022.json',
    ]);
    const peintes = await couleursPeintes(page);
    const tableau = await page.locator('.valeurs tbody tr').evaluateAll((l) => l.map((tr) => [(tr as HTMLElement).dataset['code'] ?? '', getComputedStyle(tr.querySelector('.pastille rect') as Element).fill] as const)); // prettier-ignore
    const visibles = tableau.filter(([code]) => peintes.has(code));
    expect(visibles.length).toBeGreaterThan(30);
    for (const [code, couleur] of visibles) if (!couleur.includes('url')) expect(peintes.get(code), code).toBe(couleur); // prettier-ignore
    await v.ferme();
  });

  it('lays the outlines of priority neighbourhoods over any map, and keeps them in the address', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/commune/rpls_dpe_fg/2022/?zone=commune:01001`);
    await carteVue(page);
    await page.check('[data-role="qpv"]');
    await page.waitForFunction(() => location.search.includes('qpv=oui'));
    const contours = () =>
      page.evaluate(() => {
        const { gl } = (document.querySelector('[data-role="carte"]') as unknown as { carte: { gl: { getLayer(n: string): unknown; querySourceFeatures(s: string): { properties: { nom: string } }[] } } }).carte; // prettier-ignore
        return gl.getLayer('qpv') ? [...new Set(gl.querySourceFeatures('qpv').map((f) => f.properties.nom))].sort() : []; // prettier-ignore
      });
    await expect.poll(contours).toEqual(['La Rocade', 'Les Aunettes']);
    // They stay over the shapes of another échelle.
    await page.click('[data-choix="echelle"][data-valeur="epci"]');
    await page.waitForFunction(() => location.pathname.startsWith('/carte/epci/'));
    await carteVue(page);
    const ordre = await page.evaluate(() => (document.querySelector('[data-role="carte"]') as unknown as { carte: { gl: { getStyle(): { layers: { id: string }[] } } } }).carte.gl.getStyle().layers.map((l) => l.id)); // prettier-ignore
    expect(ordre.indexOf('qpv')).toBeGreaterThan(Math.max(...ordre.map((id, n) => (id.startsWith('zones-') ? n : -1)))); // prettier-ignore
    await page.uncheck('[data-role="qpv"]');
    await page.waitForFunction(() => !location.search.includes('qpv'));
    await expect.poll(contours).toEqual([]);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('classes by the bounds that the reader writes, from those on screen, and keeps them in the address', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/epci/rpls_coll/2022/`);
    await carteVue(page);
    await page.click('.reglages summary');
    await page.selectOption('[data-role="methode"]', 'manuelle');
    await page.waitForFunction(() => location.search.includes('bornes='));
    expect(await page.locator('[data-role="bornes"]').inputValue()).toMatch(/^\d+(,\d)? ; /);
    await page.fill('[data-role="bornes"]', '60 ; 30,5');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('bornes=30.5,60'));
    const classes = () => page.locator('[data-role="legende"] li[data-classe="0"], [data-role="legende"] li[data-classe="1"], [data-role="legende"] li[data-classe="2"]').locator('span:nth-of-type(1)').allInnerTexts(); // prettier-ignore
    const attendues = ['moins de 30,5\u202f%', '30,5 à moins de 60,0\u202f%', '60,0\u202f% ou plus'];
    await expect.poll(classes).toEqual(attendues);
    await page.goto(page.url());
    await expect.poll(classes).toEqual(attendues);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });
});
