/**
 * Connected components of the relations restricted to hidden cells, without the rows that cannot take part in a leak:
 * a row with an unprotected hidden cell of seuil units or more that no other row holds can never be used.
 * After the first visit only the surroundings of the cells that changed are walked again.
 */
import type { Lignes } from './elimination.ts';
import { melange } from './modulo.ts';
import type { SystemeLineaire } from './types.ts';

export interface Composante {
  /** Global columns, ascending: local number -> column. */
  readonly colonnes: Int32Array;
  /** Global rows, ascending: local number -> row. */
  readonly lignes: Int32Array;
  readonly locale: Lignes;
}

export class Composantes {
  private readonly sl: SystemeLineaire;
  private readonly cache: Uint8Array;
  private readonly seuil: number;
  /** Rows of each column. */
  private readonly debutDe: Int32Array;
  private readonly ligneDe: Int32Array;
  private readonly nombre: Int32Array;
  /** XOR of the live rows that hold a column: when one is left, this is its number. */
  private readonly seule: Int32Array;
  private readonly local: Int32Array;
  /** 0 = not seen in this visit, 1 = in the region, 2 = set aside, 3 = in a component. */
  private readonly etat: Uint8Array;
  /** Components already found clean, by content. */
  private readonly propres = new Set<number>();

  private readonly part: number;
  private readonly parts: number;

