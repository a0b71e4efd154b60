/**
 * Stage `rapport`: the build report, for the statisticians of the producer. Reads the confidential folder of a build and the
 * audit of its release (donnees.ts); writes <confidentiel>/rapport/index.html and nothing else, least of all outside.
 */
import { join } from 'node:path';
import { writeAtomic } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { ouvreDonnees, type Dossiers } from './donnees.ts';
import { dessinePage } from './page.ts';

/**
 * Write the report.
 * @returns path of the page
 * @throws UserError when a file it reads is missing or of another shape
 */
export async function ecrireRapport(dossiers: Dossiers, journal: Journal): Promise<string> {
  const etape = journal.etape('rapport');
  const donnees = await ouvreDonnees(dossiers);
  try {
    const { html, cartes } = await dessinePage(donnees);
    const chemin = join(dossiers.confidentiel, 'rapport', 'index.html');
    await writeAtomic(chemin, html);
    etape.fin({ cartes, octets: Buffer.byteLength(html) });
    return chemin;
  } finally {
    donnees.base.ferme();
  }
}
