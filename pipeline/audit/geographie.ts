/**
 * The lattice of zones of one millésime as linear relations: every zone is a set of atoms; zones that are the same set
 * are one quantity under several names; each larger set is the sum of smaller ones along every partition that fits.
 * Nesting is never assumed, it is observed set by set, so QPV, carreaux and any further zoning need no special case.
 */
import { ECHELLES_AVEC_SECTEUR, type Echelle, type Secteur } from '../../data/contract/zone.ts';
import { Constructeur, type Lignes } from './noyau/systeme.ts';
import type { Atomes } from './reference.ts';

/** One published level: an échelle for one secteur. */
export interface Niveau {
  readonly echelle: Echelle;
  readonly secteur: Secteur;
  /** Atom → zone of the level, −1 = none. */
  readonly zone: Int32Array;
  readonly codes: readonly string[];
  /** Zone → class. */
  readonly classe: Int32Array;
}

export interface Geographie {
  readonly atomes: number;
  readonly niveaux: readonly Niveau[];
  /** Number of distinct sets of atoms; the first `atomes` are the atoms themselves. */
  readonly classes: number;
  /** Atoms of each class. */
  readonly membres: Lignes;
  /** Class = Σ classes, one row per partition: first cell the parent (+1), then its parts (−1). */
  readonly partitions: Lignes;
  /** 1 = the parent already has another row. */
  readonly redondante: Uint8Array;
}

/** All levels from the finest: atoms' own échelles, then those split by secteur, France included. */
function niveauxDe(atomes: Atomes, codeFrance: string): Omit<Niveau, 'classe'>[] {
  const france = { echelle: 'france' as Echelle, zone: new Int32Array(atomes.nombre), codes: [codeFrance] };
  return [...atomes.echelles, france].flatMap(({ echelle, zone, codes }) => {
    const tous = { echelle, secteur: 'tous' as Secteur, zone, codes };
    if (!ECHELLES_AVEC_SECTEUR.includes(echelle)) return [tous];
    const part = (secteur: Secteur) => ({
      echelle,
      secteur,
      codes,
      zone: zone.map((z, a) => (atomes.secteur[a] === secteur ? z : -1)),
    });
    return [part('qpv'), part('hqpv'), tous];
  });
}

/** Zone → atoms, compressed. */
function atomesParZone(zone: Int32Array, nombre: number): { debut: Int32Array; atome: Int32Array } {
  const debut = new Int32Array(nombre + 1);
  for (const z of zone) if (z >= 0) debut[z + 1]!++;
  for (let z = 0; z < nombre; z++) debut[z + 1]! += debut[z]!;
  const place = debut.slice();
  const atome = new Int32Array(debut[nombre]!);
  zone.forEach((z, a) => {
    if (z >= 0) atome[place[z]!++] = a;
  });
  return { debut, atome };
}

/** Fixed pseudo-random word per atom: sets are compared by the xor of their atoms, then atom by atom. */
const mot = (a: number, sel: number) => {
  let t = Math.imul(a + 1, 0x9e3779b1) ^ sel;
  t = Math.imul(t ^ (t >>> 15), 0x85ebca6b);
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35);
  return (t ^ (t >>> 16)) | 0;
};

