/**
 * Stage `secret`: the only door out. Reads the confidential counts; writes
 *   <publie>/…              everything that may leave: tables by audience, outlines and points (data/contract/release.ts)
 *   <confidentiel>/secret/  raisons.parquet, pertes.parquet (raisons.ts), publiques.parquet (raisons-publiques.ts), rapport.json (RapportSecret, with the totals that
 *                           could not stay published and why)
 */
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VARIABLES, variable } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import { cle } from '../../data/contract/cell.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { ECHELLES, POPULATIONS, SECTEURS, type Tranche, type Zone } from '../../data/contract/zone.ts';
import { writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { blocsDe, ouvreAtomes, type Atomes } from './atomes.ts';
import { communesDesCarreaux } from './carreaux.ts';
import { croiseMillesimes } from './croisement.ts';
import { comptesVides, publie, type ComptesSecret, type ParEchelle } from './diffusion.ts';
import { lisDominances, reservesDe, type Reserves } from './dominance.ts';
import { Equipe } from './equipe.ts';
import { Territoires, ecrisPublic, type Lieu } from './ecriture.ts';
import { jugeMillesime, nombreBlocs } from './niveaux.ts';
import { depaquete, type Verdicts } from './paquet.ts';
import { RaisonsPubliques } from './raisons-publiques.ts';
import { Raisons, type TotalMasque } from './raisons.ts';
import type { Garde } from './verdict.ts';

export interface RapportSecret extends ComptesSecret {
  /** Among secondary cells, those hidden because another millésime shows the same households. */
  croisees: number;
  territoires: number;
  /** Totals from France to EPCI that could not stay published. */
  totauxMasques: number;
}

/** Échelles with outlines of their own: those wider than the 200 m cell, which is drawn from its code. */
const FORMES = ECHELLES.slice(0, ECHELLES.indexOf('carreau'));

export interface OptionsSecret {
  /** Folders read: counts and zones, confidential. */
  indicateurs: string;
  tables: string;
  /** Folders written: reasons, confidential; what leaves. */
  confidentiel: string;
  publie: string;
  fils?: number;
  /** Refuse the build when a total from France to EPCI cannot stay published; by default it is hidden and told. */
  exigeTotaux?: boolean;
  /** Guards left out, by tests only. */
  sans?: readonly Garde[];
}

const EXEMPLES = 5;

interface Sortie {
  public: ParEchelle;
  territoire: ParEchelle;
}

/** What to say of the forced totals that had to be hidden; never with a number of units. */
function diteTotaux(totaux: readonly TotalMasque[]): string {
  const liste = totaux
    .slice(0, EXEMPLES)
    .map((t) => `${t.variable} (${LIBELLES_ECHELLE[t.echelle].un} ${t.code}, ${t.millesime})`)
    .join(', ');
  const suite = totaux.length > EXEMPLES ? `, et ${totaux.length - EXEMPLES} autres` : '';
  return `Totaux de la France aux EPCI masqués, faute de quoi un petit groupe se calculerait : ${totaux.length}, dont ${liste}${suite}. Les raisons sont dans confidentiel/secret/rapport.json.`;
}

/** Run the stage. @throws UserError when totals must stay published (`exigeTotaux`) and cannot */
export async function secretiser(o: OptionsSecret, journal: Journal): Promise<RapportSecret> {
  const etape = journal.etape('secret');
  const temporaire = join(o.confidentiel, 'secret', 'tmp-duckdb');
  // What a killed build may have left.
  await rm(temporaire, { recursive: true, force: true });
  const { millesimes, charge, base } = await ouvreAtomes(o.indicateurs, temporaire);
  const comptes = comptesVides();
  const equipe = new Equipe(o.fils ?? 2);
  try {
    const raisons = await Raisons.ouvre(base);
    const publiques = await RaisonsPubliques.ouvre(base);
    const dominances = await lisDominances(base);
    const atomes: Atomes[] = [];
    for (const m of millesimes) atomes.push(await charge(m));
    const total = atomes.reduce((t, a) => t + nombreBlocs(a), 0);
    let fait = 0;
    const juges = await Promise.all(
      atomes.map((a) => jugeMillesime(a, equipe, () => etape.avance(++fait, total), o.sans)),
    );
    const larges: Sortie = { public: new Map(), territoire: new Map() };
    const tranches = new Map<string, Tranche>();
    const presentes = new Set<string>();
    const diffuse = async (
      verdicts: Verdicts,
      millesime: number,
      epci: string | null,
      vers: Sortie,
      reserves: Reserves = new Map(),
    ) => {
      for (const { variable: id, verdicts: liste } of verdicts) {
        publie(variable(id), millesime, liste, vers, { dominances, reserves }, comptes);
        await raisons.note(millesime, id, liste, epci);
        presentes.add(id);
        for (const d of liste)
          for (const secteur of new Set(d.niveau.secteurs)) {
            const t = { population: d.population, secteur, millesime };
            tranches.set(cle('', t), t);
          }
      }
    };
    for (const [rang, j] of juges.entries()) {
      const millesime = millesimes[rang] as number;
      const reserves = reservesDe(j.haut, j.large, dominances, o.sans);
      await diffuse(j.haut, millesime, null, larges, reserves);
      await publiques.note(millesime, reserves);
    }

    const zones = JSON.parse(await readFile(join(o.tables, 'zones.json'), 'utf8')) as Zone[];
    const lieux = await base.lignes<Lieu>('select * from lieux order by echelle, code');
    const contexte = { publie: o.publie, zones, lieux, carreaux: await communesDesCarreaux(base) };
    await mkdir(o.publie, { recursive: true });
    // A slice or a variable that an EPCI does not have gives no column: all of them may be offered.
    const territoires = new Territoires({
      ...contexte,
      tranches: toutesTranches(millesimes),
      variables: VARIABLES,
    });
    const blocs = atomes.map(blocsDe);
    let croisees = 0;
    // One EPCI at a time from here on, all its years together: its figures leave memory once written.
    const un = async (epci: Zone) => {
      const annees = juges.flatMap((j, rang) => {
        const octets = j.blocs.get(epci.code);
        const indices = blocs[rang]?.get(epci.code);
        if (octets === undefined || indices === undefined) return [];
        const millesime = millesimes[rang] as number;
        return [
          { millesime, atomes: atomes[rang] as Atomes, indices, verdicts: depaquete(octets), haut: j.haut },
        ];
      });
      const n = o.sans?.includes('croisement') ? 0 : await croiseMillesimes(annees, equipe);
      croisees += n;
      const propres: Sortie = { public: larges.public, territoire: new Map() };
      for (const a of annees) await diffuse(a.verdicts, a.millesime, epci.code, propres);
      await territoires.ecris(epci, propres.territoire, larges);
    };
    const epci = zones.filter((z) => z.echelle === 'epci');
    await parLots(epci, (o.fils ?? 2) + 1, un);
    await raisons.ecris(join(o.confidentiel, 'secret'));
    await publiques.ecris(join(o.confidentiel, 'secret'));
    const { totauxMasques } = raisons;
    const concessions = juges.flatMap((j) => j.concessions);
    if (totauxMasques.length > 0) {
      const phrase = diteTotaux(totauxMasques);
      if (o.exigeTotaux)
        throw new UserError(phrase, {
          hint: 'Relancez sans --totaux exiges pour les laisser masqués ; carto explain ZONE INDICATEUR dit ce que chacun protège.',
        });
      journal.attention(phrase);
    }
    await ecrisPublic(larges.public, {
      ...contexte,
      tranches: [...tranches.values()],
      variables: VARIABLES.filter((v) => presentes.has(v.id)),
    });
    await mkdir(join(o.publie, 'formes'), { recursive: true });
    for (const echelle of FORMES)
      await copyFile(
        join(o.tables, `formes-${echelle}.geojson`),
        join(o.publie, 'formes', `${echelle}.geojson`),
      );
    const rapport: RapportSecret = {
      ...comptes,
      croisees,
      territoires: epci.length,
      totauxMasques: totauxMasques.length,
    };
    await writeJson(
      join(o.confidentiel, 'secret', 'rapport.json'),
      { ...rapport, totaux: totauxMasques, concessions },
      1,
    );
    etape.fin({ ...rapport });
    return rapport;
  } finally {
    await equipe.ferme();
    base.ferme();
  }
}

const toutesTranches = (millesimes: readonly number[]): Tranche[] =>
  millesimes.flatMap((millesime) =>
    POPULATIONS.flatMap((population) => SECTEURS.map((secteur) => ({ population, secteur, millesime }))),
  );

/** Run a task on each element, a few at a time: some wait for a thread while another writes. */
async function parLots<T>(
  liste: readonly T[],
  ensemble: number,
  fait: (t: T) => Promise<void>,
): Promise<void> {
  let suivant = 0;
  const file = async () => {
    while (suivant < liste.length) await fait(liste[suivant++] as T);
  };
  await Promise.all(Array.from({ length: ensemble }, file));
}
