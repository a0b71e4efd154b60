/** Inside communes: IRIS (unions of micro-cells that tile the commune), street grids, and QPV that follow blocks. */
import { GRANDS_ENSEMBLES, QUARTIERS } from '../../data/demo/noms.ts';
import { bruit } from './bruit.ts';
import { croissance } from './graphe.ts';
import { Hasard, empreinte } from './hasard.ts';
import { Trace, localisateur } from './maillage.ts';
import { rayonUrbain } from './relief.ts';
import { parCode, type Commune, type Pays, type Territoire } from './pays.ts';

export interface Iris {
  readonly code: string;
  readonly nom: string;
  readonly type: 'H' | 'A' | 'D' | 'Z';
  /** Commune in the code book of boundaries (an arrondissement's mother city). */
  readonly commune: Commune;
  /** Code that prefixes the IRIS: the commune, or its arrondissement. */
  readonly depcom: string;
}
export interface Decoupe {
  readonly iris: readonly Iris[];
  /** Per cell: index in `iris`, -1 at sea. */
  readonly cellule: Int32Array;
  /** Borders of these IRIS, hence of every coarser level. */
  readonly trace: Trace;
}

/** Communes under this population are not split (their IRIS is 0000, type Z). */
const SEUIL_IRIS = 7_500;
const POPULATION_IRIS = 2_500;

export function creerIris(pays: Pays, t: Territoire): Decoupe {
  const d = t.decoupage;
  const m = d.maillage;
  const h = new Hasard('iris', pays.graine, m.relief.param.id);
  const graines: number[] = [];
  const zone: number[] = [];
  const iris: Iris[] = [];
  const premier = new Int32Array(t.communes.length).fill(-1);
  const groupe = (i: number) => d.commune[i]! * 64 + Math.max(0, t.arrondissement[i]!);
  t.communes.forEach((c) => {
    const cellules = t.cellules[c.rang]!;
    premier[c.rang] = iris.length;
    if (c.population < SEUIL_IRIS) {
      iris.push({ code: `${c.code}0000`, nom: c.nom, type: 'Z', commune: c, depcom: c.code });
      return;
    }
    const arrondissements = pays.grandeVille?.commune === c ? pays.grandeVille.codes : [c.code];
    arrondissements.forEach((depcom, a) => {
      const ici = arrondissements.length > 1 ? cellules.filter((i) => t.arrondissement[i] === a) : cellules;
      const voulu = Math.max(
        2,
        Math.min(
          Math.floor(ici.length / 4),
          Math.round(c.population / arrondissements.length / POPULATION_IRIS),
        ),
      );
      const r = 0.8 * rayonUrbain(c.population);
      const choisies = semerQuartiers(m.x, m.y, ici, voulu, c, r, h);
      choisies.sort(
        (p, q) => Math.hypot(m.x[p]! - c.x, m.y[p]! - c.y) - Math.hypot(m.x[q]! - c.x, m.y[q]! - c.y),
      );
      choisies.forEach((i, k) => {
        const dist = Math.hypot(m.x[i]! - c.x, m.y[i]! - c.y);
        const type = k > 2 && k === choisies.length - 1 && dist > r ? 'D' : k > 4 && h.oui(0.07) ? 'A' : 'H';
        graines.push(i);
        zone.push(iris.length);
        iris.push({
          code: `${depcom}${String(1 + Math.floor(k / 6)).padStart(2, '0')}${String(1 + (k % 6)).padStart(2, '0')}`,
          nom: nomIris(c, k, choisies.length, type),
          type,
          commune: c,
          depcom,
        });
      });
    });
  });
  const label = croissance(m.graphe, graines, undefined, (s, j) => groupe(j) === groupe(graines[s]!));
  const cellule = new Int32Array(m.n).fill(-1);
  for (let i = 0; i < m.n; i += 1) {
    const c = d.commune[i]!;
    if (c < 0) continue;
    cellule[i] = label[i]! >= 0 ? zone[label[i]!]! : premier[c]!;
  }
  return { iris, cellule, trace: new Trace(m, cellule) };
}

