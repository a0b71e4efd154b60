import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANQUE, carteVue, dessinees, monte, visite, type Banc } from './outils.ts';

const PAGE = '/carte/epci/rpls_dpe_fg/2022/';

describe.skipIf(MANQUE)('sharing and remembering in Chromium', () => {
  let banc: Banc;
  beforeAll(async () => {
    banc = await monte();
  });
  afterAll(() => banc?.ferme());

  it('embeds: the map and its legend, its source and the way back, nothing kept on the device', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(banc.service.origine + PAGE);
    await carteVue(page);
    await page.click('[data-role="integration"] summary');
    const code = await page.locator('[data-role="code-integration"]').inputValue();
    expect(code).toMatch(/^<iframe src="http[^"]*integre=legende" title="Logements classés F ou G"/);
    await page.uncheck('[data-role="integre-legende"]');
    expect(await page.locator('[data-role="code-integration"]').inputValue()).toContain('integre=carte"');

    const seul = await visite(banc, { viewport: { width: 960, height: 620 } });
    await seul.page.goto(/src="([^"]*)"/.exec(code)?.[1] ?? '');
    await carteVue(seul.page);
    for (const cache of ['.entete', '.pied', '.tableau', '.definition', '.portrait', '[data-role="choix"]'])
      expect(await seul.page.locator(cache).first().isVisible(), cache).toBe(false);
    expect(await seul.page.locator('.legende li').first().isVisible()).toBe(true);
    expect(await seul.page.locator('.bandeau-fictif').isVisible()).toBe(true);
    expect(await seul.page.locator('.pied-integre').innerText()).toContain('RPLS');
    expect(await seul.page.locator('[data-role="retour"]').getAttribute('href')).toBe(PAGE);
    expect((await dessinees(seul.page, 'zones')).length).toBeGreaterThan(5);
    // One screen, no scroll: what another site shows in a frame.
    expect(await seul.page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
    expect(await seul.page.evaluate(() => localStorage.length)).toBe(0);
    expect([...v.ennuis, ...seul.ennuis]).toEqual([]);
    await seul.ferme();
    await v.ferme();
  });

  it('remembers favourites and recent territories on this device, and offers them before anything is typed', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}${PAGE}?zone=epci:200000011`);
    await carteVue(page);
    await page.click('[data-favori]');
    await page.waitForSelector('[data-favori][aria-pressed="true"]');
    const nom = await page.locator('.portrait h2').innerText();
    // Another visit of the same device, another page.
    await page.goto(`${banc.service.origine}/methode/`);
    await page.focus('#recherche');
    await page.waitForSelector('[role="option"]');
    expect(await page.locator('[role="option"]').first().innerText()).toContain(nom);
    expect(await page.locator('[role="option"] small').first().innerText()).toContain('favori');
    // Enter takes nothing that was not pointed at.
    expect(await page.locator('[aria-selected="true"]').count()).toBe(0);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/carte/epci/**zone=epci:200000011');
    await carteVue(page);
    await page.click('[data-menu] > summary');
    await page.click('[data-choix="indicateur"][data-valeur="rpls_coll"]');
    await page.waitForFunction(() => location.pathname.includes('rpls_coll'));
    await page.click('[data-menu] > summary');
    expect(await page.locator('.menu-corps section').first().innerText()).toContain(
      'Logements classés F ou G',
    );
    await page.click('[data-oublie]');
    await page.waitForSelector('[data-menu][open] [data-filtre-indicateurs]:focus');
    await page.click('[data-menu] > summary');
    await page.click('[data-prefere]');
    await page.waitForSelector('[data-prefere][aria-pressed="true"]:focus');
    expect(await page.evaluate(() => JSON.parse(localStorage.getItem('carto-ops/memoire@1') ?? '{}') as unknown)).toMatchObject({ recents: [], indicateurs: [], preferes: ['rpls_coll'], favoris: [{ code: '200000011' }] }); // prettier-ignore
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });
});
