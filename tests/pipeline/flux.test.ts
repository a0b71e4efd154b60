/** The whole flow on the smallest invented territory: audited, repeatable, resumable; and the direction of imports. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { construire, releaseCourante } from '../../pipeline/build.ts';
import { ecrireDemo } from '../../pipeline/demo/demo.ts';
import { metadonnees } from '../../pipeline/lib/pmtiles.ts';
import { journalMuet, type Journal } from '../../pipeline/lib/journal.ts';
import { tableSchema } from '../../data/contract/table.ts';
import type { Release } from '../../data/contract/release.ts';

const RACINE = fileURLToPath(new URL('../..', import.meta.url));
let dossier: string;
let sources: string;
let release: Release;

/** Journal that keeps the names of the stages that ran and of those skipped. */
function temoin(): { journal: Journal; faites: string[]; inchangees: string[] } {
  const [faites, inchangees]: [string[], string[]] = [[], []];
  const journal: Journal = {
    ...journalMuet,
    etape: (nom) => ({
      avance() {},
      fin: () => void faites.push(nom),
      inchangee: () => void inchangees.push(nom),
    }),
  };
  return { journal, faites, inchangees };
}

beforeAll(async () => {
  dossier = await mkdtemp(join(tmpdir(), 'carto-flux-'));
  sources = join(dossier, 'sources');
  await ecrireDemo({ taille: 'epci', graine: 7, vers: sources, journal: journalMuet });
  release = await construire({ sources, vers: join(dossier, 'a'), journal: journalMuet });
}, 300_000);
afterAll(() => rm(dossier, { recursive: true, force: true }));

describe('construire', () => {
  it('gives a release that the independent audit accepts, with bundles down to the address', async () => {
    const courante = (await releaseCourante(join(dossier, 'a'))) as string;
    expect(courante.endsWith(release.id)).toBe(true);
    const audit = JSON.parse(await readFile(join(courante, 'audit.json'), 'utf8')) as {
      violations?: unknown;
    };
    expect(JSON.stringify(audit)).not.toMatch(/adresse:A/);
    const [epci] = (await readdir(join(courante, 'bundles'))).filter((n) => /^\d{9}$/.test(n));
    const table = tableSchema.parse(
      JSON.parse(await readFile(join(courante, 'bundles', epci as string, 'table.json'), 'utf8')),
    );
    const adresses = table.zones.filter((z) => z.echelle === 'adresse');
    expect(adresses.length).toBeGreaterThan(300);
    const statuts = new Set(
      Object.values(table.colonnes)
        .flat()
        .filter((x) => typeof x === 'string'),
    );
    expect(statuts).toContain('s');
    expect(release.mentions.avertissement).toBe('Territoires et données fictifs');
  });

  it('keeps tool command lines, sample values and paths out of archives', async () => {
    const courante = (await releaseCourante(join(dossier, 'a'))) as string;
    for (const t of release.tuiles.slice(0, 5)) {
      const meta = metadonnees(await readFile(join(courante, t.fichier)));
      expect(Object.keys(meta).sort()).toEqual(['name', 'vector_layers']);
    }
    expect(JSON.stringify(release)).not.toContain(tmpdir());
  });

  it('skips what is unchanged, and gives the same release in another folder', async () => {
    const { journal, faites, inchangees } = temoin();
    expect((await construire({ sources, vers: join(dossier, 'a'), journal })).id).toBe(release.id);
    expect(inchangees).toEqual(
      expect.arrayContaining(['sources', 'tables', 'indicateurs', 'secret', 'tuiles']),
    );
    expect(faites).not.toContain('secret');
    expect((await construire({ sources, vers: join(dossier, 'b'), fils: 1, journal: journalMuet })).id).toBe(
      release.id,
    );
  });

  it('leaves the last good release when a source is refused', async () => {
    const casse = join(dossier, 'casse');
    await ecrireDemo({ taille: 'epci', graine: 8, vers: casse, journal: journalMuet });
    await writeFile(join(casse, 'cog', 'communes.csv'), 'A;B\n1;2\n');
    await expect(
      construire({ sources: casse, vers: join(dossier, 'a'), journal: journalMuet }),
    ).rejects.toThrow(/communes\.csv : colonnes manquantes/);
    expect(await releaseCourante(join(dossier, 'a'))).toContain(release.id);
  });
});

describe('imports', () => {
  const ETAPES = ['sources', 'tables', 'indicators', 'secret', 'tiles', 'bundles', 'audit', 'rapport'];
  const commun = /^(pipeline\/lib|data\/contract|data\/catalogue|tiles\/layers|site\/carto)\//;

  async function importsDe(dossierRelatif: string): Promise<{ de: string; vers: string }[]> {
    const fichiers = (
      await readdir(join(RACINE, dossierRelatif), { withFileTypes: true, recursive: true })
    ).filter((e) => e.isFile() && /\.(ts|astro)$/.test(e.name));
    const liste: { de: string; vers: string }[] = [];
    for (const f of fichiers) {
      const chemin = join(f.parentPath, f.name);
      const texte = await readFile(chemin, 'utf8');
      for (const m of texte.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
        liste.push({
          de: chemin.slice(RACINE.length),
          vers: join(f.parentPath, m[1] as string).slice(RACINE.length),
        });
      }
    }
    return liste;
  }

  it('go to the own folder, the library, the contract, the catalogue and pure cartography', async () => {
    const exceptions = new Set([
      'pipeline/bundles/stage.ts > pipeline/tiles/stage.ts',
      'pipeline/sources/command.ts > pipeline/tables/passages.ts',
    ]);
    for (const etape of ETAPES) {
      const ecarts = (await importsDe(`pipeline/${etape}`)).filter(
        ({ de, vers }) =>
          !vers.startsWith(`pipeline/${etape}/`) && !commun.test(vers) && !exceptions.has(`${de} > ${vers}`),
      );
      expect(ecarts, etape).toEqual([]);
    }
  });

  it('never lead from the site to the pipeline, except the commands that run in Node', async () => {
    const ecarts = (await importsDe('site')).filter(
      ({ de, vers }) => vers.startsWith('pipeline/') && de !== 'site/export/command.ts',
    );
    expect(ecarts).toEqual([]);
  });

  it('and nothing after the secret names the confidential side', async () => {
    for (const d of ['pipeline/tiles', 'pipeline/bundles', 'site']) {
      for (const e of await readdir(join(RACINE, d), { withFileTypes: true, recursive: true })) {
        if (!e.isFile() || !e.name.endsWith('.ts')) continue;
        expect(await readFile(join(e.parentPath, e.name), 'utf8'), e.name).not.toMatch(
          /confidentiel\/|atomes\.parquet|raisons\.parquet/,
        );
      }
    }
  });
});
