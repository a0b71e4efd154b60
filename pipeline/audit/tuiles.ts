/** Reading of PMTiles archives to the last byte: every tile of every zoom, metadata, and what no index points to. */
import { VectorTile } from '@mapbox/vector-tile';
import { open, type FileHandle } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { PbfReader } from 'pbf';
import { Compression, PMTiles, ResolvedValueCache, tileIdToZxy, type Entry, type Source } from 'pmtiles';

export type Attribut = string | number | boolean;
export interface ZoneTuile {
  /** Attributes by column of the layer; undefined = the zone has none of this name. */
  readonly valeurs: readonly (Attribut | undefined)[];
  /** Number of attributes. */
  readonly nombre: number;
  /** Bit z = seen at zoom z. */
  zooms: number;
}
export interface CoucheLue {
  /** Zones by `code`. */
  readonly zones: Map<string, ZoneTuile>;
  /** Every attribute name of the layer's own key tables, used or not → its column. */
  readonly cles: Map<string, number>;
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

/** Bytes read at once: tiles follow each other in a file, one read serves many. */
const FENETRE = 2 ** 22;

class SourceFichier implements Source {
  readonly #fichier: FileHandle;
  readonly #nom: string;
  #debut = 0;
  #fenetre: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  constructor(fichier: FileHandle, nom: string) {
    this.#fichier = fichier;
    this.#nom = nom;
  }
  getKey(): string {
    return this.#nom;
  }
  async getBytes(offset: number, length: number) {
    if (offset < this.#debut || offset + length > this.#debut + this.#fenetre.length) {
      const lue = new Uint8Array(Math.max(FENETRE, length));
      const { bytesRead } = await this.#fichier.read(lue, 0, lue.length, offset);
      this.#debut = offset;
      this.#fenetre = lue.subarray(0, bytesRead);
    }
    const depart = offset - this.#debut;
    // A copy: what is handed out must not keep the whole window alive.
    return { data: this.#fenetre.slice(depart, depart + length).buffer };
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

/** Key and value tables of a layer, and where its features are: private in the library's types, public in the file. */
interface TablesCouche {
  readonly _keys: readonly string[];
  readonly _values: readonly Attribut[];
  readonly _features: readonly number[];
  readonly _pbf: PbfReader;
}

/** Field of a feature's tags in a vector tile, then its wire type (bytes). */
const ETIQUETTES = 18;

/**
 * Read one tile. A territory has hundreds of columns and each zone is in dozens of tiles: attributes stay numbers of
 * column and of value, no object is made for a copy of a zone already seen.
 */
function lireTuile(octets: Uint8Array, zoom: number, nom: string, archive: ArchiveLue): void {
  for (const [nomCouche, couche] of Object.entries(new VectorTile(new PbfReader(octets)).layers)) {
    let lue = archive.couches.get(nomCouche);
    if (!lue) archive.couches.set(nomCouche, (lue = { zones: new Map(), cles: new Map() }));
    const { _keys, _values, _features, _pbf: pbf } = couche as unknown as TablesCouche;
    const { cles, zones } = lue;
    const colonnes = Int32Array.from(_keys, (k) => {
      let c = cles.get(k);
      if (c === undefined) cles.set(k, (c = cles.size));
      return c;
    });
    const colonneCode = cles.get('code') ?? -1;
    const servie = new Uint8Array(_values.length);
    /** Column → rank of its value in the feature being read, −1 when it has none; the last one written counts. */
    const rangs = new Int32Array(cles.size).fill(-1);
    const touchees: number[] = [];
    for (const position of _features) {
      for (const c of touchees) rangs[c] = -1;
      touchees.length = 0;
      pbf.pos = position;
      const fin = pbf.readVarint() + pbf.pos;
      while (pbf.pos < fin) {
        const champ = pbf.readVarint();
        if (champ !== ETIQUETTES) {
          pbf.skip(champ);
          continue;
        }
        const finEtiquettes = pbf.readVarint() + pbf.pos;
        while (pbf.pos < finEtiquettes) {
          const c = colonnes[pbf.readVarint()];
          const v = pbf.readVarint();
          if (c === undefined || v >= _values.length) throw new RangeError(`${nom} : attribut hors table`);
          if (rangs[c] === -1) touchees.push(c);
          rangs[c] = v;
        }
      }
      for (const c of touchees) servie[rangs[c]!] = 1;
      const code = colonneCode < 0 || rangs[colonneCode] === -1 ? undefined : _values[rangs[colonneCode]!];
      if (typeof code !== 'string') {
        archive.anomalies.push({ type: 'colonne', detail: `${nomCouche} ${nom} : objet sans code` });
        continue;
      }
      const deja = zones.get(code);
      if (!deja) {
        const valeurs: (Attribut | undefined)[] = Array.from({ length: cles.size });
        for (const c of touchees) valeurs[c] = _values[rangs[c]!];
        zones.set(code, { valeurs, nombre: touchees.length, zooms: 2 ** zoom });
        continue;
      }
      deja.zooms |= 2 ** zoom;
      if (deja.nombre !== touchees.length || touchees.some((c) => deja.valeurs[c] !== _values[rangs[c]!]))
        archive.anomalies.push({
          type: 'tuile',
          detail: `${nomCouche}:${code} diffère d’une tuile à l’autre (${nom})`,
        });
    }
    // A value kept in the layer's table but used by no feature would be a figure in plain sight of whoever decodes it.
    const oisives = _values.filter((_, v) => servie[v] === 0);
    if (oisives.length === 0) continue;
    const vues = new Set(_values.filter((_, v) => servie[v] === 1));
    const orphelines = oisives.filter((v) => !vues.has(v)).length;
    if (orphelines > 0)
      archive.anomalies.push({
        type: 'residu_archive',
        detail: `${nomCouche} ${nom} : ${orphelines} valeur(s) qu’aucun objet n’utilise`,
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
