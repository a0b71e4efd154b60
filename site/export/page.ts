/**
 * Layout of a sheet on A4: every text broken and placed, every shape drawn, in points from the top left.
 * Writers only transcribe it, so the SVG and the PDF of one sheet are the same page.
 */
import { nombre } from '../carto/format.ts';
import { coupe, largeurTexte, type Morceau } from '../carto/metriques.ts';
import { TEINTES } from '../carto/palette.ts';
import { barreEchelle } from '../carto/projection.ts';
import { dessinerCarte, motifs, r, type Carte } from '../carto/svg.ts';
import type { Feuille } from './sheet.ts';

export type Orientation = 'paysage' | 'portrait';
/** Role of a text in the reading order; "artefact" repeats what the alternative text or the table says. */
export type Role = 'titre' | 'intertitre' | 'texte' | 'artefact';

export interface TextePage {
  readonly role: Role;
  readonly x: number;
  /** Baseline of the first line. */
  readonly y: number;
  readonly corps: number;
  readonly interligne: number;
  readonly couleur: string;
  readonly ancre: 'debut' | 'milieu' | 'fin';
  readonly lignes: readonly (readonly Morceau[])[];
  /** Paper-coloured outline, for names over the map. */
  readonly halo?: boolean;
}

export interface PageFeuille {
  readonly largeur: number;
  readonly hauteur: number;
  readonly carte: Carte;
  /** Where the map goes. */
  readonly x: number;
  readonly y: number;
  /** Shapes of the furniture: rules, swatches, histogram, scale bar. */
  readonly decor: string;
  readonly defs: string;
  /** In reading order. */
  readonly textes: readonly TextePage[];
}

const T = TEINTES.clair;
const A4 = { long: 841.89, court: 595.28 };
const MARGE = 36;
const GOUTTIERE = 24;

/** Collects texts and shapes; every method returns the y under what it wrote. */
class Plume {
  readonly textes: TextePage[] = [];
  decor = '';

  texte(
    morceaux: string | readonly Morceau[],
    o: {
      x: number;
      y: number;
      corps: number;
      largeur?: number;
      gras?: boolean;
      couleur?: string;
      ancre?: TextePage['ancre'];
      role?: Role;
      interligne?: number;
    },
  ): number {
    const liste = typeof morceaux === 'string' ? [{ t: morceaux, gras: o.gras ?? false }] : morceaux;
    const lignes = o.largeur === undefined ? [liste] : coupe(liste, o.largeur, o.corps);
    const interligne = o.interligne ?? o.corps * 1.3;
    this.textes.push({
      role: o.role ?? 'texte',
      x: o.x,
      y: o.y,
      corps: o.corps,
      interligne,
      couleur: o.couleur ?? T.encre,
      ancre: o.ancre ?? 'debut',
      lignes,
    });
    return o.y + (lignes.length - 1) * interligne;
  }

  trait(x1: number, y1: number, x2: number, y2: number, epaisseur = 0.6, couleur = T.contour): void {
    this.decor += `<path d="M${r(x1)} ${r(y1)}L${r(x2)} ${r(y2)}" stroke="${couleur}" stroke-width="${epaisseur}" fill="none"/>`;
  }

  rectangle(x: number, y: number, l: number, h: number, fond: string, bord?: string): void {
    this.decor += `<rect x="${r(x)}" y="${r(y)}" width="${r(l)}" height="${r(h)}" fill="${fond}"${bord ? ` stroke="${bord}" stroke-width=".5"` : ''}/>`;
  }
}

