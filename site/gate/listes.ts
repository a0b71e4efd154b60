/**
 * What the register tells the gate: revocations and directory, both signed, read again every 30 seconds.
 * Fail closed: without lists, or with lists older than ten minutes, nothing opens (gate.md §0.3, §2.8).
 */
import {
  annuaireSchema,
  revocationsSchema,
  type Annuaire,
  type GateArchive,
  type GateManifest,
  type Revocations,
} from '../../data/contract/grant.ts';
import type { ClesGarde } from './cles-garde.ts';
import { LONGUEUR, verifierJws } from './jws.ts';
import { empreinteListe, objetListe, sceauTient } from './sceau.ts';
import { Refus, type GateConfig } from './types.ts';

/** Bound between a revocation and its last byte, and age at which lists are no longer believed. Seconds. */
export const RELECTURE = 30;
export const PERIME = 600;
const AVANCE = 60;

interface Vues {
  jti: ReadonlySet<string>;
  cnv: ReadonlySet<string>;
  sub: ReadonlySet<string>;
  kid: ReadonlySet<string>;
}

export interface Revocable {
  kid: string;
  cnv: string;
  sub: string;
  /** The grant, then its ancestors. */
  jti: readonly string[];
}

/** Lists and manifest as last read. One instance per gate. */
export class Listes {
  readonly #config: GateConfig;
  readonly #cles: ClesGarde;
  readonly #maintenant: () => number;
  readonly #vuSigne: (secondes: number) => void;
  readonly #signaler: (fichier: string) => void;
  #revocations: Revocations | undefined;
  #vues: Vues | undefined;
  #annuaire: Annuaire | undefined;
  #archives: ReadonlyMap<string, GateArchive> = new Map();
  #lecture = -Infinity;
  #enCours: Promise<void> | undefined;

  constructor(
    config: GateConfig,
    cles: ClesGarde,
    temps: { maintenant: () => number; vuSigne: (secondes: number) => void },
    signaler: (fichier: string) => void,
  ) {
    this.#config = config;
    this.#cles = cles;
    this.#maintenant = temps.maintenant;
    this.#vuSigne = temps.vuSigne;
    this.#signaler = signaler;
  }

  /** Read again when the last reading is 30 seconds old (less when the settings say so); requests that arrive meanwhile wait for the same reading. */
  async aJour(): Promise<void> {
    const delai = Math.min(this.#config.relecture ?? RELECTURE, RELECTURE);
    if (this.#maintenant() - this.#lecture < delai) return;
    this.#enCours ??= this.#relire().finally(() => (this.#enCours = undefined));
    await this.#enCours;
  }

  async #relire(): Promise<void> {
    // First: the lists may be signed by a key that was added a moment ago.
    const douteux = await this.#cles.relire(this.#maintenant());
    if (douteux !== undefined) this.#signale(douteux);
    // Each file fails alone: a missing manifest must not hide a revocation.
    await Promise.all([this.#relireRevocations(), this.#relireAnnuaire(), this.#relireManifeste()]);
    this.#lecture = this.#maintenant();
    if (this.#revocations && this.#annuaire && !this.perimees)
      this.#config.surLecture?.({
        revocations: this.#revocations,
        annuaire: this.#annuaire,
        archives: this.#archives,
        kids: this.#cles.publiques('grant').map((c) => c.kid),
        maitres: this.#cles.maitres,
        vu: this.#lecture,
      });
  }

  async #texte(nom: 'revocations.jws' | 'annuaire.jws'): Promise<string | undefined> {
    return this.#config.publie(nom).then(
      (t) => t.trim(),
      () => undefined,
    );
  }

  #recevable(ancien: { seq: number; iat: number } | undefined, neuf: { seq: number; iat: number }): boolean {
    if (neuf.iat > this.#maintenant() + AVANCE) return false;
    return !ancien || neuf.seq > ancien.seq || (neuf.seq === ancien.seq && neuf.iat >= ancien.iat);
  }

  async #relireRevocations(): Promise<void> {
    const texte = await this.#texte('revocations.jws');
    if (texte === undefined) return this.#signale('revocations.jws');
    const lue = await verifierJws(texte, this.#cles.revocations, revocationsSchema, LONGUEUR.liste);
    if (!lue || !this.#recevable(this.#revocations, lue.charge)) return this.#signale('revocations.jws');
    this.#revocations = lue.charge;
    this.#vuSigne(lue.charge.iat);
    const { jti, cnv, sub, kid } = lue.charge;
    this.#vues = { jti: new Set(jti), cnv: new Set(cnv), sub: new Set(sub), kid: new Set(kid) };
  }

  async #relireAnnuaire(): Promise<void> {
    const texte = await this.#texte('annuaire.jws');
    if (texte === undefined) return this.#signale('annuaire.jws');
    const lu = await verifierJws(texte, this.#cles.annuaires, annuaireSchema, LONGUEUR.liste);
    if (!lu || !this.#recevable(this.#annuaire, lu.charge)) return this.#signale('annuaire.jws');
    this.#annuaire = lu.charge;
    this.#vuSigne(lu.charge.iat);
  }

  async #relireManifeste(): Promise<void> {
    const manifeste = await this.#config.manifeste().catch(() => undefined);
    if (!manifeste || !(await this.#scelle(manifeste))) return this.#signale('archives.json');
    this.#archives = new Map(manifeste.archives.map((a) => [a.id, a]));
  }

  /** A register that knows a sealing key wants every list sealed: whoever writes in the store cannot add a line. */
  async #scelle(manifeste: GateManifest): Promise<boolean> {
    const cles = this.#cles.publiques('livraison');
    if (cles.length === 0) return true;
    return sceauTient(
      manifeste.sceau,
      cles,
      objetListe(manifeste.release),
      await empreinteListe(manifeste),
    ).catch(() => false);
  }

  #signale(fichier: string): void {
    this.#signaler(fichier);
  }

  get perimees(): boolean {
    const plancher = this.#maintenant() - PERIME;
    return !(
      this.#revocations &&
      this.#annuaire &&
      this.#revocations.iat >= plancher &&
      this.#annuaire.iat >= plancher
    );
  }

  get annuaire(): Annuaire {
    if (!this.#annuaire) throw new Refus(503, 'stale');
    return this.#annuaire;
  }
  archive(id: string): GateArchive | undefined {
    return this.#archives.get(id);
  }
  get archives(): Iterable<GateArchive> {
    return this.#archives.values();
  }

  /** @throws Refus 503 stale, 403 revoked */
  exigerActif(objet: Revocable): void {
    if (this.perimees || !this.#vues) throw new Refus(503, 'stale', { 'retry-after': '60' });
    const { jti, cnv, sub, kid } = this.#vues;
    if (kid.has(objet.kid) || cnv.has(objet.cnv) || sub.has(objet.sub) || objet.jti.some((j) => jti.has(j)))
      throw new Refus(403, 'revoked');
  }
}
