/**
 * Layout of a sheet on A4: every text broken and placed, every shape drawn, in points from the top left.
 * Writers only transcribe it, so the SVG and the PDF of one sheet are the same page.
 */
import { largeurTexte } from '../carto/metriques.ts';
import { barreEchelle, type Boite } from '../carto/projection.ts';
import { dessinerCarte, motifs, r, type Carte } from '../carto/svg.ts';
import { piedDePage } from './pageFoot.ts';
import { chiffreCle, complements, hauteurLegendeBas, legende } from './pageLegend.ts';
import { GOUTTIERE, MARGE, Plume, T, type Orientation, type PageFeuille } from './plume.ts';
import type { Feuille } from './sheet.ts';
import { fenetre } from './sheetMap.ts';

export type { Orientation, PageFeuille, TextePage } from './plume.ts';

const A4 = { long: 841.89, court: 595.28 };
/** Strip under a map for its scale bar. */
const BARRE = 20;

/** Lay out the first page: header, map, legend, mentions. */
export function mettreEnPage(
  f: Feuille,
  options: { orientation?: Orientation; prefixe?: string } = {},
): PageFeuille {
  const orientation = options.orientation ?? (f.allonge && !f.agrandissement ? 'portrait' : 'paysage');
  const paysage = orientation === 'paysage';
  const [largeur, hauteur] = paysage ? [A4.long, A4.court] : [A4.court, A4.long];
  const prefixe = options.prefixe ?? 'carte';
  const p = new Plume();
  const utile = largeur - 2 * MARGE;
  const haut = entete(p, f, utile) + 14;
  const pied = piedDePage(f, utile, paysage ? 3 : 2);
  const hautPied = hauteur - MARGE - pied.hauteur;
  const legendeL = 200;
  const boite: Boite = paysage
    ? { x: MARGE, y: haut, largeur: utile - legendeL - GOUTTIERE, hauteur: hautPied - 14 - haut }
    : { x: MARGE, y: haut, largeur: utile, hauteur: hautPied - 14 - haut - hauteurLegendeBas(f) };
  if (paysage) {
    const x = largeur - MARGE - legendeL;
    const y = chiffreCle(p, f, x, haut, legendeL);
    complements(p, f, x, legende(p, f, prefixe, x, y, legendeL), legendeL);
  } else {
    const y = boite.y + boite.hauteur + 12;
    legende(p, f, prefixe, MARGE, y, utile * 0.44);
    const droite = MARGE + utile * 0.54;
    complements(p, f, droite, chiffreCle(p, f, droite, y - 4, utile * 0.46), utile * 0.46);
  }
  const cartes = dessineCartes(p, f, boite, prefixe);
  pied.ecrit(p, hautPied);
  return {
    largeur,
    hauteur,
    cartes,
    decor: p.decor,
    defs: motifs(`${prefixe}-legende`, T),
    textes: p.textes,
  };
}

/** The map alone, or the map beside its window. */
function dessineCartes(p: Plume, f: Feuille, boite: Boite, prefixe: string): PageFeuille['cartes'] {
  const a = f.agrandissement;
  const pose = (b: Boite, id: string, carte: Partial<Feuille['carte']>) => {
    const dessin = dessinerCarte({
      ...f.carte,
      ...carte,
      prefixe: id,
      largeur: b.largeur,
      hauteur: b.hauteur - BARRE,
    });
    echelle(p, dessin, b.x, b.y + b.hauteur);
    nomsSurCarte(p, dessin, b.x, b.y);
    return { carte: dessin, x: b.x, y: b.y };
  };
  if (!a) return [pose(boite, prefixe, {})];
  const cote = boite.largeur > boite.hauteur;
  const part = cote ? boite.largeur * 0.42 : boite.hauteur * 0.45;
  const gauche: Boite = cote ? { ...boite, largeur: part - 10 } : { ...boite, hauteur: part - 10 };
  const droite: Boite = cote
    ? { ...boite, x: boite.x + part, largeur: boite.largeur - part }
    : { ...boite, y: boite.y + part, hauteur: boite.hauteur - part };
  const titre = 12;
  p.texte(`Agrandissement\u202f: ${a.nom}`, { x: droite.x, y: droite.y + 8, corps: 8.5, gras: true });
  return [
    pose(gauche, prefixe, {
      contours: [...(f.carte.contours ?? []), fenetre(a.emprise)],
      // The window names the zones; the small map only has room for the communes.
      etiquettes: (f.carte.fond ?? []).map((c) => ({ code: c.code, texte: c.nom })),
      corpsEtiquette: 7,
    }),
    pose({ ...droite, y: droite.y + titre, hauteur: droite.hauteur - titre }, `${prefixe}-zoom`, {
      emprise: a.emprise,
      titre: `${f.carte.titre}, agrandissement sur ${a.nom}`,
      description: `Agrandissement de la même carte sur ${a.nom}.`,
    }),
  ];
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

/** Scale bar under the map, true at the centre of the main frame; a small one in each inset. */
function echelle(p: Plume, carte: Carte, x: number, bas: number): void {
  const haut = bas - BARRE - carte.hauteur;
  for (const { projection, place } of carte.cadres) {
    const { dessin, boite, principal } = place;
    const b = barreEchelle(
      projection,
      dessin,
      principal ? Math.min(120, dessin.largeur / 3) : dessin.largeur * 0.4,
    );
    const x0 = x + boite.x + (principal ? 0 : 5);
    const y = principal ? bas - 6 : haut + boite.y + boite.hauteur - 5;
    const h = principal ? 4 : 2.5;
    p.decor += `<path d="M${r(x0)} ${r(y - h)}V${r(y)}H${r(x0 + b.longueur)}V${r(y - h)}" fill="none" stroke="${T.encre}" stroke-width="${principal ? '.8' : '.5'}"/>`;
    p.texte(b.libelle, { x: x0 + b.longueur + (principal ? 5 : 3), y, corps: principal ? 7.5 : 6 });
  }
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
