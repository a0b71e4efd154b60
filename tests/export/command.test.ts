import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { commande } from '../../site/export/command.ts';
import { ecrisLivraison } from './fixture.ts';

let dossier = '';
beforeAll(async () => {
  dossier = await mkdtemp(join(tmpdir(), 'carto-export-'));
  await ecrisLivraison(dossier);
});
afterAll(() => rm(dossier, { recursive: true, force: true }));

async function exporte(
  values: Record<string, string | boolean>,
): Promise<{ fichier: string; octets: number; audience: string }> {
  let sortie = '';
  await commande.run(
    {
      values: { vers: dossier, date: '2026-11-22', sortie: join(dossier, 'carte.pdf'), ...values },
      positionals: ['carte'],
    },
    { journal: journalMuet, json: true, ecrit: (t) => void (sortie = t) },
  );
  return JSON.parse(sortie);
}
const poppler = spawnSync('pdfinfo', ['-v']).error === undefined;
const texte = (pdf: string) =>
  execFileSync('pdftotext', ['-raw', pdf, '-']).toString().replaceAll(/\s+/g, ' ');

describe('carto export carte', () => {
  it('writes a tagged PDF/UA-1 with a structure tree, the same bytes twice', async () => {
    const a = await exporte({
      zone: 'epci:200000001',
      indicateur: 'rpls_coll',
      sortie: join(dossier, 'a.pdf'),
    });
    const b = await exporte({
      zone: 'epci:200000001',
      indicateur: 'rpls_coll',
      sortie: join(dossier, 'b.pdf'),
    });
    const octets = await readFile(a.fichier);
    expect(octets.equals(await readFile(b.fichier))).toBe(true);
    expect(octets.subarray(0, 5).toString()).toBe('%PDF-');
    expect(octets.includes('StructTreeRoot')).toBe(true);
    expect(octets.toString('latin1')).toMatch(/pdfuaid:part/);
    expect(a.audience).toBe('public');
  });

  it.skipIf(!poppler)(
    'lets a reader find the mentions, the table and no hidden value (poppler)',
    async () => {
      const { fichier } = await exporte({ zone: '200000001', indicateur: 'rpls_coll' });
      expect(execFileSync('pdfinfo', [fichier]).toString()).toMatch(/Tagged:\s+yes/);
      const structure = execFileSync('pdfinfo', ['-struct', fichier], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }).toString();
      for (const balise of ['H1', 'H2', 'Figure', 'Table', 'TH']) expect(structure).toContain(balise);
      const t = texte(fichier);
      for (const mention of [
        'Logements collectifs',
        'CC des Étangs',
        'Territoires et données fictifs',
        'RPLS au 1er janvier 2022 – SDES',
        'COG 2025',
        'secret statistique',
        'Licence Ouverte 2.0',
        '22 novembre 2026',
        'Épône',
      ])
        expect(t).toContain(mention);
      expect(t).not.toMatch(/77,7|777/);
      expect(t).toContain('Épône s');
    },
  );

  it.skipIf(!poppler)('reads a bundle for what is not public, and names its recipient', async () => {
    const { fichier, audience } = await exporte({
      zone: 'epci:200000001',
      indicateur: 'ops_res_lt20',
      echelle: 'adresse',
      destinataire: 'Mairie d’Avrilly',
    });
    expect(audience).toBe('territoire');
    const t = texte(fichier);
    expect(t).toContain('Diffusion restreinte');
    expect(t).toContain('Mairie d’Avrilly');
    expect(t).not.toContain('Licence Ouverte');
    expect(t).not.toMatch(/77,7|777/);
  });

  it('writes SVG by the name of the file, with its fonts inside and nothing from outside', async () => {
    const { fichier } = await exporte({
      zone: 'france',
      indicateur: 'rpls_coll',
      echelle: 'commune',
      sortie: join(dossier, 'pays.svg'),
    });
    const svg = await readFile(fichier, 'utf8');
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('@font-face');
    expect(svg).toContain('Outre-Large');
    expect(svg.match(/(href|src|url\()="?(http|\/|file)/g)).toBeNull();
    expect(svg).not.toContain(dossier);
  });

  it('writes one HTML file without script or outside link, and a CSV that keeps codes and source', async () => {
    const html = await readFile(
      (await exporte({ zone: 'epci:200000001', indicateur: 'rpls_coll', sortie: join(dossier, 'c.html') }))
        .fichier,
      'utf8',
    );
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('<th scope="row">Épône</th><td><abbr title="secret statistique">s</abbr></td>');
    expect(html).toContain('Territoires et données fictifs');
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|77,7|>777/);
    const csv = await readFile(
      (await exporte({ zone: 'epci:200000001', indicateur: 'rpls_coll', sortie: join(dossier, 'c.csv') }))
        .fichier,
      'utf8',
    );
    const [entete = '', premiere = ''] = csv.split('\r\n');
    expect(entete.startsWith('\ufeffCode;Commune;')).toBe(true);
    expect(premiere).toBe(
      '"=""01010""";Jouy;64,4;publié;453;RPLS au 1er janvier 2022 – SDES.;Territoires et données fictifs',
    );
    expect(csv).toContain('"=""01005""";Épône;;secret statistique;;');
    expect(csv).toContain('Diffusion;publique. Licence Ouverte 2.0.');
    expect(csv).not.toMatch(/77,7|777/);
  });

  it('writes a workbook with codes as text, numbers as numbers and its mentions, the same bytes twice', async () => {
    const demande = { zone: 'epci:200000001', indicateur: 'rpls_coll', format: 'xlsx' };
    const a = await readFile((await exporte({ ...demande, sortie: join(dossier, 'd.xlsx') })).fichier);
    const b = await readFile((await exporte({ ...demande, sortie: join(dossier, 'e.xlsx') })).fichier);
    expect(a.equals(b)).toBe(true);
    const parties = Object.fromEntries(Object.entries(unzipSync(a)).map(([nom, o]) => [nom, strFromU8(o)]));
    const tout = Object.values(parties).join('\n');
    const feuille = parties['xl/worksheets/sheet1.xml'] ?? '';
    expect(feuille).toContain('<v>64.4</v>');
    expect(feuille).not.toContain('mergeCell');
    for (const t of [
      '01005',
      'Épône',
      'secret statistique',
      'Territoires et données fictifs',
      'Licence Ouverte 2.0',
      'Lisez-moi',
    ])
      expect(tout).toContain(t);
    expect(tout).not.toMatch(/77[.,]7|>777</);
  });

  it('refuses wrong input in French, and leaves no file behind', async () => {
    const refus = (v: Record<string, string>) =>
      exporte({
        zone: 'epci:200000001',
        indicateur: 'rpls_coll',
        sortie: join(dossier, 'refus', 'x.pdf'),
        ...v,
      });
    await expect(refus({ zone: 'epci:999' })).rejects.toThrow('Zone inconnue');
    await expect(refus({ zone: 'pays:1' })).rejects.toThrow('Échelle inconnue');
    await expect(refus({ indicateur: 'zzz' })).rejects.toThrow('Indicateur inconnu');
    await expect(refus({ millesime: '1999' })).rejects.toThrow('absent de la livraison');
    await expect(refus({ bornes: 'dix' })).rejects.toThrow('--bornes');
    await expect(refus({ vers: join(dossier, 'rien') })).rejects.toThrow('Aucune livraison');
    await expect(refus({ zone: 'epci:200000002', indicateur: 'ops_res_lt20' })).rejects.toThrow(
      'pas de paquet',
    );
    await expect(refus({ zone: 'departement:01', indicateur: 'ops_res_lt20' })).rejects.toThrow(
      'Pas de données de territoire',
    );
    await expect(readdir(join(dossier, 'refus'))).rejects.toThrow('ENOENT');
  });
});
