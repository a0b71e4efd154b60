/** Rows of the register as SDES publishes it (73 columns), its restricted columns, and the survey file. */
import {
  DPE,
  ECART_GES,
  LIBELLES_FINANCEMENT,
  LOYERS,
  MODES,
  PIECES_COLLECTIF,
  PIECES_INDIVIDUEL,
  ROTATION,
  SALETES,
  SURFACES,
} from '../../data/demo/distributions.ts';
import { MILLESIMES } from '../../data/demo/tailles.ts';
import { champ, cite, deux, mois } from './ecriture.ts';
import type { Hasard } from './hasard.ts';
import { ligneOps } from './lignes-ops.ts';
import { tirerMenage, type Menage } from './menages.ts';
import type { Commune } from './pays.ts';
import type { Adresse, Residence } from './patrimoine.ts';
import type { Iris } from './iris.ts';

export interface Sorties {
  /** Per millésime. */
  readonly rpls: readonly ((ligne: string) => void)[];
  readonly ouvert: readonly ((ligne: string) => void)[];
  readonly ops: readonly ((ligne: string) => void)[];
}

const LETTRES = 'ABCDEFG';
const GENRES = { C: 'Collectif', I: 'Individuel', E: 'Étudiant' } as const;

export interface ContexteResidence {
  readonly commune: Commune;
  readonly codeArrondissement: (cellule: number) => string | undefined;
  readonly iris: (cellule: number) => Iris;
  /** Neighbourhood effects in points of the PLUS ceiling. */
  readonly effet: number;
  /** Rent level and vacancy of the place, 1 = national mean. */
  readonly loyer: number;
  readonly vacance: number;
  readonly idResidence: string;
  readonly epsg: number;
  /** First free dwelling number of the country. */
  readonly numero: number;
}

/**
 * Write every dwelling of a residence in both registers and its household in both surveys.
 * @returns dwellings written
 */
