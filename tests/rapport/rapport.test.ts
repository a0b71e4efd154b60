/** The build report: a golden page, tables that add up to the files, maps that share what lies across. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { ouvreBase, texte, type Base } from '../../pipeline/lib/duckdb.ts';
import { ouvreDonnees } from '../../pipeline/rapport/donnees.ts';
import { part } from '../../pipeline/rapport/html.ts';
import { pertesCommunes, pertesEpci } from '../../pipeline/rapport/pertes.ts';
import { ecrireRapport } from '../../pipeline/rapport/stage.ts';
import { ecrireLot, type Lot } from './fixture.ts';

let dossier: string;
let lot: Lot;
let page: string;
let base: Base;

beforeAll(async () => {
  dossier = await mkdtemp(join(tmpdir(), 'carto-rapport-'));
  lot = await ecrireLot(join(dossier, 'a'));
  page = await readFile(await ecrireRapport(lot, journalMuet), 'utf8');
  base = await ouvreBase({ fils: 1 });
  for (const vue of ['pertes', 'raisons'])
    await base.execute(
      `create view ${vue} as select * from read_parquet(${texte(join(lot.confidentiel, 'secret', `${vue}.parquet`))})`,
    );
});
afterAll(async () => {
  base.ferme();
  await rm(dossier, { recursive: true, force: true });
});

const nu = (html: string) => html.replaceAll(/<[^>]+>/g, '');
/** Figures of a cell: null for a share, a dash or words. */
const lu = (cellule: string) => (/^[\d\u202f]+$/.test(nu(cellule)) ? Number(nu(cellule).replaceAll('\u202f', '')) : null); // prettier-ignore

/** Rows of the table under a caption that starts so: first cell, then figures. */
function tableau(html: string, legende: string): { tete: string; n: (number | null)[] }[] {
  const debut = html.indexOf(`<figcaption>${legende}`);
  expect(debut, legende).toBeGreaterThan(0);
  const table = html.slice(html.indexOf('<tbody>', debut), html.indexOf('</table>', debut));
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, ligne = '']) => {
    const [tete = '', ...reste] = [...ligne.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map((m) => m[1] ?? '');
    return { tete: nu(tete), n: reste.map(lu) };
  });
}

describe('the page', () => {
  it('is the same as last time (golden)', async () => {
    const golden = new URL('golden/rapport.html.golden', import.meta.url);
    if (process.env.GOLDEN === 'ecrire') await writeFile(golden, page);
    expect(page).toBe(await readFile(golden, 'utf8'));
  });

  it('does not depend on the folder nor on the order of rows', async () => {
    const autre = await ecrireLot(join(dossier, 'autre', 'ailleurs'), { melange: true });
    expect(await readFile(await ecrireRapport(autre, journalMuet), 'utf8')).toBe(page);
  });

  it('fetches, runs and posts nothing: its own sheet is all its policy lets in', () => {
    const feuille = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    const empreinte = createHash('sha256').update(feuille).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${empreinte}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(
      /<script|<iframe|<form|\son\w+=|\sstyle=|@import|https?:(?!\/\/www\.w3\.org\/2000\/svg)/,
    );
    expect([...page.matchAll(/(?:href|src)="([^"]*)"/g)].every(([, cible]) => cible?.startsWith('#'))).toBe(
      true,
    );
  });

  it('is marked, hides no markup in a name, and writes numbers in French', () => {
    expect(page.match(/Confidentiel\u202f: ne pas diffuser/g)).toHaveLength(2);
    expect(page).toContain('Bourg &amp; Lès &lt;Bains&gt;');
    expect(page).not.toContain('<Bains>');
    expect(page).toContain('<td>12\u202f345</td>');
    expect(nu(page.slice(page.indexOf('<body>')))).not.toMatch(/ [;:!?%»]|« |\d \d{3}(?!\d)/);
  });

  it('gives no reader an id twice, and each anchor its target', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, ancre] of page.matchAll(/href="#([^"]+)"|url\(#([^)]+)\)/g)) {
      if (ancre !== undefined) expect(ids).toContain(ancre);
    }
  });
});

