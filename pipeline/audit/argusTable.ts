/**
 * One question of a release as a disclosure-control problem for other software: every cell with its true value and why
 * it is shown or not, every relation between cells. Rules are asked again here from the audit's own writing of them
 * (regles.ts); nothing comes from the solver. Confidential: true counts of hidden cells are in it.
 */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import { ECHELLES, type Population } from '../../data/contract/zone.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { Constats } from './constats.ts';
import { sommer } from './geographie.ts';
import { lireMillesime, type Couche, type Vue } from './millesime.ts';
import type { Publication } from './publication.ts';
import type { Reference } from './reference.ts';
import { refus, uniforme, type Comptes } from './regles.ts';
import { construireCharpente, nommees, type Charpente } from './systemes.ts';

/**
 * publiee: a reader has the figure; vide: a reader knows that nobody is there; primaire: hidden by a rule of its own;
 * secondaire: hidden to protect others; interne: no zone has this name, so no table could show it.
 */
export const ETATS = ['publiee', 'vide', 'primaire', 'secondaire', 'interne'] as const;
export type Etat = (typeof ETATS)[number];

/** Base counted (in scope, answering, denominator) or a numerator of the variable. */
export type Mesure = string;
const BASES = ['n', 'r', 'u'] as const;

export interface TableArgus {
  readonly vue: Vue;
  readonly variable: Variable;
  readonly mesure: Mesure;
  /** Parts of the system, in order: one population, or ENS, ER and what is left (AUTRE). */
  readonly parts: readonly ('ENS' | 'ER' | 'AUTRE')[];
  readonly charpente: Charpente;
  /** Per cell (part × class): true value, answering units behind it. */
  readonly valeur: Float64Array;
  readonly effectif: Float64Array;
  readonly etat: readonly Etat[];
  /** Rules that hide the cell ("P1", "P3", "P5"…), empty when none does. */
  readonly regle: readonly string[];
  /** 1 = must not be recoverable; a cell hidden for its response rate alone is not protected. */
  readonly protege: Uint8Array;
}

export interface Demande {
  readonly reference: Reference;
  readonly publication: Publication;
  readonly millesime: number;
  readonly variable: Variable;
  readonly mesure: Mesure;
  /** null: both populations and their difference, in one system. */
  readonly population: Population | null;
}

const petite = (v: number) => v > 0 && v < REGLES.seuil;

/** Keep the atoms of one EPCI, and échelles up to it: what is above would be the same set under another name. */
export function restreindre(reference: Reference, epci: string): Reference {
  const gardes = new Map<number, Promise<Int32Array>>();
  const gardesDe = (millesime: number) => {
    let g = gardes.get(millesime);
    if (!g)
      gardes.set(
        millesime,
        (g = reference.atomes(millesime).then(({ echelles, nombre }) => {
          const niveau = echelles.find((e) => e.echelle === 'epci');
          const rang = niveau?.codes.indexOf(epci) ?? -1;
          return Int32Array.from({ length: nombre }, (_, a) => a).filter((a) => niveau?.zone[a] === rang);
        })),
      );
    return g;
  };
  return {
    ...reference,
    async atomes(millesime) {
      const [tous, garde] = [await reference.atomes(millesime), await gardesDe(millesime)];
      const bas = ECHELLES.slice(ECHELLES.indexOf('epci'));
      return {
        nombre: garde.length,
        secteur: Array.from(garde, (a) => tous.secteur[a]!),
        echelles: tous.echelles
          .filter((e) => bas.includes(e.echelle))
          .map(({ echelle, zone, codes }) => {
            const presentes = new Set(garde.map((a) => zone[a]!).filter((z) => z >= 0));
            const rang = new Map([...presentes].map((z, i) => [z, i]));
            return {
              echelle,
              zone: garde.map((a) => rang.get(zone[a]!) ?? -1),
              codes: [...rang.keys()].map((z) => codes[z]!),
            };
          }),
      };
    },
    async mesures(millesime, colonnes) {
      const [toutes, garde] = [await reference.mesures(millesime, colonnes), await gardesDe(millesime)];
      return toutes.map((m) => m && garde.map((a) => m[a]!));
    },
  };
}