/** Seeds denser in the centre: best of a few candidates by distance over local spacing. */
function semerQuartiers(
  x: Float64Array,
  y: Float64Array,
  cellules: readonly number[],
  voulu: number,
  c: Commune,
  r: number,
  h: Hasard,
): number[] {
  const choisies: number[] = [];
  for (let k = 0; k < voulu; k += 1) {
    let meilleure = -1;
    let note = -1;
    for (let essai = 0; essai < 10; essai += 1) {
      const i = h.choix(cellules);
      if (choisies.includes(i)) continue;
      let d = Number.POSITIVE_INFINITY;
      for (const j of choisies) d = Math.min(d, Math.hypot(x[i]! - x[j]!, y[i]! - y[j]!));
      const pas = 250 + 0.7 * Math.hypot(x[i]! - c.x, y[i]! - c.y) + 0.08 * r;
      const n = choisies.length === 0 ? 1 / pas : d / pas;
      if (n > note) [note, meilleure] = [n, i];
    }
    if (meilleure >= 0) choisies.push(meilleure);
  }
  return choisies;
}

function nomIris(c: Commune, k: number, total: number, type: string): string {
  if (type === 'A') return `Zone d'activités ${1 + (k % 4)}`;
  const base =
    k === 0
      ? 'Centre'
      : QUARTIERS[(1 + (empreinte('q', c.code) % 7) + Math.floor(k / 2)) % QUARTIERS.length]!;
  const serie = Math.floor(k / (2 * QUARTIERS.length));
  const pair = total > 6 && k > 0 ? ` ${1 + (k % 2)}` : k === 0 ? '' : ` ${1 + (k % 2)}`;
  return `${base}${pair}${serie > 0 ? ` ${'ABCDEFGH'[serie] ?? serie}` : ''}`;
}

/** A town's street grid: turned, gently warped, so that blocks look grown and not ruled. */
export interface Trame {
  readonly x: number;
  readonly y: number;
  readonly cos: number;
  readonly sin: number;
  /** Block sides, metres. */
  readonly bx: number;
  readonly by: number;
  readonly graine: number;
}

export function trameDe(graine: number, c: { code: string; x: number; y: number }): Trame {
  const h = new Hasard('trame', graine, c.code);
  const angle = h.entre(0, Math.PI / 2);
  return {
    x: c.x,
    y: c.y,
    cos: Math.cos(angle),
    sin: Math.sin(angle),
    bx: h.entre(72, 100),
    by: h.entre(88, 128),
    graine: empreinte('gauchi', graine, c.code),
  };
}

/** Plane coordinates of grid coordinates (u, v) in metres. */
export function versPlan(t: Trame, u: number, v: number): [number, number] {
  const du = u + 64 * bruit(t.graine, u / 520, v / 520) + 17 * bruit(t.graine + 2, u / 130, v / 130);
  const dv = v + 64 * bruit(t.graine + 5, u / 520, v / 520) + 17 * bruit(t.graine + 7, u / 130, v / 130);
  return [t.x + du * t.cos - dv * t.sin, t.y + du * t.sin + dv * t.cos];
}

export interface Qpv {
  readonly code: string;
  /** Code of the 2015 geography, empty for a new quarter. */
  readonly code2015: string;
  readonly nom: string;
  readonly territoire: number;
  readonly trame: Trame;
  readonly blocs: readonly (readonly [number, number])[];
  /** Closed ring in plane metres, and in the same order its bounding box. */
  readonly anneau: readonly (readonly [number, number])[];
  readonly boite: readonly [number, number, number, number];
  readonly communes: readonly Commune[];
  /** Dwellings to place per commune code. */
  readonly logements: ReadonlyMap<string, number>;
}

const PART_QPV = 0.3;

