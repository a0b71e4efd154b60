/** Counts of the miniature release: what the indicators stage would hand to the secret. */
import { DuckDBInstance } from '@duckdb/node-api';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLES, indicateursDe } from '../../data/catalogue/indicators/index.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import { modalitesDe } from '../../pipeline/audit/regles.ts';
import { hasard } from './hasard.ts';

export const MILLESIME = 2022;
export const SIREN = ['200000011', '200000022'] as const;
export interface Atome {
  zones: Record<string, string | null>;
  mesures: Record<string, number>;
}

/** Counts of one variable for `n` units, plausible and consistent: modalities partition the denominator. */
function compter(
  v: Variable,
  n: number,
  h: (n: number) => number,
  m: Record<string, number>,
  p: string,
): void {
  const deja = v.avec === undefined ? undefined : m[`r.${v.avec}.${p}`];
  const r = deja ?? (v.repondu === 'true' ? n : n - h(1 + Math.floor(n / 6)));
  const u = v.denominateur === '1' ? r : r * 2;
  m[`n.${v.id}.${p}`] = n;
  m[`r.${v.id}.${p}`] = r;
  m[`u.${v.id}.${p}`] = u;
  const modalites = modalitesDe(v);
  const parts = new Map(modalites.map((i) => [i.id, 0]));
  let reste = u;
  for (const i of modalites.filter((i) => i.variable !== v.id)) reste -= m[`x.${i.id}.${p}`] ?? 0;
  const propres = modalites.filter((i) => i.variable === v.id);
  for (let k = 0; k < reste && propres.length > 0; k++) {
    const i = propres[h(propres.length + (v.cent === 'distribution' ? 0 : 3))];
    if (i) parts.set(i.id, parts.get(i.id)! + 1);
  }
  for (const i of indicateursDe(v.id)) {
    const autre =
      i.calcul === 'part' ? Math.floor((u * (25 + h(40))) / 100) : i.calcul === 'nombre' ? n : u * 3;
    m[`x.${i.id}.${p}`] = i.modalite ? parts.get(i.id)! : autre;
  }
}

/** The 120 addresses of the mini country, the same each time. */
export function atomes(): Atome[] {
  const h = hasard(2022);
  return Array.from({ length: 120 }, (_, a) => {
    const commune = Math.floor(a / 30);
    const dep = Math.floor(commune / 2);
    const rang = a % 30;
    const ens = 12 + h(40);
    const er = 3 + h(Math.floor(ens / 3));
    const qpv = rang >= 12 && rang < 18;
    const zones = {
      adresse: `A${String(a).padStart(3, '0')}`,
      residence: `R${String(Math.floor(a / 3)).padStart(2, '0')}`,
      carreau: rang === 29 ? null : `C${commune}${Math.floor(rang / 4)}`,
      iris: `0${dep + 1}00${commune}01${rang < 15 ? '01' : '02'}`.slice(0, 9),
      qpv: qpv ? `QN0${commune}` : null,
      commune: `0${dep + 1}00${commune}`,
      epci: SIREN[dep]!,
      departement: `0${dep + 1}`,
      region: '11',
      secteur: qpv ? 'qpv' : 'hqpv',
    };
    const mesures: Record<string, number> = { logements: ens + 2, occupes: ens };
    for (const p of ['ENS', 'ER'] as const)
      for (const v of VARIABLES) {
        if (!v.populations.includes(p)) continue;
        const n = v.source === 'rpls' && p === 'ENS' ? ens + 2 : p === 'ENS' ? ens : er;
        if (p === 'ENS') compter(v, n, h, mesures, p);
        else {
          // A sub-population: never more than the whole, whatever is counted.
          compter(v, n, h, mesures, p);
          const cles = [`r.${v.id}`, `u.${v.id}`, ...indicateursDe(v.id).map((i) => `x.${i.id}`)];
          for (const c of cles) mesures[`${c}.ER`] = Math.min(mesures[`${c}.ER`]!, mesures[`${c}.ENS`]!);
        }
      }
    return { zones, mesures };
  });
}

/** Atoms and residences as the indicators stage writes them. */
export async function ecrireParquet(dossier: string, liste: readonly Atome[]): Promise<void> {
  const jsonl = join(dossier, 'atomes.jsonl');
  writeFileSync(
    jsonl,
    liste.map((a) => JSON.stringify({ millesime: MILLESIME, ...a.zones, ...a.mesures })).join('\n'),
  );
  const instance = await DuckDBInstance.create(':memory:');
  const c = await instance.connect();
  await c.run(
    `copy (select * from read_json('${jsonl}', format = 'newline_delimited', maximum_depth = 1, sample_size = -1, columns = {millesime: 'integer', ${[
      ...Object.keys(liste[0]!.zones).map((k) => `${k}: 'varchar'`),
      ...Object.keys(liste[0]!.mesures).map((k) => `"${k}": 'integer'`),
    ].join(', ')}})) to '${join(dossier, 'atomes.parquet')}' (format parquet)`,
  );
  await c.run(
    `copy (select ${MILLESIME} as millesime, residence, 60 as logements from '${join(dossier, 'atomes.parquet')}' group by residence) to '${join(dossier, 'residences.parquet')}' (format parquet)`,
  );
  c.closeSync();
  rmSync(jsonl);
}
