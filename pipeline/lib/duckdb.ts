/** One small wrapper around DuckDB: deterministic settings, French errors, columnar reads. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { availableParallelism, totalmem } from 'node:os';

export interface Base {
  readonly connexion: DuckDBConnection;
  /** Run one or more statements, no result. */
  execute(sql: string): Promise<void>;
  /** Rows as objects; BIGINT and HUGEINT come back as numbers (counts stay under 2^53). */
  lignes<T = Record<string, unknown>>(sql: string): Promise<T[]>;
  /** Columns by name, each an array of JS values. */
  colonnes(sql: string): Promise<Record<string, unknown[]>>;
  /** First column of the first row. */
  scalaire<T = number>(sql: string): Promise<T>;
  ferme(): void;
}

const simple = (v: unknown): unknown => (typeof v === 'bigint' ? Number(v) : v);

/** Share of the machine's memory that a database may take before it spills: the heap and the threads want the rest. */
const PART = 1 / 4;

/**
 * Open an in-memory database that spills to `temporaire` when large; the folder is made when needed and leaves with it.
 * Insertion order is kept, so that row numbers are those of the file.
 */
export async function ouvreBase(options: { temporaire?: string; fils?: number } = {}): Promise<Base> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.fils ?? availableParallelism()),
    preserve_insertion_order: 'true',
    ...(options.temporaire === undefined
      ? {}
      : {
          temp_directory: options.temporaire,
          memory_limit: `${Math.round((PART * totalmem()) / 2 ** 20)}MiB`,
        }),
  });
  const connexion = await instance.connect();
  const colonnes = async (sql: string) => {
    const lecteur = await connexion.runAndReadAll(sql);
    const noms = lecteur.deduplicatedColumnNames();
    const valeurs = lecteur.getColumnsJS();
    return Object.fromEntries(noms.map((nom, i) => [nom, (valeurs[i] ?? []).map(simple)]));
  };
  return {
    connexion,
    async execute(sql) {
      await connexion.run(sql);
    },
    async lignes<T>(sql: string) {
      const lecteur = await connexion.runAndReadAll(sql);
      return lecteur
        .getRowObjectsJS()
        .map((l) => Object.fromEntries(Object.entries(l).map(([k, v]) => [k, simple(v)]))) as T[];
    },
    colonnes,
    async scalaire<T>(sql: string) {
      const c = await colonnes(sql);
      return Object.values(c)[0]?.[0] as T;
    },
    ferme() {
      connexion.closeSync();
      instance.closeSync();
    },
  };
}

/** SQL text literal. */
export function texte(valeur: string): string {
  return `'${valeur.replaceAll("'", "''")}'`;
}
/** SQL identifier. */
export function ident(nom: string): string {
  return `"${nom.replaceAll('"', '""')}"`;
}
