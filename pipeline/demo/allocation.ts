/** Dwellings per commune: the real distribution of 2019 (geodata.md §3), stretched to the wanted total. */
import { Hasard } from './hasard.ts';

/** Share of communes that have social dwellings (16,724 of 34,875). */
const PART_COMMUNES = 0.48;
/** Real classes: upper bound (exclusive) and number of communes in 2019. */
const CLASSES: readonly { readonly de: number; readonly a: number; readonly communes: number }[] = [
  { de: 1, a: 5, communes: 2832 },
  { de: 5, a: 11, communes: 2764 },
  { de: 11, a: 50, communes: 5471 },
  { de: 50, a: 200, communes: 2993 },
  { de: 200, a: 1000, communes: 1771 },
  { de: 1000, a: 5000, communes: 701 },
  { de: 5000, a: 240_000, communes: 192 },
];
const PIVOT = 60;

/**
 * Rank communes by population (with noise) and read the quantile of the real distribution; the part above 60 dwellings
 * is stretched by one exponent so that the total is exact.
 * @returns dwellings per territory and commune; 0 for about half of them
 */
export function allouerLogements(
  populations: readonly Float64Array[],
  total: number,
  graine: number,
): Int32Array[] {
  const h = new Hasard('allocation', graine);
  const toutes = populations.flatMap((p, t) =>
    Array.from(p, (population, c) => ({
      t,
      c,
      population,
      score: Math.log(population + 20) + h.normale(0, 0.55),
    })),
  );
  toutes.sort((a, b) => b.score - a.score || a.t - b.t || a.c - b.c);
  const retenues = toutes.slice(0, Math.round(PART_COMMUNES * toutes.length));
  retenues.sort(
    (a, b) =>
      b.population * Math.exp(0.35 * (b.score - Math.log(b.population + 20))) -
      a.population * Math.exp(0.35 * (a.score - Math.log(a.population + 20))),
  );
  const n = retenues.length;
  const brut = retenues.map((_, i) => quantile(1 - (i + 0.5) / n));
  const avec = (lambda: number, k: number) => {
    const b = brut[k]!;
    return Math.max(
      1,
      Math.round(b <= PIVOT ? b : Math.min(PIVOT * (b / PIVOT) ** lambda, 0.22 * retenues[k]!.population)),
    );
  };
  let [bas, haut] = [0.2, 3];
  for (let k = 0; k < 40; k += 1) {
    const mil = (bas + haut) / 2;
    let s = 0;
    for (let i = 0; i < n; i += 1) s += avec(mil, i);
    if (s < total) bas = mil;
    else haut = mil;
  }
  const sortie = populations.map((p) => new Int32Array(p.length));
  let somme = 0;
  retenues.forEach(({ t, c }, i) => {
    const d = avec(haut, i);
    sortie[t]![c] = d;
    somme += d;
  });
  // The largest city absorbs the rounding.
  const premiere = retenues[0]!;
  sortie[premiere.t]![premiere.c]! += total - somme;
  return sortie;
}

/** Quantile of the real distribution, log-uniform inside each class. */
function quantile(q: number): number {
  const totalCommunes = CLASSES.reduce((s, c) => s + c.communes, 0);
  let reste = q * totalCommunes;
  for (const c of CLASSES) {
    if (reste < c.communes) return c.de * (c.a / c.de) ** ((reste / c.communes) ** (c.a > 100_000 ? 2.2 : 1));
    reste -= c.communes;
  }
  return CLASSES.at(-1)!.a;
}
