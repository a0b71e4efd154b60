/**
 * Stage `bundles`: seal what the tiles stage made. Writes one manifest per territory, the list of files the gate may serve
 * (bundles/archives.json), and the manifest of the whole release. Reads the release folder only.
 */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gateManifestSchema, type GateArchive, type GateManifest } from '../../data/contract/grant.ts';
import type { Provenance } from '../../data/contract/provenance.ts';
import {
  bundleSchema,
  releaseSchema,
  TAILLE_BLOC,
  type Archive,
  type Bundle,
  type Mentions,
  type Release,
} from '../../data/contract/release.ts';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import { ECHELLES, type Echelle, type Zone } from '../../data/contract/zone.ts';
import { empreintesBlocs, sha256, sha256File, writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import type { SortieTuiles } from '../tiles/stage.ts';
import { cadresDe } from './cadres.ts';
import { classesDe } from './classes.ts';
import { contoursQpv } from './qpv.ts';

export interface EntreeBundles {
  release: string;
  titre: string;
  pays: string;
  provenance: Provenance;
  mentions: Mentions;
  millesimes: Release['millesimes'];
  tuiles: SortieTuiles;
  /** Seals of the producer; a release built without a register has none. */
  scelleur?: Scelleur;
}

/** Signs digests with a key of the register. */
export interface Scelleur {
  cle: { kid: string; x: string };
  /** @param objet what the digest is of @param sha256 lower-case hex */
  sceller(objet: string, sha256: string): Promise<string>;
}

const FICHIERS = [
  ['carte', 'carte.pmtiles', 'application/vnd.pmtiles'],
  ['table', 'table.json', 'application/json'],
  ['geo', 'geo.json', 'application/json'],
] as const;

async function archive(dossier: string, produit: Archive['produit'], fichier: string): Promise<Archive> {
  const chemin = join(dossier, fichier);
  const { sha256: hash, taille, blocs } = await empreintesBlocs(chemin, TAILLE_BLOC);
  return { id: hash.slice(0, 32), produit, fichier, taille, sha256: hash, blocs };
}

/** Territory of a bundle folder, which is its code, then `M` and its years when a convention limits them. */
export function territoireDossier(dossier: string): { echelle: 'epci' | 'commune'; code: string } {
  const epci = /^([0-9A-Z]{9})(?:M(?:\d{4})+)?$/.exec(dossier)?.[1];
  return epci === undefined
    ? { echelle: 'commune', code: dossier.slice(0, 5) }
    : { echelle: 'epci', code: epci };
}

const parEchelle = (table: Table) => {
  const presentes = ECHELLES.filter((e) => table.zones.some((z) => z.echelle === e));
  return Object.fromEntries(presentes.map((e) => [e, classesDe([table], e)]));
};

/** Seal one folder of `bundles/`: writes its manifest. @returns what the gate may serve of it */
export async function scelleTerritoire(
  e: Omit<EntreeBundles, 'titre' | 'pays'>,
  nom: string,
): Promise<GateArchive[]> {
  const dossier = join(e.release, 'bundles', nom);
  const { echelle, code } = territoireDossier(nom);
  const table = tableSchema.parse(JSON.parse(await readFile(join(dossier, 'table.json'), 'utf8')));
  const archives = await Promise.all(
    FICHIERS.map(([produit, fichier]) => archive(dossier, produit, fichier)),
  );
  const annees = new Set(table.tranches.map((t) => t.millesime));
  const millesimes = {
    ops: e.millesimes.ops.filter((m) => annees.has(m)),
    rpls: e.millesimes.rpls.filter((m) => annees.has(m)),
  };
  const manifeste: Bundle = bundleSchema.parse({
    format: 'carto-ops/bundle@1',
    territoire: table.zones.find((z) => z.echelle === echelle && z.code === code),
    provenance: e.provenance,
    mentions: e.mentions,
    millesimes,
    couches: e.tuiles.territoires.get(nom)?.couches ?? [],
    archives,
    classes: parEchelle(table),
  });
  await writeJson(join(dossier, 'manifest.json'), manifeste);
  const tous = [await archive(dossier, 'manifeste', 'manifest.json'), ...archives];
  const territoire = `${echelle === 'epci' ? 'epci' : 'com'}:${code}`;
  return Promise.all(
    tous.map(async (a) => ({
      id: a.id,
      territoire,
      produit: a.produit,
      // Every year inside: a convention that does not list them all does not open this file.
      millesime: [...annees].sort((x, y) => x - y).join(' '),
      fichier: `${nom}/${a.fichier}`,
      taille: a.taille,
      sha256: a.sha256,
      type: FICHIERS.find(([p]) => p === a.produit)?.[2] ?? 'application/json',
      ...(a.produit === 'manifeste' && e.scelleur
        ? { sceau: await e.scelleur.sceller(territoire, a.sha256) }
        : {}),
    })),
  );
}

/** Write the list of what the gate may serve, sealed when there is a key. */
export async function ecrireListe(
  release: string,
  id: string,
  archives: readonly GateArchive[],
  scelleur: Scelleur | undefined,
): Promise<void> {
  const liste: GateManifest = gateManifestSchema.parse({
    format: 'carto-ops/archives@1',
    release: id,
    archives,
  });
  if (scelleur)
    liste.sceau = await scelleur.sceller(`archives:${id}`, sha256(JSON.stringify(liste.archives)));
  await writeJson(join(release, 'bundles', 'archives.json'), liste);
}

/** Seal a release folder. @returns its manifest, already written */
export async function sceller(e: EntreeBundles, journal: Journal): Promise<Release> {
  const etape = journal.etape('bundles');
  const codes = (await readdir(join(e.release, 'bundles'))).sort();
  const archives: GateArchive[] = [];
  for (const code of codes) {
    etape.avance(archives.length / 4, codes.length);
    archives.push(...(await scelleTerritoire(e, code)));
  }
  const zones = JSON.parse(await readFile(join(e.release, 'public', 'zones.json'), 'utf8')) as Zone[];
  const qpv = await contoursQpv(e.release, codes, new Set(zones.filter((z) => z.echelle === 'qpv').map((z) => z.code))); // prettier-ignore
  const dossierTables = join(e.release, 'public', 'tables');
  const tables: Release['tables'] = [];
  const classes: Release['classes'] = {};
  for (const nom of (await readdir(dossierTables)).sort()) {
    const [echelle, theme] = nom.split('.') as [Echelle, string];
    const chemin = join(dossierTables, nom);
    const table = tableSchema.parse(JSON.parse(await readFile(chemin, 'utf8')));
    classes[echelle] = { ...classes[echelle], ...classesDe([table], echelle) };
    tables.push({
      fichier: `public/tables/${nom}`,
      echelle,
      theme,
      sha256: await sha256File(chemin),
      taille: (await stat(chemin)).size,
    });
  }
  const cadres = cadresDe(
    zones.filter((z) => z.echelle === 'region'),
    e.pays,
  );
  const bbox = zones.find((z) => z.echelle === 'france')?.bbox ?? [-5, 41, 10, 52];
  const id = sha256(
    JSON.stringify([
      e.provenance.cle,
      tables.map((t) => t.sha256),
      e.tuiles.tuiles.map((t) => t.sha256),
      archives.map((a) => a.sha256),
    ]),
  ).slice(0, 16);
  await ecrireListe(e.release, id, archives, e.scelleur);
  const release = releaseSchema.parse({
    format: 'carto-ops/release@1',
    id,
    titre: e.titre,
    pays: e.pays,
    provenance: e.provenance,
    mentions: e.mentions,
    millesimes: e.millesimes,
    echelles: ECHELLES.filter((x) => tables.some((t) => t.echelle === x)),
    bbox,
    cadres,
    tuiles: e.tuiles.tuiles,
    tables,
    classes,
    ...(e.scelleur ? { cles: [e.scelleur.cle] } : {}),
  });
  await writeJson(join(e.release, 'release.json'), release);
  etape.fin({ territoires: codes.length, archives: archives.length, qpv });
  return release;
}
