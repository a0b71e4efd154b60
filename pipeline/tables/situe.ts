/** The zones of every distinct point of the sources: 200 m cell, IRIS, QPV, QVA and drawn zonings. */
import { UserError } from '../../data/contract/erreur.ts';
import type { Base } from '../lib/duckdb.ts';
import { carreauDe, epsgConnu, versWgs84 } from '../lib/projections.ts';
import type { Forme } from './geometrie.ts';
import { indexe } from './localise.ts';

/** Drawn zones, by kind; `zonages` are further ones, by short name. */
export interface Dessins {
  iris: readonly Forme[];
  qpv: readonly Forme[];
  qva: readonly Forme[];
  zonages: Map<string, readonly Forme[]>;
}

/** Fill the table `point`: one row per distinct (epsg, x, y). */
export async function situePoints(
  base: Base,
  dessins: Dessins,
  avance: (fait: number, total: number) => void,
): Promise<void> {
  await base.execute(
    'create or replace table point (epsg integer, x double, y double, lon double, lat double, carreau varchar, iris varchar, qpv varchar, qva varchar, zonages varchar)',
  );
  const c = await base.colonnes(
    'select distinct epsg, x, y from (select epsg, x, y from rpls union all select epsg, x, y from ops) where epsg is not null and x is not null and y is not null order by all',
  );
  const [es, xs, ys] = [c.epsg as number[], c.x as number[], c.y as number[]];
  const zonage = (formes: readonly Forme[]) =>
    indexe(formes.map((f) => ({ code: f.properties.code, geometrie: f.geometry })));
  const simples = [zonage(dessins.iris), zonage(dessins.qpv), zonage(dessins.qva)];
  const zonages = [...dessins.zonages].map(([nom, formes]) => [nom, zonage(formes)] as const);
  const ajout = await base.connexion.createAppender('point');
  for (let i = 0; i < es.length; i++) {
    if (i % 5000 === 0) avance(i, es.length);
    const [epsg, x, y] = [es[i] as number, xs[i] as number, ys[i] as number];
    if (!epsgConnu(epsg)) continue;
    const [lon, lat] = versWgs84(epsg)([x, y]).map((v) => Math.round(v * 1e7) / 1e7) as [number, number];
    ajout.appendInteger(epsg);
    ajout.appendDouble(x);
    ajout.appendDouble(y);
    ajout.appendDouble(lon);
    ajout.appendDouble(lat);
    ajout.appendVarchar(carreauDe(lon, lat));
    const autres = zonages.flatMap(([nom, dans]) => {
      const codes = dans(lon, lat);
      if (codes.length > 1)
        throw new UserError(
          `Zonage « ${nom} » : le point ${lon}, ${lat} est dans deux zones, ${codes[0]} et ${codes[1]}.`,
          {
            hint: 'Un zonage couvre un point au plus une fois : corrigez les contours, ou faites-en deux zonages.',
          },
        );
      return codes.map((code) => `${nom}.${code}`);
    });
    const trouves = [...simples.map((dans) => dans(lon, lat)[0]), autres.sort().join('|') || undefined];
    for (const trouve of trouves) {
      if (trouve === undefined) ajout.appendNull();
      else ajout.appendVarchar(trouve);
    }
    ajout.endRow();
  }
  ajout.closeSync();
}
