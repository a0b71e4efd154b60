/**
 * Audit of the gate: sessions and archives, never positions, tokens, queries, e-mails or full addresses (gate.md §2.8).
 * Bytes are summed per session and written once a minute.
 */
import type { CodeRefus } from '../../data/contract/grant.ts';
import { cleDerivee } from './cles.ts';
import type { Maitre } from './types.ts';

export type EvenementAudit =
  | {
      evenement: 'session.ouverte';
      t: number;
      sid: string;
      jti: string;
      cnv: string;
      sub: string;
      archives: readonly string[];
      reseau: string;
    }
  | {
      evenement: 'session.refusee' | 'octets.refuses';
      t: number;
      code: CodeRefus;
      sid?: string;
      jti?: string;
      cnv?: string;
      reseau: string;
      /** Same refusals since the line that tells the first one. */
      fois?: number;
    }
  | {
      evenement: 'octets.resume';
      t: number;
      sid: string;
      jti: string;
      cnv: string;
      premier: number;
      dernier: number;
      archives: Readonly<Record<string, { demandes: number; octets: number }>>;
    }
  | { evenement: 'session.autre-reseau'; t: number; sid: string; reseau: string }
  | { evenement: 'liste.refusee'; t: number; fichier: string; fois?: number }
  | { evenement: 'magasin.erreur'; t: number; archive: string; fois?: number }
  /** The journal can be written again; what happened since the line before may be missing. */
  | { evenement: 'journal.repris'; t: number };

type Repetable = Extract<EvenementAudit, { fois?: number }>;

/** Network of an address: /24 for IPv4, /48 for IPv6 (a run of zeros written `::` counts). A network stays as it is. */
export function reseau(ip: string): string {
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})(?:\.\d{1,3})?$/.exec(ip);
  if (v4?.[1] !== undefined) return v4[1];
  const [debut = ''] = ip.split('::');
  const groupes = debut.split(':').filter((g) => g !== '');
  return [...groupes, '0', '0', '0'].slice(0, 3).join(':');
}

interface Cumul {
  sid: string;
  jti: string;
  cnv: string;
  reseau: string;
  premier: number;
  dernier: number;
  archives: Map<string, { demandes: number; octets: number }>;
}

/** Seconds between two summaries, and refusals told apart in the meantime. */
const MINUTE = 60;
const REFUS_MAX = 10_000;

