/**
 * Declared columns of every tabular source. Columns are found by pattern (names change with the year: PLG_IRIS2022_CODE,
 * DEPCOM or DEPCOM_CODE), read as text, then typed by an SQL expression. Nothing is sniffed: a code stays text.
 * Sources: domain.md §4, geodata.md §2.5; arrêté du 5 janvier 2010 (annexe) for the RPLS codes.
 */
import { GROUPES_FINANCEMENT } from '../../data/catalogue/financement.ts';
import type { TypeSource } from '../../data/contract/sources.ts';

export interface Regle {
  /** SQL over the trimmed, emptied-to-NULL text column `c`: true when the row must be refused. */
  refuse: string;
  attendu: string;
  remede: string;
}

export interface Colonne {
  /** Name in our tables. */
  nom: string;
  /** Header names accepted, tried in order, case-insensitive, whole match. */
  entetes: readonly RegExp[];
  requise: boolean;
  /** SQL type expression over `c`; text when absent. */
  type?: string;
  regles?: readonly Regle[];
}

const motif = (...noms: string[]) => noms.map((n) => new RegExp(`^${n}(_red)?$`, 'i'));
const texte = (nom: string, entetes: readonly RegExp[], requise = false): Colonne => ({
  nom,
  entetes,
  requise,
});

const ENTIER = "regexp_full_match(c, '-?[0-9]+([.,]0+)?')";
const entier = "try_cast(replace(c, ',', '.') as double)::integer";

function nombre(
  nom: string,
  entetes: readonly RegExp[],
  min: number,
  max: number,
  options: { requise?: boolean; vide?: string } = {},
): Colonne {
  const valide = options.vide === undefined ? '' : ` and not (${options.vide})`;
  return {
    nom,
    entetes,
    requise: options.requise ?? false,
    type: options.vide === undefined ? entier : `case when ${options.vide} then null else ${entier} end`,
    regles: [
      {
        refuse: `not (${ENTIER})`,
        attendu: 'un nombre entier',
        remede: 'Corrigez la valeur ou laissez la cellule vide si elle est inconnue.',
      },
      {
        refuse: `${ENTIER} and (${entier} < ${min} or ${entier} > ${max})${valide}`,
        attendu: `un entier de ${min} à ${max}`,
        remede: 'Corrigez la valeur ou laissez la cellule vide si elle est inconnue.',
      },
    ],
  };
}

function parmi(
  nom: string,
  entetes: readonly RegExp[],
  codes: readonly string[],
  options: { requise?: boolean; nuls?: readonly string[] } = {},
): Colonne {
  const nuls = options.nuls ?? [];
  const liste = (l: readonly string[]) => l.map((x) => `'${x}'`).join(', ');
  return {
    nom,
    entetes,
    requise: options.requise ?? false,
    type: nuls.length > 0 ? `case when upper(c) in (${liste(nuls)}) then null else upper(c) end` : 'upper(c)',
    regles: [
      {
        refuse: `upper(c) not in (${liste([...codes, ...nuls])})`,
        attendu: `l’un des codes ${codes.join(', ')}`,
        remede: 'Corrigez le code (dictionnaire des variables, arrêté du 5 janvier 2010).',
      },
    ],
  };
}

const COMMUNE: Colonne = {
  nom: 'depcom',
  entetes: motif('DEPCOM', 'DEPCOM_CODE'),
  requise: true,
  type: "case when length(c) = 4 and regexp_full_match(c, '[0-9]{4}') then '0' || c else upper(c) end",
  regles: [
    {
      refuse: "not regexp_full_match(upper(c), '([0-9]{4,5}|2[AB][0-9]{3})')",
      attendu: 'un code commune Insee de 5 caractères',
      remede: 'Gardez la colonne en texte : un tableur retire les zéros de tête.',
    },
  ],
};

