/** What a build takes from the register: the scopes its accounts need, and the key that seals the release. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scelleur } from '../bundles/stage.ts';
import { sha256File } from '../lib/files.ts';
import { maitresGarde } from '../links/publication.ts';
import { cleLivraison, ouvrirRegistre } from '../links/registre.ts';
import { epciEteints, porteesVoulues } from './besoins.ts';
import { purgerCache } from './purge.ts';
import type { Portee } from './perimetre.ts';

export interface Lots {
  portees: Portee[];
  /** EPCI whose conventions are all over: no bundle. */
  eteints: string[];
  /** SIREN of landlords that oppose disclosure to their peers. */
  oppositions: string[];
  scelleur: Scelleur;
  /** Secrets of the register that may be read: nothing that leaves may hold one of them. */
  secrets: Uint8Array[];
}

/** Key material of the register that rests in clear; what a passphrase protects cannot be searched for. */
async function secretsLisibles(registre: string): Promise<Uint8Array[]> {
  const secrets: Uint8Array[] = [];
  const cles = join(registre, 'cles');
  for (const nom of await readdir(cles)) {
    const texte = await readFile(join(cles, nom), 'utf8');
    const brut = nom.endsWith('.jwk') ? /"d":"([^"]+)"/.exec(texte)?.[1] : nom === 'empreintes.key' && texte;
    if (brut) secrets.push(Buffer.from(brut.trim(), 'base64url'));
  }
  for (const { octets } of await maitresGarde(registre)) secrets.push(Buffer.from(octets, 'base64url'));
  return secrets;
}

/** Open the register (created on first use) and its sealing key. @throws UserError when the register does not hold */
export async function preparerLots(dossier: string): Promise<Lots> {
  const registre = await ouvrirRegistre(dossier);
  const { kid, x } = await cleLivraison(registre);
  return {
    portees: porteesVoulues(registre),
    eteints: epciEteints(registre),
    oppositions: [...registre.etat.oppositions.keys()].toSorted(),
    secrets: await secretsLisibles(dossier),
    scelleur: {
      cle: { kid, x },
      sceller: (objet, sha256) => registre.coffre.sceller(kid, objet, sha256),
    },
  };
}

/**
 * Take the bundles of ended conventions out of a draft, and their archives out of the cache.
 * @returns codes of the EPCI that had one
 */
export async function ecarterEteints(
  vers: string,
  brouillon: string,
  eteints: readonly string[],
): Promise<string[]> {
  const ecartes: string[] = [];
  const cartes = new Map<string, number>();
  for (const code of eteints) {
    const dossier = join(brouillon, 'bundles', code);
    const carte = join(dossier, 'carte.pmtiles');
    const etat = await stat(carte).catch(() => undefined);
    if (!etat) continue;
    cartes.set(await sha256File(carte), etat.size);
    await rm(dossier, { recursive: true });
    ecartes.push(code);
  }
  if (ecartes.length > 0) await purgerCache(vers, cartes);
  return ecartes;
}
