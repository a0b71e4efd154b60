/** Readers: counts in = counts out + refusals, codes as text, and sentences that say how to mend. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ouvreBase, type Base } from '../../pipeline/lib/duckdb.ts';
import { COLONNES, type Colonne } from '../../pipeline/sources/colonnes.ts';
import { lisCsv } from '../../pipeline/sources/csv.ts';
import { lisLimites } from '../../pipeline/sources/limites.ts';
import { lisPassage } from '../../pipeline/sources/passage.ts';
import { composePassages } from '../../pipeline/tables/passages.ts';

let dossier: string;
let base: Base;
const RPLS = COLONNES.rpls_ouvert as readonly Colonne[];
const ENTETE =
  'DEPCOM;NUMVOIE;NOMVOIE;QPV_CODE;TYPECONST_CODE;NBPIECE;CONSTRUCT;DPEENERGIE;PLG_IRIS2024_CODE';

beforeAll(async () => {
  dossier = await mkdtemp(join(tmpdir(), 'carto-sources-'));
  base = await ouvreBase();
});
afterAll(async () => {
  base.ferme();
  await rm(dossier, { recursive: true, force: true });
});

async function ecris(nom: string, contenu: string | Uint8Array): Promise<string> {
  const chemin = join(dossier, nom);
  await writeFile(chemin, contenu);
  return chemin;
}

describe('lisCsv', () => {
  it('keeps codes as text, unwraps ="…", empties missing tokens and finds columns whose name holds a year', async () => {
    const chemin = await ecris(
      'a.csv',
      `\uFEFF${ENTETE}\r\n="01004";3;"RUE; DU PUITS";2;C;3;1970;;010040000\r\n1004;;;1;I;4;1985;D;\r\n2A004;NA;x;2;E;1;2001;Z;\r\n`,
    );
    const { comptes } = await lisCsv(base, chemin, 'a', RPLS);
    expect(comptes).toEqual({ entree: 3, gardees: 3, rejetees: 0 });
    const lignes = await base.lignes(
      'select ligne, depcom, nomvoie, numvoie, dpe, plg_iris, nbpiece from a order by ligne',
    );
    expect(lignes).toEqual([
      {
        ligne: 2,
        depcom: '01004',
        nomvoie: 'RUE; DU PUITS',
        numvoie: '3',
        dpe: null,
        plg_iris: '010040000',
        nbpiece: 3,
      },
      { ligne: 3, depcom: '01004', nomvoie: null, numvoie: null, dpe: 'D', plg_iris: null, nbpiece: 4 },
      { ligne: 4, depcom: '2A004', nomvoie: 'x', numvoie: null, dpe: null, plg_iris: null, nbpiece: 1 },
    ]);
  });

  it('reads postcodes as text, gives back a lost zero, and refuses what is none', async () => {
    const chemin = await ecris(
      'cp.csv',
      `${ENTETE};CODEPOSTAL\n01004;;;2;C;3;1970;D;;01500\n01004;;;2;C;3;1970;D;;1500\n01004;;;2;C;3;1970;D;;00000\n01004;;;2;C;3;1970;D;;\n01004;;;2;C;3;1970;D;;CEDEX\n`,
    );
    const { comptes } = await lisCsv(base, chemin, 'cp', RPLS);
    expect(comptes).toEqual({ entree: 5, gardees: 4, rejetees: 1 });
    expect(await base.lignes('select codepostal from cp order by ligne')).toEqual([
      { codepostal: '01500' },
      { codepostal: '01500' },
      { codepostal: null },
      { codepostal: null },
    ]);
    expect(
      await base.lignes(
        "select ligne::integer as ligne, colonne, recu, attendu from rejets where fichier = 'cp.csv'",
      ),
    ).toEqual([{ ligne: 6, colonne: 'CODEPOSTAL', recu: 'CEDEX', attendu: 'un code postal de 5 chiffres' }]);
  });

  it('refuses each bad row once, with its number, column, what came and what was expected', async () => {
    const chemin = await ecris(
      'b.csv',
      `${ENTETE}\n21231;;;2;C;3;1970;D;\n21231;;;2;X;3;1970;D;\n21231;;trop;2;C;3;1970;D;;en;trop\n21231;;;2;C;quatre;1970;D;\nBORDEAUX;;;2;C;3;1970;D;\n;;;2;C;3;1970;D;\n`,
    );
    const { comptes } = await lisCsv(base, chemin, 'b', RPLS);
    expect(comptes).toEqual({ entree: 6, gardees: 1, rejetees: 5 });
    const rejets = await base.lignes<{ ligne: number; colonne: string; recu: string }>(
      "select ligne, colonne, recu from rejets where fichier = 'b.csv' order by ligne",
    );
    expect(rejets.map((r) => [r.ligne, r.colonne])).toEqual([
      [3, 'TYPECONST_CODE'],
      [4, '(ligne entière)'],
      [5, 'NBPIECE'],
      [6, 'DEPCOM'],
      [7, 'DEPCOM'],
    ]);
    expect(rejets[2]?.recu).toBe('quatre');
  });

  it('reads ISO-8859-1 and gzip, and an empty territory gives an empty table', async () => {
    const latin = await ecris(
      'c.csv',
      Buffer.from(`${ENTETE}\n21231;;ALLÉE DES CÈDRES;2;C;3;1970;D;\n`, 'latin1'),
    );
    await lisCsv(base, latin, 'c', RPLS);
    expect(await base.scalaire('select nomvoie from c')).toBe('ALLÉE DES CÈDRES');
    const vide = await ecris('d.csv.gz', gzipSync(`${ENTETE}\n`));
    expect((await lisCsv(base, vide, 'd', RPLS)).comptes).toEqual({ entree: 0, gardees: 0, rejetees: 0 });
  });

  it('names the missing columns and those received', async () => {
    const chemin = await ecris('e.csv', 'DEPCOM;X\n21231;1\n');
    await expect(lisCsv(base, chemin, 'e', RPLS)).rejects.toThrow(
      /e\.csv : colonnes manquantes : .*TYPECONST/,
    );
  });
});

describe('limites', () => {
  it('refuses a repeated code, a missing shape and a short code, and restores a leading zero', async () => {
    const carre = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    };
    const f = (INSEE_COM: unknown, geometry: unknown) => ({
      type: 'Feature',
      properties: { INSEE_COM, NOM: 'x' },
      geometry,
    });
    const chemin = await ecris(
      'c.geojson',
      JSON.stringify({
        type: 'FeatureCollection',
        features: [f(1004, carre), f('21231', carre), f('21231', carre), f('212', carre), f('21232', null)],
      }),
    );
    const { limites, comptes, rejets } = await lisLimites(chemin, { type: 'communes', chemin });
    expect(limites.map((l) => l.properties.code)).toEqual(['01004', '21231']);
    expect(comptes).toEqual({ entree: 5, gardees: 2, rejetees: 3 });
    expect(rejets.map((r) => r.ligne)).toEqual([3, 4, 5]);
  });
});

describe('passages', () => {
  it('reads reversed columns and composes years, mergers, splits and arrondissements', async () => {
    const p1 = await lisPassage(
      await ecris('p1.csv', 'cod2019;cod2020;annee;typemodif;ratio\n21213;21452;x;f;1\n'),
    );
    const p2 = await lisPassage(
      await ecris(
        'p2.csv',
        'cod2021,cod2020,annee,typemodif,ratio\n15141,15268,x,d,0.6\n15031,15268,x,d,0.4\n',
      ),
    );
    const plm = await lisPassage(await ecris('plm.csv', 'ARN;DEPCOM\n69381;69123\n'));
    const rien = await lisPassage(await ecris('p3.csv', 'cod2021;cod2022;annee;typemodif;ratio\n'));
    expect([p2.de, p2.vers, rien.liens.length]).toEqual([2020, 2021, 0]);
    const vers = composePassages(
      [p2, p1, plm, rien],
      2019,
      2022,
      new Set(['21452', '15141', '15031', '69123', '21231']),
    );
    expect(vers('21213')).toEqual([['21452', 1]]);
    expect(vers('15268')).toEqual([
      ['15141', 0.6],
      ['15031', 0.4],
    ]);
    expect(vers('69381')).toEqual([['69123', 1]]);
    expect(vers('21231')).toEqual([['21231', 1]]);
    expect(vers('99999')).toBeNull();
  });
});
