/**
 * Questions asked once and shown by several variables: the equations between their indicateurs that anybody can write.
 * The secret must hold against them (domain.md §5: «cumulates inherit the mask of their distribution»), and a test checks
 * them on every atom.
 */
export interface Question {
  readonly id: string;
  /** Variables that show it: the headline, then its distribution. */
  readonly variables: readonly [string, string];
  /** Indicateurs of the headline among the pieces and sums; the others are of the distribution. */
  readonly titres: readonly string[];
  /** Indicateurs that share out the denominator: they add up to it. */
  readonly morceaux: readonly string[];
  /** Other indicateurs, as sums of pieces. */
  readonly cumuls: Readonly<Record<string, readonly string[]>>;
}

const res = ['lt20', '20_40', '40_60', '60_80', '80_100', '100_120', '120p'].map((t) => `ops_res_${t}`);
const tit = ['0_24', '25_29', '30_39', '40_49', '50_64', '65_74', '75p'].map((t) => `ops_tit_${t}`);

export const QUESTIONS: readonly Question[] = [
  {
    id: 'ressources',
    variables: ['ops_res', 'ops_res_det'],
    titres: ['ops_res_lt20', 'ops_res_lt40', 'ops_res_lt60'],
    morceaux: res,
    cumuls: { ops_res_lt40: res.slice(0, 2), ops_res_lt60: res.slice(0, 3), ops_res_gt100: res.slice(5) },
  },
  {
    id: 'composition',
    variables: ['ops_cf', 'ops_cf_det'],
    titres: ['ops_cf_isolee', 'ops_cf_mono'],
    morceaux: ['isolee', 'mono', 'couple_se', 'couple_ae', 'autre'].map((t) => `ops_cf_${t}`),
    cumuls: {},
  },
  {
    id: 'age',
    variables: ['ops_tit', 'ops_tit_det'],
    titres: ['ops_tit_lt30', 'ops_tit_65p'],
    morceaux: tit,
    cumuls: { ops_tit_lt30: tit.slice(0, 2), ops_tit_65p: tit.slice(5) },
  },
  {
    id: 'taille',
    variables: ['ops_taille', 'ops_taille_det'],
    titres: [],
    morceaux: ['1', '2_3', '4_5', '6p'].map((t) => `ops_taille_${t}`),
    cumuls: {},
  },
  {
    id: 'activite',
    variables: ['ops_act', 'ops_act_det'],
    titres: ['ops_act_hors_stable'],
    morceaux: ['stable', 'precaire', 'chomeur', 'sans', 'retraite'].map((t) => `ops_act_${t}`),
    cumuls: {
      ops_act_hors_stable: ['precaire', 'chomeur', 'sans'].map((t) => `ops_act_${t}`),
    },
  },
];
