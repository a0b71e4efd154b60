/** Devices of accounts with device binding: one JSON line per device, thumbprints only, kept beside the register. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Appareils } from '../../site/gate/types.ts';

const ligneSchema = z.object({ compte: z.string(), empreinte: z.string() });

/** Open the store; an unreadable line (a kill in the middle of a write) counts for nothing. */
export function ouvrirAppareils(fichier: string): Appareils {
  const connus = new Map<string, Set<string>>();
  const noter = (compte: string, empreinte: string) => {
    const siens = connus.get(compte) ?? new Set<string>();
    siens.add(empreinte);
    connus.set(compte, siens);
  };
  let texte = '';
  try {
    texte = readFileSync(fichier, 'utf8');
  } catch {
    // First device ever.
  }
  let entiere = texte === '' || texte.endsWith('\n');
  for (const brute of texte.split('\n')) {
    try {
      const { compte, empreinte } = ligneSchema.parse(JSON.parse(brute));
      noter(compte, empreinte);
    } catch {
      continue;
    }
  }
  return {
    admet(compte, empreinte, max) {
      const siens = connus.get(compte);
      if (siens?.has(empreinte)) return Promise.resolve(true);
      if ((siens?.size ?? 0) >= max) return Promise.resolve(false);
      try {
        mkdirSync(dirname(fichier), { recursive: true, mode: 0o700 });
        const ligne = JSON.stringify({ compte, empreinte, t: new Date().toISOString() });
        // After a line cut by a kill: this one must not be glued to it.
        appendFileSync(fichier, `${entiere ? '' : '\n'}${ligne}\n`, { mode: 0o600 });
        entiere = true;
      } catch (erreur) {
        // A device that is not on disk would be one too many after a restart.
        entiere = false;
        return Promise.reject(erreur);
      }
      noter(compte, empreinte);
      return Promise.resolve(true);
    },
  };
}
