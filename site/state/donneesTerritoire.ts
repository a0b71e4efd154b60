/** A territory's bundle, whole in memory: the same questions as the public files, answered without network. */
import type { Topology } from 'topojson-specification';
import { typographie } from '../carto/format.ts';
import { formes, positions } from '../carto/geometrie.ts';
import { bboxDe } from '../carto/projection.ts';
import { cle, type Encoded } from '../../data/contract/cell.ts';
import type { Bundle } from '../../data/contract/release.ts';
import type { Table } from '../../data/contract/table.ts';
import type { Echelle, Zone } from '../../data/contract/zone.ts';
import { ECHELLES } from '../../data/contract/zone.ts';
import { cleTranche, type Donnees, type Fiche, type Lieux, type ListeZones, type Offre, type Resume, type SourceTuiles } from './donnees.ts'; // prettier-ignore
import { indexe, type Index } from './recherche.ts';

export interface Territoire {
  readonly donnees: Donnees;
  readonly resume: Resume;
  readonly index: Index;
}

/**
 * @param geo shapes of the bundle: they place the zones whose box is not in the table (addresses, squares)
 * @param cleCarte key of the map archive in the reader of archives
 * @param textes definitions of the catalogue, which are the site's
 */
export function donneesTerritoire(
  b: Bundle,
  t: Table,
  geo: Topology,
  cleCarte: string,
  textes: Donnees['textes'],
): Territoire {
  const placees = new Map<Echelle, ReadonlyMap<string, readonly number[]>>();
  const boitesDe = (e: Echelle) => {
    let p = placees.get(e);
    if (!p) placees.set(e, (p = boites(geo, e)));
    return p;
  };
  const presentes = ECHELLES.filter((e) => t.zones.some((z) => z.echelle === e));
  // What is inside the territory; the territory itself and what holds it are references, not maps.
  const r = b.territoire;
  const echelles = presentes.filter(
    (e) => e !== r.echelle && b.couches.some((c) => c.echelle === e && c.zones > 0),
  );
  const rangs = new Map<Echelle, number[]>();
  for (const e of presentes)
    rangs.set(
      e,
      t.zones
        .flatMap((z, n) => (z.echelle === e ? [n] : []))
        .sort((a, c) => ((t.zones[a]?.code ?? '') < (t.zones[c]?.code ?? '') ? -1 : 1)),
    );
  const parCode = new Map(t.zones.map((z, n) => [`${z.echelle}:${z.code}`, n]));
  const offre = offreDe(t, echelles, rangs);
  const resume: Resume = {
    livraison: b.provenance.cle.slice(0, 16),
    pays: r.nom,
    fictif: b.mentions.fictif,
    avertissement: b.mentions.avertissement,
    sources: b.mentions.sources,
    zonages: b.mentions.zonages,
    secret: b.mentions.secret,
    licence: b.mentions.licence,
    echelles,
    ensemble: { echelle: r.echelle, code: r.code },
    bbox: r.bbox ?? [-5, 41, 10, 52],
    offre,
    qpv: b.couches.some((c) => c.echelle === 'qpv' && c.zones > 0),
  };
  const listes = new Map<Echelle, ListeZones & Lieux>();
  const zones = (e: Echelle): ListeZones & Lieux => {
    let l = listes.get(e);
    if (!l)
      listes.set(
        e,
        (l = listeDe(
          (rangs.get(e) ?? []).map((n) => t.zones[n] as Zone),
          boitesDe(e),
        )),
      );
    return l;
  };
  const fiche = (e: Echelle, code: string): Fiche | null => {
    const n = parCode.get(`${e}:${code}`);
    if (n === undefined) return null;
    return {
      echelle: e,
      code,
      nom: typographie(t.zones[n]?.nom ?? code),
      colonne: (c) => t.colonnes[c]?.[n] as Encoded,
    };
  };
  const couche = (e: Echelle): SourceTuiles | null => {
    const c = b.couches.find((x) => x.echelle === e);
    return c ? { url: `pmtiles://${cleCarte}`, couche: e, minzoom: c.minzoom, maxzoom: c.maxzoom } : null;
  };
  const donnees: Donnees = {
    resume: () => Promise.resolve(resume),
    textes,
    zones: (e) => Promise.resolve(zones(e)),
    lieux: (e) => Promise.resolve(zones(e)),
    classes: (e) => Promise.resolve(b.classes[e] ?? {}),
    colonne(e, i, tr) {
      if (!offre[i.variable]?.[e]?.includes(cleTranche(tr))) return Promise.resolve(null);
      const lignes = rangs.get(e) ?? [];
      const v = t.colonnes[cle(i.id, tr)];
      const base = t.colonnes[cle(i.variable, tr)];
      return Promise.resolve({
        v: lignes.map((n) => (typeof v?.[n] === 'number' ? (v[n] as number) : null)),
        b: lignes.map((n) => (base?.[n] ?? null) as Encoded),
      });
    },
    fiches(e, code) {
      const f = fiche(e, code);
      if (!f) return Promise.resolve(null);
      const z = t.zones[parCode.get(`${e}:${code}`) ?? -1];
      const parents: [Echelle, string | undefined][] = [
        ['commune', e === 'commune' ? undefined : z?.commune],
        [r.echelle, e === r.echelle ? undefined : r.code],
        ['departement', r.departement],
        ['region', r.region],
        ['france', t.zones.find((x) => x.echelle === 'france')?.code],
      ];
      return Promise.resolve([f, ...parents.flatMap(([pe, pc]) => (pc ? (fiche(pe, pc) ?? []) : []))]);
    },
    insets: () => Promise.resolve([]),
    tuiles: (e) => Promise.resolve(couche(e)),
    qpv: () => Promise.resolve(resume.qpv ? couche('qpv') : null),
  };
  const parent = (z: Zone) => (z.commune && z.echelle !== 'commune' ? fiche('commune', z.commune)?.nom : '') ?? ''; // prettier-ignore
  const cherchables = t.zones.filter((z) => z.echelle !== 'carreau' && (z.code === r.code || echelles.includes(z.echelle))); // prettier-ignore
  const index = indexe(
    cherchables.map((z) => ({
      echelle: z.echelle,
      code: z.code,
      nom: z.nom,
      parent: parent(z),
      ...(z.codesPostaux ? { postaux: z.codesPostaux.join(' ') } : {}),
    })),
  );
  return { donnees, resume, index };
}

