/** Part 2: losses by échelle, variable, population, millésime and secteur, heaviest first; totals that could not stay. */
import { LIBELLES_ECHELLE, LIBELLES_POPULATION, LIBELLES_SECTEUR } from '../../data/catalogue/echelles.ts';
import { VARIABLES } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES, type Echelle, type Population, type Secteur } from '../../data/contract/zone.ts';
import { indexClasse } from '../../site/carto/classes.ts';
import { accord, majuscule } from '../../site/carto/format.ts';
import type { Donnees } from './donnees.ts';
import { BORNES, COLONNES_SORTS, brut, h, lesSorts, part, tableau, type Html } from './html.ts';
import { ECHELLES_COURTES } from './libelles.ts';
import { cellules, perte, pertesPar, unites, type Sorts } from './pertes.ts';

/** Échelles whose totals are forced: the engine hides one only when nothing else protects a small group. */
const ECHELLES_TOTAUX = ['france', 'region', 'departement', 'epci'] as const satisfies readonly Echelle[];

const libelles = new Map(VARIABLES.map((v) => [v.id, v.libelle]));
/** Label of a variable; a release of another version may name one that the catalogue no longer has. */
export const nomVariable = (id: string) => libelles.get(id) ?? id;
export const nomEchelle = (e: Echelle) => majuscule(LIBELLES_ECHELLE[e].un);

/** One loss table: a row per value of one axis, with the grand total. */
function table(
  legende: string,
  tete: string,
  lignes: readonly (Sorts & { nom: string })[],
  total: Sorts,
): Html {
  return tableau({
    legende,
    colonnes: [{ titre: tete, texte: true }, ...COLONNES_SORTS],
    lignes: lignes.map((l) => [l.nom, ...lesSorts(l)]),
    total: ['Ensemble', ...lesSorts(total)],
  });
}

type Croise = Sorts & { variable: string; echelle: Echelle };

/** Grid of shares of units, variables by échelles, in the classes of the maps; rows in the order given. */
function grille(
  legende: string,
  croises: readonly Croise[],
  variables: readonly (Sorts & { variable: string })[],
  echelles: readonly (Sorts & { echelle: Echelle })[],
  de: 'unites_secondaires' | 'unites_publiees',
): Html {
  const cases = new Map(croises.map((c) => [`${c.variable}/${c.echelle}`, c]));
  const colonnes = ECHELLES.flatMap((e) => echelles.find((x) => x.echelle === e) ?? []);
  const une = (s: Sorts | undefined) => {
    if (s === undefined) return h`<td>–</td>`;
    const p = (100 * s[de]) / (unites(s) || 1);
    const classe = de === 'unites_secondaires' ? ` class="k${indexClasse({ bornes: [...BORNES] }, p)}"` : '';
    return h`<td${brut(classe)}>${part(s[de], unites(s)).replace(/\s%$/, '')}</td>`;
  };
  return tableau({
    legende,
    classe: 'grille',
    colonnes: [
      { titre: 'Variable', texte: true },
      ...colonnes.map(({ echelle: e }) => ({
        titre: h`<abbr title="${nomEchelle(e)}">${ECHELLES_COURTES[e]}</abbr>`,
      })),
      { titre: 'Toutes' },
    ],
    lignes: variables.map((v) => [
      nomVariable(v.variable),
      ...colonnes.map((e) => une(cases.get(`${v.variable}/${e.echelle}`))),
      une(v),
    ]),
    total: ['Toutes', ...colonnes.map(une), une(somme(variables))],
  });
}

function somme(liste: readonly Sorts[]): Sorts {
  const total: Sorts = {
    publiees: 0,
    primaires: 0,
    qualites: 0,
    secondaires: 0,
    unites_publiees: 0,
    unites_primaires: 0,
    unites_qualites: 0,
    unites_secondaires: 0,
  };
  for (const s of liste) for (const k of Object.keys(total) as (keyof Sorts)[]) total[k] += s[k];
  return total;
}

