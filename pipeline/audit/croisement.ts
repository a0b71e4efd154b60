/**
 * Millésimes against each other: a set of households that is the same in two surveys (same dwellings, same days of entry)
 * has the same base, so a reader who knows it in one year knows it in the other. Both years are audited as one system in
 * which such sets are one cell. Answers change between surveys: only the number of households is linked.
 */
import { EMPREINTES_FOYERS, MODULE_EMPREINTE } from '../../data/contract/atome.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Constats } from './constats.ts';
import { sommer } from './geographie.ts';
import type { Vue } from './millesime.ts';
import { auditerSysteme } from './noyau/noyau.ts';
import { Constructeur } from './noyau/systeme.ts';
import type { Reference } from './reference.ts';
import { construireCharpente, nomDe, type Charpente } from './systemes.ts';

/** What is kept of one millésime to be put against another. */
export interface Trace {
  readonly millesime: number;
  readonly charpente: Charpente;
  /** Households per cell (ENS, ER, complement). */
  readonly base: Float64Array;
  readonly connue: Uint8Array;
  /** Per class: text that is the same for the same households, or null where there is none. */
  readonly foyers: readonly (string | null)[];
}

/** Trace of a millésime, or null when it has no survey of households. */
export async function traceDe(vue: Vue, reference: Reference): Promise<Trace | null> {
  const colonnes = await reference.mesures(vue.millesime, [...EMPREINTES_FOYERS]);
  const deux = vue.couches.filter((c) => c.variable.id === 'ops_men');
  const ens = deux.find((c) => c.population === 'ENS');
  const er = deux.find((c) => c.population === 'ER');
  if (ens === undefined || er === undefined || colonnes.some((c) => c === null)) return null;
  const charpente = construireCharpente(vue.geo, true);
  const k = vue.geo.classes;
  const base = new Float64Array(charpente.n);
  for (let c = 0; c < k; c++) {
    base[c] = ens.mesures.n[c]!;
    base[k + c] = er.mesures.n[c]!;
    base[2 * k + c] = base[c]! - base[k + c]!;
  }
  // Every question about households shows their number.
  const connue = new Uint8Array(charpente.n);
  for (const couche of vue.couches) {
    if (couche.variable.famille !== 'menages') continue;
    const d = couche.population === 'ER' ? k : 0;
    for (let c = 0; c < k; c++) if (couche.connue[c]) connue[d + c] = 1;
  }
  const sommes = colonnes.map((c) => sommer(vue.geo, c!));
  const foyers = Array.from({ length: k }, (_, c) =>
    base[c]! > 0 ? `${base[c]}/${sommes.map((s) => s[c]! % MODULE_EMPREINTE).join('/')}` : null,
  );
  return { millesime: vue.millesime, charpente, base, connue, foyers };
}

/**
 * Audit two millésimes together; findings are counted like those of one.
 * @returns number of sets of households found in both
 */
export function auditerCroisement(a: Trace, b: Trace, constats: Constats): number {
  const na = a.charpente.n;
  const dansB = new Set(b.foyers);
  // Every set of households found in both years is one cell, however many zones of either year hold just it.
  const parFoyers = new Map<string, number>();
  a.foyers.forEach((f, c) => {
    if (f !== null && dansB.has(f) && !parFoyers.has(f)) parFoyers.set(f, c);
  });
  if (parFoyers.size === 0) return 0;
  const n = na + b.charpente.n;
  const traces = [a, b] as const;
  const cellules = traces.map(({ charpente, foyers }, q) =>
    Int32Array.from({ length: charpente.n }, (_, c) => {
      const f = c < foyers.length ? foyers[c] : null;
      return (f == null ? undefined : parFoyers.get(f)) ?? c + q * na;
    }),
  );
  const base = new Float64Array(n).fill(Number.NaN);
  const connue = new Uint8Array(n);
  const relations = new Constructeur();
  const redondante: number[] = [];
  traces.forEach((t, q) => {
    const cellule = cellules[q]!;
    t.base.forEach((v, c) => {
      base[cellule[c]!] = v;
      if (t.connue[c]) connue[cellule[c]!] = 1;
    });
    const { relations: r, redondante: redite } = t.charpente;
    for (let l = 0; l < r.nombre; l++) {
      const [d, f] = [r.debut[l]!, r.debut[l + 1]!];
      relations.ajoute(
        r.cellule.subarray(d, f).map((c) => cellule[c]!),
        r.coef.subarray(d, f),
      );
      redondante.push(redite[l]!);
    }
  });
  const protege = Uint8Array.from(base, (v) => (v > 0 && v < REGLES.seuil ? 1 : 0));
  const noms = [nomDe(a.charpente), nomDe(b.charpente)] as const;
  const nom = (c: number) => (c < na ? `${a.millesime} ${noms[0](c)}` : `${b.millesime} ${noms[1](c - na)}`);
  const lieu = `${a.millesime} et ${b.millesime}`;
  connue.forEach((k, c) => {
    if (k && protege[c]) constats.violation('alias', lieu, `${nom(c)} (${base[c]})`);
  });
  const rapport = auditerSysteme(
    {
      n,
      // A cell that is another one leaves its own number unused: known, so that it takes no part.
      valeur: base.map((v, c) => (connue[c] || Number.isNaN(v) ? (Number.isNaN(v) ? 0 : v) : Number.NaN)),
      base: base.map((v) => (Number.isNaN(v) ? 0 : v)),
      protege,
      relations: relations.fin(),
      redondante: Uint8Array.from(redondante),
    },
    { seuil: REGLES.seuil },
  );
  for (const c of rapport.exactesProtegees) constats.violation('exact', lieu, `${nom(c)} = ${base[c]}`);
  for (const c of rapport.borneesProtegees) constats.violation('bornes', lieu, `${nom(c)} = ${base[c]}`);
  for (const g of rapport.groupes)
    constats.violation('groupe', lieu, `${g.genre} de ${g.base} : ${g.cellules.map(nom).join(' + ')}`);
  constats.signale('triplets_non_examines', rapport.tripletsSautes);
  return parFoyers.size;
}
