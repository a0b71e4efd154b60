import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../data/contract/table.ts';
import { MANQUE, carteVue, dessinees, monte, visite, type Banc } from './outils.ts';

describe.skipIf(MANQUE)('circles over colours, classes around a reference', () => {
  let banc: Banc;
  let communes: Table;
  beforeAll(async () => {
    banc = await monte();
    communes = JSON.parse(
      readFileSync(join(banc.dossier, 'release/public/tables/commune.energie.json'), 'utf8'),
    );
  });
  afterAll(() => banc?.ferme());

  it('draws a circle for every published base and none for a hidden one, both legends beside, in the address', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/commune/rpls_dpe_fg/2022/`);
    await carteVue(page);
    expect(await dessinees(page, 'cercles')).toEqual([]);
    const avant = await dessinees(page, 'zones');
    await page.check('[data-role="cercles"]');
    await page.waitForFunction(() => location.search.includes('cercles=effectif'));
    const bases = communes.colonnes['rpls_dpe.ENS.tous.2022'] ?? [];
    const attendus = communes.zones.flatMap((z, n) => (typeof bases[n] === 'number' ? [z.code] : []));
    const insulaires = new Set(communes.zones.flatMap((z) => (z.region === '04' ? [z.code] : [])));
    const continent = attendus.filter((c) => !insulaires.has(c)).sort();
    expect(continent.length).toBeGreaterThan(20);
    await expect.poll(async () => (await dessinees(page, 'cercles')).filter((c) => !insulaires.has(c))).toEqual(continent); // prettier-ignore
    // The colours stay, and the far island has its circles in its own frame.
    expect(await dessinees(page, 'zones')).toEqual(avant);
    expect(await page.locator('.inset circle.anneau').count()).toBe(attendus.length - continent.length);
    const legende = page.locator('[data-role="legende"]');
    expect(await legende.locator('.histogramme').count()).toBe(1);
    const texte = await legende.locator('.legende-cercles').innerText();
    expect(texte).toContain('Cercles\u202f: effectif (logements)');
    // A commune without social housing hides nothing: it is not counted among those that do.
    const sans = bases.filter((b) => b === 's' || b === 'nd').length;
    expect(bases.length).toBeGreaterThan(attendus.length + sans);
    expect(texte).toContain(`Sans cercle\u202f: ${sans}\u00a0communes dont l’effectif n’est pas publié.`);

    // The address is enough to give the same map back; a count has circles of its own and no box.
    await page.reload();
    await carteVue(page);
    await expect.poll(async () => (await dessinees(page, 'cercles')).length).toBeGreaterThan(20);
    expect(await page.isChecked('[data-role="cercles"]')).toBe(true);
    await page.uncheck('[data-role="cercles"]');
    await expect.poll(() => dessinees(page, 'cercles')).toEqual([]);
    await page.goto(`${banc.service.origine}/carte/commune/rpls_nb/2022/?cercles=effectif`);
    await carteVue(page);
    expect(await page.locator('[data-role="cercles"]').isVisible()).toBe(false);
    expect(await page.locator('.legende-cercles').count()).toBe(0);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('classes around the country in public, around the territory itself behind a link, and says so', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/epci/rpls_dpe_fg/2022/?methode=ecart-type`);
    await carteVue(page);
    const note = () => page.locator('[data-role="legende"] .legende > .note').first().innerText();
    await expect.poll(note).toMatch(/écarts-types autour de la valeur d’Armélie \(\d+,\d\u202f%\)/);
    expect(await page.locator('.legende.div5').count()).toBe(1);

    await page.goto(banc.lien);
    await page.check('[data-role="accepte"] input');
    await page.click('[data-role="accepte"] button');
    await carteVue(page);
    await page.click('.reglages summary');
    await page.selectOption('[data-role="methode"]', 'ecart-type');
    await expect.poll(note).toMatch(/écarts-types autour de la valeur de \S+ Aubrelle \(\d+,\d\u202f%\)/);
    // The value it is centred on is the one of the portrait of the whole.
    const dit = /\((\d+,\d\u202f%)\)/.exec(await note())?.[1];
    expect(await page.locator('.grand-chiffre strong').innerText()).toBe(dit);
    // Below the commune bases are classes: no circle, and a sentence that says why.
    await page.click('[data-choix="echelle"][data-valeur="iris"]');
    await page.check('[data-role="cercles"]');
    await expect.poll(() => page.locator('.legende-cercles').innerText()).toContain('Aucun cercle\u202f: sous la commune'); // prettier-ignore
    expect(await dessinees(page, 'cercles')).toEqual([]);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });
});
