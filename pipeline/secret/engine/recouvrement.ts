/** Small weighted hitting sets, solved exactly. */

/** Cheapest columns that hit `coupes`, strictly under `budget`; undefined when none was found. Past `etats` states, the best so far. */
export function couvreExactement(
  coupes: readonly Int32Array[],
  cout: Float64Array,
  budget: number,
  etats: number,
): number[] | undefined {
  let mieux: number[] | undefined;
  let limite = budget - 1e-9;
  let noeuds = etats;
  const interdites = new Set<number>();
  const pris: number[] = [];
  const explore = (reste: readonly Int32Array[], prix: number): void => {
    if (reste.length === 0) {
      limite = prix - 1e-9;
      mieux = pris.slice();
      return;
    }
    if (--noeuds < 0) return;
    // Disjoint cuts each ask for their cheapest column: a lower bound of what is left to pay.
    let borne = prix;
    const prises = new Set<number>();
    let choix: number[] | undefined;
    for (const k of reste) {
      let moins = Infinity;
      let disjointe = true;
      const candidats: number[] = [];
      for (const v of k) {
        if (interdites.has(v)) continue;
        candidats.push(v);
        moins = Math.min(moins, cout[v] as number);
        if (prises.has(v)) disjointe = false;
      }
      if (candidats.length === 0) return;
      if (choix === undefined || candidats.length < choix.length) choix = candidats;
      if (!disjointe) continue;
      borne += moins;
      for (const v of candidats) prises.add(v);
    }
    if (borne >= limite || choix === undefined) return;
    choix.sort((a, b) => (cout[a] as number) - (cout[b] as number) || a - b);
    for (const v of choix) {
      interdites.add(v);
      if (prix + (cout[v] as number) >= limite) continue;
      pris.push(v);
      explore(
        reste.filter((k) => !k.includes(v)),
        prix + (cout[v] as number),
      );
      pris.pop();
    }
    for (const v of choix) interdites.delete(v);
  };
  explore(coupes, 0);
  return mieux;
}
