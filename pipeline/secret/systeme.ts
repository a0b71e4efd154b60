/** One variable of one millésime → the linear system given to the engine, and its verdict per level. */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle, Population } from '../../data/contract/zone.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { resoudre } from './engine/index.ts';
import { indexCellules, type Patron, type Systeme } from './engine/types.ts';
import { somme, type Atomes, type NiveauZones } from './atomes.ts';
import { ECHELLES_P4, reglePrimaire } from './primaire.ts';

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
export interface Verdict {
  population: Population;
  niveau: NiveauZones;
  comptes: ComptesNiveau;
  /** 1 = hidden, per zone. */
  cache: Uint8Array;
  /** Confidential: index in RAISONS of the primary rule, 255 = secondary. */
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

/**
 * Solve, giving up forced totals from the finest when they cannot all be honoured: a safe pattern comes first, and the
 * build report counts the totals that had to be hidden.
 */
async function resous(systeme: Systeme): Promise<Patron> {
  try {
    return await resoudre(systeme);
  } catch (erreur) {
    const dernier = systeme.niveaux.findLastIndex((n) => n.impose);
    if (!(erreur instanceof UserError) || dernier < 0) throw erreur;
    return resous({
      ...systeme,
      niveaux: systeme.niveaux.map((n, k) => (k === dernier ? { ...n, impose: false } : n)),
    });
  }
}

/**
 * Primary rule, then the engine for protected families.
 * @param depart verdicts whose hidden cells stay hidden (pattern of the family, or of the variable this one completes)
 */
export async function jugeVariable(
  v: Variable,
  niveaux: readonly NiveauZones[],
  a: Atomes,
  seuil: number,
  depart: readonly Verdict[],
): Promise<Verdict[]> {
  const populations = v.populations;
  const verdicts = populations.flatMap((population) => {
    const comptes = comptesDe(v, population, niveaux, a);
    return niveaux.map((niveau, k): Verdict & { protege: Uint8Array } => {
      const c = comptes[k] as ComptesNiveau;
      const p = reglePrimaire(v, {
        echelle: niveau.echelle,
        ...c,
        nMax: basesOccupees(v, population, niveau, c, a),
      });
      return {
        population,
        niveau,
        comptes: c,
        cache: p.raison.map((r) => (r > 0 ? 1 : 0)),
        raison: p.raison,
        protege: p.protege,
      };
    });
  });
  if (v.famille === 'logements_ouvert') return verdicts;
  const er = populations.includes('ER');
  const m = (p: Population) => a.mesures.get(`r.${v.id}.${p}`) ?? new Int32Array(a.n);
  const systeme: Systeme = {
    atomes: a.n,
    seuil,
    effectifs: er ? { ENS: m('ENS'), ER: m('ER') } : { ENS: m('ENS') },
    niveaux: niveaux.map((n) => ({
      id: n.split ? `${n.echelle}_secteur` : n.echelle,
      poids: POIDS[n.echelle],
      zone: n.zone,
      codes: n.cles,
      impose: !n.split && IMPOSES.includes(n.echelle),
    })),
  };
  const index = indexCellules(systeme);
  const masque = new Uint8Array(index.nombre);
  const protege = new Uint8Array(index.nombre);
  const dejaCache = new Uint8Array(index.nombre);
  const deDepart = new Map(depart.map((d) => [`${niveaux.indexOf(d.niveau)}/${d.population}`, d]));
  verdicts.forEach((verdict) => {
    const k = niveaux.indexOf(verdict.niveau);
    if (verdict.cache.length === 0) return;
    const debut = index.cellule(k, verdict.population, 0);
    const d = deDepart.get(`${k}/${verdict.population}`);
    for (let z = 0; z < verdict.cache.length; z++) {
      if (verdict.protege[z]) protege[debut + z] = 1;
      else if (verdict.cache[z]) masque[debut + z] = 1;
      if (d?.cache[z]) dejaCache[debut + z] = 1;
    }
  });
  const patron = await resous({ ...systeme, masque, protege, depart: dejaCache });
  for (const verdict of verdicts) {
    if (verdict.cache.length === 0) continue;
    const debut = index.cellule(niveaux.indexOf(verdict.niveau), verdict.population, 0);
    for (let z = 0; z < verdict.cache.length; z++) {
      if (patron.cache[debut + z] && !verdict.cache[z]) {
        verdict.cache[z] = 1;
        verdict.raison[z] = 255;
      }
    }
  }
  return verdicts;
}