export function ecrireResidence(r: Residence, c: ContexteResidence, h: Hasard, sorties: Sorties): number {
  const { commune, effet } = c;
  const b = r.bailleur;
  const [m0, m1] = MILLESIMES;
  const locat = r.acquise
    ? Math.min(m1 - 1, Math.max(r.construction, 1978) + h.entier(0, 25))
    : r.construction;
  const moisLocat = 12 * locat + h.entier(0, 11);
  const dpeBase = h.pondere(DPE[r.periode]!);
  const decalageGes = h.pondere(ECART_GES) - 3;
  const dpeConnu = !h.oui(b.dpeInconnu);
  const dpeConnuAvant = dpeConnu && !h.oui(0.12);
  const dpeMois = 12 * h.entier(2013, 2023) + h.entier(0, 11);
  const contingent = h.pondere([5, 22, 18, 17, 4, 9, 25]) + 1;
  const demolition = r.construction < 1975 && h.oui(0.02);
  const effetResidence = effet + h.normale(0, 6);
  const vacance = c.vacance * h.logNormale(0.85, 0.6);
  const pieces = r.genre === 'I' ? PIECES_INDIVIDUEL : PIECES_COLLECTIF;
  const petits = h.normale(0, 0.16);
  const codeQpv24 = r.qpv?.code ?? '';
  const codeQpv15 = r.qpv?.code2015 ?? '';
  const erreurs = r.lisiere ? SALETES.qpvLisiere : 0;
  const declare = (r.qpv !== undefined) !== h.oui(erreurs) ? '1' : '2';
  const programme = cite(r.nom);
  const rs = champ(b.rs);
  let n = c.numero;

  for (const [k, a] of r.adresses.entries()) {
    const iris = c.iris(a.cellule);
    const idAdresse = `${c.idResidence}-${deux(k + 1)}`;
    const arr = c.codeArrondissement(a.cellule);
    const x = a.sansPoint ? '' : a.x.toFixed(2);
    const y = a.sansPoint ? '' : a.y.toFixed(2);
    const debuts = MILLESIMES.map((m) => debutLigne(commune, a, arr, m));
    const geo = geocodage(a, iris, c.epsg, x, y, codeQpv24, codeQpv15);
    const parEscalier = a.logements > 28 ? Math.ceil(a.logements / Math.ceil(a.logements / 18)) : a.logements;
    for (let d = 0; d < a.logements; d += 1) {
      n += 1;
      const finan = r.finanMixte && h.oui(0.35) ? r.finanMixte : r.finan;
      const p =
        r.genre === 'E' ? 1 : 1 + h.pondere(pieces.map((w, i) => w * Math.max(0.2, 1 + petits * (2 - i))));
      const surface = Math.round(
        SURFACES[p - 1]! * (r.genre === 'E' ? 0.68 : r.genre === 'I' ? 1.1 : 1) * h.normale(1, 0.08),
      );
      const dpe = Math.min(6, Math.max(0, dpeBase + (h.oui(0.16) ? (h.oui(0.5) ? 1 : -1) : 0)));
      const ges = Math.min(6, Math.max(0, dpe + decalageGes + (h.oui(0.15) ? 1 : 0)));
      const pmr = h.oui(r.construction >= 2008 ? 0.34 : 0.05);
      const conv = r.conventionnee;
      const rotation = ROTATION[p - 1]! * (r.qpv ? 0.9 : 1.02) * (r.genre === 'E' ? 2.2 : 1);
      const milieu = loyerM2(finan, r.construction) * c.loyer * h.normale(1, 0.045);
      const taux = rotation / (1 - rotation / 2);
      // Tenure on 1 January of the last register: exponential, cut by the first letting.
      const plafondMois = Math.max(0, 12 * m1 - moisLocat);
      const anciennete1 = Math.min(Math.floor((-Math.log(1 - h.u()) / taux) * 12), plafondMois);
      const memeMenage = anciennete1 >= 12 * (m1 - m0) && 12 * m0 > moisLocat;
      const anciennete0 = memeMenage
        ? anciennete1 - 12 * (m1 - m0)
        : Math.min(Math.floor((-Math.log(1 - h.u()) / taux) * 12), Math.max(0, 12 * m0 - moisLocat));
      const ctx = {
        pieces: p,
        qpv: r.qpv !== undefined,
        finan,
        etudiant: r.genre === 'E',
        conventionne: conv,
        effet: effetResidence,
      };
      const dernier = tirerMenage(h, ctx, m1, anciennete1);
      const mode1 = demolition ? (h.oui(0.7) ? 3 : 1) : modeDe(h, vacance);
      const mode0 = memeMenage ? 1 : demolition ? (h.oui(0.3) ? 3 : 1) : modeDe(h, vacance);
      const type = p > 5 ? 5 : p;
      const etage = r.genre === 'I' ? '0' : String(Math.floor((d % parEscalier) / 3));
      const numappt = String(100 * (1 + Math.floor((d % parEscalier) / 3)) + (d % 3) + 1);
      // Half of the landlords fill the building and the staircase in the register.
      const decrit = Number(b.siret.at(-6)) % 2 === 0;
      const esc = a.logements > parEscalier ? String(1 + Math.floor(d / parEscalier)) : '';
      const ident = String(n).padStart(9, '0');
      for (let q = 0; q < 2; q += 1) {
        const m = MILLESIMES[q]!;
        if (12 * m <= moisLocat || (q === 1 && r.disparue)) continue;
        const mode = q === 1 ? mode1 : mode0;
        const menage: Menage =
          q === 1 ? dernier : memeMenage ? rajeunir(dernier, m1 - m0) : tirerMenage(h, ctx, m0, anciennete0);
        const connu = q === 1 ? dpeConnu : dpeConnuAvant;
        const vide =
          mode === 2 ? Math.min(plafondMois, Math.floor(h.logNormale(2.6 * vacance ** 0.5, 0.9))) : 0;
        const entree =
          mode === 2 || mode === 3 ? 12 * m - vide - h.entier(1, 9) - 12 * h.entier(0, 9) : menage.entree;
        const bail = Math.max(moisLocat, entree);
        const loyer = mode === 1 ? Math.round(milieu * surface * (q === 0 ? 0.955 : 1)) : 9999;
        const ouverte =
          `${debuts[q]};${etage};${a.batiment && `BAT ${a.batiment}`};;${declare};${declare === '1' ? 'Oui' : 'Non'};1;Pleine propriété;` +
          `${r.genre};${GENRES[r.genre]};${type === 5 && h.oui(0.2) ? 6 : type};${surface};${r.construction};${locat};${locat};${r.acquise ? (h.oui(0.6) ? 2 : 3) : r.vefa ? 4 : 1};` +
          `${finan};${champ(LIBELLES_FINANCEMENT[finan]!)};;${conv ? 1 : 2};${conv ? `${commune.departement.code}/${1 + (n % 7)}/${locat}` : ''};${conv ? mois(Math.max(moisLocat, 12 * 1979)) : ''};` +
          `${locat === m - 1 ? '1;Oui' : '2;Non'};${cus(finan)};` +
          `${connu ? mois(Math.min(dpeMois, 12 * m - 1)) : '01/1900'};${connu ? LETTRES[dpe] : ''};${connu ? LETTRES[ges] : ''};;;;;` +
          `${pmr ? '1;Oui' : '2;Non'};${geo}`;
        const restreinte =
          `;${ident};${ident};${b.siret.slice(0, 9)};${b.siret};${rs};${b.categorie};${b.siret.slice(0, 9)};${numappt};;${decrit ? esc : ''};;;` +
          `${r.adresses.length > 1 ? k + 1 : ''};${decrit ? a.batiment : ''};${programme};${mode};${mode === 1 || mode === 5 ? mois(bail) : ''};` +
          `${mode === 2 ? mois(12 * m - vide) : ''};${mode === 2 || mode === 3 ? mois(12 * m - vide - 1) : ''};1;${Math.round(surface * 1.06)};` +
          `${loyer};${mode === 1 ? Math.round(surface * 0.28) : 9999};999;${conv ? (milieu * 1.12).toFixed(2) : ''};;9;;;2;;;;;${contingent};` +
          `${connu ? 45 + dpe * 62 + (n % 41) : ''};${connu ? 4 + ges * 13 + (n % 9) : ''};;;${cus(finan)};${locat === m - 1 ? 1 : 0};` +
          `${mode === 1 ? (loyer / surface).toFixed(2) : ''};${m - locat};0;${mode === 2 ? vide : ''}`;
        sorties.rpls[q]!(`${ouverte}${restreinte}\r\n`);
        sorties.ouvert[q]?.(`${ouverte}\r\n`);
        if (mode === 1 && b.enquete)
          sorties.ops[q]!(
            ligneOps(h, r, menage, m, ident, debuts[q]!, a, idAdresse, c.idResidence, x, y, iris.code, conv),
          );
      }
    }
  }
  return n - c.numero;
}

