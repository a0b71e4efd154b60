/** The commune of every row, carried to the target COG by the passage tables. */
import { texte, type Base } from '../lib/duckdb.ts';
import type { Forme } from './geometrie.ts';
import { contient } from './localise.ts';
import { composePassages, type Passage } from './passages.ts';
import type { Cog } from './territoires.ts';

/** Fill `commune_de` for one source; rows of an unknown commune get no line there and are refused later. */
export async function communesDe(
  base: Base,
  source: 'rpls' | 'ops',
  cog: Cog,
  passages: readonly Passage[],
  cible: number,
  formes: ReadonlyMap<string, Forme>,
): Promise<void> {
  const connus = new Set(cog.communes.map((c) => c.commune));
  const codes = await base.lignes<{ millesime: number; depcom: string }>(
    `select distinct millesime, depcom from ${source} order by all`,
  );
  await base.execute(
    'create or replace temp table passage_code (millesime integer, depcom varchar, commune varchar, rang integer)',
  );
  const versDe = new Map<number, ReturnType<typeof composePassages>>();
  const lignes: string[] = [];
  for (const { millesime, depcom } of codes) {
    let vers = versDe.get(millesime);
    if (vers === undefined)
      versDe.set(millesime, (vers = composePassages(passages, millesime, cible, connus)));
    (vers(depcom) ?? []).forEach(([commune], rang) =>
      lignes.push(`(${millesime}, ${texte(depcom)}, ${texte(commune)}, ${rang})`),
    );
  }
  for (let i = 0; i < lignes.length; i += 5000)
    await base.execute(`insert into passage_code values ${lignes.slice(i, i + 5000).join(', ')}`);
  await base.execute(
    `insert into commune_de select '${source}', s.millesime, s.ligne, p.commune from ${source} s join passage_code p on p.millesime = s.millesime and p.depcom = s.depcom and p.rang = 0`,
  );
  // A commune split in several: the dwelling's point decides, else the largest share (geodata.md §2.1).
  const partagees = await base.lignes<{
    ligne: number;
    millesime: number;
    commune: string;
    lon: number;
    lat: number;
  }>(
    `select s.ligne, s.millesime, p.commune, t.lon, t.lat from ${source} s join passage_code p on p.millesime = s.millesime and p.depcom = s.depcom
     join point t on t.epsg = s.epsg and t.x = s.x and t.y = s.y
     where (s.millesime, s.depcom) in (select (millesime, depcom) from passage_code where rang > 0) order by all`,
  );
  for (const p of partagees) {
    const forme = formes.get(p.commune);
    if (forme !== undefined && contient(forme.geometry, p.lon, p.lat)) {
      await base.execute(
        `update commune_de set commune = ${texte(p.commune)} where source = '${source}' and millesime = ${p.millesime} and ligne = ${p.ligne}`,
      );
    }
  }
}
