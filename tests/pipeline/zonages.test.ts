/** Further zonings (drawn or listed), QVA, bâtiments and cages: published, protected with the others, refused when wrong. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import type { FeatureCollection, Position } from 'geojson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import { audite, creeTerritoire, type Territoire } from '../secret/territoire.ts';

interface SourcesJson {
  fichiers: Record<string, unknown>[];
}

/** Add a file to a folder of sources. */
async function ajoute(dossier: string, declare: Record<string, unknown>, contenu: string): Promise<void> {
  const chemin = join(dossier, 'sources.json');
  const config = JSON.parse(await readFile(chemin, 'utf8')) as SourcesJson;
  config.fichiers.push(declare);
  await writeFile(chemin, JSON.stringify(config));
  await writeFile(join(dossier, String(declare.chemin)), contenu);
}

/** Two boxes, west and east of the middle of the communes. */
async function moities(dossier: string): Promise<FeatureCollection> {
  const config = JSON.parse(await readFile(join(dossier, 'sources.json'), 'utf8')) as SourcesJson;
  const chemin = String(config.fichiers.find((f) => f.type === 'communes')?.chemin);
  const octets = await readFile(join(dossier, chemin));
  const texte = (chemin.endsWith('.gz') ? gunzipSync(octets) : octets).toString('utf8');
  const xs = (
    JSON.stringify((JSON.parse(texte) as FeatureCollection).features).match(/\[-?\d+\.\d+,-?\d+\.\d+\]/g) ??
    []
  )
    .map((p) => (JSON.parse(p) as Position)[0] as number)
    .sort((a, b) => a - b);
  const milieu = (xs[Math.floor(xs.length / 2)] as number) + 1e-6;
  const boite = (o: number, e: number, code: string, nom: string) => ({
    type: 'Feature' as const,
    properties: { code, nom },
    geometry: {
      type: 'Polygon' as const,
      coordinates: [[[o, 30], [e, 30], [e, 60], [o, 60], [o, 30]]], // prettier-ignore
    },
  });
  return {
    type: 'FeatureCollection',
    features: [boite(-20, milieu, 'O', 'Secteur ouest'), boite(milieu, 40, 'E', 'Secteur est')],
  };
}

const LISTE = { type: 'zonage', identifiant: 'tournees', chemin: 'tournees.csv' };
const identifiant = (n: number) => String(n).padStart(9, '0');

describe('zonages of the producer', () => {
  let t: Territoire;
  let table: Table;
  beforeAll(async () => {
    t = await creeTerritoire(11, {
      sources: async (d) => {
        await ajoute(
          d,
          { type: 'zonage', identifiant: 'secteurs', chemin: 'secteurs.geojson', zonage: 'Secteurs du PLH' },
          JSON.stringify(await moities(d)),
        );
        // Rounds of a caretaker: they cross residences, and one row knows no dwelling.
        const lignes = Array.from(
          { length: 9000 },
          (_, n) => `${identifiant(n + 1)};T${Math.floor(n / 90) % 7};`,
        );
        await ajoute(d, LISTE, `id_rpls;code;nom\n${lignes.join('\n')}\n999999999;T1;\n`);
      },
    });
    const { publie, confidentiel } = await t.secret([]);
    expect([...(await audite(publie, confidentiel)).violations]).toEqual([]);
    const [epci] = await readdir(join(publie, 'territoires'));
    table = tableSchema.parse(
      JSON.parse(await readFile(join(publie, 'territoires', String(epci), 'table.json'), 'utf8')),
    );
  }, 120_000);
  afterAll(() => t.ferme());

  it('publishes drawn and listed zones by name, with figures', () => {
    const zones = table.zones.filter((z) => z.echelle === 'zonage');
    const noms = new Map(zones.map((z) => [z.code, z.nom]));
    expect(noms.get('secteurs.O') ?? noms.get('secteurs.E')).toMatch(/^Secteur (ouest|est)/);
    expect([...noms.keys()].filter((c) => c.startsWith('tournees.')).length).toBeGreaterThan(3);
    const colonne = Object.entries(table.colonnes).find(([k]) => k.startsWith('ops_men.ENS.tous'))?.[1];
    const figures = table.zones.map((z, i) => (z.echelle === 'zonage' ? colonne?.[i] : null));
    expect(figures.some((v) => typeof v === 'string' && /\d/.test(v))).toBe(true);
  });

  it('publishes bâtiments and cages named after their address', () => {
    const noms = (e: string) => table.zones.filter((z) => z.echelle === e).map((z) => z.nom);
    expect(noms('batiment').every((n) => n.startsWith('Bâtiment '))).toBe(true);
    expect(noms('cage').some((n) => n.includes('escalier '))).toBe(true);
  });

  it('lists the row that knows no dwelling', async () => {
    const rejets = await readFile(join(t.dossier, 'tables', 'rejets.csv'), 'utf8');
    expect(rejets).toContain('tournees.csv;9002;id_rpls;999999999');
  });
});

describe('a wrong zonage', () => {
  it('is refused by its rows when one dwelling is in two zones', async () => {
    await expect(
      creeTerritoire(11, {
        sources: (d) =>
          ajoute(d, LISTE, `id_rpls;code\n${identifiant(1)};A\n${identifiant(2)};A\n${identifiant(1)};B\n`),
      }),
    ).rejects.toThrow(
      'tournees.csv, lignes 2 et 4 : id_rpls « 000000001 » est dans deux zones, tournees.A et tournees.B.',
    );
  }, 60_000);

  it('is refused without an identifiant', async () => {
    await expect(
      creeTerritoire(11, {
        sources: (d) => ajoute(d, { type: 'zonage', chemin: 'z.csv' }, 'id_rpls;code\n000000001;A\n'),
      }),
    ).rejects.toThrow('un fichier de type « zonage » demande un « identifiant »');
  }, 60_000);
});
