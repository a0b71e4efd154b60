/**
 * Leak scan of everything that leaves, by allow-list first (gate.md §6, layers 1 and 4): which files exist, which keys
 * and values they hold, then patterns of key material, tokens, machine paths and addresses of persons.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { auditSchema } from '../../data/contract/audit.ts';
import { gateManifestSchema } from '../../data/contract/grant.ts';
import { bundleSchema, releaseSchema } from '../../data/contract/release.ts';
import { ECHELLES, zoneSchema } from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';

const E = ECHELLES.join('|');
const nombreFini = z.number();
const arcs: z.ZodType = z.lazy(() => z.union([z.int(), z.array(arcs)]));
const coordonnees: z.ZodType = z.lazy(() => z.union([nombreFini, z.array(coordonnees)]));
/** Properties that a drawn zone may carry besides its code: names and codes, never a figure. */
const proprietes = z.strictObject({
  nom: z.string().optional(),
  code: z.string().optional(),
  region: z.string().optional(),
  departement: z.string().optional(),
  epci: z.string().optional(),
  commune: z.string().optional(),
});
const forme = z.strictObject({
  type: z
    .enum(['Polygon', 'MultiPolygon', 'Point', 'MultiPoint', 'LineString', 'MultiLineString'])
    .nullable(),
  id: z.string(),
  arcs: arcs.optional(),
  coordinates: coordonnees.optional(),
  bbox: z.array(nombreFini).optional(),
  properties: proprietes.optional(),
});
export const topologieSchema = z.strictObject({
  type: z.literal('Topology'),
  bbox: z.array(nombreFini).optional(),
  transform: z
    .strictObject({ scale: z.array(nombreFini).length(2), translate: z.array(nombreFini).length(2) })
    .optional(),
  objects: z.partialRecord(
    z.enum(ECHELLES),
    z.strictObject({
      type: z.literal('GeometryCollection'),
      geometries: z.array(forme),
      bbox: z.array(nombreFini).optional(),
    }),
  ),
  arcs: z.array(z.array(z.array(nombreFini))),
});

/** Every file a release may hold, and its shape; tables and archives are read cell by cell elsewhere. */
const FICHIERS: readonly { readonly nom: RegExp; readonly forme: z.ZodType | 'table' | 'archive' }[] = [
  { nom: /^release\.json$/, forme: releaseSchema },
  { nom: /^audit\.json$/, forme: auditSchema },
  { nom: /^public\/zones\.json$/, forme: z.array(zoneSchema) },
  { nom: new RegExp(`^public/tables/(${E})\\.[a-z_]+\\.json$`), forme: 'table' },
  { nom: new RegExp(`^public/tuiles/(${E})(\\.[a-z_]+)?\\.pmtiles$`), forme: 'archive' },
  { nom: new RegExp(`^public/geo/(${E})\\.json$`), forme: topologieSchema },
  { nom: /^bundles\/archives\.json$/, forme: gateManifestSchema },
  { nom: /^bundles\/[0-9A-Z]+\/manifest\.json$/, forme: bundleSchema },
  { nom: /^bundles\/[0-9A-Z]+\/table\.json$/, forme: 'table' },
  { nom: /^bundles\/[0-9A-Z]+\/geo\.json$/, forme: topologieSchema },
  { nom: /^bundles\/[0-9A-Z]+\/carte\.pmtiles$/, forme: 'archive' },
];