/** All QPV of the country, placed in the communes with the largest stocks. */
export function creerQpv(pays: Pays, decoupes: readonly Decoupe[]): Qpv[] {
  const h = new Hasard('qpv', pays.graine);
  const plan = planQpv(pays, h);
  const numero = new Map<string, number>();
  const sortie: Qpv[] = [];
  const noms = new Map<string, number>();
  for (const t of pays.territoires.keys()) {
    const territoire = pays.territoires[t]!;
    const d = territoire.decoupage;
    const localise = localisateur(decoupes[t]!.trace);
    const cercles: { x: number; y: number; r: number }[] = [];
    const communeEn = (x: number, y: number) => {
      const cell = localise(x, y);
      const c = cell < 0 ? -1 : d.commune[cell]!;
      return c < 0 ? undefined : territoire.communes[c];
    };
    for (const { commune, logements } of plan.filter((p) => p.commune.territoire === t)) {
      const trame = trameDe(pays.graine, commune);
      const nbBlocs = Math.max(6, Math.min(110, Math.round(logements / h.entre(34, 58))));
      const rayon = Math.sqrt((nbBlocs * trame.bx * trame.by) / Math.PI);
      const germe = placer(trame, commune, rayon, cercles, communeEn, h);
      if (!germe) continue;
      const blocs = pousser(trame, germe, nbBlocs, communeEn, h);
      if (blocs.length < 5) continue;
      const anneau = contour(trame, blocs);
      const xs = anneau.map((p) => p[0]);
      const ys = anneau.map((p) => p[1]);
      const boite = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const;
      cercles.push({
        x: (boite[0] + boite[2]) / 2,
        y: (boite[1] + boite[3]) / 2,
        r: Math.hypot(boite[2] - boite[0], boite[3] - boite[1]) / 2,
      });
      const parts = new Map<Commune, number>();
      for (const [i, j] of blocs) {
        const c = communeEn(...versPlan(trame, (i + 0.5) * trame.bx, (j + 0.5) * trame.by));
        if (c) parts.set(c, (parts.get(c) ?? 0) + 1);
      }
      const communes = [...parts.keys()].sort((a, b) => parts.get(b)! - parts.get(a)! || parCode(a, b));
      const places = new Map<string, number>();
      places.set(commune.code, logements);
      for (const c of communes)
        if (c !== commune && parts.get(c)! >= 2)
          places.set(
            c.code,
            Math.min(Math.floor(c.logements * 0.3), Math.round((logements / blocs.length) * parts.get(c)!)),
          );
      const dep = commune.departement.code.padStart(3, '0');
      const n = (numero.get(dep) ?? 0) + 1;
      numero.set(dep, n);
      const lettre = 'MMMMMMMIINMMIMMC'[h.entier(0, 15)]!;
      const base = h.choix(GRANDS_ENSEMBLES);
      const deja = noms.get(base + commune.code) ?? 0;
      noms.set(base + commune.code, deja + 1);
      sortie.push({
        code: `QN${dep}${String(n).padStart(2, '0')}${lettre}`,
        code2015: lettre === 'N' ? '' : `QP${dep}${String(n).padStart(3, '0')}`,
        nom: deja === 0 ? base : `${base} ${['Est', 'Ouest', 'Nord', 'Sud'][deja % 4]}`,
        territoire: t,
        trame,
        blocs,
        anneau,
        boite,
        communes,
        logements: places,
      });
    }
  }
  return sortie.sort(parCode);
}

/** How many QPV per commune and how many dwellings in each: 30 % of the stock, heavy in large towns. */
function planQpv(pays: Pays, h: Hasard): { commune: Commune; logements: number }[] {
  const candidates = pays.communes
    .filter((c) => c.logements >= 320)
    .sort((a, b) => b.logements - a.logements || parCode(a, b));
  const capacite = candidates.map((c) => Math.max(1, Math.floor(c.logements / 600)));
  const nombre = new Int32Array(candidates.length);
  const poids = candidates.map((c) => c.logements ** 0.92 * h.entre(0.4, 1.6));
  for (let k = 0; k < pays.taille.qpv; k += 1) {
    let meilleur = -1;
    let note = -1;
    for (let i = 0; i < candidates.length; i += 1) {
      const n = poids[i]! / (nombre[i]! + 0.5);
      if (nombre[i]! < capacite[i]! && n > note) [note, meilleur] = [n, i];
    }
    if (meilleur < 0) break;
    nombre[meilleur]! += 1;
  }
  const brut: { commune: Commune; logements: number }[] = [];
  candidates.forEach((commune, i) => {
    for (let k = 0; k < nombre[i]!; k += 1) brut.push({ commune, logements: h.logNormale(1, 0.5) });
  });
  const cible = PART_QPV * pays.taille.logements;
  const place = new Map<string, number>();
  for (let tour = 0; tour < 30; tour += 1) {
    const total = brut.reduce((s, q) => s + q.logements, 0);
    place.clear();
    for (const q of brut) {
      q.logements *= cible / total;
      place.set(q.commune.code, (place.get(q.commune.code) ?? 0) + q.logements);
    }
    for (const q of brut)
      q.logements *= Math.min(1, (0.64 * q.commune.logements) / place.get(q.commune.code)!);
  }
  return brut.map((q) => ({ commune: q.commune, logements: Math.max(90, Math.round(q.logements)) }));
}

