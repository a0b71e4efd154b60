/**
 * Rewriting of PMTiles v3 metadata from a whitelist. tippecanoe writes its command line (with paths) and may write
 * sample values there; the archive keeps only what a map needs. Directory offsets are relative to their sections
 * (specification §3), so replacing the metadata section only moves the sections after it.
 */
import { gunzipSync, gzipSync } from 'node:zlib';

interface CoucheMeta {
  id: string;
  minzoom?: number;
  maxzoom?: number;
}

const ENTETE = 127;
const champs = { racine: 8, meta: 24, feuilles: 40, donnees: 56 } as const;
const GZIP = 2;

/** Read the JSON metadata of an archive held in memory. */
export function metadonnees(archive: Buffer): Record<string, unknown> {
  const debut = Number(archive.readBigUInt64LE(champs.meta));
  const longueur = Number(archive.readBigUInt64LE(champs.meta + 8));
  const brut = archive.subarray(debut, debut + longueur);
  const texte = archive[97] === GZIP ? gunzipSync(brut) : brut;
  return JSON.parse(texte.toString('utf8')) as Record<string, unknown>;
}

/** Copy of the archive with whitelisted metadata: name, and per layer its id and zooms (attribute names are in the contract). */
export function nettoieMetadonnees(archive: Buffer, nom: string): Buffer {
  if (archive.subarray(0, 7).toString() !== 'PMTiles' || archive[7] !== 3)
    throw new Error('not a PMTiles v3 archive');
  const lues = metadonnees(archive);
  const couches = ((lues.vector_layers ?? []) as CoucheMeta[]).map(({ id, minzoom, maxzoom }) => ({
    id,
    fields: {},
    minzoom,
    maxzoom,
  }));
  const texte = JSON.stringify({ name: nom, vector_layers: couches });
  const meta = archive[97] === GZIP ? gzipSync(texte, { level: 9 }) : Buffer.from(texte);
  const section = (champ: number) => {
    const debut = Number(archive.readBigUInt64LE(champ));
    return archive.subarray(debut, debut + Number(archive.readBigUInt64LE(champ + 8)));
  };
  const sections: [number, Buffer][] = [
    [champs.racine, section(champs.racine)],
    [champs.meta, meta],
    [champs.feuilles, section(champs.feuilles)],
    [champs.donnees, section(champs.donnees)],
  ];
  const entete = Buffer.from(archive.subarray(0, ENTETE));
  let debut = ENTETE;
  for (const [champ, contenu] of sections) {
    entete.writeBigUInt64LE(BigInt(debut), champ);
    entete.writeBigUInt64LE(BigInt(contenu.length), champ + 8);
    debut += contenu.length;
  }
  return Buffer.concat([entete, ...sections.map(([, c]) => c)]);
}
