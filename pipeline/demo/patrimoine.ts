/** Residences of one commune: where they stand, who owns them, how many addresses and dwellings. */
import { FINANCEMENTS, PERIODES, SALETES } from '../../data/demo/distributions.ts';
import { PROGRAMMES } from '../../data/demo/noms.ts';
import type { Bailleur } from './bailleurs.ts';
import { modeleDe, taillesCollectif, taillesMaisons } from './gabarits.ts';
import type { Hasard } from './hasard.ts';
import { implanter, voisin, type Lieux, type Point } from './implantation.ts';
import type { Qpv } from './quartiers.ts';
import type { Ancienne, Commune } from './pays.ts';

export interface Adresse extends Point {
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
