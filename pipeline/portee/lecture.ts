/** Files of a release, read in the shape of this version: another shape is a release of another version, not a bug. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { UserError } from '../../data/contract/erreur.ts';

/** Read and check one JSON file. @throws UserError when it is not readable or not of this shape */
export async function lireForme<S extends z.ZodType>(schema: S, fichier: string): Promise<z.infer<S>> {
  const texte = await readFile(fichier, 'utf8').catch((cause: unknown) => {
    throw new UserError(`Ce fichier de la livraison ne se lit pas : « ${fichier} ».`, { cause });
  });
  try {
    return schema.parse(JSON.parse(texte));
  } catch (cause) {
    throw new UserError(`« ${fichier} » n’a pas la forme attendue par cette version de Carto OPS.`, {
      hint: 'Construisez la livraison à nouveau avec cette version (carto build), ou reprenez une copie intacte.',
      cause,
    });
  }
}
