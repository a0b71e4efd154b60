/** What holds between parts of the secret that are solved apart: two surveys, and an EPCI under its département. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLES_ATOME } from '../../data/contract/atome.ts';
import { niveauxBloc, somme, type Atomes } from '../../pipeline/secret/atomes.ts';
import { Equipe } from '../../pipeline/secret/equipe.ts';
import { croise, type Ajout, type Annee } from '../../pipeline/secret/millesimes.ts';
import { jugeMillesime } from '../../pipeline/secret/niveaux.ts';
import { depaquete } from '../../pipeline/secret/paquet.ts';

/** Atoms from plain rows: keys, then measures of all households; recent movers are 0. */
function atomesDe(
  millesime: number,
  lignes: readonly { cles: Record<string, string>; mesures: Record<string, number> }[],
): Atomes {
  const noms = [...new Set(lignes.flatMap((l) => Object.keys(l.mesures)))];
  const defaut: Record<string, string> = { epci: 'E', departement: '01', region: '11', secteur: 'hqpv' };
  return {
    millesime,
    n: lignes.length,
    cles: Object.fromEntries(CLES_ATOME.map((k) => [k, lignes.map((l) => l.cles[k] ?? defaut[k] ?? null)])),
    mesures: new Map(noms.map((m) => [m, Int32Array.from(lignes, (l) => l.mesures[m] ?? 0)])),
    residence: new Int32Array(lignes.length).fill(50),
  };
}

describe('two surveys, households that fill several zones', () => {
  /** In the first year S is in two squares; in the second its one household is that of the square K2, so K1 has none of it. */
  const annee = (millesime: number, b: number, q: number): Annee => {
    const un = (adresse: string, residence: string, carreau: string, n: number, empreinte: number) => ({
      cles: { adresse, residence, carreau, commune: 'C', iris: 'I' },
      mesures: { 'n.ops_men.ENS': n, foyers_a: n && empreinte, foyers_b: n && empreinte * 31 },
    });
    const atomes = atomesDe(millesime, [
      un('A', 'R', 'K0', 1, 7),
      un('B', 'R', 'K1', b, 100 + millesime),
      un('P', 'S', 'K2', 1, 9),
      un('P', 'S', 'K1', q, 13),
      un('U', 'U', 'K3', 8, 200 + millesime),
      un('V', 'V', 'K4', 7, 300 + millesime),
    ]);
    const niveaux = niveauxBloc(atomes);
    const n = atomes.mesures.get('n.ops_men.ENS') as Int32Array;
    return {
      atomes,
      niveaux,
      contexte: 3,
      cache: niveaux.map((niveau) => ({
        ENS: Uint8Array.from(somme(n, niveau), (x) =>
          niveau.echelle === 'adresse' || (x > 0 && x < 11) ? 1 : 0,
        ),
        ER: new Uint8Array(niveau.cles.length),
      })),
    };
  };
  const applique = (a: Annee, ajouts: readonly Ajout[]) => {
    for (const { rang, population, zone } of ajouts)
      (a.cache[rang] as Annee['cache'][number])[population][zone] = 1;
  };

  it('hides one more cell, and then finds nothing left to hide', () => {
    const [avant, apres] = [annee(2022, 24, 1), annee(2024, 22, 0)];
    const nom = (a: Annee) => (x: Ajout) => a.niveaux[x.rang]?.codes[x.zone];
    const [x, y] = croise(avant, apres);
    // B alone fills K1 in 2024: with R beside it, the one household of A would be known.
    const cachees = [...x.map(nom(avant)), ...y.map(nom(apres))];
    expect(cachees.some((c) => c === 'R' || c === 'K1')).toBe(true);
    applique(avant, x);
    applique(apres, y);
    expect(croise(avant, apres)).toEqual([[], []]);
  });

  it('hides nothing where no household is common to both', () => {
    const apres = annee(2024, 22, 0);
    for (const m of ['foyers_a', 'foyers_b'])
      apres.atomes.mesures.set(
        m,
        (apres.atomes.mesures.get(m) as Int32Array).map((v) => v && v + 5000),
      );
    expect(croise(annee(2022, 24, 1), apres)).toEqual([[], []]);
  });
});

