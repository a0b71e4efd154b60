import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Table } from '../../data/contract/table.ts';
import { lisClasseur } from './classeur.ts';
import { MANQUE, carteVue, monte, secondeVue, visite, type Banc } from './outils.ts';

const PAGE = '/carte/epci/rpls_dpe_fg/2022/';

describe.skipIf(MANQUE)('comparing in Chromium', () => {
  let banc: Banc;
  let table: Table;
  beforeAll(async () => {
    banc = await monte();
    table = JSON.parse(readFileSync(join(banc.dossier, 'release/public/tables/epci.energie.json'), 'utf8'));
  });
  afterAll(() => banc?.ferme());

  it('shows two maps that move, point and choose together, in one set of classes when the figure is the same', async () => {
    const v = await visite(banc, { viewport: { width: 1440, height: 900 } });
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/departement/ops_res_lt40/2022/`);
    await carteVue(page);
    await page.click('[data-choix="avec"]:not([aria-current])');
    await page.waitForFunction(() => location.search.includes('avec=ops_res_lt40.ER.tous.2022'));
    const seconde = page.locator('[data-role="seconde"]');
    await secondeVue(page);
    expect(await seconde.locator('h2').innerText()).toBe(await page.locator('h1').innerText());
    expect(await seconde.locator('[data-role="sous-titre-2"]').innerText()).toContain('emménagés récemment');
    const classes = (n: string) => page.locator(`[data-role="${n}"] li span:nth-of-type(1)`).allInnerTexts();
    expect(await classes('legende-2')).toEqual(await classes('legende'));

    // The reader zooms one map: the other is there at once.
    await page.locator('[data-role="seconde"] .maplibregl-ctrl-zoom-in').click();
    await page.waitForFunction(() => {
      const [a, b] = [...document.querySelectorAll('[data-role="carte"]')].map((x) => (x as unknown as { carte: { gl: { getZoom(): number; isMoving(): boolean } } }).carte.gl); // prettier-ignore
      return (
        !a!.isMoving() && !b!.isMoving() && a!.getZoom() > 5 && Math.abs(a!.getZoom() - b!.getZoom()) < 1e-9
      );
    });
    // A row points at both, and both values are said.
    await page.focus('.valeurs tbody tr:first-child a');
    expect(await page.locator('[data-role="annonce"]').textContent()).toMatch(/\d,\d\u202f%.*\d,\d\u202f%/);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('zone=departement'));
    const choisies = await page.evaluate(() =>
      [...document.querySelectorAll('[data-role="carte"]')].map((x) => {
        const { carte } = x as unknown as { carte: { numero: number; gl: { queryRenderedFeatures(o: object): { id: string; state: { choisie?: boolean } }[] } } }; // prettier-ignore
        return carte.gl.queryRenderedFeatures({ layers: [`zones-${carte.numero}`] }).find((f) => f.state.choisie)?.id; // prettier-ignore
      }),
    );
    expect(choisies[0]).toBe(choisies[1]);
    expect(choisies[0]).toBe(await page.locator('tr.choisie').getAttribute('data-code'));
    expect(await page.locator('.valeurs thead').innerText()).toContain('emménagés récents');

    // Another figure beside, chosen in the list; the address gives it back.
    await page.selectOption('[data-avec="indicateur"]', 'rpls_coll');
    await page.waitForFunction(() => location.search.includes('avec=rpls_coll.ENS.tous.2022'));
    await page.goto(page.url());
    await secondeVue(page);
    expect(await seconde.locator('h2').innerText()).toBe('Logements collectifs');
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('draws dumbbells of all households and recent movers, with both figures written', async () => {
    const v = await visite(banc, { javaScriptEnabled: false });
    await v.page.goto(`${banc.service.origine}/portrait/departement/01/`);
    const table = v.page.locator('.halteres').first();
    expect(await table.locator('thead').innerText()).toMatch(/Ensemble[\s\S]*Récents/);
    const chiffres = await table.locator('tbody td.num').allInnerTexts();
    expect(chiffres.length).toBeGreaterThan(3);
    const [a, b] = await table.locator('tbody tr').first().locator('circle').evaluateAll((c) => c.map((x) => Number(x.getAttribute('cx')))); // prettier-ignore
    const lu = chiffres.slice(0, 2).map((t) => Number(t.replace(',', '.')));
    // The drawing keeps the order of the figures.
    expect(Math.sign((a ?? 0) - (b ?? 0))).toBe(Math.sign((lu[0] ?? 0) - (lu[1] ?? 0)));
    await v.ferme();
  });

  it('downloads what the table shows as a workbook, hidden cells empty, mentions beside', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(banc.service.origine + PAGE);
    await carteVue(page);
    await page.fill('[data-role="filtre"]', '2000000');
    const [fichier] = await Promise.all([page.waitForEvent('download'), page.click('[data-role="xlsx"]')]);
    const lignes = lisClasseur(await fichier.path());
    expect(lignes.donnees[0]?.slice(0, 2)).toEqual(['code', 'zone']);
    const montrees = await page.locator('.valeurs tbody tr').evaluateAll((l) => l.map((tr) => (tr as HTMLElement).dataset['code'])); // prettier-ignore
    expect(lignes.donnees.slice(1).map((r) => r[0])).toEqual(montrees);
    for (const r of lignes.donnees.slice(1)) {
      const s =
        table.colonnes['rpls_dpe.ENS.tous.2022']?.[table.zones.findIndex((z) => z.code === r[0])] === 's';
      expect(typeof r[3], String(r[0])).toBe(s ? 'undefined' : 'number');
      if (s) expect(r[4]).toBe('s');
    }
    expect(lignes.mentions.flat().join(' ')).toContain('Territoires et données fictifs');
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });
});
