/** One variable of one millésime → the linear system given to the engine, and its verdict per level. */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle, Population } from '../../data/contract/zone.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { resoudre } from './engine/index.ts';
import { indexCellules, type IndexCellules, type Systeme } from './engine/types.ts';
import { somme, type Atomes, type NiveauZones } from './atomes.ts';
import { repareBornes, repareResidus } from './bornes.ts';
import { relationsDe, type Relations } from './relations.ts';
import { ECHELLES_P4, RAISONS, reglePrimaire } from './primaire.ts';

/**
 * Cost of hiding one household at each échelle, and order of publication (secret.md §7.2). Relative numbers: a household
 * hidden in a commune figure costs as much as 12 in address figures.
 */
export const POIDS: Readonly<Record<Echelle, number>> = {
  france: 1000,
  region: 400,
  departement: 200,
  epci: 100,
  commune: 12,
  qpv: 8,
  qva: 8,
  zonage: 8,
  iris: 5,
  carreau: 2,
  residence: 2,
  batiment: 1,
  cage: 1,
  adresse: 1,
};
/** Totals that the reader must find: published whatever it costs below (issue 3). */
const IMPOSES: readonly Echelle[] = ['france', 'region', 'departement', 'epci'];

export interface ComptesNiveau {
  n: Int32Array;
  r: Int32Array;
  u: Int32Array;
  x: Map<string, Int32Array>;
  logements: Int32Array;
  residence: Int32Array;
}
/** Reason of a cell hidden to protect others. */
export const SECONDAIRE = 255;

export interface Verdict {
  population: Population;
  niveau: NiveauZones;
  /** Rank of the level in its system. */
  rang: number;
  comptes: ComptesNiveau;
  /** 1 = hidden, per zone. */
  cache: Uint8Array;
  /** Confidential: index in RAISONS of the primary rule, or SECONDAIRE. */
  raison: Uint8Array;
}

const taille = (niveau: NiveauZones, a: Atomes): Int32Array => {
  const t = new Int32Array(niveau.cles.length).fill(2 ** 30);
  for (let i = 0; i < a.n; i++) {
    const z = niveau.zone[i] as number;
    // An atom without register is sized by its surveyed households: the register may be missing, the rule is not.
    const l = (a.residence[i] as number) || (a.mesures.get('n.ops_men.ENS')?.[i] ?? 0);
    if (z >= 0 && l < (t[z] as number)) t[z] = l;
  }
  return t;
};

/** Counts of one variable and population on every level. */
export function comptesDe(
  v: Variable,
  population: Population,
  niveaux: readonly NiveauZones[],
  a: Atomes,
): ComptesNiveau[] {
  const m = (nom: string) => a.mesures.get(nom) ?? new Int32Array(a.n);
  const ids = [...indicateursDe(v.id), ...(v.avec === undefined ? [] : indicateursDe(v.avec))].map(
    (i) => i.id,
  );
  return niveaux.map((niveau) => ({
    n: somme(m(`n.${v.id}.${population}`), niveau),
    r: somme(m(`r.${v.id}.${population}`), niveau),
    u: somme(m(`u.${v.id}.${population}`), niveau),
    x: new Map(ids.map((id) => [id, somme(m(`x.${id}.${population}`), niveau)])),
    logements: somme(m('logements'), niveau),
    residence: ECHELLES_P4.includes(niveau.echelle) ? taille(niveau, a) : new Int32Array(niveau.cles.length),
  }));
}

/** N of rule P3: the largest known base of occupied households (domain.md §5, ambiguity 3). */
function basesOccupees(
  v: Variable,
  population: Population,
  niveau: NiveauZones,
  c: ComptesNiveau,
  a: Atomes,
): Int32Array {
  if (v.source !== 'ops' || population !== 'ENS') return c.n;
  const occupes = somme(a.mesures.get('occupes') ?? new Int32Array(a.n), niveau);
  return c.n.map((n, z) => Math.max(n, occupes[z] as number));
}

/** Pattern of an earlier variable on the same levels. */
export type Patron = Pick<Verdict, 'population' | 'rang' | 'cache'>;

