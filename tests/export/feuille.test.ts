import { describe, expect, it } from 'vitest';
import type { Mentions } from '../../data/contract/release.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { dateLongue, MENTIONS_OBLIGATOIRES, type MentionsFeuille } from '../../site/export/mentions.ts';
import { mettreEnPage } from '../../site/export/page.ts';
import { equilibre } from '../../site/export/pageFoot.ts';
import { construireFeuille, echellesPossibles, type Feuille } from '../../site/export/sheet.ts';
import { svgFeuille } from '../../site/export/svgSheet.ts';
import { donneesPubliques, donneesTerritoire, TRANCHE } from './fixture.ts';

const edition = { date: '2026-11-22', auteur: 'Observatoire d’essai' };
const publique = () =>
  construireFeuille({
    donnees: donneesPubliques(),
    indicateur: 'rpls_coll',
    echelle: 'commune',
    tranche: TRANCHE,
    edition,
  });
const restreinte = () =>
  construireFeuille({
    donnees: donneesTerritoire(),
    indicateur: 'ops_res_lt20',
    echelle: 'adresse',
    tranche: TRANCHE,
    edition: { ...edition, instance: 'CIL plénière', destinataire: 'Mairie d’Avrilly' },
  });
const texte = (f: Feuille, id: string) => f.mentions.lignes.find((l) => l.id === id)?.texte;

describe('sheet', () => {
  it('says title, territory and everything the subtitle owes', () => {
    const f = publique();
    expect([f.titre, f.territoire]).toEqual(['Logements collectifs', 'CC des Étangs']);
    expect(f.sousTitre).toBe(
      'En\u00a0%'.replace('\u00a0', '\u202f') +
        ' des logements · Ensemble des logements · Tous secteurs · RPLS au 1er janvier 2022 · par commune',
    );
    expect(f.chiffre).toEqual({ valeur: '61,2\u202f%', legende: 'CC des Étangs, 4\u202f400\u00a0logements' });
    expect(f.reperes.map((r) => r.nom)).toEqual(['Val-Fictif', 'Pays inventé']);
  });

  it('draws the communes of the territory alone, each painted by the frozen classes', () => {
    const f = publique();
    expect(f.carte.zones.map((z) => z.code)).toEqual(['01001', '01002', '01005', '01006', '01009', '01010']);
    expect(f.carte.zones.find((z) => z.code === '01005')?.peinture).toEqual({ statut: 's' });
    expect(f.legende.classes.map((c) => c.zones).reduce((a, b) => a + b)).toBe(5);
    expect(texte(f, 'discretisation')).toBe(
      'quantiles, bornes 20\u202f; 40\u202f; 60\u202f%, figées pour l’ensemble des communes de la livraison.',
    );
  });

  it('draws addresses as circles over their communes, coarse in base and in value', () => {
    const f = restreinte();
    expect(f.genre).toBe('points');
    expect(f.carte.zones).toHaveLength(24);
    expect(svgFeuille(f)).toContain('Nombre d’adresses');
    expect(f.carte.fond?.map((x) => x.code)).toHaveLength(6);
    expect(new Set(f.tableau.lignes.filter((l) => l.statut === 'valeur').map((l) => l.base))).toEqual(
      new Set(['11–19', '20–49', '50–99', '100+']),
    );
    for (const l of f.tableau.lignes) expect(l.valeur).toMatch(/^(\d+|s|nd|–)$/);
  });

  it('draws counts as circles, never as tints', () => {
    const f = construireFeuille({
      donnees: donneesPubliques('france'),
      indicateur: 'rpls_nb',
      echelle: 'commune',
      tranche: TRANCHE,
      edition,
    });
    expect(f.genre).toBe('effectifs');
    const [a, b] = f.carte.zones.flatMap((z) => (z.cercle ? [z.cercle.rayon] : []));
    expect(a && b && (b / a) ** 2).toBeCloseTo(157 / 120);
    expect(
      new Set(f.carte.zones.map((z) => ('classe' in z.peinture ? z.peinture.classe : z.peinture.statut))),
    ).toEqual(new Set([0]));
  });

  it('refuses in French what is not published there, and tells what is', () => {
    expect(() =>
      construireFeuille({
        donnees: donneesPubliques(),
        indicateur: 'ops_res_lt20',
        echelle: 'commune',
        tranche: TRANCHE,
        edition,
      }),
    ).toThrow(UserError);
    expect(echellesPossibles(donneesTerritoire(), 'ops_res_lt20', TRANCHE)).toEqual([
      'epci',
      'commune',
      'adresse',
    ]);
  });
});

