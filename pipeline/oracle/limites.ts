/** Every commune outline of a reference folder in one layer, whatever the régions it holds. */
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Feature, FeatureCollection } from 'geojson';
import { UserError } from '../../data/contract/erreur.ts';
import type { Fichier } from '../../data/contract/sources.ts';
import { writeJson } from '../lib/files.ts';

/** Merge boundaries/communes-cog2023-*.geojson.gz into the work folder. @returns the entries for sources.json */
export async function limitesDe(reference: string, travail: string): Promise<Fichier[]> {
  const dossier = join(reference, 'boundaries');
  const fichiers = (await readdir(dossier))
    .filter((f) => /^communes-cog2023-.*\.geojson\.gz$/.test(f))
    .sort();
  if (fichiers.length === 0)
    throw new UserError('Aucun contour de commune dans le dossier de référence.', {
      hint: `Attendu : ${basename(dossier)}/communes-cog2023-*.geojson.gz`,
    });
  const features: Feature[] = [];
  for (const f of fichiers)
    features.push(
      ...(JSON.parse(gunzipSync(await readFile(join(dossier, f))).toString('utf8')) as FeatureCollection)
        .features,
    );
  await writeJson(join(travail, 'communes.geojson'), { type: 'FeatureCollection', features });
  return [{ type: 'communes', chemin: 'communes.geojson', zonage: 'COG 2023' }];
}
