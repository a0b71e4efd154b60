/** Codes and names of the invented communes and EPCI, by the habits of the real code book. */
import { RIVIERES } from '../../data/demo/noms.ts';
import type { Decoupage } from './decoupage.ts';
import { empreinte, type Hasard } from './hasard.ts';
import type { Toponymes } from './toponymie.ts';

/** Numbers kept for the arrondissements of the largest city. */
export const CODES_RESERVES = { debut: 381, fin: 400 };

/** Rivers run in bands across the land, so that neighbours share the name of theirs. */
export function riviereDe(d: Decoupage, x: number, y: number): (typeof RIVIERES)[number] {
  const g = d.maillage.relief;
  const k =
    Math.floor((x * 0.6 + y * 0.8) / 34_000) + Math.floor((x * 0.8 - y * 0.6) / 90_000) * 5 + (g.graine % 16);
  return RIVIERES[((k % RIVIERES.length) + RIVIERES.length) % RIVIERES.length]!;
}

/** 1 for a commune on the sea. */
export function communesLittorales(d: Decoupage): Uint8Array {
  const m = d.maillage;
  const sortie = new Uint8Array(d.chefLieu.length);
  for (let e = 0; e < m.opposees.length; e += 1) {
    const a = d.commune[m.triangles[e]!]!;
    const b = d.commune[m.triangles[e % 3 === 2 ? e - 2 : e + 1]!]!;
    if (a >= 0 && b < 0) sortie[a] = 1;
    if (b >= 0 && a < 0) sortie[b] = 1;
  }
  return sortie;
}

/** Codes in alphabetical order with the gaps that mergers leave; 380–400 stay free for arrondissements. */
export function coder(d: Decoupage, deps: readonly string[], noms: readonly string[], h: Hasard): string[] {
  const codes: string[] = Array.from({ length: noms.length }, () => '');
  deps.forEach((dep, k) => {
    const membres = noms.flatMap((nom, c) => (d.departement[c] === k ? [{ nom, c }] : []));
    membres.sort((a, b) => a.nom.localeCompare(b.nom, 'fr') || a.c - b.c);
    let numero = 0;
    const chiffres = 5 - dep.length;
    const place = 10 ** chiffres - 1 - 30;
    for (const [i, { c }] of membres.entries()) {
      const saut = membres.length * 1.3 < place && h.oui(0.12) ? 2 : 1;
      numero += saut;
      if (chiffres === 3 && numero >= CODES_RESERVES.debut && numero <= CODES_RESERVES.fin)
        numero = CODES_RESERVES.fin + 1;
      if (numero + (membres.length - i) > 10 ** chiffres + 10)
        throw new RangeError(`trop de communes en ${dep}`);
      codes[c] = dep + String(numero).padStart(chiffres, '0');
    }
  });
  return codes;
}

/** Postcode of a commune: several share one. */
export function codePostal(dep: string, code: string): string {
  const debut = dep === '2A' || dep === '2B' ? '20' : dep;
  const n = empreinte('cp', code);
  return dep.length === 3
    ? `${dep}${String((n % 9) * 10 + 10).slice(-2)}`
    : `${debut}${String((n % 80) * 10 + 100).padStart(3, '0')}`;
}

export interface Epci {
  readonly code: string;
  readonly nom: string;
  readonly nature: 'CC' | 'CA' | 'CU' | 'ME';
}

/** EPCI named after their town or river; numbers that no real one bears. */
export function nommerEpci(
  d: Decoupage,
  deps: readonly string[],
  nomsCommunes: readonly string[],
  noms: Toponymes,
  decalage: number,
  metropole: number,
): Epci[] {
  const membres: number[][] = Array.from({ length: d.nombreEpci }, () => []);
  d.epci.forEach((e, c) => {
    if (e >= 0) membres[e]!.push(c);
  });
  return membres.map((liste, e) => {
    const ordre = [...liste].sort((a, b) => d.population[b]! - d.population[a]! || a - b);
    const population = liste.reduce((s, c) => s + d.population[c]!, 0);
    const chef = ordre[0]!;
    const second = ordre[1] ?? chef;
    const m = d.maillage;
    const riviere = riviereDe(d, m.x[d.chefLieu[chef]!]!, m.y[d.chefLieu[chef]!]!);
    const estMetropole = metropole > 150_000 && d.population[chef]! > 0.8 * metropole;
    const nom = noms.epci(population, nomsCommunes[chef]!, riviere, nomsCommunes[second]!, estMetropole);
    const nature = nom.startsWith('CA ') ? 'CA' : nom.endsWith('Métropole') ? 'ME' : 'CC';
    const dep = deps[d.departement[chef]!]!.replace(/[AB]$/, '0').slice(0, 2);
    // 29…: no real EPCI number begins so.
    return { code: `29${dep}${String(10_001 + (((decalage + e) * 7) % 89_999))}`, nom, nature };
  });
}
