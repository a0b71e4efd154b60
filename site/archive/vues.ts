/** Build-time views over the release: what each static page and each file of `donnees/` holds. */
import type { FeatureCollection, Position } from 'geojson';
import polylabel from 'polylabel';
import { typographie } from '../carto/format.ts';
import { chemin, formes, polygones, positions } from '../carto/geometrie.ts';
import { ajuste } from '../carto/projection.ts';
import { cleTranche, type Colonne, type Inset, type Lieux, type ListeZones, type Offre, type Resume } from '../state/donnees.ts'; // prettier-ignore
import type { Archives, FichierFiches } from '../state/donneesPubliques.ts';
import { INDICATEURS, variable } from '../../data/catalogue/indicators/index.ts';
import { THEMES } from '../../data/catalogue/themes.ts';
import { cle, type Encoded } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle, Tranche, Zone } from '../../data/contract/zone.ts';
import { loupe } from './loupe.ts';
import { contours, release, table, zonesDe } from './release.ts';

export const TOUT = { population: 'ENS', secteur: 'tous' } as const;
let offreConnue: Offre | undefined;

/** Slices published for each variable and échelle, read from the tables themselves. */
export function offre(): Offre {
  if (offreConnue) return offreConnue;
  const o: Record<string, Partial<Record<Echelle, string[]>>> = {};
  for (const e of release().echelles)
    for (const theme of THEMES) {
      const t = table(e, theme.id);
      if (!t) continue;
      for (const v of t.variables)
        for (const tr of t.tranches) {
          const col = t.colonnes[cle(v, tr)];
          if (col?.some((x) => x !== null)) ((o[v] ??= {})[e] ??= []).push(cleTranche(tr));
        }
    }
  return (offreConnue = o);
}

/** Indicateurs with at least one public cell, in catalogue order. */
export function indicateursPublics(): Indicateur[] {
  const o = offre();
  return INDICATEURS.filter((i) => o[i.variable]);
}

/** Millésimes of an indicateur at an échelle, most recent first. */
export function millesimesDe(i: Indicateur, e: Echelle): number[] {
  const m = new Set((offre()[i.variable]?.[e] ?? []).map((s) => Number(s.split('.')[2])));
  return [...m].sort((a, b) => b - a);
}

/** Échelles that have a map of this indicateur, widest first. */
export function echellesDe(i: Indicateur): Echelle[] {
  return release().echelles.filter((e) => e !== 'france' && offre()[i.variable]?.[e]);
}

const colonnes = new Map<string, Colonne | null>();

/** Column of an indicateur in the order of `zonesDe(e)`, cut once; null when not published. */
export function colonne(e: Echelle, i: Indicateur, t: Tranche): Colonne | null {
  const nom = `${e} ${cle(i.id, t)}`;
  let c = colonnes.get(nom);
  if (c === undefined) colonnes.set(nom, (c = coupe(e, i, t)));
  return c;
}

function coupe(e: Echelle, i: Indicateur, t: Tranche): Colonne | null {
  const tab = table(e, variable(i.variable).theme);
  const v = tab?.colonnes[cle(i.id, t)];
  const b = tab?.colonnes[cle(i.variable, t)];
  if (!tab || !v || !b) return null;
  const dans = <T>(c: readonly T[], z: Zone): T | null => c[rangDans(tab.zones, z.code)] ?? null;
  return {
    v: zonesDe(e).map((z) => {
      const x = dans(v, z);
      return typeof x === 'number' ? x : null;
    }),
    b: zonesDe(e).map((z) => dans(b, z) as Encoded),
  };
}

/** Frozen classes of a view. */
export function classes(e: Echelle, i: Indicateur, t: Tranche): Classes | null {
  return release().classes[e]?.[cle(i.id, t)] ?? null;
}

/** Frozen classes of one échelle. */
export function classesDe(e: Echelle): Record<string, Classes> {
  return release().classes[e] ?? {};
}

const zonesListees = new Map<Echelle, ListeZones>();
/** Zones of one échelle as the page reads them, computed once. */
export function zonesEnListe(e: Echelle): ListeZones {
  let z = zonesListees.get(e);
  if (!z) zonesListees.set(e, (z = listeZones(e)));
  return z;
}

