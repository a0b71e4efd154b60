/** Buffered text files: rows are gathered in large blocks, written in order, and the file appears only when whole. */
import { createHash, type Hash } from 'node:crypto';
import { open, mkdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const BLOC = 1 << 20;

export class Fichier {
  readonly chemin: string;
  readonly #temporaire: string;
  readonly #hash: Hash = createHash('sha256');
  #poignee: FileHandle | undefined;
  #tampon: string[] = [];
  #taille = 0;
  lignes = 0;

  constructor(chemin: string) {
    this.chemin = chemin;
    this.#temporaire = join(
      dirname(chemin),
      `.tmp-${process.pid}-${chemin.slice(dirname(chemin).length + 1)}`,
    );
  }

  /** Queue text; call `vide` now and then (it is the only place that waits for the disk). */
  ecrit(texte: string): void {
    this.#tampon.push(texte);
    this.#taille += texte.length;
    this.lignes += 1;
  }

  /** True when enough is queued to be worth a write. */
  get plein(): boolean {
    return this.#taille > BLOC;
  }

  async vide(): Promise<void> {
    if (this.#tampon.length === 0) return;
    if (!this.#poignee) {
      await mkdir(dirname(this.chemin), { recursive: true });
      this.#poignee = await open(this.#temporaire, 'w');
    }
    const octets = Buffer.from(this.#tampon.join(''), 'utf8');
    this.#tampon = [];
    this.#taille = 0;
    this.#hash.update(octets);
    await this.#poignee.writeFile(octets);
  }

  /** Write what remains and give the file its name. */
  async ferme(): Promise<void> {
    await this.vide();
    await this.#poignee?.close();
    this.#poignee = undefined;
    await rename(this.#temporaire, this.chemin);
  }

  /** Drop everything: nothing half-written stays behind. */
  async abandonne(): Promise<void> {
    await this.#poignee?.close();
    this.#poignee = undefined;
    await rm(this.#temporaire, { force: true });
  }
}

/** CSV field for `;`-separated files: quoted only when it must be. */
export function champ(valeur: string): string {
  return /[;"\n\r]/.test(valeur) ? `"${valeur.replaceAll('"', '""')}"` : valeur;
}

/** Field that is always quoted, as exports of statistical software do for names. */
export function cite(valeur: string): string {
  return `"${valeur.replaceAll('"', '""')}"`;
}

/** Two digits at least. */
export const deux = (n: number) => (n < 10 ? `0${n}` : String(n));
/** mm/yyyy of a month number (12 * year + month). */
export const mois = (m: number) => `${deux((m % 12) + 1)}/${Math.floor(m / 12)}`;
