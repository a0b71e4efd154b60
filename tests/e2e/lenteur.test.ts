import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANQUE, carteVue, monte, visite, type Banc } from './outils.ts';

describe.skipIf(MANQUE)('on a slow line', () => {
  let banc: Banc;
  beforeAll(async () => {
    banc = await monte();
  });
  afterAll(() => banc?.ferme());

  it('keeps the indicateur chosen before the map has come, and the zone of the address', async () => {
    const v = await visite(banc);
    const { page } = v;
    let laisse = () => {};
    const venue = new Promise<void>((ok) => (laisse = ok));
    // The code of the map stays on its way until the reader has chosen.
    await page.route('**/scene*.js', (r) => venue.then(() => r.continue()));
    await page.goto(`${banc.service.origine}/carte/epci/rpls_dpe_fg/2022/?zone=epci:200000000`);
    const choisie = page.locator('tr.choisie');
    await expect.poll(() => choisie.count()).toBe(1);
    const titre = page.locator('h1');
    await page.locator('[data-menu] > summary').click();
    await page.locator('[data-choix="indicateur"][data-valeur="rpls_coll"]').first().click();
    await expect.poll(() => titre.textContent()).toBe('Logements collectifs');
    laisse();
    await carteVue(page);
    await expect
      .poll(() =>
        page.evaluate(
          () =>
            (document.querySelector('[data-role="carte"]') as unknown as { carte: { cle: string } }).carte
              .cle,
        ),
      ) // prettier-ignore
      .toBe('rpls_coll.ENS.tous.2022');
    expect(await titre.textContent()).toBe('Logements collectifs');
    expect(new URL(page.url()).pathname).toContain('/rpls_coll/');
    expect(await page.locator('[data-role="annonce"]').textContent()).toContain('Logements collectifs');
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });

  it('keeps the portrait of the zone chosen last, whichever answer comes first', async () => {
    const v = await visite(banc);
    const { page } = v;
    await page.goto(`${banc.service.origine}/carte/epci/rpls_dpe_fg/2022/`);
    await carteVue(page);
    // Two neighbours of one département: nothing else is asked for once the first answer has come.
    const z = JSON.parse(readFileSync(join(banc.dist, 'donnees/zones/epci.json'), 'utf8')) as { noms: string[]; departement: (string | null)[] }; // prettier-ignore
    const n = z.noms.findIndex((_, k) => z.departement[k] && z.departement.indexOf(z.departement[k]) < k);
    const noms = [z.noms[z.departement.indexOf(z.departement[n] as string)], z.noms[n]] as const;
    const lien = (nom: string) => page.locator('.valeurs tbody a', { hasText: nom }).first();
    let laisse = () => {};
    const venue = new Promise<void>((ok) => (laisse = ok));
    const demandees: string[] = [];
    await page.route('**/donnees/fiches/epci/*.json', async (r) => {
      demandees.push(r.request().url());
      if (demandees.length === 1) await venue;
      await r.continue();
    });
    await lien(noms[0] as string).click();
    await expect.poll(() => demandees.length).toBe(1);
    await lien(noms[1] as string).click();
    await expect.poll(() => page.locator('.portrait h2').textContent()).toContain(noms[1]);
    laisse();
    await page.evaluate(async (url) => {
      await (await fetch(url)).json();
      for (let k = 0; k < 4; k++) await new Promise(requestAnimationFrame);
    }, demandees[0] as string);
    expect(await page.locator('.portrait h2').textContent()).toContain(noms[1]);
    expect(v.ennuis).toEqual([]);
    await v.ferme();
  });
});
