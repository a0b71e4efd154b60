/**
 * Rule P7, of the public audience alone: no survey figure where one landlord owns more than the ceiling. The rule hides
 * cells, and this file hides the cheapest further public cells, so that no sum or difference of public figures gives them
 * back. Territory bundles keep both: they hold public figures of the wider zones, and their own below.
 *
 * All variables of households are judged, in the order of their patterns (bloc.ts, `departDe`): a distribution is hidden
 * wherever the shares it completes are, so what one variable shows never undoes another.
 */
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { variable } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle, Population, Secteur } from '../../data/contract/zone.ts';
import type { Base } from '../lib/duckdb.ts';
import type { Atomes, NiveauZones } from './atomes.ts';
import { departDe } from './bloc.ts';
import { indexCellules, type Systeme } from './engine/types.ts';
import type { Verdicts } from './paquet.ts';
import { poidsDe } from './poids.ts';
import { RAISONS } from './primaire.ts';
import { proteges } from './protections.ts';
import { Recherche } from './recherche.ts';
import type { Cause, Garde, Verdict } from './verdict.ts';

export interface Dominances {
  /** Does one landlord own more than the ceiling of P7 in this zone? */
  depasse(millesime: number, echelle: Echelle, code: string, secteur: Secteur): boolean;
}

/** @param base database with the view `dominance` (atomes.ts, `ouvreAtomes`) */
export async function lisDominances(base: Base): Promise<Dominances> {
  const trop = new Set(
    (
      await base.lignes<{ k: string }>(
        `select concat_ws('/', millesime, echelle, code, secteur) as k from dominance where part > ${REGLES.dominance * 10}`,
      )
    ).map((l) => l.k),
  );
  return { depasse: (m, e, c, s) => trop.has(`${m}/${e}/${c}/${s}`) };
}

/** Why the public audience does not see a cell that rules P1 to P6 let through. */
export const DOMINEE = 1;
export const VOISINE = 2;

/** What the public audience loses in one level, for one variable and population. */
export interface Reserve {
  verdict: Verdict;
  /** Per zone: 0, DOMINEE (P7) or VOISINE (hidden to protect a P7 cell); both may be hidden for themselves too. */
  raison: Uint8Array;
  /** Confidential: what each VOISINE protects, by zone. */
  causes: Map<number, Cause>;
}
/** By `cleReserve`; levels without an entry lose nothing. */
export type Reserves = ReadonlyMap<string, Reserve>;
export const cleReserve = (v: string, d: Pick<Verdict, 'population' | 'niveau'>): string =>
  `${v}/${d.population}/${d.niveau.id}`;

/**
 * Engine threshold that looks for no small group: those are safe already, and hiding more keeps them so. What is left is
 * the question asked here, exact recovery.
 */
const SEUIL_EXACT = 2;
const LIBRE = RAISONS.indexOf('P3');

/**
 * Public cells under P7, and those hidden to protect them, of one millésime.
 * @param haut verdicts of the wide levels, unchanged @param large atoms of these levels (atomes.ts, `agrege`)
 */
export function reservesDe(
  haut: Verdicts,
  large: Atomes,
  dominances: Dominances,
  sans: readonly Garde[] = [],
): Reserves {
  const reserves = new Map<string, Reserve>();
  let niveaux: readonly NiveauZones[] | undefined;
  for (const { variable: id, verdicts } of haut) {
    const v = variable(id);
    if (v.source !== 'ops') continue;
    const montres = verdicts.filter(
      (d) => d.niveau.publie && ECHELLES_PUBLIQUES[v.famille].includes(d.niveau.echelle),
    );
    const siennes = montres.map((verdict): Reserve => {
      const { niveau } = verdict;
      const raison = Uint8Array.from(niveau.codes, (code, z) =>
        dominances.depasse(large.millesime, niveau.echelle, code, niveau.secteurs[z] as Secteur)
          ? DOMINEE
          : 0,
      );
      return { verdict, raison, causes: new Map() };
    });
    if (!siennes.some((r) => r.raison.includes(DOMINEE))) continue;
    // One list for all variables: relations between zones are built once per list.
    niveaux ??= [...new Set(montres.map((d) => d.niveau))];
    if (!sans.includes('dominance')) voisines(v, niveaux, large, siennes, reserves, sans);
    for (const r of siennes) reserves.set(cleReserve(id, r.verdict), r);
  }
  return reserves;
}

