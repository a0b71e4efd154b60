/** What the audit may find, and the French sentence of each kind, for its report and the build report. */

/** Kinds of failure, with the French sentence of the command's report. */
export const VIOLATIONS = {
  exact: 'cellule protégée calculable exactement par combinaison de cellules publiées',
  alias: 'cellule protégée publiée sous un autre nom (même ensemble de ménages ou de logements)',
  bornes: 'cellule protégée dont l’intervalle possible se réduit à une valeur',
  groupe: 'groupe de 1 à 10 unités calculable',
  numerateur: 'numérateur protégé déductible',
  regle: 'cellule publiée contre la règle primaire (P1 à P6)',
  dominance: 'cellule publique où un bailleur dépasse le plafond (P7), montrée ou calculable',
  hors_liste: 'variable diffusée à une échelle non autorisée pour cette audience',
  valeur: 'valeur diffusée différente de la valeur de référence',
  precision: 'base exacte ou décimale diffusée sous la commune',
  statut: 'marque incohérente (valeur sous une marque d’absence, ou l’inverse)',
  desaccord: 'deux fichiers diffusent des contenus différents pour la même cellule',
  tuile: 'tuile différente de la table',
  zone_manquante: 'zone absente d’un niveau de zoom ou d’une archive',
  colonne: 'colonne ou propriété hors liste',
  metadonnees: 'métadonnée d’archive hors liste',
  residu_archive: 'octets ou valeurs non référencés dans une archive',
  schema: 'fichier non conforme à sa forme déclarée',
  fichier: 'fichier inattendu dans la diffusion',
  empreinte: 'fichier absent ou différent de son manifeste',
  motif: 'motif interdit (clé, jeton, chemin absolu, adresse électronique)',
  classes: 'bornes de classes hors des valeurs publiées',
  audience: 'cellule ou zone montrée à une audience restreinte et pas à celle qui la contient, ou l’inverse',
  export_secret: 'export qui montre un chiffre que les tables de son audience masquent',
  export_inconnu: 'export illisible, d’une autre livraison, ou qui parle d’une zone inconnue',
} as const;
export type Violation = keyof typeof VIOLATIONS;

export const SIGNALEMENTS = {
  zeros_deduits: 'numérateurs nuls déductibles d’un total publié nul ou épuisé (modalité absente)',
  complements_uniformes:
    'compléments (ENS − ER, reste d’une zone) de 11 unités ou plus, tous dans une seule modalité, calculables',
  uniformes_deduits:
    'zones masquées dont toutes les modalités sauf une sont connues nulles (tous dans la dernière)',
  triplets_non_examines: 'composantes trop grandes pour la recherche de triplets',
  composantes_ecourtees: 'composantes où la recherche complète de groupes s’est arrêtée avant la fin',
  zones_sans_trace: 'zones de la table sans géométrie (non localisées)',
  exports_colonnes: 'colonnes d’export non comparées (seconde carte d’une comparaison)',
  exports_sautes: 'exports non relus (format non prévu, ou PDF sans pdftotext)',
} as const;
export type Signalement = keyof typeof SIGNALEMENTS;
