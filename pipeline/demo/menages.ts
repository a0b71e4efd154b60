/** One household drawn so that age, family, income, work and housing aid hold together. */
import { COMPOSITIONS } from '../../data/demo/distributions.ts';
import type { Hasard } from './hasard.ts';

export interface Contexte {
  /** Rooms, 1 to 5. */
  readonly pieces: number;
  readonly qpv: boolean;
  readonly finan: string;
  readonly etudiant: boolean;
  readonly conventionne: boolean;
  /** Sum of neighbourhood effects, in points of the PLUS ceiling. */
  readonly effet: number;
}
export interface Menage {
  /** Month of entry: 12 * year + month (0 to 11). */
  readonly entree: number;
  readonly compo: 'isole' | 'mono' | 'couple' | 'autre';
  readonly personnes: number;
  readonly adultes: number;
  readonly enfants: number;
  readonly mineurs: number;
  readonly age: number;
  /** Resources in % of the PLUS ceiling. */
  readonly plafond: number;
  readonly apl: boolean;
  /** Adults: stable job, precarious job, job-seeker, no job, retired. */
  readonly activite: readonly [number, number, number, number, number];
}

const POIDS = [0, 0, 0, 0, 0];

/**
 * @param anciennete whole months since entry on 1 January of `annee`
 */
export function tirerMenage(h: Hasard, c: Contexte, annee: number, anciennete: number): Menage {
  const ans = anciennete / 12;
  let age: number;
  if (c.etudiant) age = h.entier(18, 24);
  else {
    const seniors = c.pieces <= 2 ? 0.46 : 0.22;
    const ageEntree = h.oui(seniors)
      ? h.normale(66, 9)
      : h.normale(c.pieces <= 2 ? 31 : 38.5, c.pieces <= 2 ? 10 : 11.5);
    age = Math.max(18, ageEntree) + ans;
    if (age > 90) age = 62 + h.u() * 32;
  }
  const b = COMPOSITIONS[c.pieces - 1]!;
  const agee = age >= 62;
  const jeune = age < 29;
  const milieu = age >= 30 && age < 52;
  POIDS[0] = b[0]! * (agee ? 1.65 : jeune ? 1.2 : milieu ? 0.72 : 1);
  POIDS[1] = b[1]! * (agee ? 0.3 : jeune ? 0.75 : milieu ? 1.3 : 0.9);
  POIDS[2] = b[2]! * (agee ? 1.9 : milieu ? 0.45 : 1);
  POIDS[3] = b[3]! * (agee ? 0.25 : jeune ? 0.6 : milieu ? 1.25 : 0.9);
  POIDS[4] = b[4]!;
  const forme = c.etudiant ? 0 : h.pondere(POIDS);
  const compo = forme === 0 ? 'isole' : forme === 1 ? 'mono' : forme === 4 ? 'autre' : 'couple';
  let parents = forme === 0 || forme === 1 ? 1 : 2;
  if (forme === 4 && h.oui(0.25)) parents = 3;
  let enfants = 0;
  if (forme === 1 || forme === 3) {
    enfants = 1;
    const encore = (forme === 3 ? 0.52 : 0.38) + (c.qpv ? 0.08 : 0) + 0.05 * (c.pieces - 3);
    while (enfants < 8 && h.oui(encore)) enfants += 1;
  }
  let mineurs = 0;
  const pMineur = age < 44 ? 0.96 : age < 53 ? 0.7 : age < 62 ? 0.32 : 0.08;
  for (let k = 0; k < enfants; k += 1) if (h.oui(pMineur)) mineurs += 1;
  const personnes = parents + enfants;
  const adultes = personnes - mineurs;

  const groupe =
    c.finan === '10' || c.finan === '11'
      ? -15
      : c.finan === '14'
        ? 22
        : c.finan >= '15' && c.finan <= '17'
          ? 30
          : 0;
  const attendu =
    61 +
    groupe +
    (c.qpv ? -11 : 0) +
    (forme === 1 ? -13 : forme === 2 ? 10 : 0) +
    (age < 26 ? -10 : 0) +
    (ans < 2 ? -6 : 0) +
    Math.max(-8, -2.2 * Math.max(0, enfants - 2)) +
    c.effet;
  const precaire = c.etudiant
    ? 0.6
    : Math.min(0.5, Math.max(0.03, 0.15 + (c.qpv ? 0.05 : 0) - c.effet * 0.006 - groupe * 0.004));
  let plafond = agee
    ? h.normale(attendu - 1, 22)
    : h.oui(precaire)
      ? h.entre(0, 21)
      : h.normale(attendu, 27) + (h.oui(0.06) ? h.entre(20, 75) : 0);
  plafond = Math.round(Math.max(plafond < 0 ? h.entre(0, 9) : plafond, agee ? 12 + h.u() * 14 : 0));

  let [stable, precarite, chomage, sans, retraite] = [0, 0, 0, 0, 0];
  for (let k = 0; k < adultes; k += 1) {
    const parent = k < parents;
    if (parent && age >= 63 - (k === 1 ? 2 : 0) && h.oui(0.94)) retraite += 1;
    else if (h.oui(Math.min(0.92, Math.max(0.07, (parent ? 0.2 : 0.12) + plafond / 105)))) {
      if (h.oui(Math.min(0.92, 0.5 + plafond / 220))) stable += 1;
      else precarite += 1;
    } else if (h.oui(0.46)) chomage += 1;
    else sans += 1;
  }
  const chance = plafond < 20 ? 0.88 : plafond < 40 ? 0.86 : plafond < 60 ? 0.64 : plafond < 80 ? 0.24 : 0.02;
  return {
    entree: 12 * annee - anciennete,
    compo,
    personnes,
    adultes,
    enfants,
    mineurs,
    age: Math.floor(age),
    plafond,
    apl: c.conventionne && h.oui(chance),
    activite: [stable, precarite, chomage, sans, retraite],
  };
}
