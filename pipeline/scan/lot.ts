/**
 * A bundle holds its own territory and nothing of its neighbours: every feature of every tile, every outline, is a zone of
 * its own table, with the values of that table. The audit does the same at each build with code of its own; this is for
 * bundles cut afterwards.
 */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { PMTiles, type RangeResponse, type Source } from 'pmtiles';
import { UserError } from '../../data/contract/erreur.ts';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import { ATTRIBUTS } from '../../tiles/layers/couches.ts';

class SourceMemoire implements Source {
  readonly #octets: Buffer;
  constructor(octets: Buffer) {
    this.#octets = octets;
  }
  getKey(): string {
    return 'lot';
  }
  getBytes(debut: number, longueur: number): Promise<RangeResponse> {
    return Promise.resolve({ data: Uint8Array.from(this.#octets.subarray(debut, debut + longueur)).buffer });
  }
}

/** Addresses of the tiles that may exist inside the header's box, zoom by zoom. */
function* adressesTuiles(h: Awaited<ReturnType<PMTiles['getHeader']>>): Generator<[number, number, number]> {
  const x = (lon: number, n: number) => Math.floor(((lon + 180) / 360) * n);
  const y = (lat: number, n: number) => {
    const s = Math.sin((lat * Math.PI) / 180);
    return Math.floor((0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * n);
  };
  for (let z = h.minZoom; z <= h.maxZoom; z++) {
    const n = 2 ** z;
    // One tile around: features are drawn over the edge of their tile.
    for (let i = x(h.minLon, n) - 1; i <= x(h.maxLon, n) + 1; i++)
      for (let j = y(h.maxLat, n) - 1; j <= y(h.minLat, n) + 1; j++)
        if (i >= 0 && j >= 0 && i < n && j < n) yield [z, i, j];
  }
}

/** What is in a bundle's archive and not in its table. Empty when the bundle is clean. */
export async function ecartsArchive(octets: Buffer, table: Table): Promise<string[]> {
  const rangs = new Map(table.zones.map((z, i) => [`${z.echelle}:${z.code}`, i]));
  const fixes = new Set<string>(ATTRIBUTS);
  const ecarts = new Set<string>();
  const archive = new PMTiles(new SourceMemoire(octets), undefined, (brut) =>
    Promise.resolve(Uint8Array.from(gunzipSync(new Uint8Array(brut))).buffer),
  );
  const entete = await archive.getHeader();
  let vues = 0;
  for (const [z, x, y] of adressesTuiles(entete)) {
    const tuile = await archive.getZxy(z, x, y);
    if (!tuile) continue;
    vues++;
    for (const [nom, couche] of Object.entries(new VectorTile(new PbfReader(tuile.data)).layers))
      for (let i = 0; i < couche.length; i++) {
        const { properties } = couche.feature(i);
        const rang = rangs.get(`${nom}:${String(properties['code'])}`);
        if (rang === undefined) ecarts.add(`une zone hors du lot (${nom})`);
        else
          for (const [cle, valeur] of Object.entries(properties))
            if (!fixes.has(cle) && (table.colonnes[cle]?.[rang] ?? null) !== valeur)
              ecarts.add(`une valeur qui n’est pas dans sa table (${nom})`);
      }
  }
  if (vues !== entete.numAddressedTiles) ecarts.add('des tuiles hors de son emprise');
  return [...ecarts];
}

/** Check one bundle folder. @throws UserError code 4 when it holds more than its own table */
export async function exigerLotPropre(dossier: string): Promise<void> {
  const table = tableSchema.parse(JSON.parse(await readFile(join(dossier, 'table.json'), 'utf8')));
  const ecarts = await ecartsArchive(await readFile(join(dossier, 'carte.pmtiles')), table);
  const geo = JSON.parse(await readFile(join(dossier, 'geo.json'), 'utf8')) as {
    objects: Record<string, { geometries: { id: string }[] }>;
  };
  const siennes = new Set(table.zones.map((z) => `${z.echelle}:${z.code}`));
  for (const [echelle, { geometries }] of Object.entries(geo.objects))
    if (geometries.some((g) => !siennes.has(`${echelle}:${g.id}`)))
      ecarts.push(`un contour hors du lot (${echelle})`);
  if (ecarts.length > 0)
    throw new UserError(`Le lot « ${basename(dossier)} » contient ${ecarts.join(', ')}.`, {
      code: 4,
      hint: 'C’est un défaut du logiciel : ne diffusez pas ce lot, et signalez-le.',
    });
}
