/** The whole country: territories cut, coded in one code book, named, and given its share of dwellings. */
import { REGIONS, REGIONS_OUTRE_MER } from '../../data/demo/noms.ts';
import { TAILLES, type Taille } from '../../data/demo/tailles.ts';
import {
  CODES_RESERVES,
  codePostal,
  coder,
  communesLittorales,
  nommerEpci,
  riviereDe,
  type Epci,
} from './codes.ts';
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
