/** How large residences are: odds of houses and periods, dwellings per address. */
import {
  ADRESSE,
  MAISONS,
  MAISONS_PAR_POINT,
  PERIODES_HORS_QPV,
  PERIODES_QPV,
} from '../../data/demo/distributions.ts';
import type { Hasard } from './hasard.ts';
import type { Commune } from './pays.ts';

export interface Modele {
  /** Weights of periods per residence. */
  readonly periodes: readonly number[];
  /** Probability that a residence of the period is a group of houses. */
  readonly maisons: readonly number[];
}
const modeles = new Map<string, Modele>();

/**
 * The published shares count dwellings; residences are drawn one by one and blocks hold more dwellings than house
 * groups. Shares are turned into odds per residence with the mean size of each kind.
 */
export function modeleDe(qpv: boolean, rural: number, population: number, adresse: number): Modele {
  const petite = tailleBourg(population);
  const cle = `${qpv} ${rural} ${petite} ${adresse}`;
  let m = modeles.get(cle);
  if (m) return m;
  const queue = adresse * Math.exp(ADRESSE.sigma ** 2 / 2);
  const blocs = qpv
    ? ADRESSE.medianeQpv * queue * 4.5
    : ADRESSE.mediane * petite * queue * (population < 2500 ? 1.25 : 3.15);
  const groupes = qpv ? 9.8 : rural === 1 ? 5.6 : 7.9;
  const parts = MAISONS.map((v) => Math.min(0.88, v * (qpv ? 0.16 : 0.68) + (qpv ? 0 : rural * 0.27)));
  const maisons = parts.map((v) => (v * blocs) / (groupes + v * (blocs - groupes)));
  const periodes = (qpv ? PERIODES_QPV : PERIODES_HORS_QPV).map(
    (v, k) => v / (maisons[k]! * groupes + (1 - maisons[k]!) * blocs),
  );
  m = { periodes, maisons };
  modeles.set(cle, m);
  return m;
}

/** Blocks of villages and small towns are smaller. */
const tailleBourg = (population: number) => (population < 2500 ? 0.45 : population < 10_000 ? 0.75 : 1);

/** Houses of one group, address by address. */
export function taillesMaisons(h: Hasard, qpv: boolean, rural: number): number[] {
  const point = () => {
    const m = MAISONS_PAR_POINT[h.pondere(MAISONS_PAR_POINT.map((q) => q.poids))]!;
    return h.entier(m.de, rural === 1 ? Math.min(m.a, 9) : m.a);
  };
  const nombre = h.oui(0.55) ? 1 : h.entier(2, qpv ? 6 : 4);
  return Array.from({ length: nombre }, point);
}

/** Entrances of one programme resemble each other; a few towers hold a hundred flats behind one door. */
export function taillesCollectif(h: Hasard, qpv: boolean, c: Commune, adresse: number): number[] {
  const petite = tailleBourg(c.population);
  const mediane = (qpv ? ADRESSE.medianeQpv : ADRESSE.mediane) * petite * adresse;
  const taille = Math.min(ADRESSE.max, Math.max(1, h.logNormale(mediane, ADRESSE.sigma)));
  const r = h.u();
  const nombre =
    c.population < 2500
      ? r < 0.75
        ? 1
        : 2
      : qpv
        ? 1 + Math.floor(r * r * 12)
        : 1 + Math.floor(r ** 2.4 * 9);
  return Array.from({ length: nombre }, () =>
    Math.min(ADRESSE.max, Math.max(1, Math.round(taille * h.entre(0.72, 1.28)))),
  );
}
