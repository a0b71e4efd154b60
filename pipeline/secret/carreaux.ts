/** 200 m squares as a reader meets them: a name, and the commune where to look. They come from no list of zones. */
import type { Base } from '../lib/duckdb.ts';

/** "Carreau N2587800E3251400" from its Inspire code, whatever its grid: short, and no two squares of a territory share it. */
export const nomCarreau = (code: string): string => `Carreau ${code.replace(/^CRS\d+RES\d+m/, '')}`;

/**
 * Commune of each square: the one that most of its addresses are in, the first code at equality. A square crosses
 * communes: its commune says where to look, and the figures of a commune are never sums of squares.
 * @param base holds `atomes` (data/contract/atome.ts)
 */
export async function communesDesCarreaux(base: Pick<Base, 'lignes'>): Promise<Map<string, string>> {
  const lignes = await base.lignes<{ carreau: string; commune: string }>(
    `select carreau, commune from atomes where carreau is not null group by carreau, commune
     qualify row_number() over (partition by carreau order by count(distinct adresse) desc, commune) = 1`,
  );
  return new Map(lignes.map((l) => [l.carreau, l.commune]));
}
