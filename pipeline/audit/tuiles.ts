/** Reading of PMTiles archives to the last byte: every tile of every zoom, metadata, and what no index points to. */
import { VectorTile } from '@mapbox/vector-tile';
import { open, type FileHandle } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { PbfReader } from 'pbf';
import { Compression, PMTiles, ResolvedValueCache, tileIdToZxy, type Entry, type Source } from 'pmtiles';

export type Attribut = string | number | boolean;
export interface ZoneTuile {
  readonly attributs: Record<string, Attribut>;
  /** Bit z = seen at zoom z. */
  zooms: number;
}
export interface CoucheLue {
  /** Zones by `code`. */
  readonly zones: Map<string, ZoneTuile>;
  /** Every attribute name of the layer's own key tables, used or not. */
  readonly cles: Set<string>;
}
export interface ArchiveLue {
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly metadonnees: unknown;
  readonly couches: Map<string, CoucheLue>;
  readonly tuiles: number;
  /** Sentences (French) on what is odd inside: unreferenced bytes or values, diverging copies, missing codes. */
  readonly anomalies: { readonly type: 'residu_archive' | 'tuile' | 'colonne'; readonly detail: string }[];
}

class SourceFichier implements Source {
  readonly #fichier: FileHandle;
  readonly #nom: string;
  constructor(fichier: FileHandle, nom: string) {
    this.#fichier = fichier;
    this.#nom = nom;
  }
  getKey(): string {
    return this.#nom;
  }
  async getBytes(offset: number, length: number) {
    const data = new ArrayBuffer(length);
    const { bytesRead } = await this.#fichier.read(new Uint8Array(data), 0, length, offset);
    return { data: bytesRead === length ? data : data.slice(0, bytesRead) };
  }
}

const decompresse = (octets: ArrayBuffer, compression: Compression): Promise<ArrayBuffer> => {
  if (compression === Compression.None || compression === Compression.Unknown) return Promise.resolve(octets);
  if (compression !== Compression.Gzip)
    return Promise.reject(new Error(`compression ${compression} non prévue`));
  const clair = gunzipSync(new Uint8Array(octets));
  return Promise.resolve(
    clair.buffer.slice(clair.byteOffset, clair.byteOffset + clair.byteLength) as ArrayBuffer,
  );
};

/** Key and value tables of a layer, as stored: private in the library's types, public in the file. */
interface TablesCouche {
  _keys: string[];
  _values: Attribut[];
}

function lireTuile(octets: Uint8Array, zoom: number, nom: string, archive: ArchiveLue): void {
  for (const [nomCouche, couche] of Object.entries(new VectorTile(new PbfReader(octets)).layers)) {
    let lue = archive.couches.get(nomCouche);
    if (!lue) archive.couches.set(nomCouche, (lue = { zones: new Map(), cles: new Set() }));
    const tables = couche as unknown as TablesCouche;
    for (const k of tables._keys) lue.cles.add(k);
    const vues = new Set<Attribut>();
    for (let i = 0; i < couche.length; i++) {
      const { properties } = couche.feature(i);
      for (const v of Object.values(properties)) vues.add(v);
      const code = properties.code;
      if (typeof code !== 'string') {
        archive.anomalies.push({ type: 'colonne', detail: `${nomCouche} ${nom} : objet sans code` });
        continue;
      }
      const deja = lue.zones.get(code);
      if (!deja) {
        lue.zones.set(code, { attributs: properties, zooms: 2 ** zoom });
        continue;
      }
      deja.zooms |= 2 ** zoom;
      const noms = Object.keys(properties);
      if (
        noms.length !== Object.keys(deja.attributs).length ||
        noms.some((k) => deja.attributs[k] !== properties[k])
      )
        archive.anomalies.push({
          type: 'tuile',
          detail: `${nomCouche}:${code} diffère d’une tuile à l’autre (${nom})`,
        });
    }
    // A value kept in the layer's table but used by no feature would be a figure in plain sight of whoever decodes it.
    const orphelines = tables._values.filter((v) => !vues.has(v)).length;
    if (orphelines > 0)
      archive.anomalies.push({
        type: 'residu_archive',
        detail: `${nomCouche} ${nom} : ${orphelines} valeur(s) qu’aucun objet n’utilise`,
      });
  }
}

