/** The acceptance kit, when it is there: beside the project, or where CARTO_KIT says. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dossier =
  process.env.CARTO_KIT ?? fileURLToPath(new URL('../../../shared/acceptance/secret', import.meta.url));
/** Folder of the kit, or null when this checkout does not have it. */
export const KIT: string | null = existsSync(dossier) ? dossier : null;
export const SANS_KIT = `kit d’acceptation absent (${KIT === null ? 'CARTO_KIT ou ../shared/acceptance/secret' : ''})`;
