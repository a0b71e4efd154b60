/** From a wish to a view that exists: availability of indicateurs by échelle, population, secteur and millésime. */
import { variable } from '../../data/catalogue/indicators/index.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { ECHELLES, type Echelle, type Population, type Secteur } from '../../data/contract/zone.ts';
import type { Offre } from './donnees.ts';
import type { Etat } from './etat.ts';

export type Choix = Pick<Etat, 'echelle' | 'indicateur' | 'millesime' | 'population' | 'secteur'>;

/** Slices of an indicateur at an échelle. */
export function tranchesDe(o: Offre, i: Indicateur, e: Echelle): readonly string[] {
  return o[i.variable]?.[e] ?? [];
}

/** Échelles with a map of this indicateur, widest first; the whole country is a reference, not a map. */
export function echellesCarte(o: Offre, i: Indicateur): Echelle[] {
  return ECHELLES.filter((e) => e !== 'france' && tranchesDe(o, i, e).length > 0);
}

export function millesimesOfferts(o: Offre, i: Indicateur, e: Echelle): number[] {
  return [...new Set(tranchesDe(o, i, e).map((s) => Number(s.split('.')[2])))].sort((a, b) => b - a);
}

export function populationsOffertes(o: Offre, i: Indicateur, e: Echelle): Population[] {
  const p = new Set(tranchesDe(o, i, e).map((s) => s.split('.')[0]));
  return (['ENS', 'ER'] as const).filter((x) => p.has(x));
}

export function secteursOfferts(o: Offre, i: Indicateur, e: Echelle): Secteur[] {
  const p = new Set(tranchesDe(o, i, e).map((s) => s.split('.')[1]));
  return (['tous', 'qpv', 'hqpv'] as const).filter((x) => p.has(x));
}

/**
 * The nearest view that is published: the wished échelle, else the finest one above it, else the finest there is;
 * then the wished slice, else the most recent millésime, all households, all sectors.
 * @returns null when nothing of the indicateur is published
 */
export function realisable(o: Offre, i: Indicateur, voulu: Choix): Choix | null {
  const possibles = echellesCarte(o, i);
  const rangVoulu = ECHELLES.indexOf(voulu.echelle);
  const echelle = possibles.includes(voulu.echelle)
    ? voulu.echelle
    : (possibles.filter((e) => ECHELLES.indexOf(e) < rangVoulu).at(-1) ?? possibles.at(-1));
  if (!echelle) return null;
  const t = tranchesDe(o, i, echelle);
  const essaie = (p: Population, s: Secteur, m: number) =>
    t.includes(`${p}.${s}.${m}`)
      ? { echelle, indicateur: i.id, population: p, secteur: s, millesime: m }
      : null;
  const dernier = millesimesOfferts(o, i, echelle)[0] ?? voulu.millesime;
  const { population: p, secteur: s, millesime: m } = voulu;
  return (
    essaie(p, s, m) ?? essaie(p, s, dernier) ?? essaie(p, 'tous', m) ?? essaie(p, 'tous', dernier) ??
    essaie('ENS', s, m) ?? essaie('ENS', 'tous', m) ?? essaie('ENS', 'tous', dernier)
  ); // prettier-ignore
}

/** Name of what is counted, for the switch: households for the survey, dwellings for the register. */
export function estOps(i: Indicateur): boolean {
  return variable(i.variable).source === 'ops';
}