/** What the level above has decided for the context cells of a block: 1 = hidden and to be protected here too. */
export type Contexte = ReadonlyMap<string, 1>;
export const cleContexte = (v: string, p: Population, niveau: NiveauZones, z: number) =>
  `${v}/${p}/${niveau.id}/${niveau.cles[z]}`;

export interface Jugement {
  verdicts: Verdict[];
  /** Context cells that could not stay published: the level above must hide them. */
  conflits: string[];
}

/** Weight that makes the engine hide a context cell only when nothing else can do. */
const POIDS_CONTEXTE = 1e6;
/** P5 runs: a set of units that is not uniform weighs this much, a uniform one weighs 1 (see `uniformes`). */
const DIVERS = 1000;

/**
 * Weights that turn the 100 % rule into the group rule: an atom weighs 1 when all its units give the same answer, `DIVERS`
 * when they do not, 0 when it is empty. A derivable group under `DIVERS` is then a group known to be uniform.
 * @param sens which uniformities: shares at 0, at 100 %. Both in one run: a group of both kinds is not uniform, yet is
 * treated so; that costs little and halves the work.
 */
function uniformes(v: Variable, sens: readonly ('zero' | 'plein')[], a: Atomes): Systeme['effectifs'] {
  const m = (nom: string) => a.mesures.get(nom) ?? new Int32Array(a.n);
  const parts = (
    v.cent === 'distribution'
      ? [...indicateursDe(v.id), ...(v.avec === undefined ? [] : indicateursDe(v.avec))].filter(
          (i) => i.modalite,
        )
      : indicateursDe(v.id)
  ).map((i) => i.id);
  const er = v.populations.includes('ER');
  const colonnes = parts.map((id) => ({ ens: m(`x.${id}.ENS`), er: m(`x.${id}.ER`) }));
  const [rEns, rEr, uEns, uEr] = [
    m(`r.${v.id}.ENS`),
    m(`r.${v.id}.ER`),
    m(`u.${v.id}.ENS`),
    m(`u.${v.id}.ER`),
  ];
  const poids = (r: number, u: number, x: (k: number) => number) => {
    if (r === 0) return 0;
    return colonnes.some((_, k) => sens.some((s) => x(k) === (s === 'zero' ? 0 : u))) ? 1 : DIVERS;
  };
  const ER = new Int32Array(a.n);
  const ENS = new Int32Array(a.n);
  for (let i = 0; i < a.n; i++) {
    if (er) {
      const [re, ue] = [rEr[i] as number, uEr[i] as number];
      ER[i] = poids(re, ue, (k) => colonnes[k]?.er[i] as number);
      ENS[i] =
        (ER[i] as number) +
        poids(
          (rEns[i] as number) - re,
          (uEns[i] as number) - ue,
          (k) => (colonnes[k]?.ens[i] as number) - (colonnes[k]?.er[i] as number),
        );
    } else {
      ENS[i] = poids(rEns[i] as number, uEns[i] as number, (k) => colonnes[k]?.ens[i] as number);
    }
  }
  return er ? { ENS, ER } : { ENS };
}

/** Senses of uniformity that the 100 % rule forbids, per kind of variable (domain.md §5, P5). */
const SENS: Readonly<Record<Variable['cent'], readonly ('zero' | 'plein')[]>> = {
  strict: ['zero', 'plein'],
  distribution: ['plein'],
  total: ['plein'],
  non: [],
};

/**
 * Primary rule, then the engine for protected families: bases first, then uniform groups, each run keeping what the one
 * before hid (hiding more never makes a cell recoverable, secret.md §1).
 * @param depart verdicts whose hidden cells stay hidden (pattern of the family, or of the variable this one completes)
 * @param contexte number of leading levels decided above, and what was decided
 */
