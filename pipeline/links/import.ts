/** Account requests, from the options of a command or from the rows of a CSV file. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../data/contract/erreur.ts';
import { demanderCompte, type DemandeCompte } from './comptes.ts';
import { definis } from './options.ts';
import type { Registre } from './registre.ts';

type Lecture = (nom: string) => string | undefined;

/** Columns of the file: the options of `carto compte demander`. */
export const COLONNES = [
  'convention',
  'role',
  'nom',
  'mel',
  'commune',
  'reference',
  'organisme',
  'contrat',
  'comptes-max',
  'territoires',
  'fin',
  'motif',
] as const;
const OBLIGATOIRES = ['convention', 'role', 'nom', 'mel'] as const;

/** A request from named values. @throws UserError for a value that is missing or not of its form */
export function lireDemande(lire: Lecture, territoires: string[]): DemandeCompte {
  const exige = (nom: string) => {
    const v = lire(nom);
    if (v === undefined) throw new UserError(`Il manque « ${nom} ».`, { code: 2 });
    return v;
  };
  const role = exige('role');
  if (role !== 'epci' && role !== 'commune' && role !== 'tiers')
    throw new UserError(`Le rôle est epci, commune ou tiers ; reçu « ${role} ».`, { code: 2 });
  const max = lire('comptes-max');
  if (max !== undefined && !/^[1-9]\d{0,3}$/.test(max))
    throw new UserError(`« comptes-max » est un nombre entier ; reçu « ${max} ».`, { code: 2 });
  return {
    convention: exige('convention'),
    role,
    nom: exige('nom'),
    mel: exige('mel'),
    ...(territoires.length > 0 ? { territoires } : {}),
    ...definis({
      commune: lire('commune'),
      reference: lire('reference'),
      organisme: lire('organisme'),
      contrat: lire('contrat'),
      fin: lire('fin'),
      comptesMax: max === undefined ? undefined : Number(max),
      derogation: lire('motif'),
    }),
  };
}

export interface LigneImportee {
  /** Line of the file, the header being 1. */
  ligne: number;
  compte?: string;
  refus?: string;
}

/**
 * Requests of a CSV file (`;` or `,`, UTF-8, header with the names of the options): each row accepted, or refused with its
 * reason, independently of the others.
 * @throws UserError when the file or its header cannot be read: nothing is then recorded
 */
export async function importerDemandes(registre: Registre, fichier: string): Promise<LigneImportee[]> {
  const texte = await readFile(fichier, 'utf8').catch(() => {
    throw new UserError(`Ce fichier ne se lit pas : « ${fichier} ».`);
  });
  let lignes: { record: Record<string, string>; info: { lines: number } }[];
  try {
    lignes = parse(texte, {
      columns: true,
      bom: true,
      delimiter: [';', ','],
      trim: true,
      skip_empty_lines: true,
      info: true,
    });
  } catch (cause) {
    const { lines } = cause as { lines?: number };
    throw new UserError(
      `« ${fichier} », ligne ${lines ?? '?'} : le nombre de colonnes n’est pas celui de l’en-tête.`,
      {
        hint: 'Séparez les colonnes par des points-virgules, et mettez entre guillemets une valeur qui en contient.',
        cause,
      },
    );
  }
  exigerEntete(fichier, texte);
  const resultats: LigneImportee[] = [];
  for (const { record, info } of lignes) {
    try {
      const territoires = (record['territoires'] ?? '').split(/[\s|]+/).filter((t) => t !== '');
      const c = await demanderCompte(
        registre,
        lireDemande((nom) => record[nom] || undefined, territoires),
      );
      resultats.push({ ligne: info.lines, compte: c.id });
    } catch (erreur) {
      if (!(erreur instanceof UserError)) throw erreur;
      resultats.push({
        ligne: info.lines,
        // Advice speaks of options: in a file they are columns.
        refus: [erreur.message, erreur.hint?.replaceAll(/--([a-z-]+)/g, 'colonne $1')]
          .filter(Boolean)
          .join(' '),
      });
    }
  }
  return resultats;
}

function exigerEntete(fichier: string, texte: string): void {
  const [entete = []] = parse(texte, {
    bom: true,
    delimiter: [';', ','],
    trim: true,
    to_line: 1,
  });
  const inconnues = entete.filter((c) => !COLONNES.some((x) => x === c));
  const absentes = OBLIGATOIRES.filter((c) => !entete.includes(c));
  if (inconnues.length === 0 && absentes.length === 0) return;
  throw new UserError(
    `« ${fichier} », en-tête : ${[
      ...(absentes.length > 0 ? [`il manque ${absentes.join(', ')}`] : []),
      ...(inconnues.length > 0 ? [`colonne inconnue ${inconnues.join(', ')}`] : []),
    ].join(' ; ')}.`,
    { hint: `Colonnes attendues : ${COLONNES.join(', ')} (territoires séparés par des espaces).` },
  );
}
