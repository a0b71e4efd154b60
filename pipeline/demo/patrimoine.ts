/** Residences of one commune: where they stand, who owns them, how many addresses and dwellings. */
import {
  ADRESSE,
  FINANCEMENTS,
  MAISONS,
  MAISONS_PAR_POINT,
  PERIODES,
  PERIODES_HORS_QPV,
  PERIODES_QPV,
  SALETES,
} from '../../data/demo/distributions.ts';
import { NOMS_VOIES, PROGRAMMES, VOIES } from '../../data/demo/noms.ts';
import type { Bailleur } from './bailleurs.ts';
import { Hasard, empreinte } from './hasard.ts';
import { rayonUrbain } from './relief.ts';
import type { Qpv } from './quartiers.ts';
import { versPlan, type Trame } from './trame.ts';
import type { Ancienne, Commune } from './pays.ts';

export interface Adresse {
  readonly x: number;
  readonly y: number;
  /** Cell of the mesh, for its IRIS and arrondissement. */
  readonly cellule: number;
  readonly numero: number;
  readonly typeVoie: string;
  readonly nomVoie: string;
  readonly logements: number;
  readonly ancienne: Ancienne | undefined;
  readonly sansPoint: boolean;
  readonly sansNumero: boolean;
  readonly batiment: string;
}
export interface Residence {
  readonly bailleur: Bailleur;
  readonly nom: string;
  readonly qpv: Qpv | undefined;
  /** In an edge block of its quarter: declarations may err there. */
  readonly lisiere: boolean;
  readonly periode: number;
  readonly construction: number;
  readonly genre: 'C' | 'I' | 'E';
  readonly finan: string;
  /** Second financing of recent programmes: one in three mixes two. */
  readonly finanMixte: string | undefined;
  readonly acquise: boolean;
  readonly vefa: boolean;
  readonly conventionnee: boolean;
  /** Present only in the first register (demolished or sold since). */
  readonly disparue: boolean;
  readonly adresses: readonly Adresse[];
}

export interface Lieux {
  readonly commune: Commune;
  readonly trame: Trame;
  /** Factor on dwellings per address. */
  readonly adresse: number;
  /** Quarters where this commune places dwellings. */
  readonly qpv: readonly Qpv[];
  /** Cell of a place, or -1 when it is not in this commune. */
  cellule(x: number, y: number): number;
  /** Quarter that holds a place, any commune's. */
  qpvEn(x: number, y: number): Qpv | undefined;
  /** Some cells of the commune: hamlets. */
  hameau(h: Hasard): [number, number];
}

/** Draw residences until the commune's dwellings are placed, quarter by quarter, then outside. */
export function* residences(
  lieux: Lieux,
  qui: readonly Bailleur[],
  poids: readonly number[],
  h: Hasard,
  anneeFin: number,
): Generator<Residence> {
  let reste = lieux.commune.logements;
  for (const q of lieux.qpv) {
    let ici = Math.min(reste, q.logements.get(lieux.commune.code) ?? 0);
    while (ici > 0) {
      const r = residence(lieux, q, ici, qui, poids, h, anneeFin);
      if (!r) break;
      const n = r.adresses.reduce((s, a) => s + a.logements, 0);
      ici -= n;
      reste -= n;
      yield r;
    }
  }
  while (reste > 0) {
    const r = residence(lieux, undefined, reste, qui, poids, h, anneeFin)!;
    reste -= r.adresses.reduce((s, a) => s + a.logements, 0);
    yield r;
  }
}

