/** The whole country: territories cut, coded in one code book, named, and given its share of dwellings. */
import { REGIONS, REGIONS_OUTRE_MER, RIVIERES } from '../../data/demo/noms.ts';
import { TAILLES, type Taille } from '../../data/demo/tailles.ts';
import { decouper, type Decoupage } from './decoupage.ts';
import { croissance, recentre } from './graphe.ts';
import { Hasard, empreinte } from './hasard.ts';
import { mailler } from './maillage.ts';
import { allouerLogements } from './allocation.ts';
import { creerRelief } from './relief.ts';
import { Toponymes } from './toponymie.ts';

export interface Region {
  readonly code: string;
  readonly nom: string;
}
export interface Departement extends Region {
  readonly region: string;
}
export interface Epci extends Region {
  readonly nature: 'CC' | 'CA' | 'CU' | 'ME';
}
/** An old commune merged into a present one: its code in the older register, and where its town hall was. */
export interface Ancienne {
  readonly code: string;
  readonly nom: string;
  readonly x: number;
  readonly y: number;
  /** Year of the merger (1 January): registers before it use the old code. */
  readonly annee: number;
}
export interface Commune {
  readonly code: string;
  readonly nom: string;
  readonly territoire: number;
  /** Index inside the territory. */
  readonly rang: number;
  readonly departement: Departement;
  readonly region: Region;
  readonly epci: Epci | undefined;
  readonly population: number;
  readonly x: number;
  readonly y: number;
  readonly codePostal: string;
  readonly logements: number;
  readonly anciennes: readonly Ancienne[];
}
export interface Territoire {
  readonly decoupage: Decoupage;
  readonly communes: readonly Commune[];
  /** Cells of each commune, by index. */
  readonly cellules: readonly (readonly number[])[];
  /** Per cell: arrondissement of the one city that has them, -1 elsewhere. */
  readonly arrondissement: Int32Array;
}
export interface Pays {
  readonly taille: Taille;
  readonly graine: number;
  readonly regions: readonly Region[];
  readonly departements: readonly Departement[];
  readonly epci: readonly Epci[];
  readonly communes: readonly Commune[];
  readonly territoires: readonly Territoire[];
  /** The city cut into arrondissements, and their codes. */
  readonly grandeVille: { readonly commune: Commune; readonly codes: readonly string[] } | undefined;
}

const CODES_RESERVES = { debut: 381, fin: 400 };

export function creerPays(id: Taille['id'], graine: number): Pays {
  const taille = TAILLES[id];
  const noms = new Toponymes(graine);
  const h = new Hasard('pays', graine);
  const regions: Region[] = [];
  const departements: Departement[] = [];
  const epci: Epci[] = [];
  const communes: Commune[] = [];
  const territoires: Territoire[] = [];
  let outreMer = 0;
  let aire = 0;

  const decoupages = taille.territoires.map((p) =>
    decouper(mailler(creerRelief(p, empreinte(graine, p.id)), taille.finesse)),
  );
  const logements = allouerLogements(
    decoupages.map((d) => d.population),
    taille.logements,
    graine,
  );

  decoupages.forEach((d, t) => {
    const p = taille.territoires[t]!;
    const m = d.maillage;
    const estOutreMer = p.epsg !== 2154;
    const regionsIci = p.regions.map((code) => {
      const nom = estOutreMer ? REGIONS_OUTRE_MER[outreMer++]! : REGIONS[regions.length % REGIONS.length]!;
      const r: Region = { code, nom };
      regions.push(r);
      return r;
    });
    const rangRegion = new Map<number, number>();
    d.departement.forEach((dep, c) => rangRegion.set(dep, d.region[c]!));
    const departementsIci = p.departements.map((code, k) => {
      const region = regionsIci[rangRegion.get(k) ?? 0]!;
      const dep: Departement = {
        code,
        nom: estOutreMer
          ? region.nom
          : code === '2A'
            ? 'Île-du-Sud'
            : code === '2B'
              ? 'Île-du-Nord'
              : noms.departement(departements.length),
        region: region.code,
      };
      departements.push(dep);
      return dep;
    });
    const littoral = communesLittorales(d);

    // Names first: INSEE numbers communes of a département in alphabetical order.
    const nomsCommunes = Array.from(d.chefLieu, (cell, c) => {
      const x = m.x[cell]!;
      const y = m.y[cell]!;
      const riviere = riviereDe(d, x, y);
      return noms.commune(estOutreMer ? 4 : aire + d.region[c]!, {
        riviere,
        littoral: littoral[c] === 1,
        population: d.population[c]!,
      });
    });
    aire += p.regions.length;
    const codes = coder(d, p.departements, nomsCommunes, h);

    const epciIci = nommerEpci(d, p.departements, nomsCommunes, noms, epci.length, p.metropole);
    epci.push(...epciIci);
    const ici: Commune[] = nomsCommunes.map((nom, c) => {
      const dep = departementsIci[d.departement[c]!]!;
      return {
        code: codes[c]!,
        nom,
        territoire: t,
        rang: c,
        departement: dep,
        region: regionsIci[d.region[c]!]!,
        epci: d.epci[c]! < 0 ? undefined : epciIci[d.epci[c]!],
        population: d.population[c]!,
        x: m.x[d.chefLieu[c]!]!,
        y: m.y[d.chefLieu[c]!]!,
        codePostal: codePostal(dep.code, codes[c]!),
        logements: logements[t]![c]!,
        anciennes: [],
      };
    });
    communes.push(...ici);
    const cellules: number[][] = ici.map(() => []);
    for (let i = 0; i < m.n; i += 1) if (d.commune[i]! >= 0) cellules[d.commune[i]!]!.push(i);
    territoires.push({ decoupage: d, communes: ici, cellules, arrondissement: new Int32Array(m.n).fill(-1) });
  });

  const grandeVille = couperGrandeVille(taille, territoires[0]!, graine);
  fusionner(taille, territoires, noms, h, grandeVille?.commune);
  return {
    taille,
    graine,
    regions: [...regions].sort(parCode),
    departements: [...departements].sort(parCode),
    epci: [...epci].sort(parCode),
    communes: territoires.flatMap((t) => t.communes).sort(parCode),
    territoires,
    grandeVille,
  };
}