function listeZones(e: Echelle): ListeZones {
  const liste = zonesDe(e);
  return {
    codes: liste.map((z) => z.code),
    noms: liste.map((z) => z.nom),
    region: liste.map((z) => z.region ?? null),
    departement: liste.map((z) => z.departement ?? null),
    epci: liste.map((z) => z.epci ?? null),
    commune: liste.map((z) => z.commune ?? null),
  };
}

const lieuxConnus = new Map<Echelle, Lieux>();
/** Boxes and inner points of the zones of one échelle, to the hundred metres, computed once. */
export function lieux(e: Echelle): Lieux {
  const connus = lieuxConnus.get(e);
  if (connus) return connus;
  const liste = zonesDe(e);
  const topo = contours(e);
  const centres = new Map(topo ? formes(topo, e).map((f) => [f.code, centre(f.geometrie)] as const) : []);
  const arrondi = (x: number) => Math.round(x * 1e3) / 1e3;
  const l = {
    bbox: liste.flatMap((z) => (z.bbox ?? [0, 0, 0, 0]).map(arrondi)),
    points: liste.flatMap((z) => {
      const [o, s, est, n] = z.bbox ?? [0, 0, 0, 0];
      return (centres.get(z.code) ?? [(o + est) / 2, (s + n) / 2]).map(arrondi);
    }),
  };
  lieuxConnus.set(e, l);
  return l;
}

