import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { MANQUE, carteVue, monte, visite, type Banc } from './outils.ts';

/** Mean light (0 to 255) of the corners and of the middle of a picture of the page. */
async function clarte(page: Page, role: string): Promise<{ coin: number; milieu: number }> {
  return page.evaluate(async (nom) => {
    const image = document.querySelector(`[data-role="${nom}"]`) as HTMLImageElement;
    await image.decode();
    const toile = document.createElement('canvas');
    [toile.width, toile.height] = [image.naturalWidth, image.naturalHeight];
    const ctx = toile.getContext('2d') as CanvasRenderingContext2D;
    ctx.drawImage(image, 0, 0);
    const lit = (x: number, y: number) => {
      const [r = 0, v = 0, b = 0] = ctx.getImageData(Math.round(x), Math.round(y), 1, 1).data;
      return (r + v + b) / 3;
    };
    return { coin: lit(toile.width - 3, 3), milieu: lit(toile.width / 2, toile.height / 2) };
  }, role);
}

describe.skipIf(MANQUE)('paper is light, whatever the screen', () => {
  let banc: Banc;
  beforeAll(async () => {
    banc = await monte();
  });
  afterAll(() => banc?.ferme());

  it('prints a view of the screen in the colours of paper, and leaves the screen dark', async () => {
    const v = await visite(banc, { colorScheme: 'dark' });
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/departement/rpls_nb/2022/?secteur=qpv`);
    await carteVue(page);
    const mer = () =>
      page.evaluate(() => {
        const { carte } = document.querySelector('[data-role="carte"]') as unknown as { carte: { gl: { getPaintProperty(a: string, b: string): string } } }; // prettier-ignore
        return carte.gl.getPaintProperty('mer', 'background-color');
      });
    const sombre = await mer();
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    const { coin, milieu } = await clarte(page, 'impression');
    expect(coin).toBeGreaterThan(220);
    expect(milieu).toBeGreaterThan(60);
    expect(await mer()).toBe(sombre);
    await v.ferme();
  });

  /** Boxes on a sheet of A4 with its margins: 186 by 269 mm, in CSS pixels. */
  const FEUILLE = { width: 703, height: 1016 };
  const boites = (page: Page, ...quoi: string[]) =>
    page.evaluate((liste) => liste.map((s) => document.querySelector(s)?.getBoundingClientRect().toJSON() as DOMRect | undefined), quoi); // prettier-ignore

  it('prints a map and its legend on the first sheet of A4, without what is for a screen', async () => {
    const v = await visite(banc, { viewport: FEUILLE });
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/commune/rpls_dpe_fg/2022/`);
    await carteVue(page);
    await page.waitForSelector('.prefere', { state: 'attached' });
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
    await page.emulateMedia({ media: 'print' });
    const [image, legende] = await boites(page, '.carte-statique .papier', '.legende');
    expect(image?.width).toBeGreaterThan(600);
    expect(legende?.top).toBeGreaterThanOrEqual(image?.bottom ?? Infinity);
    expect(legende?.bottom).toBeLessThan(FEUILLE.height);
    for (const cache of ['.prefere', '.segments', '.outils-tableau', '.barre-mobile'])
      expect(await page.locator(cache).first().isVisible(), cache).toBe(false);
    // What Chromium needs to draw the head of the table again on every sheet.
    const tete = await page.evaluate(() => [getComputedStyle(document.querySelector('.tableau thead')!).breakInside, getComputedStyle(document.querySelector('.tableau thead button')!).display]); // prettier-ignore
    expect(tete).toEqual(['avoid', 'contents']);
    await v.ferme();
  });

  it('prints a territory with its legend on the first sheet, and its watermark over the map alone', async () => {
    const v = await visite(banc, { viewport: FEUILLE });
    const { page } = v;
    await page.goto(banc.lien);
    await page.check('[data-role="accepte"] input');
    await page.click('[data-role="accepte"] button');
    await carteVue(page);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    const [image, filigrane, legende] = await boites(
      page,
      '[data-role="impression"]',
      '.filigrane',
      '.legende',
    );
    expect(image?.width).toBeGreaterThan(300);
    expect(Math.abs((filigrane?.width ?? 0) - (image?.width ?? 0))).toBeLessThan(2);
    expect(Math.abs((filigrane?.bottom ?? 0) - (image?.bottom ?? 0))).toBeLessThan(2);
    expect(legende?.top).toBeGreaterThanOrEqual(image?.bottom ?? Infinity);
    expect(legende?.bottom).toBeLessThan(FEUILLE.height);
    await v.ferme();
  });

  for (const chemin of ['/carte/epci/rpls_dpe_fg/2022/', '/portrait/epci/200000000/', '/methode/'])
    it(`prints ${chemin} on white paper with dark ink`, async () => {
      const v = await visite(banc, { colorScheme: 'dark' });
      const { page } = v;
      await page.goto(banc.service.origine + chemin);
      const couleurs = () =>
        page.evaluate(() => {
          const s = getComputedStyle(document.body);
          const somme = (c: string) => (c.match(/\d+/g) ?? []).slice(0, 3).reduce((t, x) => t + Number(x), 0);
          return { fond: somme(s.backgroundColor), encre: somme(s.color) };
        });
      expect((await couleurs()).fond).toBeLessThan(150);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const { fond, encre } = await couleurs();
      expect(fond).toBeGreaterThan(700);
      expect(encre).toBeLessThan(150);
      // Static maps take their light drawing, which is here before anything is printed: a printer waits for nobody.
      const vues = await page.evaluate(() => [...document.images].filter((i) => i.getClientRects().length > 0 && i.id === '').map((i) => [i.currentSrc, i.complete && i.naturalWidth > 0] as const)); // prettier-ignore
      expect(vues.filter(([adresse, ici]) => adresse.includes('sombre') || !ici)).toEqual([]);
      await v.ferme();
    });
});
