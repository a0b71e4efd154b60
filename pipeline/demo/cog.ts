/** Code books: communes, EPCI, yearly passages (one with its columns reversed, as in reality), arrondissements, landlords. */
import { join } from 'node:path';
import { writeAtomic } from '../lib/files.ts';
import { cite } from './ecriture.ts';
import type { Bailleur } from './bailleurs.ts';
import type { Pays } from './pays.ts';

const csv = (lignes: readonly string[]) => `${lignes.join('\n')}\n`;

/** Years of the passages written: from the first register to the target code book. */
export const PASSAGES = [
  { de: 2022, a: 2023, renverse: false },
  { de: 2023, a: 2024, renverse: true },
  { de: 2024, a: 2025, renverse: false },
] as const;

/** Write cog/*.csv and bailleurs.csv under `vers`. */
export async function ecrireCog(pays: Pays, bailleurs: readonly Bailleur[], vers: string): Promise<void> {
  await writeAtomic(
    join(vers, 'cog/communes.csv'),
    csv([
      'DEPCOM,NOM,EPCI,DEP,REG',
      ...pays.communes.map((c) =>
        [
          cite(c.code),
          cite(c.nom),
          cite(c.epci?.code ?? 'ZZZZZZZZZ'),
          cite(c.departement.code),
          cite(c.region.code),
        ].join(','),
      ),
    ]),
  );
  await writeAtomic(
    join(vers, 'cog/epci.csv'),
    csv([
      'EPCI,NOM,NATURE_EPCI,DEPARTEMENTS_DE_L_EPCI,REGIONS_DE_L_EPCI',
      ...pays.epci.map((e) => {
        const membres = pays.communes.filter((c) => c.epci === e);
        const deps = [...new Set(membres.map((c) => c.departement.code))].sort();
        const regs = [...new Set(membres.map((c) => c.region.code))].sort();
        return [cite(e.code), cite(e.nom), cite(e.nature), cite(deps.join(';')), cite(regs.join(';'))].join(
          ',',
        );
      }),
    ]),
  );
  for (const p of PASSAGES) {
    const lignes = pays.communes.flatMap((c) =>
      c.anciennes.filter((a) => a.annee === p.a).map((a) => ({ ancien: a.code, nouveau: c.code })),
    );
    lignes.sort((a, b) => (a.nouveau + a.ancien < b.nouveau + b.ancien ? -1 : 1));
    const entete = p.renverse ? [`cod${p.a}`, `cod${p.de}`] : [`cod${p.de}`, `cod${p.a}`];
    await writeAtomic(
      join(vers, `cog/passage_${p.de}_${p.a}.csv`),
      csv([
        [...entete, 'annee', 'typemodif', 'ratio'].map(cite).join(','),
        ...lignes.map((l) => {
          const codes = p.renverse ? [l.nouveau, l.ancien] : [l.ancien, l.nouveau];
          return [...codes, `01/01/${p.a}`, 'f'].map(cite).join(',') + ',1';
        }),
      ]),
    );
  }
  if (pays.grandeVille) {
    const { commune, codes } = pays.grandeVille;
    await writeAtomic(
      join(vers, 'cog/arrondissements.csv'),
      csv(['"ARN","DEPCOM"', ...codes.map((c) => `${cite(c)},${cite(commune.code)}`)]),
    );
  }
  await writeAtomic(
    join(vers, 'bailleurs.csv'),
    csv([
      'siret;rs;cat_org;enquete',
      ...bailleurs.map((b) => `${b.siret};${cite(b.rs)};${b.categorie};${b.enquete ? 1 : 0}`),
    ]),
  );
}