function centre(g: Parameters<typeof polygones>[0]): [number, number] {
  let grand: [number, number][][] = [];
  let record = -1;
  for (const p of polygones(g)) {
    const anneau = (p[0] ?? []) as [number, number][];
    const xs = anneau.map((q) => q[0]);
    const ys = anneau.map((q) => q[1]);
    const aire = (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
    if (aire > record) [record, grand] = [aire, p as unknown as [number, number][][]];
  }
  const [x, y] = polylabel(grand, 0.01) as unknown as [number, number];
  return [x, y];
}

/** Far territories of one échelle as small drawings, then the part too finely cut to be read; often empty. */
export function insets(e: Echelle): Inset[] {
  const topo = contours(e);
  if (!topo) return [];
  const region = new Map(zonesDe(e).map((z) => [z.code, e === 'region' ? z.code : z.region]));
  const toutes = formes(topo, e);
  const dessine = (id: string, nom: string, bbox: Inset['bbox'], siennes: typeof toutes): Inset => {
    const { projette } = ajuste(siennes.flatMap((f) => positions(f.geometrie)), { x: 3, y: 3, largeur: 114, hauteur: 84 }); // prettier-ignore
    const zones = siennes.map((f) => [f.code, polygones(f.geometrie).map((a) => chemin(a, projette, true)).join('')] as const); // prettier-ignore
    return { id, nom, bbox, largeur: 120, hauteur: 90, zones };
  };
  const [principal, ...loin] = release().cadres;
  const l = e === 'commune' && principal ? loupe(zonesDe(e), principal.regions) : null;
  const nom = zonesDe('region').find((z) => z.code === l?.region)?.nom ?? '';
  return [
    ...loin.map((c) => dessine(c.id, c.nom, c.bbox, toutes.filter((f) => c.regions.includes(region.get(f.code) ?? '')))), // prettier-ignore
    ...(l
      ? [
          dessine(
            'loupe',
            `${nom}, de près`,
            l.bbox,
            toutes.filter((f) => l.codes.includes(f.code)),
          ),
        ]
      : []),
  ];
}

/** Every published column of one zone (of an EPCI and its communes): `donnees/fiches/…`. */
export function fichierFiches(z: Zone): FichierFiches {
  const membres: Zone[] = [z, ...(z.echelle === 'epci' ? communesDe(z.code) : [])];
  const colonnes: Record<string, Encoded[]> = {};
  membres.forEach((m, k) => {
    for (const theme of THEMES) {
      const t = table(m.echelle, theme.id);
      if (!t) continue;
      const n = rangDans(t.zones, m.code);
      if (n < 0) continue;
      for (const [nom, col] of Object.entries(t.colonnes)) {
        const x = col[n];
        if (x != null)
          (colonnes[nom] ??= Array.from({ length: membres.length }, () => null))[k] = x as Encoded;
      }
    }
  });
  return { codes: membres.map((m) => `${m.echelle}:${m.code}`), colonnes };
}

let parEpci: Map<string, Zone[]> | undefined;
function communesDe(epci: string): readonly Zone[] {
  if (!parEpci) {
    parEpci = new Map();
    for (const c of zonesDe('commune')) {
      if (c.epci === undefined) continue;
      const l = parEpci.get(c.epci);
      if (l) l.push(c);
      else parEpci.set(c.epci, [c]);
    }
  }
  return parEpci.get(epci) ?? [];
}

const rangs = new WeakMap<readonly Zone[], Map<string, number>>();
/** Position of a code in a list of zones of one échelle, -1 when absent; the list is indexed once. */
export function rangDans(zones: readonly Zone[], code: string): number {
  let m = rangs.get(zones);
  if (!m) rangs.set(zones, (m = new Map(zones.map((z, n) => [z.code, n]))));
  return m.get(code) ?? -1;
}

/** Archive of shapes of each échelle: the page paints them itself, so one serves every theme and slice. */
export function archives(): Archives {
  return Object.fromEntries(
    release()
      .tuiles.filter((t) => t.theme === null)
      .map((t) => [t.echelle, [t.fichier, t.minzoom, t.maxzoom] as const]),
  );
}

/** Outlines of priority neighbourhoods with their names, to the metre; null when the release has none. */
export function contoursQpv(): FeatureCollection | null {
  const topo = contours('qpv');
  if (!topo) return null;
  const arrondi = (x: unknown): unknown =>
    Array.isArray(x) ? x.map(arrondi) : Math.round((x as number) * 1e5) / 1e5;
  return {
    type: 'FeatureCollection',
    features: formes(topo, 'qpv').map((f) => ({
      type: 'Feature',
      properties: { code: f.code, nom: typographie(f.nom) },
      geometry: { type: 'MultiPolygon', coordinates: arrondi(polygones(f.geometrie)) as Position[][][] },
    })),
  };
}

/** The release in a few lines, for the page. */
export function resume(): Resume {
  const r = release();
  const { fictif, avertissement, zonages, secret, licence } = r.mentions;
  const sources = r.mentions.sources.map(({ nom, producteur, type }) => ({ nom, producteur, type }));
  const bbox = r.cadres[0]?.bbox ?? r.bbox;
  return { livraison: r.id, pays: r.pays, fictif, avertissement, sources, zonages, secret, licence, echelles: r.echelles, ensemble: { echelle: 'france', code: zonesDe('france')[0]?.code ?? '' }, bbox, offre: offre(), qpv: contours('qpv') !== null }; // prettier-ignore
}

/** The map shown first: EPCI level, a telling indicateur, the latest millésime; falls back on what is published. */
export function vueParDefaut(): { echelle: Echelle; indicateur: string; millesime: number } {
  const publics = indicateursPublics();
  const i =
    publics.find((x) => x.id === 'rpls_dpe_fg') ?? publics.find((x) => x.calcul === 'part') ?? publics[0];
  if (!i) throw new Error('nothing is public in this release');
  const possibles = echellesDe(i);
  // A map of one or two zones says nothing: go finer.
  const echelle = possibles.includes('epci') && zonesDe('epci').length > 4 ? 'epci' : (possibles.at(-1) ?? 'region'); // prettier-ignore
  return { echelle, indicateur: i.id, millesime: millesimesDe(i, echelle)[0] ?? 0 };
}

/** Every static map page. */
export function pagesCarte(): { echelle: Echelle; indicateur: string; millesime: number }[] {
  return indicateursPublics().flatMap((i) =>
    echellesDe(i).flatMap((echelle) =>
      millesimesDe(i, echelle).map((millesime) => ({ echelle, indicateur: i.id, millesime })),
    ),
  );
}
