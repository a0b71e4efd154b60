/**
 * What an export is compared with: the tables of its audience. Public tables are few; a territory's table is opened when
 * an export names it, one at a time.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Encoded } from '../../data/contract/cell.ts';
import { cle } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { bundleSchema, releaseSchema } from '../../data/contract/release.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Echelle, Tranche, Zone } from '../../data/contract/zone.ts';
import { lireTable } from './comparaison.ts';
import type { Constats } from './constats.ts';
import { plat } from './exportsLecture.ts';

/** One cell as a table has it. */
export interface CelluleTable {
  readonly zone: Zone;
  readonly variable: Encoded | undefined;
  readonly valeur: Encoded | undefined;
}

/** Tables that one export may speak of. */
export class Fonds {
  readonly tables: readonly Table[];
  readonly #communes = new Map<string, string>();

  constructor(tables: readonly Table[]) {
    this.tables = tables;
    for (const t of tables)
      for (const z of t.zones) if (z.echelle === 'commune') this.#communes.set(z.code, z.nom);
  }

  /** Names under which an export may show a zone: alone, or with its commune. */
  noms(z: Zone): string[] {
    const commune = this.#communes.get(z.commune ?? '');
    return commune === undefined ? [plat(z.nom)] : [plat(z.nom), plat(`${z.nom}, ${commune}`)];
  }

  zones(echelle: Echelle): Zone[] {
    return this.tables.flatMap((t) => t.zones.filter((z) => z.echelle === echelle));
  }

  /** Cells of the zones that pass; a zone may be in several tables, and a name may be that of several zones. */
  cellules(i: Indicateur, t: Tranche, garde: (z: Zone) => boolean): CelluleTable[] {
    return this.tables.flatMap((table) => {
      const variable = table.colonnes[cle(i.variable, t)];
      const valeurs = table.colonnes[cle(i.id, t)];
      if (!variable && !valeurs) return [];
      return table.zones.flatMap((zone, r) =>
        garde(zone)
          ? [
              {
                zone,
                variable: variable?.[r] as Encoded | undefined,
                valeur: valeurs?.[r] as Encoded | undefined,
              },
            ]
          : [],
      );
    });
  }
}

export interface Bibliotheque {
  /** Id of the release, printed on each export. */
  readonly id: string;
  readonly public: Fonds;
  /** Public tables and those of the territories of this name, or of the commune of this name; without a name, of the territory that has a zone of code `temoin`. */
  territoire(nom: string, temoin: string | null): Promise<Fonds>;
}

/** Open the tables of a release. */
export async function ouvrirBibliotheque(release: string, constats: Constats): Promise<Bibliotheque> {
  const { id } = releaseSchema.parse(JSON.parse(await readFile(join(release, 'release.json'), 'utf8')));
  const lister = async (d: string) =>
    existsSync(join(release, d)) ? (await readdir(join(release, d))).sort() : [];
  const tables: Table[] = [];
  for (const nom of await lister('public/tables')) {
    const t = await lireTable(release, `public/tables/${nom}`, 'public', constats);
    if (t) tables.push(t);
  }
  const epci = (await lister('bundles')).filter((b) => existsSync(join(release, 'bundles', b, 'table.json')));
  const noms = new Map<string, string>();
  for (const b of epci) {
    const m = bundleSchema.safeParse(
      JSON.parse(await readFile(join(release, 'bundles', b, 'manifest.json'), 'utf8')),
    );
    if (m.success) noms.set(b, plat(m.data.territoire.nom));
  }
  const communes = tables.flatMap((t) => t.zones.filter((z) => z.echelle === 'commune'));
  const fonds = new Map<string, Fonds>();
  return {
    id,
    public: new Fonds(tables),
    async territoire(nom, temoin) {
      const deLaCommune = new Set(communes.filter((z) => plat(z.nom) === nom).map((z) => z.epci));
      const choisis = epci.filter((b) => noms.get(b) === nom || deLaCommune.has(b));
      if (choisis.length === 0 && temoin !== null)
        for (const b of epci) {
          const texte = await readFile(join(release, 'bundles', b, 'table.json'), 'utf8');
          if (texte.includes(`"code":${JSON.stringify(temoin)}`)) choisis.push(b);
        }
      const cle = choisis.join();
      let f = fonds.get(cle);
      if (!f) {
        const propres: Table[] = [];
        for (const b of choisis) {
          const t = await lireTable(release, `bundles/${b}/table.json`, 'territoire', constats);
          if (t) propres.push(t);
        }
        fonds.clear();
        fonds.set(cle, (f = new Fonds([...propres, ...tables])));
      }
      return f;
    },
  };
}
