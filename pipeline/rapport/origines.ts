/** Parts 4 and 5: where the loss comes from, and which commands tell more. */
import { indicateursDe, VARIABLES } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_POPULATION, LIBELLES_SECTEUR } from '../../data/catalogue/echelles.ts';
import { texte } from '../lib/duckdb.ts';
import type { Donnees } from './donnees.ts';
import { barre, h, part, tableau, type Html, type Morceau } from './html.ts';
import { CAUSE_INCONNUE, CAUSES } from './libelles.ts';
import { LIBELLES_REGLE } from '../../data/catalogue/secret.ts';
import {
  causes,
  cellules,
  cellulesPerdues,
  pertesPar,
  regles,
  unites,
  type CellulePerdue,
} from './pertes.ts';
import { nomEchelle, nomVariable } from './tables.ts';

const COMBIEN = 20;
const cause = (genre: string | null) => CAUSES[genre ?? ''] ?? CAUSE_INCONNUE;

/** Everything of part 4. */
export async function origines(d: Donnees, perdues: readonly CellulePerdue[]): Promise<Html> {
  const genres = await causes(d.base);
  const secondaires = genres.reduce((s, g) => s + g.cellules, 0);
  const parCause = tableau({
    legende: 'Cellules masquées pour en protéger d’autres, par cause',
    colonnes: [
      { titre: 'Cause', texte: true },
      { titre: 'Ce qui arriverait si la cellule était publiée', texte: true },
      { titre: 'Cellules' },
      { titre: 'Part' },
      { titre: 'Unités' },
    ],
    lignes: genres.map((g) => [
      cause(g.genre).nom,
      cause(g.genre).phrase,
      g.cellules,
      part(g.cellules, secondaires),
      g.unites,
    ]),
    total: [
      'Ensemble',
      '',
      secondaires,
      part(secondaires, secondaires),
      genres.reduce((s, g) => s + g.unites, 0),
    ],
  });
  const seules = await regles(d.base);
  const premieres = seules.reduce((s, r) => s + r.cellules, 0);
  const parRegle = tableau({
    legende: 'Cellules masquées pour elles-mêmes, par règle',
    colonnes: [
      { titre: 'Règle', texte: true },
      { titre: 'Motif', texte: true },
      { titre: 'Cellules' },
      { titre: 'Part' },
      { titre: 'Unités' },
    ],
    lignes: seules.map((r) => [
      r.raison,
      LIBELLES_REGLE[r.raison] ?? '',
      r.cellules,
      part(r.cellules, premieres),
      r.unites,
    ]),
    total: ['Ensemble', '', premieres, part(premieres, premieres), seules.reduce((s, r) => s + r.unites, 0)],
  });
  return h`${secondaires > 0 ? parCause : h`<p>Aucune cellule n’a été masquée pour en protéger une autre.</p>`}
${parRegle}
${await territoires(d)}
${await lesCellules(d, perdues)}`;
}

/** EPCI by units lost; nothing for a single one, which part 3 tells by commune. */
async function territoires({ base, zones }: Donnees): Promise<Html | null> {
  const lignes = await pertesPar(base, 'epci');
  if (lignes.length < 2) return null;
  const noms = new Map(zones.flatMap((z) => (z.echelle === 'epci' ? [[z.code, z.nom] as const] : [])));
  const tri = lignes.toSorted(
    (a, b) => b.unites_secondaires - a.unites_secondaires || (a.epci < b.epci ? -1 : 1),
  );
  const montres = tri.slice(0, COMBIEN);
  const perdues = tri.reduce((s, l) => s + l.unites_secondaires, 0);
  return tableau({
    legende: `Les ${montres.length} EPCI qui perdent le plus d’unités, toutes variables et échelles de l’EPCI à l’adresse (${part(
      montres.reduce((s, l) => s + l.unites_secondaires, 0),
      perdues,
    )} de la perte totale)`,
    colonnes: [
      { titre: 'EPCI', texte: true },
      { titre: 'Code', texte: true },
      { titre: 'Cellules' },
      { titre: 'Secondaires' },
      { titre: 'Part des cellules' },
      { titre: 'Unités secondaires' },
      { titre: 'Part des unités' },
      { titre: 'Unités par sort', texte: true },
    ],
    lignes: montres.map((l) => [
      noms.get(l.epci) ?? l.epci,
      l.epci,
      cellules(l),
      l.secondaires,
      part(l.secondaires, cellules(l)),
      l.unites_secondaires,
      part(l.unites_secondaires, unites(l)),
      barre(l),
    ]),
  });
}

