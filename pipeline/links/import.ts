/** Account requests, from the options of a command or from the rows of a CSV file. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../data/contract/erreur.ts';
import { demanderCompte, type DemandeCompte } from './comptes.ts';
import { definis } from './options.ts';
import { jour } from './dates.ts';
import { RefusRegistre, type Registre } from './registre.ts';

/** A value that is missing or not of its form. */
class ValeurRefusee extends UserError {
  readonly colonne: string;
  constructor(colonne: string, message: string, hint?: string) {
    super(message, { code: 2, ...(hint === undefined ? {} : { hint }) });
    this.colonne = colonne;
  }
}

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
    if (v === undefined) throw new ValeurRefusee(nom, `Il manque « ${nom} ».`, `Ajoutez --${nom}.`);
    return v;
  };
  const role = exige('role');
  if (role !== 'epci' && role !== 'commune' && role !== 'tiers')
    throw new ValeurRefusee('role', `Le rôle est epci, commune ou tiers ; reçu « ${role} ».`);
  const max = lire('comptes-max');
  if (max !== undefined && !/^[1-9]\d{0,3}$/.test(max))
    throw new ValeurRefusee('comptes-max', `« comptes-max » est un nombre entier ; reçu « ${max} ».`);
  const commune = lire('commune');
  if (commune !== undefined && !/^[0-9][0-9AB][0-9]{3}$/.test(commune))
    throw new ValeurRefusee(
      'commune',
      `Ce code de commune n’est pas un code INSEE : « ${commune} ».`,
      'Attendu : cinq caractères, par exemple 01001 ; un tableur ôte parfois le zéro du début.',
    );
  const fin = lire('fin');
  if (fin !== undefined)
    try {
      jour(fin, 'de fin');
    } catch (erreur) {
      throw erreur instanceof UserError ? new ValeurRefusee('fin', erreur.message, erreur.hint) : erreur;
    }
  return {
    convention: exige('convention'),
    role,
    nom: exige('nom'),
    mel: exige('mel'),
    ...(territoires.length > 0 ? { territoires } : {}),
    ...definis({
      commune,
      reference: lire('reference'),
      organisme: lire('organisme'),
      contrat: lire('contrat'),
      fin,
      comptesMax: max === undefined ? undefined : Number(max),
      derogation: lire('motif'),
    }),
  };
}

export interface LigneImportee {
  /** Line of the file, the header being 1. */
  ligne: number;
  compte?: string;
  /** Column that is refused, and what it held. */
  colonne?: string;
  recu?: string;
  refus?: string;
  /** Code of the refusal, for machines. */
  motif?: string;
}

/** Column that a refusal speaks of, by its code. */
const COLONNE_DE: Readonly<Record<string, string>> = {
  address: 'mel',
  'generic-address': 'mel',
  webmail: 'mel',
  duplicate: 'mel',
  'reference-required': 'reference',
  'end-date': 'fin',
  'end-date-required': 'fin',
  accounts: 'comptes-max',
  'accounts-required': 'comptes-max',
  'name-required': 'nom',
  ended: 'convention',
  deactivated: 'convention',
};

function colonneDe(erreur: UserError, record: Readonly<Record<string, string>>): string | undefined {
  if (erreur instanceof ValeurRefusee) return erreur.colonne;
  const motif = erreur instanceof RefusRegistre ? erreur.motif : '';
  if (motif === 'scope') return record['role'] === 'commune' ? 'commune' : 'territoires';
  if (motif === 'contract-required') return record['organisme'] ? 'contrat' : 'organisme';
  if (motif === 'role') return /^«\s(\S+)\s»/.exec(erreur.message)?.[1];
  return COLONNE_DE[motif];
}

function refusDe(ligne: number, erreur: UserError, record: Readonly<Record<string, string>>): LigneImportee {
  const colonne = colonneDe(erreur, record);
  return {
    ligne,
    ...(colonne === undefined ? {} : { colonne, recu: record[colonne] ?? '' }),
    // Advice speaks of options: in a file they are columns.
    refus: [erreur.message, erreur.hint?.replaceAll(/--([a-z-]+)/g, 'colonne $1')].filter(Boolean).join(' '),
    ...(erreur instanceof RefusRegistre ? { motif: erreur.motif } : {}),
  };
}

