/**
 * Linear systems of one millésime: cells are (class of zones) × {ENS, ER, complement}; the complement ENS − ER is never
 * published and is protected like a published population.
 */
import type { Geographie } from './geographie.ts';
import { Constructeur, type Lignes, type Systeme } from './noyau/systeme.ts';

export const PARTS = ['ENS', 'ER', 'AUTRE'] as const;

/** Cells and relations shared by every variable of a millésime. */
export interface Charpente {
  readonly geo: Geographie;
  readonly parts: 1 | 3;
  readonly n: number;
  readonly relations: Lignes;
  readonly redondante: Uint8Array;
}

/** @param er false when the variable has the population ENS only */
export function construireCharpente(geo: Geographie, er: boolean): Charpente {
  const c = geo.classes;
  const lignes = new Constructeur();
  const redondante: number[] = [];
  const { debut, cellule, coef, nombre } = geo.partitions;
  for (let part = 0; part < (er ? 3 : 1); part++)
    for (let r = 0; r < nombre; r++) {
      const [d, f] = [debut[r]!, debut[r + 1]!];
      lignes.ajoute(
        cellule.subarray(d, f).map((x) => x + part * c),
        coef.subarray(d, f),
      );
      redondante.push(part === 2 ? 1 : geo.redondante[r]!);
    }
  if (er)
    for (let k = 0; k < c; k++) {
      lignes.ajoute([k, c + k, 2 * c + k], [1, -1, -1]);
      redondante.push(0);
    }
  return {
    geo,
    parts: er ? 3 : 1,
    n: c * (er ? 3 : 1),
    relations: lignes.fin(),
    redondante: Uint8Array.from(redondante),
  };
}

/** System where cells with `connue` = 1 show `mesure`, and `base` counts the units behind each. */
export function systemeDe(
  charpente: Charpente,
  mesure: Float64Array,
  base: Float64Array,
  connue: Uint8Array,
  protege: Uint8Array,
): Systeme {
  return {
    n: charpente.n,
    valeur: mesure.map((v, c) => (connue[c] ? v : Number.NaN)),
    base,
    protege,
    relations: charpente.relations,
    redondante: charpente.redondante,
  };
}

/** Name of a cell for the confidential report and for the dump: every zone that is this set, then the population. */
export function nomDe(charpente: Charpente): (cellule: number) => string {
  const c = charpente.geo.classes;
  const noms = new Map<number, string[]>();
  for (const n of charpente.geo.niveaux)
    n.classe.forEach((k, z) => {
      if (k < 0) return;
      const nom = `${n.echelle}:${n.codes[z]}${n.secteur === 'tous' ? '' : `|${n.secteur}`}`;
      const l = noms.get(k);
      if (l) l.push(nom);
      else noms.set(k, [nom]);
    });
  return (cellule) =>
    `${noms.get(cellule % c)?.join('=') ?? `atome:${cellule % c}`}/${PARTS[Math.floor(cellule / c)]}`;
}

/** Per class: 1 = some zone is this set, so it has a name and a figure of its own; 0 = only part of zones. */
export function nommees(geo: Geographie): Uint8Array {
  const nommee = new Uint8Array(geo.classes);
  for (const n of geo.niveaux) for (const k of n.classe) if (k >= 0) nommee[k] = 1;
  return nommee;
}
