/** Part 3: maps of the share of units hidden to protect others, by EPCI of a country or by commune of one EPCI. */
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import { variable } from '../../data/catalogue/indicators/index.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import type { Forme } from '../../site/carto/geometrie.ts';
import { indexClasse } from '../../site/carto/classes.ts';
import { accord, majuscule, nombre, typographie } from '../../site/carto/format.ts';
import { TEINTES } from '../../site/carto/palette.ts';
import { carteSvg, dessinerCarte, motifs, type ZoneCarte } from '../../site/carto/svg.ts';
import type { Donnees } from './donnees.ts';
import { BORNES, brut, CLASSES_DITES, h, part, tableau, type Html } from './html.ts';
import { pertesCommunes, pertesEpci, variablesCartes, type PerteZone } from './pertes.ts';
import { nomVariable } from './tables.ts';

/** Échelles mapped: the finest published ones are where protecting a neighbour costs most. */
export const ECHELLES_CARTES = [
  'commune',
  'iris',
  'carreau',
  'adresse',
] as const satisfies readonly Echelle[];
const COMBIEN = 20;
const LARGEUR = 520;
const HAUTEUR = 400;

export interface Cartes {
  html: Html;
  /** Maps drawn. */
  nombre: number;
}

/** What the maps of one variable share. */
interface Fond {
  maille: 'epci' | 'commune';
  contours: readonly Forme[];
  regions: ReadonlyMap<string, string | undefined>;
}

async function fondDe(d: Donnees): Promise<Fond> {
  const epci = new Set(
    (await d.base.lignes<{ epci: string }>('select distinct epci from pertes where epci is not null')).map(
      (l) => l.epci,
    ),
  );
  const maille = epci.size > 1 ? 'epci' : 'commune';
  const zones = new Map(d.zones.filter((z) => z.echelle === maille).map((z) => [z.code, z]));
  return {
    maille,
    contours: (await d.contours(maille)).filter(
      ({ code }) => maille === 'epci' || epci.has(zones.get(code)?.epci ?? ''),
    ),
    regions: new Map([...zones].map(([code, z]) => [code, z.region])),
  };
}

/** Maps of each variable chosen, with one legend; for one EPCI, the communes that lose most. */
export async function cartesPertes(d: Donnees): Promise<Cartes> {
  const choix = await variablesCartes(d.base);
  if (choix.length === 0)
    return { html: h`<p>Aucune cellule : il n’y a rien à cartographier.</p>`, nombre: 0 };
  const fond = await fondDe(d);
  const parties: Html[] = [];
  let nombreCartes = 0;
  for (const v of choix) {
    const { unites } = variable(v.variable);
    const dessins: Html[] = [];
    const parEchelle = new Map<Echelle, Map<string, PerteZone>>();
    for (const echelle of ECHELLES_CARTES) {
      const lignes = await (fond.maille === 'epci' ? pertesEpci : pertesCommunes)(d.base, { ...v, echelle });
      if (lignes.length === 0) continue;
      parEchelle.set(echelle, new Map(lignes.map((l) => [l.code, l])));
      dessins.push(carte(`${v.variable}-${echelle}`, echelle, lignes, unites, fond, d));
    }
    nombreCartes += dessins.length;
    parties.push(h`<h3>${nomVariable(v.variable)}</h3>
<p>Part des ${unites} masqués pour en protéger d’autres, par ${LIBELLES_ECHELLE[fond.maille].un} : ensemble, tous secteurs, millésime ${String(v.millesime)}.</p>
${legende()}
<div class="cartes">${dessins}</div>
${fond.maille === 'commune' ? classement(parEchelle, fond) : null}`);
  }
  return { html: h`${hachures()}${parties}`, nombre: nombreCartes };
}