function residence(
  l: Lieux,
  qpv: Qpv | undefined,
  reste: number,
  qui: readonly Bailleur[],
  poids: readonly number[],
  h: Hasard,
  anneeFin: number,
): Residence | undefined {
  const c = l.commune;
  const rural = c.population < 2500 ? 1 : c.population < 10_000 ? 0.55 : c.population < 50_000 ? 0.2 : 0;
  const modele = modeleDe(qpv !== undefined, rural, c.population, l.adresse);
  const periode = h.pondere(modele.periodes);
  const p = PERIODES[periode]!;
  const etudiant = !qpv && c.population > 38_000 && periode >= 4 && reste > 60 && h.oui(0.035);
  const maisons = !etudiant && h.oui(modele.maisons[periode]!);
  const tailles = etudiant
    ? [h.entier(40, 160)]
    : maisons
      ? taillesMaisons(h, qpv !== undefined, rural)
      : taillesCollectif(h, qpv !== undefined, c, l.adresse);
  const adresses: Adresse[] = [];
  const lieu = implanter(l, qpv, h);
  if (!lieu) return undefined;
  const sansPoint = h.oui(SALETES.sansPoint);
  const sansNumero = h.oui(SALETES.sansNumero);
  const plusieurs = tailles.length > 2 && !maisons;
  let manque = reste;
  for (const [k, taille] of tailles.entries()) {
    if (manque <= 0) break;
    const place = k === 0 ? lieu : voisin(l, lieu, k, qpv);
    const logements = Math.min(manque, taille);
    manque -= logements;
    adresses.push({
      ...place,
      logements,
      ancienne: ancienneDe(c, place.x, place.y),
      sansPoint,
      sansNumero,
      batiment: plusieurs ? 'ABCDEFGHIJKLMNOP'[Math.floor(k / 2)]! : '',
    });
  }
  const groupe = periode === 0 ? 0 : p.a <= 1974 ? 1 : p.a <= 1999 ? 2 : p.a <= 2014 ? 3 : 4;
  const f = FINANCEMENTS[groupe]!;
  const finan = f.codes[h.pondere(f.poids)]!;
  const construction = Math.min(anneeFin, h.entier(p.de, p.a));
  return {
    bailleur: qui[h.pondere(poids)]!,
    nom: nomProgramme(h, maisons, qpv, c),
    qpv,
    lisiere: lieu.lisiere,
    periode,
    construction,
    genre: etudiant ? 'E' : maisons ? 'I' : 'C',
    finan,
    finanMixte: groupe >= 3 && h.oui(0.33) ? f.codes[h.pondere(f.poids)] : undefined,
    acquise: periode === 0 ? h.oui(0.4) : h.oui(0.05),
    vefa: construction >= 2008 && h.oui(0.45),
    conventionnee: !(finan === '53' || finan === '54' || finan === '16' || finan === '17') && !h.oui(0.03),
    disparue: construction < 1982 && h.oui(qpv ? 0.02 : 0.006),
    adresses,
  };
}

interface Modele {
  /** Weights of periods per residence. */
  readonly periodes: readonly number[];
  /** Probability that a residence of the period is a group of houses. */
  readonly maisons: readonly number[];
}
const modeles = new Map<string, Modele>();

/**
 * The published shares count dwellings; residences are drawn one by one and blocks hold more dwellings than house
 * groups. Shares are turned into odds per residence with the mean size of each kind.
 */
function modeleDe(qpv: boolean, rural: number, population: number, adresse: number): Modele {
  const petite = tailleBourg(population);
  const cle = `${qpv} ${rural} ${petite} ${adresse}`;
  let m = modeles.get(cle);
  if (m) return m;
  const queue = adresse * Math.exp(ADRESSE.sigma ** 2 / 2);
  const blocs = qpv
    ? ADRESSE.medianeQpv * queue * 4.5
    : ADRESSE.mediane * petite * queue * (population < 2500 ? 1.25 : 3.15);
  const groupes = qpv ? 9.8 : rural === 1 ? 5.6 : 7.9;
  const parts = MAISONS.map((v) => Math.min(0.88, v * (qpv ? 0.16 : 0.68) + (qpv ? 0 : rural * 0.27)));
  const maisons = parts.map((v) => (v * blocs) / (groupes + v * (blocs - groupes)));
  const periodes = (qpv ? PERIODES_QPV : PERIODES_HORS_QPV).map(
    (v, k) => v / (maisons[k]! * groupes + (1 - maisons[k]!) * blocs),
  );
  m = { periodes, maisons };
  modeles.set(cle, m);
  return m;
}

