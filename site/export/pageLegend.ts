/** Legend, key figure and histogram of a page. */
import { de, nombre } from '../carto/format.ts';
import { largeurTexte } from '../carto/metriques.ts';
import { marquePoint, r } from '../carto/svg.ts';
import { T, type Plume } from './plume.ts';
import type { Feuille } from './sheet.ts';

/** Value of the whole territory, then of those that hold it. Returns the y under them. */
export function chiffreCle(p: Plume, f: Feuille, x: number, haut: number, l: number): number {
  if (!f.chiffre) return haut;
  const grand = largeurTexte(f.chiffre.valeur, 26, true) <= l;
  let y = p.texte(f.chiffre.valeur, { x, y: haut + 20, corps: grand ? 26 : 15, gras: true, largeur: l });
  y = p.texte(f.chiffre.legende, { x, y: y + 14, corps: 8.5, largeur: l, couleur: T.encreDouce });
  for (const repere of f.reperes) {
    y += 13;
    p.texte(repere.nom, { x, y, corps: 8.5 });
    p.texte(repere.valeur, { x: x + l, y, corps: 8.5, gras: true, ancre: 'fin' });
  }
  y += 12;
  p.trait(x, y, x + l, y, 0.4);
  return y + 4;
}

const LIGNE = 14;

/** Classes (highest first) and statuts, with their counts. Returns the y under them. */
export function legende(p: Plume, f: Feuille, prefixe: string, x: number, haut: number, l: number): number {
  let y = haut + 14;
  p.texte('Légende', { x, y, corps: 10, gras: true, role: 'intertitre' });
  p.texte(`Nombre ${de(f.unitesCarte)}`, { x: x + l, y, corps: 7, couleur: T.encreDouce, ancre: 'fin' });
  y += 6;
  const entree = (libelle: string, compte: number, pastille: (y: number) => void) => {
    pastille(y + 2);
    p.texte(libelle, { x: x + 30, y: y + 10.2, corps: 8.5 });
    p.texte(nombre(compte), { x: x + l, y: y + 10.2, corps: 8.5, couleur: T.encreDouce, ancre: 'fin' });
    y += LIGNE;
  };
  if (f.genre !== 'effectifs')
    for (const c of [...f.legende.classes].reverse())
      entree(c.libelle, c.zones, (yy) => p.rectangle(x, yy, 22, 10.5, c.couleur, '#8a8f96'));
  y += 3;
  for (const s of f.legende.statuts) {
    const fond = {
      s: `url(#${prefixe}-legende-hachures)`,
      nd: `url(#${prefixe}-legende-points)`,
      so: T.sansObjet,
    }[s.statut];
    entree(s.libelle, s.zones, (yy) => {
      if (f.ponctuelle) p.decor += marquePoint(s.statut, x + 11, yy + 5.2, 4, T);
      else p.rectangle(x, yy, 22, 10.5, fond, '#8a8f96');
    });
  }
  if (f.perimetres) {
    p.decor += `<rect x="${r(x)}" y="${r(y + 2)}" width="22" height="10.5" fill="none" stroke="${T.accent}" stroke-width=".8" stroke-dasharray="3 1.6"/>`;
    p.texte('périmètre de QPV', { x: x + 30, y: y + 10.2, corps: 8.5 });
    y += LIGNE;
  }
  return y;
}

/** What completes the legend: sizes of circles and histogram. Returns the y under them. */
export function complements(p: Plume, f: Feuille, x: number, haut: number, l: number): number {
  let y = haut;
  if (f.cercles) y = cercles(p, f.cercles, x, y + 14, l);
  if (aHistogramme(f)) y = histogramme(p, f, x, y + 18, l);
  return y;
}

const aHistogramme = (f: Feuille) => f.genre !== 'effectifs' && f.legende.publiees > 4;

function cercles(p: Plume, c: NonNullable<Feuille['cercles']>, x: number, haut: number, l: number): number {
  p.texte(c.titre, { x, y: haut, corps: 8.5, gras: true });
  const grand = Math.max(...c.entrees.map((e) => e.rayon));
  const pas = l / c.entrees.length;
  for (const [i, e] of c.entrees.entries()) {
    const cx = x + pas * i + Math.min(grand, pas / 2);
    const cy = haut + 9 + grand * 2 - e.rayon;
    p.decor += `<circle cx="${r(cx)}" cy="${r(cy)}" r="${r(e.rayon)}" fill="none" stroke="${T.encreDouce}" stroke-width=".7"/>`;
    p.texte(e.libelle, {
      x: cx,
      y: haut + 9 + grand * 2 + 10,
      corps: 7.5,
      ancre: 'milieu',
      couleur: T.encreDouce,
    });
  }
  return haut + 9 + grand * 2 + 12;
}

function histogramme(p: Plume, f: Feuille, x: number, haut: number, l: number): number {
  const { effectifs, classes } = f.legende.histogramme;
  p.texte('Répartition des valeurs publiées', { x, y: haut, corps: 8.5, gras: true });
  const H = 30;
  const base = haut + 8 + H;
  const plafond = Math.max(...effectifs);
  const pas = l / effectifs.length;
  for (const [i, n] of effectifs.entries()) {
    if (n === 0) continue;
    const h = Math.max(1, (H * n) / plafond);
    p.rectangle(
      x + i * pas + 0.4,
      base - h,
      pas - 0.8,
      h,
      f.legende.classes[classes[i] ?? 0]?.couleur ?? T.contour,
      '#8a8f96',
    );
  }
  p.trait(x, base, x + l, base, 0.5);
  const { min, max } = f.bornesAxe;
  p.texte(min, { x, y: base + 9.5, corps: 7, couleur: T.encreDouce });
  p.texte(max, { x: x + l, y: base + 9.5, corps: 7, couleur: T.encreDouce, ancre: 'fin' });
  return base + 12;
}

/** Height of what stands under a portrait map: legend on the left, figure and complements on the right. */
export function hauteurLegendeBas(f: Feuille): number {
  const lignes =
    (f.genre === 'effectifs' ? 0 : f.legende.classes.length) +
    f.legende.statuts.length +
    (f.perimetres ? 1 : 0);
  const chiffre = f.chiffre ? 50 + 13 * f.reperes.length : 0;
  const ronds = f.cercles ? Math.max(...f.cercles.entrees.map((e) => e.rayon)) * 2 + 36 : 0;
  return 12 + Math.max(26 + lignes * LIGNE, chiffre + ronds + (aHistogramme(f) ? 70 : 0));
}
