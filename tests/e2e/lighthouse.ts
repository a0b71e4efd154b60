/**
 * Lighthouse on the built site in Debian's Chromium, phone and desktop: performance ≥ 95, accessibility and good
 * practices 100. Fetched by npx when asked for: its hundred packages are not worth installing with the project.
 *
 *   node tests/e2e/lighthouse.ts [--site dist] [--vers data/releases/demo]
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { servir } from '../../pipeline/serve/command.ts';
import { CHROMIUM } from './outils.ts';

const VERSION = '13.5.0';
const SEUILS = { performance: 95, accessibility: 100, 'best-practices': 100 } as const;

interface Rapport {
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; displayValue?: string }>;
}

const { values: v } = parseArgs({
  options: {
    site: { type: 'string', default: 'dist' },
    vers: { type: 'string', default: 'data/releases/demo' },
  },
});
const dossier = mkdtempSync(join(tmpdir(), 'carto-lighthouse-'));
const service = await servir({ vers: v.vers, site: v.site, registre: join(dossier, 'registre'), port: 0 });
const adresse = async (page: string, lien: RegExp) => {
  const html = await (await fetch(service.origine + page)).text();
  return new URL(lien.exec(html)?.[1] ?? '/', service.origine).pathname;
};
const pages = ['/', await adresse('/', /href="([^"]*\/carte\/[^"]*)"/), await adresse('/territoires/', /href="([^"]*\/portrait\/epci\/[^"]*)"/), '/methode/']; // prettier-ignore
let manque = false;
for (const page of pages)
  for (const appareil of ['mobile', 'desktop']) {
    const sortie = join(dossier, 'rapport.json');
    await promisify(execFile)('npx', [
      '--yes', `lighthouse@${VERSION}`, service.origine + page, '--quiet', '--output=json', `--output-path=${sortie}`,
      `--only-categories=${Object.keys(SEUILS).join(',')}`, '--chrome-flags=--headless --no-sandbox --disable-gpu',
      ...(appareil === 'desktop' ? ['--preset=desktop'] : []),
    ], { env: { ...process.env, CHROME_PATH: CHROMIUM ?? '' } }); // prettier-ignore
    const r = JSON.parse(readFileSync(sortie, 'utf8')) as Rapport;
    const notes = Object.entries(SEUILS).map(([nom, seuil]) => {
      const note = Math.round((r.categories[nom]?.score ?? 0) * 100);
      if (note >= seuil) return `${nom} ${note}`;
      manque = true;
      const fautes = r.categories[nom]?.auditRefs.filter((a) => a.weight > 0 && (r.audits[a.id]?.score ?? 1) < 0.9);
      return `${nom} ${note} au lieu de ${seuil} (${fautes?.map((a) => `${a.id} ${r.audits[a.id]?.displayValue ?? ''}`).join(', ')})`;
    }); // prettier-ignore
    console.log(`${page} ${appareil} : ${notes.join(', ')}`);
  }
await service.arreter(0);
rmSync(dossier, { recursive: true, force: true });
if (manque) process.exitCode = 1;
