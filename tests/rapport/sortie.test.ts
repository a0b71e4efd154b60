/** What the report may touch and what it refuses: one page in the confidential folder, French sentences for the rest. */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../data/contract/erreur.ts';
import { creerJournal, journalMuet } from '../../pipeline/lib/journal.ts';
import { commande } from '../../pipeline/rapport/command.ts';
import { ecrireRapport } from '../../pipeline/rapport/stage.ts';
import { ecrireLot, PLANTE, type Lot } from './fixture.ts';

let dossier: string;
let lot: Lot;

beforeAll(async () => {
  dossier = await mkdtemp(join(tmpdir(), 'carto-rapport-'));
  lot = await ecrireLot(join(dossier, 'a'));
  await ecrireRapport(lot, journalMuet);
});
afterAll(() => rm(dossier, { recursive: true, force: true }));

describe('what leaves', () => {
  it('is nothing: one page in the confidential folder, and a log that counts only the page', async () => {
    const propre = await ecrireLot(join(dossier, 'propre'));
    const avant = await empreintes(propre.vers);
    let dit = '';
    const sortie = new Writable({ write: (bloc, _, fini) => ((dit += String(bloc)), fini()) });
    await ecrireRapport(propre, creerJournal({ json: true, sortie, horloge: () => 0 }));
    const apres = await empreintes(propre.vers);
    const neufs = [...apres.keys()].filter((f) => !avant.has(f));
    expect(neufs).toEqual(['confidentiel/rapport/index.html']);
    for (const [f, h] of avant) expect(apres.get(f), f).toBe(h);
    const html = await readFile(join(propre.vers, 'confidentiel/rapport/index.html'), 'utf8');
    // The planted count is told to the producer, so the test below would see it if it were said elsewhere.
    expect(html).toContain('48\u202f611');
    expect(Object.keys(JSON.parse(dit) as object)).toEqual([
      'etape',
      'statut',
      'ms',
      'rss_mo',
      'cartes',
      'octets',
    ]);
    expect(dit.replaceAll(/[\u202f ]/g, '')).not.toContain(String(PLANTE));
  });

  it('and no stage that publishes knows the report', async () => {
    const racine = fileURLToPath(new URL('../..', import.meta.url));
    for (const d of ['pipeline/tiles', 'pipeline/bundles', 'pipeline/serve', 'site']) {
      for (const e of await readdir(join(racine, d), { withFileTypes: true, recursive: true })) {
        if (!e.isFile() || !/\.(ts|astro)$/.test(e.name)) continue;
        expect(await readFile(join(e.parentPath, e.name), 'utf8'), e.name).not.toContain('rapport/stage');
      }
    }
  });
});

async function empreintes(racine: string): Promise<Map<string, string>> {
  const liste = new Map<string, string>();
  for (const e of await readdir(racine, { withFileTypes: true, recursive: true })) {
    if (!e.isFile()) continue;
    const chemin = join(e.parentPath, e.name);
    liste.set(chemin.slice(racine.length + 1), createHash('sha256').update(await readFile(chemin)).digest('hex')); // prettier-ignore
  }
  return liste;
}

describe('refusals', () => {
  const REQUIS = [
    'confidentiel/secret/pertes.parquet',
    'confidentiel/secret/raisons.parquet',
    'confidentiel/secret/rapport.json',
    'confidentiel/sources/manifeste.json',
    'confidentiel/sources/rejets.csv',
    'confidentiel/tables/rapport.json',
    'confidentiel/tables/zones.json',
    'courante/public/geo/epci.json',
    'confidentiel/indicateurs/atomes.parquet',
    'confidentiel/indicateurs/lieux.parquet',
    'courante/audit.json',
    'courante/release.json',
  ];
  async function copie(nom: string): Promise<Lot> {
    const vers = join(dossier, nom);
    await cp(lot.vers, vers, { recursive: true });
    return { vers, confidentiel: join(vers, 'confidentiel'), release: join(vers, 'courante') };
  }

  it.each(REQUIS)('name the missing file and how to mend it: %s', async (fichier) => {
    const casse = await copie(`sans-${fichier.replaceAll('/', '-')}`);
    await rm(join(casse.vers, fichier));
    const avant = await readFile(join(casse.confidentiel, 'rapport', 'index.html'), 'utf8');
    const refus = await ecrireRapport(casse, journalMuet).then(() => null, (e: unknown) => e); // prettier-ignore
    expect(refus).toBeInstanceOf(UserError);
    expect((refus as UserError).message).toBe(
      `Le rapport ne peut pas être écrit : il manque le fichier ${fichier.replace(/^(confidentiel|courante)\//, '')}.`,
    );
    expect((refus as UserError).hint).toContain('carto build');
    expect(await readFile(join(casse.confidentiel, 'rapport', 'index.html'), 'utf8')).toBe(avant);
  });

  it('refuse counts that do not add up, and a file that is not JSON', async () => {
    const casse = await copie('casse');
    const chemin = join(casse.confidentiel, 'tables', 'rapport.json');
    const bon = await readFile(chemin, 'utf8');
    await writeFile(chemin, bon.replace('"gardees":898', '"gardees":899'));
    await expect(ecrireRapport(casse, journalMuet)).rejects.toThrow(/tables\/rapport\.json n’a pas la forme attendue : .*gardees/); // prettier-ignore
    await writeFile(chemin, '{');
    await expect(ecrireRapport(casse, journalMuet)).rejects.toThrow('tables/rapport.json n’est pas un JSON valide.'); // prettier-ignore
  });

  it('carto rapport: writes beside the release, and refuses none, or files of another run', async () => {
    const la = await copie('verbe');
    const dits: string[] = [];
    const lance = (vers: string) =>
      commande.run(
        { values: { vers }, positionals: [] },
        { journal: journalMuet, json: false, ecrit: (t) => void dits.push(t) },
      );
    await lance(la.vers);
    expect(dits).toEqual([`Rapport confidentiel écrit : ${join(la.confidentiel, 'rapport', 'index.html')}`]);
    const publie = join(la.vers, 'travail', 'publie');
    await cp(join(la.confidentiel, 'sources'), publie, { recursive: true });
    await writeFile(join(publie, 'cle.txt'), 'c'.repeat(64));
    await lance(la.vers);
    for (const cle of ['d'.repeat(64), '']) {
      await writeFile(join(publie, 'cle.txt'), cle);
      await expect(lance(la.vers)).rejects.toThrow(
        'Le dossier confidentiel n’est pas celui de la livraison en place',
      );
    }
    await expect(lance(join(dossier, 'vide'))).rejects.toThrow('Aucune livraison dans');
  });
});
