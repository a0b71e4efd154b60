/** The legend as a model: drawn by the site in HTML and by sheets in SVG and Typst, never twice thought out. */
import { MENTION_SECRET } from '../../data/catalogue/secret.ts';
import type { Cell, StatutAbsent } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { etalon } from './cercles.ts';
import { indexClasse, LIBELLES_METHODE, nombreClasses } from './classes.ts';
import {
  de,
  decimalesAffichees,
  nombre,
  suffixe,
  texteClasse,
  texteStatut,
  texteValeur,
  typographie,
} from './format.ts';
import { couleurs, type Mode } from './palette.ts';

export interface EntreeClasse {
  readonly index: number;
  /** "12,4 à moins de 20,1 %". */
  readonly libelle: string;
  readonly couleur: string;
  /** Bounds of the class; the ends are the observed minimum and maximum. */
  readonly min: number;
  readonly max: number;
  readonly zones: number;
}

export interface EntreeStatut {
  readonly statut: StatutAbsent;
  readonly libelle: string;
  /** How it is drawn. */
  readonly motif: 'hachures' | 'points' | 'aplat';
  readonly zones: number;
}

/** Equal-width bins over [min, max], each tinted by the class of the mean of its values. */
export interface Histogramme {
  readonly min: number;
  readonly max: number;
  /** A few values lie beyond `max`: the last bin holds them. */
  readonly ouvert: boolean;
  readonly effectifs: readonly number[];
  /** Class index of each bin. */
  readonly classes: readonly number[];
}

export interface Legende {
  readonly titre: string;
  /** "%", "€/m²": said once, beside the title. */
  readonly unite: string;
  readonly classes: readonly EntreeClasse[];
  /** Only those that occur, plus `s` always: secrecy is explained even where nothing is hidden. */
  readonly statuts: readonly EntreeStatut[];
  readonly histogramme: Histogramme;
  /** Of the ends of the histogram. */
  readonly decimales: number;
  /** Largest published value, and reference of the circles when it is a count. */
  readonly maximum: number;
  readonly etalon: number;
  readonly zones: number;
  readonly publiees: number;
  /** "Discrétisation : quantiles, bornes 10,2 ; 14,0 %". */
  readonly methode: string;
  /** Sentence that explains `s`. */
  readonly secret: string;
}

/** A reference and its published value. */
export interface Repere {
  readonly nom: string;
  readonly valeur: number;
}

export interface OptionsLegende {
  readonly indicateur: Indicateur;
  readonly classes: Classes;
  readonly cellules: Iterable<Cell>;
  readonly echelle?: Echelle;
  readonly mode?: Mode;
  /** Bins of the histogram. Default 24. */
  readonly barres?: number;
  /** Published value the classes are centred on, and whose it is. */
  readonly repere?: Repere | null;
  /** Sentence of the release; the catalogue's by default. */
  readonly secret?: string;
}

const MOTIFS: readonly { statut: StatutAbsent; motif: EntreeStatut['motif'] }[] = [
  { statut: 's', motif: 'hachures' },
  { statut: 'nd', motif: 'points' },
  { statut: 'so', motif: 'aplat' },
];

/** Build the legend of one map from its classes and the cells it shows. */
export function construireLegende(o: OptionsLegende): Legende {
  const { indicateur: i, classes } = o;
  const k = nombreClasses(classes);
  const parClasse = Array.from({ length: k }, () => 0);
  const parStatut: Record<StatutAbsent, number> = { s: 0, nd: 0, so: 0 };
  const valeurs: number[] = [];
  for (const c of o.cellules) {
    if (c.statut !== 'valeur') {
      parStatut[c.statut]++;
      continue;
    }
    valeurs.push(c.valeur);
    const index = indexClasse(classes, c.valeur);
    parClasse[index] = (parClasse[index] ?? 0) + 1;
  }
  const teintes = couleurs(k, i.rampe, o.mode ?? 'clair');
  return {
    titre: typographie(i.libelle),
    unite: i.unite,
    classes: parClasse
      .map((zones, index): EntreeClasse => ({
        index,
        libelle: texteClasse(classes, index, i, o.echelle),
        couleur: teintes[index] as string,
        min: classes.bornes[index - 1] ?? classes.min,
        max: classes.bornes[index] ?? classes.max,
        zones,
      }))
      .filter(
        (c) => c.zones > 0 || (o.repere == null && classes.methode !== 'symetrique') || dedans(c, classes),
      ),
    statuts: MOTIFS.filter((m) => m.statut === 's' || parStatut[m.statut] > 0).map((m) => ({
      ...m,
      libelle: texteStatut(m.statut),
      zones: parStatut[m.statut],
    })),
    histogramme: histogramme(valeurs, classes, o.barres ?? 24),
    decimales: decimalesAffichees(i, o.echelle),
    maximum: valeurs.reduce((a, b) => Math.max(a, b), 0),
    etalon: etalon(valeurs),
    zones: valeurs.length + parStatut.s + parStatut.nd + parStatut.so,
    publiees: valeurs.length,
    methode: texteMethode(classes, i, o.repere, o.echelle),
    secret: typographie(o.secret ?? MENTION_SECRET),
  };
}