export function jugeVariable(
  v: Variable,
  niveaux: readonly NiveauZones[],
  a: Atomes,
  seuil: number,
  depart: readonly Patron[],
  contexte: { niveaux: number; caches: Contexte; impose: boolean },
): Jugement {
  const verdicts = v.populations.flatMap((population) => {
    const comptes = comptesDe(v, population, niveaux, a);
    return niveaux.map((niveau, k): Verdict & { protege: Uint8Array } => {
      const c = comptes[k] as ComptesNiveau;
      const p =
        k < contexte.niveaux || !niveau.publie
          ? { raison: new Uint8Array(niveau.cles.length), protege: new Uint8Array(niveau.cles.length) }
          : reglePrimaire(v, {
              echelle: niveau.echelle,
              ...c,
              nMax: basesOccupees(v, population, niveau, c, a),
            });
      return {
        population,
        niveau,
        rang: k,
        comptes: c,
        cache: p.raison.map((r) => (r > 0 ? 1 : 0)),
        raison: p.raison,
        protege: p.protege,
      };
    });
  });
  if (v.famille === 'logements_ouvert') return { verdicts, conflits: [] };
  const m = (p: Population) => a.mesures.get(`r.${v.id}.${p}`) ?? new Int32Array(a.n);
  const effectifs: Systeme['effectifs'] = v.populations.includes('ER')
    ? { ENS: m('ENS'), ER: m('ER') }
    : { ENS: m('ENS') };
  const base: Systeme = {
    atomes: a.n,
    seuil,
    effectifs,
    niveaux: niveaux.map((n, k) => ({
      id: n.id,
      poids: k < contexte.niveaux ? POIDS_CONTEXTE : POIDS[n.echelle],
      zone: n.zone,
      codes: n.cles,
      impose: contexte.impose && n.publie && !n.split && IMPOSES.includes(n.echelle),
    })),
  };
  const index = indexCellules(base);
  const masque = new Uint8Array(index.nombre);
  const protege = new Uint8Array(index.nombre);
  const dejaCache = new Uint8Array(index.nombre);
  const avant = new Map(depart.map((d) => [`${d.rang}/${d.population}`, d]));
  const chaque = (fait: (d: (typeof verdicts)[number], k: number, z: number, cellule: number) => void) => {
    for (const d of verdicts) {
      for (let z = 0; z < d.cache.length; z++) fait(d, d.rang, z, index.cellule(d.rang, d.population, z));
    }
  };
  chaque((d, k, z, c) => {
    if (contexte.caches.has(cleContexte(v.id, d.population, d.niveau, z))) protege[c] = 1;
    if (k < contexte.niveaux) return;
    if (d.protege[z]) protege[c] = 1;
    else if (d.cache[z]) masque[c] = 1;
    if (avant.get(`${k}/${d.population}`)?.cache[z]) dejaCache[c] = 1;
  });
  // Units in scope first, where some did not answer (for OPS the family pattern has done it), then answers.
  const portee = v.source === 'rpls' ? { ENS: a.mesures.get(`n.${v.id}.ENS`) ?? effectifs.ENS } : null;
  let cache: Uint8Array = dejaCache;
  for (const e of portee === null ? [effectifs] : [portee, effectifs]) {
    cache = resous({ ...base, effectifs: e, masque, protege, depart: cache });
  }
  // A hidden total of the storey above is known to whoever knows the other hidden ones: what is left of it must stand
  // alone, so each run is done once more with those totals given away.
  const donnes: number[] = [];
  chaque((d, k, z, c) => {
    if (k < contexte.niveaux && protege[c] === 1 && (d.comptes.r[z] as number) >= seuil) donnes.push(c);
  });
  const encore = (systeme: Systeme) => {
    if (donnes.length === 0) return;
    const connus = cache.slice();
    for (const c of donnes) connus[c] = 0;
    const suite = resous({ ...systeme, depart: connus });
    cache = cache.map((x, c) => (x === 1 || suite[c] === 1 ? 1 : 0));
  };
  encore(base);
  if (SENS[v.cent].length > 0) {
    // Cells hidden so far stay hidden; those of one answer only are the primaries of this run.
    const poids = { ...base, effectifs: uniformes(v, SENS[v.cent], a), seuil: DIVERS };
    cache = resous({ ...poids, depart: cache });
    encore(poids);
  }
  const conflits: string[] = [];
  proteges(v, niveaux, a, verdicts, cache, index, contexte.niveaux);
  chaque((d, k, z, c) => {
    if (cache[c] === 0 || d.cache[z]) return;
    const cle = cleContexte(v.id, d.population, d.niveau, z);
    if (k < contexte.niveaux) {
      const r = d.comptes.r[z] as number;
      if (r >= seuil && !contexte.caches.has(cle)) conflits.push(cle);
      return;
    }
    d.cache[z] = 1;
    d.raison[z] = SECONDAIRE;
  });
  return { verdicts, conflits };
}

