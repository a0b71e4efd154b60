/** Verdicts into encoded columns of both audiences: the last place where exact counts are in reach. */
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';
import type { NiveauZones } from './atomes.ts';
import { cleReserve, VOISINE, type Dominances, type Reserves } from './dominance.ts';
import { Colonnes, pose } from './publication.ts';
import { sortDe } from './raisons.ts';
import type { Verdict } from './verdict.ts';

/**
 * Numbers of cells by fate; printed and kept in rapport.json. Fates are those of rules P1 to P6 and of the cells around
 * them; among published cells, the public audience loses `publicDominees` to P7 and `publicVoisines` around those.
 */
export interface ComptesSecret {
  cellules: number;
  publiees: number;
  primaires: number;
  secondaires: number;
  qualite: number;
  publicDominees: number;
  publicVoisines: number;
}
export const comptesVides = (): ComptesSecret => ({
  cellules: 0,
  publiees: 0,
  primaires: 0,
  secondaires: 0,
  qualite: 0,
  publicDominees: 0,
  publicVoisines: 0,
});
const COMPTE = {
  publiee: 'publiees',
  primaire: 'primaires',
  qualite: 'qualite',
  secondaire: 'secondaires',
} as const;

/** Columns of a zone: (échelle, key) where fine zones are keyed by code|epci. */
export const cleZone = (niveau: NiveauZones, z: number): string =>
  niveau.split ? (niveau.codes[z] as string) : (niveau.cles[z] as string);

export type ParEchelle = Map<Echelle, Colonnes>;

function range(parEchelle: ParEchelle, e: Echelle): Colonnes {
  let c = parEchelle.get(e);
  if (c === undefined) parEchelle.set(e, (c = new Colonnes()));
  return c;
}

/** Rule P7 for the public audience: who exceeds the ceiling, and what is hidden around it (dominance.ts). */
export interface RegleP7 {
  dominances: Dominances;
  reserves: Reserves;
}

/** Write the verdict of one variable into the columns of both audiences. */
export function publie(
  v: Variable,
  millesime: number,
  verdicts: readonly Verdict[],
  sortie: { public: ParEchelle; territoire: ParEchelle },
  { dominances, reserves }: RegleP7,
  rapport: ComptesSecret,
): void {
  const ens = new Map(verdicts.filter((d) => d.population === 'ENS').map((d) => [d.niveau, d]));
  for (const d of verdicts) {
    const { niveau, comptes: c } = d;
    if (!niveau.publie) continue;
    const publique = ECHELLES_PUBLIQUES[v.famille].includes(niveau.echelle);
    for (let z = 0; z < niveau.cles.length; z++) {
      const t: Tranche = {
        population: d.population,
        secteur: niveau.secteurs[z] ?? 'tous',
        millesime,
      };
      const [n, r, u] = [c.n[z] as number, c.r[z] as number, c.u[z] as number];
      const ensemble = ens.get(niveau)?.comptes.n[z] ?? 0;
      const logements = c.logements[z] as number;
      // No unit: "so" where there is no dwelling, "nd" where there are dwellings that were not surveyed; a population of
      // recent movers that is empty among surveyed households is itself a figure, hence secret.
      const vide =
        n > 0
          ? null
          : d.population === 'ER' && ensemble > 0
            ? 's'
            : logements === 0
              ? 'so'
              : v.source === 'ops'
                ? 'nd'
                : 'so';
      const cache = d.cache[z] === 1;
      rapport.cellules++;
      const cellule = cache
        ? ({ statut: 's' } as const)
        : vide !== null
          ? ({ statut: vide } as const)
          : u === 0
            ? ({ statut: 'nd' } as const)
            : ({ statut: 'valeur', r, u, x: (id: string) => c.x.get(id)?.[z] ?? 0 } as const);
      if (cellule.statut === 'valeur') rapport.publiees++;
      if (cache) rapport[COMPTE[sortDe(d, z)]]++;
      {
        const colonnes = range(sortie.territoire, niveau.echelle);
        pose(colonnes, colonnes.ligne(cleZone(niveau, z)), v, t, niveau.echelle, cellule);
      }
      if (publique) {
        const colonnes = range(sortie.public, niveau.echelle);
        const dominee =
          v.source === 'ops' &&
          dominances.depasse(millesime, niveau.echelle, niveau.codes[z] as string, t.secteur);
        const voisine = reserves.get(cleReserve(v.id, d))?.raison[z] === VOISINE;
        const reservee = cellule.statut === 'valeur' && (dominee || voisine);
        if (reservee) rapport[dominee ? 'publicDominees' : 'publicVoisines']++;
        pose(
          colonnes,
          colonnes.ligne(cleZone(niveau, z)),
          v,
          t,
          niveau.echelle,
          reservee ? { statut: 's' } : cellule,
        );
      }
    }
  }
}
