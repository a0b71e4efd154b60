/** A small team of worker threads, one EPCI at a time; answers come in any order and are kept by EPCI, so order cannot matter. */
import { Worker } from 'node:worker_threads';
import type { DemandeBloc } from './bloc.ts';
import type { Ajout, Annee } from './millesimes.ts';
import type { Paquet } from './paquet.ts';

/** What a worker can be asked: judge one EPCI at one millésime, or put two of its millésimes against each other. */
export type Demande =
  (DemandeBloc & { genre: 'juge' }) | { genre: 'croise'; avant: Annee | null; apres: Annee | null };
export type Reponse<D extends Demande> = D['genre'] extends 'juge' ? Paquet : [Ajout[], Ajout[]];

interface Tache {
  demande: () => Demande;
  recu: (r: never) => void;
  echec: (e: unknown) => void;
}

export class Equipe {
  readonly #libres: Worker[];
  readonly #tous: readonly Worker[];
  readonly #file: Tache[] = [];

  constructor(fils: number) {
    this.#tous = Array.from({ length: fils }, () => new Worker(new URL('./bloc.worker.ts', import.meta.url)));
    this.#libres = [...this.#tous];
  }

  /** One demand, shared with whoever else asks. `demande` is called when a worker is free: few blocks are in memory. */
  demande<D extends Demande>(demande: () => D): Promise<Reponse<D>> {
    return new Promise((ok, ko) => {
      this.#file.push({ demande, recu: ok as (r: never) => void, echec: ko });
      this.#distribue();
    });
  }

  #distribue(): void {
    while (this.#file.length > 0) {
      const ouvrier = this.#libres.pop();
      if (ouvrier === undefined) return;
      const tache = this.#file.shift() as Tache;
      const echec = (e: unknown) => tache.echec(e);
      ouvrier.once('error', echec);
      ouvrier.once('message', (r) => {
        ouvrier.off('error', echec);
        this.#libres.push(ouvrier);
        tache.recu(r as never);
        this.#distribue();
      });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      ouvrier.postMessage(tache.demande());
    }
  }

  async ferme(): Promise<void> {
    await Promise.all(this.#tous.map((o) => o.terminate()));
  }
}
