import type { Theme } from '../contract/indicateur.ts';

/** Order of the site's picker and of reports. */
export const THEMES: readonly Theme[] = [
  { id: 'parc', libelle: 'Parc', description: 'Combien de logements sociaux, de quel type, et où.' },
  {
    id: 'structure',
    libelle: 'Financement et époque',
    description: 'Modes de financement et périodes de construction du parc.',
  },
  {
    id: 'energie',
    libelle: 'Énergie',
    description: 'Étiquettes énergie et climat des logements diagnostiqués.',
  },
  {
    id: 'marche',
    libelle: 'Loyers, vacance, rotation',
    description: 'Loyer principal, logements vacants et mobilité dans le parc.',
  },
  {
    id: 'enquete',
    libelle: 'Enquête et emménagements',
    description: 'Ménages enquêtés, taux de réponse et part des emménagés récents.',
  },
  {
    id: 'ressources',
    libelle: 'Ressources',
    description: 'Ressources des ménages rapportées aux plafonds PLUS.',
  },
  {
    id: 'composition',
    libelle: 'Composition et taille',
    description: 'Composition familiale et nombre de personnes des ménages.',
  },
  { id: 'age', libelle: 'Âge', description: 'Âge du titulaire du bail.' },
  {
    id: 'activite',
    libelle: 'Activité et aides',
    description: 'Situation d’activité des majeurs et aides au logement.',
  },
];
