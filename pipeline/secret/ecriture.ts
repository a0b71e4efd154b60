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

/**
 * territoires/<epci>/table.json and lieux.json. A territory holds its own zones and, for reference, the wider zones it is
 * in, with their public figures only. @returns number of territories written.
 */
export async function ecrisTerritoires(
  colonnes: { public: ParEchelle; territoire: ParEchelle },
  c: ContexteEcriture,
): Promise<number> {
  const noms = new Map(c.zones.map((z) => [`${z.echelle}:${z.code}`, z]));
  const lieux = new Map(c.lieux.map((l) => [`${l.echelle}:${l.code}`, l]));
  const fines = new Map<string, { echelle: Echelle; cle: string; code: string }[]>();
  for (const echelle of ECHELLES_FINES) {
    for (const k of colonnes.territoire.get(echelle)?.index.keys() ?? []) {
      const [code = '', epci = ''] = k.split('|');
      const liste = fines.get(epci) ?? [];
      liste.push({ echelle, cle: k, code });
      fines.set(epci, liste);
    }
  }
  const communes = c.zones.filter((z) => z.echelle === 'commune');
  let ecrits = 0;
  for (const epci of c.zones.filter((z) => z.echelle === 'epci')) {
    const miennes = communes.filter((z) => z.epci === epci.code);
    const dessus = [...new Set(miennes.map((z) => z.region))]
      .sort()
      .map((code) => ({ echelle: 'region' as const, code }));
    const departements = [...new Set(miennes.map((z) => z.departement))]
      .sort()
      .map((code) => ({ echelle: 'departement' as const, code }));
    const references = [{ echelle: 'france' as const, code: 'FR' }, ...dessus, ...departements]
      .flatMap((r) => noms.get(`${r.echelle}:${r.code}`) ?? [])
      .map((zone): Ligne => ({ zone, colonnes: colonnes.public.get(zone.echelle), cle: zone.code }));
    const propres = [epci, ...miennes].map((zone): Ligne => ({
      zone,
      colonnes: colonnes.territoire.get(zone.echelle),
      cle: zone.code,
    }));
    const detail = (fines.get(epci.code) ?? [])
      .map((f): Ligne => {
        const zone = noms.get(`${f.echelle}:${f.code}`);
        const lieu = lieux.get(`${f.echelle}:${f.code}`);
        const partie = DECOUPEES.includes(f.echelle) && zone?.epci === undefined ? ' (partie)' : '';
        return {
          cle: f.cle,
          colonnes: colonnes.territoire.get(f.echelle),
          zone: {
            echelle: f.echelle,
            code: f.code,
            nom: `${zone?.nom ?? lieu?.nom ?? f.code}${partie}`,
            epci: epci.code,
            ...(zone?.commune === undefined && lieu?.commune === undefined
              ? {}
              : { commune: zone?.commune ?? (lieu?.commune as string) }),
            ...(zone?.bbox === undefined ? {} : { bbox: zone.bbox }),
          },
        };
      })
      .sort((a, b) => (a.zone.echelle === b.zone.echelle ? (a.zone.code < b.zone.code ? -1 : 1) : 0));
    const lignes = [...references, ...propres, ...detail];
    const offerte = (v: Variable, e: Echelle) =>
      e === 'france' || e === 'region' || e === 'departement' ? publique(v, e) : true;
    const dossier = join(c.publie, 'territoires', epci.code);
    await writeJson(
      join(dossier, 'table.json'),
      table('territoire', lignes, c.variables, c.tranches, offerte),
    );
    await writeJson(
      join(dossier, 'lieux.json'),
      detail.flatMap((l) => {
        const lieu = lieux.get(`${l.zone.echelle}:${l.zone.code}`);
        return lieu?.lon == null || lieu.lat == null
          ? []
          : [{ echelle: lieu.echelle, code: lieu.code, lon: lieu.lon, lat: lieu.lat }];
      }),
    );
    ecrits++;
  }
  return ecrits;
}
