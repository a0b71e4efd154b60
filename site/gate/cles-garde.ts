/**
 * Keys of a running gate. They start as the settings give them; a rotation of the register then reaches the gate through
 * `cles.jws`, signed by a grant key the gate already knows, and never through a file without a signature.
 */
import { clesSchema, type ClesPubliees, type Garde } from '../../data/contract/grant.ts';
import { ClesOctets, trousseaux, type Trousseaux } from './cles.ts';
import { LONGUEUR, verifierJws } from './jws.ts';
import { Refus, type GateConfig, type Maitre } from './types.ts';

/** Clocks of the register and of the gate may differ by this much. Seconds. */
const AVANCE = 60;

async function sha256(octets: Uint8Array<ArrayBuffer>): Promise<string> {
  const empreinte = new Uint8Array(await crypto.subtle.digest('SHA-256', octets));
  return Array.from(empreinte, (o) => o.toString(16).padStart(2, '0')).join('');
}

export class ClesGarde {
  readonly #config: GateConfig;
  readonly #surChangement: () => void;
  #trousseaux: Trousseaux;
  #octets: ClesOctets;
  #maitres: readonly Maitre[];
  #cles: Garde['cles'];
  #seq: number;
  #sansSecret = false;
  /** Names of the master secrets once a signed set has been read. */
  #attendus: ClesPubliees['maitres'] | undefined;

  private constructor(config: GateConfig, lus: Trousseaux, surChangement: () => void) {
    this.#config = config;
    this.#surChangement = surChangement;
    this.#trousseaux = lus;
    this.#maitres = config.maitres;
    this.#octets = new ClesOctets(config.maitres);
    this.#cles = config.garde.cles;
    this.#seq = config.garde.seq ?? 0;
  }
  /** @param surChangement called when a key is no longer what it was: what was verified with it must be verified again */
  static async ouvrir(config: GateConfig, surChangement: () => void): Promise<ClesGarde> {
    return new ClesGarde(config, await trousseaux(config.garde), surChangement);
  }

  get grants() {
    return this.#trousseaux.grants;
  }
  get revocations() {
    return this.#trousseaux.revocations;
  }
  get annuaires() {
    return this.#trousseaux.annuaires;
  }
  /** @throws Refus 503 stale when every secret that this gate holds has been retired */
  get octets() {
    if (this.#sansSecret) throw new Refus(503, 'stale', { 'retry-after': '60' });
    return this.#octets;
  }
  /** Public keys of one use. */
  publiques(usage: Garde['cles'][number]['usage']): Garde['cles'] {
    return this.#cles.filter((c) => c.usage === usage);
  }
  get maitres(): string[] {
    return this.#sansSecret ? [] : this.#maitres.map((m) => m.id);
  }

  /**
   * Read the set of keys again. What does not hold changes nothing.
   * @returns name of the file that must not be believed, if any
   */
  async relire(maintenant: number): Promise<string | undefined> {
    const texte = await this.#config.publie('cles.jws').catch(() => undefined);
    // A register of before, or a copy without it: the keys of the start remain.
    if (texte === undefined) return undefined;
    let jeu: ClesPubliees | undefined;
    for (const ligne of texte.trim().split('\n').slice(0, 16)) {
      jeu = (await verifierJws(ligne, this.#trousseaux.jeux, clesSchema, LONGUEUR.liste))?.charge;
      if (jeu) break;
    }
    if (!jeu || jeu.iat > maintenant + AVANCE) return 'cles.jws';
    if (jeu.seq > this.#seq) {
      // A set without a key for some use would lock the gate: it is not one that a register writes.
      const lus = await trousseaux(jeu).catch(() => undefined);
      if (!lus) return 'cles.jws';
      this.#trousseaux = lus;
      this.#cles = jeu.cles;
      this.#seq = jeu.seq;
      this.#attendus = jeu.maitres;
      this.#surChangement();
    }
    return this.#relireMaitres();
  }

  async #relireMaitres(): Promise<string | undefined> {
    const attendus = this.#attendus;
    if (!attendus || (!this.#sansSecret && attendus.map((m) => m.id).join() === this.maitres.join()))
      return undefined;
    const lus = (await this.#config.relireMaitres?.().catch(() => [])) ?? [];
    const parEmpreinte = new Map<string, Maitre>();
    for (const m of [...this.#maitres, ...lus]) parEmpreinte.set(`${m.id} ${await sha256(m.octets)}`, m);
    const admis = attendus.flatMap((m) => parEmpreinte.get(`${m.id} ${m.empreinte}`) ?? []);
    const perdus = admis.length === 0;
    if (perdus !== this.#sansSecret) this.#surChangement();
    this.#sansSecret = perdus;
    if (!perdus && admis.map((m) => m.id).join() !== this.maitres.join()) {
      this.#maitres = admis;
      this.#octets = new ClesOctets(admis);
      this.#surChangement();
    }
    // A secret that is announced and not there yet: the next reading asks again.
    return admis.length < attendus.length ? 'maitre.json' : undefined;
  }
}
