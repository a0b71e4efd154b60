/** What every page and export must say, computed once from what was read. */
import { MENTION_SECRET } from '../../data/catalogue/secret.ts';
import type { Mentions } from '../../data/contract/release.ts';
import type { Sources } from '../../data/contract/sources.ts';

const NOMS: Record<string, (millesime: number) => { nom: string; producteur: string }> = {
  ops_menages: (m) => ({ nom: `OPS ${m}`, producteur: 'USH, GIP SNE' }),
  rpls_ouvert: (m) => ({ nom: `RPLS au 1er janvier ${m}`, producteur: 'SDES' }),
  rpls_restreint: (m) => ({ nom: `RPLS au 1er janvier ${m}`, producteur: 'SDES' }),
};

/** Mentions of a release, from its configuration of sources. */
export function mentionsDe(config: Sources): Mentions {
  const sources = config.fichiers
    .flatMap((f) => {
      const nomme = NOMS[f.type];
      return nomme === undefined || f.millesime === undefined
        ? []
        : [
            {
              ...nomme(f.millesime),
              ...(f.producteur === undefined ? {} : { producteur: f.producteur }),
              type: f.type,
              millesime: f.millesime,
            },
          ];
    })
    .sort((a, b) => b.millesime - a.millesime || (a.type < b.type ? -1 : 1))
    .filter((s, i, tous) => tous.findIndex((t) => t.nom === s.nom) === i);
  const zonages = [
    `COG ${config.cog}`,
    ...new Set(
      config.fichiers.flatMap((f) =>
        (f.type === 'iris' || f.type === 'qpv') && f.zonage !== undefined ? [f.zonage] : [],
      ),
    ),
  ];
  return {
    fictif: config.fictif,
    avertissement: config.fictif ? 'Territoires et données fictifs' : '',
    sources,
    zonages,
    secret: MENTION_SECRET,
    licence: config.fictif
      ? 'Données fictives, sans licence'
      : 'Données : Licence Ouverte 2.0 pour le RPLS ouvert ; OPS selon convention',
  };
}
