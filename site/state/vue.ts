/** One view in the page: everything drawn for a state, gathered once and given to table, legend, map and portrait. */
import { classer } from '../carto/classes.ts';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import { cle } from '../../data/contract/cell.ts';
import { ECHELLES_FINES, type Echelle, type Tranche } from '../../data/contract/zone.ts';
import { decimalesAffichees } from '../carto/format.ts';
import type { Repere } from '../carto/legende.ts';
import { SUR_PLUSIEURS } from './textes.ts';
import { lignes, type Ligne } from '../table/lignes.ts';
import {
  cellule,
  celluleFiche,
  rang,
  type Colonne,
  type Donnees,
  type ListeZones,
  type Resume,
} from './donnees.ts';
import { lisZone, tranche, type Etat } from './etat.ts';
import type { Entree } from './recherche.ts';
import { classesSymetriques, difference, indicateurMesure, trancheReference } from './mesure.ts';

export interface VueDonnees {
  readonly etat: Etat;
  /** As shown: of a change or a gap, its unit is points and its ramp has a middle. */
  readonly indicateur: Indicateur;
  /** As in the catalogue. */
  readonly catalogue: Indicateur;
  readonly tranche: Tranche;
  readonly zones: ListeZones;
  readonly colonne: Colonne;
  readonly cellules: readonly Cell[];
  readonly classes: Classes;
  readonly lignes: readonly Ligne[];
  readonly publiees: number;
  /** The cells are differences: nothing of them is baked in the tiles. */
  readonly derivee: boolean;
  /** Millésime that the figure is compared with, its own when it is not a change. */
  readonly avant: number;
  /** Published value the classes are centred on; null for every other way of classing. */
  readonly repere: Repere | null;
  /** Published base of each zone, for circles over colours; null when they are not asked for, or not possible. */
  readonly effectifs: readonly (number | null)[] | null;
  /** What the second map shows, zone by zone in the same order; null for one map. */
  readonly autre: VueDonnees | null;
  /** Échelle named beside each zone, null when there is none to say. */
  readonly parent: Echelle | null;
}

/** Échelles drawn as points. */
export const POINTS: readonly Echelle[] = ['residence', 'batiment', 'cage', 'adresse'];

/** Échelle named beside a zone, to tell homonyms apart. */
export function echelleParent(e: Echelle): Echelle | null {
  if (e === 'commune' || e === 'epci') return 'departement';
  if (e === 'departement') return 'region';
  return e === 'france' || e === 'region' ? null : 'commune';
}

/** Classes of the page: the frozen ones, unless the reader chose a method. */
export function classesDe(e: Etat, i: Indicateur, valeurs: readonly number[], figees: Classes | undefined, centre?: number): Classes {
  if (e.methode === null && figees) return figees;
  const methode = e.methode ?? 'quantiles';
  const decimales = decimalesAffichees(i, e.echelle);
  if (methode === 'manuelle') return classer(valeurs, methode, { decimales, bornes: e.bornes });
  if (methode === 'politique' && !i.bornes) return classer(valeurs, 'quantiles', { k: e.k, decimales });
  return classer(valeurs, methode, { k: e.k, decimales, ...(i.bornes ? { bornes: i.bornes } : {}), ...(centre === undefined ? {} : { centre }) });
} // prettier-ignore

const valeursDe = (cellules: readonly Cell[]) =>
  cellules.flatMap((c) => (c.statut === 'valeur' ? [c.valeur] : []));

