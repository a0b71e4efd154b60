/**
 * Equations between the variables of one question (data/catalogue/questions.ts): a headline share shown where its
 * distribution is hidden is a sum of hidden pieces. Bounds are propagated over every zone and every piece at once; a
 * small group's piece that they pin is undone like any numerator, the distribution first, since hiding the headline hides
 * its distribution too. Distributions exist for all households only, so do these equations.
 */
import { QUESTIONS, type Question } from '../../data/catalogue/questions.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Atomes, NiveauZones } from './atomes.ts';
import { Derivation, intervalles, type Sommes } from './bornes.ts';
import { depingle, type Epingle } from './numerateurs.ts';
import { poidsDe } from './poids.ts';
import { etale, relations, transpose, type Relations } from './relations.ts';
import { nomCellule } from './residus.ts';
import { SECONDAIRE, type Verdict } from './verdict.ts';

const COUT_CELLULE = 6;
const VIDE = (n: number) => new Int32Array(n);

/** Sums of a question: the relations of the zones for each series, then the equations of each cell. Series 0 is the denominator. */
function sommesDe(r: Relations, q: Question, series: readonly string[]): Sommes {
  const n = r.cellules;
  const debut = [0];
  const cellule: number[] = [];
  const clot = () => debut.push(cellule.length);
  for (let s = 0; s <= series.length; s++)
    for (let l = 0; l + 1 < r.debut.length; l++) {
      for (let i = r.debut[l] as number; i < (r.debut[l + 1] as number); i++)
        cellule.push((r.cellule[i] as number) + s * n);
      clot();
    }
  const rang = (id: string) => series.indexOf(id) + 1;
  const equations = [
    [0, ...q.morceaux.map(rang)],
    ...Object.entries(q.cumuls).map(([cumul, parts]) => [rang(cumul), ...parts.map(rang)]),
  ];
  for (let c = 0; c < n; c++)
    for (const e of equations) {
      for (const s of e) cellule.push(s * n + c);
      clot();
    }
  const cellules = n * (series.length + 1);
  return {
    cellules,
    debut: Int32Array.from(debut),
    cellule: Int32Array.from(cellule),
    ...transpose(cellules, debut, cellule),
  };
}

/** One question of one block; verdicts are changed in place. @returns true when something more was hidden */
function repareQuestion(
  q: Question,
  a: Atomes,
  niveaux: readonly NiveauZones[],
  contexte: number,
  verdicts: (variable: string) => readonly Verdict[] | undefined,
): boolean {
  const [vu, vd] = q.variables as [string, string];
  const deux = [vu, vd].map((v) => verdicts(v)?.filter((d) => d.population === 'ENS'));
  const [titre, detail] = deux;
  if (titre === undefined || detail === undefined || detail.length === 0) return false;
  const r = relations(niveaux, a.n, false);
  const n = r.cellules;
  const series = [...q.morceaux, ...Object.keys(q.cumuls)];
  const sommes = sommesDe(r, q, series);
  const m = (nom: string) => {
    const x = a.mesures.get(nom) ?? VIDE(a.n);
    return etale(r, { ENS: x, ER: x });
  };
  const base = m(`r.${vu}.ENS`);
  const valeur = new Int32Array(sommes.cellules);
  valeur.set(m(`u.${vu}.ENS`));
  series.forEach((s, i) => valeur.set(m(`x.${s}.ENS`), (i + 1) * n));
  /** Which variable shows a series: 0 the headline, 1 the distribution. */
  const porteur = series.map((s) => (a.mesures.has(`x.${s}.ENS`) && q.titres.includes(s) ? 0 : 1));
  const parRang = (liste: readonly Verdict[]) => new Map(liste.map((d) => [d.rang, d]));
  const [t, dt] = [parRang(titre), parRang(detail)];
  const cout = new Float64Array(2 * n);
  const montre = [new Uint8Array(n), new Uint8Array(n)] as const;
  niveaux.forEach((niveau, k) => {
    for (let z = 0; z < niveau.cles.length; z++) {
      const c = (r.premier[k] as number) + z;
      // Totals of the storey above are taken as known unless they are small: it may give them.
      const donne = k < contexte && (base[c] as number) >= REGLES.seuil;
      const visible = [t, dt].map((x) => donne || x.get(k)?.cache[z] === 0);
      visible.forEach((v, i) => v && ((montre[i] as Uint8Array)[c] = 1));
      if (k < contexte || (base[c] as number) === 0) continue;
      const prix = poidsDe(niveau) * ((base[c] as number) + COUT_CELLULE);
      if (visible[0]) cout[c] = visible[1] ? 2 * prix : prix;
      if (visible[1]) cout[n + c] = prix;
    }
  });
  const cherche = (cachee: Uint8Array): Epingle[] => {
    const connue = new Uint8Array(sommes.cellules);
    for (let c = 0; c < n; c++) {
      const vide = base[c] === 0;
      const enTitre = vide || (montre[0][c] === 1 && cachee[c] === 0);
      const enDetail = vide || (montre[1][c] === 1 && cachee[c] === 0 && cachee[n + c] === 0);
      if (enTitre) connue[c] = 1;
      porteur.forEach((p, i) => (connue[(i + 1) * n + c] = (p === 0 ? enTitre : enDetail) ? 1 : 0));
    }
    const iv = intervalles(sommes, valeur, connue);
    const trouvees: Epingle[] = [];
    for (let u = n; u < sommes.cellules; u++) {
      const b = base[u % n] as number;
      if (connue[u] === 1 || b === 0 || b >= REGLES.seuil) continue;
      if ((iv.haut[u] as number) <= 0 || (iv.haut[u] as number) > (iv.bas[u] as number)) continue;
      const d = new Derivation(sommes, connue);
      d.remonte(iv, u, false);
      d.remonte(iv, u, true);
      trouvees.push({ serie: 0, cellule: u % n, connues: d.connues });
    }
    return trouvees;
  };
  const publications = (u: number): readonly number[] => {
    const [s, c] = [Math.floor(u / n), u % n];
    return s > 0 && porteur[s - 1] === 1 ? [n + c, c] : [c];
  };
  const cachees = depingle(cout, cherche, publications);
  for (const [p, protegee] of cachees) {
    const c = p % n;
    const k = niveaux.findLastIndex((x, i) => x.cles.length > 0 && (r.premier[i] as number) <= c);
    const z = c - (r.premier[k] as number);
    for (const d of p < n ? [t.get(k), dt.get(k)] : [dt.get(k)]) {
      if (d === undefined || d.cache[z] === 1) continue;
      d.cache[z] = 1;
      d.raison[z] = SECONDAIRE;
      const cible = protegee < 0 ? [] : [nomCellule(r, niveaux, protegee)];
      d.causes.set(z, { genre: 'numerateur', base: 0, cible, autres: 0 });
    }
  }
  return cachees.size > 0;
}

/**
 * All questions of a block.
 * @param contexte number of leading levels decided above
 * @param verdicts verdicts of a variable on these levels, undefined when it was not asked
 * @returns variables whose verdicts have changed
 */
export function repareQuestions(
  a: Atomes,
  niveaux: readonly NiveauZones[],
  contexte: number,
  verdicts: (variable: string) => readonly Verdict[] | undefined,
): string[] {
  return QUESTIONS.flatMap((q) => (repareQuestion(q, a, niveaux, contexte, verdicts) ? q.variables : []));
}
