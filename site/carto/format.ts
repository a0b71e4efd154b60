/**
 * French text of numbers, bases, statuts and intervals: the only place where a figure becomes a string.
 * No Intl: the result must be the same bytes in every browser, ICU version and locale.
 */
import { variable } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_STATUT } from '../../data/catalogue/secret.ts';
import type { Base, Cell, StatutAbsent } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { ECHELLES_FINES, type Echelle } from '../../data/contract/zone.ts';

/** Narrow no-break space: thousands, and before % ; : ! ? ». */
export const FINE = '\u202f';
/** No-break space: between a number and a unit written in letters. */
export const INSECABLE = '\u00a0';
const MOINS = '\u2212';

/** "1 234,5": comma, narrow no-break thousands, true minus sign; `decimales` fixed decimals. */
export function nombre(n: number, decimales = 0): string {
  if (!Number.isFinite(n)) throw new RangeError(`not a finite number: ${n}`);
  const [entier = '', fraction] = Math.abs(n).toFixed(decimales).split('.');
  const groupe = entier.replaceAll(/\B(?=(\d{3})+(?!\d))/g, FINE);
  const texte = fraction === undefined ? groupe : `${groupe},${fraction}`;
  return n < 0 && /[1-9]/.test(texte) ? `${MOINS}${texte}` : texte;
}

/** Unit with the space it needs before it; "logements" loses its s under 2, as French wants. */
export function suffixe(unite: string, n = 2): string {
  if (unite === '') return '';
  if (unite === '%') return `${FINE}%`;
  return `${INSECABLE}${Math.abs(n) < 2 && /[a-zé]{3,}s$/.test(unite) ? unite.slice(0, -1) : unite}`;
}

/** Decimals shown: percentages are whole below the commune (domain.md §5, ambiguity 7). */
export function decimalesAffichees(i: Indicateur, echelle?: Echelle): number {
  const fine = echelle !== undefined && ECHELLES_FINES.includes(echelle);
  return fine && i.calcul === 'part' ? 0 : i.decimales;
}

/**
 * Number of a published value without its unit. A share that is only 100 or 0 by rounding is capped, because
 * "100 %" would say that everyone is concerned (ambiguity 6): 99,9 and 0,1, or "> 99" and "< 1" when whole.
 */
export function chiffre(v: number, i: Indicateur, echelle?: Echelle): string {
  const d = decimalesAffichees(i, echelle);
  const { cent } = variable(i.variable);
  if (i.calcul === 'part' && cent !== 'non') {
    const arrondi = Number(v.toFixed(d));
    if (arrondi >= 100) return d === 0 ? `>${INSECABLE}99` : nombre(100 - 10 ** -d, d);
    if (arrondi <= 0 && cent !== 'total') return d === 0 ? `<${INSECABLE}1` : nombre(10 ** -d, d);
  }
  return nombre(v, d);
}

/** "12,4 %", "1 234 logements", "7,85 €/m²". */
export function texteValeur(v: number, i: Indicateur, echelle?: Echelle): string {
  return `${chiffre(v, i, echelle)}${suffixe(i.unite, v)}`;
}

/** "secret statistique", "non disponible", "sans objet". */
export function texteStatut(s: StatutAbsent): string {
  return LIBELLES_STATUT[s].libelle;
}

/** A cell in words, for tooltips and sentences. */
export function texteCellule(c: Cell, i: Indicateur, echelle?: Echelle): string {
  return c.statut === 'valeur' ? texteValeur(c.valeur, i, echelle) : texteStatut(c.statut);
}

/** A cell in a table: the bare number or the mark s, nd, –. */
export function texteTableau(c: Cell, i: Indicateur, echelle?: Echelle): string {
  return c.statut === 'valeur' ? chiffre(c.valeur, i, echelle) : LIBELLES_STATUT[c.statut].court;
}

/** "1 234 ménages", "20 à 49 ménages", "100 ménages ou plus". */
export function texteBase(b: Base, unites: string): string {
  if (typeof b === 'number') return `${nombre(b)}${suffixe(unites, b)}`;
  if (b === '100+') return `100${INSECABLE}${unites} ou plus`;
  return `${b.replace('–', `${INSECABLE}à${INSECABLE}`)}${INSECABLE}${unites}`;
}

