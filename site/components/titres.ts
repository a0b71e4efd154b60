/** Sentences that name a view, the same in the title, the legend, the caption and the export. */
import { accord, majuscule, typographie } from '../carto/format.ts';
import { variable } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_ECHELLE, LIBELLES_POPULATION } from '../../data/catalogue/echelles.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';

/**
 * "par EPCI, RPLS au 1er janvier 2022, en QPV, emménagés récents".
 * @param avant millésime that the figure is compared with, for a change
 */
export function sousTitre(e: Echelle, i: Indicateur, t: Tranche, avant = t.millesime): string {
  const ans = avant === t.millesime ? `${avant}` : `${avant} et ${t.millesime}`;
  return [
    `par ${LIBELLES_ECHELLE[e].un}`,
    variable(i.variable).source === 'ops' ? `enquête OPS ${ans}` : `RPLS au 1er janvier ${ans}`,
    t.secteur === 'qpv'
      ? 'dans les quartiers prioritaires'
      : t.secteur === 'hqpv'
        ? 'hors quartiers prioritaires'
        : '',
    t.population === 'ER' ? 'ménages emménagés récemment' : '',
  ]
    .filter((x) => x !== '')
    .join(', ');
}

/** Caption of the table twin. */
export function legendeTableau(
  e: Echelle,
  i: Indicateur,
  t: Tranche,
  total: number,
  publiees: number,
  avant?: number,
): string {
  const { un, plusieurs } = LIBELLES_ECHELLE[e];
  return typographie(
    `${i.libelle}, ${sousTitre(e, i, t, avant)} : ${accord(total, un, plusieurs)}, dont ${accord(publiees, 'valeur publiée', 'valeurs publiées')}.`,
  );
}

/** Title of the document. */
export function titrePage(e: Echelle, i: Indicateur, t: Tranche): string {
  return typographie(`${i.libelle} ${sousTitre(e, i, t)}`);
}

interface Source {
  readonly nom: string;
  readonly producteur: string;
  readonly type: string;
}

/** The sources that a figure of these years comes from, "OPS 2022, USH". */
export function sourcesDe(i: Indicateur, ans: readonly number[], sources: readonly Source[]): string[] {
  const { source } = variable(i.variable);
  return sources
    .filter((s) => s.type.startsWith(source) && ans.some((m) => s.nom.includes(String(m))))
    .map((s) => `${s.nom}, ${s.producteur}`);
}

/** Sentence to quote a view with: what, from whom, from which release. */
export function citation(
  e: Echelle,
  i: Indicateur,
  t: Tranche,
  r: {
    pays: string;
    livraison: string;
    sources: readonly Source[];
  },
  avant?: number,
): string {
  const de = sourcesDe(i, [avant ?? t.millesime, t.millesime], r.sources).join(' ; ') || variable(i.variable).source.toUpperCase(); // prettier-ignore
  return typographie(
    `${i.libelle}, ${sousTitre(e, i, t, avant)}, ${r.pays}. Source : ${de}. Carto OPS, livraison ${r.livraison}.`,
  );
}

/** Name of the second figure in a table: its short label, then what tells it from the first. */
export function titreSeconde(
  v: { catalogue: Indicateur; tranche: Tranche },
  autre: { catalogue: Indicateur; tranche: Tranche },
): string {
  const [a, b] = [v.tranche, autre.tranche];
  return typographie(
    [
      majuscule(autre.catalogue.court),
      a.population === b.population ? '' : LIBELLES_POPULATION[b.population].toLowerCase(),
      a.secteur === b.secteur
        ? ''
        : b.secteur === 'tous'
          ? 'tous secteurs'
          : b.secteur === 'qpv'
            ? 'en QPV'
            : 'hors QPV',
      a.millesime === b.millesime ? '' : String(b.millesime),
    ]
      .filter((x) => x !== '')
      .join(', '),
  );
}