export const parCode = (a: { code: string }, b: { code: string }) =>
  a.code < b.code ? -1 : a.code > b.code ? 1 : 0;

/** Rivers run in bands across the land, so that neighbours share the name of theirs. */
function riviereDe(d: Decoupage, x: number, y: number): (typeof RIVIERES)[number] {
  const g = d.maillage.relief;
  const k =
    Math.floor((x * 0.6 + y * 0.8) / 34_000) + Math.floor((x * 0.8 - y * 0.6) / 90_000) * 5 + (g.graine % 16);
  return RIVIERES[((k % RIVIERES.length) + RIVIERES.length) % RIVIERES.length]!;
}

function communesLittorales(d: Decoupage): Uint8Array {
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
function coder(d: Decoupage, deps: readonly string[], noms: readonly string[], h: Hasard): string[] {
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

function codePostal(dep: string, code: string): string {
  const debut = dep === '2A' || dep === '2B' ? '20' : dep;
  const n = empreinte('cp', code);
  return dep.length === 3
    ? `${dep}${String((n % 9) * 10 + 10).slice(-2)}`
    : `${debut}${String((n % 80) * 10 + 100).padStart(3, '0')}`;
}

function nommerEpci(
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

/** Cut the largest city into arrondissements of a few cells each. */
function couperGrandeVille(taille: Taille, t: Territoire, graine: number): Pays['grandeVille'] {
  if (taille.arrondissements === 0) return undefined;
  const d = t.decoupage;
  const m = d.maillage;
  const commune = t.communes.reduce((a, b) => (b.population > a.population ? b : a));
  const cellules: number[] = [];
  for (let i = 0; i < m.n; i += 1) if (d.commune[i] === commune.rang) cellules.push(i);
  const h = new Hasard('arrondissements', graine);
  let graines = Int32Array.from({ length: taille.arrondissements }, () => h.choix(cellules));
  const poids = new Float64Array(m.n).fill(1);
  const permis = (_: number, j: number) => d.commune[j] === commune.rang;
  let label = croissance(m.graphe, graines, undefined, permis);
  for (let k = 0; k < 8; k += 1) {
    graines = recentre(label, taille.arrondissements, m.x, m.y, poids) as Int32Array<ArrayBuffer>;
    for (let s = 0; s < graines.length; s += 1) if (graines[s]! < 0) graines[s] = h.choix(cellules);
    label = croissance(m.graphe, graines, undefined, permis);
  }
  for (const i of cellules) t.arrondissement[i] = Math.max(0, label[i]!);
  const codes = Array.from(
    { length: taille.arrondissements },
    (_, k) => `${commune.departement.code}${CODES_RESERVES.debut + k}`,
  );
  return { commune, codes };
}

/** Pick small towns that come out of a merger: two or three old communes, one of which gave its code. */
function fusionner(
  taille: Taille,
  territoires: readonly Territoire[],
  noms: Toponymes,
  h: Hasard,
  grande: Commune | undefined,
): void {
  const annees = [2023, 2024, 2025];
  const candidates = territoires[0]!.communes.filter(
    (c) => c !== grande && c.logements >= 30 && c.logements < 900,
  );
  const codes = new Set(territoires[0]!.communes.map((c) => c.code));
  for (let k = 0; k < taille.communesFusionnees && candidates.length > 0; k += 1) {
    const [c] = candidates.splice(h.entier(0, candidates.length - 1), 1);
    if (!c) break;
    const nombre = h.entier(2, 3);
    const anciennes: Ancienne[] = [{ code: c.code, nom: c.nom, x: c.x, y: c.y, annee: annees[k % 3]! }];
    const base = Number(c.code.slice(-3));
    for (let saut = 1; anciennes.length < nombre && saut < 400; saut += 1) {
      const code = c.departement.code.slice(0, 2) + String(base + saut).padStart(3, '0');
      if (
        code.length !== 5 ||
        codes.has(code) ||
        (base + saut >= CODES_RESERVES.debut && base + saut <= CODES_RESERVES.fin)
      )
        continue;
      codes.add(code);
      const angle = h.entre(0, 2 * Math.PI);
      anciennes.push({
        code,
        nom: noms.souche(0),
        x: c.x + 1500 * Math.cos(angle),
        y: c.y + 1500 * Math.sin(angle),
        annee: annees[k % 3]!,
      });
    }
    (c as { anciennes: readonly Ancienne[] }).anciennes = anciennes;
  }
}