/** Same household two years earlier: younger, other figures kept. */
function rajeunir(m: Menage, ans: number): Menage {
  return { ...m, age: Math.max(18, m.age - ans) };
}

function modeDe(h: Hasard, vacance: number): number {
  const u = h.u() * 100;
  const v = MODES[1] * vacance;
  if (u < v) return 2;
  if (u < v + MODES[2]) return 3;
  if (u < v + MODES[2] + MODES[3]) return 4;
  if (u < v + MODES[2] + MODES[3] + MODES[4]) return 5;
  return u > 100 - MODES[5] ? 9 : 1;
}

function loyerM2(finan: string, construction: number): number {
  const age = construction < 1949 ? 1.02 : construction < 1975 ? 0.94 : construction < 1990 ? 0.99 : 1.06;
  if (finan === '10' || finan === '11') return LOYERS.plai;
  if (finan === '14') return LOYERS.pls;
  if (finan >= '15' && finan <= '17') return LOYERS.intermediaire;
  if (finan >= '50') return LOYERS.avant77 * age;
  return LOYERS.plus * age;
}

function cus(finan: string): string {
  if (finan === '10' || finan === '11') return '11';
  if (finan === '14') return '14';
  if (finan === '15' || finan === '16' || finan === '17') return '16';
  return '13';
}

/** REG_CODE to NOMVOIE: the place, in the code book of the register's year. */
function debutLigne(c: Commune, a: Adresse, arrondissement: string | undefined, millesime: number): string {
  const ancienne = a.ancienne && a.ancienne.annee > millesime ? a.ancienne : undefined;
  const code = arrondissement ?? ancienne?.code ?? c.code;
  const nom = arrondissement
    ? `${c.nom} ${Number(arrondissement.slice(-2)) - 80}e Arrondissement`
    : (ancienne?.nom ?? c.nom);
  const e = c.epci ? `${c.epci.code};${cite(c.epci.nom)};${cite(c.epci.nom)}` : 'ZZZZZZZZZ;;';
  const r = c.region;
  const d = c.departement;
  return (
    `${r.code};${cite(r.nom)};${cite(r.nom)};${d.code};${cite(d.nom)};${cite(d.nom)};${e};${code};${c.codePostal};${cite(nom)};` +
    `${a.sansNumero ? '' : a.numero};;${a.typeVoie};${a.nomVoie}`
  );
}

/** PLG_VOIE to ZE2020: what the geocoder added. */
function geocodage(
  a: Adresse,
  iris: Iris,
  epsg: number,
  x: string,
  y: string,
  q24: string,
  q15: string,
): string {
  const sans = a.sansPoint;
  const qualite = sans ? 5 : a.sansNumero ? 3 : 1;
  return (
    `${sans ? '' : `${iris.depcom}${String(a.nomVoie.length * 37).padStart(4, '0')}`};${epsg};${x};${y};` +
    `${sans ? '' : q24};${sans ? '' : q15};${sans ? '' : iris.code};${sans ? '' : cite(iris.nom)};;;` +
    `${sans ? 5 : 1};${a.sansNumero ? 3 : 1};${qualite};${sans ? '' : a.sansNumero ? 150 : 15};${sans ? '' : 1};${sans ? '' : 1};${sans ? '' : 1};;;` +
    `;;;;`
  );
}
