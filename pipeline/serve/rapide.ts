/**
 * Two sides of the fast path: the njs module written once for nginx, and the small files by which a running gate tells it
 * what is withdrawn and where archives are. Without fresh files the module sends everything to the gate.
 */
import { createHmac } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { GateArchive, Revocations } from '../../data/contract/grant.ts';
import { clesDuJour, type Avance, type Moteur, type Reglages } from '../../site/gate/rapide.ts';

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

/** The module's primitives, in Node. */
export const MOTEUR: Moteur = {
  hmac: (cle, texte) => createHmac('sha256', Buffer.from(cle, 'hex')).update(texte).digest('hex'),
  hexVersBase64url: (hex) => Buffer.from(hex, 'hex').toString('base64url'),
  texteVersBase64url: (t) => Buffer.from(t).toString('base64url'),
  base64urlVersTexte: (b) => Buffer.from(b, 'base64url').toString(),
};

/** Days of keys written in the module; later ones are computed at each request, more slowly. */
const JOURS = 400;

/** @param t Unix seconds: keys of this day and of the next ones */
export function clesAvance(reglages: Reglages, t: number): Avance {
  const jours = Array.from({ length: JOURS }, (_, i) => clesDuJour(t + i * 86_400, reglages, MOTEUR));
  return { base: Math.floor(t / 86_400), pas: jours[0]?.length ?? 0, texte: jours.join('') };
}

/**
 * The module as njs reads it: types gone, settings in. It holds what signs tokens: mode 0600.
 * @param dossier where the gate writes its files
 */
export function moduleNjs(reglages: Reglages, dossier: string): string {
  const sansImport = (texte: string) =>
    texte.replaceAll(/^import [^;]+;$/gm, '').replaceAll(/^export (?!default)/gm, '');
  return `const crypto = require('crypto');
const fs = require('fs');
const REGLAGES = ${JSON.stringify(reglages)};
const AVANCE = ${JSON.stringify(clesAvance(reglages, Date.now() / 1000))};
const RETIRES = ${JSON.stringify(join(dossier, 'retires'))};
${sansImport(source('rapide.ts'))}
${sansImport(source('rapide-nginx.ts'))}`;
}

/**
 * What a gate tells the module after each reading of its lists: what is withdrawn, and one link per archive, named by its
 * identifier, which is also its tag.
 */
export class FichiersRapides {
  readonly #dossier: string;
  readonly #lots: string;
  #ids = '';
  /** @param lots folder of bundles */
  constructor(dossier: string, lots: string) {
    this.#dossier = dossier;
    this.#lots = lots;
    mkdirSync(dossier, { recursive: true, mode: 0o750 });
  }
  /** @param vu Unix seconds of the reading */
  noter(revocations: Revocations, archives: ReadonlyMap<string, GateArchive>, vu: number): void {
    const ids = [...archives.keys()].join();
    if (ids !== this.#ids) this.#noterArchives(archives);
    this.#ids = ids;
    const { jti, cnv, sub, kid } = revocations;
    const chemin = join(this.#dossier, 'retires');
    const texte = `${[Math.floor(vu), ...jti, ...cnv, ...sub, ...kid].join('\n')}\n`;
    writeFileSync(`${chemin}.neuf`, texte, { mode: 0o640 });
    renameSync(`${chemin}.neuf`, chemin);
  }
  #noterArchives(archives: ReadonlyMap<string, GateArchive>): void {
    for (const nom of readdirSync(this.#dossier))
      if (nom !== 'retires' && !archives.has(nom)) rmSync(join(this.#dossier, nom));
    const racine = realpathSync(this.#lots);
    for (const a of archives.values()) {
      const lien = join(this.#dossier, a.id);
      rmSync(lien, { force: true });
      // Like the gate's own store: a file inside the bundles, of the announced size, reached without any link.
      const cible = join(racine, a.fichier);
      const etat = lstatSync(cible, { throwIfNoEntry: false });
      if (etat?.isFile() && etat.size === a.taille && realpathSync(cible) === cible) symlinkSync(cible, lien);
    }
  }
  /** The gate stops: from now on the module must doubt. */
  retirer(): void {
    rmSync(join(this.#dossier, 'retires'), { force: true });
  }
}
