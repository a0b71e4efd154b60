/**
 * What a reader can compute from everything published for one millésime: bases of units in scope (one system per scope),
 * of answering units (one per question), then every numerator with the pattern of its variable. A published cell is
 * taken to give its exact base and numerators, although classes and rounded rates are shown.
 */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { AuditResume } from '../../data/contract/audit.ts';
import type { Constats } from './constats.ts';
import { ecrireSysteme } from './kit.ts';
import type { Couche, Vue } from './millesime.ts';
import { auditerSysteme, intervalles, tramer, type Trame } from './noyau/noyau.ts';
import type { Systeme } from './noyau/systeme.ts';
import { modalitesDe, uniforme } from './regles.ts';
import { construireCharpente, nomDe, nommees, systemeDe, type Charpente } from './systemes.ts';

type Mesure = 'n' | 'r' | 'u';
export type ResumeSysteme = AuditResume['systemes'][number];

/** The two populations of one variable. */
interface Question {
  readonly variable: Variable;
  readonly ens: Couche;
  readonly er: Couche | null;
}

/** Groups of variables that share a base: what one of them publishes is known for all. */
function groupes(couches: readonly Couche[], cleDe: (v: Variable) => string): Map<string, Question[]> {
  const g = new Map<string, Question[]>();
  for (const ens of couches) {
    const v = ens.variable;
    if (ens.population !== 'ENS' || v.famille === 'logements_ouvert') continue;
    const er = couches.find((c) => c.variable === v && c.population === 'ER') ?? null;
    const cle = `${v.famille}|${cleDe(v)}`;
    g.set(cle, [...(g.get(cle) ?? []), { variable: v, ens, er }]);
  }
  return g;
}

class Atelier {
  readonly #vue: Vue;
  readonly #charpentes = new Map<boolean, Charpente>();
  readonly #trames = new Map<string, Trame>();
  /** Modality → cells where a reader knows it to be 0. */
  readonly zeros = new Map<string, Uint8Array>();

  constructor(vue: Vue) {
    this.#vue = vue;
  }

  charpente(er: boolean): Charpente {
    let c = this.#charpentes.get(er);
    if (!c) this.#charpentes.set(er, (c = construireCharpente(this.#vue.geo, er)));
    return c;
  }

  /** Cells of a measure: ENS, ER, complement. */
  etale(ch: Charpente, ens: Float64Array, er: Float64Array | undefined): Float64Array {
    const k = this.#vue.geo.classes;
    const v = new Float64Array(ch.n);
    v.set(ens);
    if (ch.parts === 3)
      for (let c = 0; c < k; c++) {
        v[k + c] = er?.[c] ?? 0;
        v[2 * k + c] = ens[c]! - v[k + c]!;
      }
    return v;
  }

  /** Cells known to the reader, from what the given questions show together. */
  connues(ch: Charpente, questions: readonly Question[]): Uint8Array {
    const k = this.#vue.geo.classes;
    const connue = new Uint8Array(ch.n);
    for (const { ens, er } of questions)
      for (let c = 0; c < k; c++) {
        if (ens.connue[c]) connue[c] = 1;
        if (er?.connue[c]) connue[k + c] = 1;
      }
    return connue;
  }

  /** Null space of a pattern, computed once however many measures share it. */
  trame(s: Systeme): Trame {
    let a = 0x811c9dc5;
    let b = 0x1000193;
    let inconnues = 0;
    s.valeur.forEach((v, c) => {
      if (!Number.isNaN(v)) return;
      inconnues++;
      a = Math.imul(a ^ c, 0x01000193);
      b = Math.imul(b ^ (c + 0x9e37), 0x85ebca6b);
    });
    const cle = `${s.n}/${inconnues}/${a}/${b}`;
    let t = this.#trames.get(cle);
    if (!t) this.#trames.set(cle, (t = tramer(s)));
    return t;
  }
}

const petite = (v: number) => v > 0 && v < REGLES.seuil;

export interface OptionsDerivation {
  /** Folder where each system is written for third parties. */
  readonly dump?: string;
  /** Steps per component of the complete group search; 0 = not asked. */
  readonly effort: number;
}