  /** @param cache per column, 1 = hidden; read again at each visit; @param part the share given, of `parts` */
  constructor(sl: SystemeLineaire, cache: Uint8Array, seuil: number, part = 0, parts = 1) {
    this.part = part;
    this.parts = parts;
    this.sl = sl;
    this.cache = cache;
    this.seuil = seuil;
    const n = sl.cellules;
    const { debut, colonne } = sl;
    const m = debut.length - 1;
    this.debutDe = new Int32Array(n + 1);
    for (const u of colonne) this.debutDe[u + 1] = (this.debutDe[u + 1] as number) + 1;
    for (let u = 0; u < n; u++)
      this.debutDe[u + 1] = (this.debutDe[u + 1] as number) + (this.debutDe[u] as number);
    const place = this.debutDe.slice();
    this.ligneDe = new Int32Array(colonne.length);
    for (let r = 0; r < m; r++)
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = colonne[i] as number;
        this.ligneDe[place[u] as number] = r;
        place[u] = (place[u] as number) + 1;
      }
    this.nombre = new Int32Array(n);
    this.seule = new Int32Array(n);
    this.local = new Int32Array(n).fill(-1);
    this.etat = new Uint8Array(m);
  }

  /**
   * Components to audit. @param changees columns whose state changed since the last visit; undefined = all
   * The consumer calls `propre` on those without a leak, so that they are not given again.
   */
  *visite(changees?: Int32Array): Generator<{ comp: Composante; cle: number }> {
    const { debut } = this.sl;
    if (changees === undefined) {
      const toutes = Int32Array.from({ length: debut.length - 1 }, (_, r) => r);
      yield* this.region(toutes);
      return;
    }
    // Regions are closed under "shares a hidden cell", so that setting rows aside inside one is sound.
    const region: number[] = [];
    for (const c of changees)
      for (let i = this.debutDe[c] as number; i < (this.debutDe[c + 1] as number); i++)
        this.entre(this.ligneDe[i] as number, region);
    for (let k = 0; k < region.length; k++) {
      const r = region[k] as number;
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = this.sl.colonne[i] as number;
        if (this.cache[u] === 0 || this.local[u] === -2) continue;
        this.local[u] = -2;
        for (let j = this.debutDe[u] as number; j < (this.debutDe[u + 1] as number); j++)
          this.entre(this.ligneDe[j] as number, region);
      }
    }
    for (const r of region) {
      this.etat[r] = 0;
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++)
        this.local[this.sl.colonne[i] as number] = -1;
    }
    yield* this.region(Int32Array.from(region).sort());
  }

  propre(cle: number): void {
    this.propres.add(cle);
  }

  private entre(r: number, region: number[]): void {
    if (this.etat[r] !== 0) return;
    this.etat[r] = 1;
    region.push(r);
  }

  private *region(lignes: Int32Array): Generator<{ comp: Composante; cle: number }> {
    const { sl, cache, nombre, seule, etat } = this;
    const { debut, colonne } = sl;
    const inutile = (u: number) => sl.sort[u] !== 1 && (sl.base[u] as number) >= this.seuil;
    for (const r of lignes) {
      etat[r] = 2;
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = colonne[i] as number;
        if (cache[u] === 0) continue;
        etat[r] = 1;
        nombre[u] = (nombre[u] as number) + 1;
        seule[u] = (seule[u] as number) ^ r;
      }
    }
    const pile: number[] = [];
    for (const r of lignes)
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = colonne[i] as number;
        if (cache[u] === 1 && nombre[u] === 1 && inutile(u)) pile.push(u);
      }
    while (pile.length > 0) {
      const u = pile.pop() as number;
      if (nombre[u] !== 1) continue;
      const r = seule[u] as number;
      etat[r] = 2;
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const v = colonne[i] as number;
        if (cache[v] === 0) continue;
        nombre[v] = (nombre[v] as number) - 1;
        seule[v] = (seule[v] as number) ^ r;
        if (nombre[v] === 1 && inutile(v)) pile.push(v);
      }
    }
    try {
      for (const depart of lignes) {
        if (etat[depart] !== 1) continue;
        const trouvee = this.composante(depart);
        if (trouvee !== undefined) yield trouvee;
      }
    } finally {
      for (const r of lignes) {
        etat[r] = 0;
        for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
          const u = colonne[i] as number;
          nombre[u] = 0;
          seule[u] = 0;
          this.local[u] = -1;
        }
      }
    }
  }

  /** The component of one row; undefined when it is known to be clean, or the share of another. */
  private composante(depart: number): { comp: Composante; cle: number } | undefined {
    const { cache, etat, local } = this;
    const { debut, colonne, coef } = this.sl;
    const rs = [depart];
    const cols: number[] = [];
    etat[depart] = 3;
    let taille = 0;
    let a = 0;
    let b = 0;
    for (let k = 0; k < rs.length; k++) {
      const r = rs[k] as number;
      a = (a + melange(r, 1)) | 0;
      b = (b + melange(r, 2)) | 0;
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = colonne[i] as number;
        if (cache[u] === 0) continue;
        taille++;
        if (local[u] !== -1) continue;
        local[u] = 0;
        cols.push(u);
        a = (a + melange(u, 3)) | 0;
        b = (b + melange(u, 4)) | 0;
        for (let j = this.debutDe[u] as number; j < (this.debutDe[u + 1] as number); j++) {
          const q = this.ligneDe[j] as number;
          if (etat[q] !== 1) continue;
          etat[q] = 3;
          rs.push(q);
        }
      }
    }
    // Rows are tried in order, so that `depart` is the first of the component, whoever looks.
    if (this.parts > 1 && melange(depart, 5) % this.parts !== this.part) return undefined;
    const cle = (a & 0x1fffff) * 4294967296 + (b >>> 0);
    if (this.propres.has(cle)) return undefined;
    const lignes = Int32Array.from(rs).sort();
    const colonnes = Int32Array.from(cols).sort();
    colonnes.forEach((u, i) => (local[u] = i));
    const ld = new Int32Array(lignes.length + 1);
    const lc = new Int32Array(taille);
    const lw = new Int32Array(taille);
    let k = 0;
    lignes.forEach((r, j) => {
      for (let i = debut[r] as number; i < (debut[r + 1] as number); i++) {
        const u = colonne[i] as number;
        if (cache[u] === 0) continue;
        lc[k] = local[u] as number;
        lw[k++] = coef[i] as number;
      }
      ld[j + 1] = k;
    });
    return {
      comp: { colonnes, lignes, locale: { colonnes: colonnes.length, debut: ld, colonne: lc, coef: lw } },
      cle,
    };
  }
}
