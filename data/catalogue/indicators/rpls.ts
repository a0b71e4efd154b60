/** RPLS indicateurs (domain.md §3). Rows are `logement`: one dwelling of the register on 1 January. */
import type { IndicateurDeclare, Variable } from '../../contract/indicateur.ts';
import { EPOQUES, dansTranche } from '../brackets.ts';
import { GROUPES_FINANCEMENT } from '../financement.ts';

const ouvert = {
  source: 'rpls',
  famille: 'logements_ouvert',
  unites: 'logements',
  populations: ['ENS'],
  champ: 'true',
  denominateur: '1',
  cent: 'non',
  reponseMin: 0,
} as const satisfies Partial<Variable>;
const restreint = {
  ...ouvert,
  famille: 'logements_restreint',
  theme: 'marche',
  cent: 'total',
  reponseMin: 60,
} as const satisfies Partial<Variable>;

const DANS_LE_MARCHE = "mode in ('1', '2')";

export const RPLS_VARIABLES: readonly Variable[] = [
  { ...ouvert, id: 'rpls_parc', libelle: 'Parc', theme: 'parc', repondu: 'true' },
  { ...ouvert, id: 'rpls_typ', libelle: 'Typologie', theme: 'parc', repondu: 'nbpiece is not null' },
  {
    ...ouvert,
    id: 'rpls_const',
    libelle: 'Type de construction',
    theme: 'parc',
    repondu: 'typeconst is not null',
  },
  { ...ouvert, id: 'rpls_surf', libelle: 'Surface habitable', theme: 'parc', repondu: 'surfhab is not null' },
  { ...ouvert, id: 'rpls_fin', libelle: 'Financement', theme: 'structure', repondu: 'finan is not null' },
  {
    ...ouvert,
    id: 'rpls_epo',
    libelle: 'Époque de construction',
    theme: 'structure',
    repondu: 'construct is not null',
  },
  { ...ouvert, id: 'rpls_dpe', libelle: 'Étiquette énergie', theme: 'energie', repondu: 'dpe is not null' },
  { ...ouvert, id: 'rpls_ges', libelle: 'Étiquette climat', theme: 'energie', repondu: 'ges is not null' },
  {
    ...restreint,
    id: 'rpls_vacance',
    libelle: 'Vacance',
    champ: DANS_LE_MARCHE,
    repondu: 'duree_vacance_connue',
  },
  {
    ...restreint,
    id: 'rpls_rotation',
    libelle: 'Rotation',
    cent: 'strict',
    champ: `${DANS_LE_MARCHE} and locat < millesime - 1`,
    repondu: 'bail is not null',
  },
  {
    ...restreint,
    id: 'rpls_loyer',
    libelle: 'Loyer',
    cent: 'non',
    champ: "mode = '1'",
    repondu: 'loyer is not null and surfhab is not null',
    denominateur: 'surfhab',
  },
];

const REGISTRE = 'Déclaration annuelle des bailleurs au 1er janvier.';
const part = { calcul: 'part', unite: '%', decimales: 1, limites: REGISTRE } as const;
const modalite = { ...part, modalite: true } as const;
const cumul = { ...part, modalite: false } as const;
const si = (condition: string) => `case when ${condition} then 1 else 0 end`;
const DPE_REFORME =
  'Méthode du DPE réformée en juillet 2021 : étiquettes antérieures et postérieures non comparables.';
const LETTRES = ['A', 'B', 'C', 'D', 'E', 'F', 'G'] as const;

