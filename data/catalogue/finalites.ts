/**
 * Purposes a convention may open (convention d'accès à la cartographie, art. 1) and the clauses a reader accepts
 * before a territory opens (art. 2). A grant carries one purpose; it is shown at opening and printed on exports.
 */
export interface Finalite {
  /** Code in grants (`pur`). */
  readonly id: string;
  readonly libelle: string;
}

export const FINALITES: readonly Finalite[] = [
  { id: 'politique-habitat', libelle: 'Aide à la définition des politiques de l’habitat' },
  { id: 'programmation', libelle: 'Aide à la programmation du logement social' },
  {
    id: 'observation',
    libelle: 'Aide à l’observation et à la mise en œuvre des politiques locales de l’habitat',
  },
  { id: 'attributions', libelle: 'Définition des politiques intercommunales d’attribution' },
];

/** Label of a purpose; the code itself when a convention names another one. */
export const libelleFinalite = (id: string): string => FINALITES.find((f) => f.id === id)?.libelle ?? id;

/** One sentence each, shown in order above the button that opens the territory. */
export const CLAUSES: readonly string[] = [
  'J’utilise ces données dans un cadre professionnel et pour la seule finalité indiquée.',
  'Je suis tenu au secret professionnel et à une obligation de confidentialité.',
  'Je n’en fais aucun usage commercial et ne les transmets pas hors du cadre de la convention.',
  'Je cite les sources et les producteurs, et ne modifie pas les données.',
  'Le non-respect de ces règles entraîne la désactivation de l’accès, sans préjudice de poursuites.',
  'L’acceptation vaut demande d’accès au sens de l’article R. 411-4 du code de la construction et de l’habitation.',
];

export const ROLES_LIBELLES: Readonly<Record<'admin' | 'epci' | 'commune' | 'tiers', string>> = {
  admin: 'Administrateur local',
  epci: 'Agent de l’EPCI',
  commune: 'Agent de la commune',
  tiers: 'Tiers mandaté',
};
