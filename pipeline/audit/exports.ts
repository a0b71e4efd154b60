/**
 * `carto audit --exports DIR`: every sheet that was exported (CSV, XLSX, HTML, SVG, PDF), every
 * table downloaded from the site, is read back and each of its
 * figures compared with the tables of its audience. An export is what most people receive: it must not say more than the
 * release it names.
 */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { variable } from '../../data/catalogue/indicators/index.ts';
import type { Zone } from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';
import { comparerTable, figuresEnTexte, jugerFigure } from './exportsComparaison.ts';
import { ouvrirBibliotheque, type Bibliotheque, type Fonds } from './exportsFonds.ts';
import { lireCsv, lireHtml, lireSvg, lireXlsx, plat, type ExportLu } from './exportsLecture.ts';
import { sujetDe, type Sujet } from './exportsSujet.ts';
import { enteteLu, lignesPdf, popplerPresent, rangeesPdf } from './exportsPdf.ts';
import { chercherMotifs, fichiersDe } from './fuite.ts';

export interface BilanExports {
  /** Files read back. */
  readonly lus: number;
  /** Files of a format that is not read here, or PDF without poppler. */
  readonly sautes: number;
  /** Figures and marks compared. */
  readonly figures: number;
}

/** Read and compare every file under `dossier`. Violations go to `constats`. */
export async function auditerExports(
  dossier: string,
  release: string,
  constats: Constats,
): Promise<BilanExports> {
  const bibliotheque = await ouvrirBibliotheque(release, constats);
  const poppler = popplerPresent();
  const bilan = { lus: 0, sautes: 0, figures: 0 };
  for (const nom of await fichiersDe(dossier)) {
    chercherMotifs(nom, `exports/${nom}`, constats);
    const lu = await lire(join(dossier, nom), poppler).catch(() => 'illisible' as const);
    if (lu === null) {
      bilan.sautes++;
      constats.signale('exports_sautes');
      continue;
    }
    bilan.lus++;
    if (lu === 'illisible') constats.violation('export_inconnu', `exports/${nom}`, 'fichier illisible');
    else bilan.figures += await comparer(lu, `exports/${nom}`, bibliotheque, constats);
  }
  return bilan;
}

/** Null: a format that is not read here. */
async function lire(chemin: string, poppler: boolean): Promise<ExportLu | null> {
  switch (extname(chemin).toLowerCase()) {
    case '.csv':
      return lireCsv(await readFile(chemin, 'utf8'));
    case '.xlsx':
      return lireXlsx(await readFile(chemin));
    case '.html':
      return lireHtml(await readFile(chemin, 'utf8'));
    case '.svg':
      return lireSvg(await readFile(chemin, 'utf8'));
    case '.pdf':
      return poppler ? enteteLu(await lignesPdf(chemin)) : null;
    default:
      return null;
  }
}

/** Is `z` inside a territory of this name, by declared nesting? */
function dansTerritoire(fonds: Fonds, nom: string): (z: Zone) => boolean {
  const cles = (['france', 'region', 'departement', 'epci', 'commune'] as const).flatMap((e) =>
    fonds
      .zones(e)
      .filter((z) => plat(z.nom) === nom)
      .map((z) => [e, z.code] as const),
  );
  if (cles.length === 0) return () => true;
  return (z) =>
    cles.some(([e, code]) => e === 'france' || (z.echelle === e ? z.code === code : z[e] === code));
}

async function comparer(
  lu: ExportLu,
  lieu: string,
  bibliotheque: Bibliotheque,
  constats: Constats,
): Promise<number> {
  chercherMotifs(lu.brut, lieu, constats);
  if (lu.scripts > 0) constats.violation('export_inconnu', lieu, `${lu.scripts} script(s)`);
  const sujet = sujetDe(lu);
  if (sujet === null) {
    constats.violation('export_inconnu', lieu, 'ni indicateur, ni livraison, ni sous-titre reconnus');
    return 0;
  }
  constats.signale('exports_colonnes', lu.secondes);
  if (sujet.livraison !== null && sujet.livraison !== bibliotheque.id)
    constats.violation('export_inconnu', lieu, `livraison ${sujet.livraison}, auditée : ${bibliotheque.id}`);
  const fonds = sujet.restreint
    ? await bibliotheque.territoire(sujet.territoire, lu.lignes[0]?.code ?? null)
    : bibliotheque.public;
  const { indicateur: i, tranche } = sujet;
  const dedans = dansTerritoire(fonds, sujet.territoire);
  const cellules = fonds.cellules(i, tranche, (z) => z.echelle === sujet.echelle && dedans(z));
  const parCode = new Map(cellules.map((c) => [c.zone.code, c]));
  const parNom = new Map<string, typeof cellules>();
  for (const c of cellules)
    for (const nom of fonds.noms(c.zone)) parNom.set(nom, [...(parNom.get(nom) ?? []), c]);
  let figures = 0;
  for (const l of [...lu.lignes, ...(await rangees(lu, lieu, sujet, parNom))]) {
    const parCle = l.code === null || l.code === '' ? parNom.get(l.nom) : [parCode.get(l.code)];
    jugerFigure(l, parCle?.filter((c) => c !== undefined) ?? [], i, lieu, constats);
    figures++;
  }
  for (const { ligne, echelles } of figuresEnTexte(lu, sujet, fonds)) {
    const nommees = fonds.cellules(
      i,
      tranche,
      (z) => echelles.includes(z.echelle) && fonds.noms(z).includes(ligne.nom),
    );
    jugerFigure(ligne, nommees, i, lieu, constats);
    figures++;
  }
  for (const donnee of lu.donnees) figures += comparerTable(donnee, fonds, lieu, constats);
  // A sheet is never empty: nothing found means that it was not understood.
  if (figures === 0) constats.violation('export_inconnu', lieu, 'aucun chiffre reconnu');
  return figures;
}

/** Rows of a PDF, which only the names of zones can cut. */
async function rangees(
  lu: ExportLu,
  lieu: string,
  sujet: Sujet,
  parNom: ReadonlyMap<string, unknown>,
): Promise<ExportLu['lignes']> {
  if (!lieu.toLowerCase().endsWith('.pdf')) return [];
  const entete = plat(`Base (${variable(sujet.indicateur.variable).unites})`);
  return rangeesPdf(lu.textes, entete, new Set(parNom.keys()));
}
