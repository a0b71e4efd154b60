import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANQUE, carteVue, monte, visite, type Banc } from './outils.ts';

/** Numbers of zones written beside the classes and the statuts of the first legend. */
const compte = (texte: string) => texte.split('\n').filter((l) => /^\d+$/.test(l)).reduce((s, l) => s + Number(l), 0); // prettier-ignore

describe.skipIf(MANQUE)('changes, gaps, and what cannot be shown', () => {
  let banc: Banc;
  beforeAll(async () => {
    banc = await monte();
  });
  afterAll(() => banc?.ferme());

  it('shows the gap of recent movers when it is asked for, zero between its colours, the gap in the portrait', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/departement/ops_res_lt40/2022/?zone=departement:01`);
    await carteVue(page);
    await page.click('[data-choix="mesure"][data-valeur="ecart"]');
    await page.waitForFunction(() => document.querySelector('h1')?.textContent?.includes('écart des emménagés récents')); // prettier-ignore
    expect(new URL(page.url()).search).toContain('population=ER');
    const legende = await page.locator('[data-role="legende"]').innerText();
    expect(legende).toContain('symétrique autour de zéro');
    expect(compte(legende)).toBe(await page.locator('.valeurs tbody tr').count());
    // The panel tells what the map tells: points, not the share.
    const grand = page.locator('.portrait .grand-chiffre');
    await expect.poll(() => grand.innerText()).toMatch(/points?$/);
    const ligne = page.locator('tr.choisie .valeur');
    expect(await grand.innerText()).toContain(await ligne.innerText());
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('names both years of a change, in the subtitle, the sources and the name of the file', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/departement/ops_res_lt40/2022/`);
    await carteVue(page);
    await page.click('[data-choix="mesure"][data-valeur="evolution"]');
    await expect
      .poll(() => page.locator('[data-role="sous-titre"]').innerText())
      .toContain('OPS 2020 et 2022');
    await expect
      .poll(() => page.locator('[data-role="annonce"]').innerText())
      .toContain('évolution 2020–2022');
    const [fichier] = await Promise.all([page.waitForEvent('download'), page.click('[data-role="csv"]')]);
    expect(fichier.suggestedFilename()).toBe('ops_res_lt40_departement_2022_evolution.csv');
    await page.click('[data-choix="mesure"][data-valeur="valeur"]');
    await page.click('[data-choix="secteur"][data-valeur="qpv"]');
    await page.waitForFunction(() => location.search.includes('secteur=qpv'));
    await expect.poll(() => page.locator('[data-role="annonce"]').innerText()).toContain('dans les quartiers prioritaires'); // prettier-ignore
    const [second] = await Promise.all([page.waitForEvent('download'), page.click('[data-role="csv"]')]);
    expect(second.suggestedFilename()).toBe('ops_res_lt40_departement_2022_qpv.csv');
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('says on the map that a figure stops at the département, and shows the one that holds the commune', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/departement/ops_res_lt40/2022/`);
    await carteVue(page);
    await page.fill('#recherche', 'etrigny le');
    await page.waitForSelector('[role="option"]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('zone=departement:'));
    await expect.poll(() => page.locator('[data-role="message"]').first().innerText()).toContain('n’est pas publié par commune'); // prettier-ignore
    expect(await page.locator('tr.choisie').count()).toBe(1);
    // The whole again, by the button of the map.
    await page.click('button.tout');
    await page.waitForFunction(() => !location.search.includes('zone='));
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('tells the reader whose bounds cannot be read, and keeps the map', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/epci/rpls_dpe_fg/2022/`);
    await carteVue(page);
    await page.click('.reglages summary');
    await page.selectOption('[data-role="methode"]', 'manuelle');
    await page.waitForFunction(() => location.search.includes('bornes='));
    const avant = new URL(page.url()).search;
    await page.fill('[data-role="bornes"]', 'abc');
    await page.keyboard.press('Enter');
    const valide = () => page.locator('[data-role="bornes"]').evaluate((e: HTMLInputElement) => e.validationMessage); // prettier-ignore
    await expect.poll(valide).toContain('nombres séparés par');
    expect(new URL(page.url()).search).toBe(avant);
    expect(await page.locator('[data-role="k"]').isVisible()).toBe(false);
    await page.fill('[data-role="bornes"]', '5 ; 12,5');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.search.includes('bornes=5,12.5'));
    expect(await valide()).toBe('');
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });
});
