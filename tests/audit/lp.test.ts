/** Bounds by linear programming: the same as rational simplex, and seen where propagation sees nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { lireSysteme } from '../../pipeline/audit/kit.ts';
import { intervallesDe } from '../../pipeline/audit/lp.ts';
import type { Enjeu } from '../../pipeline/audit/lpEnjeux.ts';
import { Solveur, voisinage, type Intervalle } from '../../pipeline/audit/lpSolveur.ts';
import { determines, intervalle } from '../../pipeline/audit/noyau/exact.ts';
import { auditerSysteme } from '../../pipeline/audit/noyau/noyau.ts';
import {
  Constructeur,
  reduire,
  transposer,
  type Reduit,
  type Systeme,
} from '../../pipeline/audit/noyau/systeme.ts';
import { KIT, SANS_KIT } from './kit.ts';
import { hasard } from './hasard.ts';

let solveur: Solveur;
beforeAll(async () => {
  solveur = await Solveur.ouvrir();
});

/** The whole system as a programme, variables in the order of the unknowns; only x ≥ 0 is known beforehand. */
function borne(reduit: Reduit, u: number): Intervalle {
  const { lignes, n } = reduit;
  const morceau = (r: number) => [lignes.debut[r]!, lignes.debut[r + 1]!] as const;
  return solveur.intervalle(
    {
      n,
      lignes: Array.from({ length: lignes.nombre }, (_, r) => ({
        cellule: Array.from(lignes.cellule.subarray(...morceau(r))),
        coef: Array.from(lignes.coef.subarray(...morceau(r))),
      })),
      second: Array.from(reduit.second, (b) => [b, b] as const),
      bas: new Float64Array(n),
      haut: new Float64Array(n).fill(Infinity),
    },
    u,
  );
}

/** Hidden parts, sums of some of them published or not. */
function aleatoire(graine: number): Systeme {
  const h = hasard(graine);
  const parts = Array.from({ length: 3 + h(5) }, () => h(9));
  const valeurs = [...parts];
  const c = new Constructeur();
  for (let z = 0; z < 2 + h(4); z++) {
    const membres = parts.map((_, i) => i).filter(() => h(2) === 0);
    if (membres.length < 2) continue;
    valeurs.push(membres.reduce((a, i) => a + parts[i]!, 0));
    c.ajoute([valeurs.length - 1, ...membres], [1, ...membres.map(() => -1)]);
  }
  return {
    n: valeurs.length,
    valeur: Float64Array.from(valeurs, (v, i) => (i >= parts.length && h(3) > 0 ? v : Number.NaN)),
    base: Float64Array.from(valeurs),
    protege: Uint8Array.from(valeurs, (v) => (v > 0 && v < 11 ? 1 : 0)),
    relations: c.fin(),
  };
}

/** a + b + c = 2, a + c + d = 4, c + d = 2: a is known by subtraction, then b and c are 0, so d is 2. */
function cascade(): Systeme {
  const c = new Constructeur();
  c.ajoute([4, 0, 1, 2], [1, -1, -1, -1]);
  c.ajoute([5, 0, 2, 3], [1, -1, -1, -1]);
  c.ajoute([6, 2, 3], [1, -1, -1]);
  const base = Float64Array.of(2, 0, 0, 2, 2, 4, 2);
  return {
    n: 7,
    valeur: base.map((v, i) => (i < 4 ? Number.NaN : v)),
    base,
    protege: Uint8Array.from(base, (_, i) => (i < 4 ? 1 : 0)),
    relations: c.fin(),
  };
}

const enjeuDe = (s: Systeme, plafond: Enjeu['plafond'] = null): Enjeu => ({
  nom: 'essai',
  violation: 'bornes',
  // Only names need the geography; none is asked for here.
  charpente: {
    relations: s.relations,
    n: s.n,
    parts: 1,
    redondante: new Uint8Array(s.relations.nombre),
  } as unknown as Enjeu['charpente'],
  connue: Uint8Array.from(s.valeur, (v) => (Number.isNaN(v) ? 0 : 1)),
  protege: s.protege,
  valeur: s.base,
  plafond,
  zeroProtege: () => false,
});