/** Names of places: zones of the tables stage, then addresses, residences, buildings and staircases with their commune. */
async function nomsDe(
  { base, zones }: Donnees,
  liste: readonly CellulePerdue[],
): Promise<Map<string, string>> {
  const noms = new Map(zones.map((z) => [`${z.echelle}/${z.code}`, z.nom]));
  if (liste.length === 0) return noms;
  const lieux = await base.lignes<{
    echelle: string;
    code: string;
    nom: string | null;
    commune: string | null;
  }>(
    `select echelle, code, first(nom order by nom) as nom, first(commune order by commune) as commune from lieux where code in (${liste.map((c) => texte(c.code)).join(', ')}) group by echelle, code`,
  );
  for (const l of lieux) {
    const commune = noms.get(`commune/${l.commune ?? ''}`);
    noms.set(
      `${l.echelle}/${l.code}`,
      [l.nom, commune].filter((x) => x !== null && x !== undefined).join(', '),
    );
  }
  return noms;
}

const nomEtCode = (nom: string | undefined, code: string): Html =>
  nom === undefined || nom === '' || nom === code
    ? h`<code>${code}</code>`
    : h`${nom}<br><code>${code}</code>`;

async function lesCellules(d: Donnees, perdues: readonly CellulePerdue[]): Promise<Html | null> {
  if (perdues.length === 0) return null;
  const noms = await nomsDe(d, perdues);
  return tableau({
    legende: `Les ${perdues.length} cellules qui perdent le plus d’unités, toutes leurs variables ensemble`,
    colonnes: [
      { titre: 'Zone', texte: true },
      { titre: 'Unités perdues' },
      { titre: 'Unités de la zone' },
      { titre: 'Variables' },
      { titre: 'Échelle', texte: true },
      { titre: 'Tranche', texte: true },
      { titre: 'Cause d’origine', texte: true },
      { titre: 'Variable en cause', texte: true },
    ],
    lignes: perdues.map((c): Morceau[] => [
      nomEtCode(noms.get(`${c.echelle}/${c.code}`), c.code),
      c.perte,
      c.unites,
      c.variables,
      nomEchelle(c.echelle),
      `${c.population === 'ENS' ? 'Ensemble' : LIBELLES_POPULATION[c.population]}, ${LIBELLES_SECTEUR[c.secteur].toLowerCase().replace('qpv', 'QPV')}, ${c.millesime}`,
      cause(c.genre).nom,
      nomVariable(c.variable),
    ]),
  });
}

/** Top slices of the report, read once for parts 4 and 5. */
export const lesPerdues = ({ base }: Donnees) => cellulesPerdues(base, COMBIEN);

/** Part 5: commands to copy, with the heaviest cell of this very release. */
export function suite(perdues: readonly CellulePerdue[]): Html {
  const [c] = perdues.filter(({ variable }) => VARIABLES.some((v) => v.id === variable));
  const indicateur = c === undefined ? undefined : indicateursDe(c.variable)[0]?.id;
  const exemple =
    c === undefined || indicateur === undefined
      ? 'carto explain ZONE INDICATEUR --vers DIR'
      : `carto explain ${c.echelle}:${c.code} ${indicateur} --millesime ${c.millesime} --population ${c.population} --secteur ${c.secteur} --vers DIR`;
  const commande = (texteCommande: string, phrase: string) =>
    h`<dt><code>${texteCommande}</code></dt><dd>${phrase}</dd>`;
  return h`<p>Chaque commande se lance avec <code>npm run carto --</code> devant son nom, sur la machine du producteur, à côté du dossier confidentiel. DIR est le dossier des livraisons.</p>
<dl class="commandes">
${commande(exemple, 'La vie d’une cellule : champ, réponses, règle appliquée, publiée ou non. Affiche des nombres confidentiels.')}
${commande('carto audit DIR/courante --dump SORTIE', 'Écrit chaque système de relations (cells.csv, relations.csv) pour qu’un tiers le vérifie avec un autre logiciel. Confidentiel.')}
${commande('carto audit DIR/courante --complet', 'Cherche les groupes calculables de toute taille, et non seulement les restes, les paires et les triplets.')}
${commande('carto argus DIR/courante --vers SORTIE --variable ops_res --epci CODE', 'Écrit une table pour τ-Argus et sdcTable (fichiers JJ, TAB, RDA, HRC), avec le statut et la règle de chaque cellule, pour un expert. Confidentiel.')}
${commande('carto build --totaux exiges', 'Refuse la livraison si un total, du pays aux EPCI, ne peut pas rester publié.')}
</dl>
<p>Les fichiers d’origine de ce rapport : <code>confidentiel/secret/pertes.parquet</code> (une ligne par millésime, variable, population, échelle, secteur et EPCI) et <code>confidentiel/secret/raisons.parquet</code> (une ligne par cellule masquée, avec sa cause).</p>`;
}