/**
 * Build the problem of one variable.
 * @throws UserError code 2 when the variable, the population or the measure does not exist there
 */
export async function construireTable(d: Demande): Promise<TableArgus> {
  const { variable: v, millesime, mesure, population } = d;
  if (!d.reference.millesimes.includes(millesime))
    throw new UserError(`Le millésime ${millesime} n’est pas dans cette diffusion.`, {
      hint: `Millésimes présents : ${d.reference.millesimes.join(', ')}.`,
      code: 2,
    });
  const possibles = [...BASES, ...indicateursDe(v.id).map((i) => i.id)];
  if (!possibles.includes(mesure))
    throw new UserError(`Mesure inconnue pour ${v.id} : « ${mesure} ».`, {
      hint: `Mesures : ${possibles.join(', ')}.`,
      code: 2,
    });
  const sansCompte = () => ({ publiees: 0, masquees: 0, absentes: 0 });
  const vue = await lireMillesime(millesime, d.reference, d.publication, new Constats(), sansCompte);
  const couches = new Map(
    vue.couches.filter((c) => c.variable.id === v.id).map((c) => [c.population, c] as const),
  );
  const demandees = population === null ? [...couches.keys()] : [population];
  const manque = demandees.find((p) => !couches.has(p));
  if (manque !== undefined || demandees.length === 0)
    throw new UserError(`${v.id} n’existe pas pour ${manque ?? 'cette diffusion'} en ${millesime}.`, {
      hint: `Populations présentes : ${[...couches.keys()].join(', ') || 'aucune'}.`,
      code: 2,
    });
  const er = population === null && couches.has('ER');
  const charpente = construireCharpente(vue.geo, er);
  const parts = er ? (['ENS', 'ER', 'AUTRE'] as const) : ([demandees[0]!] as const);
  const k = vue.geo.classes;
  const zero = new Float64Array(k);
  const mesureDe = (c: Couche, m: Mesure) => {
    const base = BASES.find((b) => b === m);
    return base ? c.mesures[base] : (c.mesures.x.get(m) ?? zero);
  };
  const etale = (m: Mesure) => {
    const t = new Float64Array(charpente.n);
    parts.forEach((part, i) => {
      if (part !== 'AUTRE') t.set(mesureDe(couches.get(part)!, m), i * k);
    });
    if (er) for (let c = 0; c < k; c++) t[2 * k + c] = t[c]! - t[k + c]!;
    return t;
  };
  const [n, r, u, valeur] = [etale('n'), etale('r'), etale('u'), etale(mesure)];
  const base = mesure === 'n' ? n : mesure === 'u' ? u : r;
  const numerateur = !BASES.some((b) => b === mesure);
  const { regles, uniformes } = await reglesDe(d, vue, parts, couches);
  const nommee = nommees(vue.geo);
  const etat: Etat[] = [];
  const regle: string[] = [];
  const protege = new Uint8Array(charpente.n);
  for (let c = 0; c < charpente.n; c++) {
    const part = parts[Math.floor(c / k)]!;
    const couche = part === 'AUTRE' ? undefined : couches.get(part);
    const connue = couche?.connue[c % k] === 1;
    const petit = petite(base[c]!) || (mesure !== 'n' && (petite(n[c]!) || petite(r[c]!)));
    protege[c] = !connue && (petit || (numerateur && uniformes[c] === 1)) ? 1 : 0;
    const causes = connue ? [] : regles[c]!.length > 0 ? regles[c]! : petit ? ['P1'] : [];
    regle.push([...causes].sort().join(' '));
    if (connue) etat.push(base[c] === 0 ? 'vide' : 'publiee');
    else if (!couche || nommee[c % k] === 0) etat.push('interne');
    else etat.push(causes.length > 0 ? 'primaire' : 'secondaire');
  }
  return { vue, variable: v, mesure, parts, charpente, valeur, effectif: base, etat, regle, protege };
}

