/**
 * A flat table of finest units → a system. Columns `n`, `a_…` (all) and `e_…` (recent movers) are counts; every other
 * column is a geography, `none` or empty meaning "in no zone of this geography".
 */
import { basename } from 'node:path';
import { UserError } from '../../../data/contract/erreur.ts';
import { lignesCsv, type Ligne } from './lecture.ts';
import type { Niveau, Systeme } from './types.ts';

export interface OptionsTable {
  readonly seuil: number;
  /** Column of all units; default `a_n`, else `n`. */
  readonly compte?: string;
  /** Column of the recent ones, or `aucune`; default `e_n` when there. */
  readonly recents?: string;
  /** Geography whose codes must be unique; default the first geography column; `aucune` = no check. */
  readonly unite?: string;
  /** Declared nestings, child first: ["iris", "commune", "epci"]. A zone with two parents is then refused. */
  readonly emboitements?: readonly (readonly string[])[];
  /** Weight per geography (default 1). */
  readonly poids?: ReadonlyMap<string, number>;
  /** Geographies whose totals must stay published. */
  readonly imposes?: readonly string[];
}

const estCompte = (colonne: string) => colonne === 'n' || /^[ae]_/.test(colonne);
const HORS = new Set(['', 'none']);
/** Geographies that are also split into qpv and hors qpv when the table has a `qpv` column. */
const AVEC_SECTEUR = ['commune', 'epci', 'dep', 'departement', 'region', 'france'];

interface Geographie {
  readonly colonne: string;
  readonly champ: number;
  readonly rangs: Map<string, number>;
  readonly zone: number[];
}

/** Read a table. @throws UserError naming file, line, column, expected and received */
export async function lisTable(chemin: string, options: OptionsTable): Promise<Systeme> {
  const nom = basename(chemin);
  const lignes = lignesCsv(chemin, nom);
  const tete = await lignes.next();
  if (tete.done === true)
    throw new UserError(`Fichier ${nom} vide.`, { hint: 'Attendu : un en-tête puis une ligne par unité.' });
  const entete = tete.value.champs.map((c) => c.trim());
  const manque = (colonne: string, sens: string): never => {
    throw new UserError(`Fichier ${nom}, ligne 1 : colonne « ${colonne} » absente (${sens}).`, {
      hint: `Colonnes reçues : ${entete.join(', ')}.`,
    });
  };
  const double = entete.find((c, i) => entete.indexOf(c) !== i);
  if (double !== undefined)
    throw new UserError(`Fichier ${nom}, ligne 1 : la colonne « ${double} » figure deux fois.`);
  const compte = options.compte ?? (entete.includes('a_n') ? 'a_n' : 'n');
  if (!entete.includes(compte)) manque(compte, 'effectif de chaque unité');
  const recents = options.recents ?? (entete.includes('e_n') ? 'e_n' : 'aucune');
  if (recents !== 'aucune' && !entete.includes(recents)) manque(recents, 'effectif des emménagés récents');
  const geographies: Geographie[] = entete.flatMap((colonne, champ) =>
    estCompte(colonne) || colonne === compte || colonne === recents
      ? []
      : [{ colonne, champ, rangs: new Map<string, number>(), zone: [] }],
  );
  if (geographies.length === 0)
    throw new UserError(`Fichier ${nom}, ligne 1 : aucune colonne de géographie.`, {
      hint: 'Attendu : au moins une colonne autre que n, a_… et e_….',
    });
  for (const c of [
    ...(options.emboitements ?? []).flat(),
    ...(options.imposes ?? []),
    ...(options.poids?.keys() ?? []),
  ])
    if (!geographies.some((g) => g.colonne === c || nomSecteur(g.colonne) === c))
      manque(c, 'nommée par une option');
  const unite = options.unite ?? (geographies[0] as Geographie).colonne;
  const gUnite = geographies.find((g) => g.colonne === unite);
  if (unite !== 'aucune' && gUnite === undefined) manque(unite, 'identifiant des unités');
  const comptes = entete.flatMap((c, i) => (estCompte(c) || c === compte || c === recents ? [{ c, i }] : []));
  const ens: number[] = [];
  const er: number[] = [];
  const numeros: number[] = [];
  for await (const ligne of lignes) {
    if (ligne.champs.length !== entete.length)
      throw new UserError(
        `Fichier ${nom}, ligne ${ligne.numero} : ${ligne.champs.length} champs reçus, ${entete.length} attendus.`,
      );
    for (const { c, i } of comptes) {
      const v = entier(nom, ligne, c, i);
      if (c === compte) ens.push(v);
      else if (c === recents) er.push(v);
    }
    const a = ens.length - 1;
    if (recents !== 'aucune' && (er[a] as number) > (ens[a] as number))
      throw new UserError(
        `Fichier ${nom}, ligne ${ligne.numero}, colonne ${recents} : reçu ${er[a]}, attendu au plus ${ens[a]} (colonne ${compte}).`,
      );
    for (const g of geographies) {
      const code = (ligne.champs[g.champ] as string).trim();
      if (HORS.has(code)) {
        if (g === gUnite)
          throw new UserError(
            `Fichier ${nom}, ligne ${ligne.numero}, colonne ${unite} : identifiant absent.`,
          );
        g.zone.push(-1);
        continue;
      }
      let z = g.rangs.get(code);
      if (z === undefined) g.rangs.set(code, (z = g.rangs.size));
      else if (g === gUnite)
        throw new UserError(
          `Fichier ${nom}, ligne ${ligne.numero}, colonne ${unite} : identifiant « ${code} » déjà donné ligne ${numeros[g.zone.indexOf(z)]}.`,
          { hint: 'Additionnez les lignes d’une même unité, ou ajoutez --unite aucune.' },
        );
      g.zone.push(z);
    }
    numeros.push(ligne.numero);
  }
  if (ens.length === 0) throw new UserError(`Fichier ${nom} : aucune unité sous l’en-tête.`);
  verifieEmboitements(nom, geographies, options.emboitements ?? [], numeros);
  const niveaux = geographies.map((g) => niveau(g.colonne, g, options));
  const qpv = geographies.find((g) => g.colonne === 'qpv');
  if (qpv !== undefined)
    for (const g of geographies)
      if (AVEC_SECTEUR.includes(g.colonne))
        niveaux.push(niveau(nomSecteur(g.colonne), croise(g, qpv), options));
  return {
    atomes: ens.length,
    niveaux,
    effectifs: {
      ENS: Int32Array.from(ens),
      ...(recents === 'aucune' ? {} : { ER: Int32Array.from(er) }),
    },
    seuil: options.seuil,
  };
}

