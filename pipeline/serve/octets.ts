/**
 * Bytes that nginx sent by itself: its log, followed while it grows, so that the gate counts them in its quotas and in its
 * audit. What was read is remembered beside the log: a gate that starts again counts nothing twice and forgets nothing.
 */
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { OctetsServis } from '../../site/gate/octets.ts';

/** `time session slice/secret/key/convention/account/link/archive network bytes status`, as pipeline/serve/nginx.ts writes it. */
const LIGNE =
  /^(\d+\.\d+) ([\w-]{16,32}) \d+\/[\w-]+\/[\w-]+\/([\w-]+)\/([\w-]+)\/([\w-]+)(?:\.[\w.-]+)?\/([a-z0-9]+) (\S+) (\d+) 20[06]$/;
const MORCEAU = 1 << 20;

interface Repere {
  ino: number;
  lu: number;
}

function lireLigne(ligne: string): OctetsServis[] {
  const [, t, sid = '', cnv = '', sub = '', jti = '', archive = '', reseau = '', octets] =
    LIGNE.exec(ligne) ?? [];
  return t === undefined
    ? []
    : [{ t: Number(t), sid, cnv, sub, jti, archive, reseau, octets: Number(octets) }];
}

/** Follower of one log, which may not exist yet, be renamed or be emptied (logrotate). */
export class JournalOctets {
  readonly #fichier: string;
  readonly #repere: string;
  #fd: number | undefined;
  #ino = 0;
  #lu = 0;
  /** @param fichier log of nginx; what was read of it is kept in `<fichier>.lu` */
  constructor(fichier: string) {
    this.#fichier = fichier;
    this.#repere = `${fichier}.lu`;
    this.#ouvrir();
    const avant = this.#ancien();
    if (avant?.ino === this.#ino && this.#fd !== undefined && fstatSync(this.#fd).size >= avant.lu)
      this.#lu = avant.lu;
  }
  #ancien(): Repere | undefined {
    try {
      return JSON.parse(readFileSync(this.#repere, 'utf8')) as Repere;
    } catch {
      return undefined;
    }
  }
  #ouvrir(): void {
    try {
      this.#fd = openSync(this.#fichier, 'r');
      this.#ino = fstatSync(this.#fd).ino;
    } catch (erreur) {
      if ((erreur as NodeJS.ErrnoException).code !== 'ENOENT') throw erreur;
      this.#fd = undefined;
    }
    this.#lu = 0;
  }
  /** Whole lines of [debut, fin[ and where the last one ends. */
  #lignes(debut: number, fin: number): { servis: OctetsServis[]; arret: number } {
    const servis: OctetsServis[] = [];
    const tampon = Buffer.alloc(Math.min(MORCEAU, fin - debut));
    let arret = debut;
    while (arret < fin) {
      const n = readSync(this.#fd as number, tampon, 0, Math.min(tampon.length, fin - arret), arret);
      const dernier = tampon.subarray(0, n).lastIndexOf(10);
      if (dernier < 0) break;
      for (const ligne of tampon.toString('latin1', 0, dernier).split('\n')) servis.push(...lireLigne(ligne));
      arret += dernier + 1;
    }
    return { servis, arret };
  }
  /** Lines that a former process already counted: today's are still in today's quotas. */
  dejaLues(): OctetsServis[] {
    return this.#lu === 0 ? [] : this.#lignes(0, this.#lu).servis;
  }
  /** Lines written since the last call. */
  lire(): OctetsServis[] {
    const servis: OctetsServis[] = [];
    if (this.#fd === undefined) this.#ouvrir();
    if (this.#fd === undefined) return servis;
    const suivre = () => {
      const taille = fstatSync(this.#fd as number).size;
      // Emptied in place: what is there is new.
      if (taille < this.#lu) this.#lu = 0;
      const { servis: neufs, arret } = this.#lignes(this.#lu, taille);
      servis.push(...neufs);
      this.#lu = arret;
    };
    const avant = `${this.#ino} ${this.#lu}`;
    suivre();
    // Renamed: the end of the old file has been read, the new one begins.
    const present = statSync(this.#fichier, { throwIfNoEntry: false });
    if (present && present.ino !== this.#ino) {
      closeSync(this.#fd);
      this.#ouvrir();
      if (this.#fd !== undefined) suivre();
    }
    if (`${this.#ino} ${this.#lu}` !== avant) {
      writeFileSync(`${this.#repere}.neuf`, JSON.stringify({ ino: this.#ino, lu: this.#lu }), {
        mode: 0o600,
      });
      renameSync(`${this.#repere}.neuf`, this.#repere);
    }
    return servis;
  }
  fermer(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