/** Find the cells that protect those of P7, for one variable; written into `siennes`. */
function voisines(
  v: Variable,
  niveaux: readonly NiveauZones[],
  large: Atomes,
  siennes: readonly Reserve[],
  connues: Reserves,
  sans: readonly Garde[],
): void {
  const r = (p: Population) => large.mesures.get(`r.${v.id}.${p}`) ?? new Int32Array(large.n);
  const systeme: Systeme = {
    atomes: large.n,
    seuil: SEUIL_EXACT,
    effectifs: v.populations.includes('ER') ? { ENS: r('ENS'), ER: r('ER') } : { ENS: r('ENS') },
    niveaux: niveaux.map((n) => ({ id: n.id, poids: poidsDe(n), zone: n.zone, codes: n.cles })),
  };
  const index = indexCellules(systeme);
  const origine = departDe(v);
  const rang = (d: Verdict) => niveaux.indexOf(d.niveau);
  const chaque = (fait: (s: Reserve, z: number, cellule: number) => void) => {
    for (const s of siennes)
      for (let z = 0; z < s.raison.length; z++)
        fait(s, z, index.cellule(rang(s.verdict), s.verdict.population, z));
  };
  const depart = new Uint8Array(index.nombre);
  const herites = new Map<number, Cause | undefined>();
  chaque(({ verdict: d, raison }, z, c) => {
    const modele = connues.get(cleReserve(origine ?? '', d));
    if (modele?.raison[z] === VOISINE && d.cache[z] === 0) herites.set(c, modele.causes.get(z));
    if (d.cache[z] === 1 || raison[z] === DOMINEE || herites.has(c)) depart[c] = 1;
  });
  // A cell that a shown one names too (a département without QPV) is known: taken as hidden, it would hide the shown one.
  for (const memes of alias(siennes, systeme, chaque)) {
    if (memes.some(({ s, z }) => s.raison[z] === DOMINEE)) continue;
    if (memes.some(({ cellule }) => depart[cellule] === 0))
      for (const { cellule } of memes) depart[cellule] = 0;
  }
  const recherche = new Recherche(depart, index);
  /** Do territories hide the cell of all households too? */
  const aussi = (d: Verdict, z: number) =>
    siennes.find((s) => s.verdict.population === 'ENS' && s.verdict.niveau === d.niveau)?.verdict.cache[z] ===
    1;
  const protege = new Uint8Array(index.nombre);
  for (const p of v.populations) {
    chaque(({ verdict: d, raison }, z, c) => {
      if (d.population !== p) return;
      if (raison[z] === DOMINEE) protege[c] = 1;
      // What all households hide here, recent movers hide too: their number is also a share of all households.
      const ens = p === 'ER' ? index.cellule(rang(d), 'ENS', z) : c;
      if (ens === c || recherche.cache[ens] === 0 || recherche.cache[c] === 1 || aussi(d, z)) return;
      recherche.cache[c] = 1;
      const cause = recherche.causes.get(ens) ?? herites.get(ens);
      if (cause !== undefined) recherche.causes.set(c, cause);
    });
    recherche.passe({ ...systeme, protege }, { genre: 'dominance' });
  }
  // Bounds on numerators: only the cells of P7 are sensitive here, the others have been looked at with the territories.
  const sensibles = siennes.map(({ verdict: d, raison }) => ({
    ...d,
    rang: rang(d),
    raison: raison.map((x) => (x === DOMINEE ? 0 : LIBRE)),
  }));
  proteges(v, niveaux, large, sensibles, recherche, 0, { sans: [...sans, 'residus'] });
  chaque(({ verdict: d, raison, causes }, z, c) => {
    if (raison[z] === DOMINEE || d.cache[z] === 1 || (recherche.cache[c] === 0 && !herites.has(c))) return;
    raison[z] = VOISINE;
    const { cible, autres } = recherche.causes.get(c) ?? herites.get(c) ?? { cible: [], autres: 0 };
    causes.set(z, { genre: 'dominance', base: 0, cible, autres });
  });
}

/** Cells of one variable by the set of answering units they count, one list for each set. */
function alias(
  siennes: readonly Reserve[],
  { effectifs }: Pick<Systeme, 'effectifs'>,
  chaque: (fait: (s: Reserve, z: number, cellule: number) => void) => void,
): { s: Reserve; z: number; cellule: number }[][] {
  const membres = new Map<Reserve, number[][]>();
  for (const s of siennes) {
    const { niveau, population } = s.verdict;
    const liste: number[][] = niveau.cles.map(() => []);
    effectifs[population]?.forEach((r, a) => {
      if (r > 0 && (niveau.zone[a] as number) >= 0) (liste[niveau.zone[a] as number] as number[]).push(a);
    });
    membres.set(s, liste);
  }
  const parEnsemble = new Map<string, { s: Reserve; z: number; cellule: number }[]>();
  chaque((s, z, cellule) => {
    const cle = `${s.verdict.population}/${membres.get(s)?.[z]?.join()}`;
    const memes = parEnsemble.get(cle);
    if (memes === undefined) parEnsemble.set(cle, [{ s, z, cellule }]);
    else memes.push({ s, z, cellule });
  });
  return [...parEnsemble.values()];
}