export const RPLS_INDICATEURS: readonly IndicateurDeclare[] = [
  {
    id: 'rpls_nb',
    variable: 'rpls_parc',
    libelle: 'Logements locatifs sociaux',
    court: 'Logements',
    definition: 'Nombre de logements locatifs sociaux inscrits au répertoire.',
    numerateur: '1',
    calcul: 'nombre',
    unite: 'logements',
    decimales: 0,
    modalite: false,
    limites: REGISTRE,
  },
  {
    id: 'rpls_qpv',
    variable: 'rpls_parc',
    libelle: 'Part des logements en QPV',
    court: 'En QPV',
    definition: 'Logements situés dans un quartier prioritaire de la politique de la ville.',
    numerateur: si("secteur = 'qpv'"),
    ...cumul,
    comparabilite: 'Géographie prioritaire modifiée en 2024.',
  },
  {
    id: 'rpls_recent',
    variable: 'rpls_parc',
    libelle: 'Parc de cinq ans ou moins',
    court: 'Parc récent',
    definition: 'Logements mis en location depuis cinq ans ou moins.',
    numerateur: si('locat >= millesime - 5'),
    ...cumul,
  },
  {
    id: 'rpls_conv',
    variable: 'rpls_parc',
    libelle: 'Logements conventionnés',
    court: 'Conventionnés',
    definition: 'Logements ouvrant droit à l’aide personnalisée au logement.',
    numerateur: si("conv = '1'"),
    ...cumul,
  },
  ...[1, 2, 3, 4].map((n): IndicateurDeclare => ({
    id: `rpls_typ_t${n}`,
    variable: 'rpls_typ',
    libelle: `Logements T${n}`,
    court: `T${n}`,
    definition: `Logements de ${n} pièce${n > 1 ? 's' : ''} principale${n > 1 ? 's' : ''}.`,
    numerateur: si(`nbpiece = ${n}`),
    ...modalite,
  })),
  {
    id: 'rpls_typ_t5p',
    variable: 'rpls_typ',
    libelle: 'Logements T5 et plus',
    court: 'T5 +',
    definition: 'Logements de cinq pièces principales ou plus.',
    numerateur: si('nbpiece >= 5'),
    ...modalite,
  },
  {
    id: 'rpls_coll',
    variable: 'rpls_const',
    libelle: 'Logements collectifs',
    court: 'Collectif',
    definition: 'Logements en immeuble collectif, logements étudiants compris.',
    numerateur: si("typeconst in ('C', 'E')"),
    ...modalite,
  },
  {
    id: 'rpls_indiv',
    variable: 'rpls_const',
    libelle: 'Logements individuels',
    court: 'Individuel',
    definition: 'Maisons individuelles.',
    numerateur: si("typeconst = 'I'"),
    ...modalite,
  },
  {
    id: 'rpls_etud',
    variable: 'rpls_const',
    libelle: 'Logements étudiants',
    court: 'Étudiant',
    definition: 'Logements en résidence étudiante.',
    numerateur: si("typeconst = 'E'"),
    ...cumul,
  },
  {
    id: 'rpls_surf_moy',
    variable: 'rpls_surf',
    libelle: 'Surface habitable moyenne',
    court: 'Surface',
    definition: 'Surface habitable moyenne des logements.',
    numerateur: 'surfhab',
    calcul: 'moyenne',
    unite: 'm²',
    decimales: 1,
    modalite: false,
    limites: REGISTRE,
  },

  ...GROUPES_FINANCEMENT.map((g): IndicateurDeclare => ({
    id: `rpls_fin_${g.id}`,
    variable: 'rpls_fin',
    libelle: `Financement : ${g.libelle}`,
    court: g.libelle,
    definition: `Logements financés en ${g.libelle} (codes FINAN ${g.codes.join(', ')}).`,
    numerateur: si(`finan in (${g.codes.map((c) => `'${c}'`).join(', ')})`),
    ...modalite,
    limites: `${REGISTRE} Regroupement des codes FINAN propre à cette carte.`,
  })),
  ...EPOQUES.map((t): IndicateurDeclare => ({
    id: `rpls_epo_${t.id}`,
    variable: 'rpls_epo',
    libelle: `Construits ${/^\d/.test(t.libelle) ? 'de ' : ''}${t.libelle}`,
    court: t.libelle,
    definition: `Logements dont l’année d’achèvement (CONSTRUCT) est ${t.libelle}.`,
    numerateur: si(dansTranche('construct', t)),
    ...modalite,
  })),

  {
    id: 'rpls_dpe_renseigne',
    variable: 'rpls_parc',
    libelle: 'Logements à l’étiquette énergie renseignée',
    court: 'DPE renseigné',
    definition: 'Logements dont l’étiquette énergie est connue, rapportés à tous les logements.',
    numerateur: si('dpe is not null'),
    ...cumul,
  },
  {
    id: 'rpls_dpe_fg',
    variable: 'rpls_dpe',
    libelle: 'Logements classés F ou G',
    court: 'DPE F–G',
    definition: 'Logements d’étiquette énergie F ou G, parmi les logements étiquetés.',
    numerateur: si("dpe in ('F', 'G')"),
    ...cumul,
    comparabilite: DPE_REFORME,
    bornes: [2, 5, 10, 20],
  },
  ...LETTRES.map((l): IndicateurDeclare => ({
    id: `rpls_dpe_${l.toLowerCase()}`,
    variable: 'rpls_dpe',
    libelle: `Étiquette énergie ${l}`,
    court: `DPE ${l}`,
    definition: `Logements d’étiquette énergie ${l}, parmi les logements étiquetés.`,
    numerateur: si(`dpe = '${l}'`),
    ...modalite,
    comparabilite: DPE_REFORME,
  })),
  ...LETTRES.map((l): IndicateurDeclare => ({
    id: `rpls_ges_${l.toLowerCase()}`,
    variable: 'rpls_ges',
    libelle: `Étiquette climat ${l}`,
    court: `GES ${l}`,
    definition: `Logements d’étiquette climat ${l}, parmi les logements étiquetés.`,
    numerateur: si(`ges = '${l}'`),
    ...modalite,
    comparabilite: DPE_REFORME,
  })),

  {
    id: 'rpls_vac',
    variable: 'rpls_vacance',
    libelle: 'Taux de vacance',
    court: 'Vacance',
    definition: 'Logements proposés à la location et vacants, parmi les logements loués ou proposés.',
    numerateur: si("mode = '2'"),
    ...cumul,
    limites: `${REGISTRE} Les logements vides pour travaux, vente ou démolition ne sont pas comptés.`,
  },
  {
    id: 'rpls_vac3',
    variable: 'rpls_vacance',
    libelle: 'Vacance de plus de trois mois',
    court: 'Vacance > 3 mois',
    definition:
      'Logements proposés et vacants depuis plus de trois mois, parmi les logements loués ou proposés.',
    numerateur: si("mode = '2' and duree_vacance > 3"),
    ...cumul,
  },
  {
    id: 'rpls_mob',
    variable: 'rpls_rotation',
    libelle: 'Taux de rotation',
    court: 'Rotation',
    definition:
      'Emménagements dans l’année rapportés aux logements loués ou proposés, hors mises en service de l’année.',
    numerateur: si('bail_annee >= millesime - 1'),
    ...cumul,
  },
  {
    id: 'rpls_loyer_m2',
    variable: 'rpls_loyer',
    libelle: 'Loyer principal au m²',
    court: 'Loyer',
    definition:
      'Somme des loyers principaux rapportée à la somme des surfaces habitables des logements loués.',
    numerateur: 'loyer',
    calcul: 'moyenne',
    unite: '€/m²',
    decimales: 2,
    modalite: false,
    limites: 'Hors accessoires, charges et supplément de loyer, avant APL.',
  },
];
