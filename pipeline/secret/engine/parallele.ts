/** Same result as `resoudre`, the audits of each round shared between threads: worth it from a few départements on. */
import { Worker } from 'node:worker_threads';
import { Auditeur, type Rapport } from './auditeur.ts';
import type { DemandeAudit, DonneesOuvrier } from './auditeur.worker.ts';
import type { Regles } from './fuites.ts';
import { cacheInitial, deroule, type OptionsLineaire, type SolutionLineaire } from './lineaire.ts';
import { patronDe, prepare } from './resoudre.ts';
import type { OptionsMoteur, Patron, Systeme, SystemeLineaire } from './types.ts';

/** Solve with `options.fils` threads, this one included. The pattern does not depend on their number. */
export async function resoudreParallele(systeme: Systeme, options: OptionsMoteur = {}): Promise<Patron> {
  const preparation = prepare(systeme, options);
  const solution = await lineaireParallele(
    preparation.classes.lineaire,
    { seuil: systeme.seuil, nom: preparation.nom },
    Math.max(1, options.fils ?? 1),
  );
  return patronDe(systeme, preparation, solution);
}

/** Copy of an array in memory that threads share. */
function partage<T extends Int32Array | Uint8Array | Float64Array>(t: T): T {
  const copie = new (t.constructor as new (b: SharedArrayBuffer) => T)(new SharedArrayBuffer(t.byteLength));
  copie.set(t);
  return copie;
}

async function lineaireParallele(
  origine: SystemeLineaire,
  options: OptionsLineaire,
  fils: number,
): Promise<SolutionLineaire> {
  const sl: SystemeLineaire =
    fils === 1
      ? origine
      : {
          cellules: origine.cellules,
          base: partage(origine.base),
          sort: partage(origine.sort),
          cout: origine.cout,
          debut: partage(origine.debut),
          colonne: partage(origine.colonne),
          coef: partage(origine.coef),
        };
  const regles: Regles = { seuil: options.seuil };
  const cache = cacheInitial(sl);
  const auditeur = new Auditeur(sl, cache, regles, 0, fils);
  const ouvriers = Array.from({ length: fils - 1 }, (_, i) => {
    const donnees: DonneesOuvrier = {
      sl: { ...sl, cout: new Float64Array(0) },
      regles,
      part: i + 1,
      parts: fils,
    };
    return new Worker(new URL('./auditeur.worker.ts', import.meta.url), { workerData: donnees });
  });
  const demande = (ouvrier: Worker, d: DemandeAudit) =>
    new Promise<Rapport>((ok, ko) => {
      ouvrier.once('message', (r: Rapport) => {
        ouvrier.off('error', ko);
        ok(r);
      });
      ouvrier.once('error', ko);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      ouvrier.postMessage(d);
    });
  try {
    const recherche = deroule(sl, cache, options);
    let pas = recherche.next();
    while (pas.done !== true) {
      const changees = pas.value;
      const etats = Uint8Array.from(changees ?? [], (u) => cache[u] as number);
      const autres = Promise.all(ouvriers.map((o) => demande(o, { changees, etats })));
      const rapports = [auditeur.audite(changees), ...(await autres)];
      pas = recherche.next({
        // Each auditor gives its findings by component; one component is never shared, so this is the order of one alone.
        trouvailles: rapports.flatMap((r) => r.trouvailles).sort((a, b) => a.rang - b.rang),
        incomplets: rapports.reduce((s, r) => s + r.incomplets, 0),
      });
    }
    return pas.value;
  } finally {
    await Promise.all(ouvriers.map((o) => o.terminate()));
  }
}
