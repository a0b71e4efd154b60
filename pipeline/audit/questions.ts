/**
 * Equations between variables of one question: pieces add up to the denominator, cumulates are sums of pieces, whatever
 * variable shows them (data/catalogue/questions.ts). One bounds propagation over every zone and every piece at once.
 */
import { REGLES } from '../../data/catalogue/secret.ts';
import { indicateursDe, variable } from '../../data/catalogue/indicators/index.ts';
import { QUESTIONS, type Question } from '../../data/catalogue/questions.ts';
import type { Constats } from './constats.ts';
import type { Couche, Vue } from './millesime.ts';
import { propager } from './noyau/bornes.ts';
import { Constructeur, reduire, transposer } from './noyau/systeme.ts';
import { construireCharpente, nomDe } from './systemes.ts';

const petite = (v: number) => v > 0 && v < REGLES.seuil;

/** All questions of a millésime. */
export function auditerQuestions(vue: Vue, constats: Constats): void {
  for (const q of QUESTIONS) auditerQuestion(vue, q, constats);
}

function auditerQuestion(vue: Vue, q: Question, constats: Constats): void {
  // Distributions exist for all households only: so do the equations worth writing.
  const couches = vue.couches.filter((c) => q.variables.includes(c.variable.id) && c.population === 'ENS');
  const [une] = couches;
  if (une === undefined || couches.length < 2) return;
  const ch = construireCharpente(vue.geo, false);
  const series = [...q.morceaux, ...Object.keys(q.cumuls)];
  const rang = new Map(series.map((s, i) => [s, i + 1]));
  const N = ch.n;
  const coucheDe = new Map<string, Couche>(
    couches.flatMap((c) => indicateursDe(variable(c.variable.id).id).map((i) => [i.id, c])),
  );
  const valeur = new Float64Array((series.length + 1) * N).fill(Number.NaN);
  const connueQuelquePart = Uint8Array.from({ length: N }, (_, c) =>
    couches.some((k) => k.connue[c]) ? 1 : 0,
  );
  for (let c = 0; c < N; c++) if (connueQuelquePart[c]) valeur[c] = une.mesures.u[c]!;
  const vraie = (s: string, c: number) => coucheDe.get(s)!.mesures.x.get(s)![c]!;
  for (const s of series) {
    const couche = coucheDe.get(s)!;
    const d = rang.get(s)! * N;
    for (let c = 0; c < N; c++) if (couche.connue[c]) valeur[d + c] = vraie(s, c);
  }
  const lignes = new Constructeur();
  const { debut, cellule, coef, nombre } = ch.relations;
  for (let s = 0; s <= series.length; s++)
    for (let r = 0; r < nombre; r++)
      lignes.ajoute(
        cellule.subarray(debut[r], debut[r + 1]).map((c) => c + s * N),
        coef.subarray(debut[r], debut[r + 1]),
      );
  const somme = (total: number, parts: readonly string[], c: number) =>
    lignes.ajoute([total * N + c, ...parts.map((p) => rang.get(p)! * N + c)], [1, ...parts.map(() => -1)]);
  for (let c = 0; c < N; c++) {
    somme(0, q.morceaux, c);
    for (const [cumul, parts] of Object.entries(q.cumuls)) somme(rang.get(cumul)!, parts, c);
  }
  const reduit = reduire({
    n: valeur.length,
    valeur,
    base: new Float64Array(0),
    protege: new Uint8Array(0),
    relations: lignes.fin(),
  });
  const { bas, haut } = propager(
    reduit.lignes,
    transposer(reduit.lignes, reduit.n),
    reduit.second,
    reduit.n,
    { entiers: true },
  );
  const noms = nomDe(ch);
  reduit.cellule.forEach((k, u) => {
    const c = k % N;
    const s = series[Math.floor(k / N) - 1];
    if (s === undefined || haut[u]! - bas[u]! > 1e-6) return;
    const m = une.mesures;
    if (!petite(m.n[c]!) && !petite(m.r[c]!) && !petite(m.u[c]!)) return;
    const v = vraie(s, c);
    if (v === 0) constats.signale('zeros_deduits');
    else constats.violation('numerateur', `${vue.millesime} question ${q.id}`, `${s} de ${noms(c)} = ${v}`);
  });
}
