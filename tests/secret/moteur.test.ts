import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../data/contract/erreur.ts';
import { statuts } from '../../pipeline/secret/engine/command.ts';
import {
  indexCellules,
  MOTIF,
  resoudre,
  resoudreLineaire,
  resoudreParallele,
  type GenreFuite,
  type Systeme,
} from '../../pipeline/secret/engine/index.ts';
import { hasard, juge, optimum, petitTerritoire } from './moteur-force.ts';

const effectif = (s: Systeme, c: number): number => {
  const { niveau, population, zone } = indexCellules(s).decode(c);
  const valeurs = s.effectifs[population] as Int32Array;
  return valeurs.reduce((t, v, a) => t + (s.niveaux[niveau]?.zone[a] === zone ? v : 0), 0);
};

/** The same system with atoms and zones in another order. */
function melange(s: Systeme, graine: number): Systeme {
  const r = hasard(graine);
  const ordre = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ i, k: r() }))
      .sort((a, b) => a.k - b.k)
      .map(({ i }) => i);
  const atomes = ordre(s.atomes);
  return {
    ...s,
    niveaux: s.niveaux.map((n) => {
      const zones = ordre(n.codes.length);
      const place = new Int32Array(zones.length);
      zones.forEach((z, i) => (place[z] = i));
      return {
        ...n,
        codes: zones.map((z) => n.codes[z] as string),
        zone: Int32Array.from(atomes, (a) =>
          (n.zone[a] as number) < 0 ? -1 : (place[n.zone[a] as number] as number),
        ),
      };
    }),
    effectifs: {
      ENS: Int32Array.from(atomes, (a) => s.effectifs.ENS[a] as number),
      ...(s.effectifs.ER === undefined
        ? {}
        : { ER: Int32Array.from(atomes, (a) => (s.effectifs.ER as Int32Array)[a] as number) }),
    },
  };
}

/** A territory with enough addresses for components, aliases, overlaps and shuffles to mean something. */
function territoire(graine: number, adresses: number): Systeme {
  const r = hasard(graine);
  const niveau = (id: string, codes: (string | null)[]) => {
    const liste = [...new Set(codes.filter((c) => c !== null))];
    const rang = new Map(liste.map((c, i) => [c, i]));
    return {
      id,
      poids: 1,
      codes: liste,
      zone: Int32Array.from(codes, (c) => (c === null ? -1 : (rang.get(c) as number))),
    };
  };
  const a = Array.from({ length: adresses }, (_, i) => i);
  const commune = a.map(() => `C${Math.floor(r() ** 2 * 6)}`);
  const qpv = a.map((i) => (r() < 0.25 ? `Q${(commune[i] as string).length}${Math.floor(r() * 3)}` : null));
  const ens = a.map(() => 1 + Math.floor(40 * r() ** 3));
  return {
    atomes: adresses,
    niveaux: [
      niveau(
        'adresse',
        a.map((i) => `A${i}`),
      ),
      niveau(
        'residence',
        a.map((i) => `${commune[i]}R${Math.floor(i / 2)}`),
      ),
      niveau(
        'carreau',
        a.map(() => `G${Math.floor((r() * adresses) / 3)}`),
      ),
      niveau(
        'iris',
        a.map((i) => `${commune[i]}I${Math.floor(r() * 4)}`),
      ),
      niveau('qpv', qpv),
      niveau('commune', commune),
      niveau(
        'com_qpv',
        a.map((i) => `${commune[i]}|${qpv[i] === null ? 'hors' : 'qpv'}`),
      ),
      niveau(
        'epci',
        a.map(() => 'E'),
      ),
    ],
    effectifs: { ENS: Int32Array.from(ens), ER: Int32Array.from(ens, (e) => Math.floor(e * r() * 0.7)) },
    seuil: 11,
  };
}