/** @param codeFrance code of the whole country in the emitted tables */
export function construireGeographie(atomes: Atomes, codeFrance: string): Geographie {
  const n = atomes.nombre;
  const bruts = niveauxDe(atomes, codeFrance);
  const taille: number[] = Array.from({ length: n }, () => 1);
  const listes: Int32Array[] = Array.from({ length: n }, (_, a) => Int32Array.of(a));
  const parMot = new Map<string, number[]>();
  const niveaux: Niveau[] = bruts.map((niveau) => {
    const { debut, atome } = atomesParZone(niveau.zone, niveau.codes.length);
    const classe = Int32Array.from(niveau.codes, (_, z) => {
      const membres = atome.subarray(debut[z], debut[z + 1]);
      if (membres.length === 0) return -1;
      if (membres.length === 1) return membres[0]!;
      let a = 0;
      let b = 0;
      for (const m of membres) {
        a ^= mot(m, 0x51ed270b);
        b ^= mot(m, 0x2545f491);
      }
      const cle = `${membres.length}/${a}/${b}`;
      const candidats = parMot.get(cle) ?? [];
      for (const c of candidats) if (listes[c]!.every((m, k) => m === membres[k])) return c;
      const c = taille.length;
      taille.push(membres.length);
      listes.push(membres);
      parMot.set(cle, [...candidats, c]);
      return c;
    });
    return { ...niveau, classe };
  });
  const lignes = new Constructeur();
  const redondante: number[] = [];
  for (let c = n; c < taille.length; c++) {
    const partitions = partitionsDe(listes[c]!, taille, niveaux);
    partitions.forEach((parts, i) => {
      lignes.ajoute([c, ...parts], [1, ...parts.map(() => -1)]);
      redondante.push(i > 0 ? 1 : 0);
    });
  }
  const membres = new Constructeur();
  for (const l of listes) membres.ajoute(l, new Float64Array(l.length).fill(1));
  return {
    atomes: n,
    niveaux,
    classes: taille.length,
    membres: membres.fin(),
    partitions: lignes.fin(),
    redondante: Uint8Array.from(redondante),
  };
}

/**
 * Every way to cut a set into smaller whole zones of one échelle (qpv and hors QPV together count as one cut), or into
 * atoms, fewest parts first. A cut that only refines another one is left out: the parts have it themselves.
 */
function partitionsDe(
  membres: Int32Array,
  taille: readonly number[],
  niveaux: readonly Niveau[],
): number[][] {
  const total = membres.length;
  const coupes: { parAtome: (a: number) => number }[] = [{ parAtome: (a) => a }];
  for (const niveau of niveaux) {
    if (niveau.secteur === 'hqpv') continue;
    const jumeau =
      niveau.secteur === 'qpv'
        ? niveaux.find((m) => m.echelle === niveau.echelle && m.secteur === 'hqpv')
        : undefined;
    coupes.push({
      parAtome: (a) => {
        const z = niveau.zone[a]!;
        if (z >= 0) return niveau.classe[z]!;
        const y = jumeau?.zone[a] ?? -1;
        return y >= 0 ? jumeau!.classe[y]! : -1;
      },
    });
  }
  const trouvees: { parts: number[]; de: Int32Array }[] = [];
  for (const { parAtome } of coupes) {
    const de = new Int32Array(total);
    const parts = new Set<number>();
    let somme = 0;
    let bonne = true;
    for (let k = 0; k < total && bonne; k++) {
      const p = parAtome(membres[k]!);
      bonne = p >= 0 && taille[p]! < total;
      if (!bonne) break;
      de[k] = p;
      if (!parts.has(p)) {
        parts.add(p);
        somme += taille[p]!;
        bonne = somme <= total;
      }
    }
    if (bonne && somme === total) trouvees.push({ parts: [...parts], de });
  }
  trouvees.sort((a, b) => a.parts.length - b.parts.length);
  const gardees: { parts: number[]; de: Int32Array }[] = [];
  for (const t of trouvees) if (!gardees.some((g) => affine(t.de, g.de))) gardees.push(t);
  return gardees.map((g) => g.parts);
}

/** Every part of `fin` lies in one part of `large`. */
function affine(fin: Int32Array, large: Int32Array): boolean {
  const dans = new Map<number, number>();
  for (let k = 0; k < fin.length; k++) {
    const deja = dans.get(fin[k]!);
    if (deja === undefined) dans.set(fin[k]!, large[k]!);
    else if (deja !== large[k]) return false;
  }
  return true;
}

/** Sum of an atom measure over each class. */
export function sommer(geo: Geographie, mesure: ArrayLike<number>): Float64Array {
  const { debut, cellule } = geo.membres;
  const s = new Float64Array(geo.classes);
  for (let c = 0; c < geo.classes; c++) {
    let t = 0;
    for (let k = debut[c]!; k < debut[c + 1]!; k++) t += mesure[cellule[k]!]!;
    s[c] = t;
  }
  return s;
}
