import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANQUE, carteVue, monte, secondeVue, visite, type Banc } from './outils.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = ['/', '/carte/epci/rpls_dpe_fg/2022/', '/carte/commune/rpls_nb/2022/', '/carte/commune/rpls_dpe_fg/2022/?cercles=effectif&methode=ecart-type', '/carte/departement/ops_res_lt40/2022/?avec=ops_res_lt40.ER.tous.2022&zone=departement:01', '/carte/epci/rpls_dpe_fg/2022/?integre=legende', '/portrait/epci/200000000/', '/portrait/departement/01/', '/territoires/', '/indicateurs/', '/indicateur/ops_res_lt20/', '/methode/', '/secret/', '/accessibilite/', '/mentions/', '/territoire/', '/404.html']; // prettier-ignore

/** Broken rules with the elements that break them. */
async function axe(page: Page): Promise<string[]> {
  // The policy of the page forbids eval, not what the debugger injects.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    interface Resultat {
      violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<Resultat> } };
    const { violations } = await axe.run();
    return violations.flatMap((v) => v.nodes.map((n) => `${v.id} ${n.target.join(' ')} ${n.failureSummary ?? ''}`)); // prettier-ignore
  });
}

describe.skipIf(MANQUE)('axe finds nothing', () => {
  let banc: Banc;
  beforeAll(async () => {
    banc = await monte();
  });
  afterAll(() => banc?.ferme());

  for (const width of [1440, 390])
    for (const colorScheme of ['light', 'dark'] as const)
      it(`${width} px, ${colorScheme}`, async () => {
        const v = await visite(banc, { viewport: { width, height: 900 }, colorScheme });
        const trouves: string[] = [];
        const examine = async (ou: string) =>
          void trouves.push(...(await axe(v.page)).map((x) => `${ou} : ${x}`));
        for (const chemin of PAGES) {
          await v.page.goto(banc.service.origine + chemin);
          if (chemin.startsWith('/carte/')) await carteVue(v.page);
          if (chemin.includes('avec=')) await secondeVue(v.page);
          await examine(chemin);
          if (chemin.startsWith('/carte/epci') && !chemin.includes('?')) {
            await v.page.click('[data-role="integration"] summary');
            await examine('code to embed');
          }
          if (chemin === '/carte/epci/rpls_dpe_fg/2022/' && width === 390) {
            await v.page.click('[data-ouvre="choix"]');
            await v.page.waitForFunction(() => getComputedStyle(document.querySelector('.choix') as Element).visibility === 'visible'); // prettier-ignore
            await examine('choices open');
          }
        }
        await v.page.goto(banc.lien);
        await v.page.check('[data-role="accepte"] input');
        await examine('clauses');
        await v.page.click('[data-role="accepte"] button');
        await carteVue(v.page);
        await examine('territory');
        if (width === 1440) {
          await v.page.click('[data-choix="echelle"][data-valeur="carreau"]');
          await v.page.click('.valeurs tbody a:has-text("Carreau")');
          await v.page.waitForSelector('.portrait h2:has-text("Carreau")');
          await examine('square');
        }
        expect(trouves).toEqual([]);
        await v.ferme();
      });
});