/** Patterns never allowed in anything emitted, with the French word for the report. */
export const MOTIFS: readonly { readonly nom: string; readonly motif: RegExp }[] = [
  { nom: 'clé PEM', motif: /-----BEGIN [A-Z ]+-----/ },
  { nom: 'clé JWK', motif: /"kty"\s*:|"crv"\s*:\s*"Ed25519"/ },
  { nom: 'jeton JWS', motif: /eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\./ },
  { nom: 'lien de territoire', motif: /#g1\.[A-Za-z0-9_-]{8,}/ },
  { nom: 'adresse signée', motif: /X-Amz-(Signature|Credential)|[?&]sig=[A-Za-z0-9%]{16,}/i },
  {
    nom: 'chemin absolu',
    motif:
      /(^|["'\s=:(,])(\/(home|root|tmp|work|usr|var|opt|mnt|srv|etc|Users|private)\/|[A-Za-z]:\\|file:\/\/)/,
  },
  { nom: 'adresse électronique', motif: /[A-Za-z0-9._%+-]{2,}@[A-Za-z0-9-]+\.[A-Za-z]{2,}/ },
  { nom: 'côté confidentiel', motif: /confidentiel\// },
];

/** Test one text; every match counts once per pattern. */
export function chercherMotifs(texte: string, lieu: string, constats: Constats): void {
  for (const { nom, motif } of MOTIFS) if (motif.test(texte)) constats.violation('motif', lieu, nom);
}

/** Files of a folder, relative, sorted, with `/`. Links are refused by being listed as unexpected. */
export async function fichiersDe(dossier: string): Promise<string[]> {
  const entrees = await readdir(dossier, { recursive: true, withFileTypes: true });
  return entrees
    .filter((e) => !e.isDirectory())
    .map((e) => join(e.parentPath, e.name).slice(dossier.length).replaceAll('\\', '/').replace(/^\/+/, ''))
    .sort();
}

/**
 * Scan a release folder. JSON files are parsed against their strict shape (an unknown key is refused) and searched for
 * patterns; tile archives are only recognised here.
 * @returns the archives found, relative paths
 */
export async function scanner(release: string, constats: Constats): Promise<string[]> {
  const archives: string[] = [];
  for (const nom of await fichiersDe(release)) {
    const attendu = FICHIERS.find((f) => f.nom.test(nom));
    if (!attendu) {
      constats.violation('fichier', nom, 'aucune forme déclarée');
      continue;
    }
    if (attendu.forme === 'archive') {
      archives.push(nom);
      continue;
    }
    const texte = await readFile(join(release, nom), 'utf8');
    chercherMotifs(texte, nom, constats);
    if (attendu.forme === 'table') continue;
    try {
      const lu = attendu.forme.safeParse(JSON.parse(texte));
      if (!lu.success)
        for (const p of lu.error.issues.slice(0, 5))
          constats.violation('schema', nom, `${p.path.join('.')} : ${p.message}`);
    } catch {
      constats.violation('schema', nom, 'JSON illisible');
    }
  }
  return archives;
}

/** Metadata keys an archive may carry, and what each may hold. */
const metadonneesSchema = z.strictObject({
  name: z.string().max(200).optional(),
  description: z.string().max(500).optional(),
  attribution: z.string().max(500).optional(),
  version: z.union([z.string().max(40), z.number()]).optional(),
  type: z.enum(['overlay', 'baselayer']).optional(),
  format: z.literal('pbf').optional(),
  vector_layers: z.array(
    z.strictObject({
      id: z.enum(ECHELLES),
      description: z.string().max(200).optional(),
      minzoom: z.int().optional(),
      maxzoom: z.int().optional(),
      fields: z.record(z.string(), z.enum(['String', 'Number', 'Boolean', 'Mixed'])),
    }),
  ),
});

/** Check metadata (no tilestats, no command line) and return the field names per layer, to compare with the table. */
export function verifierMetadonnees(
  metadonnees: unknown,
  nom: string,
  constats: Constats,
): Map<string, string[]> {
  chercherMotifs(JSON.stringify(metadonnees), nom, constats);
  const lu = metadonneesSchema.safeParse(metadonnees);
  if (!lu.success) {
    for (const p of lu.error.issues.slice(0, 5))
      constats.violation('metadonnees', nom, `${p.path.join('.')} : ${p.message}`);
    return new Map();
  }
  return new Map(lu.data.vector_layers.map((l) => [l.id, Object.keys(l.fields)]));
}