/** Every loss table. */
export async function tablesPertes({ base }: Donnees, total: Sorts): Promise<Html> {
  const echelles = await pertesPar(base, 'echelle');
  const variables = await pertesPar(base, 'variable');
  const croises = await pertesPar(base, 'variable', 'echelle');
  const populations = await pertesPar(base, 'population');
  const millesimes = await pertesPar(base, 'millesime');
  const secteurs = await pertesPar(base, 'secteur');
  const detail = tableau({
    legende: 'Échelle par variable, en nombres, de la plus forte perte à la plus faible',
    colonnes: [
      { titre: 'Variable', texte: true },
      { titre: 'Échelle', texte: true },
      { titre: 'Cellules' },
      { titre: 'Publiées' },
      { titre: 'Secondaires' },
      { titre: 'Unités' },
      { titre: 'Unités publiées' },
      { titre: 'Unités secondaires' },
      { titre: 'Perte' },
    ],
    lignes: croises.map((c) => [
      nomVariable(c.variable),
      nomEchelle(c.echelle),
      cellules(c),
      c.publiees,
      c.secondaires,
      unites(c),
      c.unites_publiees,
      c.unites_secondaires,
      part(c.unites_secondaires, unites(c)),
    ]),
  });
  const sans = croises.filter((c) => perte(c) === 0).length;
  return h`${table(
    'Par échelle',
    'Échelle',
    echelles.map((e) => ({ ...e, nom: nomEchelle(e.echelle) })),
    total,
  )}
<p class="cle" aria-hidden="true"><span class="publie"></span>publiées <span class="secondaire"></span>secondaires <span class="qualite"></span>qualité <span class="primaire"></span>primaires</p>
${grille('Part des unités masquées pour en protéger d’autres, en %', croises, variables, echelles, 'unites_secondaires')}
${grille('Part des unités publiées, en %', croises, variables, echelles, 'unites_publiees')}
<details><summary>Les mêmes croisements en nombres de cellules et d’unités (${croises.length} lignes, dont ${sans} sans perte)</summary>
${detail}</details>
${table(
  'Par population',
  'Population',
  populations.map((p) => ({ ...p, nom: LIBELLES_POPULATION[p.population as Population] })),
  total,
)}
${table(
  'Par millésime',
  'Millésime',
  millesimes.map((m) => ({ ...m, nom: String(m.millesime) })),
  total,
)}
${table(
  'Par secteur',
  'Secteur',
  secteurs.map((s) => ({ ...s, nom: LIBELLES_SECTEUR[s.secteur as Secteur] })),
  total,
)}`;
}

/** Totals from France to EPCI that are hidden, and what the engine had to concede. */
export function totaux({ secret, zones }: Donnees): Html {
  if (secret.totaux.length === 0 && secret.concessions.length === 0)
    return h`<p>Tous les totaux, du pays aux EPCI, sont restés publiés quand leur base le permettait ; le calcul n’a rien eu à concéder.</p>`;
  const noms = new Map(zones.map((z) => [`${z.echelle}/${z.code}`, z.nom]));
  const groupes = [...Map.groupBy(secret.totaux, (t) => `${t.variable}/${t.millesime}`).values()].sort(
    (a, b) => b.length - a.length,
  );
  const compte = (g: readonly { echelle: Echelle }[], e: Echelle) => g.filter((t) => t.echelle === e).length;
  const resume = tableau({
    legende: `Totaux masqués, du pays aux EPCI (${secret.totaux.length}) : publiés, ils laisseraient calculer un petit groupe`,
    colonnes: [
      { titre: 'Variable', texte: true },
      { titre: 'Millésime' },
      ...ECHELLES_TOTAUX.map((e) => ({ titre: majuscule(LIBELLES_ECHELLE[e].plusieurs) })),
      { titre: 'Ensemble' },
    ],
    lignes: groupes.map((g) => [
      nomVariable((g[0] as (typeof g)[number]).variable),
      String((g[0] as (typeof g)[number]).millesime),
      ...ECHELLES_TOTAUX.map((e) => compte(g, e)),
      g.length,
    ]),
    total: ['Ensemble', '', ...ECHELLES_TOTAUX.map((e) => compte(secret.totaux, e)), secret.totaux.length],
  });
  const liste = tableau({
    legende: 'Chaque total masqué',
    colonnes: [
      { titre: 'Zone', texte: true },
      { titre: 'Échelle', texte: true },
      { titre: 'Code', texte: true },
      { titre: 'Variable', texte: true },
      { titre: 'Millésime' },
    ],
    lignes: secret.totaux.map((t) => [
      noms.get(`${t.echelle}/${t.code}`) ?? t.code,
      nomEchelle(t.echelle),
      t.code,
      nomVariable(t.variable),
      String(t.millesime),
    ]),
  });
  return h`${secret.totaux.length > 0 ? h`${resume}<details><summary>La liste des ${accord(secret.totaux.length, 'total masqué', 'totaux masqués')}</summary>${liste}</details>` : null}
${secret.concessions.length > 0 ? h`<h3>Concessions du calcul</h3><ul>${secret.concessions.map((c) => h`<li>${c}</li>`)}</ul>` : null}`;
}
