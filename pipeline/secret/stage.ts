/**
 * Stage `secret`: the only door out. Reads the confidential counts; writes
 *   <publie>/…         everything that may leave: tables by audience, outlines and points (data/contract/release.ts)
 *   <confidentiel>/secret/raisons.parquet      why each cell is hidden, for `carto explain` and the build report
 */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VARIABLES, variable } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { cle } from '../../data/contract/cell.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche, Zone } from '../../data/contract/zone.ts';
import { replaceAtomic, writeJson } from '../lib/files.ts';
import { texte, type Base } from '../lib/duckdb.ts';
import type { Journal } from '../lib/journal.ts';
import { ouvreAtomes, type NiveauZones } from './atomes.ts';
import { jugeMillesime, nombreBlocs } from './niveaux.ts';
import { Colonnes, pose } from './publication.ts';
import { RAISONS } from './primaire.ts';
import { croiseMillesimes } from './croisement.ts';
import { SECONDAIRE, type Verdict } from './systeme.ts';
import { ecrisPublic, ecrisTerritoires, type Lieu } from './ecriture.ts';

export interface RapportSecret {
  cellules: number;
  publiees: number;
  primaires: number;
  secondaires: number;
  qualite: number;
  /** Among secondary cells, those hidden because another millésime shows the same households. */
  croisees: number;
  territoires: number;
}

/** Échelles with outlines. */
const FORMES = [
  'france',
  'region',
  'departement',
  'epci',
  'commune',
  'qpv',
  'qva',
  'zonage',
  'iris',
] as const;

/** Columns of a zone: (échelle, key) where fine zones are keyed by code|epci. */
export const cleZone = (niveau: NiveauZones, z: number): string =>
  niveau.split ? (niveau.codes[z] as string) : (niveau.cles[z] as string);

export type ParEchelle = Map<Echelle, Colonnes>;

function range(parEchelle: ParEchelle, e: Echelle): Colonnes {
  let c = parEchelle.get(e);
  if (c === undefined) parEchelle.set(e, (c = new Colonnes()));
  return c;
}

interface Dominances {
  depasse(millesime: number, echelle: Echelle, code: string, secteur: string): boolean;
}

async function lisDominances(base: Base): Promise<Dominances> {
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
function publie(
  v: Variable,
  millesime: number,
  verdicts: readonly Verdict[],
  sortie: { public: ParEchelle; territoire: ParEchelle },
  dominances: Dominances,
  rapport: RapportSecret,
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
      if (cache) {
        if (d.raison[z] === SECONDAIRE) rapport.secondaires++;
        else if (RAISONS[d.raison[z] as number] === 'P3' || RAISONS[d.raison[z] as number] === 'P4')
          rapport.qualite++;
        else rapport.primaires++;
      }
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

async function ecrisRaisons(
  base: Base,
  verdicts: readonly Verdict[],
  v: Variable,
  millesime: number,
): Promise<void> {
  const ajout = await base.connexion.createAppender('raisons');
  for (const d of verdicts) {
    if (!d.niveau.publie) continue;
    for (let z = 0; z < d.cache.length; z++) {
      if (d.cache[z] === 0) continue;
      ajout.appendInteger(millesime);
      ajout.appendVarchar(v.id);
      ajout.appendVarchar(d.population);
      ajout.appendVarchar(d.niveau.echelle);
      ajout.appendVarchar(d.niveau.codes[z] as string);
      ajout.appendVarchar(d.niveau.secteurs[z] as string);
      ajout.appendVarchar(d.raison[z] === SECONDAIRE ? 'secondaire' : (RAISONS[d.raison[z] as number] ?? ''));
      ajout.endRow();
    }
  }
  ajout.closeSync();
}

/** Run the stage. Folders: `indicateurs` and `tables` confidential, `confidentiel` for reasons, `publie` for what leaves. */
export async function secretiser(
  dossiers: { indicateurs: string; tables: string; confidentiel: string; publie: string; fils?: number },
  journal: Journal,
): Promise<RapportSecret> {
  const etape = journal.etape('secret');
  const { millesimes, charge, base } = await ouvreAtomes(dossiers.indicateurs);
  const rapport: RapportSecret = {
    cellules: 0,
    publiees: 0,
    primaires: 0,
    secondaires: 0,
    qualite: 0,
    croisees: 0,
    territoires: 0,
  };
  try {
    await base.execute(
      'create table raisons (millesime integer, variable varchar, population varchar, echelle varchar, code varchar, secteur varchar, raison varchar)',
    );
    const dominances = await lisDominances(base);
    const sortie = { public: new Map() as ParEchelle, territoire: new Map() as ParEchelle };
    const tranches = new Map<string, Tranche>();
    const presentes = new Set<string>();
    let fait = 0;
    const atomes = [];
    for (const m of millesimes) atomes.push(await charge(m));
    const total = atomes.reduce((t, a) => t + nombreBlocs(a), 0);
    // One millésime a core when there are two of each, so that the two metropolises run side by side.
    const fils = Math.max(1, Math.floor((dossiers.fils ?? 2) / millesimes.length));
    const parMillesime = await Promise.all(
      atomes.map((a) => jugeMillesime(a, fils, () => etape.avance(++fait, total))),
    );
    rapport.croisees = await croiseMillesimes(atomes, parMillesime, dossiers.fils ?? 2);
    for (const [rang, { haut, blocs }] of parMillesime.entries()) {
      const m = millesimes[rang] as number;
      const juges = [...haut, ...[...blocs.values()].flat()];
      for (const { variable: id, verdicts } of juges) {
        const v = variable(id);
        publie(v, m, verdicts, sortie, dominances, rapport);
        await ecrisRaisons(base, verdicts, v, m);
        presentes.add(id);
        for (const d of verdicts) {
          for (const secteur of new Set(d.niveau.secteurs)) {
            const t = { population: d.population, secteur, millesime: m };
            tranches.set(cle('', t), t);
          }
        }
      }
    }
    await mkdir(join(dossiers.confidentiel, 'secret'), { recursive: true });
    await replaceAtomic(join(dossiers.confidentiel, 'secret', 'raisons.parquet'), (t) =>
      base.execute(
        `copy (select * from raisons order by all) to ${texte(t)} (format parquet, compression zstd)`,
      ),
    );
    await mkdir(dossiers.publie, { recursive: true });
    const zones = JSON.parse(await readFile(join(dossiers.tables, 'zones.json'), 'utf8')) as Zone[];
    const lieux = await base.lignes<Lieu>('select * from lieux order by echelle, code');
    const contexte = {
      publie: dossiers.publie,
      zones,
      lieux,
      tranches: [...tranches.values()],
      variables: VARIABLES.filter((v) => presentes.has(v.id)),
    };
    await ecrisPublic(sortie.public, contexte);
    rapport.territoires = await ecrisTerritoires(sortie, contexte);
    for (const echelle of FORMES) {
      await mkdir(join(dossiers.publie, 'formes'), { recursive: true });
      await copyFile(
        join(dossiers.tables, `formes-${echelle}.geojson`),
        join(dossiers.publie, 'formes', `${echelle}.geojson`),
      );
    }
    await writeJson(join(dossiers.confidentiel, 'secret', 'rapport.json'), rapport, 1);
    etape.fin({ ...rapport });
    return rapport;
  } finally {
    base.ferme();
  }
}
