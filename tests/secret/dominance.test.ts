/** Rule P7 in public, on invented countries: what is hidden around it, and that nothing shown gives it back. */
import { describe, expect, it } from 'vitest';
import { CLES_ATOME } from '../../data/contract/atome.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { determines } from '../../pipeline/audit/noyau/exact.ts';
import { Constructeur, reduire } from '../../pipeline/audit/noyau/systeme.ts';
import { agrege, niveauxLarges, type Atomes } from '../../pipeline/secret/atomes.ts';
import { jugeTout } from '../../pipeline/secret/bloc.ts';
import { DOMINEE, reservesDe, VOISINE, type Reserve } from '../../pipeline/secret/dominance.ts';
import { hasard } from '../audit/hasard.ts';

const M = 2024;
const SECTEURS = ['qpv', 'hqpv'] as const;

/** Départements by région, each with households in and out of QPV. */
function pays(regions: readonly (readonly string[])[], effectif: (d: string, s: string) => number): Atomes {
  const lignes = regions.flatMap((departements, r) =>
    departements.flatMap((departement) =>
      SECTEURS.map((secteur) => ({
        cles: { departement, secteur, region: `R${r}`, epci: `E${departement}` } as Record<string, string>,
        n: effectif(departement, secteur),
      })),
    ),
  );
  const mesure = (f: (n: number) => number) => Int32Array.from(lignes, (l) => f(l.n));
  const deux = (nom: string, ens: number, er: number): [string, Int32Array][] => [
    [`${nom}.ENS`, mesure((n) => Math.floor(n * ens))],
    [`${nom}.ER`, mesure((n) => Math.floor(n * er))],
  ];
  return {
    millesime: M,
    n: lignes.length,
    cles: Object.fromEntries(CLES_ATOME.map((k) => [k, lignes.map((l) => l.cles[k] ?? null)])),
    mesures: new Map([
      ...['ops_men', 'ops_res'].flatMap((v) => ['n', 'r', 'u'].flatMap((m) => deux(`${m}.${v}`, 1, 0.5))),
      ...deux('x.ops_res_lt20', 0.3, 0.2),
      ...deux('x.ops_res_lt40', 0.5, 0.3),
      ...deux('x.ops_res_lt60', 0.7, 0.4),
    ]),
    residence: new Int32Array(lignes.length),
  };
}

/** Reserves of a country where some zones (`echelle/code/secteur`) are under P7, by variable and population. */
function reserves(a: Atomes, dominees: ReadonlySet<string>): Map<string, Reserve[]> {
  const large = agrege(a);
  const contexte = { niveaux: 0, caches: new Map<string, 1>(), impose: true };
  const { verdicts } = jugeTout(large, niveauxLarges(large), REGLES.seuil, contexte);
  const depasse = (_: number, e: string, c: string, s: string) => dominees.has(`${e}/${c}/${s}`);
  const m = new Map<string, Reserve[]>();
  for (const [cle, r] of reservesDe(verdicts, large, { depasse })) {
    const variable = cle.split('/', 2).join('/');
    m.set(variable, [...(m.get(variable) ?? []), r]);
  }
  return m;
}

const nom = ({ verdict: d }: Reserve, z: number) =>
  `${d.niveau.echelle}/${d.niveau.codes[z]}/${d.niveau.secteurs[z]}`;
const lesquelles = (liste: readonly Reserve[], quoi: number) =>
  liste.flatMap((r) => [...r.raison].flatMap((x, z) => (x === quoi ? [nom(r, z)] : []))).sort();

/** Of some cells, those that sums and differences of the shown ones give, in rational arithmetic. */
function calculables(
  regions: readonly (readonly string[])[],
  cachees: ReadonlySet<string>,
  cibles: readonly string[],
): string[] {
  const rang = new Map<string, number>();
  const c = (n: string) => rang.get(n) ?? (rang.set(n, rang.size), rang.size - 1);
  const lignes = new Constructeur();
  const somme = (total: string, parts: readonly string[]) =>
    lignes.ajoute([c(total), ...parts.map(c)], [1, ...parts.map(() => -1)]);
  const tous = ['tous', ...SECTEURS];
  for (const s of tous) {
    somme(
      `france/FR/${s}`,
      regions.map((_, r) => `region/R${r}/${s}`),
    );
    regions.forEach((ds, r) =>
      somme(
        `region/R${r}/${s}`,
        ds.map((d) => `departement/${d}/${s}`),
      ),
    );
  }
  for (const z of [
    'france/FR',
    ...regions.map((_, r) => `region/R${r}`),
    ...regions.flat().map((d) => `departement/${d}`),
  ])
    somme(
      `${z}/tous`,
      SECTEURS.map((s) => `${z}/${s}`),
    );
  const valeur = new Float64Array(rang.size);
  for (const n of cachees) valeur[c(n)] = Number.NaN;
  const reduit = reduire({
    n: rang.size,
    valeur,
    base: new Float64Array(rang.size),
    protege: new Uint8Array(rang.size),
    relations: lignes.fin(),
  });
  const inconnue = new Map([...reduit.cellule].map((cellule, u) => [cellule, u]));
  const vecteurs = cibles.map((n) =>
    Array.from({ length: reduit.n }, (_, u) => (u === inconnue.get(c(n)) ? 1 : 0)),
  );
  const sus = determines(reduit, vecteurs);
  return cibles.filter((n, i) => !cachees.has(n) || sus[i]);
}