/** Sums the bytes of sessions and hides addresses. */
export class Auditeur {
  readonly #maitre: Maitre;
  readonly #ecrire: (evenement: EvenementAudit) => void;
  readonly #cumuls = new Map<string, Cumul>();
  readonly #reseaux = new Map<string, string>();
  readonly #attendus = new Set<Promise<void>>();
  #cle: { mois: string; cle: Promise<CryptoKey> } | undefined;
  #vidage = -Infinity;
  readonly #refus = new Map<string, { evenement: Repetable; t: number; fois: number }>();
  #muet = false;
  constructor(maitre: Maitre, ecrire: (evenement: EvenementAudit) => void) {
    this.#maitre = maitre;
    this.#ecrire = ecrire;
  }
  /** True when the last event could not be written: nothing new may open. */
  get muet(): boolean {
    return this.#muet;
  }
  /** Write one event. Throws what the journal throws. */
  ecrire(evenement: EvenementAudit): void {
    this.#muet = true;
    this.#ecrire(evenement);
    this.#muet = false;
  }
  /** What must not change the answer: the journal that fails says so by itself, and `muet` remembers it. */
  #essayer(evenement: EvenementAudit): boolean {
    try {
      this.ecrire(evenement);
      return true;
    } catch {
      return false;
    }
  }
  /**
   * Tell a refusal or a fault: the first one at once, the same ones of the next minute by their number. Who holds a withdrawn
   * link could otherwise fill the disk with it.
   */
  refuser(evenement: Repetable): void {
    const { t, ...reste } = evenement;
    const cle = JSON.stringify(reste);
    const connu = this.#refus.get(cle);
    if (connu && t - connu.t < MINUTE) {
      connu.fois++;
      return;
    }
    if (connu && connu.fois > 0) this.#solder(cle, connu);
    if (this.#refus.size >= REFUS_MAX) this.#soldes(t);
    this.#refus.set(cle, { evenement, t, fois: 0 });
    this.#essayer(evenement);
  }
  #solder(cle: string, r: { evenement: Repetable; t: number; fois: number }): void {
    if (r.fois === 0 || this.#essayer({ ...r.evenement, fois: r.fois })) this.#refus.delete(cle);
  }
  /** Write the counts; forget what is a minute old, and everything when there is too much. */
  #soldes(t: number): void {
    for (const [cle, r] of this.#refus) if (r.fois > 0 || t - r.t >= MINUTE) this.#solder(cle, r);
    if (this.#refus.size >= REFUS_MAX) this.#refus.clear();
  }
  /** Keyed digest of the client's network, with a key that changes each month: linkable in a month, never reversible. */
  async empreinteReseau(ip: string, t: number): Promise<string> {
    const mois = new Date(t * 1000).toISOString().slice(0, 7);
    if (this.#cle?.mois !== mois) this.#cle = { mois, cle: cleDerivee(this.#maitre, `adresse|${mois}`) };
    const signature = await crypto.subtle.sign(
      'HMAC',
      await this.#cle.cle,
      new TextEncoder().encode(reseau(ip)),
    );
    return Array.from(new Uint8Array(signature, 0, 8), (o) => o.toString(16).padStart(2, '0')).join('');
  }
  /** Count one answer of `octets` bytes; marks the first request of a session from another network. */
  compter(
    session: { sid: string; jti: string; cnv: string },
    archive: string,
    octets: number,
    ip: string,
    t: number,
  ): void {
    let cumul = this.#cumuls.get(session.sid);
    if (!cumul) {
      cumul = { ...session, reseau: reseau(ip), premier: t, dernier: t, archives: new Map() };
      this.#cumuls.set(session.sid, cumul);
    }
    const connu = this.#reseaux.get(session.sid);
    if (connu !== undefined && connu !== reseau(ip)) this.#autreReseau(session.sid, ip, t);
    this.noterReseau(session.sid, ip);
    cumul.dernier = t;
    const par = cumul.archives.get(archive) ?? { demandes: 0, octets: 0 };
    par.demandes += 1;
    par.octets += octets;
    cumul.archives.set(archive, par);
    if (t - this.#vidage < MINUTE) return;
    try {
      this.vider(t);
    } catch {
      // The sums stay, for the next minute.
    }
  }
  noterReseau(sid: string, ip: string): void {
    this.#reseaux.set(sid, reseau(ip));
    if (this.#reseaux.size > 20_000) {
      const premier = this.#reseaux.keys().next();
      if (!premier.done) this.#reseaux.delete(premier.value);
    }
  }
  #autreReseau(sid: string, ip: string, t: number): void {
    const fait = this.empreinteReseau(ip, t)
      .then((r) => void this.#essayer({ evenement: 'session.autre-reseau', t, sid, reseau: r }))
      .finally(() => this.#attendus.delete(fait));
    this.#attendus.add(fait);
  }
  /** Events still being written: wait for them before closing the journal. */
  async fini(): Promise<void> {
    await Promise.all(this.#attendus);
  }
  /** Write one line per session that moved since the last call, and the refusals that came again. Throws like `ecrire`. */
  vider(t: number): void {
    this.#vidage = t;
    if (this.#muet) this.ecrire({ evenement: 'journal.repris', t });
    for (const [cle, { sid, jti, cnv, premier, dernier, archives }] of this.#cumuls) {
      this.ecrire({
        evenement: 'octets.resume',
        t,
        sid,
        jti,
        cnv,
        premier,
        dernier,
        archives: Object.fromEntries(archives),
      });
      this.#cumuls.delete(cle);
    }
    this.#soldes(t);
  }
}
