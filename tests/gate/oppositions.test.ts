/** The opposition of a landlord, from the register to the stage that names places: names go, no figure moves. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Oppositions } from '../../data/contract/oppositions.ts';
import { calculerIndicateurs } from '../../pipeline/indicators/stage.ts';
import { ouvreBase, texte, type Base } from '../../pipeline/lib/duckdb.ts';
import { journalMuet } from '../../pipeline/lib/journal.ts';
import { opposer, retirerOpposition } from '../../pipeline/links/oppositions.ts';
import { ouvrirRegistre } from '../../pipeline/links/registre.ts';
import { preparerLots } from '../../pipeline/portee/lots.ts';
import { creeTerritoire, type Territoire } from '../secret/territoire.ts';

let territoire: Territoire;
let base: Base;
beforeAll(async () => {
  territoire = await creeTerritoire(7);
  base = await ouvreBase();
}, 120_000);
afterAll(async () => {
  base.ferme();
  await territoire.ferme();
});
const fichier = (...nom: string[]) => `read_parquet(${texte(join(territoire.dossier, ...nom))})`;

test('its residences go by their address, everything else is the same', { timeout: 60_000 }, async () => {
  const logement = fichier('tables', 'logement.parquet');
  const [plus] = await base.lignes<{ siren: string }>(
    `select left(siret, 9) as siren from ${logement} where nom_residence is not null group by 1 order by count(*) desc, 1 limit 1`,
  );
  const siren = plus?.siren ?? '';
  const registre = join(territoire.dossier, 'registre');
  await opposer(await ouvrirRegistre(registre), { bailleur: siren, motif: 'courrier du 12 octobre' });
  const { oppositions } = await preparerLots(registre);
  expect(oppositions).toEqual([siren]);

  const declare: Oppositions = { format: 'carto-ops/oppositions@1', bailleurs: oppositions };
  const chemin = join(territoire.dossier, 'oppositions.json');
  await writeFile(chemin, JSON.stringify(declare));
  const sortie = join(territoire.dossier, 'opposes');
  await mkdir(sortie);
  await calculerIndicateurs(join(territoire.dossier, 'tables'), sortie, journalMuet, chemin);

  const [avant, apres] = [fichier('indicateurs', 'lieux.parquet'), fichier('opposes', 'lieux.parquet')];
  const siennes = `(select distinct residence from ${logement} where left(siret, 9) = '${siren}' and nom_residence is not null)`;
  expect(await base.scalaire(`select count(*) from ${avant} where code in ${siennes}`)).toBeGreaterThan(5);
  const nomme = (lieux: string) =>
    base.scalaire(
      `select count(*) from ${lieux} p join ${logement} l on p.code = l.residence and p.nom = l.nom_residence where left(l.siret, 9) = '${siren}'`,
    );
  expect(await nomme(avant)).toBeGreaterThan(5);
  expect(await nomme(apres)).toBe(0);
  // Names of the other landlords stay, and so does every figure.
  const autres = (lieux: string) =>
    `select * from ${lieux} where echelle in ('adresse', 'cage') or (echelle = 'residence' and code not in ${siennes})`;
  for (const [a, b] of [
    [autres(avant), autres(apres)],
    [autres(apres), autres(avant)],
    ...['atomes', 'dominance', 'residences'].map((n) => [
      `select * from ${fichier('indicateurs', `${n}.parquet`)}`,
      `select * from ${fichier('opposes', `${n}.parquet`)}`,
    ]),
  ])
    expect(await base.scalaire(`select count(*) from (${a} except ${b})`)).toBe(0);

  await retirerOpposition(await ouvrirRegistre(registre), {
    bailleur: siren,
    reference: 'courrier du 20 novembre',
  });
  expect((await preparerLots(registre)).oppositions).toEqual([]);
});
