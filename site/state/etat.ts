/** The state of an atlas page and its address. The address owns the state; it never holds a grant. */
import type { Methode } from '../carto/classes.ts';
import { MESURES, type Mesure } from './mesure.ts';
import {
  ECHELLES,
  POPULATIONS,
  SECTEURS,
  type Echelle,
  type Population,
  type Secteur,
  type Tranche,
} from '../../data/contract/zone.ts';

export interface Etat {
  readonly echelle: Echelle;
  readonly indicateur: string;
  readonly millesime: number;
  readonly population: Population;
  readonly secteur: Secteur;
  /** Selected zone, as `echelle:code`, or null. */
  readonly zone: string | null;
  /** Centre and zoom of the map once the reader has moved it: longitude, latitude, zoom. */
  readonly vue: readonly [number, number, number] | null;
  /** Class method chosen by the reader; null keeps the frozen classes of the release. */
  readonly methode: Methode | null;
  /** Number of classes chosen with the method. */
  readonly k: number;
  /** Inner bounds written by the reader, ascending, one to six; only with the method `manuelle`. */
  readonly bornes: readonly number[];
  /** Value, change between millésimes, or gap of recent movers. */
  readonly mesure: Mesure;
  /** What a second map shows beside the first, at the same échelle; null for one map. */
  readonly avec: Avec | null;
  /** Outlines of priority neighbourhoods over the map. */
  readonly qpv: boolean;
  /** Circles of the published bases over the colours of a rate. */
  readonly cercles: boolean;
  /** Inside another site: the map with its legend, or the map alone; empty for the whole page. */
  readonly integre: Integre;
}

/** Indicateur and slice of the second map. */
export type Avec = Pick<Etat, 'indicateur' | 'population' | 'secteur' | 'millesime'>;

const INTEGRES = ['', 'legende', 'carte'] as const;
export type Integre = (typeof INTEGRES)[number];

export const K_DEFAUT = 5;
const METHODES: readonly Methode[] = ['quantiles', 'jenks', 'egales', 'ecart-type', 'politique', 'manuelle'];

const parmi = <T extends string>(liste: readonly T[], v: string | null): T | null =>
  liste.find((x) => x === v) ?? null;

/** Path of a map page, without base: `carte/epci/rpls_dpe_fg/2022/`. */
export function chemin(e: Pick<Etat, 'echelle' | 'indicateur' | 'millesime'>): string {
  return `carte/${e.echelle}/${e.indicateur}/${e.millesime}/`;
}

/** Address of a state: path and query, relative to the base of the site. Default choices are not written. */
export function adresse(e: Etat): string {
  const q = parametres(e);
  return chemin(e) + (q ? `?${q}` : '');
}