/** Read one archive completely. */
export async function lireArchive(chemin: string, nom: string): Promise<ArchiveLue> {
  const fichier = await open(chemin, 'r');
  try {
    const taille = (await fichier.stat()).size;
    const source = new SourceFichier(fichier, nom);
    const cache = new ResolvedValueCache(1000, undefined, decompresse);
    const pm = new PMTiles(source, cache, decompresse);
    const h = await pm.getHeader();
    const archive: ArchiveLue = {
      minzoom: h.minZoom,
      maxzoom: h.maxZoom,
      metadonnees: await pm.getMetadata(),
      couches: new Map(),
      tuiles: 0,
      anomalies: [],
    };
    const feuilles: Entry[] = [];
    const parcourir = async (offset: number, length: number): Promise<void> => {
      for (const e of await cache.getDirectory(source, offset, length, h)) {
        if (e.runLength > 0) feuilles.push(e);
        else await parcourir(h.leafDirectoryOffset + e.offset, e.length);
      }
    };
    await parcourir(h.rootDirectoryOffset, h.rootDirectoryLength);
    let tuiles = 0;
    let couvert = 0;
    const contenus = new Map<number, number>();
    for (const e of feuilles) {
      if (!contenus.has(e.offset)) {
        contenus.set(e.offset, e.length);
        couvert += e.length;
      }
      const { data } = await source.getBytes(h.tileDataOffset + e.offset, e.length);
      const octets = new Uint8Array(await decompresse(data, h.tileCompression));
      for (let k = 0; k < e.runLength; k++) {
        const [z, x, y] = tileIdToZxy(e.tileId + k);
        tuiles++;
        if (k === 0 || z !== tileIdToZxy(e.tileId + k - 1)[0])
          lireTuile(octets, z, `${z}/${x}/${y}`, archive);
      }
    }
    const attendu =
      127 +
      h.rootDirectoryLength +
      h.jsonMetadataLength +
      (h.leafDirectoryLength ?? 0) +
      (h.tileDataLength ?? 0);
    // tippecanoe pads the root directory to 16 KiB boundaries with zeros; anything else unreferenced is refused.
    if (taille !== attendu && !(await bourrageNul(fichier, h, taille)))
      archive.anomalies.push({
        type: 'residu_archive',
        detail: `${taille - attendu} octets hors des sections déclarées`,
      });
    if (couvert !== (h.tileDataLength ?? couvert))
      archive.anomalies.push({
        type: 'residu_archive',
        detail: `${(h.tileDataLength ?? 0) - couvert} octets de tuiles qu’aucun index ne désigne`,
      });
    return { ...archive, tuiles };
  } finally {
    await fichier.close();
  }
}

/** True when every byte outside the declared sections is zero. */
async function bourrageNul(
  fichier: FileHandle,
  h: Awaited<ReturnType<PMTiles['getHeader']>>,
  taille: number,
): Promise<boolean> {
  const sections: [number, number][] = [
    [0, 127],
    [h.rootDirectoryOffset, h.rootDirectoryLength],
    [h.jsonMetadataOffset, h.jsonMetadataLength],
    [h.leafDirectoryOffset, h.leafDirectoryLength ?? 0],
    [h.tileDataOffset, h.tileDataLength ?? 0],
  ];
  sections.sort((a, b) => a[0] - b[0]);
  let fin = 0;
  for (const [debut, longueur] of [...sections, [taille, 0] as [number, number]]) {
    if (debut > fin) {
      const trou = Buffer.alloc(debut - fin);
      await fichier.read(trou, 0, trou.length, fin);
      if (trou.some((o) => o !== 0)) return false;
    }
    fin = Math.max(fin, debut + longueur);
  }
  return fin === taille;
}