/** Rules P1–P7 that refuse each cell, by asking every zone that is this set of units; and the uniform ones (P5). */
async function reglesDe(
  d: Demande,
  vue: Vue,
  parts: TableArgus['parts'],
  couches: ReadonlyMap<Population, Couche>,
): Promise<{ regles: string[][]; uniformes: Uint8Array }> {
  const { geo, millesime } = vue;
  const k = geo.classes;
  const [occ, log] = await d.reference.mesures(millesime, ['occupes', 'logements']);
  const occupes = occ ? sommer(geo, occ) : new Float64Array(k);
  const logements = log ? sommer(geo, log) : new Float64Array(k);
  const residences = residencesDe(vue, await d.reference.residences(millesime));
  const dominance = await d.reference.dominance(millesime);
  const regles: string[][] = Array.from({ length: parts.length * k }, () => []);
  const uniformes = new Uint8Array(parts.length * k);
  parts.forEach((part, i) => {
    const couche = part === 'AUTRE' ? undefined : couches.get(part);
    if (!couche) return;
    const { variable: v, mesures: m } = couche;
    const complete = vue.couches.find((c) => c.variable.id === v.avec && c.population === couche.population);
    for (const niveau of geo.niveaux)
      niveau.classe.forEach((c, z) => {
        if (c < 0 || m.n[c] === 0) return;
        const comptes: Comptes = {
          n: m.n[c]!,
          r: m.r[c]!,
          u: m.u[c]!,
          occupes: part === 'ENS' ? occupes[c]! : 0,
          logements: residences[c] ?? logements[c]!,
          x: (id) => (m.x.get(id) ?? complete?.mesures.x.get(id))?.[c] ?? Number.NaN,
        };
        const liste = regles[i * k + c]!;
        const ajoute = (regle: string) => {
          if (!liste.includes(regle)) liste.push(regle);
        };
        const motif = refus(v, niveau.echelle, comptes);
        // The rule of 200 m cells on dwellings is that of small numbers; its sentence has no P in front.
        if (motif !== null) ajoute(/^P\d/.exec(motif)?.[0] ?? 'P1');
        // `refus` stops at its first reason; small numbers are said even behind another one.
        if (motif !== null && petite(comptes.n)) ajoute('P1');
        if (motif !== null && (petite(comptes.r) || petite(comptes.u))) ajoute('P2');
        if (uniforme(v, comptes) !== null) {
          ajoute('P5');
          uniformes[i * k + c] = 1;
        }
        const part1 = dominance?.get(`${niveau.echelle}:${niveau.codes[z]}/${niveau.secteur}`) ?? 0;
        const publique = v.famille === 'menages' && ECHELLES_PUBLIQUES.menages.includes(niveau.echelle);
        if (publique && part1 > 10 * REGLES.dominance) ajoute('P7');
      });
  });
  return { regles, uniformes };
}

/** Dwellings of the smallest residence that a set of units touches (rule P4); null where no residence is known. */
function residencesDe(vue: Vue, residences: ReadonlyMap<string, number>): (number | null)[] {
  const niveau = vue.atomes.echelles.find((e) => e.echelle === 'residence');
  const parAtome = Array.from({ length: vue.atomes.nombre }, (_, a) => {
    const z = niveau?.zone[a] ?? -1;
    // The reference names fine zones `code|epci`; residences are counted whole.
    return z < 0 ? null : (residences.get(niveau!.codes[z]!.split('|')[0]!) ?? 0);
  });
  const { debut, cellule } = vue.geo.membres;
  return Array.from({ length: vue.geo.classes }, (_, c) => {
    let min: number | null = null;
    for (let i = debut[c]!; i < debut[c + 1]!; i++) {
      const l = parAtome[cellule[i]!]!;
      if (l !== null && (min === null || l < min)) min = l;
    }
    return min;
  });
}
