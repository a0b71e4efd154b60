/** Sentences that name a view, the same in the title, the legend, the caption and the export. */
import { accord, majuscule, typographie } from '../carto/format.ts';
import { variable } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_ECHELLE, LIBELLES_POPULATION } from '../../data/catalogue/echelles.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';

/** "par EPCI, RPLS au 1er janvier 2022, en QPV, emménagés récents". */
export function sousTitre(e: Echelle, i: Indicateur, t: Tranche): string {
  const v = variable(i.variable);
  return [
    `par ${LIBELLES_ECHELLE[e].un}`,
    v.source === 'ops' ? `enquête OPS ${t.millesime}` : `RPLS au 1er janvier ${t.millesime}`,
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
): string {
  const { un, plusieurs } = LIBELLES_ECHELLE[e];
  return typographie(
    `${i.libelle}, ${sousTitre(e, i, t)} : ${accord(total, un, plusieurs)}, dont ${accord(publiees, 'valeur publiée', 'valeurs publiées')}.`,
  );
}

/** Title of the document. */
export function titrePage(e: Echelle, i: Indicateur, t: Tranche): string {
  return typographie(`${i.libelle} par ${LIBELLES_ECHELLE[e].un}, ${t.millesime}`);
}

/** Sentence to quote a view with: what, from whom, from which release. */
export function citation(
  e: Echelle,
  i: Indicateur,
  t: Tranche,
  r: {
    pays: string;
    livraison: string;
    sources: readonly { nom: string; producteur: string; type: string }[];
  },
): string {
  const ops = variable(i.variable).source === 'ops';
  const source = r.sources.find(
    (s) => s.type.startsWith(ops ? 'ops' : 'rpls') && s.nom.includes(String(t.millesime)),
  );
  const de = source
    ? `${source.nom}, ${source.producteur}`
    : ops
      ? `OPS ${t.millesime}`
      : `RPLS ${t.millesime}`;
  return typographie(
    `${i.libelle}, ${sousTitre(e, i, t)}, ${r.pays}. Source : ${de}. Carto OPS, livraison ${r.livraison}.`,
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
