/** Published tables and places, one folder per audience. No exact count is in reach of this file: only encoded columns. */
import { join } from 'node:path';
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { THEMES } from '../../data/catalogue/themes.ts';
import { cle, type Encoded } from '../../data/contract/cell.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Table } from '../../data/contract/table.ts';
import {
  ECHELLES_AVEC_SECTEUR,
  ECHELLES_FINES,
  type Echelle,
  type Tranche,
  type Zone,
} from '../../data/contract/zone.ts';
import { writeJson } from '../lib/files.ts';
import { nomCarreau } from './carreaux.ts';
import type { Colonnes } from './publication.ts';

export interface Lieu {
  echelle: 'residence' | 'batiment' | 'cage' | 'adresse';
  code: string;
  nom: string | null;
  lon: number | null;
  lat: number | null;
  commune: string;
  epci: string | null;
  departement: string;
  region: string;
}
export interface ContexteEcriture {
  publie: string;
  /** Zones from France to commune, then qpv and iris. */
  zones: readonly Zone[];
  lieux: readonly Lieu[];
  /** Commune of each 200 m square. */
  carreaux: ReadonlyMap<string, string>;
  tranches: readonly Tranche[];
  variables: readonly Variable[];
}
type ParEchelle = ReadonlyMap<Echelle, Colonnes>;

/** Zones that may straddle two EPCI, and are then cut and named so. */
const DECOUPEES: readonly Echelle[] = ['qpv', 'qva', 'zonage'];

/** One row of a table: the zone, and where its columns are. */
interface Ligne {
  zone: Zone;
  colonnes: Colonnes | undefined;
  cle: string;
}

const ordre = (a: Tranche, b: Tranche) =>
  b.millesime - a.millesime ||
  (a.population < b.population ? -1 : a.population > b.population ? 1 : 0) ||
  ['tous', 'qpv', 'hqpv'].indexOf(a.secteur) - ['tous', 'qpv', 'hqpv'].indexOf(b.secteur);

/** Assemble a table. A wide zone without any atom is "so": no dwelling there; a slice that cannot exist stays null. */
function table(
  audience: Table['audience'],
  lignes: readonly Ligne[],
  variables: readonly Variable[],
  tranches: readonly Tranche[],
  offerte: (v: Variable, e: Echelle) => boolean,
): Table {
  const colonnes: Record<string, Encoded[]> = {};
  for (const v of variables) {
    for (const t of tranches) {
      if (!v.populations.includes(t.population)) continue;
      const k = cle(v.id, t);
      const statut = lignes.map((l): Encoded => {
        if (
          !offerte(v, l.zone.echelle) ||
          (t.secteur !== 'tous' && !ECHELLES_AVEC_SECTEUR.includes(l.zone.echelle))
        )
          return null;
        const i = l.colonnes?.index.get(l.cle);
        return (i === undefined ? null : l.colonnes?.lit(k, i)) ?? 'so';
      });
      if (statut.every((s) => s === null)) continue;
      // A millésime that the source does not have gives only "so": no column at all.
      if (statut.every((s) => s === null || s === 'so')) continue;
      colonnes[k] = statut;
      for (const i of indicateursDe(v.id)) {
        const ki = cle(i.id, t);
        colonnes[ki] = lignes.map((l, rang): Encoded => {
          const s = statut[rang];
          const ligne = l.colonnes?.index.get(l.cle);
          return s === null || s === 's' || s === 'nd' || s === 'so' || ligne === undefined
            ? null
            : (l.colonnes?.lit(ki, ligne) ?? null);
        });
      }
    }
  }
  const presentes = variables.filter((v) => tranches.some((t) => cle(v.id, t) in colonnes));
  return {
    format: 'carto-ops/table@1',
    audience,
    zones: lignes.map((l) => l.zone),
    tranches: [...tranches].filter((t) => presentes.some((v) => cle(v.id, t) in colonnes)).sort(ordre),
    indicateurs: presentes.flatMap((v) => indicateursDe(v.id).map((i) => i.id)),
    variables: presentes.map((v) => v.id),
    colonnes,
  };
}

const publique = (v: Variable, e: Echelle) => ECHELLES_PUBLIQUES[v.famille].includes(e);

/** public/zones.json and public/tables/<echelle>.<theme>.json. */
export async function ecrisPublic(colonnes: ParEchelle, c: ContexteEcriture): Promise<void> {
  const echelles = [...new Set(Object.values(ECHELLES_PUBLIQUES).flat())];
  await writeJson(
    join(c.publie, 'public', 'zones.json'),
    c.zones.filter((z) => echelles.includes(z.echelle) || z.echelle === 'qpv'),
  );
  for (const echelle of echelles) {
    const lignes = c.zones
      .filter((z) => z.echelle === echelle)
      .map((zone): Ligne => ({ zone, colonnes: colonnes.get(echelle), cle: zone.code }));
    for (const theme of THEMES) {
      const variables = c.variables.filter((v) => v.theme === theme.id && publique(v, echelle));
      if (variables.length === 0) continue;
      await writeJson(
        join(c.publie, 'public', 'tables', `${echelle}.${theme.id}.json`),
        table('public', lignes, variables, c.tranches, publique),
      );
    }
  }
}