function carte(
  prefixe: string,
  echelle: Echelle,
  lignes: readonly PerteZone[],
  unites: string,
  { maille, contours, regions }: Fond,
  d: Donnees,
): Html {
  const pertes = new Map(lignes.map((l) => [l.code, l]));
  const zones = contours.map(({ code, nom, geometrie }): ZoneCarte => {
    const p = pertes.get(code);
    const vide = p === undefined || p.unites === 0;
    return {
      code,
      nom,
      geometrie,
      region: regions.get(code),
      peinture: vide
        ? { statut: 'so' }
        : { classe: indexClasse({ bornes: [...BORNES] }, (100 * p.secondaires) / p.unites) },
      infobulle: typographie(
        vide
          ? `${nom} : aucune unité dans le champ`
          : `${nom} : ${part(p.secondaires, p.unites)} (${nombre(p.secondaires)} sur ${nombre(p.unites)} ${unites})`,
      ),
    };
  });
  const pluriel = LIBELLES_ECHELLE[echelle].plusieurs;
  const total = lignes.reduce((s, l) => s + l.unites, 0);
  const masquees = lignes.reduce((s, l) => s + l.secondaires, 0);
  const touchees = lignes.filter((l) => l.secondaires > 0).length;
  const phrase =
    masquees === 0
      ? `Aucune perte sur ${nombre(total)} ${unites}`
      : `${part(masquees, total)} des ${unites} (${nombre(masquees)} sur ${nombre(total)}), dans ${accord(touchees, LIBELLES_ECHELLE[maille].un, LIBELLES_ECHELLE[maille].plusieurs)} sur ${nombre(lignes.length)}`;
  const svg = carteSvg(
    dessinerCarte({
      prefixe,
      largeur: LARGEUR,
      hauteur: HAUTEUR,
      titre: `Perte à l’échelle des ${pluriel}`,
      description: `Carte en plages de couleur. ${phrase}.`,
      zones,
      couleurs: CLASSES_DITES.map((_, i) => `var(--classe-${i})`),
      ...(maille === 'epci' ? { cadres: d.release.cadres, projection: 'lambert' as const } : {}),
    }),
    { echelle: true, classe: 'carte' },
  );
  return h`<figure><figcaption><b>${`À l’échelle des ${pluriel}`}</b><br>${phrase}</figcaption>
${brut(svg)}</figure>`;
}

/** The hatch of zones without any unit, once for every map: the sheet points at it. */
const hachures = (): Html =>
  brut(
    `<svg width="0" height="0" class="hors" aria-hidden="true"><defs>${motifs('perte', TEINTES.clair)}</defs></svg>`,
  );

function legende(): Html {
  const entrees = CLASSES_DITES.map((nom, i) => h`<li><span class="k${String(i)}"></span>${nom}</li>`);
  return h`<ul class="legende">${entrees}<li><span class="vide"></span>sans objet : aucune unité</li></ul>`;
}

/** Communes that lose most at the mapped échelles together: one EPCI has no table of EPCI. */
function classement(
  parEchelle: ReadonlyMap<Echelle, ReadonlyMap<string, PerteZone>>,
  { contours }: Fond,
): Html {
  const echelles = [...parEchelle.keys()];
  const lignes = contours
    .map(({ code, nom }) => {
      const cases = echelles.map((e) => parEchelle.get(e)?.get(code));
      return { code, nom, cases, perdues: cases.reduce((s, c) => s + (c?.secondaires ?? 0), 0) };
    })
    .filter((l) => l.perdues > 0)
    .sort((a, b) => b.perdues - a.perdues || (a.code < b.code ? -1 : 1));
  if (lignes.length === 0) return h`<p>Aucune perte secondaire à ces échelles.</p>`;
  return tableau({
    legende: `Communes qui perdent le plus (${Math.min(COMBIEN, lignes.length)} sur ${lignes.length}) : part des unités masquées à chaque échelle, unités cumulées`,
    colonnes: [
      { titre: 'Commune', texte: true },
      { titre: 'Code', texte: true },
      ...echelles.map((e) => ({ titre: majuscule(LIBELLES_ECHELLE[e].plusieurs) })),
      { titre: 'Unités' },
    ],
    lignes: lignes
      .slice(0, COMBIEN)
      .map((l) => [
        l.nom,
        l.code,
        ...l.cases.map((c) => (c === undefined ? '–' : part(c.secondaires, c.unites))),
        l.perdues,
      ]),
  });
}
