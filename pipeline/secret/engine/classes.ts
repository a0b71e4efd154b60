/**
 * From zones to linear cells. Zones that hold the same units (aliases) become one column, so that they share one fate;
 * each column is tied to the coarsest zones that tile it; the complement "autre" = ENS - ER is a column of its own.
 */
import type { Canon } from './canon.ts';
import { melange } from './modulo.ts';
import { indexCellules, type Systeme, type SystemeLineaire } from './types.ts';

export interface Classes {
  readonly lineaire: SystemeLineaire;
  /** Per cell of the caller: its column, -1 when its value is known to be 0. */
  readonly colonneDe: Int32Array;
  /** Units per cell of the caller. */
  readonly effectif: Int32Array;
  /** Per column: a cell of the caller that has this quantity (ENS or ER), or for "autre" its ENS cell; -1 = bare atoms. */
  readonly exemple: Int32Array;
  readonly autre: Uint8Array;
  /** Column of all units of each merged atom, -1 when known to be 0; and the merged atom of each atom of the caller. */
  readonly colonneAtome: Int32Array;
  readonly membre: Int32Array;
}

/** Growable rows. */
class Lignes {
  readonly debut: number[] = [0];
  readonly colonne: number[] = [];
  readonly coef: number[] = [];
  met(u: number, w: number): void {
    this.colonne.push(u);
    this.coef.push(w);
  }
  clot(): void {
    this.debut.push(this.colonne.length);
  }
}

/** A level is tiled by a finer one when each zone of the finer that meets it lies inside one of its zones. */
function pavages(canon: Canon, largeurs: readonly number[]): number[][] {
  const L = canon.zone.length;
  const emboite = (fin: number, gros: number): boolean => {
    const f = canon.zone[fin] as Int32Array;
    const g = canon.zone[gros] as Int32Array;
    const parent = new Int32Array(largeurs[fin] as number).fill(-2);
    for (let a = 0; a < canon.atomes; a++) {
      const z = f[a] as number;
      const p = g[a] as number;
      if (z < 0) {
        if (p >= 0) return false;
        continue;
      }
      if (parent[z] === -2) parent[z] = p;
      else if (parent[z] !== p) return false;
    }
    return true;
  };
  const niche: boolean[][] = Array.from({ length: L }, () => Array.from({ length: L }, () => false));
  for (let f = 0; f < L; f++)
    for (let g = 0; g < L; g++)
      if (f !== g && (largeurs[f] as number) > (largeurs[g] as number))
        (niche[f] as boolean[])[g] = emboite(f, g);
  return Array.from({ length: L }, (_, g) => {
    const fins: number[] = [];
    for (let f = 0; f < L; f++) {
      if (!(niche[f] as boolean[])[g]) continue;
      let maximal = true;
      for (let k = 0; k < L; k++) if (niche[f]?.[k] && niche[k]?.[g]) maximal = false;
      if (maximal) fins.push(f);
    }
    fins.sort((a, b) => (largeurs[a] as number) - (largeurs[b] as number) || a - b);
    // Every tiling says the same thing in the end; long ones beside a short one only slow the elimination down.
    return fins.filter((f, i) => i === 0 || (largeurs[f] as number) <= canon.atomes / 5);
  });
}

