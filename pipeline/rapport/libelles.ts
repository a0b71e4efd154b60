/** Words of the report that no catalogue holds: causes, rules, kinds of source, short names of échelles. */
import { REGLES } from '../../data/catalogue/secret.ts';
import type { TypeSource } from '../../data/contract/sources.ts';
import type { Echelle } from '../../data/contract/zone.ts';

/** Why a cell is hidden to protect others (pipeline/secret/verdict.ts, `Cause`). */
export const CAUSES: Readonly<Record<string, { nom: string; phrase: string }>> = {
  famille: {
    nom: 'Masque de la famille',
    phrase:
      'Une autre variable posée aux mêmes unités est masquée ici : les deux bases sont presque égales, et l’une donnerait l’autre.',
  },
  numerateur: {
    nom: 'Bornes d’un numérateur',
    phrase:
      'Publiée, elle enfermerait entre des bornes trop étroites le numérateur d’une cellule masquée voisine.',
  },
  exacte: {
    nom: 'Calcul exact',
    phrase: 'Publiée, elle donnerait par différence la valeur exacte d’une cellule masquée.',
  },
  uniforme: {
    nom: 'Règle des 100 %',
    phrase: 'Publiée, elle laisserait calculer un groupe dont toutes les unités ont la même réponse.',
  },
  residu: {
    nom: 'Reste d’une addition',
    phrase: `Un total moins ses parties publiées laisserait un reste de 1 à ${REGLES.seuil - 1} unités.`,
  },
  groupe: {
    nom: 'Groupe inséparable',
    phrase: `Des cellules masquées toujours comptées ensemble formeraient un groupe de moins de ${REGLES.seuil} unités.`,
  },
  paire: {
    nom: 'Paire',
    phrase: `La somme ou la différence de deux cellules masquées serait un groupe de moins de ${REGLES.seuil} unités.`,
  },
  triple: {
    nom: 'Triplet',
    phrase: `Trois cellules masquées combinées donneraient un groupe de moins de ${REGLES.seuil} unités.`,
  },
  echelon: {
    nom: 'Chaîne de calculs',
    phrase: 'Plusieurs additions et soustractions à la suite isoleraient un petit groupe.',
  },
  bornes: {
    nom: 'Bornes d’une base',
    phrase: 'Un total ou un zéro publié fixerait la base d’une cellule masquée.',
  },
  millesime: {
    nom: 'Autre millésime',
    phrase: 'Les mêmes ménages sont masqués à une autre date : les deux années se comparent.',
  },
};
export const CAUSE_INCONNUE = {
  nom: 'Cause non enregistrée',
  phrase: 'Livraison faite avant l’enregistrement des causes.',
};

export const TYPES_DITS: Readonly<Record<TypeSource, string>> = {
  rpls_ouvert: 'RPLS, fichier ouvert',
  rpls_restreint: 'RPLS, fichier restreint',
  ops_menages: 'OPS, ménages',
  communes: 'Contours des communes',
  epci: 'Contours des EPCI',
  departements: 'Contours des départements',
  regions: 'Contours des régions',
  iris: 'Contours des IRIS',
  qpv: 'Contours des QPV',
  qva: 'Contours des QVA',
  zonage: 'Zonage local',
  cog_communes: 'COG, communes',
  cog_epci: 'COG, EPCI',
  passage: 'Table de passage',
  bailleurs: 'Liste des bailleurs',
};

/** Heads of narrow columns. */
export const ECHELLES_COURTES: Readonly<Record<Echelle, string>> = {
  france: 'Pays',
  region: 'Rég.',
  departement: 'Dép.',
  epci: 'EPCI',
  commune: 'Com.',
  qpv: 'QPV',
  qva: 'QVA',
  zonage: 'Zon.',
  iris: 'IRIS',
  carreau: 'Carr.',
  residence: 'Rés.',
  batiment: 'Bât.',
  cage: 'Cage',
  adresse: 'Adr.',
};
