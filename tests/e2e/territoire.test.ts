import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { lienDemo } from '../../pipeline/links/demo.ts';
import { servir } from '../../pipeline/serve/command.ts';
import type { Table } from '../../data/contract/table.ts';
import { MANQUE, carteVue, dessinees, monte, visite, type Banc } from './outils.ts';

describe.skipIf(MANQUE)('territory link in Chromium', () => {
  let banc: Banc;
  let table: Table;
  beforeAll(async () => {
    banc = await monte();
    table = JSON.parse(readFileSync(join(banc.dossier, 'release/bundles/200000000/table.json'), 'utf8'));
  });
  afterAll(() => banc?.ferme());

  it('says what it covers, opens on acceptance, shows addresses, carries a watermark, closes', async () => {
    const v = await visite(banc);
    const { page } = v;
    const demandes: string[] = [];
    page.on('request', (r) => demandes.push(`${r.method()} ${r.url()}`));
    await page.goto(banc.lien);
    await page.waitForSelector('[data-role="accepte"]');
    // Nothing of the grant stays in the address bar, and nothing confidential was asked for yet.
    expect(page.url()).toBe(`${banc.service.origine}/territoire/`);
    expect(demandes.filter((d) => d.includes('/t/v1/'))).toEqual([]);
    const texte = await page.locator('main').innerText();
    expect(texte).toContain('CC Aubrelle');
    expect(texte).toContain('Valable jusqu’au');
    await page.check('[data-role="accepte"] input');
    await page.click('[data-role="accepte"] button');
    await carteVue(page);
    // Both maps carry it, the second one before it is ever shown.
    const filigranes = page.locator('.filigrane text:first-child');
    expect(await filigranes.allTextContents()).toEqual(['Camille Dupré', 'Camille Dupré']);
    // Reading the method must not end the session: it opens beside.
    const [methode] = await Promise.all([
      page.context().waitForEvent('page'),
      page.click('.entete a:has-text("Méthode"), header a:has-text("Méthode")'),
    ]);
    await methode.waitForLoadState();
    expect(new URL(methode.url()).pathname).toBe('/methode/');
    await methode.close();
    expect(await page.locator('[data-atlas]').count()).toBe(1);

    await page.click('[data-choix="echelle"][data-valeur="adresse"]');
    await page.waitForFunction(() => document.querySelectorAll('.valeurs tbody tr').length > 60);
    await page.waitForFunction(() => {
      const { carte } = document.querySelector('[data-role="carte"]') as unknown as {
        carte: { gl: { loaded(): boolean; getZoom(): number } };
      };
      return carte.gl.loaded() && carte.gl.getZoom() >= 10;
    });
    const adresses = new Set(table.zones.filter((z) => z.echelle === 'adresse').map((z) => z.code));
    await expect.poll(async () => (await dessinees(page, 'zones')).length).toBeGreaterThan(5);
    const vues = await dessinees(page, 'zones');
    expect(vues.every((c) => adresses.has(c))).toBe(true);
    expect(await page.locator('.valeurs tbody').innerText()).toContain('rue des Tilleuls');
    // The grant and the token never travel in an address.
    expect(demandes.filter((d) => /g1\.|eyJ/.test(d))).toEqual([]);
    expect(v.ennuis).toEqual([]);

    // Nothing of a territory is remembered, and nothing of it can be embedded or marked.
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(await page.locator('[data-role="integration"], [data-favori]').count()).toBe(0);
    await page.click('[data-role="ferme"]');
    expect(await page.locator('main h1').innerText()).toBe('La session est fermée.');
    expect(await page.locator('.valeurs').count()).toBe(0);
    await v.ferme();
  });

  const refus = async (lien: string, phrase: string) => {
    const v = await visite(banc);
    await v.page.goto(lien);
    const clauses = v.page.locator('[data-role="accepte"]');
    await clauses.or(v.page.locator('.refus')).first().waitFor();
    if (await clauses.count()) {
      await v.page.check('[data-role="accepte"] input');
      await v.page.click('[data-role="accepte"] button');
    }
    await v.page.waitForSelector('.refus');
    const texte = await v.page.locator('main').innerText();
    expect(texte).toContain(phrase);
    expect(texte).toContain('Aucune donnée du territoire n’est affichée.');
    expect(await v.page.locator('.valeurs').count()).toBe(0);
    await v.ferme();
  };

  it('refuses a link with one character changed, wherever it is', async () => {
    const debut = banc.lien.indexOf('#g1.') + 4;
    const change = (n: number) => {
      const c = banc.lien[n] === 'A' ? 'B' : 'A';
      return banc.lien.slice(0, n) + c + banc.lien.slice(n + 1);
    };
    const points = [...banc.lien].flatMap((c, n) => (c === '.' && n >= debut ? [n] : []));
    for (const n of [debut + 5, (points[0] ?? 0) + 40, banc.lien.length - 20])
      await refus(change(n), 'Ce lien de territoire est incomplet ou endommagé.');
    await refus(banc.lien.slice(0, -4), 'Ce lien de territoire est incomplet ou endommagé.');
  });

  it('refuses an expired link with a sentence and no data', async () => {
    // A register that lived three years ago: its convention, its account and its link have all ended.
    const registre = mkdtempSync(join(tmpdir(), 'carto-registre-'));
    const alors = Date.now() - 3 * 365 * 86_400_000;
    const { url } = await lienDemo({
      vers: banc.vers,
      registre,
      origine: 'http://localhost:1',
      horloge: () => alors,
    });
    const s = await servir({ vers: banc.vers, site: banc.dist, registre, port: 0 });
    await refus(url.replace('http://localhost:1', s.origine), 'Ce lien de territoire a expiré.');
    await s.arreter(0);
  });

  it('says that the service does not answer, and keeps the link', async () => {
    const v = await visite(banc);
    await v.page.goto(banc.lien);
    await v.page.waitForSelector('[data-role="accepte"]');
    await v.page.context().setOffline(true);
    await v.page.check('[data-role="accepte"] input');
    await v.page.click('[data-role="accepte"] button');
    await v.page.waitForSelector('.refus');
    expect(await v.page.locator('main').innerText()).toContain('Le service ne répond pas.');
    await v.page.context().setOffline(false);
    await v.page.click('[data-role="reessaie"]');
    await carteVue(v.page);
    await v.ferme();
  });
});
