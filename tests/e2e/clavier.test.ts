import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANQUE, monte, visite, type Banc } from './outils.ts';

/** Press Tab (or Shift+Tab) until the element is reached; nothing else ever moves the focus in these visits. */
async function tabJusqua(
  page: Page,
  selecteur: string,
  touche: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<number> {
  for (let n = 1; n <= 120; n++) {
    await page.keyboard.press(touche);
    const la = await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selecteur);
    if (!la) continue;
    // Whoever tabs must see where they are.
    // A menu that opens lays its fields out after the focus has come.
    await expect
      .poll(
        () =>
          page.evaluate(() => {
            const e = document.activeElement as HTMLElement;
            const { outlineStyle, outlineWidth } = getComputedStyle(e);
            return (
              outlineStyle !== 'none' &&
              Number.parseFloat(outlineWidth) >= 2 &&
              e.getBoundingClientRect().width > 0
            );
          }),
        { message: `${selecteur} shows its focus`, timeout: 5000 },
      )
      .toBe(true);
    return n;
  }
  throw new Error(`${selecteur} is not reached by Tab`);
}

describe.skipIf(MANQUE)('a visit with the keyboard alone', () => {
  let banc: Banc;
  beforeAll(async () => {
    banc = await monte();
  });
  afterAll(() => banc?.ferme());

  it('goes from the home page: search, territory, indicateur, value, table, download', async () => {
    const v = await visite(banc);
    const { page } = v;
    const dit = () => page.locator('[data-role="annonce"]').textContent();
    await page.goto(`${banc.service.origine}/`);

    // Search, with a typing error; the list answers to the arrows.
    await tabJusqua(page, '#recherche');
    await page.keyboard.type('etrigni');
    await page.waitForSelector('[role="option"][aria-selected="true"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');

    // Territory: its map opens, its portrait is written.
    await page.waitForURL('**/carte/**zone=**');
    await page.waitForFunction(() =>
      document.querySelector('.portrait h2')?.textContent?.includes('Étrigny'),
    );

    // Indicateur: the menu, its search, the first answer.
    await tabJusqua(page, '[data-menu] > summary');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.matches('[data-filtre-indicateurs]'));
    await page.keyboard.type('collectif');
    await tabJusqua(page, '[data-choix="indicateur"]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.pathname.includes('/rpls_coll/'));
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Logements collectifs');
    await expect.poll(dit).toContain('Logements collectifs');

    // Value: past the map to the table, one row by its name, and it is said.
    await tabJusqua(page, '.cadre-carte .evitement');
    await page.keyboard.press('Enter');
    await tabJusqua(page, '[data-role="filtre"]');
    await page.keyboard.type('etrigny');
    await expect.poll(() => page.locator('.valeurs tbody tr').count()).toBeLessThan(10);
    await tabJusqua(page, '.valeurs tbody a');
    const nom = await page.locator('.valeurs tbody a').first().innerText();
    await expect.poll(dit).toMatch(new RegExp(`^${nom}\u202f: (\\d+,\\d\u202f%, classe \\d sur \\d|secret statistique|sans objet)`)); // prettier-ignore
    await page.keyboard.press('Enter');
    await page.waitForSelector('tr.choisie');

    // Download: back over the tools of the table.
    await tabJusqua(page, '[data-role="csv"]', 'Shift+Tab');
    const [fichier] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const csv = readFileSync(await fichier.path(), 'utf8');
    expect(csv).toContain(nom);
    expect(csv).toContain('Logements collectifs');
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('compares two maps and closes the comparison', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/departement/ops_res_lt40/2022/`);
    await tabJusqua(page, '[data-choix="avec"]:not([aria-current])');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('avec='));
    // The choices are drawn anew: the focus stays where it was.
    await expect.poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset['choix'])).toBe('avec'); // prettier-ignore
    await tabJusqua(page, '[data-avec="indicateur"]');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !location.search.includes('avec='));
    expect(await page.locator('[data-role="seconde"]').isVisible()).toBe(false);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });
});