/** Audit one millésime. */
export async function auditerMillesime(
  vue: Vue,
  constats: Constats,
  avance: (fait: number, total: number) => void,
  options: OptionsDerivation,
): Promise<ResumeSysteme[]> {
  const atelier = new Atelier(vue);
  const resumes: ResumeSysteme[] = [];
  const etapes: (() => Promise<void>)[] = [];
  const ajouter = (mesure: Mesure, cleDe: (v: Variable) => string) => {
    for (const questions of groupes(vue.couches, cleDe).values())
      etapes.push(async () => {
        const resume = await auditerBase(atelier, vue, mesure, questions, constats, options);
        if (resume) resumes.push(resume);
      });
  };
  ajouter('n', (v) => v.champ);
  ajouter('r', (v) => `${v.champ}|${v.repondu}`);
  ajouter('u', (v) => `${v.champ}|${v.repondu}|${v.denominateur}`);
  for (const [q] of groupes(vue.couches, (v) => v.id).values())
    if (q) etapes.push(async () => auditerNumerateurs(atelier, vue, q, constats));
  for (const [i, etape] of etapes.entries()) {
    avance(i, etapes.length);
    await etape();
  }
  return resumes;
}

/** One base: who is protected by it, what of it can be recovered. Returns null where an earlier base says the same. */
async function auditerBase(
  atelier: Atelier,
  vue: Vue,
  mesure: Mesure,
  questions: readonly Question[],
  constats: Constats,
  { dump, effort }: OptionsDerivation,
): Promise<ResumeSysteme | null> {
  const [q] = questions;
  if (!q) return null;
  if (mesure === 'r' && q.variable.repondu === 'true') return null;
  if (mesure === 'u' && q.variable.denominateur === '1') return null;
  const ch = atelier.charpente(questions.some((x) => x.er));
  const avecEr = questions.find((x) => x.er) ?? q;
  const cellules = (m: Mesure) => atelier.etale(ch, avecEr.ens.mesures[m], avecEr.er?.mesures[m]);
  const base = cellules(mesure);
  const [n, r] = [cellules('n'), cellules('r')];
  const connue = atelier.connues(ch, questions);
  const protege = Uint8Array.from(base, (b, c) =>
    petite(b) || (mesure !== 'n' && (petite(n[c]!) || petite(r[c]!))) ? 1 : 0,
  );
  const s = systemeDe(ch, base, base, connue, protege);
  const nom = `${mesure}.${questions.map((x) => x.variable.id).join('+')}`;
  const noms = nomDe(ch);
  const lieu = `${vue.millesime} ${nom}`;
  connue.forEach((k, c) => {
    if (k && protege[c]) constats.violation('alias', lieu, `${noms(c)} (${base[c]})`);
  });
  const rapport = auditerSysteme(s, { seuil: REGLES.seuil, effort }, atelier.trame(s));
  for (const c of rapport.exactesProtegees) constats.violation('exact', lieu, `${noms(c)} = ${base[c]}`);
  for (const c of rapport.borneesProtegees) constats.violation('bornes', lieu, `${noms(c)} = ${base[c]}`);
  for (const g of rapport.groupes)
    constats.violation('groupe', lieu, `${g.genre} de ${g.base} : ${g.cellules.map(noms).join(' + ')}`);
  constats.signale('triplets_non_examines', rapport.tripletsSautes);
  constats.signale('composantes_ecourtees', rapport.ecourtees);
  if (dump !== undefined)
    await ecrireSysteme(`${dump}/${vue.millesime}/${mesure}.${q.variable.id}`, {
      ...s,
      ids: Array.from({ length: s.n }, (_, c) => noms(c).replaceAll(',', ';')),
      noms: [],
    });
  return {
    millesime: vue.millesime,
    nom,
    cellules: rapport.cellules,
    inconnues: rapport.inconnues,
    protegees: rapport.protegees,
    relations: rapport.relations,
    rang: rapport.rang,
  };
}

/**
 * Numerators of one variable under its own pattern. Exact recoverability is that of the pattern; bounds depend on the
 * figures: x ≥ 0, and x ≤ denominator through the complement u − x.
 */
