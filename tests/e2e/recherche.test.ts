import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { MANQUE, carteVue, monte, visite, type Banc } from './outils.ts';

/** Type in a search box and read what is proposed, with the sentence spoken. */
async function propose(page: Page, champ: string, saisie: string): Promise<{ noms: string[]; dit: string }> {
  await page.fill(champ, saisie);
  await page.waitForFunction(
    ([c, s]) => document.querySelector<HTMLInputElement>(c as string)?.value === s,
    [champ, saisie],
  );
  const form = page.locator(champ).locator('xpath=ancestor::form');
  const noms = await form.locator('[role="option"]').allInnerTexts();
  return { noms, dit: await form.locator('[role="status"]').innerText() };
}

describe.skipIf(MANQUE)('search in Chromium', () => {
  let banc: Banc;
  beforeAll(async () => {
    banc = await monte();
  });
  afterAll(() => banc?.ferme());

  it('proposes every commune of a postcode, by keyboard, without asking a server', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/methode/`);
    const champ = '[data-recherche] input';
    await page.focus(champ);
    await page.waitForSelector(`${champ}[role="combobox"]`);
    await expect.poll(async () => (await propose(page, champ, '01000')).noms.length).toBeGreaterThan(1);
    // The list is there: from now on nothing is asked for.
    const demandes: string[] = [];
    page.on('request', (r) => demandes.push(r.url()));
    const entier = await propose(page, champ, '01000');
    expect(entier.noms.every((n) => /commune · 01000/i.test(n))).toBe(true);
    expect(entier.dit).toBe(`${entier.noms.length} territoires.`);
    const debut = await propose(page, champ, '0100');
    expect(debut.noms.slice(0, entier.noms.length).every((n) => n.includes('01000'))).toBe(true);
    expect((await propose(page, champ, 'etrigni')).noms[0]).toContain('Étrigny');
    expect(demandes).toEqual([]);
    await page.fill(champ, '01000');
    await page.keyboard.press('ArrowDown');
    const choisie = await page.locator('[role="option"][aria-selected="true"]').innerText();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/carte\/commune\/.*zone=commune:/);
    await expect
      .poll(() => page.locator('.portrait h2').innerText())
      .toContain(choisie.split('\n')[0] as string);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('leads from a quarter to its commune, its outlines over the map', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/`);
    await page.fill('[data-recherche] input', 'aunettes');
    await page.waitForSelector('[role="option"]');
    expect(await page.locator('[role="option"]').first().innerText()).toContain('Les Aunettes');
    await page.keyboard.press('Enter');
    await page.waitForURL(/zone=commune:.*qpv=oui&vue=/);
    await carteVue(page);
    expect(await page.isChecked('[data-role="qpv"]')).toBe(true);
    // The same from the map itself, without leaving it.
    await page.goto(`${banc.service.origine}/carte/epci/rpls_dpe_fg/2022/`);
    await carteVue(page);
    await page.fill('[data-recherche] input', 'la rocade');
    await page.waitForSelector('[role="option"]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('qpv=oui'));
    await page.waitForFunction(() => {
      const { carte } = document.querySelector('[data-role="carte"]') as unknown as { carte: { gl: { getZoom(): number; getLayer(id: string): unknown } } }; // prettier-ignore
      return carte.gl.getZoom() > 11 && carte.gl.getLayer('qpv') !== undefined;
    });
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('finds a commune by postcode and an address inside a territory', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(banc.lien);
    await page.check('[data-role="accepte"] input');
    await page.click('[data-role="accepte"] button');
    await carteVue(page);
    const champ = '#recherche-territoire';
    await page.focus(champ);
    await page.waitForSelector(`${champ}[role="combobox"]`);
    const communes = (await propose(page, champ, '01000')).noms;
    expect(communes.length).toBeGreaterThan(1);
    expect(communes.every((n) => /commune · 01000/i.test(n))).toBe(true);
    expect((await propose(page, champ, '12 rue tileuls')).noms[0]).toContain('12 rue des Tilleuls');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.portrait h2').innerText()).toContain('12 rue des Tilleuls');
    // The échelle follows the zoom, and the map goes near: the residence that was asked for stays the one shown.
    await page.click('[data-choix="echelle"][data-valeur="auto"]');
    await propose(page, champ, 'résidence 7');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.portrait h2').innerText()).toBe('Résidence 7');
    await page.waitForFunction(() => {
      const { carte } = document.querySelector('[data-role="carte"]') as unknown as { carte: { gl: { isMoving(): boolean; getZoom(): number } } }; // prettier-ignore
      return !carte.gl.isMoving() && carte.gl.getZoom() > 13;
    });
    await expect.poll(() => page.locator('[data-role="annonce"]').innerText()).toContain('Résidence 7');
    expect(await page.locator('.portrait h2').innerText()).toBe('Résidence 7');
    expect(await page.locator('tr.choisie').innerText()).toContain('Résidence 7');
    // The territory itself is an answer: the whole again.
    await propose(page, champ, 'aubrelle');
    await page.click('[role="option"]:has-text("CC Aubrelle")');
    await expect.poll(() => page.locator('.portrait h2').innerText()).toBe('CC Aubrelle');
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });
});