/** Postcode of the address: a register's own word for where to look, never a place of ours. */
const CODE_POSTAL: Colonne = {
  nom: 'codepostal',
  entetes: motif('CODEPOSTAL', 'CODE_POSTAL'),
  requise: false,
  type: "case when c in ('0', '00000', '99999') then null else lpad(c, 5, '0') end",
  regles: [
    {
      // A spreadsheet drops the leading zero of the first nine départements: four digits are read, not refused.
      refuse: "not regexp_full_match(c, '[0-9]{4,5}|0')",
      attendu: 'un code postal de 5 chiffres',
      remede: 'Corrigez le code postal ou laissez la cellule vide s’il est inconnu.',
    },
  ],
};

const MOIS = "regexp_full_match(c, '(0?[1-9]|1[0-2])/[0-9]{4}')";
function mois(nom: string, entetes: readonly RegExp[]): Colonne {
  return {
    nom,
    entetes,
    requise: false,
    type: `case when ${MOIS} and split_part(c, '/', 2)::integer > 1900 then make_date(split_part(c, '/', 2)::integer, split_part(c, '/', 1)::integer, 1) end`,
    regles: [
      {
        refuse: `not (${MOIS})`,
        attendu: 'une date mm/aaaa',
        remede: 'Écrivez le mois sur deux chiffres et l’année sur quatre.',
      },
    ],
  };
}
const decimal = (nom: string, entetes: readonly RegExp[]): Colonne => ({
  nom,
  entetes,
  requise: false,
  type: "try_cast(replace(c, ',', '.') as double)",
  regles: [
    {
      refuse: "try_cast(replace(c, ',', '.') as double) is null",
      attendu: 'un nombre',
      remede: 'Corrigez la valeur ou laissez la cellule vide.',
    },
  ],
});

const FINAN = GROUPES_FINANCEMENT.flatMap((g) => g.codes as readonly string[]);
const LETTRES = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];

const RPLS_OUVERT: readonly Colonne[] = [
  COMMUNE,
  CODE_POSTAL,
  texte('numvoie', motif('NUMVOIE')),
  texte('indrep', motif('INDREP')),
  texte('typvoie', motif('TYPVOIE')),
  texte('nomvoie', motif('NOMVOIE')),
  texte('complgeo', motif('COMPLGEO')),
  texte('libcom', motif('LIBCOM')),
  parmi('qpv_declare', motif('QPV_CODE', 'QPV'), ['1', '2'], { requise: true, nuls: ['0', '9', 'Z'] }),
  parmi('typeconst', motif('TYPECONST_CODE', 'TYPECONST'), ['C', 'I', 'E'], { requise: true }),
  nombre('nbpiece', motif('NBPIECE'), 1, 29, { requise: true, vide: "c = '0'" }),
  nombre('surfhab', motif('SURFHAB'), 1, 9998, { vide: "c in ('0', '999', '9999')" }),
  nombre('construct', motif('CONSTRUCT'), 1000, 2100, { requise: true, vide: "c in ('0', '9999')" }),
  nombre('locat', motif('LOCAT'), 1000, 2100, { vide: "c in ('0', '9999')" }),
  parmi('finan', motif('FINAN_CODE', 'FINAN'), FINAN),
  parmi('conv', motif('CONV'), ['1', '2'], { nuls: ['0', '9', 'Z'] }),
  parmi('dpe', motif('DPEENERGIE'), LETTRES, {
    requise: true,
    nuls: ['Z', 'N', 'NR', 'INCONNU', '0', '999'],
  }),
  parmi('ges', motif('DPESERRE'), LETTRES, { nuls: ['Z', 'N', 'NR', 'INCONNU', '0', '999'] }),
  nombre('epsg', motif('EPSG'), 1000, 99999),
  decimal('x', motif('X')),
  decimal('y', motif('Y')),
  texte('qp24', motif('PLG_QP24', 'PLG_QP24_CODE')),
  texte('qp15', motif('PLG_QP15', 'PLG_QP15_CODE', 'PLG_QP', 'PLG_QP_CODE')),
  texte('plg_qva', motif('PLG_QVA', 'PLG_QVA_CODE')),
  texte('plg_iris', [/^PLG_IRIS\d{4}_CODE$/i, /^PLG_IRIS\d{4}$/i, /^PLG_IRIS(_CODE)?$/i]),
];