/** Blocks of villages and small towns are smaller. */
const tailleBourg = (population: number) => (population < 2500 ? 0.45 : population < 10_000 ? 0.75 : 1);

function taillesMaisons(h: Hasard, qpv: boolean, rural: number): number[] {
  const point = () => {
    const m = MAISONS_PAR_POINT[h.pondere(MAISONS_PAR_POINT.map((q) => q.poids))]!;
    return h.entier(m.de, rural === 1 ? Math.min(m.a, 9) : m.a);
  };
  const nombre = h.oui(0.55) ? 1 : h.entier(2, qpv ? 6 : 4);
  return Array.from({ length: nombre }, point);
}

/** Entrances of one programme resemble each other; a few towers hold a hundred flats behind one door. */
function taillesCollectif(h: Hasard, qpv: boolean, c: Commune, adresse: number): number[] {
  const petite = tailleBourg(c.population);
  const mediane = (qpv ? ADRESSE.medianeQpv : ADRESSE.mediane) * petite * adresse;
  const taille = Math.min(ADRESSE.max, Math.max(1, h.logNormale(mediane, ADRESSE.sigma)));
  const r = h.u();
  const nombre =
    c.population < 2500
      ? r < 0.75
        ? 1
        : 2
      : qpv
        ? 1 + Math.floor(r * r * 12)
        : 1 + Math.floor(r ** 2.4 * 9);
  return Array.from({ length: nombre }, () =>
    Math.min(ADRESSE.max, Math.max(1, Math.round(taille * h.entre(0.72, 1.28)))),
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly cellule: number;
  readonly numero: number;
  readonly typeVoie: string;
  readonly nomVoie: string;
  readonly lisiere: boolean;
  readonly i: number;
  readonly j: number;
  readonly cote: number;
  readonly s: number;
  readonly trame: Trame;
}

/** A place on a street side, in the quarter or in the town, never in a quarter that was not asked for. */
function implanter(l: Lieux, qpv: Qpv | undefined, h: Hasard): Place | undefined {
  const c = l.commune;
  const r = c.population < 2500 ? 130 + 0.09 * c.population : 0.52 * rayonUrbain(c.population) + 180;
  for (let essai = 0; essai < 40; essai += 1) {
    let trame = l.trame;
    let i: number;
    let j: number;
    if (qpv) {
      trame = qpv.trame;
      [i, j] = h.choix(qpv.blocs);
    } else {
      let [ox, oy] = [0, 0];
      if (essai > 8 || h.oui(0.13)) {
        const [hx, hy] = l.hameau(h);
        [ox, oy] = [hx - trame.x, hy - trame.y];
      } else if (c.anciennes.length > 0 && h.oui(0.5)) {
        const a = h.choix(c.anciennes);
        [ox, oy] = [a.x - trame.x, a.y - trame.y];
      }
      const u = ox * trame.cos + oy * trame.sin + h.normale(0, r);
      const v = -ox * trame.sin + oy * trame.cos + h.normale(0, r);
      i = Math.floor(u / trame.bx);
      j = Math.floor(v / trame.by);
    }
    const place = surRue(l, trame, i, j, h.entier(0, 3), h.entre(0.12, 0.88), qpv);
    if (place && l.qpvEn(place.x, place.y) === qpv) return place;
  }
  if (qpv) return undefined;
  // No room found: the town hall square, which is always in the commune.
  return (
    surRue(l, l.trame, 0, 0, 0, 0.5, undefined) ?? {
      ...square(l),
      lisiere: false,
      i: 0,
      j: 0,
      cote: 0,
      s: 0.5,
      trame: l.trame,
    }
  );
}

function square(l: Lieux): Pick<Place, 'x' | 'y' | 'cellule' | 'numero' | 'typeVoie' | 'nomVoie'> {
  const { x, y } = l.commune;
  return { x, y, cellule: Math.max(0, l.cellule(x, y)), numero: 1, typeVoie: 'PL', nomVoie: 'DE LA MAIRIE' };
}

/** Point set back 15 m from the middle of a block side; street name and number come from the grid line. */
function surRue(
  l: Lieux,
  t: Trame,
  i: number,
  j: number,
  cote: number,
  s: number,
  qpv: Qpv | undefined,
): Place | undefined {
  const horizontal = cote < 2;
  const loin = cote % 2 === 1;
  const retrait = 15;
  const u = horizontal ? (i + s) * t.bx : loin ? (i + 1) * t.bx - retrait : i * t.bx + retrait;
  const v = horizontal ? (loin ? (j + 1) * t.by - retrait : j * t.by + retrait) : (j + s) * t.by;
  const [x, y] = versPlan(t, u, v);
  const cellule = l.cellule(x, y);
  if (cellule < 0) return undefined;
  const ligne = horizontal ? j + (loin ? 1 : 0) : i + (loin ? 1 : 0);
  const long = horizontal ? i : j;
  const troncon = Math.floor(long / 6);
  const rue = empreinte('rue', t.graine, horizontal ? 'h' : 'v', ligne, troncon);
  const metres = (long - troncon * 6 + s) * (horizontal ? t.bx : t.by);
  return {
    x,
    y,
    cellule,
    numero: 1 + 2 * Math.floor(metres / 14) + (loin ? 1 : 0),
    typeVoie: VOIES[new Hasard('voie', rue).pondere(VOIES.map((q) => q.poids))]!.code,
    nomVoie: NOMS_VOIES[rue % NOMS_VOIES.length]!,
    lisiere: qpv !== undefined && bordDeQuartier(qpv, i, j),
    i,
    j,
    cote,
    s,
    trame: t,
  };
}

function bordDeQuartier(q: Qpv, i: number, j: number): boolean {
  const a = (p: number, r: number) => q.blocs.some(([x, y]) => x === p && y === r);
  return !(a(i + 1, j) && a(i - 1, j) && a(i, j + 1) && a(i, j - 1));
}

/** The k-th entrance of a residence: further along the same side, then the other side of the block. */
function voisin(l: Lieux, p: Place, k: number, qpv: Qpv | undefined): Place {
  const pas = (p.s < 0.5 ? 1 : -1) * 0.24;
  const cote = k <= 2 ? p.cote : p.cote ^ (1 + (k % 3));
  const s = k <= 2 ? p.s + pas * k : 0.15 + ((k * 0.23) % 0.7);
  const suite = surRue(l, p.trame, p.i, p.j, cote, s, qpv);
  if (!suite || l.qpvEn(suite.x, suite.y) !== qpv) return p;
  return suite;
}

function ancienneDe(c: Commune, x: number, y: number): Ancienne | undefined {
  let meilleure: Ancienne | undefined;
  let d = Number.POSITIVE_INFINITY;
  for (const a of c.anciennes) {
    const da = (a.x - x) ** 2 + (a.y - y) ** 2;
    if (da < d) [d, meilleure] = [da, a];
  }
  return meilleure;
}

function nomProgramme(h: Hasard, maisons: boolean, qpv: Qpv | undefined, c: Commune): string {
  if (qpv && h.oui(0.25)) return qpv.nom.toUpperCase();
  const genre = maisons
    ? h.choix(['LE HAMEAU DES', 'LE CLOS DES', 'LES'])
    : h.choix(['RESIDENCE DES', 'LES', 'CITE DES', 'GROUPE DES']);
  const nom = `${genre} ${h.choix(PROGRAMMES)}`;
  return h.oui(0.08) ? `${c.nom.toUpperCase()} ${h.entier(1, 4)}` : nom;
}
