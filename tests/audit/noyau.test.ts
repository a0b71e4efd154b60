/** The core against brute force: every answer on small random systems recomputed with rational arithmetic. */
import { describe, expect, it } from 'vitest';
import { groupesComplets } from '../../pipeline/audit/noyau/complets.ts';
import { determines, intervalle } from '../../pipeline/audit/noyau/exact.ts';
import { auditerSysteme, tramer } from '../../pipeline/audit/noyau/noyau.ts';
import { Constructeur, reduire, type Systeme } from '../../pipeline/audit/noyau/systeme.ts';
import { hasard } from './hasard.ts';

/** Atoms with a random base, zones of random or nested membership, each zone = Σ atoms; part of them published. */
function aleatoire(graine: number, fins = false): Systeme & { ensembles: number[][] } {
  const h = hasard(graine);
  const atomes = 4 + h(6);
  const bases = Array.from({ length: atomes }, () => (fins ? 1 + h(2) : h(4) * h(8)));
  const ensembles: number[][] = bases.map((_, i) => [i]);
  for (let z = 0; z < 3 + h(5); z++) {
    const membres = bases.map((_, i) => i).filter(() => h(2) === 0);
    if (membres.length > 1) ensembles.push(membres);
  }
  const base = ensembles.map((e) => e.reduce((a, i) => a + bases[i]!, 0));
  const c = new Constructeur();
  ensembles.forEach((e, z) => {
    if (z >= atomes) c.ajoute([z, ...e], [1, ...e.map(() => -1)]);
  });
  return {
    n: ensembles.length,
    base: Float64Array.from(base),
    valeur: Float64Array.from(base, (b) => (b === 0 || (b > 10 && h(3) > 0) || h(6) === 0 ? b : NaN)),
    protege: Uint8Array.from(base, (b) => (b > 0 && b < 11 ? 1 : 0)),
    relations: c.fin(),
    ensembles,
  };
}

