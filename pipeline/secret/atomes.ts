/** The confidential counts of one millésime, columnar, and the zones (levels) that partition its atoms. */
import { join } from 'node:path';
import type { Echelle, Secteur } from '../../data/contract/zone.ts';
import { ouvreBase, texte, type Base } from '../lib/duckdb.ts';

/** A level of the system: an échelle for one sector split. `zone[i]` is the index of the zone of atom i, or -1. */
export interface NiveauZones {
  echelle: Echelle;
  /** 'tous', or 'split' for the qpv / hqpv halves of an échelle. */
  split: boolean;
  zone: Int32Array;
  /** Code of each zone; halves are written `code|qpv`, fine zones `code|epci`. */
  cles: string[];
  codes: string[];
  epci: (string | null)[];
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

const CLES = [
  'adresse',
  'residence',
  'carreau',
  'iris',
  'qpv',
  'commune',
  'epci',
  'departement',
  'region',
  'secteur',
] as const;

async function mesuresDe(base: Base): Promise<string[]> {
  const colonnes = await base.lignes<{ column_name: string }>('describe select * from atomes');
  return colonnes
    .map((c) => c.column_name)
    .filter((c) => c !== 'millesime' && !(CLES as readonly string[]).includes(c));
}

/** Open the atoms of the indicators stage and give one millésime at a time. */
export async function ouvreAtomes(
  indicateurs: string,
): Promise<{ millesimes: number[]; charge(m: number): Promise<Atomes>; base: Base }> {
  const base = await ouvreBase();
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
      const ordre = CLES.map((c) => `a.${c}`).join(', ');
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

const LARGES = ['france', 'region', 'departement', 'epci', 'commune'] as const;
/** Finest échelles are cut at the EPCI limit: a bundle never says anything about its neighbour (gate.md §0.2). */
const FINES = ['qpv', 'iris', 'carreau', 'residence', 'adresse'] as const;

/** Every published level of a millésime, widest first. Zones inside no EPCI have no fine level: no bundle shows them. */
export function niveauxDe(a: Atomes): NiveauZones[] {
  const col = (nom: string) => a.cles[nom] as (string | null)[];
  const [epci, secteur] = [col('epci'), col('secteur')];
  const niveaux: NiveauZones[] = [];
  for (const split of [false, true]) {
    for (const echelle of LARGES) {
      const code = (i: number) => (echelle === 'france' ? 'FR' : (col(echelle)[i] ?? null));
      const p = partition(a.n, (i) => {
        const c = code(i);
        // A commune outside every EPCI is published nowhere at this audience: it is no cell of the system.
        if (c === null || (echelle === 'commune' && epci[i] === null)) return null;
        return split ? `${c}|${secteur[i]}` : c;
      });
      niveaux.push({
        echelle,
        split,
        zone: p.zone,
        cles: p.cles,
        codes: p.premier.map((i) => code(i) as string),
        epci: p.premier.map((i) => (echelle === 'epci' || echelle === 'commune' ? (epci[i] ?? null) : null)),
        secteurs: p.premier.map((i) => (split ? (secteur[i] as Secteur) : 'tous')),
      });
    }
  }
  for (const echelle of FINES) {
    const valeurs = col(echelle);
    const p = partition(a.n, (i) =>
      valeurs[i] == null || epci[i] == null ? null : `${valeurs[i]}|${epci[i]}`,
    );
    niveaux.push({
      echelle,
      split: false,
      zone: p.zone,
      cles: p.cles,
      codes: p.premier.map((i) => valeurs[i] as string),
      epci: p.premier.map((i) => epci[i] as string),
      secteurs: p.premier.map(() => 'tous' as const),
    });
  }
  return niveaux;
}

/** Sum a measure over the zones of a level. */
export function somme(mesure: Int32Array, niveau: NiveauZones): Int32Array {
  const s = new Int32Array(niveau.cles.length);
  for (let i = 0; i < mesure.length; i++) {
    const z = niveau.zone[i] as number;
    if (z >= 0) s[z] = (s[z] as number) + (mesure[i] as number);
  }
  return s;
}
