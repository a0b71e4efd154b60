/** The three sizes of the invented country. Everything here is a choice of scenery, not a fact. */

/** One block of land with its own legal projection. */
export interface ParamTerritoire {
  readonly id: string;
  /** EPSG code of the X and Y columns: 2154 on the mainland, a UTM overseas. */
  readonly epsg: number;
  /** Centre in that projection, metres. All at sea, inside the domain of validity. */
  readonly centre: readonly [number, number];
  readonly communes: number;
  readonly epci: number;
  readonly regions: readonly string[];
  /** Codes of the mainland départements, then of the offshore island (2A, 2B) when there is one. */
  readonly departements: readonly string[];
  /** Départements of the list that lie on the offshore island. */
  readonly insulaires: readonly string[];
  /** Share of the territory's communes on that island. */
  readonly partInsulaire: number;
  /** Coastal islets that are drawn on purpose. */
  readonly ilots: number;
  /** Population of the largest city; towns follow a rank-size rule. */
  readonly metropole: number;
  readonly villes: number;
}

export interface Taille {
  readonly id: 'epci' | 'pays' | 'france';
  readonly pays: string;
  readonly titre: string;
  readonly logements: number;
  readonly qpv: number;
  readonly bailleurs: number;
  readonly communesFusionnees: number;
  /** Arrondissements of the largest city (0: none). */
  readonly arrondissements: number;
  /** Factor on dwellings per address: a country of large towns needs smaller blocks for the same number of addresses. */
  readonly adresse: number;
  /** Inner points of each arc of a border. */
  readonly finesse: number;
  readonly territoires: readonly ParamTerritoire[];
}

const numeros = (debut: number, fin: number) =>
  Array.from({ length: fin - debut + 1 }, (_, i) => String(debut + i).padStart(2, '0'));
const ile = (
  departement: string,
  region: string,
  epsg: number,
  centre: readonly [number, number],
  communes: number,
  epci: number,
  metropole: number,
): ParamTerritoire => ({
  id: departement,
  epsg,
  centre,
  communes,
  epci,
  regions: [region],
  departements: [departement],
  insulaires: [],
  partInsulaire: 0,
  ilots: 2,
  metropole,
  villes: Math.max(4, Math.round(communes / 5)),
});

/** Dwellings, communes and zonings per size: issue 2, item 2. */
export const TAILLES: Readonly<Record<Taille['id'], Taille>> = {
  epci: {
    id: 'epci',
    pays: 'Orvélie',
    titre: 'Territoire de démonstration (un EPCI)',
    logements: 5400,
    qpv: 3,
    bailleurs: 7,
    communesFusionnees: 1,
    arrondissements: 0,
    adresse: 0.74,
    finesse: 2,
    territoires: [
      {
        id: 'metropole',
        epsg: 2154,
        centre: [160_000, 6_520_000],
        communes: 28,
        epci: 1,
        regions: ['24'],
        departements: ['07'],
        insulaires: [],
        partInsulaire: 0,
        ilots: 0,
        metropole: 42_000,
        villes: 4,
      },
    ],
  },
  pays: {
    id: 'pays',
    pays: 'Orvélie',
    titre: 'Pays de démonstration',
    logements: 120_000,
    qpv: 34,
    bailleurs: 46,
    communesFusionnees: 9,
    arrondissements: 9,
    adresse: 0.92,
    finesse: 2,
    territoires: [
      {
        id: 'metropole',
        epsg: 2154,
        centre: [160_000, 6_520_000],
        communes: 1_120,
        epci: 65,
        regions: ['24', '28', '53', '76'],
        departements: [...numeros(1, 11), '2A'],
        insulaires: ['2A'],
        partInsulaire: 0.045,
        ilots: 5,
        metropole: 310_000,
        villes: 72,
      },
      ile('971', '01', 5490, [800_000, 1_830_000], 45, 3, 52_000),
      ile('974', '04', 2975, [180_000, 7_790_000], 35, 2, 61_000),
    ],
  },
  france: {
    id: 'france',
    pays: 'Grande Orvélie',
    titre: 'Pays de démonstration à l’échelle nationale',
    logements: 5_400_000,
    qpv: 1_493,
    bailleurs: 640,
    communesFusionnees: 120,
    arrondissements: 20,
    adresse: 0.7,
    finesse: 1,
    territoires: [
      {
        id: 'metropole',
        epsg: 2154,
        centre: [640_000, 6_600_000],
        communes: 34_871,
        epci: 1_232,
        regions: ['11', '24', '27', '28', '32', '44', '52', '53', '75', '76', '84', '93', '94'],
        departements: [...numeros(1, 19), ...numeros(21, 95), '2A', '2B'],
        insulaires: ['2A', '2B'],
        partInsulaire: 0.0105,
        ilots: 14,
        metropole: 2_100_000,
        villes: 1_900,
      },
      ile('971', '01', 5490, [800_000, 1_830_000], 32, 6, 60_000),
      ile('972', '02', 5490, [800_000, 1_640_000], 34, 3, 76_000),
      ile('973', '03', 2972, [420_000, 720_000], 22, 4, 65_000),
      ile('974', '04', 2975, [180_000, 7_790_000], 24, 5, 150_000),
      ile('976', '06', 4471, [620_000, 8_480_000], 17, 5, 71_000),
    ],
  },
};

/** Survey and register years, and the commune code book each of them uses. */
export const MILLESIMES = [2022, 2024] as const;
/** Target code book of the build. */
export const COG = 2025;
