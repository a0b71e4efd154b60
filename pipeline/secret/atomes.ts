/** The confidential counts of one millésime, columnar, and the zones (levels) that partition its atoms. */
import { join } from 'node:path';
import { CLES_ATOME, zonagesDe } from '../../data/contract/atome.ts';
import type { Echelle, Secteur } from '../../data/contract/zone.ts';
import { ouvreBase, texte, type Base } from '../lib/duckdb.ts';

/** A level of the system: an échelle for one sector split. `zone[i]` is the index of the zone of atom i, or -1. */
export interface NiveauZones {
  /** Name of the level in the system: the échelle, `<echelle>_secteur`, or `epci_departement`. */
  id: string;
  /** False for a level that no table shows but that a reader may compute. */
  publie: boolean;
  echelle: Echelle;
  /** 'tous', or 'split' for the qpv / hqpv halves of an échelle. */
  split: boolean;
  zone: Int32Array;
  /** Code of each zone; halves are written `code|qpv`, fine zones `code|epci`. */
  cles: string[];
  codes: string[];
  secteurs: Secteur[];
}

export interface Atomes {
  millesime: number;
  n: number;
  cles: Record<string, (string | null)[]>;
  /** Count columns by name (see pipeline/indicators). */
  mesures: Map<string, Int32Array>;
  /** Dwellings of the smallest residence at each atom (rule P4); 0 when the register does not know it. */
  residence: Int32Array;
}

async function mesuresDe(base: Base): Promise<string[]> {
  const colonnes = await base.lignes<{ column_name: string }>('describe select * from atomes');
  return colonnes
    .map((c) => c.column_name)
    .filter((c) => c !== 'millesime' && !(CLES_ATOME as readonly string[]).includes(c));
}

/**
 * Open the atoms of the indicators stage and give one millésime at a time.
 * @param temporaire where the database spills when a country is large; without it, all stays in memory
 */
export async function ouvreAtomes(
  indicateurs: string,
  temporaire?: string,
): Promise<{ millesimes: number[]; charge(m: number): Promise<Atomes>; base: Base }> {
  const base = await ouvreBase(temporaire === undefined ? {} : { temporaire });
  for (const nom of ['atomes', 'dominance', 'residences', 'lieux']) {
    await base.execute(
      `create view ${nom} as select * from read_parquet(${texte(join(indicateurs, `${nom}.parquet`))})`,
    );
  }
  const mesures = await mesuresDe(base);
  const millesimes = (
    await base.lignes<{ m: number }>('select distinct millesime as m from atomes order by 1')
  ).map((l) => l.m);
  return {
    millesimes,
    base,
    async charge(millesime) {
      const ordre = CLES_ATOME.map((c) => `a.${c}`).join(', ');
      const filtre = `from atomes a left join residences r on r.millesime = a.millesime and r.residence = a.residence where a.millesime = ${millesime} order by ${ordre}`;
      const cles = (await base.colonnes(
        `select ${ordre}, coalesce(r.logements, 0)::integer as taille ${filtre}`,
      )) as Record<string, (string | null)[]>;
      const residence = Int32Array.from(cles.taille as unknown as number[]);
      const m = new Map<string, Int32Array>();
      for (let i = 0; i < mesures.length; i += 40) {
        const lot = mesures.slice(i, i + 40);
        const c = await base.colonnes(`select ${lot.map((x) => `a."${x}"`).join(', ')} ${filtre}`);
        for (const x of lot) m.set(x, Int32Array.from(c[x] as number[]));
      }
      return { millesime, n: residence.length, cles, mesures: m, residence };
    },
  };
}

/** Index atoms by zone: same key, same zone; null key, no zone. */
function partition(
  n: number,
  cle: (i: number) => string | null,
): { zone: Int32Array; cles: string[]; premier: number[] } {
  const zone = new Int32Array(n).fill(-1);
  const index = new Map<string, number>();
  const premier: number[] = [];
  for (let i = 0; i < n; i++) {
    const c = cle(i);
    if (c === null) continue;
    let z = index.get(c);
    if (z === undefined) {
      index.set(c, (z = index.size));
      premier.push(i);
    }
    zone[i] = z;
  }
  return { zone, cles: [...index.keys()], premier };
}

const LARGES = ['france', 'region', 'departement', 'epci'] as const;
/** Finest échelles are cut at the EPCI limit: a bundle never says anything about its neighbour (gate.md §0.2). */
const FINES = ['qpv', 'qva', 'iris', 'carreau', 'residence', 'batiment', 'adresse', 'cage'] as const;

function niveau(
  a: Atomes,
  echelle: Echelle,
  split: boolean,
  code: (i: number) => string | null,
  suffixe: boolean,
): NiveauZones {
  const epci = a.cles.epci as (string | null)[];
  const secteur = a.cles.secteur as Secteur[];
  const p = partition(a.n, (i) => {
    const c = code(i);
    return c === null ? null : split ? `${c}|${secteur[i]}` : suffixe ? `${c}|${epci[i]}` : c;
  });
  return {
    id: split ? `${echelle}_secteur` : echelle,
    publie: true,
    echelle,
    split,
    zone: p.zone,
    cles: p.cles,
    codes: p.premier.map((i) => code(i) as string),
    secteurs: p.premier.map((i) => (split ? (secteur[i] as Secteur) : 'tous')),
  };
}

