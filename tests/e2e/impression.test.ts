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
