/** Class bounds frozen with the release, from published values only (anchors.md D.7: bounds of hidden values are a leak). */
import { INDICATEURS } from '../../data/catalogue/indicators/index.ts';
import { cle, type Encoded } from '../../data/contract/cell.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { classer } from '../../site/carto/classes.ts';

/**
 * Five quantiles per indicateur and échelle, computed on the slice ENS / tous of the latest millésime and shared by the
 * other slices and millésimes, so that two maps compare (domain.md §7).
 */
export function classesDe(tables: readonly Table[], echelle: Echelle): Record<string, Classes> {
  const sortie: Record<string, Classes> = {};
  for (const table of tables) {
    const lignes = table.zones.flatMap((z, i) => (z.echelle === echelle ? [i] : []));
    if (lignes.length === 0) continue;
    for (const i of INDICATEURS.filter((x) => table.indicateurs.includes(x.id))) {
      const t = table.tranches
        .filter((x) => x.population === 'ENS' && x.secteur === 'tous' && cle(i.id, x) in table.colonnes)
        .sort((a, b) => b.millesime - a.millesime);
      const reference = t[0];
      if (reference === undefined) continue;
      const colonne = table.colonnes[cle(i.id, reference)] as Encoded[];
      const valeurs = lignes.flatMap((l) =>
        typeof colonne[l] === 'number' ? [(colonne[l] as number) / 10 ** i.decimales] : [],
      );
      if (valeurs.length === 0) continue;
      const classes = classer(valeurs, 'quantiles', { k: 5, decimales: i.decimales });
      for (const tranche of table.tranches)
        if (cle(i.id, tranche) in table.colonnes) sortie[cle(i.id, tranche)] = classes;
    }
  }
  return sortie;
}
