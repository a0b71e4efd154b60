/** OPS indicateurs of the survey itself and of resources (domain.md §3). */
import type { IndicateurDeclare } from '../../contract/indicateur.ts';
import { RESSOURCES, dansTranche } from '../brackets.ts';
import { REVENUS, cumul, modalite, part, si } from './ops-commun.ts';

export const ENQUETE_ET_RESSOURCES: readonly IndicateurDeclare[] = [
  {
    id: 'ops_men_nb',
    variable: 'ops_men',
    libelle: 'Ménages enquêtés',
    court: 'Ménages',
    definition: 'Nombre de ménages dans le champ de l’enquête OPS.',
    numerateur: '1',
    calcul: 'nombre',
    unite: 'ménages',
    decimales: 0,
    modalite: false,
    limites: 'Logements conventionnés des bailleurs enquêtés.',
  },
  {
    id: 'ops_rep',
    variable: 'ops_men',
    libelle: 'Taux de réponse à l’enquête',
    court: 'Réponse',
    definition: 'Ménages répondants rapportés aux ménages enquêtés.',
    numerateur: si('repondant'),
    ...cumul,
  },
  {
    id: 'ops_er',
    variable: 'ops_ancien',
    libelle: 'Part d’emménagés récents',
    court: 'Emménagés récents',
    definition:
      'Ménages entrés dans le logement depuis moins de deux ans (CCH R.442-14), rapportés à l’ensemble des ménages.',
    numerateur: si('emmenage_recent'),
    ...cumul,
    comparabilite: 'Définition à 3 ans avant 2015.',
  },

  {
    id: 'ops_res_lt20',
    variable: 'ops_res',
    libelle: 'Ménages sous 20 % du plafond PLUS',
    court: '< 20 % PLUS',
    definition:
      'Ménages dont les ressources sont inférieures à 20 % du plafond PLUS, parmi les ménages aux ressources renseignées.',
    numerateur: si('pct_plafond < 20'),
    ...part,
    modalite: true,
    limites: REVENUS,
    bornes: [10, 15, 20, 25, 30],
  },
  {
    id: 'ops_res_lt40',
    variable: 'ops_res',
    libelle: 'Ménages sous 40 % du plafond PLUS',
    court: '< 40 % PLUS',
    definition: 'Ménages dont les ressources sont inférieures à 40 % du plafond PLUS.',
    numerateur: si('pct_plafond < 40'),
    ...cumul,
    limites: REVENUS,
  },
  {
    id: 'ops_res_lt60',
    variable: 'ops_res',
    libelle: 'Ménages sous 60 % du plafond PLUS',
    court: '< 60 % PLUS',
    definition: 'Ménages dont les ressources sont inférieures à 60 % du plafond PLUS, seuil du PLAI.',
    numerateur: si('pct_plafond < 60'),
    ...cumul,
    limites: REVENUS,
  },
  ...RESSOURCES.slice(1).map((t): IndicateurDeclare => ({
    id: `ops_res_${t.id}`,
    variable: 'ops_res_det',
    libelle: `Ressources : ${t.libelle} du plafond PLUS`,
    court: t.libelle,
    definition: `Ménages dont les ressources représentent ${t.libelle} du plafond PLUS.`,
    numerateur: si(dansTranche('pct_plafond', t)),
    ...modalite,
    limites: REVENUS,
  })),
  {
    id: 'ops_res_gt100',
    variable: 'ops_res_det',
    libelle: 'Ménages au-dessus du plafond PLUS',
    court: '≥ 100 % PLUS',
    definition: 'Ménages dont les ressources atteignent ou dépassent le plafond PLUS.',
    numerateur: si('pct_plafond >= 100'),
    ...cumul,
    limites: REVENUS,
  },
];
