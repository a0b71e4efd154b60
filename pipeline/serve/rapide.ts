/**
 * Two sides of the fast path: the njs module written once for nginx, and the small files by which a running gate tells it
 * what is withdrawn and where archives are. Without fresh files the module sends everything to the gate.
 */
import { createHmac } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { GateArchive, Revocations } from '../../data/contract/grant.ts';
import type { Lot, Reglages } from '../../site/gate/rapide.ts';

export const dossierRapide = (registre: string): string => join(registre, 'garde', 'rapide');

/** HKDF-Extract of a master secret, as WebCrypto does it with an empty salt of 32 zeros. Hexadecimal. */
export const prk = (octets: Uint8Array): string =>
  createHmac('sha256', Buffer.alloc(32)).update(octets).digest('hex');

/** Settings of the module. @param maitres as in `maitre.json` */
export function reglagesRapides(
  origines: readonly string[],
  maitres: readonly { id: string; octets: string }[],
): Reglages {
  return {
    iss: origines[0] ?? '',
    hotes: origines.map((o) => new URL(o).host),
    maitres: maitres.map((m) => ({ id: m.id, prk: prk(Buffer.from(m.octets, 'base64url')) })),
  };
}

/** A source of the module without its types: positions and comments stay. */
function source(nom: string): string {
  const texte = readFileSync(new URL(`../../site/gate/${nom}`, import.meta.url), 'utf8');
  const { emitWarning } = process;
  // Node 24 still calls this function experimental, at each first use, in English, to a person who did not ask.
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(texte);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * The module as njs reads it: types gone, settings in. It holds what signs tokens: mode 0600.
 * @param dossiers where the gate writes its files, and the folder of bundles
 */
export function moduleNjs(reglages: Reglages, dossiers: { rapide: string; lots: string }): string {
  const sansImport = (texte: string) =>
    texte.replaceAll(/^import [^;]+;$/gm, '').replaceAll(/^export (?!default)/gm, '');
  return `const crypto = require('crypto');
const fs = require('fs');
const REGLAGES = ${JSON.stringify(reglages)};
const DOSSIERS = ${JSON.stringify(dossiers)};
${sansImport(source('rapide.ts'))}
${sansImport(source('rapide-nginx.ts'))}`;
}

function ecrire(chemin: string, texte: string): void {
  writeFileSync(`${chemin}.neuf`, texte, { mode: 0o640 });
  renameSync(`${chemin}.neuf`, chemin);
}

/** What a gate tells the module after each reading of its lists. */
export class FichiersRapides {
  readonly #dossier: string;
  #ids = '';
  constructor(dossier: string) {
    this.#dossier = dossier;
    mkdirSync(dossier, { recursive: true, mode: 0o750 });
  }
  /** @param vu Unix seconds of the reading */
  noter(revocations: Revocations, archives: ReadonlyMap<string, GateArchive>, vu: number): void {
    const ids = [...archives.keys()].join();
    if (ids !== this.#ids) this.#noterArchives(archives);
    this.#ids = ids;
    const { jti, cnv, sub, kid } = revocations;
    ecrire(
      join(this.#dossier, 'retires'),
      `${[Math.floor(vu), ...jti, ...cnv, ...sub, ...kid].join('\n')}\n`,
    );
  }
  #noterArchives(archives: ReadonlyMap<string, GateArchive>): void {
    for (const nom of readdirSync(this.#dossier))
      if (nom !== 'retires' && !archives.has(nom)) rmSync(join(this.#dossier, nom));
    for (const a of archives.values()) {
      const lot: Lot = { fichier: a.fichier, taille: a.taille, etag: a.sha256.slice(0, 32) };
      ecrire(join(this.#dossier, a.id), JSON.stringify(lot));
    }
  }
  /** The gate stops: from now on the module must doubt. */
  retirer(): void {
    rmSync(join(this.#dossier, 'retires'), { force: true });
  }
}
