/** Administrative frame of a build: the target COG, its names and memberships, and the list of wide zones. */
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import type { Zone } from '../../data/contract/zone.ts';
import { texte, type Base } from '../lib/duckdb.ts';
import { bboxDe, unionBbox, type Appartenance, type Bbox, type Forme } from './geometrie.ts';

/** Insee's code of "no EPCI" (four islands). */
export const SANS_EPCI = 'ZZZZZZZZZ';
export const CODE_FRANCE = 'FR';

export interface Commune {
  commune: string;
  nom: string;
  epci: string | null;
  departement: string;
  region: string;
}

export interface Cog {
  communes: Commune[];
  noms: Record<'epci' | 'departement' | 'region', Map<string, string>>;
}

/** Read the COG tables of the sources stage. */
export async function lisCog(
  base: Base,
  dossier: string,
  communes: string,
  epci: string | null,
): Promise<Cog> {
  const lignes = await base.lignes<
    Commune & { nom_epci: string | null; nom_departement: string | null; nom_region: string | null }
  >(
    `select commune, nom, nullif(epci, '${SANS_EPCI}') as epci, departement, region, nom_epci, nom_departement, nom_region
     from read_parquet(${texte(join(dossier, communes))}) order by commune`,
  );
  const vus = new Set<string>();
  for (const l of lignes) {
    if (vus.has(l.commune))
      throw new UserError(`La commune ${l.commune} figure deux fois dans le COG.`, {
        hint: 'Une commune n’a qu’une appartenance : retirez la ligne en trop.',
      });
    vus.add(l.commune);
  }
  const noms: Cog['noms'] = { epci: new Map(), departement: new Map(), region: new Map() };
  for (const l of lignes) {
    if (l.epci !== null && l.nom_epci !== null) noms.epci.set(l.epci, l.nom_epci);
    if (l.nom_departement !== null) noms.departement.set(l.departement, l.nom_departement);
    if (l.nom_region !== null) noms.region.set(l.region, l.nom_region);
  }
  if (epci !== null) {
    for (const e of await base.lignes<{ epci: string; nom: string }>(
      `select epci, nom from read_parquet(${texte(join(dossier, epci))})`,
    ))
      noms.epci.set(e.epci, e.nom);
  }
  return {
    communes: lignes.map(({ commune, nom, epci: e, departement, region }) => ({
      commune,
      nom,
      epci: e,
      departement,
      region,
    })),
    noms,
  };
}

export function appartenance(cog: Cog): Appartenance[] {
  return cog.communes.map((c) => ({
    commune: c.commune,
    parents: {
      ...(c.epci === null ? {} : { epci: c.epci }),
      departement: c.departement,
      region: c.region,
      france: CODE_FRANCE,
    },
  }));
}

/** The one value shared by all, or undefined: a parent is written only where the nesting is true. */
function seule(valeurs: Iterable<string | null>): string | undefined {
  const s = new Set(valeurs);
  const [v] = s;
  return s.size === 1 && v !== null ? v : undefined;
}

const parents = (communes: readonly Commune[]) => {
  const o = {
    region: seule(communes.map((c) => c.region)),
    departement: seule(communes.map((c) => c.departement)),
    epci: seule(communes.map((c) => c.epci)),
  };
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as Partial<
    Pick<Zone, 'region' | 'departement' | 'epci'>
  >;
};

/** Postcodes of each commune, ascending, all millésimes of the register together. */
export async function codesPostauxDe(base: Base): Promise<Map<string, string[]>> {
  const m = new Map<string, string[]>();
  for (const { commune, code } of await base.lignes<{ commune: string; code: string }>(
    `select distinct c.commune, r.codepostal as code from rpls r
     join commune_de c on c.source = 'rpls' and c.millesime = r.millesime and c.ligne = r.ligne
     where r.codepostal is not null order by all`,
  )) {
    const liste = m.get(commune);
    if (liste) liste.push(code);
    else m.set(commune, [code]);
  }
  return m;
}

/** Zones from France to commune, with true parents, boxes and, on communes, postcodes. */
export function zonesAdministratives(
  cog: Cog,
  pays: string,
  formes: Record<string, readonly Forme[]>,
  codesPostaux: ReadonlyMap<string, readonly string[]> = new Map(),
): Zone[] {
  const boites = new Map<string, Bbox>();
  for (const [niveau, liste] of Object.entries(formes))
    for (const f of liste) boites.set(`${niveau}:${f.properties.code}`, bboxDe(f.geometry));
  const groupe = (cle: (c: Commune) => string | null) => {
    const m = new Map<string, Commune[]>();
    for (const c of cog.communes) {
      const k = cle(c);
      if (k !== null) m.set(k, [...(m.get(k) ?? []), c]);
    }
    return [...m].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  };
  const bbox = (niveau: string, code: string) => {
    const b = boites.get(`${niveau}:${code}`);
    return b === undefined ? {} : { bbox: b };
  };
  const zones: Zone[] = [];
  const toutes = [...boites].filter(([k]) => k.startsWith('region:')).map(([, b]) => b);
  zones.push({
    echelle: 'france',
    code: CODE_FRANCE,
    nom: pays,
    ...(toutes.length > 0 ? { bbox: toutes.reduce(unionBbox) } : {}),
  });
  for (const [code] of groupe((c) => c.region))
    zones.push({ echelle: 'region', code, nom: cog.noms.region.get(code) ?? code, ...bbox('region', code) });
  for (const [code, m] of groupe((c) => c.departement)) {
    const { region } = parents(m);
    zones.push({
      echelle: 'departement',
      code,
      nom: cog.noms.departement.get(code) ?? code,
      ...(region === undefined ? {} : { region }),
      ...bbox('departement', code),
    });
  }
  for (const [code, m] of groupe((c) => c.epci)) {
    const { region, departement } = parents(m);
    zones.push({
      echelle: 'epci',
      code,
      nom: cog.noms.epci.get(code) ?? code,
      ...(region === undefined ? {} : { region }),
      ...(departement === undefined ? {} : { departement }),
      ...bbox('epci', code),
    });
  }
  for (const c of cog.communes) {
    zones.push({
      echelle: 'commune',
      code: c.commune,
      nom: c.nom,
      region: c.region,
      departement: c.departement,
      ...(c.epci === null ? {} : { epci: c.epci }),
      ...(codesPostaux.has(c.commune) ? { codesPostaux: [...(codesPostaux.get(c.commune) ?? [])] } : {}),
      ...bbox('commune', c.commune),
    });
  }
  return zones;
}

/** Zones beside communes (IRIS, QPV, QVA, further zonings), their parents from the communes they hold dwellings or outlines in. */
export function zonesFines(
  echelle: 'iris' | 'qpv' | 'qva' | 'zonage',
  formes: readonly (Pick<Forme, 'properties'> & Partial<Pick<Forme, 'geometry'>>)[],
  communesDe: (code: string) => readonly string[],
  cog: Cog,
): Zone[] {
  const index = new Map(cog.communes.map((c) => [c.commune, c]));
  return formes
    .map((f) => {
      const communes = communesDe(f.properties.code).flatMap((c) => index.get(c) ?? []);
      const commune = seule(communes.map((c) => c.commune));
      return {
        echelle,
        code: f.properties.code,
        nom: f.properties.nom,
        ...(communes.length > 0 ? parents(communes) : {}),
        ...(commune === undefined ? {} : { commune }),
        ...(f.geometry === undefined ? {} : { bbox: bboxDe(f.geometry) }),
      } satisfies Zone;
    })
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}
