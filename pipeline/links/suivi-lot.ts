/** What the published table of an EPCI says of the survey: shares under secrecy, response rates. Nothing else is read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { indicateur, variable } from '../../data/catalogue/indicators/index.ts';
import { bundleSchema, type Bundle } from '../../data/contract/release.ts';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import type { Echelle, Population } from '../../data/contract/zone.ts';

export interface Masquage {
  echelle: Echelle;
  /** Cells of variables: published, hidden by secrecy, not surveyed or not located. */
  publiees: number;
  masquees: number;
  absentes: number;
}

/** Share of cells that secrecy hides in a territory, by échelle, surveyed variables only. */
export function masquages(table: Table): Masquage[] {
  const par = new Map<Echelle, Masquage>();
  for (const [cle, valeurs] of Object.entries(table.colonnes)) {
    const id = cle.slice(0, cle.indexOf('.'));
    if (!table.variables.includes(id) || variable(id).famille !== 'menages') continue;
    for (const [i, v] of valeurs.entries()) {
      const echelle = table.zones[i]?.echelle;
      if (v === null || echelle === undefined || v === 'so') continue;
      const m = par.get(echelle) ?? { echelle, publiees: 0, masquees: 0, absentes: 0 };
      if (v === 's') m.masquees++;
      else if (v === 'nd') m.absentes++;
      else m.publiees++;
      par.set(echelle, m);
    }
  }
  return [...par.values()];
}

export interface LotEpci {
  table: Table;
  lot: Bundle;
}

/** Table and manifest of an EPCI in the current release, when it is there. */
export async function lotEpci(vers: string, epci: string): Promise<LotEpci | undefined> {
  const dossier = join(vers, 'courante', 'bundles', epci);
  const lire = async (nom: string): Promise<unknown> =>
    JSON.parse(await readFile(join(dossier, nom), 'utf8')) as unknown;
  try {
    return {
      table: tableSchema.parse(await lire('table.json')),
      lot: bundleSchema.parse(await lire('manifest.json')),
    };
  } catch {
    return undefined;
  }
}

/** Indicator of the catalogue: dwellings whose household answered, in per mille of those surveyed. */
const REPONSE = 'ops_rep';

/** Response rates of one échelle for one vintage and population, in per mille; those under secrecy are counted only. */
export interface Reponse {
  millesime: number;
  population: Population;
  echelle: Echelle;
  publies: number;
  masques: number;
  minimum: number;
  mediane: number;
  maximum: number;
}

const ECHELLES_REPONSE: readonly Echelle[] = [
  'france',
  'region',
  'departement',
  'epci',
  'commune',
  'qpv',
  'iris',
];

/** Response rates as published, every secteur together, by vintage, population and échelle. */
export function reponses(table: Table): Reponse[] {
  return table.tranches.flatMap(({ population, secteur, millesime }) => {
    const tranche = `${population}.tous.${millesime}`;
    const colonne = secteur === 'tous' ? table.colonnes[`${REPONSE}.${tranche}`] : undefined;
    // The mark of secrecy is in the column of the question, not of its answer (data/contract/cell.ts).
    const question = table.colonnes[`${indicateur(REPONSE).variable}.${tranche}`];
    if (!colonne || !question) return [];
    return ECHELLES_REPONSE.flatMap((echelle): Reponse[] => {
      const rangs = table.zones.flatMap((z, i) => (z.echelle === echelle ? [i] : []));
      const taux = rangs
        .flatMap((i) => (typeof colonne[i] === 'number' ? [colonne[i]] : []))
        .toSorted((x, y) => x - y);
      const masques = rangs.filter(
        (i) => question[i] === 's' || (typeof question[i] !== 'string' && colonne[i] === null),
      ).length;
      const [minimum] = taux;
      if (minimum === undefined) return [];
      return [
        {
          millesime,
          population,
          echelle,
          publies: taux.length,
          masques,
          minimum,
          mediane: taux[Math.floor((taux.length - 1) / 2)] ?? minimum,
          maximum: taux.at(-1) ?? minimum,
        },
      ];
    });
  });
}