describe('cells around those of P7', () => {
  const REGIONS = [['01', '02', '03'], ['04', '05'], ['06']];
  const effectif = (d: string, s: string) => 1000 + 100 * Number(d) + (s === 'qpv' ? 37 : 411);

  it('hides one more half and the two of a neighbour when a half is under P7', () => {
    const m = reserves(pays(REGIONS, effectif), new Set(['departement/02/qpv']));
    for (const cle of ['ops_men/ENS', 'ops_men/ER', 'ops_res/ENS', 'ops_res/ER']) {
      const liste = m.get(cle) as Reserve[];
      expect(lesquelles(liste, DOMINEE)).toEqual(['departement/02/qpv']);
      // The smallest neighbour of the région, and no total.
      expect(lesquelles(liste, VOISINE)).toEqual([
        'departement/01/hqpv',
        'departement/01/qpv',
        'departement/02/hqpv',
      ]);
      expect(liste.flatMap((r) => [...r.causes.values()].flatMap((x) => x.cible))).toContain(
        'departement_secteur:02|qpv/ENS',
      );
    }
  });

  it('hides the whole neighbours too where a landlord owns a whole région of one département', () => {
    const toutes = ['tous', 'qpv', 'hqpv'].flatMap((s) => [`departement/06/${s}`, `region/R2/${s}`]);
    const m = reserves(pays(REGIONS, effectif), new Set(toutes));
    const liste = m.get('ops_men/ENS') as Reserve[];
    const cachees = new Set([...lesquelles(liste, DOMINEE), ...lesquelles(liste, VOISINE)]);
    expect(calculables(REGIONS, cachees, toutes)).toEqual([]);
    expect(lesquelles(liste, VOISINE).some((n) => n.endsWith('/tous'))).toBe(true);
  });

  it('lets nothing under P7 be computed, on 60 countries', () => {
    let voisines = 0;
    for (let graine = 1; graine <= 60; graine++) {
      const h = hasard(graine);
      const regions = [3, 2, 1 + h(2)].map((n, r) => Array.from({ length: n }, (_, d) => `${r}${d}`));
      // Some départements have no QPV: their other half is the whole, under another name.
      const tailles = new Map<string, number>(
        regions
          .flat()
          .flatMap((d) =>
            SECTEURS.map((s) => [`${d}/${s}`, s === 'qpv' && h(5) === 0 ? 0 : 500 + h(5000)] as const),
          ),
      );
      const vide = (ds: readonly string[], s: string) => ds.every((d) => tailles.get(`${d}/${s}`) === 0);
      const zones = ['tous', ...SECTEURS].flatMap((s) => [
        ...regions.flat().flatMap((d) => (vide([d], s) ? [] : [`departement/${d}/${s}`])),
        ...regions.flatMap((ds, r) => (vide(ds, s) ? [] : [`region/R${r}/${s}`])),
      ]);
      const dominees = zones.filter(() => h(8) === 0);
      const m = reserves(
        pays(regions, (d, s) => tailles.get(`${d}/${s}`) as number),
        new Set(dominees),
      );
      const siennes = (cle: string) => m.get(cle) ?? [];
      for (const cle of ['ops_men/ENS', 'ops_men/ER', 'ops_res/ENS', 'ops_res/ER']) {
        const cachees = new Set([DOMINEE, VOISINE].flatMap((q) => lesquelles(siennes(cle), q)));
        expect(calculables(regions, cachees, dominees), `${graine} ${cle}`).toEqual([]);
      }
      const ens = lesquelles(siennes('ops_men/ENS'), VOISINE);
      expect(lesquelles(siennes('ops_men/ER'), VOISINE)).toEqual(expect.arrayContaining(ens));
      voisines += ens.length;
    }
    expect(voisines).toBeGreaterThan(100);
  });
});
