import { readFile, writeFile } from 'node:fs/promises';
import type { Geometry } from 'geojson';
import { describe, expect, it } from 'vitest';
import { TRANCHE, donneesPubliques } from '../export/fixture.ts';
import { chemin } from '../../site/carto/geometrie.ts';
import { placerCadres } from '../../site/carto/insets.ts';
import { coupe, largeurTexte } from '../../site/carto/metriques.ts';
import { ajuste, barreEchelle } from '../../site/carto/projection.ts';
import { carteSvg, dessinerCarte, type ZoneCarte } from '../../site/carto/svg.ts';
import { construireFeuille } from '../../site/export/sheet.ts';

const page = { x: 0, y: 0, largeur: 500, hauteur: 300 };
const carre = (x: number, y: number, l: number): Geometry => ({
  type: 'Polygon',
  coordinates: [
    [
      [x, y],
      [x + l, y],
      [x + l, y + l],
      [x, y + l],
      [x, y],
    ],
  ],
});

describe('projection', () => {
  it('fits a territory into its box, north up, and comes back', () => {
    const p = ajuste(
      [
        [4, 47],
        [5, 47.5],
      ],
      page,
    );
    const [x, y] = p.projette([4, 47]);
    expect(x).toBeGreaterThanOrEqual(-0.01);
    expect(y).toBeLessThanOrEqual(300.01);
    expect(p.projette([4.5, 47.4])[1]).toBeLessThan(p.projette([4.5, 47.1])[1]);
    const [lon, lat] = p.inverse([x, y]);
    expect(lon).toBeCloseTo(4, 6);
    expect(lat).toBeCloseTo(47, 6);
  });

  it('uses the conic of Lambert-93 only where it makes sense', () => {
    expect(
      ajuste(
        [
          [-4, 43],
          [8, 51],
        ],
        page,
        'lambert',
      ).nom,
    ).toContain('Lambert-93');
    expect(
      ajuste(
        [
          [-61, 14],
          [-60, 15],
        ],
        page,
        'lambert',
      ).nom,
    ).toContain('azimutale');
  });

  it('gives a scale bar that measures what it says, within a thousandth, on the ellipsoid', () => {
    // One degree of longitude at 47° N is 76 056 m (WGS84): a frame of exactly 1° by 0.1° wide.
    const p = ajuste(
      [
        [4, 46.95],
        [5, 47.05],
      ],
      page,
    );
    const b = barreEchelle(p, page, 400);
    expect(b.metres).toBe(50_000);
    expect(b.libelle).toBe('50\u00a0km');
    const parDegre = p.projette([5, 47])[0] - p.projette([4, 47])[0];
    expect((b.longueur / parDegre) * 76_056).toBeGreaterThan(49_950);
    expect((b.longueur / parDegre) * 76_056).toBeLessThan(50_050);
  });
});

describe('paths', () => {
  const identite = (p: readonly [number, number]) => p;
  it('writes relative moves on a grid of a tenth and closes rings', () => {
    expect(
      chemin(
        [
          [
            [0, 0],
            [10, 0],
            [10, 5.04],
            [0, 5],
            [0, 0],
          ],
        ],
        identite,
        true,
      ),
    ).toBe('M0 0l10 0 0 5-10 0z');
  });
  it('keeps a dot for a zone too small to be seen', () => {
    expect(
      chemin(
        [
          [
            [1, 1],
            [1.01, 1],
            [1, 1.01],
            [1, 1],
          ],
        ],
        identite,
        true,
      ),
    ).toBe('M.8 .8h.5v.5h-.5z');
  });
});

describe('text measure', () => {
  it('breaks at plain spaces only', () => {
    const lignes = coupe(
      [{ t: 'Effectif', gras: true }, { t: '\u202f: 1\u202f234\u00a0ménages sur le territoire' }],
      60,
      8,
    );
    for (const l of lignes) expect(l.map((m) => m.t).join('')).not.toMatch(/^\s|\s$/);
    expect(lignes.map((l) => l.map((m) => m.t).join('')).join(' ')).toBe(
      'Effectif\u202f: 1\u202f234\u00a0ménages sur le territoire',
    );
    expect(lignes.length).toBeGreaterThan(1);
    expect(largeurTexte('000', 10)).toBeCloseTo(14.91);
  });
});

