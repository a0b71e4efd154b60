/** One variable of one millésime → the linear system given to the engine, and its verdict per level. */
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Population } from '../../data/contract/zone.ts';
import type { Atomes, NiveauZones } from './atomes.ts';
import { basesOccupees, comptesDe, type ComptesNiveau } from './comptes.ts';
import { indexCellules, type Systeme } from './engine/types.ts';
import { IMPOSES, POIDS, POIDS_CONTEXTE } from './poids.ts';
import { reglePrimaire } from './primaire.ts';
import { proteges } from './protections.ts';
import { Recherche } from './recherche.ts';
import { DIVERS, SENS, uniformes } from './uniformes.ts';
import {
  cleContexte,
  SECONDAIRE,
  type Contexte,
  type Garde,
  type Jugement,
  type Patron,
  type Verdict,
} from './verdict.ts';

/** A cell that must stay published, to see what it would cost (`carto explain --cout`). */
export interface Exigence {
  rang: number;
  population: Population;
  zone: number;
}

/**
 * Primary rule, then the engine for protected families: bases first, then uniform groups, each run keeping what the one
 * before hid (hiding more never makes a cell recoverable, secret.md §1).
 * @param depart verdicts whose hidden cells stay hidden (pattern of the family, or of the variable this one completes)
 * @param origine variable that pattern comes from
 * @param contexte number of leading levels decided above, and what was decided
 */
export function jugeVariable(
  v: Variable,
  niveaux: readonly NiveauZones[],
  a: Atomes,
  seuil: number,
  depart: readonly Patron[],
  origine: string | undefined,
  contexte: { niveaux: number; caches: Contexte; impose: boolean },
  options: { sans?: readonly Garde[]; exige?: Exigence } = {},
): Jugement {
  const { sans = [], exige } = options;
  const verdicts = v.populations.flatMap((population) => {
    const comptes = comptesDe(v, population, niveaux, a);
    return niveaux.map((niveau, k): Verdict & { protege: Uint8Array } => {
      const c = comptes[k] as ComptesNiveau;
      const p =
        k < contexte.niveaux || !niveau.publie || sans.includes('primaire')
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
        causes: new Map(),
      };
    });
  });
  if (v.famille === 'logements_ouvert') return { verdicts, conflits: [], concessions: [] };
  const m = (p: Population) => a.mesures.get(`r.${v.id}.${p}`) ?? new Int32Array(a.n);
  const effectifs: Systeme['effectifs'] = v.populations.includes('ER')
    ? { ENS: m('ENS'), ER: m('ER') }
    : { ENS: m('ENS') };
  const base: Systeme & { exige?: Uint8Array } = {
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
  if (exige !== undefined) {
    const exigees = new Uint8Array(index.nombre);
    exigees[index.cellule(exige.rang, exige.population, exige.zone)] = 1;
    base.exige = exigees;
  }
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
  const recherche = new Recherche(dejaCache, index);
  if (!sans.includes('moteur'))
    for (const e of portee === null ? [effectifs] : [portee, effectifs])
      recherche.passe({ ...base, effectifs: e, masque, protege });
  // A hidden total of the storey above is known to whoever knows the other hidden ones: what is left of it must stand
  // alone, so each run is done once more with those totals given away.
  const donnes: number[] = [];
  chaque((d, k, z, c) => {
    if (k < contexte.niveaux && protege[c] === 1 && (d.comptes.r[z] as number) >= seuil) donnes.push(c);
  });
  const encore = donnes.length > 0 && !sans.includes('donnes');
  if (encore && !sans.includes('moteur')) recherche.passe(base, { donnes });
  if (SENS[v.cent].length > 0 && !sans.includes('uniformes')) {
    // Cells hidden so far stay hidden; those of one answer only are the primaries of this run.
    const poids = { ...base, effectifs: uniformes(v, SENS[v.cent], a), seuil: DIVERS };
    recherche.passe(poids, { genre: 'uniforme' });
    if (encore) recherche.passe(poids, { genre: 'uniforme', donnes });
  }
  const { cache } = recherche;
  const conflits: string[] = [];
  proteges(v, niveaux, a, verdicts, recherche, contexte.niveaux, options);
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
    const famille = { genre: 'famille' as const, base: 0, cible: [origine ?? v.id], autres: 0 };
    d.causes.set(z, recherche.causes.get(c) ?? famille);
  });
  return { verdicts, conflits, concessions: recherche.concessions };
}
