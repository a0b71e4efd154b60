/**
 * Canonical form of a system: zones renumbered by code, atoms with the same memberships merged and sorted. Everything
 * after this step is the same for any order of the input rows.
 */
import { UserError } from '../../../data/contract/erreur.ts';
import type { Systeme } from './types.ts';

export interface Canon {
  /** Number of merged atoms. */
  readonly atomes: number;
  /** Atom of the caller -> merged atom. */
  readonly membre: Int32Array;
  /** Per level, per merged atom: rank of its zone by code, -1 = none. */
  readonly zone: readonly Int32Array[];
  /** Per level: rank -> zone of the caller. */
  readonly zoneDe: readonly Int32Array[];
  readonly ens: Int32Array;
  readonly er: Int32Array | undefined;
}

/** Code unit order, the same in every locale. */
const ordre = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Check a system and put it in canonical form. Errors name the level, the zone or the atom. */
export function canonise(systeme: Systeme): Canon {
  const { niveaux, effectifs, atomes } = systeme;
  verifie(systeme);
  const zoneDe: Int32Array[] = [];
  const rang = niveaux.map((niveau) => {
    const de = Int32Array.from(niveau.codes, (_, i) => i).sort((a, b) =>
      ordre(niveau.codes[a] as string, niveau.codes[b] as string),
    );
    zoneDe.push(de);
    const r = new Int32Array(de.length);
    de.forEach((z, i) => (r[z] = i));
    return r;
  });
  // Refine by the levels with most zones first: often the first one already tells all atoms apart.
  const tri = niveaux
    .map((_, i) => i)
    .sort((a, b) => (zoneDe[b] as Int32Array).length - (zoneDe[a] as Int32Array).length || a - b);
  let groupe = new Int32Array(atomes);
  let groupes = Math.min(1, atomes);
  for (const l of tri) {
    if (groupes === atomes) break;
    const { zone } = niveaux[l] as Systeme['niveaux'][number];
    const largeur = (zoneDe[l] as Int32Array).length + 1;
    const vus = new Map<number, number>();
    const suivant = new Int32Array(atomes);
    for (let a = 0; a < atomes; a++) {
      const k = (groupe[a] as number) * largeur + (zone[a] as number) + 1;
      let g = vus.get(k);
      if (g === undefined) vus.set(k, (g = vus.size));
      suivant[a] = g;
    }
    groupe = suivant;
    groupes = vus.size;
  }
  const exemple = new Int32Array(groupes).fill(-1);
  for (let a = atomes - 1; a >= 0; a--) exemple[groupe[a] as number] = a;
  const rangs = tri.map((l) => {
    const { zone } = niveaux[l] as Systeme['niveaux'][number];
    const r = rang[l] as Int32Array;
    return Int32Array.from(exemple, (a) => ((zone[a] as number) < 0 ? -1 : (r[zone[a] as number] as number)));
  });
  const place = Int32Array.from({ length: groupes }, (_, i) => i).sort((x, y) => {
    for (const r of rangs) {
      const d = (r[x] as number) - (r[y] as number);
      if (d !== 0) return d;
    }
    return 0;
  });
  const nouveau = new Int32Array(groupes);
  place.forEach((g, i) => (nouveau[g] = i));
  const membre = Int32Array.from({ length: atomes }, (_, a) => nouveau[groupe[a] as number] as number);
  const somme = (valeurs: Int32Array) => {
    const s = new Int32Array(groupes);
    for (let a = 0; a < atomes; a++) {
      const g = membre[a] as number;
      s[g] = (s[g] as number) + (valeurs[a] as number);
    }
    return s;
  };
  const zone: Int32Array[] = Array.from({ length: niveaux.length });
  tri.forEach((l, i) => (zone[l] = Int32Array.from(place, (g) => (rangs[i] as Int32Array)[g] as number)));
  return {
    atomes: groupes,
    membre,
    zone,
    zoneDe,
    ens: somme(effectifs.ENS),
    er: effectifs.ER === undefined ? undefined : somme(effectifs.ER),
  };
}

function verifie({ atomes, niveaux, effectifs, seuil }: Systeme): void {
  if (!Number.isInteger(seuil) || seuil < 2)
    throw new UserError(`Seuil de secret invalide : ${seuil}.`, {
      hint: 'Attendu : un entier d’au moins 2.',
    });
  for (const { id, zone, codes } of niveaux) {
    if (zone.length !== atomes)
      throw new UserError(`Niveau « ${id} » : ${zone.length} rattachements pour ${atomes} atomes.`);
    if (new Set(codes).size !== codes.length) {
      const double = codes.find((c, i) => codes.indexOf(c) !== i);
      throw new UserError(`Niveau « ${id} » : le code « ${double} » figure deux fois.`);
    }
    const bad = zone.findIndex((z) => z < -1 || z >= codes.length);
    if (bad >= 0) throw new UserError(`Niveau « ${id} » : l’atome ${bad + 1} désigne une zone inconnue.`);
  }
  const { ENS, ER } = effectifs;
  for (const [nom, valeurs] of [['ENS', ENS] as const, ['ER', ER] as const]) {
    if (valeurs === undefined) continue;
    if (valeurs.length !== atomes)
      throw new UserError(`Population ${nom} : ${valeurs.length} effectifs pour ${atomes} atomes.`);
    const bad = valeurs.findIndex(
      (v, a) => v < 0 || (ER !== undefined && nom === 'ER' && v > (ENS[a] as number)),
    );
    if (bad >= 0)
      throw new UserError(
        valeurs[bad]! < 0
          ? `Population ${nom} : l’atome ${bad + 1} a un effectif négatif (${valeurs[bad]}).`
          : `L’atome ${bad + 1} compte plus d’emménagés récents (${valeurs[bad]}) que de ménages (${ENS[bad]}).`,
      );
  }
}