describe('an EPCI hidden for its response rate, beside a uniform one', () => {
  let equipe: Equipe;
  beforeAll(() => {
    equipe = new Equipe(1);
  });
  afterAll(() => equipe.ferme());

  it('keeps inside it a rest that says nothing of the other', async () => {
    // EPCI, commune, residence, households and recent ones, those who answered, large families and recent ones.
    const lignes: [string, string, string, number, number, number, number, number, number][] = [
      ['X', 'X1', 'R1', 12, 3, 9, 2, 0, 0],
      ['X', 'X1', 'R1', 10, 2, 8, 2, 1, 0],
      ['X', 'X1', 'R1', 7, 2, 5, 1, 1, 0],
      ['X', 'X1', 'R1', 12, 3, 9, 2, 1, 0],
      ['X', 'X1', 'R2', 5, 2, 4, 2, 0, 0],
      ['X', 'X1', 'R3', 1, 0, 0, 0, 0, 0],
      ['X', 'X1', 'R3', 1, 0, 1, 0, 0, 0],
      ['X', 'X1', 'R4', 2, 0, 1, 0, 0, 0],
      ['X', 'X4', 'R5', 1, 0, 0, 0, 0, 0],
      ['X', 'X2', 'R6', 4, 0, 3, 0, 0, 0],
      ['X', 'X2', 'R7', 3, 0, 3, 0, 0, 0],
      ['X', 'X2', 'R8', 8, 2, 8, 2, 0, 0],
      ['X', 'X2', 'R9', 3, 0, 3, 0, 0, 0],
      ['X', 'X2', 'R10', 2, 1, 1, 1, 0, 0],
      ['X', 'X2', 'R11', 3, 0, 3, 0, 2, 0],
      ['X', 'X2', 'R11', 2, 0, 2, 0, 1, 0],
      ['X', 'X2', 'R12', 6, 2, 5, 2, 0, 0],
      ['X', 'X2', 'R13', 13, 2, 13, 2, 1, 0],
      ['X', 'X2', 'R14', 7, 2, 7, 2, 1, 0],
      ['X', 'X2', 'R15', 1, 0, 0, 0, 0, 0],
      ['X', 'X3', 'R16', 3, 0, 1, 0, 0, 0],
      ['X', 'X3', 'R17', 1, 0, 1, 0, 0, 0],
      ['Y', 'Y1', 'R20', 23, 1, 18, 1, 0, 0],
      ['Z', 'Z1', 'R21', 428, 83, 356, 72, 43, 7],
      ['W', 'W1', 'R22', 2674, 526, 2296, 453, 222, 33],
    ];
    const a = atomesDe(
      2024,
      lignes.map(([epci, commune, residence, n, ner, r, rer, x, xer], k) => ({
        cles: { epci, commune, residence, carreau: `K${residence}`, adresse: `A${k}` },
        mesures: {
          'n.ops_men.ENS': n,
          'n.ops_men.ER': ner,
          'r.ops_men.ENS': n,
          'r.ops_men.ER': ner,
          'u.ops_men.ENS': n,
          'u.ops_men.ER': ner,
          'n.ops_enf.ENS': n,
          'n.ops_enf.ER': ner,
          'r.ops_enf.ENS': r,
          'r.ops_enf.ER': rer,
          'u.ops_enf.ENS': r,
          'u.ops_enf.ER': rer,
          'x.ops_cf_3enf.ENS': x,
          'x.ops_cf_3enf.ER': xer,
          // Most of the dwellings of R4 were not surveyed: X does not reach 60 % of answers, nor does X1.
          occupes: residence === 'R4' ? 73 : n,
        },
      })),
    );
    const { haut, blocs } = await jugeMillesime(a, equipe, () => {});
    const lis = (verdicts: typeof haut, echelle: string, code: string) => {
      const d = verdicts
        .find((v) => v.variable === 'ops_enf')
        ?.verdicts.find((v) => v.niveau.id === echelle && v.population === 'ENS');
      return d?.cache[d.niveau.codes.indexOf(code)];
    };
    expect([lis(haut, 'epci', 'X'), lis(haut, 'epci', 'Y')]).toEqual([1, 1]);
    expect(lis(haut, 'departement', '01')).toBe(0);
    // R1 and X2 hold all the large families of X and Y together, which the département tells: shown both, Y has none.
    const x = depaquete(blocs.get('X') as Uint8Array);
    expect([lis(x, 'residence', 'R1'), lis(x, 'commune', 'X2')]).toContain(1);
  });
});
