/** Raw material of invented names. No entry is a real commune; combinations are checked against the real list in tests. */

/** First syllables of place names. */
export const ATTAQUES =
  'Ab Al Am An Ar As Au Bal Ban Bar Bel Ber Bor Bour Bran Bré Bru Cal Cam Can Chan Char Clé Col Cor Cour Cré Cus Dam Dan Dor Dou Dra Dur Éb Ém Er Es Fal Fer Fla Fon Fra Fré Gar Gal Gen Gla Gran Gri Hal Har Her Hou Jan Jar Jon Jou Lam Lan Lau Lé Lor Lou Lu Mal Man Mar Mau Mé Mer Mon Mor Mou Nan Nar Neu Noi Or Os Pal Par Per Pla Pom Pou Pré Quin Ram Rem Ro Rou Sal San Sau Sen Ser Sor Tan Ter Thé Tor Tour Tré Val Van Ver Vil Vou'.split(
    ' ',
  );

/** First syllables of the west only. */
export const ATTAQUES_OUEST = ['Ker', 'Plou', 'Lan', 'Tré', 'Loc'];

/** Middle syllables. */
export const MILIEUX =
  'ba be bi bo bra che cla da de di dre fa fe ga gue la le li lo ma me mi na ne ni nou pa pi ra re ri ro sa se si ta te ti tre va ve vi'.split(
    ' ',
  );

/**
 * Endings per linguistic area (north, south, west, east, overseas), each with the middle syllables it never follows:
 * with them it would form the name of a real commune (tests/demo checks the rule against the official list).
 */
export const FINALES: readonly (readonly (readonly [fin: string, jamais: string])[])[] = [
  [
    ['ville', 'be che da de dre ga la le lo ma me na ne nou re se te tre ve'],
    ['court', 'ba be che de di dre la le li me mi ne ni ra re ri tre va ve'],
    ['mont', 'de dre la le li me ne ni re ri te ve vi'],
    ['ncourt', 'che da di la le li lo ma na ra ti ve'],
    ['nville', 'bo lo ma ri ro'],
    ['gny', ''],
    ['ières', 'ba be bi bo bra cla da de di la le li lo ma me mi na ne ni nou ra re ri ro sa se si va ve vi'],
    ['roy', 'le'],
    ['ssy', ''],
    ['uil', 'de fe ne re te tre'],
    ['champ', 'ti'],
    ['val', 'le ra re te'],
    ['ntier', ''],
    ['llers', 'ti vi'],
    ['nneval', ''],
    ['rmoy', ''],
    ['lmesnil', ''],
  ],
  [
    ['gnac', ''],
    ['rac', 'be di se te ti'],
    ['zac', 'ba de te'],
    ['rgues', 'che de lo sa'],
    ['ssan', 'be mi ni'],
    ['gnan', ''],
    ['lles', 'be de me ne ni re se te ve'],
    ['rols', ''],
    ['yrac', 'ba be le ma na'],
    ['nac', 'de gue ve'],
    ['rade', ''],
    ['stel', 'ga'],
    ['rol', 'me'],
    ['nhac', 'ma'],
    ['ssols', ''],
    ['guet', 'na'],
  ],
  [
    ['nec', ''],
    ['ouët', 'da de di ga gue'],
    ['gat', 'ti'],
    ['zec', ''],
    ['nnan', ''],
    ['don', 'ra tre'],
    ['rré', 'be fe gue te'],
    ['hel', 'te'],
    ['stin', ''],
    ['ntec', ''],
    ['guen', ''],
    ['vran', 'da'],
    ['nouët', ''],
    ['dec', ''],
    ['lec', 'na'],
    ['vern', 'le'],
  ],
  [
    ['nge', 'da de ga la ma'],
    ['lange', 'de me'],
    ['willer', ''],
    ['ns', 'ba be bi bo ga la le li lo ma me na ne pi ra re ro sa ta te ti va ve vi'],
    ['rans', 'le ne'],
    ['noz', ''],
    ['laz', ''],
    ['gney', ''],
    ['rupt', ''],
    ['bourg', 'le re te'],
    ['heim', ''],
    ['court', 'ba be che de di dre la le li me mi ne ni ra re ri tre va ve'],
    ['xey', ''],
    ['mance', ''],
    ['drey', ''],
    ['viller', 'be'],
  ],
  [
    ['bac', ''],
    ['line', ''],
    ['rive', 'be te'],
    ['zane', ''],
    ['lance', ''],
    ['mère', ''],
    ['lette', 'va'],
    ['vane', ''],
    ['grave', ''],
    ['rade', ''],
    ['bel', ''],
    ['nette', ''],
    ['saline', ''],
    ['pointe', ''],
  ],
];

