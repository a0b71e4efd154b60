/**
 * What is shown of a figure: its value, its change between two millésimes, or the gap between recent movers and all.
 * A difference is made of two published values; where one is hidden the difference is hidden.
 */
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import { ECHELLES_FINES, type Echelle, type Tranche } from '../../data/contract/zone.ts';
import { millesimesOfferts, tranchesDe } from './choix.ts';
import { cleTranche, type Offre } from './donnees.ts';

export const MESURES = ['valeur', 'evolution', 'ecart'] as const;
export type Mesure = (typeof MESURES)[number];

/** Slice that is subtracted, null when the measure does not exist for this view. */
export function trancheReference(o: Offre, i: Indicateur, e: Echelle, t: Tranche, m: Mesure): Tranche | null {
  if (m === 'valeur' || i.calcul === 'nombre') return null;
  const reference =
    m === 'ecart'
      ? t.population === 'ER' ? { ...t, population: 'ENS' as const } : null
      : { ...t, millesime: millesimesOfferts(o, i, e).find((x) => x < t.millesime) ?? 0 };
  if (m === 'evolution' && i.comparabilite !== '') return null;
  return reference && tranchesDe(o, i, e).includes(cleTranche(reference)) ? reference : null;
} // prettier-ignore

/** Why a measure is not offered, an end of sentence; null when it is. */
export function pourquoiPas(o: Offre, i: Indicateur, e: Echelle, t: Tranche, m: Mesure): string | null {
  if (m === 'valeur') return null;
  const essai = m === 'ecart' ? { ...t, population: 'ER' as const } : t;
  if (tranchesDe(o, i, e).includes(cleTranche(essai)) && trancheReference(o, i, e, essai, m)) return null;
  if (i.calcul === 'nombre') return 'se lit sur une part ou une moyenne, pas sur un nombre.';
  if (m === 'evolution' && i.comparabilite !== '') return `non comparable dans le temps. ${i.comparabilite}`;
  return m === 'evolution'
    ? 'il n’y a pas de millésime publié avant celui-ci.'
    : 'ce chiffre n’est pas publié ici pour les emménagés récents.';
}

/** The indicateur as shown for a measure: points instead of percent, a ramp around zero. */
export function indicateurMesure(i: Indicateur, e: Echelle, m: Mesure, t: Tranche, r: Tranche): Indicateur {
  const quoi = m === 'evolution' ? `évolution ${r.millesime}–${t.millesime}` : 'écart des emménagés récents à l’ensemble'; // prettier-ignore
  const part = i.calcul === 'part';
  return {
    ...i,
    libelle: `${i.libelle}, ${quoi}`,
    court: m === 'evolution' ? 'Évolution' : 'Écart',
    calcul: 'moyenne',
    unite: part ? 'points' : i.unite,
    decimales: part && ECHELLES_FINES.includes(e) ? 0 : i.decimales,
    rampe: 'divergente',
  };
}

/** Difference of two cells. */
export function difference(a: Cell, b: Cell, decimales: number): Cell {
  if (a.statut === 'valeur' && b.statut === 'valeur') {
    const d = 10 ** decimales;
    return {
      statut: 'valeur',
      valeur: (Math.round(a.valeur * d) - Math.round(b.valeur * d)) / d,
      base: a.base,
    };
  }
  const statuts = [a.statut, b.statut];
  return { statut: statuts.includes('s') ? 's' : statuts.includes('nd') ? 'nd' : 'so' };
}

/**
 * Classes around zero, the same on both sides, from published differences. Zero is a bound: a colour never says that a
 * rise is a fall, nor that a gap of seven points is none.
 */
export function classesSymetriques(valeurs: readonly number[], decimales: number): Classes {
  const tri = valeurs.map(Math.abs).sort((a, b) => a - b);
  const q = (p: number) => {
    const pas = 10 ** decimales;
    return Math.round((tri[Math.floor(p * (tri.length - 1))] ?? 0) * pas) / pas;
  };
  const positives = [...new Set([q(1 / 3), q(2 / 3)])].filter((x) => x > 0);
  return {
    methode: 'symetrique',
    bornes: positives.length > 0 ? [...positives.map((x) => -x).reverse(), 0, ...positives] : [],
    min: tri.length > 0 ? Math.min(...valeurs) : 0,
    max: tri.length > 0 ? Math.max(...valeurs) : 0,
  };
}