function entier(nom: string, ligne: Ligne, colonne: string, champ: number): number {
  const texte = (ligne.champs[champ] as string).trim();
  if (/^\d{1,9}$/.test(texte)) return Number(texte);
  throw new UserError(
    `Fichier ${nom}, ligne ${ligne.numero}, colonne ${colonne} : reçu « ${texte} », attendu un nombre entier positif ou nul.`,
  );
}

const nomSecteur = (colonne: string) => `${colonne === 'commune' ? 'com' : colonne}_qpv`;

function niveau(id: string, g: Pick<Geographie, 'rangs' | 'zone'>, options: OptionsTable): Niveau {
  return {
    id,
    poids: options.poids?.get(id) ?? 1,
    zone: Int32Array.from(g.zone),
    codes: [...g.rangs.keys()],
    impose: options.imposes?.includes(id) ?? false,
  };
}

/** Sectors of a geography: each zone split into `code|qpv` and `code|hors`. */
function croise(g: Geographie, qpv: Geographie): Pick<Geographie, 'rangs' | 'zone'> {
  const codes = [...g.rangs.keys()];
  const rangs = new Map<string, number>();
  const zone = g.zone.map((z, a) => {
    if (z < 0) return -1;
    const code = `${codes[z]}|${(qpv.zone[a] as number) >= 0 ? 'qpv' : 'hors'}`;
    let k = rangs.get(code);
    if (k === undefined) rangs.set(code, (k = rangs.size));
    return k;
  });
  return { rangs, zone };
}

function verifieEmboitements(
  nom: string,
  geographies: readonly Geographie[],
  chaines: readonly (readonly string[])[],
  numeros: readonly number[],
): void {
  for (const chaine of chaines)
    for (let i = 0; i + 1 < chaine.length; i++) {
      const enfant = geographies.find((g) => g.colonne === chaine[i]) as Geographie;
      const parent = geographies.find((g) => g.colonne === chaine[i + 1]) as Geographie;
      const vu = new Map<number, number>();
      enfant.zone.forEach((z, a) => {
        if (z < 0) return;
        const avant = vu.get(z);
        if (avant === undefined) vu.set(z, a);
        else if (parent.zone[avant] !== parent.zone[a]) {
          const code = (g: Geographie, k: number) => [...g.rangs.keys()][g.zone[k] as number] ?? 'aucune';
          throw new UserError(
            `Fichier ${nom}, lignes ${numeros[avant]} et ${numeros[a]} : ${enfant.colonne} « ${code(enfant, a)} » est rattachée à deux zones de « ${parent.colonne} » : ${code(parent, avant)} et ${code(parent, a)}.`,
            { hint: `Corrigez le rattachement, ou retirez ${chaine.join('<')} de --emboite.` },
          );
        }
      });
    }
}
