/** What the audit found: counted by kind in public, detailed on the confidential side only. */
import type { Signalement, Violation } from '../../data/catalogue/audit.ts';

export interface Detail {
  readonly type: Violation;
  /** File, cell or system concerned: confidential. */
  readonly lieu: string;
  readonly detail: string;
}

const MAX_DETAILS = 2000;

/** What a collector holds, as plain data: it can come from a worker thread. */
export interface Constatations {
  readonly violations: ReadonlyMap<Violation, number>;
  readonly signalements: ReadonlyMap<Signalement, number>;
  readonly details: readonly Detail[];
}

/** Collector. Every violation counts; the first ones of each kind keep their detail. */
export class Constats implements Constatations {
  readonly violations = new Map<Violation, number>();
  readonly signalements = new Map<Signalement, number>();
  readonly details: Detail[] = [];
  readonly #gardes = new Map<Violation, number>();

  violation(type: Violation, lieu: string, detail: string): void {
    this.violations.set(type, (this.violations.get(type) ?? 0) + 1);
    this.#garde({ type, lieu, detail });
  }

  #garde(d: Detail): void {
    const n = this.#gardes.get(d.type) ?? 0;
    if (n >= MAX_DETAILS) return;
    this.#gardes.set(d.type, n + 1);
    this.details.push(d);
  }

  signale(type: Signalement, nombre = 1): void {
    if (nombre > 0) this.signalements.set(type, (this.signalements.get(type) ?? 0) + nombre);
  }

  /** Add what another collector found, after what this one has. */
  fusionne(autre: Constatations): void {
    for (const [type, n] of autre.violations) this.violations.set(type, (this.violations.get(type) ?? 0) + n);
    for (const d of autre.details) this.#garde(d);
    for (const [type, n] of autre.signalements) this.signale(type, n);
  }

  get total(): number {
    let n = 0;
    for (const v of this.violations.values()) n += v;
    return n;
  }
}
