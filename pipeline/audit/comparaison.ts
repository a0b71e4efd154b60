/** Emitted files against each other and against the lists of what each audience may hold. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { INDICATEURS, VARIABLES } from '../../data/catalogue/indicators/index.ts';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { CLASSES_BASE, STATUTS } from '../../data/contract/cell.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import { tableSchema, type Table } from '../../data/contract/table.ts';
import {
  ECHELLES_AVEC_SECTEUR,
  POPULATIONS,
  SECTEURS,
  type Audience,
  type Echelle,
} from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';
import { chercherMotifs, verifierMetadonnees } from './fuite.ts';
import type { Publication } from './publication.ts';
import { lireArchive, type CoucheLue } from './tuiles.ts';

const variables = new Map(VARIABLES.map((v) => [v.id, v]));
const deIndicateur = new Map(INDICATEURS.map((i) => [i.id, variables.get(i.variable)!]));
const decimales = new Map(INDICATEURS.map((i) => [i.id, i.decimales]));
const MARQUES: ReadonlySet<unknown> = new Set([...CLASSES_BASE, ...STATUTS.filter((s) => s !== 'valeur')]);
/** Properties of a drawn zone that are not figures: names and codes. */
const PROPRIETES = new Set(['code', 'nom', 'commune', 'epci', 'departement', 'region']);

interface Cle {
  readonly id: string;
  readonly variable: Variable;
  readonly estVariable: boolean;
}

/** Decode a column key against the catalogue; null = not a column of this product. */
export function decoderCle(cle: string): Cle | null {
  const [id = '', population, secteur, millesime, ...reste] = cle.split('.');
  const variable = variables.get(id) ?? deIndicateur.get(id);
  if (!variable || reste.length > 0 || !/^[0-9]{4}$/.test(millesime ?? '')) return null;
  if (!variable.populations.some((p) => p === population) || !SECTEURS.some((s) => s === secteur))
    return null;
  return { id, variable, estVariable: variables.has(id) };
}

/** Table without its cells: `verifierListe` judges each cell against a narrower list than the shape. */
const enveloppeSchema = tableSchema.extend({ colonnes: z.record(z.string(), z.array(z.unknown())) });

/** Read and check one table file; null when missing or unreadable (already counted). */
export async function lireTable(
  release: string,
  nom: string,
  audience: Audience,
  constats: Constats,
): Promise<Table | null> {
  const chemin = join(release, nom);
  if (!existsSync(chemin)) {
    constats.violation('fichier', nom, 'table absente');
    return null;
  }
  let contenu: unknown;
  try {
    contenu = JSON.parse(await readFile(chemin, 'utf8'));
  } catch {
    constats.violation('schema', nom, 'JSON illisible');
    return null;
  }
  const lu = enveloppeSchema.safeParse(contenu);
  if (!lu.success) {
    for (const p of lu.error.issues.slice(0, 5))
      constats.violation('schema', nom, `${p.path.join('.')}\u202f: ${p.message}`);
    return null;
  }
  if (lu.data.audience !== audience) constats.violation('schema', nom, `audience ${lu.data.audience}`);
  return lu.data as Table;
}

/** Columns and values of a table against the lists: catalogue, populations, secteurs, échelles of the audience. */
export function verifierListe(table: Table, nom: string, audience: Audience, constats: Constats): void {
  for (const [cle, valeurs] of Object.entries(table.colonnes)) {
    const c = decoderCle(cle);
    if (!c) {
      constats.violation('colonne', nom, cle);
      continue;
    }
    if (valeurs.length !== table.zones.length) constats.violation('schema', nom, `${cle} : longueur`);
    const secteur = cle.split('.')[2];
    valeurs.forEach((v, i) => {
      if (v === null) return;
      const echelle = table.zones[i]?.echelle;
      const bon = typeof v === 'number' ? Number.isSafeInteger(v) && v >= 0 : c.estVariable && MARQUES.has(v);
      if (!bon) constats.violation('colonne', `${nom} ${cle}`, `contenu ${JSON.stringify(v)}`);
      if (!echelle) return;
      if (audience === 'public' && !ECHELLES_PUBLIQUES[c.variable.famille].includes(echelle))
        constats.violation('hors_liste', `${nom} ${cle}`, `${echelle} non publique`);
      if (secteur !== 'tous' && !ECHELLES_AVEC_SECTEUR.includes(echelle))
        constats.violation('hors_liste', `${nom} ${cle}`, `secteur à l’échelle ${echelle}`);
    });
  }
  for (const t of table.tranches)
    if (!POPULATIONS.includes(t.population)) constats.violation('schema', nom, 'population');
}

export interface Mesureur {
  valeurs(n: number): void;
  zones(n: number): void;
}

export interface Demande {
  readonly chemin: string;
  readonly nom: string;
  /** Layers the archive must have; `attendues` = codes with an outline, null = unknown. */
  readonly couches: readonly {
    readonly echelle: Echelle;
    readonly minzoom: number | null;
    readonly maxzoom: number | null;
    readonly attendues: ReadonlySet<string> | null;
  }[];
  /** What the tables of the same audience say. */
  readonly publication: Publication;
  /** Does this column belong in this archive? */
  readonly colonne: (cle: string, variable: Variable) => boolean;
  readonly constats: Constats;
  readonly mesureur: Mesureur;
}

/**
 * Decode an archive whole and compare it with the tables, zone by zone and attribute by attribute.
 * @returns number of tiles read
 */
