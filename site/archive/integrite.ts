/**
 * What the producer sealed is what the page shows: the manifest carries a seal, and names the digest of everything else.
 * Without a key in the page (a release built without a register) there is nothing to check against.
 */
import { z } from 'zod';
import type { Bundle } from '../../data/contract/release.ts';
import { sceauTient, type ClePublique } from '../gate/sceau.ts';
import { ErreurTerritoire } from './erreurs.ts';
import type { ArchiveSession } from './session.ts';

const clesSchema = z.array(z.strictObject({ kid: z.string(), x: z.string() }));

/** Keys baked in the page. */
export const lireCles = (texte: string | undefined): ClePublique[] =>
  clesSchema.parse(JSON.parse(texte ?? '[]'));

/**
 * Check the seal of a manifest already read and compared with its digest.
 * @throws ErreurTerritoire fichier-altere
 */
export async function exigerSceau(cles: readonly ClePublique[], manifeste: ArchiveSession): Promise<void> {
  if (cles.length === 0) return;
  const tient = await sceauTient(manifeste.sceau, cles, manifeste.territoire, manifeste.sha256);
  if (!tient) throw new ErreurTerritoire('fichier-altere');
}

/** The other files of a session must be those the manifest names. @throws ErreurTerritoire fichier-altere */
export function exigerFichiers(manifeste: Bundle, archives: readonly ArchiveSession[]): void {
  for (const a of archives)
    if (!manifeste.archives.some((m) => m.produit === a.produit && m.sha256 === a.sha256))
      throw new ErreurTerritoire('fichier-altere');
}