describe('the engine against brute force', () => {
  it('leaves nothing derivable under the threshold, whatever the subset of households', () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 2, max: 6 }), fc.boolean(), (graine, atomes, er) => {
        const s = petitTerritoire(graine, atomes, er);
        expect(juge(s, resoudre(s))).toEqual({ nus: [], groupes: [] });
      }),
      { seed: 2026, numRuns: 150 },
    );
  });

  it('holds for any threshold, small or too large for the exact bound of the search', () => {
    for (const seuil of [2, 3, 5, 20, 40, 1000])
      for (let graine = 1; graine <= 15; graine++) {
        const s = { ...petitTerritoire(graine, 5), seuil };
        expect(juge(s, resoudre(s))).toEqual({ nus: [], groupes: [] });
      }
  });

  it('loses no more than the best of all patterns, but for a few percent', () => {
    let perdu = 0;
    let mieux = 0;
    let compares = 0;
    for (let graine = 1; graine <= 60; graine++) {
      const s = petitTerritoire(graine, 4, graine % 2 === 0);
      const p = resoudre(s, { coutCellule: 0 });
      const depart = Uint8Array.from(p.motif, (m) => (m === MOTIF.primaire ? 1 : 0));
      const o = optimum(s, depart, (c) => effectif(s, c), 10);
      if (o === Infinity) continue;
      compares++;
      perdu += p.comptes.perte;
      mieux += o;
      expect(p.comptes.perte).toBeGreaterThanOrEqual(o);
    }
    expect(compares).toBeGreaterThan(20);
    expect(perdu).toBeLessThanOrEqual(mieux * 1.03);
  });

  it.each<[GenreFuite[]]>([[['exacte']], [['residu', 'paire', 'triple', 'groupe']]])(
    'is caught when the rule %j is left out',
    (sans) => {
      let prises = 0;
      for (let graine = 1; graine <= 120; graine++) {
        const s = petitTerritoire(graine, 5);
        const { nus, groupes } = juge(s, resoudre(s, { sans }));
        prises += nus.length + groupes.length > 0 ? 1 : 0;
      }
      expect(prises).toBeGreaterThan(5);
    },
  );
});

describe('non-negativity', () => {
  // x + u = A and x - v = B with u = v = 0 unknown: nothing linear gives x away, but x <= A = B <= x.
  const systeme = {
    cellules: 5,
    base: Int32Array.of(20, 0, 0, 20, 20),
    sort: Uint8Array.of(1, 2, 2, 0, 0),
    cout: Float64Array.of(0, 0, 0, 7, 5),
    debut: Int32Array.of(0, 3, 6),
    colonne: Int32Array.of(0, 1, 3, 0, 2, 4),
    coef: Int32Array.of(1, 1, -1, 1, -1, -1),
  };

  it('hides the cheapest total that bounds a protected cell', () => {
    const { cache, temoins } = resoudreLineaire(systeme, { seuil: 11 });
    expect([...cache]).toEqual([1, 1, 1, 0, 1]);
    expect(temoins.get(4)).toMatchObject({ genre: 'bornes', base: 20 });
  });

  it('is missed when that rule is left out', () => {
    expect([...resoudreLineaire(systeme, { seuil: 11, sans: ['bornes'] }).cache]).toEqual([1, 1, 1, 0, 0]);
  });
});

