/** What the public audience alone loses: rule P7, and the cells hidden so that none under it can be computed. */
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { VARIABLES } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_ECHELLE, LIBELLES_SECTEUR } from '../../data/catalogue/echelles.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { ECHELLES, SECTEURS, type Echelle, type Secteur } from '../../data/contract/zone.ts';
import { accord, majuscule } from '../../site/carto/format.ts';
import { texte } from '../lib/duckdb.ts';
import type { Donnees } from './donnees.ts';
import { h, part, tableau, type Html } from './html.ts';

interface Perte {
  millesime: number;
  echelle: Echelle;
  code: string;
  secteur: Secteur;
  dominees: number;
  voisines: number;
  unites: number;
}

const liste = (mots: readonly string[]) => mots.map(texte).join(', ');

/** Section of part 2; nothing when the public loses nothing more than everybody. */
export async function diffusionPublique({
  base,
  zones,
}: Pick<Donnees, 'base' | 'zones'>): Promise<Html | null> {
  const lignes = await base.lignes<Perte>(
    `select millesime, echelle, code, secteur, count(*) filter (raison = 'P7') as dominees, count(*) filter (raison <> 'P7') as voisines, sum(unites) as unites from publiques group by all`,
  );
  if (lignes.length === 0) return null;
  const rang = (l: Perte) => ECHELLES.indexOf(l.echelle) * SECTEURS.length + SECTEURS.indexOf(l.secteur);
  lignes.sort((a, b) => b.millesime - a.millesime || rang(a) - rang(b) || (a.code < b.code ? -1 : 1));
  const variables = VARIABLES.filter((v) => v.source === 'ops').map((v) => v.id);
  // Where the public may look: France, régions and départements for the survey.
  const [admises] = await base.lignes<{ publiees: number; unites_publiees: number }>(
    `select coalesce(sum(publiees), 0) as publiees, coalesce(sum(unites_publiees), 0) as unites_publiees from pertes where variable in (${liste(variables)}) and echelle in (${liste(ECHELLES_PUBLIQUES.menages)})`,
  );
  const { publiees = 0, unites_publiees = 0 } = admises ?? {};
  const somme = (de: (l: Perte) => number) => lignes.reduce((s, l) => s + de(l), 0);
  const [dominees, voisines, unites] = [
    somme((l) => l.dominees),
    somme((l) => l.voisines),
    somme((l) => l.unites),
  ];
  const noms = new Map(zones.map((z) => [`${z.echelle}/${z.code}`, z.nom]));
  const table = tableau({
    legende: 'Zones dont le public perd des chiffres d’enquête, toutes variables et populations',
    colonnes: [
      { titre: 'Zone', texte: true },
      { titre: 'Sous P7' },
      { titre: 'Pour les protéger' },
      { titre: 'Unités' },
      { titre: 'Secteur', texte: true },
      { titre: 'Millésime' },
      { titre: 'Échelle', texte: true },
    ],
    lignes: lignes.map((l) => [
      noms.get(`${l.echelle}/${l.code}`) ?? l.code,
      l.dominees,
      l.voisines,
      l.unites,
      LIBELLES_SECTEUR[l.secteur],
      String(l.millesime),
      majuscule(LIBELLES_ECHELLE[l.echelle].un),
    ]),
    total: ['Ensemble', dominees, voisines, unites, '', '', ''],
  });
  return h`<h3>Diffusion publique : règle P7</h3>
<p>Là où un bailleur détient plus de ${REGLES.dominance} % des logements, le public ne voit aucun chiffre d’enquête, ni de quoi le recalculer : ${accord(dominees, 'cellule masquée', 'cellules masquées')} par la règle et ${accord(voisines, 'autre', 'autres')} pour les protéger, soit ${part(dominees + voisines, publiees)} des ${accord(publiees, 'cellule', 'cellules')} d’enquête que les règles P1 à P6 laissent voir à ces échelles (${part(unites, unites_publiees)} des unités). Les autres tableaux les comptent comme publiées.</p>
${table}`;
}
