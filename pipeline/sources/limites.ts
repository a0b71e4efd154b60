/**
 * Boundaries reader: GeoJSON (plain or .gz, WGS84) and GeoPackage (any declared CRS) → features {code, nom, commune?}
 * in WGS84. Field names change with producers and years (geodata.md §2.2–2.4), so they are found by list.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { WKBLoader } from '@loaders.gl/wkt';
import { parseSync } from '@loaders.gl/core';
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';
import { UserError } from '../../data/contract/erreur.ts';
import type { Comptes } from '../../data/contract/provenance.ts';
import type { Fichier, TypeSource } from '../../data/contract/sources.ts';
import { versWgs84 } from '../lib/projections.ts';

export interface ProprietesLimite {
  code: string;
  nom: string;
  /** Commune that holds an IRIS, when the file says so. */
  commune?: string;
  /** TYP_IRIS. */
  type?: string;
}
export type Limite = Feature<Polygon | MultiPolygon, ProprietesLimite>;

export interface RejetLimite {
  ligne: number;
  colonne: string;
  recu: string;
  attendu: string;
}

const CODES: Partial<Record<TypeSource, readonly string[]>> = {
  communes: ['INSEE_COM', 'DEPCOM', 'CODGEO', 'code_insee', 'insee_com', 'CODE_COM', 'code'],
  epci: ['EPCI', 'SIREN_EPCI', 'siren_epci', 'CODE_SIREN', 'code_siren', 'CODE_EPCI', 'code'],
  departements: ['INSEE_DEP', 'insee_dep', 'DEP', 'code_insee', 'code'],
  regions: ['INSEE_REG', 'insee_reg', 'REG', 'code_insee', 'code'],
  iris: ['CODE_IRIS', 'code_iris', 'DCOMIRIS'],
  qpv: ['code_qp', 'CODE_QP', 'QP_CODE', 'codeQPV', 'code'],
  qva: ['code_qva', 'CODE_QVA', 'code_qp', 'CODE_QP', 'code'],
  zonage: ['code', 'CODE', 'id', 'ID'],
};
const NOMS: Partial<Record<TypeSource, readonly string[]>> = {
  communes: ['NOM', 'NOM_COM', 'NOM_DEPCOM', 'nom_officiel', 'lib_com', 'LIBCOM', 'LIBGEO', 'nom'],
  epci: ['NOM_EPCI', 'NOM', 'lib_epci', 'nom_officiel', 'LIBEPCI', 'nom'],
  departements: ['NOM', 'NOM_DEP', 'lib_dep', 'nom_officiel', 'nom'],
  regions: ['NOM', 'NOM_REG', 'lib_reg', 'nom_officiel', 'nom'],
  iris: ['NOM_IRIS', 'nom_iris', 'LAB_IRIS', 'nom_quartier'],
  qpv: ['nom_qp', 'NOM_QP', 'lib_qp', 'nom', 'NOM'],
  qva: ['nom_qva', 'NOM_QVA', 'nom_qp', 'lib_qp', 'nom', 'NOM'],
  zonage: ['nom', 'NOM', 'libelle', 'LIBELLE'],
};
const COMMUNES_IRIS = ['INSEE_COM', 'DEPCOM', 'CODE_COM', 'code_insee', 'insee_com'];
const LONGUEUR: Partial<Record<TypeSource, number>> = { communes: 5, iris: 9 };

/** Codes are text: some files store them as numbers. */
const chaine = (v: unknown): string =>
  typeof v === 'string' ? v.trim() : typeof v === 'number' ? String(v) : '';

function choisis(proprietes: Record<string, unknown>, noms: readonly string[]): string {
  for (const n of noms) {
    const v = chaine(proprietes[n]);
    if (v !== '') return v;
  }
  return '';
}

interface Brute {
  proprietes: Record<string, unknown>;
  geometrie: Polygon | MultiPolygon | null;
}

async function lisGeoJson(chemin: string): Promise<Brute[]> {
  const octets = await readFile(chemin);
  const texte = (chemin.endsWith('.gz') ? gunzipSync(octets) : octets)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  let lu: FeatureCollection;
  try {
    lu = JSON.parse(texte) as FeatureCollection;
  } catch (erreur) {
    throw new UserError(`${basename(chemin)} n’est pas un GeoJSON lisible.`, {
      hint: 'Le fichier est peut-être tronqué : téléchargez-le à nouveau.',
      cause: erreur,
    });
  }
  if (!Array.isArray(lu.features))
    throw new UserError(`${basename(chemin)} : « features » manque.`, {
      hint: 'Attendu : une FeatureCollection GeoJSON.',
    });
  return lu.features.map((f) => ({
    proprietes: (f.properties ?? {}) as Record<string, unknown>,
    geometrie: f.geometry?.type === 'Polygon' || f.geometry?.type === 'MultiPolygon' ? f.geometry : null,
  }));
}