function auditerNumerateurs(atelier: Atelier, vue: Vue, q: Question, constats: Constats): void {
  const { variable: v, ens, er } = q;
  const ch = atelier.charpente(er !== null);
  const connue = atelier.connues(ch, [q]);
  const de = (m: Mesure) => atelier.etale(ch, ens.mesures[m], er?.mesures[m]);
  const [n, r, u] = [de('n'), de('r'), de('u')];
  const x = new Map(
    indicateursDe(v.id).map((i) => [
      i.id,
      atelier.etale(ch, ens.mesures.x.get(i.id)!, er?.mesures.x.get(i.id)),
    ]),
  );
  const completes = v.avec === undefined ? [] : vue.couches.filter((c) => c.variable.id === v.avec);
  for (const i of v.avec === undefined ? [] : indicateursDe(v.avec)) {
    const [a, b] = ['ENS', 'ER'].map((p) => completes.find((c) => c.population === p)?.mesures.x.get(i.id));
    if (a) x.set(i.id, atelier.etale(ch, a, b));
  }
  const uniformes = Uint8Array.from(n, (_, c) =>
    uniforme(v, { u: u[c]!, x: (id) => x.get(id)?.[c] ?? Number.NaN }) === null ? 0 : 1,
  );
  // The 100 % rule protects cells that have a figure of their own: zones, not complements nor nameless remainders.
  const zones = nommees(vue.geo);
  const publiable = (c: number) => c < 2 * vue.geo.classes && zones[c % vue.geo.classes] === 1;
  const protege = Uint8Array.from(n, (_, c) =>
    petite(n[c]!) || petite(r[c]!) || petite(u[c]!) || (publiable(c) && uniformes[c]) ? 1 : 0,
  );
  const s = systemeDe(ch, u, r, connue, protege);
  const trame = atelier.trame(s);
  const noms = nomDe(ch);
  const lieu = `${vue.millesime} ${v.id}`;
  const { cellule } = trame.reduit;
  cellule.forEach((c, k) => {
    // Small bases are judged with the base; here, cells hidden by the 100 % rule alone.
    if (!trame.exacte[k] || !(r[c]! >= REGLES.seuil) || !uniformes[c]) return;
    if (publiable(c)) constats.violation('exact', lieu, `${noms(c)} uniforme`);
    else constats.signale('complements_uniformes');
  });
  const bu = intervalles(s, trame);
  for (const i of indicateursDe(v.id)) {
    if (i.calcul === 'nombre') continue;
    const vrais = x.get(i.id)!;
    const montrer = (m: (c: number) => number) =>
      Float64Array.from(connue, (k, c) => (k ? m(c) : Number.NaN));
    const bornable = i.calcul === 'part';
    const bx = intervalles(
      { relations: s.relations, valeur: montrer((c) => vrais[c]!) },
      trame,
      true,
      bornable ? bu.haut : undefined,
    );
    const by = bornable
      ? intervalles(
          { relations: s.relations, valeur: montrer((c) => u[c]! - vrais[c]!) },
          trame,
          true,
          bu.haut,
        )
      : null;
    const nul = Uint8Array.from(connue, (k, c) => (k && vrais[c] === 0 ? 1 : 0));
    cellule.forEach((c, k) => (nul[c] = bx.haut[k] === 0 ? 1 : 0));
    if (i.modalite) atelier.zeros.set(i.id, nul);
    cellule.forEach((c, k) => {
      if (!protege[c] || trame.exacte[k]) return;
      const bas = Math.max(bx.bas[k]!, by ? bu.bas[k]! - by.haut[k]! : 0);
      const haut = Math.min(bx.haut[k]!, by ? bu.haut[k]! - by.bas[k]! : Infinity);
      if (haut - bas > 1e-6) return;
      // A modality absent from a published parent is absent from its parts, whatever is hidden there; but a share at 0
      // hidden by the 100 % rule must not be found again.
      const regle100 = v.cent === 'strict' && i.calcul === 'part' && publiable(c) && r[c]! >= REGLES.seuil;
      if (vrais[c] === 0 && !regle100) constats.signale('zeros_deduits');
      else constats.violation('numerateur', lieu, `${i.id} de ${noms(c)} = ${vrais[c]}`);
    });
  }
  // All modalities but one known to be absent: everybody is in the last one, whatever the count.
  const modalites = v.cent === 'distribution' ? modalitesDe(v) : [];
  if (modalites.length > 1)
    cellule.forEach((c) => {
      if (r[c] === 0 || !publiable(c)) return;
      const nulles = modalites.filter((m) => atelier.zeros.get(m.id)?.[c] === 1).length;
      if (nulles === modalites.length - 1) constats.signale('uniformes_deduits');
    });
}
