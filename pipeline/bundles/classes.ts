/** Class bounds frozen with the release, from published values only (anchors.md D.7: bounds of hidden values are a leak). */
import { INDICATEURS } from '../../data/catalogue/indicators/index.ts';
import { cle, type Encoded } from '../../data/contract/cell.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Table } from '../../data/contract/table.ts';
import { POPULATIONS, type Echelle, type Secteur } from '../../data/contract/zone.ts';
import { decimalesAffichees } from '../../site/carto/format.ts';
import { classer } from '../../site/carto/classes.ts';

/** Sectors that share their bounds: a quarter is read against what is outside quarters. */
const SECTEURS_ENSEMBLE: readonly (readonly Secteur[])[] = [['tous'], ['qpv', 'hqpv']];

/**
 * Five quantiles per indicateur, échelle, population and group of sectors, computed on the latest millésime and shared by
 * the others, so that two years and the two halves of a place compare (domain.md §7). Recent movers have bounds of their
 * own: those of all households would paint them in one colour.
 */
export function classesDe(tables: readonly Table[], echelle: Echelle): Record<string, Classes> {
  const sortie: Record<string, Classes> = {};
  for (const table of tables) {
    const lignes = table.zones.flatMap((z, i) => (z.echelle === echelle ? [i] : []));
    if (lignes.length === 0) continue;
    for (const i of INDICATEURS.filter((x) => table.indicateurs.includes(x.id))) {
      for (const population of POPULATIONS)
        for (const secteurs of SECTEURS_ENSEMBLE) {
          const siennes = table.tranches.filter(
            (t) =>
              t.population === population && secteurs.includes(t.secteur) && cle(i.id, t) in table.colonnes,
          );
          const publiees = (m: number) =>
            siennes
              .filter((t) => t.millesime === m)
              .flatMap((t) => {
                const colonne = table.colonnes[cle(i.id, t)] as Encoded[];
                return lignes.flatMap((l) =>
                  typeof colonne[l] === 'number' ? [(colonne[l] as number) / 10 ** i.decimales] : [],
                );
              });
          const ans = [...new Set(siennes.map((t) => t.millesime))].sort((a, b) => b - a);
          const valeurs = ans.map(publiees).find((v) => v.length > 0);
          if (valeurs === undefined) continue;
          const classes = classer(valeurs, 'quantiles', { k: 5, decimales: decimalesAffichees(i, echelle) });
          for (const t of siennes) sortie[cle(i.id, t)] = classes;
        }
    }
  }
  return sortie;
}