const col = (a: Atomes, nom: string) => (i: number) => (a.cles[nom] as (string | null)[])[i] ?? null;

/**
 * Parts of an EPCI by département. No table shows them, but an EPCI across a limit lets them be computed (département minus
 * its other EPCI, or the communes of one side): both storeys take them as known unless they must be protected.
 */
function parts(a: Atomes): NiveauZones {
  const [epci, departement] = [col(a, 'epci'), col(a, 'departement')];
  const p = partition(a.n, (i) => (epci(i) === null ? null : `${epci(i)}|${departement(i)}`));
  return {
    id: 'epci_departement',
    publie: false,
    echelle: 'epci',
    split: false,
    zone: p.zone,
    cles: p.cles,
    codes: p.premier.map((i) => epci(i) as string),
    secteurs: p.premier.map(() => 'tous' as const),
  };
}

/** Levels from France to EPCI, whole and split by sector. */
export function niveauxLarges(a: Atomes): NiveauZones[] {
  const un = (split: boolean) =>
    LARGES.map((e) => niveau(a, e, split, e === 'france' ? () => 'FR' : col(a, e), false));
  return [...un(false), ...un(true), parts(a)];
}

/** Communes in no EPCI (four islands): open figures only, since no bundle holds them. */
export function niveauHorsEpci(a: Atomes, split: boolean): NiveauZones {
  const [epci, commune] = [col(a, 'epci'), col(a, 'commune')];
  return niveau(a, 'commune', split, (i) => (epci(i) === null ? commune(i) : null), false);
}

/** One level per further zoning: their zones overlap each other freely. */
function zonages(a: Atomes): NiveauZones[] {
  const de = (a.cles.zonages as (string | null)[]).map(zonagesDe);
  const noms = new Set(de.flatMap((l) => l.map((z) => z.zonage)));
  return [...noms].sort().map((nom) => ({
    ...niveau(a, 'zonage', false, (i) => de[i]?.find((z) => z.zonage === nom)?.code ?? null, true),
    id: `zonage_${nom}`,
  }));
}

/** Levels inside one EPCI. The first three are context, already decided above: the EPCI, its halves, its parts. */
export const NIVEAUX_CONTEXTE = 3;
export function niveauxBloc(a: Atomes): NiveauZones[] {
  return [
    niveau(a, 'epci', false, col(a, 'epci'), false),
    niveau(a, 'epci', true, col(a, 'epci'), false),
    parts(a),
    niveau(a, 'commune', false, col(a, 'commune'), false),
    niveau(a, 'commune', true, col(a, 'commune'), false),
    ...FINES.map((e) => niveau(a, e, false, col(a, e), true)),
    ...zonages(a),
  ];
}

/** Atoms of each EPCI, in code order. Atoms outside every EPCI have no bundle: nothing below the EPCI shows them. */
export function blocsDe(a: Atomes): Map<string, Int32Array> {
  const listes = new Map<string, number[]>();
  (a.cles.epci as (string | null)[]).forEach((e, i) => {
    if (e === null) return;
    const l = listes.get(e);
    if (l === undefined) listes.set(e, [i]);
    else l.push(i);
  });
  return new Map([...listes].sort((x, y) => (x[0] < y[0] ? -1 : 1)).map(([e, l]) => [e, Int32Array.from(l)]));
}

/** The same counts on fewer atoms: those that no wide level tells apart are added up. */
export function agrege(a: Atomes): Atomes {
  const cles = ['epci', 'departement', 'region', 'secteur'] as const;
  const p = partition(a.n, (i) => cles.map((c) => a.cles[c]?.[i] ?? '').join('|'));
  const n = p.cles.length;
  const niveau = { zone: p.zone, cles: p.cles } as NiveauZones;
  return {
    millesime: a.millesime,
    n,
    cles: Object.fromEntries(
      Object.entries(a.cles).map(([k, v]) => [
        k,
        p.premier.map((i) => ((cles as readonly string[]).includes(k) ? (v[i] ?? null) : null)),
      ]),
    ),
    mesures: new Map([...a.mesures].map(([k, m]) => [k, somme(m, niveau)])),
    residence: new Int32Array(n),
  };
}

/** A part of the atoms, in the same order. */
export function extrait(a: Atomes, indices: Int32Array): Atomes {
  const prend = (x: Int32Array) => Int32Array.from(indices, (i) => x[i] as number);
  return {
    millesime: a.millesime,
    n: indices.length,
    cles: Object.fromEntries(
      Object.entries(a.cles).map(([k, v]) => [k, Array.from(indices, (i) => v[i] ?? null)]),
    ),
    mesures: new Map([...a.mesures].map(([k, v]) => [k, prend(v)])),
    residence: prend(a.residence),
  };
}

/** Sum a measure over the zones of a level. */
export function somme(
  mesure: Int32Array,
  niveau: { zone: Int32Array; cles: { length: number } },
): Int32Array {
  const s = new Int32Array(niveau.cles.length);
  for (let i = 0; i < mesure.length; i++) {
    const z = niveau.zone[i] as number;
    if (z >= 0) s[z] = (s[z] as number) + (mesure[i] as number);
  }
  return s;
}
