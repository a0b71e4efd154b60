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
      noter(compte, empreinte);
      mkdirSync(dirname(fichier), { recursive: true, mode: 0o700 });
      appendFileSync(fichier, `${JSON.stringify({ compte, empreinte, t: new Date().toISOString() })}\n`, {
        mode: 0o600,
      });
      return Promise.resolve(true);
    },
  };
}
