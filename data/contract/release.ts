/**
 * A release: what `carto build` leaves behind the secret stage.
 *
 *   <vers>/releases/<id>/
 *     release.json             manifest (this shape), public
 *     audit.json               counts of the independent audit, public
 *     public/
 *       zones.json             every public zone (zoneSchema[]), france to commune + qpv
 *       tables/<echelle>.<theme>.json          Table, all tranches of one theme
 *       tuiles/<echelle>.pmtiles               shapes, codes and names: what the site draws; one source-layer named <echelle>
 *       tuiles/<echelle>.<theme>.pmtiles       the same shapes with every published column of the theme, for reuse
 *       geo/<echelle>.json     TopoJSON, one object named <echelle>, ids = codes, properties {nom}; simplified
 *       geo/qpv.json           the same for priority neighbourhoods, not simplified; absent where there are none
 *     bundles/<epci>/
 *       manifest.json          bundleSchema (confidential: served inside a session only)
 *       carte.pmtiles          layers commune, iris, qpv, carreau, residence, adresse; every published column
 *       table.json             Table, audience territoire
 *       geo.json               TopoJSON of the same layers for sheets (points included)
 *   <vers>/courante -> releases/<id>            switched by one rename
 *   <vers>/confidentiel/…                       tables, indicateurs, audit with reasons: never leaves
 */
import { z } from 'zod';
import { provenanceSchema, sha256Schema } from './provenance.ts';
import { echelleSchema, millesimeSchema, zoneSchema } from './zone.ts';

/** Class bounds of one column, computed after the secret and frozen. */
export const classesSchema = z.strictObject({
  methode: z.enum(['quantiles', 'jenks', 'egales', 'ecart-type', 'politique', 'manuelle', 'symetrique']),
  /** Inner bounds, ascending, in the unit of the value: k classes have k - 1 bounds; class i is [b(i-1), b(i)[. */
  bornes: z.array(z.number()),
  min: z.number(),
  max: z.number(),
});
export type Classes = z.infer<typeof classesSchema>;

export const sourceCiteeSchema = z.strictObject({
  /** "OPS 2022", "RPLS au 1er janvier 2022". */
  nom: z.string(),
  producteur: z.string(),
  type: z.string(),
  millesime: millesimeSchema,
});

/** What every page and export must say; computed once, never retyped. */
export const mentionsSchema = z.strictObject({
  fictif: z.boolean(),
  /** "Territoires et données fictifs" when fictif. */
  avertissement: z.string(),
  sources: z.array(sourceCiteeSchema),
  /** "COG 2025", "IRIS 2024", "QPV 2024". */
  zonages: z.array(z.string()),
  /** Sentence that explains `s`, without the reason per object. */
  secret: z.string(),
  licence: z.string(),
});
export type Mentions = z.infer<typeof mentionsSchema>;

/** Bytes of one block of an archive. */
export const TAILLE_BLOC = 65_536;

export const archiveSchema = z.strictObject({
  /** Opaque content identifier: first 32 hex of sha256. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  produit: z.enum(['manifeste', 'carte', 'table', 'geo']),
  /** Relative to the folder of the manifest. */
  fichier: z.string(),
  taille: z.int().nonnegative(),
  sha256: sha256Schema,
  /** sha256 of each block of `TAILLE_BLOC` bytes, the last one shorter: a reader of ranges checks what it reads. */
  blocs: z.array(sha256Schema).optional(),
});
export type Archive = z.infer<typeof archiveSchema>;

export const tuileSchema = z.strictObject({
  fichier: z.string(),
  echelle: echelleSchema,
  /** Null: shapes only. */
  theme: z.string().nullable(),
  minzoom: z.int(),
  maxzoom: z.int(),
  taille: z.int(),
  sha256: sha256Schema,
});
export type Tuile = z.infer<typeof tuileSchema>;

export const releaseSchema = z.strictObject({
  format: z.literal('carto-ops/release@1'),
  /** First 16 hex of the hash of everything inside. */
  id: z.string(),
  titre: z.string(),
  pays: z.string(),
  provenance: provenanceSchema,
  mentions: mentionsSchema,
  millesimes: z.strictObject({ ops: z.array(millesimeSchema), rpls: z.array(millesimeSchema) }),
  /** Échelles of the public audience. */
  echelles: z.array(echelleSchema),
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** Far territories drawn in insets: groups of régions with their own box. The first is the main frame. */
  cadres: z.array(
    z.strictObject({
      id: z.string(),
      nom: z.string(),
      regions: z.array(z.string()),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
  ),
  tuiles: z.array(tuileSchema),
  tables: z.array(
    z.strictObject({
      fichier: z.string(),
      echelle: echelleSchema,
      theme: z.string(),
      sha256: sha256Schema,
      taille: z.int(),
    }),
  ),
  /** Classes per echelle and per column key of an indicateur. */
  classes: z.record(z.string(), z.record(z.string(), classesSchema)),
  /** Public keys (Ed25519, JWK `x`) that seal this release; absent when it was built without a register. */
  cles: z.array(z.strictObject({ kid: z.string(), x: z.string() })).optional(),
});
export type Release = z.infer<typeof releaseSchema>;

export const bundleSchema = z.strictObject({
  format: z.literal('carto-ops/bundle@1'),
  territoire: zoneSchema,
  provenance: provenanceSchema,
  mentions: mentionsSchema,
  millesimes: z.strictObject({ ops: z.array(millesimeSchema), rpls: z.array(millesimeSchema) }),
  /** Layers of carte.pmtiles with their zooms. */
  couches: z.array(
    z.strictObject({ echelle: echelleSchema, minzoom: z.int(), maxzoom: z.int(), zones: z.int() }),
  ),
  archives: z.array(archiveSchema),
  classes: z.record(z.string(), z.record(z.string(), classesSchema)),
});
export type Bundle = z.infer<typeof bundleSchema>;
