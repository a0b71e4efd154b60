/** Checks after the engine: residues of every decomposition, and numerators against bounds. */
import { indicateursDe } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import type { Variable } from '../../data/contract/indicateur.ts';
import type { Population } from '../../data/contract/zone.ts';
import type { Atomes, NiveauZones } from './atomes.ts';
import { repareNumerateurs } from './numerateurs.ts';
import { poidsDe } from './poids.ts';
import { RAISONS } from './primaire.ts';
import type { Exigence } from './systeme.ts';
import type { Recherche } from './recherche.ts';
import { repareResidus } from './residus.ts';
import { relations } from './relations.ts';
import type { Cause, Garde, Verdict } from './verdict.ts';

/** Numerators of the variable against bounds; further hidden cells are written into `cache`. */
export function proteges(
  v: Variable,
  niveaux: readonly NiveauZones[],
  a: Atomes,
  verdicts: readonly Verdict[],
  { cache, causes, index }: Recherche,
  contexte: number,
  options: { sans?: readonly Garde[]; exige?: Exigence },
): void {
  const { sans = [], exige } = options;
  const parts = indicateursDe(v.id).filter((i) => i.calcul === 'part' && v.cent !== 'non');
  const m = (nom: string) => a.mesures.get(nom) ?? new Int32Array(a.n);
  const de = (k: number, p: Population) => verdicts.find((d) => d.rang === k && d.population === p);
  // Context totals are taken as known, hidden or not, unless they are small themselves: the storey above may give them.
  const donne = (k: number, p: Population, z: number) =>
    k < contexte && (de(k, p)?.comptes.r[z] ?? 0) >= REGLES.seuil;
  const drapeaux = niveaux.map((n, k) => {
    const un = (p: Population) =>
      Uint8Array.from(n.cles, (_, z) =>
        de(k, p) === undefined ? 1 : donne(k, p, z) ? 0 : (cache[index.cellule(k, p, z)] as number),
      );
    return { ENS: un('ENS'), ER: un('ER') };
  });
  const libre = niveaux.map((n, k) => {
    const un = (p: Population) =>
      Uint8Array.from(n.cles, (_, z) => (RAISONS[de(k, p)?.raison[z] ?? 0] === 'P3' ? 1 : 0));
    return { ENS: un('ENS'), ER: un('ER') };
  });
  const deux = (mesure: string) => ({ ENS: m(`${mesure}.ENS`), ER: m(`${mesure}.ER`) });
  const commun = {
    relations: relations(niveaux, a.n, v.populations.includes('ER')),
    niveaux,
    cache: drapeaux,
    libre,
    contexte,
    seuil: REGLES.seuil,
    poids: (k: number) => poidsDe(niveaux[k] as NiveauZones),
    exige,
    note: (k: number, z: number, p: Population, cause: Cause) => causes.set(index.cellule(k, p, z), cause),
  };
  if (!sans.includes('residus')) {
    repareResidus({ ...commun, repondants: deux(`n.${v.id}`) });
    repareResidus({ ...commun, repondants: deux(`r.${v.id}`) });
  }
  if (parts.length > 0 && !sans.includes('bornes')) {
    repareNumerateurs({
      ...commun,
      numerateurs: parts.map((i) => deux(`x.${i.id}`)),
      denominateur: deux(`u.${v.id}`),
      repondants: deux(`r.${v.id}`),
      champ: deux(`n.${v.id}`),
    });
  }
  for (const d of verdicts) {
    for (let z = 0; z < d.cache.length; z++)
      if (drapeaux[d.rang]?.[d.population][z]) cache[index.cellule(d.rang, d.population, z)] = 1;
  }
}