describe('bounds by linear programming', () => {
  it('agrees with rational simplex on every unknown of 200 random systems', () => {
    let [finis, infinis, points] = [0, 0, 0];
    for (let graine = 1; graine <= 200; graine++) {
      const reduit = reduire(aleatoire(graine));
      for (let u = 0; u < reduit.n; u++) {
        const [bas, haut] = intervalle(reduit, u)!;
        const lp = borne(reduit, u)!;
        expect(lp[0], `graine ${graine}`).toBeCloseTo(bas, 6);
        if (haut === Infinity) {
          expect(lp[1]).toBe(Infinity);
          infinis++;
        } else {
          expect(lp[1], `graine ${graine}`).toBeCloseTo(haut, 6);
          finis++;
        }
        if (haut === bas) points++;
      }
    }
    expect(finis).toBeGreaterThan(400);
    expect(infinis).toBeGreaterThan(50);
    expect(points).toBeGreaterThan(40);
  });

  it('finds a cell that neither subtraction nor propagation finds', () => {
    const s = cascade();
    const reduit = reduire(s);
    expect(determines(reduit, [[0, 0, 0, 1]])).toEqual([false]);
    const r = auditerSysteme(s);
    expect([...r.exactesProtegees, ...r.borneesProtegees]).not.toContain(3);
    const trouves = [...intervallesDe(enjeuDe(s), 10, solveur)];
    expect(trouves.find((t) => t.cellule === 3)).toEqual({ cellule: 3, complet: true, intervalle: [2, 2] });
  });

  it('takes the denominator as a ceiling: intervals hold the truth, never widen, and some narrow', () => {
    let etroits = 0;
    for (let graine = 400; graine < 480; graine++) {
      const s = aleatoire(graine);
      // Parts of the denominator: the numerator and a few more; sums follow.
      const h = hasard(graine + 9000);
      const plafond = s.base.slice();
      const sommes = new Set<number>();
      const { debut, cellule, nombre } = s.relations;
      for (let r = 0; r < nombre; r++) sommes.add(cellule[debut[r]!]!);
      for (let c = 0; c < s.n; c++) if (!sommes.has(c)) plafond[c]! += h(2) * h(3);
      for (let r = 0; r < nombre; r++)
        plafond[cellule[debut[r]!]!] = cellule
          .subarray(debut[r]! + 1, debut[r + 1]!)
          .reduce((a, c) => a + plafond[c]!, 0);
      // Another question of the same units is published in some of the hidden zones.
      const connue = Uint8Array.from(s.valeur, (v) => (!Number.isNaN(v) || h(3) === 0 ? 1 : 0));
      const sans = new Map(
        [...intervallesDe(enjeuDe(s), 100, solveur)].map((t) => [t.cellule, t.intervalle!]),
      );
      for (const { cellule: c, intervalle } of intervallesDe(
        enjeuDe(s, { valeur: plafond, connue }),
        100,
        solveur,
      )) {
        const [a, b] = [sans.get(c)!, intervalle!];
        expect(b[0]).toBeGreaterThanOrEqual(a[0]);
        expect(b[1]).toBeLessThanOrEqual(a[1]);
        expect(s.base[c]).toBeGreaterThanOrEqual(b[0]);
        expect(s.base[c]).toBeLessThanOrEqual(b[1]);
        if (b[1] - b[0] < a[1] - a[0]) etroits++;
      }
    }
    expect(etroits).toBeGreaterThan(0);
  });

  it('draws the same sample whatever the number asked, smallest first, protected cells only', () => {
    const s = aleatoire(17);
    const tirage = (n: number) => [...intervallesDe(enjeuDe(s), n, solveur)].map((t) => t.cellule);
    const tous = tirage(100);
    expect(new Set(tous).size).toBe(tous.length);
    expect(tous.length).toBeGreaterThan(2);
    expect(tous.every((c) => s.protege[c] === 1 && Number.isNaN(s.valeur[c]!))).toBe(true);
    expect(tirage(2)).toEqual(tous.slice(0, 2));
    expect(tirage(100)).toEqual(tous);
  });

  it('cut to a neighbourhood, an interval only widens and says that it is partial', () => {
    let coupes = 0;
    for (let graine = 300; graine < 340; graine++) {
      const reduit = reduire(aleatoire(graine));
      const colonnes = transposer(reduit.lignes, reduit.n);
      for (let u = 0; u < reduit.n; u++) {
        const v = voisinage(reduit, colonnes, u, 4);
        expect(v.inconnues[0]).toBe(u);
        expect(v.inconnues.length).toBeLessThanOrEqual(4);
        const dedans = new Set(v.inconnues);
        for (const r of v.rangs)
          for (let k = reduit.lignes.debut[r]!; k < reduit.lignes.debut[r + 1]!; k++)
            expect(dedans).toContain(reduit.lignes.cellule[k]);
        if (!v.complet) coupes++;
        expect(voisinage(reduit, colonnes, u, 1000).complet).toBe(true);
      }
    }
    expect(coupes).toBeGreaterThan(20);
  });
});

describe.skipIf(!KIT)(`intervals of the kit${KIT ? '' : ` (${SANS_KIT})`}`, () => {
  it.each(['tauargus-manual-audit', 'sdctable-4x4-repaired'])('%s', async (nom) => {
    const dossier = join(KIT ?? '', 'cases', nom);
    const attendu = JSON.parse(readFileSync(join(dossier, 'expected.json'), 'utf8')) as {
      interval: Record<string, [number, number]>;
    };
    const s = await lireSysteme(join(dossier, 'cells.csv'), join(dossier, 'relations.csv'));
    const reduit = reduire(s);
    const intervalles = Object.entries(attendu.interval);
    expect(intervalles.length).toBeGreaterThan(0);
    for (const [id, bornes] of intervalles)
      expect(borne(reduit, reduit.cellule.indexOf(s.ids.indexOf(id)))).toEqual(bornes);
  });
});