/** What the writing of each territory looks up, indexed once. */
export class Territoires {
  readonly #c: ContexteEcriture;
  readonly #zones: ReadonlyMap<string, Zone>;
  readonly #lieux: ReadonlyMap<string, Lieu>;
  readonly #communes = new Map<string, Zone[]>();

  constructor(c: ContexteEcriture) {
    this.#c = c;
    this.#zones = new Map(c.zones.map((z) => [`${z.echelle}:${z.code}`, z]));
    this.#lieux = new Map(c.lieux.map((l) => [`${l.echelle}:${l.code}`, l]));
    for (const z of c.zones) {
      if (z.echelle !== 'commune' || z.epci === undefined) continue;
      const liste = this.#communes.get(z.epci);
      if (liste) liste.push(z);
      else this.#communes.set(z.epci, [z]);
    }
  }

  /** Rows of the wider zones a territory is in, for reference. */
  #references(communes: readonly Zone[], publiques: ParEchelle): Ligne[] {
    const dessus = (e: 'region' | 'departement') =>
      [...new Set(communes.map((z) => z[e]))].sort().map((code) => `${e}:${code}`);
    return ['france:FR', ...dessus('region'), ...dessus('departement')]
      .flatMap((k) => this.#zones.get(k) ?? [])
      .map((zone) => ({ zone, colonnes: publiques.get(zone.echelle), cle: zone.code }));
  }

  /** Rows below the commune: named from the zone or the place, parts of a zone shared with a neighbour said so. */
  #detail(epci: string, propres: ParEchelle): Ligne[] {
    return ECHELLES_FINES.flatMap((echelle) => {
      const colonnes = propres.get(echelle);
      return [...(colonnes?.index.keys() ?? [])]
        .map((cle): Ligne => {
          const code = cle.split('|')[0] as string;
          const zone = this.#zones.get(`${echelle}:${code}`);
          const lieu = this.#lieux.get(`${echelle}:${code}`);
          const partie = DECOUPEES.includes(echelle) && zone?.epci === undefined ? ' (partie)' : '';
          const carreau = echelle === 'carreau';
          const commune =
            zone?.commune ?? lieu?.commune ?? (carreau ? this.#c.carreaux.get(code) : undefined);
          return {
            cle,
            colonnes,
            zone: {
              echelle,
              code,
              nom: carreau ? nomCarreau(code) : `${zone?.nom ?? lieu?.nom ?? code}${partie}`,
              epci,
              ...(commune === undefined ? {} : { commune }),
              ...(zone?.bbox === undefined ? {} : { bbox: zone.bbox }),
            },
          };
        })
        .sort((a, b) => (a.zone.code < b.zone.code ? -1 : 1));
    });
  }

  /**
   * territoires/<epci>/table.json and lieux.json. A territory holds its own zones and, for reference, the wider zones it is
   * in, with their public figures only.
   * @param propres columns of its own zones, but its total @param larges columns of the wide levels, its total among them
   */
  async ecris(
    epci: Zone,
    propres: ParEchelle,
    larges: { public: ParEchelle; territoire: ParEchelle },
  ): Promise<void> {
    const communes = this.#communes.get(epci.code) ?? [];
    const detail = this.#detail(epci.code, propres);
    const lignes = [
      ...this.#references(communes, larges.public),
      { zone: epci, colonnes: larges.territoire.get('epci'), cle: epci.code },
      ...communes.map((zone): Ligne => ({ zone, colonnes: propres.get('commune'), cle: zone.code })),
      ...detail,
    ];
    const offerte = (v: Variable, e: Echelle) =>
      e === 'france' || e === 'region' || e === 'departement' ? publique(v, e) : true;
    const dossier = join(this.#c.publie, 'territoires', epci.code);
    await writeJson(
      join(dossier, 'table.json'),
      table('territoire', lignes, this.#c.variables, this.#c.tranches, offerte),
    );
    await writeJson(
      join(dossier, 'lieux.json'),
      detail.flatMap(({ zone: { echelle, code } }) => {
        const lieu = this.#lieux.get(`${echelle}:${code}`);
        return lieu?.lon == null || lieu.lat == null
          ? []
          : [{ echelle: lieu.echelle, code, lon: lieu.lon, lat: lieu.lat }];
      }),
    );
  }
}
