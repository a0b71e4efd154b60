/** The static map of a view, for whoever has no JavaScript, for the first paint and for print. */
import { indexClasse } from '../carto/classes.ts';
import { formes, frontieres } from '../carto/geometrie.ts';
import { FINE, texteCellule, typographie } from '../carto/format.ts';
import { couleurs, type Mode } from '../carto/palette.ts';
import { RAYON_CERCLE } from '../components/legende.ts';
import { CERCLE } from '../map/style.ts';
import { carteSvg, dessinerCarte, type Peinture } from '../carto/svg.ts';
import { cellule } from '../state/donnees.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche } from '../../data/contract/zone.ts';
import { contours, release, zonesDe } from './release.ts';
import { classes, colonne, zonesEnListe } from './vues.ts';

/** Borders drawn over the zones of an échelle. */
const PARENT: Partial<Record<Echelle, Echelle>> = { commune: 'departement', epci: 'departement', departement: 'region' }; // prettier-ignore
/** Beyond this number of zones a tooltip per zone would weigh more than the map. */
const MAX_INFOBULLES = 400;

const parEchelle = new Map<Echelle, ReturnType<typeof formes>>();
function formesDe(e: Echelle): ReturnType<typeof formes> {
  let f = parEchelle.get(e);
  const topo = contours(e);
  if (!f) parEchelle.set(e, (f = topo ? formes(topo, e) : []));
  return f;
}

/** Standalone SVG document; empty string when the release has no outlines for the échelle. */
export function carteStatique(e: Echelle, i: Indicateur, t: Tranche, mode: Mode): string {
  const col = colonne(e, i, t);
  const f = formesDe(e);
  if (!col || f.length === 0) return '';
  const k = classes(e, i, t) ?? { methode: 'quantiles' as const, bornes: [], min: 0, max: 0 };
  const rangs = new Map(zonesDe(e).map((z, n) => [z.code, { z, n }]));
  const parent = PARENT[e];
  const topoParent = parent ? contours(parent) : null;
  const bords = parent && topoParent ? frontieres(topoParent, parent) : undefined;
  const noms = LIBELLES_ECHELLE[e].plusieurs;
  const compte = i.calcul === 'nombre';
  const z = zonesEnListe(e);
  return carteSvg(
    dessinerCarte({
      prefixe: 'c',
      largeur: 900,
      hauteur: 640,
      titre: typographie(`${i.libelle}, par ${LIBELLES_ECHELLE[e].un}, ${t.millesime}`),
      description: `Carte de ${release().pays}${FINE}: ${zonesDe(e).length} ${noms}. Les valeurs sont dans le tableau de la page.`,
      zones: f.flatMap((forme) => {
        const r = rangs.get(forme.code);
        if (!r) return [];
        const c = cellule(col, r.n, i);
        const peinture: Peinture =
          c.statut === 'valeur' ? { classe: compte ? 0 : indexClasse(k, c.valeur) } : { statut: c.statut };
        const infobulle = f.length <= MAX_INFOBULLES ? { infobulle: `${forme.nom}${FINE}: ${texteCellule(c, i, e)}` } : {}; // prettier-ignore
        const zone = { ...forme, region: e === 'region' ? forme.code : r.z.region, peinture, ...infobulle };
        if (!compte || c.statut !== 'valeur') return [zone];
        // A count is a circle, never a tint: the area carries it.
        const rayon = Math.max(0.6, RAYON_CERCLE * Math.sqrt(c.valeur / Math.max(1, k.max)));
        const coordinates = [z.points[2 * r.n] ?? 0, z.points[2 * r.n + 1] ?? 0];
        return [{ ...zone, rayon, geometrie: { type: 'Point' as const, coordinates } }];
      }),
      ...(compte ? { fond: f } : {}),
      couleurs: compte ? [`${CERCLE[mode]}`] : couleurs(k.bornes.length + 1, i.rampe, mode),
      cadres: release().cadres,
      projection: 'lambert',
      mode,
      ...(bords ? { contours: [bords] } : {}),
    }),
  );
}