/** What the reader of CSV could not read, in French. */
function defautCsv(fichier: string, cause: unknown): UserError {
  const { lines, code } = cause as { lines?: number; code?: string };
  const ou = `« ${fichier} », ligne ${lines ?? '?'} :`;
  return /QUOTE/.test(code ?? '')
    ? new UserError(`${ou} des guillemets ne sont pas à leur place.`, {
        hint: 'Une valeur entre guillemets y est tout entière ; un guillemet dans la valeur s’écrit deux fois.',
        cause,
      })
    : new UserError(`${ou} le nombre de colonnes n’est pas celui de l’en-tête.`, {
        hint: 'Séparez les colonnes par des points-virgules, et mettez entre guillemets une valeur qui en contient.',
        cause,
      });
}

/**
 * Requests of a CSV file (`;` or `,`, UTF-8, header with the names of the options): each row accepted, or refused with its
 * column, what it held and the reason, independently of the others.
 * @throws UserError when the file or its header cannot be read: nothing is then recorded
 */
export async function importerDemandes(registre: Registre, fichier: string): Promise<LigneImportee[]> {
  const octets = await readFile(fichier).catch(() => {
    throw new UserError(`Ce fichier ne se lit pas : « ${fichier} ».`);
  });
  let texte: string;
  try {
    texte = new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch (cause) {
    throw new UserError(`« ${fichier} » n’est pas en UTF-8 : les noms accentués seraient perdus.`, {
      hint: 'Dans le tableur, enregistrez-le en « CSV UTF-8 ».',
      cause,
    });
  }
  // The header says which one separates: a name may hold the other.
  const entete = texte.slice(0, (texte.indexOf('\n') + 1 || texte.length + 1) - 1);
  const delimiter = entete.includes(';') ? ';' : ',';
  let lignes: { record: Record<string, string>; info: { lines: number } }[];
  try {
    lignes = parse(texte, {
      columns: true,
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      info: true,
    });
  } catch (cause) {
    throw defautCsv(fichier, cause);
  }
  exigerEntete(fichier, texte, delimiter);
  const resultats: LigneImportee[] = [];
  for (const { record, info } of lignes) {
    try {
      const territoires = (record['territoires'] ?? '').split(/[\s|,]+/).filter((t) => t !== '');
      const c = await demanderCompte(
        registre,
        lireDemande((nom) => record[nom] || undefined, territoires),
      );
      resultats.push({ ligne: info.lines, compte: c.id });
    } catch (erreur) {
      if (!(erreur instanceof UserError)) throw erreur;
      resultats.push(refusDe(info.lines, erreur, record));
    }
  }
  return resultats;
}

function exigerEntete(fichier: string, texte: string, delimiter: string): void {
  const [entete = []] = parse(texte, {
    bom: true,
    delimiter,
    trim: true,
    to_line: 1,
  });
  const doubles = entete.filter((c, i) => entete.indexOf(c) < i);
  const inconnues = entete.filter((c) => !COLONNES.some((x) => x === c));
  const absentes = OBLIGATOIRES.filter((c) => !entete.includes(c));
  if (inconnues.length === 0 && absentes.length === 0 && doubles.length === 0) return;
  throw new UserError(
    `« ${fichier} », en-tête : ${[
      ...(absentes.length > 0 ? [`il manque ${absentes.join(', ')}`] : []),
      ...(doubles.length > 0 ? [`colonne écrite deux fois ${doubles.join(', ')}`] : []),
      ...(inconnues.length > 0 ? [`colonne inconnue ${inconnues.join(', ')}`] : []),
    ].join(' ; ')}.`,
    { hint: `Colonnes attendues : ${COLONNES.join(', ')} (territoires séparés par des espaces).` },
  );
}
