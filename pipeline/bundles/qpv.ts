/**
 * Outlines of the priority neighbourhoods for the public map. Their perimeters are set by decree and open; no figure goes
 * with them. They are taken from the territories already made, so that public and territory maps draw the same lines.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Geometry } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { writeJson } from '../lib/files.ts';
import { topojson, type FormeNommee } from '../lib/topojson.ts';

/** Steps across the whole country: about 10 m for a country of 1,000 km. */
const PAS = 1e5;

/**
 * Write `public/geo/qpv.json` (TopoJSON, one object `qpv`, ids = codes, names), nothing when no neighbourhood is public.
 * @param publics codes of the public list of zones; an outline outside it is not written
 * @returns number of outlines
 */
export async function contoursQpv(
  release: string,
  dossiers: readonly string[],
  publics: ReadonlySet<string>,
): Promise<number> {
  const formes = new Map<string, FormeNommee>();
  for (const d of dossiers) {
    const topo = JSON.parse(await readFile(join(release, 'bundles', d, 'geo.json'), 'utf8')) as Topology;
    const objet = topo.objects['qpv'] as GeometryCollection<{ nom: string }> | undefined;
    for (const f of objet ? feature(topo, objet).features : []) {
      const code = String(f.id);
      // A neighbourhood on two territories is whole in both.
      if (publics.has(code)) formes.set(code, { code, nom: f.properties.nom, geometrie: f.geometry as Geometry }); // prettier-ignore
    }
  }
  const liste = [...formes.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  if (liste.length > 0)
    await writeJson(join(release, 'public', 'geo', 'qpv.json'), topojson({ qpv: liste }, Number.POSITIVE_INFINITY, PAS)); // prettier-ignore
  return liste.length;
}