/** Saints that carry no fame of their own. */
export const SAINTS =
  'Aubry Blandin Corentil Évroult Fulbert Gaudin Hermel Imier Jacut Lambrun Maugan Nabor Ouen Pardoux Quay Rivoal Sévrin Thual Urcin Vigor Wandre Ysoie'.split(
    ' ',
  );

/** Invented rivers: [article form "de la/du/de l’", plain name, gender]. */
export const RIVIERES: readonly { readonly nom: string; readonly de: string; readonly sur: string }[] = [
  { nom: 'Orvenne', de: 'de l’Orvenne', sur: 'sur-Orvenne' },
  { nom: 'Saudre', de: 'de la Saudre', sur: 'sur-Saudre' },
  { nom: 'Layne', de: 'de la Layne', sur: 'sur-Layne' },
  { nom: 'Aubrée', de: 'de l’Aubrée', sur: 'sur-Aubrée' },
  { nom: 'Vérence', de: 'de la Vérence', sur: 'sur-Vérence' },
  { nom: 'Dourle', de: 'de la Dourle', sur: 'sur-Dourle' },
  { nom: 'Ombrelle', de: 'de l’Ombrelle', sur: 'sur-Ombrelle' },
  { nom: 'Thérouse', de: 'de la Thérouse', sur: 'sur-Thérouse' },
  { nom: 'Galône', de: 'de la Galône', sur: 'sur-Galône' },
  { nom: 'Mirande', de: 'de la Mirande', sur: 'sur-Mirande' },
  { nom: 'Escarle', de: 'de l’Escarle', sur: 'sur-Escarle' },
  { nom: 'Brévenne-Noire', de: 'de la Brévenne-Noire', sur: 'sur-Brévenne' },
  { nom: 'Lozonne', de: 'de la Lozonne', sur: 'sur-Lozonne' },
  { nom: 'Ardouze', de: 'de l’Ardouze', sur: 'sur-Ardouze' },
  { nom: 'Vézouille', de: 'de la Vézouille', sur: 'sur-Vézouille' },
  { nom: 'Furance', de: 'de la Furance', sur: 'sur-Furance' },
];

export const SUITES_BOURG = [
  'le-Château',
  'la-Tour',
  'l’Abbaye',
  'les-Bains',
  'le-Vieux',
  'les-Forges',
  'la-Forêt',
  'le-Haut',
];
export const SUITES_COTE = ['sur-Mer', 'Plage', 'le-Port', 'les-Grèves'];

/** Names of mainland régions, then of overseas ones. */
export const REGIONS = [
  'Haute-Orvenne',
  'Pays de Saudre',
  'Val d’Aubrée',
  'Côte-Levant',
  'Monts de Galône',
  'Grand Couchant',
  'Plaines de Layne',
  'Marches du Nord',
  'Terres Vérençaises',
  'Rivages de Dourle',
  'Plateaux d’Escarle',
  'Mirande-Lozonne',
  'Île Grande',
];
export const REGIONS_OUTRE_MER = [
  'Sainte-Amarante',
  'Île-aux-Palmes',
  'Terre-Vanille',
  'Roche-Corail',
  'Baie-des-Vents',
];

/** Patterns of département names over two rivers. */
export const DEPARTEMENTS = [
  '{a}',
  'Haute-{a}',
  '{a}-et-{b}',
  'Bas-Pays {deA}',
  'Côtes {deA}',
  'Monts {deA}',
  'Val {deA}',
  'Bouches {deA}',
] as const;

