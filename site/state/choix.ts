/** From a wish to a view that exists: availability of indicateurs by échelle, population, secteur and millésime. */
import { INDICATEURS, variable } from '../../data/catalogue/indicators/index.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { ECHELLES, type Echelle, type Population, type Secteur } from '../../data/contract/zone.ts';
import type { Offre } from './donnees.ts';
import type { Avec, Etat } from './etat.ts';

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

/** The wished second view if it is published at this échelle, else its nearest slice there; null when there is none. */
export function avecRealisable(o: Offre, e: Echelle, a: Avec): Avec | null {
  const i = INDICATEURS.find((x) => x.id === a.indicateur);
  if (!i || tranchesDe(o, i, e).length === 0) return null;
  const c = realisable(o, i, { ...a, echelle: e });
  return c && { indicateur: c.indicateur, population: c.population, secteur: c.secteur, millesime: c.millesime };
} // prettier-ignore

/**
 * The second map offered first: the other population, else the previous millésime where it may be compared, else
 * the sector of priority neighbourhoods, else the next indicateur of the theme.
 */
export function avecParDefaut(o: Offre, i: Indicateur, c: Choix): Avec {
  const { population, secteur, millesime } = c;
  const t = tranchesDe(o, i, c.echelle);
  const ici = { indicateur: i.id, population, secteur, millesime };
  const avant = millesimesOfferts(o, i, c.echelle).find((m) => m < millesime);
  const essais: Avec[] = [
    { ...ici, population: population === 'ENS' ? 'ER' : 'ENS' },
    ...(avant !== undefined && i.comparabilite === '' ? [{ ...ici, millesime: avant }] : []),
    ...(secteur === 'qpv' ? [] : [{ ...ici, secteur: 'qpv' as const }]),
  ];
  const publie = essais.find((a) => t.includes(`${a.population}.${a.secteur}.${a.millesime}`));
  if (publie) return publie;
  const theme = variable(i.variable).theme;
  const autre = INDICATEURS.find((x) => x.id !== i.id && variable(x.variable).theme === theme && tranchesDe(o, x, c.echelle).length > 0); // prettier-ignore
  return (autre && avecRealisable(o, c.echelle, { ...ici, indicateur: autre.id })) ?? ici;
}

/** Name of what is counted, for the switch: households for the survey, dwellings for the register. */
export function estOps(i: Indicateur): boolean {
  return variable(i.variable).source === 'ops';
}