/** Counts of published values in equal bins between the class extremes (frozen, so that two maps agree). */
export function histogramme(valeurs: readonly number[], classes: Classes, barres = 24): Histogramme {
  const min = Math.min(classes.min, ...bornesDe(valeurs));
  const extreme = Math.max(classes.max, ...bornesDe(valeurs));
  // One zone of three dwellings at 100 % must not squeeze all the others into two bars.
  const tri = [...valeurs].sort((a, b) => a - b);
  const usuel = tri[Math.floor(0.98 * (tri.length - 1))] ?? extreme;
  const ouvert = usuel > (classes.bornes.at(-1) ?? min) && extreme - min > 2 * (usuel - min);
  const max = ouvert ? usuel : extreme;
  const n = max > min ? barres : 1;
  const effectifs = Array.from({ length: n }, () => 0);
  const pas = (max - min) / n || 1;
  const sommes = Array.from({ length: n }, () => 0);
  for (const v of valeurs) {
    const rang = Math.min(n - 1, Math.floor((v - min) / pas));
    effectifs[rang] = (effectifs[rang] ?? 0) + 1;
    sommes[rang] = (sommes[rang] ?? 0) + v;
  }
  // The mean of the bin, not its middle: a bin that only holds values at a bound takes the colour of the map.
  const centre = (b: number) => {
    const nombre = effectifs[b] ?? 0;
    return nombre > 0 ? (sommes[b] as number) / nombre : min + (b + 0.5) * pas;
  };
  return {
    min,
    max,
    ouvert,
    effectifs,
    classes: effectifs.map((_, b) => indexClasse(classes, centre(b))),
  };
}

function bornesDe(valeurs: readonly number[]): [number, number] | [] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const v of valeurs) {
    if (v < min) min = v;
    if (v > max) max = v;
  }
  return min <= max ? [min, max] : [];
}

/** Does a class around a centre hold a part of what is observed? The others are kept for their colour only. */
const dedans = (c: EntreeClasse, k: Classes): boolean => c.max > k.min && c.min <= k.max;

/** Method and bounds in words, an obligatory mention; what classes are centred on is named with its value. */
export function texteMethode(classes: Classes, i: Indicateur, repere?: Repere | null, e?: Echelle): string {
  const methode = repere
    ? `écarts-types autour de la valeur ${de(repere.nom)} (${texteValeur(repere.valeur, i, e)})`
    : LIBELLES_METHODE[classes.methode];
  const nom = `Discrétisation${'\u202f'}: ${methode}`;
  if (classes.bornes.length === 0) return `${nom}, une seule classe.`;
  const d = classes.bornes.every((b) => Number.isInteger(b)) && i.calcul !== 'moyenne' ? 0 : i.decimales;
  const bornes = classes.bornes.map((b) => nombre(b, d)).join(' ; ');
  return typographie(
    `${nom}, ${classes.bornes.length > 1 ? 'bornes' : 'borne'} ${bornes}${suffixe(i.unite)}.`,
  );
}

/** Radius classes of points sized by their base, in the order of the legend (page units). */
export const RAYONS_BASE = [
  { base: '11–19', rayon: 3 },
  { base: '20–49', rayon: 4.4 },
  { base: '50–99', rayon: 6 },
  { base: '100+', rayon: 8 },
] as const;

/** Radius of a point from its base; hidden or unknown bases get the smallest circle, which says nothing. */
export function rayonBase(base: number | string | undefined): number {
  const classe =
    typeof base === 'number'
      ? base < 20
        ? '11–19'
        : base < 50
          ? '20–49'
          : base < 100
            ? '50–99'
            : '100+'
      : base;
  return RAYONS_BASE.find((r) => r.base === classe)?.rayon ?? RAYONS_BASE[0].rayon;
}