/** Slices that hold something at each échelle. */
function offreDe(t: Table, echelles: readonly Echelle[], rangs: ReadonlyMap<Echelle, readonly number[]>): Offre {
  const o: Record<string, Partial<Record<Echelle, string[]>>> = {};
  for (const v of t.variables)
    for (const tr of t.tranches) {
      const col = t.colonnes[cle(v, tr)];
      if (!col) continue;
      for (const e of echelles)
        if (rangs.get(e)?.some((n) => col[n] != null)) ((o[v] ??= {})[e] ??= []).push(cleTranche(tr));
    }
  return o;
} // prettier-ignore

/** Boxes of the zones of one layer, from its shapes. */
function boites(geo: Topology, e: Echelle): ReadonlyMap<string, readonly number[]> {
  return new Map(formes(geo, e).map((f) => [f.code, bboxDe(positions(f.geometrie))]));
}

function listeDe(liste: readonly Zone[], boites: ReadonlyMap<string, readonly number[]>): ListeZones & Lieux {
  const boite = (z: Zone) => z.bbox ?? boites.get(z.code) ?? [NaN, NaN, NaN, NaN];
  return {
    codes: liste.map((z) => z.code),
    noms: liste.map((z) => typographie(z.nom)),
    bbox: liste.flatMap(boite),
    points: liste.flatMap((z) => {
      const [o, s, e, n] = boite(z) as [number, number, number, number];
      return [(o + e) / 2, (s + n) / 2];
    }),
    region: liste.map((z) => z.region ?? null),
    departement: liste.map((z) => z.departement ?? null),
    epci: liste.map((z) => z.epci ?? null),
    commune: liste.map((z) => z.commune ?? null),
  };
}