/** Lay out the first page: header, map, legend, mentions. */
export function mettreEnPage(
  f: Feuille,
  options: { orientation?: Orientation; prefixe?: string } = {},
): PageFeuille {
  const orientation = options.orientation ?? (f.allonge ? 'portrait' : 'paysage');
  const paysage = orientation === 'paysage';
  const [largeur, hauteur] = paysage ? [A4.long, A4.court] : [A4.court, A4.long];
  const prefixe = options.prefixe ?? 'carte';
  const p = new Plume();
  const utile = largeur - 2 * MARGE;
  const sousTitre = entete(p, f, utile);
  const corps = piedDePage(f, utile, paysage ? 3 : 2);
  const hautPied = hauteur - MARGE - corps.hauteur;
  const haut = sousTitre + 14;
  const legendeL = 200;

  const boite = paysage
    ? { x: MARGE, y: haut, largeur: utile - legendeL - GOUTTIERE, hauteur: hautPied - 14 - haut }
    : { x: MARGE, y: haut, largeur: utile, hauteur: hautPied - 14 - haut - hauteurLegendeBas(f) };
  const carte = dessinerCarte({ ...f.carte, prefixe, largeur: boite.largeur, hauteur: boite.hauteur - 20 });
  if (paysage) {
    const x = largeur - MARGE - legendeL;
    const y = chiffreCle(p, f, x, haut, legendeL);
    legende(p, f, prefixe, x, y, legendeL);
  } else {
    const y = boite.y + boite.hauteur + 12;
    const milieu = MARGE + utile * 0.52;
    legende(p, f, prefixe, MARGE, y, utile * 0.44);
    chiffreCle(p, f, milieu, y, utile * 0.48);
  }
  echelle(p, carte, boite.x, boite.y + boite.hauteur);
  nomsSurCarte(p, carte, boite.x, boite.y);
  corps.ecrit(p, hautPied);
  return {
    largeur,
    hauteur,
    carte,
    x: boite.x,
    y: boite.y,
    decor: p.decor,
    defs: motifs(`${prefixe}-legende`, T),
    textes: p.textes,
  };
}

/** Title, territory, subtitle and, on the right, the warnings that must be seen first. */
function entete(p: Plume, f: Feuille, utile: number): number {
  const droite = MARGE + utile;
  const badges = [
    ...(f.mentions.avertissement ? [{ t: f.mentions.avertissement, couleur: T.accent }] : []),
    ...(f.mentions.restriction ? [{ t: f.mentions.restriction, couleur: T.encreDouce }] : []),
  ];
  let large = 0;
  for (const [rang, b] of badges.entries()) {
    const l = largeurTexte(b.t, 8.5, true) + 14;
    const y = MARGE + rang * 20;
    p.rectangle(droite - l, y, l, 16, T.papier, b.couleur);
    large = Math.max(large, l);
  }
  const titreL = utile - large - 16;
  let y = p.texte(f.titre, {
    x: MARGE,
    y: MARGE + 16,
    corps: 20,
    gras: true,
    largeur: titreL,
    role: 'titre',
    interligne: 23,
  });
  y = p.texte(f.territoire, {
    x: MARGE,
    y: y + 19,
    corps: 13,
    gras: true,
    largeur: titreL,
    couleur: T.encre,
  });
  y = p.texte(f.sousTitre, { x: MARGE, y: y + 15, corps: 9.5, largeur: utile, couleur: T.encreDouce });
  // After the title in reading order, although they stand at the top of the page.
  for (const [rang, b] of badges.entries())
    p.texte(b.t, {
      x: droite - 7,
      y: MARGE + rang * 20 + 11,
      corps: 8.5,
      gras: true,
      couleur: b.couleur,
      ancre: 'fin',
    });
  p.trait(MARGE, y + 8, droite, y + 8);
  return y + 8;
}

function chiffreCle(p: Plume, f: Feuille, x: number, haut: number, l: number): number {
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

function legende(p: Plume, f: Feuille, prefixe: string, x: number, haut: number, l: number): number {
  let y = haut + 14;
  p.texte('Légende', { x, y, corps: 10, gras: true, role: 'intertitre' });
  p.texte(`Nombre de ${f.unitesCarte}`, { x: x + l, y, corps: 7, couleur: T.encreDouce, ancre: 'fin' });
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
    entree(s.libelle, s.zones, (yy) => p.rectangle(x, yy, 22, 10.5, fond, '#8a8f96'));
  }
  if (f.perimetres) {
    p.decor += `<rect x="${r(x)}" y="${r(y + 2)}" width="22" height="10.5" fill="none" stroke="${T.accent}" stroke-width=".8" stroke-dasharray="3 1.6"/>`;
    p.texte('périmètre de QPV', { x: x + 30, y: y + 10.2, corps: 8.5 });
    y += LIGNE;
  }
  if (f.cercles) y = cercles(p, f.cercles, x, y + 14, l);
  if (f.genre !== 'effectifs' && f.legende.publiees > 4) y = histogramme(p, f, x, y + 18, l);
  return y;
}

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