export async function comparerArchive(d: Demande): Promise<number> {
  const archive = await lireArchive(d.chemin, d.nom);
  for (const a of archive.anomalies) d.constats.violation(a.type, d.nom, a.detail);
  const champs = verifierMetadonnees(archive.metadonnees, d.nom, d.constats);
  const prevues = new Set<string>(d.couches.map((c) => c.echelle));
  for (const nom of archive.couches.keys())
    if (!prevues.has(nom)) d.constats.violation('colonne', d.nom, `couche ${nom}`);
  for (const [nom, cles] of champs) {
    if (!prevues.has(nom)) d.constats.violation('metadonnees', d.nom, `couche ${nom}`);
    for (const cle of cles) if (!permise(cle, d)) d.constats.violation('metadonnees', d.nom, `champ ${cle}`);
  }
  for (const couche of d.couches) {
    const lue: CoucheLue = archive.couches.get(couche.echelle) ?? { zones: new Map(), cles: new Map() };
    for (const cle of lue.cles.keys())
      if (!permise(cle, d)) d.constats.violation('colonne', `${d.nom} ${couche.echelle}`, cle);
    comparerCouche(d, couche, lue, archive.minzoom, archive.maxzoom);
  }
  return archive.tuiles;
}

function permise(cle: string, d: Demande): boolean {
  if (PROPRIETES.has(cle)) return true;
  const c = decoderCle(cle);
  return c !== null && d.colonne(cle, c.variable);
}

function comparerCouche(
  d: Demande,
  couche: Demande['couches'][number],
  lue: CoucheLue,
  minArchive: number,
  maxArchive: number,
): void {
  const { constats, publication } = d;
  const feuille = publication.feuilles.get(couche.echelle);
  const lieu = (code: string) => `${d.nom} ${couche.echelle}:${code}`;
  const comparees = [...(feuille?.colonnes ?? [])]
    .filter(([cle]) => permise(cle, d))
    .map(([cle, table]) => ({ cle, table, colonne: lue.cles.get(cle) ?? -1 }));
  // Attributes outside the table's own columns: the key list of the layer was checked, their values have no source.
  const horsTable = [...lue.cles].filter(([cle]) => !PROPRIETES.has(cle) && !feuille?.colonnes.has(cle));
  const min = couche.minzoom ?? minArchive;
  const max = couche.maxzoom ?? maxArchive;
  let masque = 0;
  for (let z = min; z <= max; z++) masque |= 2 ** z;
  let compares = 0;
  for (const [code, zone] of lue.zones) {
    const rang = feuille?.rang.get(code);
    if (rang === undefined) {
      constats.violation('tuile', lieu(code), 'zone inconnue de la table');
      continue;
    }
    const textes = zone.valeurs.filter((v) => typeof v === 'string' && !MARQUES.has(v));
    chercherMotifs(textes.join('\n'), lieu(code), constats);
    for (const { cle, table, colonne } of comparees) {
      const attendu = table[rang] ?? null;
      const tuile = zone.valeurs[colonne] ?? null;
      if (attendu !== tuile)
        constats.violation('tuile', `${lieu(code)} ${cle}`, `${String(tuile)} au lieu de ${String(attendu)}`);
    }
    compares += comparees.length;
    for (const [cle, colonne] of horsTable)
      if (zone.valeurs[colonne] !== undefined)
        constats.violation('colonne', `${lieu(code)} ${cle}`, 'absente de la table');
    if (zone.zooms !== masque)
      constats.violation(
        'zone_manquante',
        lieu(code),
        `niveaux de zoom ${bits(zone.zooms)} au lieu de ${min} à ${max}`,
      );
  }
  d.mesureur.valeurs(compares);
  d.mesureur.zones(lue.zones.size);
  for (const code of feuille?.codes ?? []) {
    if (lue.zones.has(code)) continue;
    if (couche.attendues === null || couche.attendues.has(code))
      constats.violation('zone_manquante', lieu(code), 'absente de l’archive');
    else constats.signale('zones_sans_trace');
  }
}

const bits = (masque: number) =>
  Array.from({ length: 31 }, (_, z) => z)
    .filter((z) => (masque & (2 ** z)) !== 0)
    .join(', ');

/**
 * Class bounds come from published values only: a bound outside their range tells about a hidden one. Slices of one
 * indicateur share their bounds, so the range is that of all its published values at the échelle.
 */
export function verifierClasses(
  classes: Readonly<Record<string, Readonly<Record<string, Classes>>>>,
  publication: Publication,
  nom: string,
  constats: Constats,
): void {
  for (const [echelle, parCle] of Object.entries(classes)) {
    const etendues = new Map<string, [number, number]>();
    for (const [cle, colonne] of publication.feuilles.get(echelle as Echelle)?.colonnes ?? []) {
      const id = cle.split('.')[0] ?? '';
      const pas = 10 ** (decimales.get(id) ?? 0);
      let [min, max] = etendues.get(id) ?? [Infinity, -Infinity];
      for (const v of colonne)
        if (typeof v === 'number') [min, max] = [Math.min(min, v / pas), Math.max(max, v / pas)];
      etendues.set(id, [min, max]);
    }
    for (const [cle, c] of Object.entries(parCle)) {
      const id = cle.split('.')[0] ?? '';
      const [min, max] = etendues.get(id) ?? [Infinity, -Infinity];
      const dedans = (x: number) => x >= min - 1e-9 && x <= max + 1e-9;
      const libres = c.methode === 'politique' || c.methode === 'manuelle' || c.methode === 'ecart-type';
      if (!deIndicateur.has(id) || min > max)
        constats.violation('classes', nom, `${echelle} ${cle} : aucune valeur publiée`);
      else if (!dedans(c.min) || !dedans(c.max) || (!libres && !c.bornes.every(dedans)))
        constats.violation('classes', nom, `${echelle} ${cle} : bornes hors de [${min}, ${max}]`);
    }
  }
}
