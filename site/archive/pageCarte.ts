/** Everything a static map page shows, computed once at build time. */
import { classer } from '../carto/classes.ts';
import { construireLegende, type Legende } from '../carto/legende.ts';
import { cellule, type Fiche } from '../state/donnees.ts';
import { SUR_PLUSIEURS } from '../state/textes.ts';
import { echelleParent } from '../state/vue.ts';
import { lignes, trie, type Ligne } from '../table/lignes.ts';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import type { Encoded } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle, Tranche, Zone } from '../../data/contract/zone.ts';
import { zonesDe } from './release.ts';
import { TOUT, classes, colonne, fichierFiches, zonesEnListe } from './vues.ts';

/** Rows in the page itself; the others come with the script, or by the portraits. */
export const LIGNES_STATIQUES = 120;

export interface PageCarte {
  readonly indicateur: Indicateur;
  readonly tranche: Tranche;
  readonly classes: Classes;
  readonly legende: Legende;
  readonly lignes: readonly Ligne[];
  readonly total: number;
  readonly publiees: number;
  readonly parent: Echelle | null;
}

const noms = new Map<string, string>();
/** Name of a zone by échelle and code; the code when unknown. */
export function nomZone(e: Echelle, code: string): string {
  if (noms.size === 0)
    for (const x of ['region', 'departement', 'epci', 'commune', 'qpv'] as const)
      for (const z of zonesDe(x)) noms.set(`${x} ${z.code}`, z.nom);
  return noms.get(`${e} ${code}`) ?? code;
}

/** Throws when the view is not published: static pages exist for published views only. */
export function pageCarte(e: Echelle, id: string, millesime: number): PageCarte {
  const i = indicateur(id);
  const t: Tranche = { ...TOUT, millesime };
  const col = colonne(e, i, t);
  if (!col) throw new Error(`nothing published for ${e} ${id} ${millesime}`);
  const z = zonesEnListe(e);
  const cellules = z.codes.map((_, n) => cellule(col, n, i));
  const valeurs = cellules.flatMap((c) => (c.statut === 'valeur' ? [c.valeur] : []));
  const k = classes(e, i, t) ?? classer(valeurs, 'quantiles', { decimales: i.decimales });
  const parent = echelleParent(e);
  const liste = lignes(z, cellules, (n) => {
    const code = parent === 'departement' ? z.departement[n] : parent === 'region' ? z.region[n] : null;
    return parent && code ? nomZone(parent, code) : e === 'epci' ? SUR_PLUSIEURS : '';
  });
  return {
    indicateur: i,
    tranche: t,
    classes: k,
    legende: construireLegende({ indicateur: i, classes: k, cellules, echelle: e }),
    lignes: trie(liste, 'rang', true),
    total: liste.length,
    publiees: valeurs.length,
    parent,
  };
}

/** A zone with all its published columns. */
export function fiche(z: Zone): Fiche {
  const f = fichierFiches(z);
  return {
    echelle: z.echelle,
    code: z.code,
    nom: z.nom,
    colonne: (c): Encoded | undefined => f.colonnes[c]?.[0],
  };
}

/** The country's own fiche; null when the release has no figure for the country. */
export function fichePays(): Fiche | null {
  const z = zonesDe('france')[0];
  return z ? fiche(z) : null;
}

/** A zone and its references, nearest first, as site/state/donneesPubliques.ts gives them in the page. */
export function fichesDe(z: Zone): Fiche[] {
  const parents: [Echelle, string | undefined][] = [
    ['epci', z.echelle === 'commune' ? z.epci : undefined],
    ['departement', z.departement],
    ['region', z.region],
  ];
  const liste = parents.flatMap(([e, c]) => {
    const p = c && e !== z.echelle ? zonesDe(e).find((x) => x.code === c) : undefined;
    return p ? [fiche(p)] : [];
  });
  const pays = z.echelle === 'france' ? null : fichePays();
  return [fiche(z), ...liste, ...(pays ? [pays] : [])];
}
