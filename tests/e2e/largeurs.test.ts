import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANQUE, carteVue, monte, visite, type Banc } from './outils.ts';

const PAGES = ['/', '/territoires/', '/portrait/epci/200000000/', '/portrait/departement/01/', '/indicateurs/', '/indicateur/ops_res_lt20/', '/methode/', '/secret/', '/mentions/', '/accessibilite/', '/territoire/', '/404.html', '/carte/epci/rpls_dpe_fg/2022/']; // prettier-ignore

describe.skipIf(MANQUE)('pages at every width', () => {
  let banc: Banc;
  beforeAll(async () => {
    banc = await monte();
  });
  afterAll(() => banc?.ferme());

  it('never scrolls a page sideways at 320 px, and lets nothing stick out of it', async () => {
    const v = await visite(banc, { viewport: { width: 320, height: 640 } });
    for (const chemin of PAGES) {
      await v.page.goto(banc.service.origine + chemin);
      const dehors = await v.page.evaluate(() => {
        const cache = (e: Element) => e.closest('.defile, .lecteur, .evitement, .carte, [hidden], .formule, .choix, .portrait'); // prettier-ignore
        const large = [...document.querySelectorAll('main *')].filter((e) => !cache(e) && e.getBoundingClientRect().right > innerWidth + 1); // prettier-ignore
        return { defile: document.documentElement.scrollWidth - innerWidth, large: large.map((e) => `${e.tagName}.${e.getAttribute('class')}`) }; // prettier-ignore
      });
      expect(dehors, chemin).toEqual({ defile: 0, large: [] });
    }
    await v.ferme();
  });

  it('opens the portrait over the map where there is no room beside it, and closes it', async () => {
    const v = await visite(banc, { viewport: { width: 1000, height: 800 }, reducedMotion: 'reduce' });
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/epci/rpls_dpe_fg/2022/`);
    await carteVue(page);
    expect(await page.locator('[data-ouvre="choix"]').isVisible()).toBe(false);
    expect(await page.locator('.portrait h2').isVisible()).toBe(false);
    await page.click('[data-ouvre="portrait"]');
    expect(await page.locator('.portrait h2').isVisible()).toBe(true);
    const [feuille, barre] = await page.evaluate(() => ['.portrait', '.barre-mobile'].map((s) => document.querySelector(s)?.getBoundingClientRect().toJSON() as DOMRect)); // prettier-ignore
    expect(feuille?.bottom).toBe(800);
    expect(feuille?.top).toBeGreaterThan(300);
    // The map and its controls end above the bar.
    const bas = await page.locator('.maplibregl-ctrl-bottom-right').evaluate((e) => e.getBoundingClientRect().bottom); // prettier-ignore
    expect(bas).toBeLessThanOrEqual((barre?.top ?? 0) + 1);
    await page.keyboard.press('Escape');
    expect(await page.locator('.portrait h2').isVisible()).toBe(false);
    await v.ferme();
  });
});
