/** QR code of a territory link: as secret as the link itself. */
import { chmod } from 'node:fs/promises';
import { renderSVG, renderUnicodeCompact } from 'uqr';
import { UserError } from '../../data/contract/erreur.ts';
import { writeAtomic } from '../lib/files.ts';

/** Refuse a file that cannot be before the link exists: a link that is signed and never shown is lost. @throws UserError */
export function exigerSortieQr(sortie: string | undefined): void {
  if (sortie !== undefined && sortie !== '-' && !sortie.endsWith('.svg'))
    throw new UserError(`Le code QR s’écrit en SVG : « ${sortie} » ne finit pas par .svg.`, { code: 2 });
}

/**
 * Draw the code of a link.
 * @param sortie an `.svg` file (written with mode 0600), `-` for the terminal, undefined for none
 * @returns what to add to the command's answer
 */
export async function codeQr(lien: { url: string }, sortie: string | undefined): Promise<string> {
  if (sortie === undefined || lien.url === '') return '';
  // Lowest correction: a link is long, and a denser code would not be read from paper.
  if (sortie === '-') return `\n${renderUnicodeCompact(lien.url, { ecc: 'L' })}`;
  exigerSortieQr(sortie);
  try {
    await writeAtomic(sortie, renderSVG(lien.url, { ecc: 'L', border: 4 }));
    await chmod(sortie, 0o600);
  } catch {
    // The link is signed: it must still be shown.
    return `\nLe code QR ne s’écrit pas dans « ${sortie} » : vérifiez ce dossier, ou demandez-le ici (--qr -).`;
  }
  return `\nCode QR du lien : « ${sortie} ». Gardez-le comme le lien lui-même.`;
}
