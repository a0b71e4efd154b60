/** Region growing on a graph: how micro-cells become communes, communes become EPCI and départements. */

/** Adjacency in compressed rows: neighbours of i are vers[debut[i] … debut[i + 1] - 1]. */
export interface Graphe {
  readonly debut: Int32Array;
  readonly vers: Int32Array;
  /** Cost of each directed edge, in metres (already weighted by relief). */
  readonly cout: Float32Array;
}

/** Build the compressed rows from undirected edges (pairs) with their cost. */
export function grapheDe(
  n: number,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  c: ArrayLike<number>,
): Graphe {
  const debut = new Int32Array(n + 1);
  for (let k = 0; k < a.length; k += 1) {
    debut[a[k]! + 1]! += 1;
    debut[b[k]! + 1]! += 1;
  }
  for (let i = 0; i < n; i += 1) debut[i + 1]! += debut[i]!;
  const place = debut.slice(0, n);
  const vers = new Int32Array(2 * a.length);
  const cout = new Float32Array(2 * a.length);
  for (let k = 0; k < a.length; k += 1) {
    const p = place[a[k]!]!++;
    vers[p] = b[k]!;
    cout[p] = c[k]!;
    const q = place[b[k]!]!++;
    vers[q] = a[k]!;
    cout[q] = c[k]!;
  }
  return { debut, vers, cout };
}

/** Binary heap of (key, node, label) on plain arrays. */
class Tas {
  readonly #cle: number[] = [];
  readonly #noeud: number[] = [];
  taille = 0;

  ajoute(cle: number, noeud: number): void {
    let i = this.taille;
    this.taille += 1;
    while (i > 0) {
      const p = (i - 1) >> 1;
      if (this.#cle[p]! <= cle) break;
      this.#cle[i] = this.#cle[p]!;
      this.#noeud[i] = this.#noeud[p]!;
      i = p;
    }
    this.#cle[i] = cle;
    this.#noeud[i] = noeud;
  }

  /** Key of the smallest entry; call before `retire`. */
  get min(): number {
    return this.#cle[0]!;
  }

  retire(): number {
    const noeud = this.#noeud[0]!;
    this.taille -= 1;
    const cle = this.#cle[this.taille]!;
    const dernier = this.#noeud[this.taille]!;
    let i = 0;
    for (;;) {
      let f = 2 * i + 1;
      if (f >= this.taille) break;
      if (f + 1 < this.taille && this.#cle[f + 1]! < this.#cle[f]!) f += 1;
      if (this.#cle[f]! >= cle) break;
      this.#cle[i] = this.#cle[f]!;
      this.#noeud[i] = this.#noeud[f]!;
      i = f;
    }
    this.#cle[i] = cle;
    this.#noeud[i] = dernier;
    return noeud;
  }
}

/**
 * Grow one region per source until every reachable node has a label (index of its source, -1 otherwise).
 * Regions are connected by construction.
 * @param vitesse per source: a faster one takes more room
 * @param permis when given, a region only grows inside nodes for which it returns true
 */
export function croissance(
  g: Graphe,
  sources: ArrayLike<number>,
  vitesse?: ArrayLike<number>,
  permis?: (source: number, noeud: number) => boolean,
): Int32Array {
  const n = g.debut.length - 1;
  const label = new Int32Array(n).fill(-1);
  const distance = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const origine = new Int32Array(n).fill(-1);
  const tas = new Tas();
  for (let s = 0; s < sources.length; s += 1) {
    const i = sources[s]!;
    if (distance[i] === 0) continue;
    distance[i] = 0;
    origine[i] = s;
    tas.ajoute(0, i);
  }
  while (tas.taille > 0) {
    const d = tas.min;
    const i = tas.retire();
    if (label[i]! >= 0 || d > distance[i]!) continue;
    const s = origine[i]!;
    label[i] = s;
    const v = vitesse ? vitesse[s]! : 1;
    for (let k = g.debut[i]!; k < g.debut[i + 1]!; k += 1) {
      const j = g.vers[k]!;
      if (label[j]! >= 0 || (permis && !permis(s, j))) continue;
      const dj = d + g.cout[k]! / v;
      if (dj < distance[j]!) {
        distance[j] = dj;
        origine[j] = s;
        tas.ajoute(dj, j);
      }
    }
  }
  return label;
}

/** For each label, the member nearest to the weighted centre of its region: the next seed of a Lloyd iteration. */
export function recentre(
  label: Int32Array,
  nombre: number,
  x: Float64Array,
  y: Float64Array,
  poids: ArrayLike<number>,
): Int32Array {
  const sx = new Float64Array(nombre);
  const sy = new Float64Array(nombre);
  const sp = new Float64Array(nombre);
  for (let i = 0; i < label.length; i += 1) {
    const l = label[i]!;
    if (l < 0) continue;
    sx[l]! += x[i]! * poids[i]!;
    sy[l]! += y[i]! * poids[i]!;
    sp[l]! += poids[i]!;
  }
  const meilleur = new Int32Array(nombre).fill(-1);
  const ecart = new Float64Array(nombre).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < label.length; i += 1) {
    const l = label[i]!;
    if (l < 0) continue;
    const dx = x[i]! - sx[l]! / sp[l]!;
    const dy = y[i]! - sy[l]! / sp[l]!;
    const d = dx * dx + dy * dy;
    if (d < ecart[l]!) {
      ecart[l] = d;
      meilleur[l] = i;
    }
  }
  return meilleur;
}

/** Connected components: label per node, and the number of components. */
export function composantes(
  g: Graphe,
  membre: (i: number) => boolean,
): { label: Int32Array; nombre: number } {
  const n = g.debut.length - 1;
  const label = new Int32Array(n).fill(-1);
  let nombre = 0;
  const pile: number[] = [];
  for (let i = 0; i < n; i += 1) {
    if (label[i]! >= 0 || !membre(i)) continue;
    label[i] = nombre;
    pile.push(i);
    while (pile.length > 0) {
      const a = pile.pop()!;
      for (let k = g.debut[a]!; k < g.debut[a + 1]!; k += 1) {
        const b = g.vers[k]!;
        if (label[b]! < 0 && membre(b)) {
          label[b] = nombre;
          pile.push(b);
        }
      }
    }
    nombre += 1;
  }
  return { label, nombre };
}
