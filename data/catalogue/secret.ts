/**
 * Rules of statistical secrecy (domain.md §5). Numbers are data: a convention may be stricter, never laxer.
 * Sources: convention USH BFC – Dijon métropole, art. 4 (11 units, 60 %, 100 %); convention GIP SNE art. 1 (11 households).
 */
export const REGLES = {
  version: '2026-11',
  /** P1, P2: smallest number of units behind a published figure. */
  seuil: 11,
  /** P3: answered households, in percent of households in scope. */
  reponseMin: 60,
  /** P4: smallest residence, in dwellings. */
  logementsResidence: 11,
  /**
   * P5 on a modality at 0 of a distribution (domain.md §5, ambiguity 5): hidden by default. It is not protected against
   * recomputation: an absent modality of a published parent is absent from its children whatever is hidden there.
   */
  modaliteNulle: 'masquee' as 'masquee' | 'admise',
  /** P7: largest share of one landlord in a zone of the public audience, in percent. */
  dominance: 85,
} as const;

/** Rules that hide a cell for itself, in French; for the producer only (domain.md §5, ambiguity 10). */
export const LIBELLES_REGLE: Readonly<Record<string, string>> = {
  P1: `moins de ${REGLES.seuil} unités dans le champ`,
  P2: `moins de ${REGLES.seuil} unités ayant répondu`,
  P3: `moins de ${REGLES.reponseMin} % de réponses (règle de qualité)`,
  P4: `résidence de moins de ${REGLES.logementsResidence} logements (règle de qualité)`,
  P5: 'toutes les unités ont la modalité, ou aucune : règle des 100 %',
  'P5-modalite': 'une modalité de la distribution est vide',
  /** In public only. */
  P7: `un bailleur y détient plus de ${REGLES.dominance} % des logements`,
};

/** The one public wording; it never says which rule applied to which zone. */
export const MENTION_SECRET =
  's : secret statistique (moins de 11 unités, moins de 60 % de réponses, valeurs extrêmes, petite résidence, bailleur dominant, ou protection d’une valeur voisine).';

export const LIBELLES_STATUT = {
  s: { court: 's', libelle: 'secret statistique' },
  nd: { court: 'nd', libelle: 'non disponible' },
  so: { court: '–', libelle: 'sans objet' },
} as const;