type CommuneEn = (x: number, y: number) => Commune | undefined;

/** A place for a quarter: in the built-up ring, clear of the others; one in seven leans on the commune border. */
function placer(
  t: Trame,
  c: Commune,
  rayon: number,
  cercles: readonly { x: number; y: number; r: number }[],
  communeEn: CommuneEn,
  h: Hasard,
): readonly [number, number] | undefined {
  const r = rayonUrbain(c.population);
  const lisiere = h.oui(0.15);
  let secours: readonly [number, number] | undefined;
  for (let essai = 0; essai < 160; essai += 1) {
    const portee = (0.3 + essai / 130) * r + 220;
    const a = h.entre(0, 2 * Math.PI);
    const d = portee * Math.sqrt(h.entre(0.15, 1.6));
    const i = Math.floor((d * Math.cos(a)) / t.bx);
    const j = Math.floor((d * Math.sin(a)) / t.by);
    const [x, y] = versPlan(t, (i + 0.5) * t.bx, (j + 0.5) * t.by);
    if (communeEn(x, y) !== c) continue;
    if (cercles.some((q) => Math.hypot(q.x - x, q.y - y) < q.r + 1.35 * rayon + 120)) continue;
    secours ??= [i, j];
    if (lisiere) {
      const bord = [0, 1, 2, 3, 4, 5].some((k) => {
        const autre = communeEn(x + Math.cos(k) * rayon * 0.8, y + Math.sin(k) * rayon * 0.8);
        return autre !== undefined && autre !== c && autre.logements > 40;
      });
      if (!bord) continue;
    }
    return [i, j];
  }
  return secours;
}

/** Grow a compact, simply connected set of blocks (no hole, no corner-only contact) on dry land. */
function pousser(
  t: Trame,
  germe: readonly [number, number],
  nombre: number,
  communeEn: CommuneEn,
  h: Hasard,
): (readonly [number, number])[] {
  const cle = (i: number, j: number) => `${i},${j}`;
  const blocs = new Map<string, readonly [number, number]>();
  const sec = (i: number, j: number) =>
    [
      [0.5, 0.5],
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ].every(([a, b]) => communeEn(...versPlan(t, (i + a!) * t.bx, (j + b!) * t.by)) !== undefined);
  const ajoute = (i: number, j: number) => blocs.set(cle(i, j), [i, j]);
  const a = (i: number, j: number) => blocs.has(cle(i, j));
  if (!sec(...germe)) return [];
  ajoute(...germe);
  const cotes = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const;
  const refus = new Set<string>();
  const angle = h.entre(0, Math.PI);
  const axe = { cos: Math.cos(angle), sin: Math.sin(angle) };
  while (blocs.size < nombre) {
    let choix: readonly [number, number] | undefined;
    let note = -1;
    for (const [i, j] of blocs.values())
      for (const [di, dj] of cotes) {
        const [p, q] = [i + di, j + dj];
        if (a(p, q) || refus.has(cle(p, q))) continue;
        const contacts = cotes.filter(([x, y]) => a(p + x, q + y)).length;
        const [u, v] = [(p - germe[0]) * t.bx, (q - germe[1]) * t.by];
        // Drawn out along an avenue, lobed by what the ground allows.
        const loin = Math.hypot(u * axe.cos + v * axe.sin, 1.75 * (v * axe.cos - u * axe.sin));
        const sol = bruit(t.graine + 13, p / 2.3, q / 2.3);
        const n = contacts * 0.22 + h.entre(0, 0.9) + 2.2 * sol - loin / 330;
        if (!choix || n > note) [note, choix] = [n, [p, q]];
      }
    if (!choix) break;
    if (sec(...choix)) ajoute(...choix);
    else refus.add(cle(...choix));
  }
  // Close corner contacts and holes until the outline is one simple ring.
  for (let change = true; change;) {
    change = false;
    for (const [i, j] of Array.from(blocs.values())) {
      for (const s of [1, -1])
        if (a(i + 1, j + s) && !a(i + 1, j) && !a(i, j + s)) {
          ajoute(i + 1, j);
          change = true;
        }
      for (const [di, dj] of cotes) {
        const [p, q] = [i + di, j + dj];
        if (!a(p, q) && cotes.filter(([x, y]) => a(p + x, q + y)).length >= 3) {
          ajoute(p, q);
          change = true;
        }
      }
    }
    if (!change && boucherTrous(blocs, ajoute)) change = true;
  }
  return [...blocs.values()].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
}