function hauteurLegendeBas(f: Feuille): number {
  const lignes =
    (f.genre === 'effectifs' ? 0 : f.legende.classes.length) +
    f.legende.statuts.length +
    (f.perimetres ? 1 : 0);
  const grand = f.cercles ? Math.max(...f.cercles.entrees.map((e) => e.rayon)) * 2 + 36 : 0;
  return 12 + 24 + lignes * LIGNE + grand + (f.genre === 'effectifs' || f.legende.publiees <= 4 ? 8 : 72);
}

/** Scale bar under the map, true at the centre of the main frame. */
function echelle(p: Plume, carte: Carte, x: number, bas: number): void {
  const principal = carte.cadres[0];
  if (!principal) return;
  const b = barreEchelle(
    principal.projection,
    principal.place.dessin,
    Math.min(120, principal.place.dessin.largeur / 3),
  );
  const x0 = x + principal.place.boite.x;
  const y = bas - 6;
  p.decor += `<path d="M${r(x0)} ${r(y - 4)}V${r(y)}H${r(x0 + b.longueur)}V${r(y - 4)}" fill="none" stroke="${T.encre}" stroke-width=".8"/>`;
  p.texte(b.libelle, { x: x0 + b.longueur + 5, y, corps: 7.5 });
}

function nomsSurCarte(p: Plume, carte: Carte, x: number, y: number): void {
  for (const { place } of carte.cadres)
    if (place.nom !== '')
      p.texte(place.nom, {
        x: x + place.boite.x + 5,
        y: y + place.boite.y + 10.5,
        corps: 7.5,
        couleur: T.encreDouce,
      });
  for (const e of carte.etiquettes)
    p.textes.push({
      role: 'artefact',
      x: x + e.x,
      y: y + e.y,
      corps: e.corps,
      interligne: e.corps,
      couleur: T.encre,
      ancre: 'milieu',
      lignes: [[{ t: e.texte }]],
      halo: true,
    });
}

/** Mentions in balanced columns: measured first, so that the map takes all the room left. */
function piedDePage(
  f: Feuille,
  utile: number,
  colonnes: number,
): { hauteur: number; ecrit(p: Plume, haut: number): void } {
  const corps = 6.8;
  const interligne = 8.6;
  const entre = 2.2;
  const l = (utile - GOUTTIERE * (colonnes - 1)) / colonnes;
  const paragraphes = f.mentions.lignes.map((m) =>
    coupe(
      m.libelle === '' ? [{ t: m.texte }] : [{ t: m.libelle, gras: true }, { t: `\u202f: ${m.texte}` }],
      l,
      corps,
    ),
  );
  const hauteurDe = (lignes: readonly unknown[]) => lignes.length * interligne + entre;
  const repartis = equilibre(
    paragraphes.map((x) => hauteurDe(x)),
    colonnes,
  );
  const plein = Math.max(
    ...repartis.map(([a, b]) => paragraphes.slice(a, b).reduce((s, x) => s + hauteurDe(x), 0)),
  );
  return {
    hauteur: plein + 10,
    ecrit(p, haut) {
      p.trait(MARGE, haut, MARGE + utile, haut);
      for (const [c, [debut, fin]] of repartis.entries()) {
        let y = haut + 12;
        for (const lignes of paragraphes.slice(debut, fin)) {
          p.textes.push({
            role: 'texte',
            x: MARGE + c * (l + GOUTTIERE),
            y,
            corps,
            interligne,
            couleur: T.encreDouce,
            ancre: 'debut',
            lignes,
          });
          y += hauteurDe(lignes);
        }
      }
    },
  };
}

/** Split paragraphs into consecutive columns so that the tallest is as short as possible. */
export function equilibre(hauteurs: readonly number[], colonnes: number): [number, number][] {
  let meilleur: [number, number][] = [];
  let record = Number.POSITIVE_INFINITY;
  const essaie = (debut: number, reste: number, pris: [number, number][], plus: number) => {
    if (plus >= record) return;
    if (reste === 1) {
      const h = Math.max(
        plus,
        hauteurs.slice(debut).reduce((s, x) => s + x, 0),
      );
      if (h < record) [record, meilleur] = [h, [...pris, [debut, hauteurs.length]]];
      return;
    }
    let h = 0;
    for (let fin = debut; fin <= hauteurs.length; fin++) {
      essaie(fin, reste - 1, [...pris, [debut, fin]], Math.max(plus, h));
      h += hauteurs[fin] ?? 0;
    }
  };
  essaie(0, colonnes, [], 0);
  return meilleur;
}