export const VOIES: readonly { readonly code: string; readonly poids: number }[] = [
  { code: 'RUE', poids: 62 },
  { code: 'AV', poids: 12 },
  { code: 'ALL', poids: 11 },
  { code: 'BD', poids: 4 },
  { code: 'PL', poids: 4 },
  { code: 'SQ', poids: 2 },
  { code: 'IMP', poids: 3 },
  { code: 'CHE', poids: 2 },
];
export const NOMS_VOIES = [
  ...'TILLEULS ACACIAS LILAS ERABLES CERISIERS CHENES PEUPLIERS MARRONNIERS GLYCINES IRIS BLEUETS HIRONDELLES MESANGES ALOUETTES FAUVETTES TANNEURS DRAPIERS FORGERONS TISSERANDS MARAICHERS VANNIERS BATELIERS PECHEURS ECOLIERS REMPARTS JARDINS FONTAINES MOULINS VERGERS VIGNES SOURCES GLACIS COTEAUX PRAIRIES'
    .split(' ')
    .map((n) => `DES ${n}`),
  'DE LA GARE',
  'DE LA MAIRIE',
  'DE L EGLISE',
  'DU STADE',
  'DU CHATEAU',
  'DU MOULIN',
  'DU LAVOIR',
  'DE LA FONTAINE',
  'DE LA LIBERTE',
  'DE L EGALITE',
  'DE LA FRATERNITE',
  'DE LA REPUBLIQUE',
  'DU PORT',
  'DU CANAL',
  'DU VIADUC',
  'DE LA FILATURE',
  'DE LA TUILERIE',
  'DE L HOPITAL',
  'DU MARCHE',
  'DU LEVANT',
  'DU COUCHANT',
  'DES QUATRE VENTS',
  'NEUVE',
  'HAUTE',
  'BASSE',
  'ARMAND VELOURD',
  'LOUISE CORBIAU',
  'EMILE TRESSAC',
  'JEANNE AUVRIOT',
  'HENRI DELORMOY',
  'MARTHE SOUVIGNE',
  'PAUL ESTRADIN',
  'SIMONE VAUCLAIRE',
  'GEORGES AMBLARD',
  'LEONIE FRAYSSAC',
];
export const PROGRAMMES: readonly string[] =
  'AUBEPINES BELVEDERE CAMPANULES DAHLIAS EGLANTINES FLORALIES GENETS HELIOTROPES IFS JONQUILLES LAURIERS MIMOSAS NYMPHEAS ORMES PIVOINES ROMARINS SAULES THUYAS VERVEINES ZINNIAS ALIZES BRUYERES CLAIRIERES ETANGS ECLUSES CHARMILLES CYTISES MURIERS FRENES COUDRIERS AMANDIERS GRIVES PINSONS VIOLETTES PERVENCHES CAPUCINES ANEMONES CEDRES ROSEAUX JASMINS'.split(
    ' ',
  );
export const QUARTIERS =
  'Centre|Gare|Les Hauts-Prés|La Tuilerie|Le Grand-Clos|Les Fontaines|Beauregard-Sud|La Filature|Les Coteaux|Le Plateau|Bellevue-le-Parc|Les Quatre-Vents|La Croix-Haute|Le Moulin-Neuf|Les Vergers|Pré-Sarrat|Champ-Doré|La Verrerie|Les Salines|Port-Vieux|Les Arches|La Chênaie|Montclairon|Val-Fleury|Les Brosses|Le Mail|Hôpital|Université|Saint-Évroult|La Plaine'.split(
    '|',
  );
export const GRANDS_ENSEMBLES =
  'Les Hautes-Nouelles|La Grande-Borie|Les Trois-Tours|Le Pont-Ferré|Les Mureaux-Gris|La Source-Noire|Le Vallon|Les Sablons-Verts|La Ville-Haute|Les Orgues|Le Champ-du-Lin|Les Aigrettes|La Rotonde|Les Closeaux|Le Bas-Plessis|La Cité-Jardin|Les Lochères|Le Haut-Marquis|Les Grisettes|Cap-Soleil|La Coulée|Les Martelots|Les Airelles|Le Barrage|La Mare-aux-Joncs|Les Peintres|Le Pré-Commun|Les Navettes'.split(
    '|',
  );