/** The query part of a state, without `?`; empty when everything is at its default. */
export function parametres(e: Etat): string {
  const q = new URLSearchParams();
  if (e.population !== 'ENS') q.set('population', e.population);
  if (e.secteur !== 'tous') q.set('secteur', e.secteur);
  if (e.mesure !== 'valeur') q.set('mesure', e.mesure);
  if (e.zone) q.set('zone', e.zone);
  if (e.methode) q.set('methode', e.methode);
  if (e.methode === 'manuelle') q.set('bornes', e.bornes.join(','));
  else if (e.methode && e.k !== K_DEFAUT) q.set('classes', String(e.k));
  if (e.avec) q.set('avec', cleAvec(e.avec));
  if (e.qpv) q.set('qpv', 'oui');
  if (e.cercles) q.set('cercles', 'effectif');
  if (e.integre) q.set('integre', e.integre);
  if (e.vue) q.set('vue', e.vue.map((x, n) => x.toFixed(n === 2 ? 2 : 4)).join(','));
  // Colons and commas are legal in a query, and readable.
  return q.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

/**
 * Read a state from an address.
 * @param chemin path below the base of the site
 * @param recherche query, with or without `?`
 * @returns null when the path is not a map page; anything unreadable in the query is ignored, never trusted
 */
export function lisAdresse(chemin: string, recherche: string): Etat | null {
  const m = /^\/?carte\/([a-z]+)\/([a-z][a-z0-9_]*)\/(\d{4})\/?$/.exec(chemin);
  const echelle = parmi(ECHELLES, m?.[1] ?? null);
  if (!m || !echelle) return null;
  const q = new URLSearchParams(recherche);
  const vue = (q.get('vue') ?? '').split(',').map(Number);
  const zone = q.get('zone');
  const k = Number(q.get('classes') ?? K_DEFAUT);
  const methode = parmi(METHODES, q.get('methode'));
  const bornes = lisBornes(q.get('bornes')?.replaceAll(',', ' ') ?? '');
  return {
    echelle,
    indicateur: m[2] as string,
    millesime: Number(m[3]),
    population: parmi(POPULATIONS, q.get('population')) ?? 'ENS',
    secteur: parmi(SECTEURS, q.get('secteur')) ?? 'tous',
    zone: zone && lisZone(zone) ? zone : null,
    vue: vue.length === 3 && vue.every(Number.isFinite) ? [vue[0]!, vue[1]!, vue[2]!] : null,
    methode: methode === 'manuelle' && bornes.length === 0 ? null : methode,
    bornes: methode === 'manuelle' ? bornes : [],
    mesure: parmi(MESURES, q.get('mesure')) ?? 'valeur',
    avec: lisAvec(q.get('avec') ?? ''),
    qpv: q.get('qpv') === 'oui',
    cercles: q.get('cercles') === 'effectif',
    integre: parmi(INTEGRES, q.get('integre')) ?? '',
    k: Number.isInteger(k) && k >= 3 && k <= 7 ? k : K_DEFAUT,
  };
}

/** Bounds as a reader writes them, French or not: "10 ; 20,5 ; 30". Sorted, once each, six at most. */
export function lisBornes(texte: string): number[] {
  const lues = texte.replaceAll(',', '.').split(/[;\s]+/).filter((t) => t !== '').map(Number); // prettier-ignore
  if (!lues.every((n) => Number.isFinite(n) && Math.abs(n) < 1e9)) return [];
  return [...new Set(lues)].sort((a, b) => a - b).slice(0, 6);
}

/** `ops_res_lt40.ER.tous.2022`, as a column is named. */
export function cleAvec(a: Avec): string {
  return `${a.indicateur}.${a.population}.${a.secteur}.${a.millesime}`;
}

/** Read what `cleAvec` wrote; null when malformed. */
export function lisAvec(texte: string): Avec | null {
  const m = /^([a-z][a-z0-9_]*)\.([A-Z]+)\.([a-z]+)\.(\d{4})$/.exec(texte);
  const population = parmi(POPULATIONS, m?.[2] ?? null);
  const secteur = parmi(SECTEURS, m?.[3] ?? null);
  if (!m || !population || !secteur) return null;
  return { indicateur: m[1] as string, population, secteur, millesime: Number(m[4]) };
}

/** What a link of the choices changes: `data-choix` and `data-valeur` as components/choix.ts writes them. */
export function partielDe(choix: string, valeur: string): Partial<Etat> {
  if (choix === 'millesime') return { millesime: Number(valeur) };
  return choix === 'avec' ? { avec: lisAvec(valeur) } : { [choix]: valeur };
}

/** A state with nothing but a view: everything else at its default. */
export function etatSimple(
  c: Pick<Etat, 'echelle' | 'indicateur' | 'millesime' | 'population' | 'secteur'>,
): Etat {
  const { echelle, indicateur, millesime, population, secteur } = c;
  return { echelle, indicateur, millesime, population, secteur, zone: null, vue: null, methode: null, k: K_DEFAUT, bornes: [], mesure: 'valeur', avec: null, qpv: false, cercles: false, integre: '' }; // prettier-ignore
}

/** Split `echelle:code`; null when malformed. */
export function lisZone(zone: string): { echelle: Echelle; code: string } | null {
  const [e, code, reste] = zone.split(':');
  const echelle = parmi(ECHELLES, e ?? null);
  return echelle && code && reste === undefined && /^[\w.-]{1,40}$/.test(code) ? { echelle, code } : null;
}

/** The slice of the cube that a state shows. */
export function tranche(e: Pick<Etat, 'population' | 'secteur' | 'millesime'>): Tranche {
  return { population: e.population, secteur: e.secteur, millesime: e.millesime };
}