describe('core', () => {
  it('agrees with rational arithmetic on 300 random systems: single cells, all pairs, all triples', () => {
    let exactes = 0;
    let petites = 0;
    for (let graine = 1; graine <= 300; graine++) {
      const s = aleatoire(graine);
      const reduit = reduire(s);
      const n = reduit.n;
      const r = auditerSysteme(s);
      const unite = (...us: number[]) =>
        Array.from({ length: n }, (_, j) => us.filter((u) => u === j).length);
      const singles = determines(
        reduit,
        Array.from({ length: n }, (_, u) => unite(u)),
      );
      expect(r.exactes).toEqual([...reduit.cellule].filter((_, u) => singles[u]));
      exactes += r.exactes.length;
      const sommes: number[][] = [];
      const b = (u: number) => s.base[reduit.cellule[u]!]!;
      for (let i = 0; i < n; i++)
        for (let j = i + 1; j < n; j++) {
          sommes.push([i, j]);
          for (let k = j + 1; k < n; k++) sommes.push([i, j, k]);
        }
      const petits = sommes.filter(
        (us) => us.every((u) => !singles[u] && b(u) > 0) && us.reduce((a, u) => a + b(u), 0) < 11,
      );
      const derivables = determines(
        reduit,
        petits.map((us) => unite(...us)),
      );
      const trouve = new Set(r.groupes.map((g) => [...g.cellules].sort((a, z) => a - z).join()));
      if (petits.some((_, i) => derivables[i])) {
        petites++;
        expect(r.groupes.length, `graine ${graine}`).toBeGreaterThan(0);
      }
      for (const g of r.groupes.filter((g) => g.genre !== 'descendance')) {
        const us = g.cellules.map((c) => reduit.cellule.indexOf(c));
        expect(determines(reduit, [unite(...us)]), `graine ${graine} ${g.genre}`).toEqual([true]);
      }
      expect(trouve.size).toBe(r.groupes.length);
    }
    expect(exactes).toBeGreaterThan(100);
    expect(petites).toBeGreaterThan(20);
  });

  it('finds derivable groups of every size: all subsets of 80 random systems enumerated', () => {
    let larges = 0;
    for (let graine = 500; graine < 580; graine++) {
      const s = aleatoire(graine, graine % 2 === 0);
      const { reduit, tirages, exacte } = tramer(s);
      const base = Float64Array.from(reduit.cellule, (c) => s.base[c]!);
      const r = groupesComplets(reduit, exacte, base, 11, 1e6);
      const petites = Array.from({ length: reduit.n }, (_, u) => u).filter(
        (u) => !exacte[u] && base[u]! < 11,
      );
      let attendu = false;
      for (let bits = 1; bits < 2 ** petites.length; bits++) {
        const us = petites.filter((_, i) => bits & (1 << i));
        const b = us.reduce((a, u) => a + base[u]!, 0);
        if (b === 0 || b >= 11 || !tirages.every(({ z, p }) => us.reduce((a, u) => (a + z[u]!) % p, 0) === 0))
          continue;
        attendu = true;
        if (us.length > 3) larges++;
      }
      expect(r.groupes.length > 0, `graine ${graine}`).toBe(attendu);
      expect(r.ecourtees).toBe(0);
    }
    expect(larges).toBeGreaterThan(5);
  });

  it('never claims a bound narrower than the exact feasible interval, and is exact on zeros', () => {
    let serrees = 0;
    for (let graine = 1000; graine < 1060; graine++) {
      const s = aleatoire(graine);
      const reduit = reduire(s);
      const r = auditerSysteme(s, { groupes: false });
      for (let u = 0; u < reduit.n; u++) {
        const [bas, haut] = intervalle(reduit, u)!;
        expect(r.bas[u]!).toBeLessThanOrEqual(Math.ceil(bas - 1e-9));
        expect(r.haut[u]!).toBeGreaterThanOrEqual(Math.floor(haut + 1e-9));
        if (r.haut[u] === r.bas[u]) serrees++;
      }
    }
    expect(serrees).toBeGreaterThan(20);
  });

  it('learns from zeros: a published total of 0 reveals every part', () => {
    const c = new Constructeur();
    c.ajoute([0, 1, 2, 3], [1, -1, -1, -1]);
    const s: Systeme = {
      n: 4,
      valeur: Float64Array.of(0, NaN, NaN, NaN),
      base: Float64Array.of(30, 12, 9, 9),
      protege: Uint8Array.of(0, 0, 1, 1),
      relations: c.fin(),
    };
    expect(auditerSysteme(s).borneesProtegees).toEqual([2, 3]);
  });

  it('subtracts published descendants across levels: commune minus its published addresses', () => {
    // commune 0 = iris 1 + iris 2; iris 1 = adresses 3 (published), 4; iris 2 = adresses 5 (published), 6, 7.
    const c = new Constructeur();
    c.ajoute([0, 1, 2], [1, -1, -1]);
    c.ajoute([1, 3, 4], [1, -1, -1]);
    c.ajoute([2, 5, 6, 7], [1, -1, -1, -1]);
    const base = Float64Array.of(60, 28, 32, 25, 3, 27, 2, 3);
    const s: Systeme = {
      n: 8,
      valeur: Float64Array.of(60, NaN, NaN, 25, NaN, 27, NaN, NaN),
      base,
      protege: Uint8Array.from(base, (b) => (b < 11 ? 1 : 0)),
      relations: c.fin(),
    };
    const r = auditerSysteme(s, { maxTriplets: 0 });
    expect(r.groupes.map((g) => [g.genre, g.base])).toContainEqual(['descendance', 8]);
  });

  it('catches every mutation of a safe pattern that brute force calls unsafe, and no other', () => {
    // A safe pattern: everything hidden but the largest sums. Each hidden cell is published in turn.
    let dangereuses = 0;
    let sures = 0;
    for (let graine = 2000; graine < 2040; graine++) {
      const s = aleatoire(graine);
      const sure = { ...s, valeur: s.base.map((b) => (b > 25 ? b : Number.NaN)) };
      if (auditerSysteme(sure).exactesProtegees.length > 0) continue;
      for (let c = 0; c < s.n; c++) {
        if (!Number.isNaN(sure.valeur[c]!) || s.protege[c]) continue;
        const mutee = { ...sure, valeur: sure.valeur.map((v, i) => (i === c ? s.base[i]! : v)) };
        const reduit = reduire(mutee);
        const attendu = determines(
          reduit,
          Array.from({ length: reduit.n }, (_, u) =>
            Array.from({ length: reduit.n }, (_, j) => (j === u ? 1 : 0)),
          ),
        ).flatMap((oui, u) => (oui && s.protege[reduit.cellule[u]!] ? [reduit.cellule[u]!] : []));
        expect(auditerSysteme(mutee).exactesProtegees).toEqual(attendu);
        if (attendu.length > 0) dangereuses++;
        else sures++;
      }
    }
    expect(dangereuses).toBeGreaterThan(3);
    expect(sures).toBeGreaterThan(50);
  });

  it('says the same thing when rows and cells are shuffled', () => {
    for (let graine = 1; graine < 40; graine++) {
      const s = aleatoire(graine);
      const h = hasard(graine + 7);
      const ordre = Array.from({ length: s.n }, (_, i) => i);
      for (let i = s.n - 1; i > 0; i--) {
        const j = h(i + 1);
        [ordre[i], ordre[j]] = [ordre[j]!, ordre[i]!];
      }
      const ou = Int32Array.from({ length: s.n });
      ordre.forEach((ancien, nouveau) => (ou[ancien] = nouveau));
      const c = new Constructeur();
      for (let r = s.relations.nombre - 1; r >= 0; r--) {
        const [d, f] = [s.relations.debut[r]!, s.relations.debut[r + 1]!];
        c.ajoute(
          [...s.relations.cellule.subarray(d, f)].map((x) => ou[x]!),
          s.relations.coef.subarray(d, f),
        );
      }
      const melange: Systeme = {
        n: s.n,
        valeur: Float64Array.from(ordre, (i) => s.valeur[i]!),
        base: Float64Array.from(ordre, (i) => s.base[i]!),
        protege: Uint8Array.from(ordre, (i) => s.protege[i]!),
        relations: c.fin(),
      };
      const a = auditerSysteme(s);
      const b = auditerSysteme(melange);
      const traduit = (cs: readonly number[]) => cs.map((x) => ordre[x]!).sort((x, y) => x - y);
      expect(traduit(b.exactesProtegees)).toEqual(a.exactesProtegees);
      expect(traduit(b.borneesProtegees)).toEqual(a.borneesProtegees);
      expect(b.groupes.length > 0).toBe(a.groupes.length > 0);
    }
  });
});
