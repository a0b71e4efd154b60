/** A sheet as a tagged PDF/UA-1 by Typst: map as vector shapes with an alternative text, texts drawn by Typst. Node only. */
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { readFileSync } from 'node:fs';
import { LIBELLES_STATUT } from '../../data/catalogue/secret.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { nombre, typographie } from '../carto/format.ts';
import { policesTypst } from './polices.ts';
import { mettreEnPage, type Orientation } from './page.ts';
import type { Feuille } from './sheet.ts';
import { dessinsSansTexte } from './svgSheet.ts';

const RACINE = '/feuille';

let compilateur: NodeCompiler | undefined;

/** One compiler for a series of sheets: fonts are read once. */
function ouvre(): NodeCompiler {
  if (compilateur) return compilateur;
  compilateur = NodeCompiler.create({ workspace: RACINE, fontArgs: [{ fontBlobs: policesTypst() }] });
  return compilateur;
}

/** Rows worth paper: hundreds of addresses marked `s` are counted in one sentence rather than listed. */
function lignesImprimees(f: Feuille): { lignes: Feuille['tableau']['lignes']; omises: string } {
  const publiees = f.tableau.lignes.filter((l) => l.statut === 'valeur');
  const vides = f.tableau.lignes.length - publiees.length;
  if (!f.ponctuelle || vides <= 60 || publiees.length === 0) return { lignes: f.tableau.lignes, omises: '' };
  return {
    lignes: publiees,
    omises: ` Les ${nombre(vides)} ${f.unitesCarte} sans valeur publiée ne figurent pas dans ce tableau ; la carte les montre.`,
  };
}

/**
 * PDF of a sheet: the map page, then the table of every zone (the accessible twin of the map).
 * Same sheet, same bytes: every date comes from the edition.
 */
export function pdfFeuille(
  f: Feuille,
  options: { orientation?: Orientation; tableau?: boolean } = {},
): Uint8Array {
  const c = ouvre();
  const page = mettreEnPage(f, options);
  const { cartes, decor } = dessinsSansTexte(page);
  const date = f.edition.date.split('-').map(Number) as [number, number, number];
  const { lignes, omises } = lignesImprimees(f);
  const donnees = {
    titre: f.carte.titre,
    description: f.carte.description,
    auteur: f.edition.auteur,
    date,
    largeur: page.largeur,
    hauteur: page.hauteur,
    cartes: page.cartes.map(({ carte, x, y }, rang) => ({
      fichier: `carte${rang}.svg`,
      alt: carte.description,
      largeur: carte.largeur,
      x,
      y,
    })),
    textes: page.textes,
    pied: [f.mentions.avertissement, f.territoire, f.titre].filter((x) => x !== undefined).join(' · '),
    tableau:
      options.tableau === false
        ? null
        : {
            titre: `${f.tableau.titre} – ${f.territoire}`,
            note: typographie(
              `${f.sousTitre}. ${LIBELLES_STATUT.s.court} : ${LIBELLES_STATUT.s.libelle} ; ${LIBELLES_STATUT.nd.court} : ${LIBELLES_STATUT.nd.libelle} ; ${LIBELLES_STATUT.so.court} : ${LIBELLES_STATUT.so.libelle}.${omises}`,
            ),
            entetes: f.tableau.entetes,
            lignes: lignes.map((l) => [l.nom, l.valeur, l.base]),
            colonnes:
              page.largeur > page.hauteur && lignes.length > 40 && lignes.every((l) => l.nom.length < 28)
                ? 3
                : lignes.length > 40
                  ? 2
                  : 1,
          },
  };
  const source = readFileSync(new URL('feuille.typ', import.meta.url), 'utf8');
  c.resetShadow();
  for (const [rang, carte] of cartes.entries()) c.mapShadow(`${RACINE}/carte${rang}.svg`, Buffer.from(carte));
  c.mapShadow(`${RACINE}/decor.svg`, Buffer.from(decor));
  c.mapShadow(`${RACINE}/feuille.json`, Buffer.from(JSON.stringify(donnees)));
  const compile = c.compile({ mainFileContent: source, resetRead: true });
  if (!compile.result)
    throw new Error(`Typst: ${JSON.stringify(compile.takeError()?.shortDiagnostics ?? 'no document')}`);
  try {
    return c.pdf(compile.result, {
      pdfStandard: 'ua-1',
      creationTimestamp: Date.UTC(date[0], date[1] - 1, date[2]) / 1000,
    });
  } catch (cause) {
    throw new UserError('Le PDF accessible n’a pas pu être produit.', {
      hint: 'Un nom contient peut-être un caractère que la police ne sait pas écrire ; le SVG reste possible (--format svg).',
      cause,
    });
  }
}