describe('frames', () => {
  it('gives every far territory the same room, apart from the main frame', () => {
    const cadres = ['metropole', 'a', 'b', 'c', 'd', 'e'].map((id) => ({
      id,
      nom: id,
      regions: [id],
      bbox: [0, 0, 1, 1] as [number, number, number, number],
    }));
    for (const p of [page, { ...page, largeur: 300, hauteur: 500 }]) {
      const [main, ...loin] = placerCadres(cadres, p);
      expect(new Set(loin.map((c) => `${c.boite.largeur} ${c.boite.hauteur}`)).size).toBe(1);
      for (const c of loin) {
        const dehors =
          c.boite.x + c.boite.largeur <= (main?.boite.x ?? 0) ||
          c.boite.y >= (main?.boite.y ?? 0) + (main?.boite.hauteur ?? 0);
        expect(dehors).toBe(true);
        expect(c.boite.y + c.boite.hauteur).toBeLessThanOrEqual(p.hauteur + 1e-6);
      }
    }
  });
});

describe('static map', () => {
  const zones: ZoneCarte[] = [
    {
      code: '01001',
      nom: 'A & B',
      geometrie: carre(4, 47, 0.1),
      peinture: { classe: 1 },
      infobulle: 'A & B : <12 %',
    },
    { code: '01002', nom: 'C', geometrie: carre(4.1, 47, 0.1), peinture: { statut: 's' } },
    { code: '01003', nom: 'D', geometrie: carre(4.2, 47, 0.1), peinture: { statut: 'so' } },
    {
      code: '01004',
      nom: 'E',
      geometrie: { type: 'Point', coordinates: [4.25, 47.05] },
      rayon: 4,
      peinture: { statut: 'nd' },
    },
  ];
  const o = {
    prefixe: 'm1',
    largeur: 300,
    hauteur: 120,
    titre: 'Titre',
    description: 'Texte <alternatif>',
    zones,
    couleurs: ['#ffffcc', '#253494'],
  };

  it('paints classes, hatches secrets, escapes texts and prefixes ids', () => {
    const svg = carteSvg(dessinerCarte({ ...o, etiquettes: [{ code: '01001', texte: 'A & B' }] }));
    expect(svg).toContain('<g class="classe-1" fill="#253494"');
    expect(svg).toContain('<g class="statut-s" fill="url(#m1-hachures)"');
    expect(svg).toContain('A &amp; B : &lt;12 %');
    expect(svg).toContain('>A &amp; B</text>');
    for (const [, id] of svg.matchAll(/ id="([^"]+)"/g)) expect(id).toMatch(/^m1-/);
    expect(svg.match(/<(path|g) [^>]*data-code=/g)).toHaveLength(4);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draws the same bytes twice, and the same as last time (golden)', async () => {
    const f = construireFeuille({
      donnees: donneesPubliques('france'),
      indicateur: 'rpls_coll',
      echelle: 'commune',
      tranche: TRANCHE,
      edition: { date: '2026-11-22', auteur: 'Essai' },
    });
    const dessine = () =>
      carteSvg(dessinerCarte({ ...f.carte, prefixe: 'g', largeur: 400, hauteur: 300 })).replaceAll(
        '><',
        '>\n<',
      );
    expect(dessine()).toBe(dessine());
    const golden = new URL('golden/carte.svg', import.meta.url);
    if (process.env.GOLDEN === 'ecrire') await writeFile(golden, dessine());
    expect(dessine()).toBe(await readFile(golden, 'utf8'));
  });

  it('puts the island in its own frame, at a scale of its own', () => {
    const f = construireFeuille({
      donnees: donneesPubliques('france'),
      indicateur: 'rpls_coll',
      echelle: 'commune',
      tranche: TRANCHE,
      edition: { date: '2026-11-22', auteur: 'Essai' },
    });
    const carte = dessinerCarte({ ...f.carte, prefixe: 'g', largeur: 400, hauteur: 300 });
    expect(carte.cadres.map((c) => c.place.id)).toEqual(['metropole', 'iles']);
    const iles = carte.formes.slice(carte.formes.indexOf('g-cadre-iles'));
    expect(iles).toContain('data-code="97101"');
    expect(carte.formes.match(/data-code="97101"/g)).toHaveLength(1);
  });
});
