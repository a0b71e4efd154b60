import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../data/contract/table.ts';
import { MANQUE, carteVue, dessinees, monte, visite, type Banc, type Visite } from './outils.ts';

describe.skipIf(MANQUE)('every échelle of a territory in Chromium', () => {
  let banc: Banc;
  let table: Table;
  let v: Visite;
  beforeAll(async () => {
    banc = await monte();
    table = JSON.parse(readFileSync(join(banc.dossier, 'release/bundles/200000000/table.json'), 'utf8'));
    v = await visite(banc);
    await v.page.goto(banc.lien);
    await v.page.check('[data-role="accepte"] input');
    await v.page.click('[data-role="accepte"] button');
    await carteVue(v.page);
  });
  afterAll(async () => {
    await v?.ferme();
    await banc?.ferme();
  });

  /** Choose an échelle, wait for its table and its shapes. */
  async function va(echelle: string): Promise<string[]> {
    const { page } = v;
    await page.click(`[data-choix="echelle"][data-valeur="${echelle}"]`);
    await page.waitForSelector(`[data-choix="echelle"][data-valeur="${echelle}"][aria-current]`);
    const codes = table.zones.flatMap((z) => (z.echelle === echelle ? [z.code] : []));
    await expect.poll(() => page.locator('.valeurs tbody tr').count()).toBe(Math.min(100, codes.length));
    // Where the finer zones of the miniature crowd, whatever was chosen before.
    const [o = 0, s = 0, e = 0, n = 0] = table.zones.find((z) => z.echelle === 'iris')?.bbox ?? [];
    await page.evaluate(
      (centre) => {
        const { carte } = document.querySelector('[data-role="carte"]') as unknown as {
          carte: { gl: { stop(): void; jumpTo(o: object): void } };
        };
        carte.gl.stop();
        carte.gl.jumpTo({ center: centre, zoom: 10.4 });
      },
      [(o + e) / 2, (s + n) / 2],
    );
    await expect.poll(async () => (await dessinees(page, 'zones')).length).toBeGreaterThan(0);
    expect((await dessinees(page, 'zones')).every((c) => codes.includes(c))).toBe(true);
    return codes;
  }

  for (const [echelle, tete, nom] of [
    ['qva', 'Quartier de veille active', 'La Tuilerie'],
    ['zonage', 'Zone d’un zonage local', 'Secteur centre'],
    ['batiment', 'Bâtiment', 'Bâtiment A, Résidence 1'],
    ['cage', 'Cage d’escalier', 'Escalier 2, 2 rue des Tilleuls'],
  ] as const)
    it(`${echelle}: named, picked, mapped, tabled, with a portrait`, async () => {
      const { page } = v;
      await va(echelle);
      expect(await page.locator('.valeurs thead').innerText()).toContain(tete);
      const ligne = page.locator('.valeurs tbody tr', { hasText: nom }).first();
      expect(await ligne.locator('.parent').innerText()).toBe('Aubrelle');
      await ligne.locator('a').click();
      await expect.poll(() => page.locator('.portrait h2').innerText()).toBe(nom);
      expect(await page.locator('.portrait .surtitre').innerText()).toMatch(new RegExp(`^${tete}`, 'i'));
      await expect.poll(() => page.locator('[data-role="annonce"]').innerText()).toContain(nom);
    });

  it('names a square by the grid, its commune beside, in table, portrait and tooltip', async () => {
    const { page } = v;
    await va('carreau');
    const ligne = page.locator('.valeurs tbody tr', { hasText: 'Carreau' }).first();
    const nom = await ligne.locator('a').innerText();
    expect(nom).toMatch(/^Carreau N\d+E\d+$/);
    expect(await ligne.locator('.parent').innerText()).toBe('Aubrelle');
    expect(await page.locator('.valeurs').innerText()).not.toContain('CRS3035');
    await ligne.locator('a').click();
    await expect.poll(() => page.locator('.portrait h2').innerText()).toBe(nom);
    expect(await page.locator('.portrait').innerText()).not.toContain('CRS3035');
    // The map has gone there: pointing at the row shows the tooltip over the square.
    await page.waitForFunction(() => {
      const { carte } = document.querySelector('[data-role="carte"]') as unknown as { carte: { gl: { isMoving(): boolean; getZoom(): number } } }; // prettier-ignore
      return !carte.gl.isMoving() && carte.gl.getZoom() > 10.4;
    });
    await page.hover('.valeurs caption');
    await page.hover('tr.choisie a');
    const bulle = page.locator('.bulle').first();
    await expect.poll(() => bulle.innerText()).toContain(nom);
    expect(v.ennuis).toEqual([]);
  });
});