/** Gather a view; null when nothing of it is published. */
export async function vueDe(d: Donnees, e: Etat): Promise<VueDonnees | null> {
  const catalogue = indicateur(e.indicateur);
  const t = tranche(e);
  const [zones, colonne, figees] = await Promise.all([
    d.zones(e.echelle),
    d.colonne(e.echelle, catalogue, t),
    d.classes(e.echelle),
  ]);
  if (!colonne) return null;
  const parent = echelleParent(e.echelle);
  const resume = await d.resume();
  const avecParent = parent !== null && resume.echelles.includes(parent) ? parent : null;
  const nomsParents = avecParent ? await d.zones(avecParent) : null;
  const parNom = new Map(nomsParents?.codes.map((c, n) => [c, nomsParents.noms[n] ?? c]));
  const codes = avecParent ? zones[avecParent as 'departement' | 'region' | 'commune'] : [];
  const r = trancheReference(resume.offre, catalogue, e.echelle, t, e.mesure);
  const autre = r ? await d.colonne(e.echelle, catalogue, r) : null;
  const mesure = r && autre ? indicateurMesure(catalogue, e.echelle, e.mesure, t, r) : catalogue;
  const compte = catalogue.calcul === 'nombre';
  const centree = e.methode === 'ecart-type' && !compte;
  const repere = centree ? await repereDe(d, resume, catalogue, t, autre ? r : null) : null;
  // Below and above something: the ramp has a middle.
  const i: Indicateur = centree ? { ...mesure, rampe: 'divergente' } : mesure;
  const simples = zones.codes.map((_, n) => cellule(colonne, n, catalogue));
  const cellules = autre
    ? simples.map((c, n) => difference(c, cellule(autre, n, catalogue), catalogue.decimales))
    : simples;
  const second = e.avec ? await vueDe(d, { ...e, ...e.avec, mesure: 'valeur', avec: null }) : null;
  const valeurs = valeursDe(cellules);
  // The same figure twice has one set of classes, cut on both: the two maps are read with one eye.
  const memes = second !== null && second.catalogue.id === catalogue.id && e.mesure === 'valeur';
  const classes =
    autre && e.methode === null
      ? classesSymetriques(valeurs, i.decimales)
      : memes
        ? classesDe(e, i, [...valeurs, ...valeursDe(second.cellules)], undefined, repere?.valeur)
        : classesDe(e, i, valeurs, figees[cle(i.id, t)], repere?.valeur);
  return {
    etat: e,
    autre: memes ? { ...second, classes, repere } : second,
    repere,
    effectifs:
      e.cercles && cerclesPossibles(e.echelle, catalogue)
        ? simples.map((c) => (c.statut === 'valeur' && typeof c.base === 'number' ? c.base : null))
        : null,
    indicateur: i,
    catalogue,
    tranche: t,
    derivee: autre !== null,
    avant: autre && r ? r.millesime : t.millesime,
    zones,
    colonne,
    cellules,
    classes,
    lignes: lignes(
      zones,
      cellules,
      (n) => {
        const c = codes[n];
        return c ? (parNom.get(c) ?? c) : e.echelle === 'epci' && avecParent ? SUR_PLUSIEURS : '';
      },
      second?.cellules,
    ),
    publiees: valeurs.length,
    parent: avecParent,
  };
}

/** Circles stand on surfaces coloured by a rate: a count has its own, a point has its size. */
export function cerclesPossibles(e: Echelle, i: Indicateur): boolean {
  return i.calcul !== 'nombre' && !POINTS.includes(e);
}

/** Count that each circle of a view stands for: the figure itself, or the base of a rate; null for no circle at all. */
export function comptesDe(v: VueDonnees): readonly (number | null)[] | null {
  if (POINTS.includes(v.etat.echelle)) return null;
  return v.catalogue.calcul === 'nombre'
    ? v.cellules.map((c) => (c.statut === 'valeur' ? c.valeur : null))
    : v.effectifs;
}

/** Are bases classes ("11–19") at this échelle? Then no circle can be drawn, and the legend says so. */
export const basesEnClasses = (e: Echelle): boolean => ECHELLES_FINES.includes(e);

/** Published value of what the atlas is about (the territory, or the country); null when it is hidden or absent. */
async function repereDe(
  d: Donnees,
  resume: Resume,
  i: Indicateur,
  t: Tranche,
  reference: Tranche | null,
): Promise<Repere | null> {
  const { echelle, code } = resume.ensemble;
  const f = (await d.fiches(echelle, code).catch(() => null))?.[0];
  if (!f) return null;
  const c = celluleFiche(f, i, t);
  const x = reference ? difference(c, celluleFiche(f, i, reference), i.decimales) : c;
  return x.statut === 'valeur' ? { nom: f.nom, valeur: x.valeur } : null;
}

/** The chosen zone as the search knows it; null when none is, or when it is of another échelle. */
export function zoneChoisie(v: VueDonnees): Entree | null {
  const zone = v.etat.zone ? lisZone(v.etat.zone) : null;
  const l = zone?.echelle === v.etat.echelle ? v.lignes[rang(v.zones, zone.code)] : undefined;
  return zone && l ? { ...zone, nom: l.nom, parent: l.parent } : null;
}
