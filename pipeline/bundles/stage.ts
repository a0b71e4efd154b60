/**
 * Stage `bundles`: seal what the tiles stage made. Writes one manifest per territory, the list of files the gate may serve
 * (bundles/archives.json), and the manifest of the whole release. Reads the release folder only.
 */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GateArchive, GateManifest } from '../../data/contract/grant.ts';
import type { Provenance } from '../../data/contract/provenance.ts';
import {
  bundleSchema,
  releaseSchema,
  type Archive,
  type Bundle,
  type Mentions,
  type Release,
} from '../../data/contract/release.ts';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import { ECHELLES, type Echelle, type Zone } from '../../data/contract/zone.ts';
import { sha256, sha256File, writeJson } from '../lib/files.ts';
import type { Journal } from '../lib/journal.ts';
import type { SortieTuiles } from '../tiles/stage.ts';
import { cadresDe } from './cadres.ts';
import { classesDe } from './classes.ts';

export interface EntreeBundles {
  release: string;
  titre: string;
  pays: string;
  provenance: Provenance;
  mentions: Mentions;
  millesimes: Release['millesimes'];
  tuiles: SortieTuiles;
}

const FICHIERS = [
  ['carte', 'carte.pmtiles', 'application/vnd.pmtiles'],
  ['table', 'table.json', 'application/json'],
  ['geo', 'geo.json', 'application/json'],
] as const;

async function archive(dossier: string, produit: Archive['produit'], fichier: string): Promise<Archive> {
  const chemin = join(dossier, fichier);
  const hash = await sha256File(chemin);
  return { id: hash.slice(0, 32), produit, fichier, taille: (await stat(chemin)).size, sha256: hash };
}

const parEchelle = (table: Table) => {
  const presentes = ECHELLES.filter((e) => table.zones.some((z) => z.echelle === e));
  return Object.fromEntries(presentes.map((e) => [e, classesDe([table], e)]));
};

async function scelleTerritoire(e: EntreeBundles, code: string): Promise<GateArchive[]> {
  const dossier = join(e.release, 'bundles', code);
  const table = tableSchema.parse(JSON.parse(await readFile(join(dossier, 'table.json'), 'utf8')));
  const archives = await Promise.all(
    FICHIERS.map(([produit, fichier]) => archive(dossier, produit, fichier)),
  );
  const manifeste: Bundle = bundleSchema.parse({
    format: 'carto-ops/bundle@1',
    territoire: table.zones.find((z) => z.echelle === 'epci' && z.code === code),
    provenance: e.provenance,
    mentions: e.mentions,
    millesimes: e.millesimes,
    couches: e.tuiles.territoires.get(code)?.couches ?? [],
    archives,
    classes: parEchelle(table),
  });
  await writeJson(join(dossier, 'manifest.json'), manifeste);
  const tous = [await archive(dossier, 'manifeste', 'manifest.json'), ...archives];
  const millesime = String(Math.max(...e.millesimes.ops, ...e.millesimes.rpls));
  return tous.map((a) => ({
    id: a.id,
    territoire: `epci:${code}`,
    produit: a.produit,
    millesime,
    fichier: `${code}/${a.fichier}`,
    taille: a.taille,
    sha256: a.sha256,
    type: FICHIERS.find(([p]) => p === a.produit)?.[2] ?? 'application/json',
  }));
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
  const gate: GateManifest = { format: 'carto-ops/archives@1', release: id, archives };
  await writeJson(join(e.release, 'bundles', 'archives.json'), gate);
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
  });
  await writeJson(join(e.release, 'release.json'), release);
  etape.fin({ territoires: codes.length, archives: archives.length });
  return release;
}
