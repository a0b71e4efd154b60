/** Archives of the miniature release, by tippecanoe, with their metadata rewritten as the build does. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Table } from '../../data/contract/table.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { sha256 } from '../../pipeline/lib/files.ts';
import type { Mini, Modifications } from './fixture.ts';

/** A number that depends on the name only. */
export const couleur = (z: string) => [...z].reduce((a, c) => a + c.charCodeAt(0), 0);

/** Outlines of the mini country: a point each is enough to be expected on a map. */
export function topologie(zones: readonly (readonly [Echelle, string])[]) {
  const objects: Record<string, { type: string; geometries: object[] }> = {};
  for (const [e, code] of zones)
    (objects[e] ??= { type: 'GeometryCollection', geometries: [] }).geometries.push({
      type: 'Point',
      id: code,
      coordinates: [1, 1],
      properties: { nom: code },
    });
  return { type: 'Topology', objects, arcs: [] };
}

/** GeoJSON of a table through tippecanoe, then metadata rewritten. */
export function tuiler(
  mini: Mini,
  nom: string,
  table: Table,
  colonne: (cle: string) => boolean,
  zooms: Record<string, [number, number]>,
  modifications: Modifications,
): void {
  const chemin = join(mini.release, nom);
  mkdirSync(join(chemin, '..'), { recursive: true });
  const arguments_: string[] = [];
  let [min, max] = [99, 0];
  let tout = '';
  for (const [echelle, [a, b]] of Object.entries(zooms)) {
    const lignes = table.zones.flatMap((z, i) => {
      if (z.echelle !== echelle) return [];
      const properties: Record<string, unknown> = { code: z.code, nom: z.nom };
      for (const [k, v] of Object.entries(table.colonnes))
        if (colonne(k) && v[i] != null) properties[k] = v[i];
      if (modifications.tuile && !modifications.tuile(nom, `${z.echelle}:${z.code}`, properties)) return [];
      const x = (couleur(z.code) * 37) % 100;
      const y = (couleur(z.code) * 61) % 80;
      return [
        JSON.stringify({
          type: 'Feature',
          properties,
          geometry: { type: 'Point', coordinates: [x / 10, y / 10] },
        }),
      ];
    });
    const source = join(mini.racine, `${echelle}.geojsonl`);
    writeFileSync(source, lignes.join('\n'));
    tout += `${echelle}\n${lignes.join('\n')}\n`;
    arguments_.push('-L', `${echelle}:${source}`);
    [min, max] = [Math.min(min, a), Math.max(max, b)];
  }
  const brut = modifications.sansNettoyage?.(nom) ?? false;
  const garde =
    modifications.cache === undefined || brut ? null : join(modifications.cache, `${sha256(tout)}.pmtiles`);
  if (garde !== null && existsSync(garde)) return copyFileSync(garde, chemin);
  execFileSync(
    'tippecanoe',
    // prettier-ignore
    ['-q', '-f', '-o', chemin, `-Z${min}`, `-z${max}`, '-r1', ...(brut ? [] : ['--no-tile-stats']), '--no-tile-size-limit', '--no-feature-limit', ...arguments_],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (brut) return;
  nettoyer(chemin, table, Object.keys(zooms), colonne);
  if (garde === null) return;
  mkdirSync(join(garde, '..'), { recursive: true });
  copyFileSync(chemin, garde);
}

/** Replace the metadata of an archive: same sections, new JSON, offsets moved. */
function nettoyer(chemin: string, table: Table, couches: string[], colonne: (cle: string) => boolean): void {
  const o = readFileSync(chemin);
  const champs = Object.fromEntries(
    ['code', 'nom', ...Object.keys(table.colonnes).filter(colonne)].map((k) => [k, 'String']),
  );
  const json = gzipSync(
    JSON.stringify({ name: 'mini', vector_layers: couches.map((id) => ({ id, fields: champs })) }),
  );
  const lire = (i: number) => Number(o.readBigUInt64LE(8 + 8 * i));
  const [racine, lRacine, meta, lMeta, feuilles, lFeuilles, donnees, lDonnees] = Array.from(
    { length: 8 },
    (_, i) => lire(i),
  ) as [number, number, number, number, number, number, number, number];
  const tete = Buffer.from(o.subarray(0, 127));
  const ecart = json.length - lMeta;
  tete.writeBigUInt64LE(BigInt(json.length), 8 + 8 * 3);
  if (feuilles > meta) tete.writeBigUInt64LE(BigInt(feuilles + ecart), 8 + 8 * 4);
  tete.writeBigUInt64LE(BigInt(donnees + ecart), 8 + 8 * 6);
  writeFileSync(
    chemin,
    Buffer.concat([
      tete,
      o.subarray(racine, racine + lRacine),
      json,
      o.subarray(feuilles, feuilles + lFeuilles),
      o.subarray(donnees, donnees + lDonnees),
    ]),
  );
}