describe('properties of a pattern', () => {
  it('does not depend on the order of atoms and zones, nor on the workers', async () => {
    const s = territoire(7, 400);
    const attendu = statuts(s, resoudre(s));
    for (const graine of [1, 2]) {
      const m = melange(s, graine);
      expect(statuts(m, await resoudreParallele(m, { fils: graine }))).toBe(attendu);
    }
  });

  it('hides every cell of 1 to 10 units, gives every secondary a proof, and one fate to aliases', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (graine) => {
        const s = territoire(graine, 60);
        const p = resoudre(s);
        const index = indexCellules(s);
        const sorts = new Map<string, number>();
        for (let c = 0; c < index.nombre; c++) {
          const n = effectif(s, c);
          if (n > 0 && n < s.seuil) expect(p.cache[c]).toBe(1);
          if (n === 0) expect(p.cache[c]).toBe(0);
          const { niveau, population, zone } = index.decode(c);
          const membres = [...s.effectifs.ENS.keys()].filter((a) => s.niveaux[niveau]?.zone[a] === zone);
          const cle = `${population} ${membres.join()}`;
          expect(sorts.get(cle) ?? p.cache[c]).toBe(p.cache[c]);
          sorts.set(cle, p.cache[c] as number);
          if (p.motif[c] !== MOTIF.secondaire) continue;
          const preuve = p.preuves[p.preuve[c] as number];
          expect(preuve?.base).toBeGreaterThan(0);
          // Minimal: the cells of this cut that are hidden all are this one cell, under one name or several.
          const cachees = [...(preuve?.coupe ?? [])].filter((k) => p.cache[k] === 1);
          expect(cachees).toContain(c);
          expect(new Set(cachees.map((k) => effectif(s, k))).size).toBe(1);
        }
      }),
      { seed: 11, numRuns: 25 },
    );
  });

  it('keeps hidden what the family hid, hides the 100 % cells with a companion, and never counts on a quality mask', () => {
    const s = territoire(3, 80);
    const p0 = resoudre(s);
    const index = indexCellules(s);
    const libre = Array.from({ length: index.nombre }, (_, c) => c).filter(
      (c) => p0.cache[c] === 0 && effectif(s, c) > 20,
    );
    const vide = () => new Uint8Array(index.nombre);
    const depart = vide();
    const protege = vide();
    const masque = vide();
    depart[libre[0] as number] = 1;
    protege[libre[1] as number] = 1;
    masque[libre[2] as number] = 1;
    const p = resoudre({ ...s, depart, protege, masque });
    expect([p.motif[libre[0] as number], p.motif[libre[1] as number], p.motif[libre[2] as number]]).toEqual([
      MOTIF.secondaire,
      MOTIF.primaire,
      MOTIF.qualite,
    ]);
    expect(p.comptes.secondaires).toBeGreaterThan(0);
  });

  it('publishes imposed totals, or says which of them give a household away', () => {
    const s = territoire(5, 120);
    const avec = {
      ...s,
      niveaux: s.niveaux.map((n) => ({ ...n, impose: n.id === 'epci' || n.id === 'commune' })),
    };
    const index = indexCellules(avec);
    const p = resoudre(avec);
    avec.niveaux.forEach((n, l) => {
      if (!n.impose) return;
      n.codes.forEach((_, z) => {
        const c = index.cellule(l, 'ENS', z);
        if (effectif(avec, c) >= 11) expect(p.cache[c]).toBe(0);
      });
    });
    const bloque: Systeme = {
      atomes: 2,
      seuil: 11,
      effectifs: { ENS: Int32Array.of(30, 4) },
      niveaux: [
        { id: 'commune', poids: 1, zone: Int32Array.of(0, 1), codes: ['a', 'b'], impose: true },
        { id: 'epci', poids: 1, zone: Int32Array.of(0, 0), codes: ['e'], impose: true },
      ],
    };
    expect(() => resoudre(bloque)).toThrow(UserError);
    expect(() => resoudre(bloque)).toThrow(/commune:b\/ENS, soit 4 unités/);
  });

  it('accepts an empty territory, a household in no zone and a single giant component', () => {
    const rien: Systeme = { atomes: 0, seuil: 11, effectifs: { ENS: new Int32Array(0) }, niveaux: [] };
    expect(resoudre(rien).comptes.cellules).toBe(0);
    const seul: Systeme = {
      atomes: 2,
      seuil: 11,
      effectifs: { ENS: Int32Array.of(5, 20) },
      niveaux: [{ id: 'commune', poids: 1, zone: Int32Array.of(-1, 0), codes: ['a'] }],
    };
    expect([...resoudre(seul).cache]).toEqual([0]);
  });
});
