/** Verdicts into encoded columns of both audiences: the last place where exact counts are in reach. */
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';
import type { Base } from '../lib/duckdb.ts';
import type { NiveauZones } from './atomes.ts';
import { Colonnes, pose } from './publication.ts';
import { sortDe } from './raisons.ts';
import type { Verdict } from './verdict.ts';

/** Numbers of cells by fate, all audiences; printed and kept in rapport.json. */
export interface ComptesSecret {
  cellules: number;
  publiees: number;
  primaires: number;
  secondaires: number;
  qualite: number;
}
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

export interface Dominances {
  depasse(millesime: number, echelle: Echelle, code: string, secteur: string): boolean;
}

export async function lisDominances(base: Base): Promise<Dominances> {
  const trop = new Set(
    (
      await base.lignes<{ k: string }>(
        `select concat_ws('/', millesime, echelle, code, secteur) as k from dominance where part > ${REGLES.dominance * 10}`,
      )
    ).map((l) => l.k),
  );
  return { depasse: (m, e, c, s) => trop.has(`${m}/${e}/${c}/${s}`) };
}

/** Write the verdict of one variable into the columns of both audiences. */
export function publie(
  v: Variable,
  millesime: number,
  verdicts: readonly Verdict[],
  sortie: { public: ParEchelle; territoire: ParEchelle },
  dominances: Dominances,
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
          cellule.statut === 'valeur' &&
          dominances.depasse(millesime, niveau.echelle, niveau.codes[z] as string, t.secteur);
        pose(
          colonnes,
          colonnes.ligne(cleZone(niveau, z)),
          v,
          t,
          niveau.echelle,
          dominee ? { statut: 's' } : cellule,
        );
      }
    }
  }
}
