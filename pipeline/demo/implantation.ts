/** Where residences stand: on a side of a street, in their quarter or outside all of them. */
import { NOMS_VOIES, VOIES } from '../../data/demo/noms.ts';
import { Hasard, empreinte } from './hasard.ts';
import type { Commune } from './pays.ts';
import type { Qpv } from './quartiers.ts';
import { rayonUrbain } from './relief.ts';
import { versPlan, type Trame } from './trame.ts';

export interface Lieux {
  readonly commune: Commune;
  readonly trame: Trame;
  /** Factor on dwellings per address. */
  readonly adresse: number;
  /** Quarters where this commune places dwellings. */
  readonly qpv: readonly Qpv[];
  /** Cell of a place, or -1 when it is not in this commune. */
  cellule(x: number, y: number): number;
  /** Quarter that holds a place, any commune's. */
  qpvEn(x: number, y: number): Qpv | undefined;
  /** Some cells of the commune: hamlets. */
  hameau(h: Hasard): [number, number];
}

/** A door on a street. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Cell of the mesh, for its IRIS and arrondissement. */
  readonly cellule: number;
  readonly numero: number;
  readonly typeVoie: string;
  readonly nomVoie: string;
}
export interface Place extends Point {
  readonly lisiere: boolean;
  readonly i: number;
  readonly j: number;
  readonly cote: number;
  readonly s: number;
  readonly trame: Trame;
}

/** A place on a street side, in the quarter or in the town, never in a quarter that was not asked for. */
export function implanter(l: Lieux, qpv: Qpv | undefined, h: Hasard): Place | undefined {
  const c = l.commune;
  const r = c.population < 2500 ? 130 + 0.09 * c.population : 0.52 * rayonUrbain(c.population) + 180;
  for (let essai = 0; essai < 40; essai += 1) {
    let trame = l.trame;
    let i: number;
    let j: number;
    if (qpv) {
      trame = qpv.trame;
      [i, j] = h.choix(qpv.blocs);
    } else {
      let [ox, oy] = [0, 0];
      if (essai > 8 || h.oui(0.13)) {
        const [hx, hy] = l.hameau(h);
        [ox, oy] = [hx - trame.x, hy - trame.y];
      } else if (c.anciennes.length > 0 && h.oui(0.5)) {
        const a = h.choix(c.anciennes);
        [ox, oy] = [a.x - trame.x, a.y - trame.y];
      }
      const u = ox * trame.cos + oy * trame.sin + h.normale(0, r);
      const v = -ox * trame.sin + oy * trame.cos + h.normale(0, r);
      i = Math.floor(u / trame.bx);
      j = Math.floor(v / trame.by);
    }
    const place = surRue(l, trame, i, j, h.entier(0, 3), h.entre(0.12, 0.88), qpv);
    if (place && l.qpvEn(place.x, place.y) === qpv) return place;
  }
  if (qpv) return undefined;
  // No room found: the town hall square, which is always in the commune.
  return (
    surRue(l, l.trame, 0, 0, 0, 0.5, undefined) ?? {
      ...square(l),
      lisiere: false,
      i: 0,
      j: 0,
      cote: 0,
      s: 0.5,
      trame: l.trame,
    }
  );
}

function square(l: Lieux): Point {
  const { x, y } = l.commune;
  return { x, y, cellule: Math.max(0, l.cellule(x, y)), numero: 1, typeVoie: 'PL', nomVoie: 'DE LA MAIRIE' };
}

/** Point set back 15 m from the middle of a block side; street name and number come from the grid line. */
function surRue(
  l: Lieux,
  t: Trame,
  i: number,
  j: number,
  cote: number,
  s: number,
  qpv: Qpv | undefined,
): Place | undefined {
  const horizontal = cote < 2;
  const loin = cote % 2 === 1;
  const retrait = 15;
  const u = horizontal ? (i + s) * t.bx : loin ? (i + 1) * t.bx - retrait : i * t.bx + retrait;
  const v = horizontal ? (loin ? (j + 1) * t.by - retrait : j * t.by + retrait) : (j + s) * t.by;
  const [x, y] = versPlan(t, u, v);
  const cellule = l.cellule(x, y);
  if (cellule < 0) return undefined;
  const ligne = horizontal ? j + (loin ? 1 : 0) : i + (loin ? 1 : 0);
  const long = horizontal ? i : j;
  const troncon = Math.floor(long / 6);
  const rue = empreinte('rue', t.graine, horizontal ? 'h' : 'v', ligne, troncon);
  const metres = (long - troncon * 6 + s) * (horizontal ? t.bx : t.by);
  return {
    x,
    y,
    cellule,
    numero: 1 + 2 * Math.floor(metres / 14) + (loin ? 1 : 0),
    typeVoie: VOIES[new Hasard('voie', rue).pondere(VOIES.map((q) => q.poids))]!.code,
    nomVoie: NOMS_VOIES[rue % NOMS_VOIES.length]!,
    lisiere: qpv !== undefined && bordDeQuartier(qpv, i, j),
    i,
    j,
    cote,
    s,
    trame: t,
  };
}

function bordDeQuartier(q: Qpv, i: number, j: number): boolean {
  const a = (p: number, r: number) => q.blocs.some(([x, y]) => x === p && y === r);
  return !(a(i + 1, j) && a(i - 1, j) && a(i, j + 1) && a(i, j - 1));
}

/** The k-th entrance of a residence: further along the same side, then the other side of the block. */
export function voisin(l: Lieux, p: Place, k: number, qpv: Qpv | undefined): Place {
  const pas = (p.s < 0.5 ? 1 : -1) * 0.24;
  const cote = k <= 2 ? p.cote : p.cote ^ (1 + (k % 3));
  const s = k <= 2 ? p.s + pas * k : 0.15 + ((k * 0.23) % 0.7);
  const suite = surRue(l, p.trame, p.i, p.j, cote, s, qpv);
  if (!suite || l.qpvEn(suite.x, suite.y) !== qpv) return p;
  return suite;
}