/** Bases under which a rate moves a lot for one unit more or less: said, never hidden (anchors.md B.3, "fragile"). */
const PETITE_BASE = 30;

/** `texteBase`, with a word of caution for a small base. */
export function texteBaseLue(b: Base, unites: string): string {
  const petite = typeof b === 'number' ? b < PETITE_BASE : b === '11–19';
  return `${texteBase(b, unites)}${petite ? ', à lire avec prudence' : ''}`;
}

/** Units of the base of an indicateur: "ménages", "logements", "majeurs". */
export function unitesBase(i: Indicateur): string {
  return variable(i.variable).unites;
}

/** Label of class `index` of bounds `bornes`: "moins de 12,4 %", "12,4 à moins de 20,1 %", "20,1 % ou plus". */
export function texteClasse(
  classes: {
    readonly methode?: string;
    readonly bornes: readonly number[];
    readonly min: number;
    readonly max: number;
  },
  index: number,
  i: Indicateur,
  echelle?: Echelle,
): string {
  // Around a centre a bound may lie where no value can be (a negative share): the class is then open on that side.
  const ouverte = (b: number | undefined, dehors: (b: number) => boolean) =>
    b !== undefined && /^(ecart|sym)/.test(classes.methode ?? '') && dehors(b) ? undefined : b;
  const bas = ouverte(classes.bornes[index - 1], (b) => b <= classes.min);
  const haut = ouverte(classes.bornes[index], (b) => b > classes.max);
  // A bound is a cut, not a figure about people: never capped. One number of decimals for the whole legend.
  const d = classes.bornes.every((b) => Number.isInteger(b)) && i.calcul !== 'moyenne' ? 0 : i.decimales;
  const n = (b: number) => nombre(b, d);
  const u = suffixe(i.unite);
  if (bas === undefined && haut === undefined)
    return classes.min === classes.max
      ? texteValeur(classes.min, i, echelle)
      : `${chiffre(classes.min, i, echelle)} à ${texteValeur(classes.max, i, echelle)}`;
  if (bas === undefined) return `moins de ${n(haut ?? 0)}${u}`;
  if (haut === undefined) return `${n(bas)}${u} ou plus`;
  return `${n(bas)} à moins de ${n(haut)}${u}`;
}

/** "5 zones", "1 zone": a count with its noun in both numbers. */
export function accord(n: number, un: string, plusieurs: string): string {
  return `${nombre(n)}${INSECABLE}${n < 2 ? un : plusieurs}`;
}

/** "de Dijon", "d’EPCI": a name without article after "de". H is left alone: nobody can tell which ones are mute. */
export function de(nom: string): string {
  return /^[aàâeéèêëiîïoôuy]/i.test(nom) ? `d’${nom}` : `de ${nom}`;
}

/** "a, b et c". */
export function enumere(noms: readonly string[]): string {
  if (noms.length < 2) return noms.join('');
  return `${noms.slice(0, -1).join(', ')} et ${noms.at(-1)}`;
}

/** Right French spaces and apostrophes in any sentence, whoever wrote it. Idempotent. */
export function typographie(texte: string): string {
  return texte
    .replaceAll(/[ \u00a0\u202f]+(?=[;:!?%»])/g, FINE)
    .replaceAll(/«[ \u00a0\u202f]*/g, `«${FINE}`)
    .replaceAll(/(?<=[\p{L}])'(?=[\p{L}«])/gu, '’')
    .replaceAll(/([<>≥≤]) (?=\d)/g, `$1${INSECABLE}`)
    .replaceAll(
      /(\d) (?=(?:ans|ménages?|logements?|pers\.|pièces?|m²|km|m|€)(?![\p{L}]))/gu,
      `$1${INSECABLE}`,
    );
}

/** First letter upper case, rest untouched. */
export function majuscule(texte: string): string {
  return texte.charAt(0).toLocaleUpperCase('fr') + texte.slice(1);
}
