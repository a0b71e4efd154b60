/**
 * The union of everything emitted, whatever the audience: for each échelle, zones and encoded columns as found in
 * tables (tiles are compared with them). A reader who has every file knows this and no more.
 */
import { estStatutAbsent, type Encoded } from '../../data/contract/cell.ts';
import type { Table } from '../../data/contract/table.ts';
import { ECHELLES_AVEC_SECTEUR, ECHELLES_FINES, type Echelle } from '../../data/contract/zone.ts';
import { Colonnes } from './colonnes.ts';
import type { Constats } from './constats.ts';

/** What a reader sees of one cell. rien: no file has it; vide: a file has it, with nothing inside. */
export const VU = { rien: 0, valeur: 1, secret: 2, absent: 3, vide: 4 } as const;

export interface Feuille {
  readonly codes: string[];
  readonly rang: Map<string, number>;
  /** Column key → one entry per zone; `undefined` = no file has this cell. */
  readonly colonnes: Colonnes;
}

export class Publication {
  readonly feuilles = new Map<Echelle, Feuille>();
  readonly #parEpci: boolean;

  /**
   * @param parEpci true for the union of several territories: a fine zone that straddles two EPCI is two zones, one in each
   * bundle, named `code|epci` as in the reference geography
   */
  constructor(parEpci = false) {
    this.#parEpci = parEpci;
  }

  #nom(zone: Table['zones'][number]): string {
    return this.#parEpci && ECHELLES_FINES.includes(zone.echelle)
      ? `${zone.code}|${zone.epci ?? ''}`
      : zone.code;
  }

  feuille(echelle: Echelle): Feuille {
    let f = this.feuilles.get(echelle);
    if (!f) this.feuilles.set(echelle, (f = { codes: [], rang: new Map(), colonnes: new Colonnes() }));
    return f;
  }

  /** Merge one emitted table; a cell already seen with another content is a disagreement. */
  ajoute(table: Table, fichier: string, constats: Constats): void {
    const rangs = table.zones.map((zone) => {
      const f = this.feuille(zone.echelle);
      const nom = this.#nom(zone);
      let r = f.rang.get(nom);
      if (r === undefined) {
        r = f.codes.length;
        f.codes.push(nom);
        f.rang.set(nom, r);
      }
      return r;
    });
    const feuilles = table.zones.map((zone) => this.feuille(zone.echelle));
    for (const [cle, valeurs] of Object.entries(table.colonnes)) {
      // Below the commune nothing is split by secteur: two columns in three hold nothing there, and are not kept.
      const partage = /\.h?qpv\./.test(cle);
      let f: Feuille | undefined;
      let colonne: ReturnType<Colonnes['ouvrir']> | undefined;
      table.zones.forEach((zone, i) => {
        const v = (valeurs[i] ?? null) as Encoded;
        if (v === null && partage && !ECHELLES_AVEC_SECTEUR.includes(zone.echelle)) return;
        if (feuilles[i] !== f || !colonne) {
          f = feuilles[i]!;
          colonne = f.colonnes.ouvrir(cle);
        }
        const r = rangs[i]!;
        const avant = colonne.lire(r);
        if (avant != null && v != null && avant !== v)
          constats.violation(
            'desaccord',
            `${fichier} ${zone.echelle}:${zone.code} ${cle}`,
            `${avant} et ${v}`,
          );
        // A number seen anywhere is known: it wins over a mark.
        if (avant == null || (typeof v === 'number' && typeof avant !== 'number')) colonne.ecrire(r, v);
      });
    }
  }

  lire(echelle: Echelle, code: string, cle: string): Encoded | undefined {
    const f = this.feuilles.get(echelle);
    const r = f?.rang.get(code);
    return r === undefined ? undefined : f?.colonnes.lire(cle, r);
  }
}

/** What one variable and its indicateurs, taken together, show of a cell: any figure makes it known. */
export function vu(variable: Encoded | undefined, indicateurs: readonly (Encoded | undefined)[]): number {
  if (indicateurs.some((v) => typeof v === 'number')) return VU.valeur;
  if (variable === 's') return VU.secret;
  if (estStatutAbsent(variable)) return VU.absent;
  if (variable === null) return VU.vide;
  return variable === undefined ? VU.rien : VU.valeur;
}