const RPLS_RESTREINT: readonly Colonne[] = [
  ...RPLS_OUVERT,
  { ...texte('id_rpls', motif('IDENT_INT', 'IDENT_REP')), requise: true },
  { ...texte('siret', motif('SIRET', 'IDENT_ORG')), requise: true },
  texte('immeu', motif('IMMEU')),
  texte('bat', motif('BAT')),
  texte('esc', motif('ESC')),
  parmi('mode', motif('MODE'), ['1', '2', '3', '4', '5', '9'], { requise: true }),
  mois('bail', motif('BAIL')),
  nombre('duree_vacance', motif('DUREE_VACANCE'), 0, 998, { vide: "c = '999'" }),
  nombre('loyer', motif('LOYERPRINC'), 1, 9998, { vide: "c in ('0', '9999')" }),
];

const OUI_NON = ['0', '1'];
const OPS_MENAGES: readonly Colonne[] = [
  nombre('millesime_ligne', motif('millesime'), 1990, 2100, { requise: true }),
  { ...texte('id_logement', motif('id_logement')), requise: true },
  texte('id_rpls', motif('id_rpls')),
  { ...texte('siret', motif('siret_bailleur')), requise: true },
  COMMUNE,
  texte('id_adresse', motif('id_adresse')),
  texte('id_residence', motif('id_residence')),
  decimal('x', motif('x')),
  decimal('y', motif('y')),
  parmi('qpv_declare', motif('qpv'), ['1', '2'], { nuls: ['0', '9'] }),
  texte('code_qp', motif('code_qp')),
  texte('plg_iris', motif('iris')),
  parmi('repondant', motif('repondant'), OUI_NON, { requise: true }),
  texte('champ', motif('champ')),
  mois('date_entree', motif('date_entree')),
  parmi('compo', motif('compo'), ['ISOLE', 'MONO', 'COUPLE', 'AUTRE']),
  nombre('nb_pers', motif('nb_pers'), 1, 40),
  nombre('nb_adultes', motif('nb_adultes'), 0, 40),
  nombre('nb_enfants', motif('nb_enfants'), 0, 40),
  nombre('nb_mineurs', motif('nb_mineurs'), 0, 40),
  nombre('age_titulaire', motif('age_titulaire'), 15, 120),
  nombre('pct_plafond', motif('pct_plafond_plus'), 0, 999),
  parmi('apl', motif('apl'), OUI_NON),
  ...['stable', 'precaire', 'chomeur', 'sans', 'retraite', 'nr'].map((s) =>
    nombre(`maj_${s}`, motif(`maj_${s}`), 0, 40),
  ),
];

const code = (nom: string, ...entetes: string[]): Colonne => ({
  ...texte(nom, motif(...entetes)),
  requise: true,
});

/** Columns by type of tabular source (boundaries are read by geo.ts). */
export const COLONNES: Partial<Record<TypeSource, readonly Colonne[]>> = {
  rpls_ouvert: RPLS_OUVERT,
  rpls_restreint: RPLS_RESTREINT,
  ops_menages: OPS_MENAGES,
  cog_communes: [
    code('commune', 'DEPCOM', 'CODGEO', 'COM', 'code'),
    code('nom', 'NOM', 'NOM_DEPCOM', 'LIBGEO', 'LIBELLE', 'NCCENR'),
    texte('epci', motif('EPCI')),
    code('departement', 'DEP'),
    code('region', 'REG'),
    texte('nom_epci', motif('NOM_EPCI')),
    texte('nom_departement', motif('NOM_DEP')),
    texte('nom_region', motif('NOM_REG')),
  ],
  cog_epci: [
    code('epci', 'EPCI', 'code', 'SIREN'),
    code('nom', 'NOM_EPCI', 'NOM', 'LIBEPCI'),
    texte('nature', motif('NATURE_EPCI', 'NATURE')),
  ],
  zonage: [
    texte('id_rpls', motif('id_rpls', 'IDENT_INT', 'IDENT_REP')),
    texte('id_adresse', motif('id_adresse')),
    texte('adresse', motif('adresse')),
    code('code', 'code'),
    texte('nom', motif('nom', 'libelle')),
  ],
  bailleurs: [code('siret', 'siret'), code('rs', 'rs', 'raison_sociale'), texte('enquete', motif('enquete'))],
};
