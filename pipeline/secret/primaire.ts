/**
 * Primary rule, exact integers (domain.md §5, P1 to P6). For one variable and one population, over the zones of a level:
 * what must be hidden, and among that what must also be impossible to recompute.
 */
import { REGLES } from '../../data/catalogue/secret.ts';
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle } from '../../data/contract/zone.ts';

export const ECHELLES_P4: readonly Echelle[] = ['residence', 'batiment', 'cage', 'adresse'];

/** Reasons, for the confidential build audit only. Never published (domain.md §5, ambiguity 10). */
export const RAISONS = ['', 'P1', 'P2', 'P3', 'P4', 'P5', 'P5-modalite'] as const;
export type Raison = (typeof RAISONS)[number];

export interface Comptages {
  echelle: Echelle;
  /** Units in scope, answering units, denominator, per zone. */
  n: ArrayLike<number>;
  r: ArrayLike<number>;
  u: ArrayLike<number>;
  /** Largest known base of occupied households (row 3 of the ambiguities); n when nothing else is known. */
  nMax: ArrayLike<number>;
  /** Dwellings of the smallest residence of the zone, for P4. */
  residence: ArrayLike<number>;
  /** Dwellings of the zone in the register: 200 m cells need 11 (ambiguity 13). */
  logements: ArrayLike<number>;
  /** Numerators by indicateur id, those of `avec` included for a distribution. */
  x: ReadonlyMap<string, ArrayLike<number>>;
}

export interface Primaire {
  /** Index in RAISONS, 0 = publishable. */
  raison: Uint8Array;
  /** 1 = hidden and protected against recomputation (P5 at 100 %); small bases are protected by the engine itself. */
  protege: Uint8Array;
}

const numerateurs = (c: Comptages, liste: readonly { id: string }[]): ArrayLike<number>[] =>
  liste.map((i) => c.x.get(i.id)).filter((x) => x !== undefined);

/** 100 % rule on one zone: 0 passes, 1 hide and protect, 2 hide only. */
function cent(
  v: Variable,
  parts: readonly ArrayLike<number>[],
  modalites: readonly ArrayLike<number>[],
  z: number,
  u: number,
): 0 | 1 | 2 {
  if (v.cent === 'non') return 0;
  if (v.cent === 'total') return parts.some((x) => x[z] === u) ? 1 : 0;
  if (v.cent === 'strict') return parts.some((x) => x[z] === 0 || x[z] === u) ? 1 : 0;
  if (modalites.some((x) => x[z] === u)) return 1;
  return REGLES.modaliteNulle === 'masquee' && parts.some((x) => x[z] === 0) ? 2 : 0;
}

/** Apply the rule to every zone of a level. Zones with n = 0 are left to the caller (nd / so). */
export function reglePrimaire(v: Variable, c: Comptages): Primaire {
  const taille = c.n.length;
  const raison = new Uint8Array(taille);
  const protege = new Uint8Array(taille);
  const propres = indicateursDe(v.id).filter((i) => i.calcul !== 'nombre');
  const parts = numerateurs(c, propres);
  const modalites = numerateurs(
    c,
    [...indicateursDe(v.id), ...(v.avec === undefined ? [] : indicateursDe(v.avec))].filter(
      (i) => i.modalite,
    ),
  );
  const ouvert = v.famille === 'logements_ouvert';
  const p4 = ECHELLES_P4.includes(c.echelle);
  for (let z = 0; z < taille; z++) {
    const [n, r, u, nMax] = [c.n[z] as number, c.r[z] as number, c.u[z] as number, c.nMax[z] as number];
    if (p4 && (c.residence[z] as number) < REGLES.logementsResidence) {
      raison[z] = 4;
    } else if (ouvert) {
      if (c.echelle === 'carreau' && (c.logements[z] as number) < REGLES.seuil) raison[z] = 1;
    } else if (n === 0) {
      continue;
    } else if (n < REGLES.seuil) {
      raison[z] = 1;
    } else if (r < REGLES.seuil || u < REGLES.seuil) {
      raison[z] = 2;
    } else if (100 * r < v.reponseMin * nMax) {
      raison[z] = 3;
    } else {
      const verdict = cent(v, parts, modalites, z, u);
      if (verdict > 0) raison[z] = verdict === 1 ? 5 : 6;
      if (verdict === 1) protege[z] = 1;
    }
  }
  return { raison, protege };
}