describe('mentions', () => {
  it('carries every obligatory one, on the public sheet and on the restricted one', () => {
    for (const f of [publique(), restreinte()]) {
      const ids = f.mentions.lignes.map((l) => l.id);
      for (const id of MENTIONS_OBLIGATOIRES) expect(ids).toContain(id);
      for (const l of f.mentions.lignes) expect(l.texte.trim()).not.toBe('');
      expect(f.mentions.avertissement).toBe('Territoires et données fictifs');
    }
    expect(texte(publique(), 'diffusion')).toBe('publique. Licence Ouverte 2.0.');
    expect(texte(restreinte(), 'diffusion')).toBe(
      'restreinte aux signataires de la convention, instance\u202f: CIL plénière.',
    );
    expect(texte(restreinte(), 'destinataire')).toBe('Mairie d’Avrilly.');
    expect(texte(restreinte(), 'reponse')).toBe('81,2\u202f% à l’enquête, sur l’ensemble du territoire.');
    expect(restreinte().mentions.restriction).toBe('Diffusion restreinte');
  });

  it('cannot be written by hand nor left out', () => {
    // @ts-expect-error mentions come from calculeMentions only
    const faux: MentionsFeuille = { avertissement: undefined, restriction: undefined, lignes: [] };
    // @ts-expect-error a sheet has mentions
    const nue: Feuille = { ...publique(), mentions: undefined };
    expect([faux, nue]).toHaveLength(2);
    for (const trou of [
      { sources: [] },
      { zonages: [] },
      { secret: ' ' },
      { avertissement: '' },
    ] satisfies Partial<Mentions>[]) {
      const donnees = donneesPubliques();
      expect(() =>
        construireFeuille({
          donnees: { ...donnees, mentions: { ...donnees.mentions, ...trou } },
          indicateur: 'rpls_coll',
          echelle: 'commune',
          tranche: TRANCHE,
          edition,
        }),
      ).toThrow('Cette carte ne peut pas être éditée');
    }
    expect(() =>
      construireFeuille({
        donnees: donneesPubliques(),
        indicateur: 'rpls_coll',
        echelle: 'commune',
        tranche: TRANCHE,
        edition: { ...edition, auteur: ' ' },
      }),
    ).toThrow('L’auteur');
  });

  it('writes dates in words and refuses those that do not exist', () => {
    expect(dateLongue('2026-11-22')).toBe('22\u00a0novembre\u00a02026');
    expect(dateLongue('2026-01-01')).toBe('1er\u00a0janvier\u00a02026');
    for (const d of ['2026-02-30', '22/11/2026', '']) expect(() => dateLongue(d)).toThrow(UserError);
  });
});

describe('page', () => {
  it('keeps every text inside the page, and no footer over the map', () => {
    for (const f of [publique(), restreinte()])
      for (const orientation of ['paysage', 'portrait'] as const) {
        const p = mettreEnPage(f, { orientation });
        for (const t of p.textes) {
          expect(t.y).toBeGreaterThan(20);
          expect(t.y + (t.lignes.length - 1) * t.interligne).toBeLessThan(p.hauteur - 20);
          expect(t.x).toBeGreaterThanOrEqual(30);
          expect(t.x).toBeLessThanOrEqual(p.largeur - 30);
        }
        const source = p.textes.find((t) => t.lignes[0]?.[0]?.t.startsWith('Source'));
        expect(source?.y).toBeGreaterThan(Math.max(...p.cartes.map((c) => c.y + c.carte.hauteur)));
      }
  });

  it('splits paragraphs into the shortest columns', () => {
    expect(equilibre([3, 3, 2, 2, 2], 3)).toEqual([
      [0, 1],
      [1, 3],
      [3, 5],
    ]);
  });

  it('writes an SVG whose text is text and whose hidden value is nowhere', () => {
    const svg = svgFeuille(publique());
    const simple = (t: string) => t.replaceAll(/\s+/g, ' ').trim();
    const lu = simple(svg.replaceAll(/<tspan x[^>]*>/g, ' ').replaceAll(/<[^>]+>/g, ''));
    for (const l of publique().mentions.lignes) expect(lu).toContain(simple(l.texte));
    expect(svg).toContain('Territoires et données fictifs');
    expect(svg).not.toMatch(/77,7|777|NaN|undefined/);
    expect(svgFeuille(publique())).toBe(svg);
  });
});
