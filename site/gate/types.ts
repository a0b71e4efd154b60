/** What the gate needs from outside. The core knows no file, no process, no `node:` module (gate.md §2.2). */
import type {
  Annuaire,
  CodeRefus,
  GateArchive,
  GateManifest,
  Garde,
  Revocations,
} from '../../data/contract/grant.ts';
import type { EvenementAudit } from './audit.ts';

/** Where archives are: the gate asks by manifest entry, never by a path of the request. */
export interface Magasin {
  /** Size and strong ETag without quotes; undefined when the store does not have it, or not the announced one. */
  stat(archive: GateArchive): Promise<{ taille: number; etag: string } | undefined>;
  /**
   * Bytes [debut, fin], both included; not to be changed, a store may keep them. Rejects when the store fails.
   * @param signal of the reader, made only when asked for: it costs more than a read
   */
  read(
    archive: GateArchive,
    debut: number,
    fin: number,
    signal?: () => AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** Let go of every archive but these: one that was destroyed must not live on in an open file or in memory. */
  garder?(archives: ReadonlyMap<string, GateArchive>): void;
  /** A short-lived address of the store itself, when it has one. */
  direct?(archive: GateArchive, secondes: number): Promise<string>;
}

/** Names of the signed files the register publishes. */
export type Publie = 'revocations.jws' | 'annuaire.jws' | 'cles.jws';

/** One secret from which daily byte keys are derived; the first of the list signs, the others are still accepted. */
export interface Maitre {
  id: string;
  octets: Uint8Array<ArrayBuffer>;
}

export interface Limites {
  /** Sessions per grant and per hour. */
  sessionsParHeure: number;
  /** Requests per second and burst, per session. */
  plages: number;
  rafale: number;
  /** Refused tokens per address and per minute. */
  refusParMinute: number;
  /** Bytes of one archive per account and per day: `quotaFois` × its size, and never less than `quotaPlancher`. */
  quotaFois: number;
  quotaPlancher: number;
}

export const LIMITES: Limites = {
  sessionsParHeure: 20,
  plages: 60,
  rafale: 300,
  refusParMinute: 30,
  quotaFois: 3,
  // A small territory is read whole at each opening: three openings a day would be an ordinary morning of work.
  quotaPlancher: 512 * 1024 * 1024,
};

/** What the gate believes after a reading of its lists. */
export interface Lecture {
  revocations: Revocations;
  annuaire: Annuaire;
  archives: ReadonlyMap<string, GateArchive>;
  /** Keys whose links are admitted, and master secrets whose tokens are. */
  kids: readonly string[];
  maitres: readonly string[];
  /** Time of the reading, Unix seconds. */
  vu: number;
}

export interface GateConfig {
  garde: Garde;
  maitres: readonly Maitre[];
  /** Master secrets as they are now, when they can be read again: believed only when the signed set of keys names them. */
  relireMaitres?(): Promise<readonly Maitre[]>;
  /** Public origins of the gate ("https://…"), the first one is written in tokens. Other hosts get 421. */
  origines: readonly string[];
  /** Origins of the site when it is not one of `origines`: they get CORS answers. */
  originesSite?: readonly string[];
  magasin: Magasin;
  /** The archives of the current release; read again with the lists. */
  manifeste(): Promise<GateManifest>;
  /** Text of a signed file of the register. Rejects when it is missing. */
  publie(nom: Publie): Promise<string>;
  /** Devices already known for an account; needed only by conventions with device binding. */
  appareils?: Appareils;
  /** Milliseconds since 1970. */
  horloge?: () => number;
  /** Milliseconds of a clock that is never set: time goes on by it when `horloge` goes back. */
  ecoule?: () => number;
  /** Writes one event. May throw (disk full): no session then opens, and the gate says that it is not well. */
  audit?: (evenement: EvenementAudit) => void;
  limites?: Partial<Limites>;
  /** Seconds between two readings of the lists; 30 by default, and never more. */
  relecture?: number;
  /** Called after each reading of the lists that may be believed. */
  surLecture?: (lecture: Lecture) => void;
  /** Life of a byte token in seconds (default 600). */
  vie?: number;
  /**
   * Seconds of an address of the store itself, when it can give one: bytes then come from there (307), the gate checks and
   * counts. An address already given lives on after a revocation: keep it short.
   */
  redirection?: number;
  /** Refuse whole archives: ranges only. */
  plagesSeules?: boolean;
  /** Accept `bytes=-N`. */
  suffixe?: boolean;
}

/** Devices per account, kept by the register's side. */
export interface Appareils {
  /** Remember this thumbprint if fewer than `max` are known. @returns false when it is one too many. */
  admet(compte: string, empreinte: string, max: number): Promise<boolean>;
}

/** What an adapter knows of the wire, before anything normalises it. */
export interface Contexte {
  /** Address of the client, proxies already discounted. */
  ip: string;
  /** Request target exactly as received. */
  rawUrl: string;
  /** Flat name, value list as received (Node), to count repeated headers. */
  rawHeaders?: readonly string[];
}

/** A refusal: becomes problem+json. */
export class Refus extends Error {
  readonly status: number;
  readonly code: CodeRefus;
  readonly entetes: Readonly<Record<string, string>>;
  constructor(status: number, code: CodeRefus, entetes: Readonly<Record<string, string>> = {}) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.entetes = entetes;
  }
}