const memoire = new WeakMap<readonly NiveauZones[], Map<boolean, Relations>>();
/** Relations of a block, shared by all its variables. */
function relations(niveaux: readonly NiveauZones[], atomes: number, er: boolean): Relations {
  let m = memoire.get(niveaux);
  if (m === undefined) memoire.set(niveaux, (m = new Map()));
  let r = m.get(er);
  if (r === undefined) m.set(er, (r = relationsDe(niveaux, atomes, er)));
  return r;
}

/** Numerators of the variable against bounds; further hidden cells are written into `cache`. */
function proteges(
  v: Variable,
  niveaux: readonly NiveauZones[],
  a: Atomes,
  verdicts: readonly Verdict[],
  cache: Uint8Array,
  index: IndexCellules,
  contexte: number,
): void {
  const parts = indicateursDe(v.id).filter((i) => i.calcul === 'part' && v.cent !== 'non');
  const m = (nom: string) => a.mesures.get(nom) ?? new Int32Array(a.n);
  const de = (k: number, p: Population) => verdicts.find((d) => d.rang === k && d.population === p);
  // Context totals are taken as known, hidden or not, unless they are small themselves: the storey above may give them.
  const donne = (k: number, p: Population, z: number) =>
    k < contexte && (de(k, p)?.comptes.r[z] ?? 0) >= REGLES.seuil;
  const drapeaux = niveaux.map((n, k) => {
    const un = (p: Population) =>
      Uint8Array.from(n.cles, (_, z) =>
        de(k, p) === undefined ? 1 : donne(k, p, z) ? 0 : (cache[index.cellule(k, p, z)] as number),
      );
    return { ENS: un('ENS'), ER: un('ER') };
  });
  const libre = niveaux.map((n, k) => {
    const un = (p: Population) =>
      Uint8Array.from(n.cles, (_, z) => (RAISONS[de(k, p)?.raison[z] ?? 0] === 'P3' ? 1 : 0));
    return { ENS: un('ENS'), ER: un('ER') };
  });
  const deux = (mesure: string) => ({ ENS: m(`${mesure}.ENS`), ER: m(`${mesure}.ER`) });
  const commun = {
    relations: relations(niveaux, a.n, v.populations.includes('ER')),
    niveaux,
    cache: drapeaux,
    libre,
    contexte,
    seuil: REGLES.seuil,
    poids: (k: number) => POIDS[(niveaux[k] as NiveauZones).echelle],
  };
  repareResidus({ ...commun, repondants: deux(`n.${v.id}`) });
  repareResidus({ ...commun, repondants: deux(`r.${v.id}`) });
  if (parts.length > 0) {
    repareBornes({
      ...commun,
      numerateurs: parts.map((i) => deux(`x.${i.id}`)),
      denominateur: deux(`u.${v.id}`),
      repondants: deux(`r.${v.id}`),
    });
  }
  for (const d of verdicts) {
    for (let z = 0; z < d.cache.length; z++)
      if (drapeaux[d.rang]?.[d.population][z]) cache[index.cellule(d.rang, d.population, z)] = 1;
  }
}

/** Blocks of more atoms are searched quickly: three times less work for 3 % more loss (measured on 2,800 atoms). */
const ATOMES_SOIN = 1000;

/**
 * Solve, giving up forced totals from the finest when they cannot all be honoured: a safe pattern comes first, and the
 * build report counts the totals that had to be hidden.
 */
function resous(systeme: Systeme): Uint8Array {
  try {
    return resoudre(systeme, { recherche: systeme.atomes < ATOMES_SOIN ? 'soin' : 'vite' }).cache;
  } catch (erreur) {
    const dernier = systeme.niveaux.findLastIndex((n) => n.impose);
    if (!(erreur instanceof UserError) || dernier < 0) throw erreur;
    return resous({
      ...systeme,
      niveaux: systeme.niveaux.map((n, k) => (k === dernier ? { ...n, impose: false } : n)),
    });
  }
}
