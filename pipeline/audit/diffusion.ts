/** Everything a release emits, read back: shapes, lists, digests, tiles against tables, classes, audiences. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditResume } from '../../data/contract/audit.ts';
import { bundleSchema, releaseSchema, type Bundle, type Release } from '../../data/contract/release.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { sha256File } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import { comparerToutes, type Tache } from './archives.ts';
import { Audiences, ordreLots } from './audiences.ts';
import { lireTable, verifierClasses, verifierListe } from './comparaison.ts';
import type { Constats } from './constats.ts';
import { fichiersDe, scanner } from './fuite.ts';
import { Publication } from './publication.ts';

const lireJson = async (chemin: string): Promise<unknown> => JSON.parse(await readFile(chemin, 'utf8'));

export interface Diffusion {
  /** What all audiences together are shown. */
  readonly tout: Publication;
  readonly publique: Publication;
  readonly audiences: Audiences;
  readonly fichiers: AuditResume['fichiers'];
}

/** Read a release folder; violations go to `constats`. */
export async function lireDiffusion(
  release: string,
  constats: Constats,
  journal: Journal,
): Promise<Diffusion> {
  const etape = journal.etape('audit fichiers');
  const fichiers = { tables: 0, archives: 0, tuiles: 0, zonesComparees: 0, valeursComparees: 0 };
  const archives = new Set(await scanner(release, constats));
  const tous = await fichiersDe(release);
  const tout = new Publication(true);
  const publique = new Publication();
  const audiences = new Audiences(constats);
  const manifeste = releaseSchema.safeParse(await lireJson(join(release, 'release.json')));
  const r: Release | null = manifeste.success ? manifeste.data : null;
  const bundles = ordreLots([...new Set(tous.flatMap((f) => /^bundles\/([^/]+)\//.exec(f)?.[1] ?? []))]);
  const taches = tachesDe(release, [...archives].sort(), tous, r);
  // Started now, on other threads: archives are read while the tables are merged here.
  const comparaisons = comparerToutes(taches, (faites) => etape.avance(faites, taches.length));
  // A failure is met where the answers are awaited.
  comparaisons.catch(() => undefined);

  if (r) {
    const declares = [...r.tuiles, ...r.tables].map((f) => ({ ...f, fichier: prefixe(f.fichier) }));
    await verifierEmpreintes(release, '', declares, constats);
    const sansDeclaration = tous.filter(
      (f) => /^public\/(tables|tuiles)\//.test(f) && !declares.some((x) => x.fichier === f),
    );
    for (const f of sansDeclaration) constats.violation('fichier', f, 'absent de release.json');
  }
  for (const nom of tous.filter((f) => f.startsWith('public/tables/'))) {
    const table = await lireTable(release, nom, 'public', constats);
    if (!table) continue;
    fichiers.tables++;
    verifierListe(table, nom, 'public', constats);
    audiences.publique(table);
    publique.ajoute(table, nom, constats);
    tout.ajoute(table, nom, constats);
  }
  if (r) verifierClasses(r.classes, publique, 'release.json', constats);

  for (const lot of bundles) {
    const base = `bundles/${lot}`;
    const table = await lireTable(release, `${base}/table.json`, 'territoire', constats);
    const m = existsSync(join(release, base, 'manifest.json'))
      ? bundleSchema.safeParse(await lireJson(join(release, base, 'manifest.json')))
      : null;
    const bundle: Bundle | null = m?.success ? m.data : null;
    if (bundle) await verifierEmpreintes(release, `${base}/`, bundle.archives, constats);
    if (!table) continue;
    fichiers.tables++;
    verifierListe(table, base, 'territoire', constats);
    const propre = new Publication();
    propre.ajoute(table, base, constats);
    audiences.lot(lot, table, publique, tout);
    tout.ajoute(table, base, constats);
    if (bundle) verifierClasses(bundle.classes, propre, `${base}/manifest.json`, constats);
    if (!archives.has(`${base}/carte.pmtiles`))
      constats.violation('zone_manquante', base, 'carte.pmtiles absente');
  }
  for (const c of await comparaisons) {
    constats.fusionne(c);
    fichiers.archives += c.archives;
    fichiers.tuiles += c.tuiles;
    fichiers.zonesComparees += c.zones;
    fichiers.valeursComparees += c.valeurs;
  }
  etape.fin({ ...fichiers });
  return { tout, publique, audiences, fichiers };
}

/** What each archive is compared with. */
function tachesDe(
  release: string,
  archives: readonly string[],
  tous: readonly string[],
  r: Release | null,
): Tache[] {
  return archives.map((archive): Tache => {
    const nom = archive.split('/').at(-1)!;
    if (!archive.startsWith('public/')) {
      const base = archive.slice(0, -nom.length);
      return {
        release,
        archive,
        tables: [`${base}table.json`],
        audience: 'territoire',
        geo: `${base}geo.json`,
        couches: null,
        themes: null,
      };
    }
    const [echelle = '', ...themes] = nom.split('.').slice(0, -1);
    const tuile = r?.tuiles.find((t) => t.fichier.endsWith(nom));
    return {
      release,
      archive,
      tables: tous.filter((f) => f.startsWith(`public/tables/${echelle}.`)),
      audience: 'public',
      geo: `public/geo/${echelle}.json`,
      couches: [
        {
          echelle: echelle as Echelle,
          minzoom: tuile?.minzoom ?? null,
          maxzoom: tuile?.maxzoom ?? null,
        },
      ],
      themes,
    };
  });
}

/** Paths of the manifest are relative to the release or to its public folder. */
const prefixe = (fichier: string) => (fichier.startsWith('public/') ? fichier : `public/${fichier}`);

/** Files as declared by their manifest: present, same size, same hash. */
async function verifierEmpreintes(
  release: string,
  base: string,
  declares: readonly { readonly fichier: string; readonly sha256: string }[],
  constats: Constats,
): Promise<void> {
  for (const { fichier, sha256 } of declares) {
    const chemin = join(release, base, fichier);
    if (!existsSync(chemin)) constats.violation('empreinte', base + fichier, 'fichier absent');
    else if ((await sha256File(chemin)) !== sha256)
      constats.violation('empreinte', base + fichier, 'empreinte différente du manifeste');
  }
}