/** Strip the GeoPackage header (OGC 12-128r18 §2.1.3) and give the WKB that follows. */
function wkbDe(blob: Uint8Array): Uint8Array {
  const drapeaux = blob[3] ?? 0;
  const enveloppe = [0, 32, 48, 48, 64][(drapeaux >> 1) & 7] ?? 0;
  return blob.subarray(8 + enveloppe);
}

async function lisGeoPackage(chemin: string, couche: string | undefined): Promise<Brute[]> {
  const { DatabaseSync } = await import('node:sqlite');
  const base = new DatabaseSync(chemin, { readOnly: true });
  try {
    const couches = base
      .prepare(
        "select c.table_name as t, g.column_name as g, g.srs_id as s from gpkg_contents c join gpkg_geometry_columns g on g.table_name = c.table_name where c.data_type = 'features' order by 1",
      )
      .all() as { t: string; g: string; s: number }[];
    const choix =
      couche === undefined
        ? couches.length === 1
          ? couches[0]
          : undefined
        : couches.find((c) => c.t === couche);
    if (choix === undefined) {
      throw new UserError(`${basename(chemin)} : précisez la couche à lire.`, {
        hint: `Couches du GeoPackage : ${couches.map((c) => c.t).join(', ')}. Ajoutez « couche » dans sources.json.`,
      });
    }
    const projette = versWgs84(choix.s);
    const lignes = base.prepare(`select * from "${choix.t.replaceAll('"', '""')}"`).all() as Record<
      string,
      unknown
    >[];
    return lignes.map((l) => {
      const { [choix.g]: blob, ...proprietes } = l;
      if (!(blob instanceof Uint8Array)) return { proprietes, geometrie: null };
      const wkb = wkbDe(blob);
      const g = parseSync(wkb.slice().buffer, WKBLoader, { wkb: { shape: 'geojson-geometry' } }) as
        Polygon | MultiPolygon;
      const anneau = (r: Position[]) => r.map((p) => projette([p[0] ?? 0, p[1] ?? 0]));
      if (g.type === 'Polygon')
        return {
          proprietes,
          geometrie: { type: 'Polygon', coordinates: g.coordinates.map(anneau) } as Polygon,
        };
      if (g.type === 'MultiPolygon')
        return {
          proprietes,
          geometrie: {
            type: 'MultiPolygon',
            coordinates: g.coordinates.map((p) => p.map(anneau)),
          } as MultiPolygon,
        };
      return { proprietes, geometrie: null };
    });
  } finally {
    base.close();
  }
}

/** Read one boundary file. Features without geometry, code or with a repeated code are refused and listed. */
export async function lisLimites(
  chemin: string,
  fichier: Fichier,
): Promise<{ limites: Limite[]; comptes: Comptes; rejets: RejetLimite[] }> {
  const brutes = /\.gpkg$/i.test(chemin)
    ? await lisGeoPackage(chemin, fichier.couche)
    : await lisGeoJson(chemin);
  const codes = fichier.colonnes?.code === undefined ? (CODES[fichier.type] ?? []) : [fichier.colonnes.code];
  const noms = fichier.colonnes?.nom === undefined ? (NOMS[fichier.type] ?? []) : [fichier.colonnes.nom];
  const longueur = LONGUEUR[fichier.type];
  const vus = new Set<string>();
  const rejets: RejetLimite[] = [];
  const limites: Limite[] = [];
  brutes.forEach((b, i) => {
    let code = choisis(b.proprietes, codes).replace(/^="(.*)"$/, '$1');
    if (fichier.type === 'communes' && /^\d{4}$/.test(code)) code = `0${code}`;
    const refuse = (colonne: string, recu: string, attendu: string) =>
      rejets.push({ ligne: i + 1, colonne, recu, attendu });
    if (code === '') return refuse(codes.join(' ou '), '(vide)', 'un code');
    if (longueur !== undefined && code.length !== longueur)
      return refuse(codes.join(' ou '), code, `un code de ${longueur} caractères`);
    if (b.geometrie === null || b.geometrie.coordinates.length === 0)
      return refuse('geometry', '(vide)', 'un polygone');
    if (vus.has(code)) return refuse(codes.join(' ou '), code, 'un code présent une seule fois');
    vus.add(code);
    const commune = fichier.type === 'iris' ? choisis(b.proprietes, COMMUNES_IRIS) || code.slice(0, 5) : '';
    const type = chaine(b.proprietes.TYP_IRIS ?? b.proprietes.type_iris);
    return limites.push({
      type: 'Feature',
      properties: {
        code,
        nom: choisis(b.proprietes, noms) || code,
        ...(commune === '' ? {} : { commune }),
        ...(type === '' ? {} : { type }),
      },
      geometry: b.geometrie,
    });
  });
  if (limites.length === 0) {
    throw new UserError(`${basename(chemin)} : aucun polygone utilisable.`, {
      hint: `Colonnes attendues pour le code : ${codes.join(', ')}. Reçues : ${Object.keys(brutes[0]?.proprietes ?? {}).join(', ') || 'aucune'}.`,
    });
  }
  return {
    limites,
    comptes: { entree: brutes.length, gardees: limites.length, rejetees: rejets.length },
    rejets,
  };
}
