/** From a state and a wish to the state that follows: what is published nearest to the wish. */
import { INDICATEURS } from '../../data/catalogue/indicators/index.ts';
import { avecRealisable, realisable, type Choix } from './choix.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { rang, type Donnees, type Offre } from './donnees.ts';
import { lisZone, type Etat } from './etat.ts';
import { trancheReference } from './mesure.ts';

export interface Prochain {
  readonly voulu: Etat;
  /** The view that is published. */
  readonly c: Choix;
  /** Its échelle is not the wished one. */
  readonly refusee: boolean;
  /** The state that follows, its zone still the wished one. */
  readonly etat: Etat;
}

/** What follows a wish; null when nothing of the indicateur is published. */
export function prochain(offre: Offre, etat: Etat, partiel: Partial<Etat>): Prochain | null {
  // The gap of recent movers is theirs: asked for, it is shown.
  const ecart = partiel.mesure === 'ecart' ? { population: 'ER' as const } : {};
  const voulu = { ...etat, ...partiel, ...ecart };
  const i = INDICATEURS.find((x) => x.id === voulu.indicateur);
  const c = i && realisable(offre, i, voulu);
  if (!i || !c) return null;
  const mesure = trancheReference(offre, i, c.echelle, c, voulu.mesure) ? voulu.mesure : 'valeur';
  const avec = voulu.avec && avecRealisable(offre, c.echelle, voulu.avec);
  return { voulu, c, refusee: c.echelle !== voulu.echelle, etat: { ...voulu, ...c, avec, mesure } };
}

/** What the titles say of a state, and the zone: a change of these is spoken. */
export const nomme = ({
  indicateur: i,
  echelle,
  millesime,
  population,
  secteur,
  mesure,
  zone,
}: Etat): string => [i, echelle, millesime, population, secteur, mesure, zone].join();

/** Zone of a wider échelle that holds the wished one; null where there is none. */
export async function zoneA(d: Donnees, echelle: Echelle, voulue: string | null): Promise<string | null> {
  const z = voulue ? lisZone(voulue) : null;
  if (!z) return null;
  if (echelle !== 'epci' && echelle !== 'departement' && echelle !== 'region') return null;
  const liste = await d.zones(z.echelle).catch(() => null);
  const code = liste?.[echelle][rang(liste, z.code)];
  return code ? `${echelle}:${code}` : null;
}