/** Fill blocks that cannot reach the outside. */
function boucherTrous(
  blocs: ReadonlyMap<string, readonly [number, number]>,
  ajoute: (i: number, j: number) => void,
): boolean {
  const is = [...blocs.values()].map((b) => b[0]);
  const js = [...blocs.values()].map((b) => b[1]);
  const [i0, i1] = [Math.min(...is) - 1, Math.max(...is) + 1];
  const [j0, j1] = [Math.min(...js) - 1, Math.max(...js) + 1];
  const dehors = new Set<string>([`${i0},${j0}`]);
  const pile: [number, number][] = [[i0, j0]];
  while (pile.length > 0) {
    const [i, j] = pile.pop()!;
    for (const [p, q] of [
      [i + 1, j],
      [i - 1, j],
      [i, j + 1],
      [i, j - 1],
    ] as const) {
      const k = `${p},${q}`;
      if (p < i0 || p > i1 || q < j0 || q > j1 || dehors.has(k) || blocs.has(k)) continue;
      dehors.add(k);
      pile.push([p, q]);
    }
  }
  let bouche = false;
  for (let i = i0; i <= i1; i += 1)
    for (let j = j0; j <= j1; j += 1)
      if (!dehors.has(`${i},${j}`) && !blocs.has(`${i},${j}`)) {
        ajoute(i, j);
        bouche = true;
      }
  return bouche;
}

/** Outline of a set of blocks along the middle of its streets, four points a side so that it bends with the warp. */
function contour(t: Trame, blocs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const a = new Set(blocs.map(([i, j]) => `${i},${j}`));
  const suite = new Map<string, readonly [number, number]>();
  const arete = (i0: number, j0: number, i1: number, j1: number) => suite.set(`${i0},${j0}`, [i1, j1]);
  for (const [i, j] of blocs) {
    if (!a.has(`${i},${j - 1}`)) arete(i, j, i + 1, j);
    if (!a.has(`${i + 1},${j}`)) arete(i + 1, j, i + 1, j + 1);
    if (!a.has(`${i},${j + 1}`)) arete(i + 1, j + 1, i, j + 1);
    if (!a.has(`${i - 1},${j}`)) arete(i, j + 1, i, j);
  }
  const debut = [blocs[0]![0], blocs[0]![1]] as const;
  const points: (readonly [number, number])[] = [];
  let ici: readonly [number, number] = debut;
  do {
    const la = suite.get(`${ici[0]},${ici[1]}`)!;
    for (let k = 0; k < 4; k += 1) {
      const s = k / 4;
      points.push(
        versPlan(t, (ici[0] + (la[0] - ici[0]) * s) * t.bx, (ici[1] + (la[1] - ici[1]) * s) * t.by),
      );
    }
    ici = la;
  } while (ici[0] !== debut[0] || ici[1] !== debut[1]);
  points.push(points[0]!);
  return points;
}