describe('tables', () => {
  it.each(['Par échelle', 'Par population', 'Par millésime', 'Par secteur'])(
    '%s: rows add up to the total, and the total to the file',
    async (legende) => {
      const lignes = tableau(page, legende);
      const total = lignes.at(-1)?.n.slice(2, 7);
      const [attendu] = await base.lignes<Record<string, number>>(
        'select sum(publiees + primaires + qualites + secondaires) as c, sum(publiees) as p, sum(primaires) as pr, sum(qualites) as q, sum(secondaires) as s from pertes',
      );
      expect(total).toEqual(Object.values(attendu ?? {}));
      for (const i of [0, 1, 2, 3, 4])
        expect(lignes.slice(0, -1).reduce((s, l) => s + (l.n[i + 2] ?? 0), 0)).toBe(total?.[i]);
    },
  );

  it('échelle by variable: cells and units add up to the file, heaviest loss first', async () => {
    const lignes = tableau(page, 'Échelle par variable');
    const somme = (i: number) => lignes.reduce((s, l) => s + (l.n[i] ?? 0), 0);
    const [f] = await base.lignes<Record<string, number>>(
      'select sum(publiees) as p, sum(secondaires) as s, sum(unites_publiees) as up, sum(unites_secondaires) as us from pertes',
    );
    expect([somme(2), somme(3), somme(5), somme(6)]).toEqual(Object.values(f ?? {}));
    const parts = lignes.map((l) => (l.n[6] ?? 0) / (l.n[4] ?? 1));
    expect(parts).toEqual(parts.toSorted((a, b) => b - a));
    expect(parts[0]).toBeGreaterThan(0.5);
  });

  it('by cause: as many secondary cells as the loss tables, cells without units in neither', async () => {
    const lignes = tableau(page, 'Cellules masquées pour en protéger d’autres, par cause');
    const parCause = lignes.map((l) => [l.tete, l.n[1], l.n[3]]);
    const [f] = await base.lignes<{ n: number; u: number; vides: number }>(
      "select (select sum(secondaires) from pertes) as n, (select sum(unites_secondaires) from pertes) as u, (select count(*) from raisons where raison = 'secondaire' and unites = 0) as vides",
    );
    expect(f?.vides).toBeGreaterThan(0);
    expect(parCause.at(-1)).toEqual(['Ensemble', f?.n, f?.u]);
    expect(parCause.slice(0, -1).map(([nom]) => nom)).toEqual(['Calcul exact', 'Masque de la famille', 'Reste d’une addition']); // prettier-ignore
  });

  it('reads sources as they were counted: in = kept + refused', () => {
    expect(tableau(page, 'Fichiers reçus').map((l) => [l.tete, ...l.n.slice(3)])).toEqual([
      ['ops_2024.csv', 12_345, 12_342, 3],
      ['communes.geojson', 4, 4, 0],
    ]);
    expect(tableau(page, 'Lignes refusées').map((l) => l.n.at(-1))).toEqual([2, 1]);
  });

  it('never rounds something to nothing, nor almost all to all', () => {
    expect([part(0, 10), part(1, 9999), part(9998, 9999), part(10, 10), part(1, 0)]).toEqual([
      '0,0\u202f%',
      '<\u00a00,1\u202f%',
      '>\u00a099,9\u202f%',
      '100,0\u202f%',
      '–',
    ]);
  });
});

describe('maps', () => {
  it('of a country paint each EPCI in the class of its loss', () => {
    const carte = page.slice(page.indexOf('id="ops_men-adresse-cadre-principal"'));
    const classe = (code: string) => {
      const avant = carte.slice(0, carte.indexOf(`data-code="${code}"`));
      return avant.slice(avant.lastIndexOf('<g class="')).match(/<g class="([^"]+)"/)?.[1];
    };
    // Half of the units of the first EPCI are hidden (200 of 400), none of the second.
    expect([classe('200000001'), classe('200000002')]).toEqual(['classe-5', 'classe-0']);
  });

  it('of one EPCI share a cell that lies across communes by its units, with nothing lost or counted twice', async () => {
    const un = await ecrireLot(join(dossier, 'un'), { epci: 1 });
    const d = await ouvreDonnees(un);
    try {
      const vue = { variable: 'ops_men', millesime: 2024, echelle: 'adresse' } as const;
      const communes = await pertesCommunes(d.base, vue);
      expect(communes).toEqual([
        { code: '01001', unites: 300, secondaires: 150 },
        { code: '01002', unites: 100, secondaires: 50 },
      ]);
      expect(await pertesEpci(d.base, vue)).toEqual([{ code: '200000001', unites: 400, secondaires: 200 }]);
    } finally {
      d.base.ferme();
    }
    const html = await readFile(await ecrireRapport(un, journalMuet), 'utf8');
    expect(tableau(html, 'Communes qui perdent le plus').map((l) => [l.tete, l.n.at(-1)])).toEqual([
      ['Bourg &amp; Lès &lt;Bains&gt;', 150],
      ['Saint-Aubin', 50],
    ]);
  });
});
