/** QPV: priority quarters that follow street blocks, cross IRIS and sometimes communes, and hold 30 % of the stock. */
import { GRANDS_ENSEMBLES } from '../../data/demo/noms.ts';
import { Hasard } from './hasard.ts';
import type { Decoupe } from './iris.ts';
import { localisateur } from './trace.ts';
import { parCode, type Commune, type Pays } from './pays.ts';
import { rayonUrbain } from './relief.ts';
import { contour, pousser, trameDe, versPlan, type CommuneEn, type Trame } from './trame.ts';

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
  const voulue = h.oui(0.15);
  let secours: readonly [number, number] | undefined;
  for (let essai = 0; essai < 420; essai += 1) {
    const portee = (0.3 + Math.min(essai, 200) / 150) * r + 220;
    const a = h.entre(0, 2 * Math.PI);
    const d = portee * Math.sqrt(h.entre(0.15, 1.6));
    const i = Math.floor((d * Math.cos(a)) / t.bx);
    const j = Math.floor((d * Math.sin(a)) / t.by);
    const [x, y] = versPlan(t, (i + 0.5) * t.bx, (j + 0.5) * t.by);
    if (communeEn(x, y) !== c) continue;
    if (cercles.some((q) => Math.hypot(q.x - x, q.y - y) < q.r + (essai < 140 ? 1.35 : 1) * rayon + 60))
      continue;
    secours ??= [i, j];
    if (voulue && essai < 160) {
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
