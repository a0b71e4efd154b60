/** What bounds by linear programming are asked of: every base and every share of a millésime, with what is known of it. */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Couche, Vue } from './millesime.ts';
import { uniforme } from './regles.ts';
import { construireCharpente, nommees, type Charpente } from './systemes.ts';

/** One measure published with one pattern: what the sample is drawn from. */
export interface Enjeu {
  readonly nom: string;
  readonly violation: 'bornes' | 'numerateur';
  readonly charpente: Charpente;
  /** Per cell: 1 = a reader has it. */
  readonly connue: Uint8Array;
  readonly protege: Uint8Array;
  readonly valeur: Float64Array;
  /**
   * Denominator that the measure cannot exceed, with where it is known: at least where the measure is, and wherever
   * another question asked of the same units is published. With nothing more known, it would add nothing: what is left
   * of the denominator is free. null = no ceiling.
   */
  readonly plafond: { readonly valeur: Float64Array; readonly connue: Uint8Array } | null;
  /** A hidden 0 that must not be found either (100 % rule on its complement). */
  readonly zeroProtege: (cellule: number) => boolean;
}

const petite = (v: number) => v > 0 && v < REGLES.seuil;

/** Every base and every share of a millésime that hides something. */
export function enjeuxDe(vue: Vue): Enjeu[] {
  const k = vue.geo.classes;
  const charpentes = new Map<boolean, Charpente>();
  const charpenteDe = (er: boolean) => {
    let ch = charpentes.get(er);
    if (!ch) charpentes.set(er, (ch = construireCharpente(vue.geo, er)));
    return ch;
  };
  const questions = vue.couches
    .filter((c) => c.population === 'ENS' && c.variable.famille !== 'logements_ouvert')
    .map((ens) => ({
      v: ens.variable,
      ens,
      er: vue.couches.find((c) => c.variable === ens.variable && c.population === 'ER') ?? null,
    }));
  const etale = (ch: Charpente, ens: Float64Array, er: Float64Array | undefined) => {
    const t = new Float64Array(ch.n);
    t.set(ens);
    if (ch.parts === 3) for (let c = 0; c < k; c++) t[2 * k + c] = ens[c]! - (t[k + c] = er?.[c] ?? 0);
    return t;
  };
  const connues = (ch: Charpente, couches: readonly { ens: Couche; er: Couche | null }[]) => {
    const t = new Uint8Array(ch.n);
    for (const { ens, er } of couches)
      for (let c = 0; c < k; c++) {
        if (ens.connue[c]) t[c] = 1;
        if (ch.parts === 3 && er?.connue[c]) t[k + c] = 1;
      }
    return t;
  };
  const rien = () => false;
  const enjeux: Enjeu[] = [];
  const bases = new Map<string, (typeof questions)[number][]>();
  for (const q of questions)
    for (const mesure of ['n', 'r'] as const) {
      const cle = [mesure, q.v.famille, q.v.champ, mesure === 'r' ? q.v.repondu : ''].join('|');
      if (mesure === 'n' || q.v.repondu !== 'true') bases.set(cle, [...(bases.get(cle) ?? []), q]);
    }
  for (const [cle, groupe] of bases) {
    const ch = charpenteDe(groupe.some((q) => q.er));
    const q = groupe.find((x) => x.er) ?? groupe[0]!;
    const mesure = cle.startsWith('n|') ? 'n' : 'r';
    const valeur = etale(ch, q.ens.mesures[mesure], q.er?.mesures[mesure]);
    enjeux.push({
      nom: `${mesure}.${groupe.map((x) => x.v.id).join('+')}`,
      violation: 'bornes',
      charpente: ch,
      connue: connues(ch, groupe),
      protege: Uint8Array.from(valeur, (b) => (petite(b) ? 1 : 0)),
      valeur,
      plafond: null,
      zeroProtege: rien,
    });
  }
  const zones = nommees(vue.geo);
  for (const { v, ens, er } of questions) {
    const ch = charpenteDe(er !== null);
    const de = (m: 'n' | 'r' | 'u') => etale(ch, ens.mesures[m], er?.mesures[m]);
    const [n, r, u] = [de('n'), de('r'), de('u')];
    const x = numerateurs(vue, v, (a, b) => etale(ch, a, b));
    const memeBase = questions.filter(
      (q) =>
        q.v.famille === v.famille &&
        q.v.champ === v.champ &&
        q.v.repondu === v.repondu &&
        q.v.denominateur === v.denominateur,
    );
    const publiable = (c: number) => c < 2 * k && zones[c % k] === 1;
    const protege = Uint8Array.from(n, (_, c) =>
      petite(n[c]!) ||
      petite(r[c]!) ||
      petite(u[c]!) ||
      (publiable(c) && uniforme(v, { u: u[c]!, x: (id) => x.get(id)?.[c] ?? Number.NaN }) !== null)
        ? 1
        : 0,
    );
    for (const i of indicateursDe(v.id)) {
      if (i.calcul === 'nombre') continue;
      const part = i.calcul === 'part';
      enjeux.push({
        nom: i.id,
        violation: 'numerateur',
        charpente: ch,
        connue: connues(ch, [{ ens, er }]),
        protege,
        valeur: x.get(i.id)!,
        plafond: part ? { valeur: u, connue: connues(ch, memeBase) } : null,
        zeroProtege: part && v.cent === 'strict' ? (c) => publiable(c) && r[c]! >= REGLES.seuil : rien,
      });
    }
  }
  return enjeux;
}

/** Numerators of a variable and of the one that completes it. */
function numerateurs(
  vue: Vue,
  v: Variable,
  etale: (ens: Float64Array, er: Float64Array | undefined) => Float64Array,
): Map<string, Float64Array> {
  const x = new Map<string, Float64Array>();
  for (const id of [v.id, ...(v.avec === undefined ? [] : [v.avec])])
    for (const i of indicateursDe(id)) {
      const [ens, er] = (['ENS', 'ER'] as const).map((p) =>
        vue.couches.find((c) => c.variable.id === id && c.population === p)?.mesures.x.get(i.id),
      );
      if (ens) x.set(i.id, etale(ens, er));
    }
  return x;
}
