/** `carto explain`: what the public audience sees of one cell (rule P7 and what protects it), from publiques.parquet. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ECHELLES_PUBLIQUES } from '../../data/catalogue/public.ts';
import { LIBELLES_REGLE } from '../../data/catalogue/secret.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Echelle, Population, Secteur } from '../../data/contract/zone.ts';
import { texte, type Base } from '../lib/duckdb.ts';

export interface SortPublic {
  /** Is the variable in the public tables at this échelle? */
  diffusee: boolean;
  /** Why the public does not see a cell that territories may show; null otherwise. */
  raison: { raison: 'P7' | 'secondaire'; cible: string | null; autres: number | null } | null;
}

/** A release older than this file has none: its public cells are told as published. @param dossier confidential folder */
export async function sortPublic(
  dossier: string,
  base: Base,
  v: Variable,
  c: { millesime: number | null; population: Population; echelle: Echelle; code: string; secteur: Secteur },
): Promise<SortPublic> {
  const diffusee = ECHELLES_PUBLIQUES[v.famille].includes(c.echelle);
  const fichier = join(dossier, 'secret', 'publiques.parquet');
  if (!diffusee || !existsSync(fichier)) return { diffusee, raison: null };
  const [raison] = await base.lignes<NonNullable<SortPublic['raison']>>(
    `select raison, cible, autres from read_parquet(${texte(fichier)}) where millesime = ${c.millesime} and variable = ${texte(v.id)} and population = '${c.population}' and echelle = '${c.echelle}' and code = ${texte(c.code)} and secteur = '${c.secteur}'`,
  );
  return { diffusee, raison: raison ?? null };
}

/** One French sentence. @param masquee true when rules P1 to P6, or a neighbour of theirs, hide the cell from everybody */
export function diteSortPublic({ diffusee, raison }: SortPublic, masquee: boolean): string {
  if (!diffusee) return 'Diffusion publique : cette échelle n’en fait pas partie.';
  if (masquee) return 'Diffusion publique : masquée aussi.';
  if (raison === null) return 'Diffusion publique : publiée.';
  if (raison.raison === 'P7') return `Masquée dans la diffusion publique (P7) : ${LIBELLES_REGLE.P7}.`;
  const autres = raison.autres ?? 0;
  const cible = raison.cible
    ? `« ${raison.cible} »${autres > 0 ? ` et ${autres} autres` : ''}`
    : 'une cellule voisine';
  return `Masquée en public pour protéger ${cible}, où un bailleur domine (P7) : publiée, elle permettrait de la calculer.`;
}

/** Trailing line of `carto explain --pertes`; empty when the public loses nothing. */
export async function ditPertesPubliques(dossier: string, base: Base, millesime: number): Promise<string> {
  const fichier = join(dossier, 'secret', 'publiques.parquet');
  if (!existsSync(fichier)) return '';
  const [l] = await base.lignes<{ p7: number; voisines: number }>(
    `select (count(*) filter (raison = 'P7'))::integer as p7, (count(*) filter (raison <> 'P7'))::integer as voisines from read_parquet(${texte(fichier)}) where millesime = ${millesime}`,
  );
  if (l === undefined || l.p7 + l.voisines === 0) return '';
  return `Diffusion publique, toutes populations et tous secteurs : cellules masquées de plus, ${l.p7} par la règle P7 et ${l.voisines} pour les protéger.`;
}