/** Build the linear system of `systeme`. @param coutCellule fixed cost of hiding one cell, in units */
export function construit(systeme: Systeme, canon: Canon, coutCellule: number): Classes {
  const index = indexCellules(systeme);
  const { niveaux, seuil } = systeme;
  const L = niveaux.length;
  const largeurs = niveaux.map((n) => n.codes.length);
  const tuiles = pavages(canon, largeurs);
  const colonneDe = new Int32Array(index.nombre).fill(-1);
  const effectif = new Int32Array(index.nombre);
  const base: number[] = [];
  const sort: number[] = [];
  const cout: number[] = [];
  const exemple: number[] = [];
  const autre: number[] = [];
  const lignes = new Lignes();
  const nouvelle = (b: number, cellule: number, estAutre: 0 | 1): number => {
    exemple.push(cellule);
    autre.push(estAutre);
    sort.push(b > 0 && b < seuil ? 1 : 2);
    cout.push(0);
    return base.push(b) - 1;
  };
  const cache = (c: number) =>
    systeme.masque?.[c] === 1 || systeme.depart?.[c] === 1 || systeme.protege?.[c] === 1;

  /** Columns of one population; returns the column of each atom (-1 = known to be 0). */
  const population = (nom: 'ENS' | 'ER', valeurs: Int32Array): Int32Array => {
    const A = canon.atomes;
    const nul = new Uint8Array(A);
    const cellules: Int32Array[] = [];
    for (let l = 0; l < L; l++) {
      const z = canon.zone[l] as Int32Array;
      const s = new Int32Array(largeurs[l] as number);
      for (let a = 0; a < A; a++) {
        const k = z[a] as number;
        if (k >= 0) s[k] = (s[k] as number) + (valeurs[a] as number);
      }
      const de = canon.zoneDe[l] as Int32Array;
      const c0 = (largeurs[l] as number) > 0 ? index.cellule(l, nom, 0) : 0;
      const cs = Int32Array.from(de, (zone) => c0 + zone);
      cs.forEach((c, k) => (effectif[c] = s[k] as number));
      cellules.push(cs);
      // A published 0 tells that every unit inside is 0.
      for (let a = 0; a < A; a++) {
        const k = z[a] as number;
        if (k >= 0 && s[k] === 0 && !cache(cs[k] as number)) nul[a] = 1;
      }
    }
    // A set of atoms is known by the XOR of their hashes, by its units and by its size.
    const h1 = Int32Array.from({ length: A }, (_, a) => melange(a, 101) & 0x1fffff);
    const h2 = Int32Array.from({ length: A }, (_, a) => melange(a, 202) | 0);
    const vus = new Map<number, number>();
    const tailles = new Map<number, number>();
    const classe = (x: number, y: number, b: number, taille: number, cellule: number): number => {
      for (let cle = x * 4294967296 + (y >>> 0); ; cle++) {
        const u = vus.get(cle);
        if (u === undefined) {
          const v = nouvelle(b, cellule, 0);
          vus.set(cle, v);
          tailles.set(v, taille);
          return v;
        }
        if (base[u] === b && tailles.get(u) === taille) return u;
      }
    };
    const atome = new Int32Array(A).fill(-1);
    const deCellule: Int32Array[] = [];
    for (let l = 0; l < L; l++) {
      const z = canon.zone[l] as Int32Array;
      const W = largeurs[l] as number;
      const x = new Int32Array(W);
      const y = new Int32Array(W);
      const taille = new Int32Array(W);
      const s = new Int32Array(W);
      for (let a = 0; a < A; a++) {
        const k = z[a] as number;
        if (k < 0 || nul[a] === 1) continue;
        taille[k] = (taille[k] as number) + 1;
        x[k] = (x[k] as number) ^ (h1[a] as number);
        y[k] = (y[k] as number) ^ (h2[a] as number);
        s[k] = (s[k] as number) + (valeurs[a] as number);
      }
      const cs = cellules[l] as Int32Array;
      const { poids, impose } = niveaux[l] as Systeme['niveaux'][number];
      const cols = new Int32Array(W).fill(-1);
      for (let k = 0; k < W; k++) {
        if (taille[k] === 0) continue;
        const c = cs[k] as number;
        const b = s[k] as number;
        const u = classe(x[k] as number, y[k] as number, b, taille[k] as number, c);
        cols[k] = u;
        colonneDe[c] = u;
        if (systeme.protege?.[c] === 1) sort[u] = 1;
        // Negative cost: decided to be hidden, so that a published alias cannot bring it back.
        if (cache(c)) cout[u] = -1;
        if ((cout[u] as number) >= 0) {
          cout[u] = (cout[u] as number) + poids * (b + coutCellule);
          if (sort[u] === 2 && (b >= seuil || b === 0)) sort[u] = 0;
          if (sort[u] === 0 && ((impose === true && nom === 'ENS') || systeme.exige?.[c] === 1)) sort[u] = 3;
        } else if (sort[u] !== 1) sort[u] = 2;
      }
      deCellule.push(cols);
    }
    for (let a = 0; a < A; a++) {
      if (nul[a] === 0) atome[a] = classe(h1[a] as number, h2[a] as number, valeurs[a] as number, 1, -1);
    }
    const faits = new Set<string>();
    for (let l = 0; l < L; l++) {
      const z = canon.zone[l] as Int32Array;
      const cols = deCellule[l] as Int32Array;
      for (const f of (tuiles[l] as number[]).length > 0 ? (tuiles[l] as number[]) : [-1]) {
        const fz = f < 0 ? undefined : (canon.zone[f] as Int32Array);
        const fc = f < 0 ? atome : (deCellule[f] as Int32Array);
        const enfants: number[][] = Array.from({ length: cols.length }, () => []);
        const vue = f < 0 ? undefined : new Uint8Array(fc.length);
        for (let a = 0; a < A; a++) {
          const k = z[a] as number;
          if (k < 0 || nul[a] === 1) continue;
          const q = fz === undefined ? a : (fz[a] as number);
          if (vue !== undefined) {
            if (vue[q] === 1) continue;
            vue[q] = 1;
          }
          const u = fc[q] as number;
          if (u >= 0) (enfants[k] as number[]).push(u);
        }
        for (let k = 0; k < cols.length; k++) {
          const u = cols[k] as number;
          const e = enfants[k] as number[];
          if (u < 0 || e.length === 0 || (e.length === 1 && e[0] === u)) continue;
          e.sort((p, q) => p - q);
          const marque = `${u}=${e.length > 40 ? `${e.length}:${e[0]}:${e[e.length - 1]}:${f}` : e.join('+')}`;
          if (faits.has(marque)) continue;
          faits.add(marque);
          lignes.met(u, -1);
          for (const v of e) lignes.met(v, 1);
          lignes.clot();
        }
      }
    }
    return atome;
  };

  const atomeEns = population('ENS', canon.ens);
  if (canon.er !== undefined) {
    const atomeEr = population('ER', canon.er);
    const paires = new Set<number>();
    const complement = (ens: number, er: number, cellule: number) => {
      // ER known to be 0: the complement is ENS itself, under another name.
      if (ens < 0 || er < 0) return;
      const k = ens * 67108864 + er;
      if (paires.has(k)) return;
      paires.add(k);
      const b = (base[ens] as number) - (base[er] as number);
      const u = nouvelle(b, cellule, 1);
      lignes.met(ens, 1);
      lignes.met(er, -1);
      lignes.met(u, -1);
      lignes.clot();
    };
    for (let l = 0; l < L; l++)
      for (const zone of canon.zoneDe[l] as Int32Array) {
        const c = index.cellule(l, 'ENS', zone);
        complement(colonneDe[c] as number, colonneDe[index.cellule(l, 'ER', zone)] as number, c);
      }
    for (let a = 0; a < canon.atomes; a++) complement(atomeEns[a] as number, atomeEr[a] as number, -1);
  }
  return {
    lineaire: {
      cellules: base.length,
      base: Float64Array.from(base),
      sort: Uint8Array.from(sort),
      cout: Float64Array.from(cout, (c) => Math.max(c, 0)),
      debut: Int32Array.from(lignes.debut),
      colonne: Int32Array.from(lignes.colonne),
      coef: Int32Array.from(lignes.coef),
    },
    colonneDe,
    effectif,
    exemple: Int32Array.from(exemple),
    autre: Uint8Array.from(autre),
    colonneAtome: atomeEns,
    membre: canon.membre,
  };
}
