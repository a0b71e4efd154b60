/** Boundary files: six GeoJSON layers drawn from one topology, with the property names of the IGN files. */
import { join } from 'node:path';
import type { Journal } from '../lib/journal.ts';
import { Dessin, versWgs84, type MultiPolygone } from './anneaux.ts';
import { Fichier } from './ecriture.ts';
import { parCode, type Pays } from './pays.ts';
import type { Decoupe } from './iris.ts';
import type { Qpv } from './quartiers.ts';

interface Objet {
  readonly code: string;
  readonly proprietes: Record<string, string | number>;
  /** Parts from every territory that holds a piece of the zone. */
  readonly geometrie: MultiPolygone;
}

async function ecrireCouche(chemin: string, nom: string, objets: readonly Objet[]): Promise<void> {
  const f = new Fichier(chemin);
  try {
    f.ecrit(
      `{"type":"FeatureCollection","name":"${nom}","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"features":[\n`,
    );
    for (const [i, o] of [...objets].sort(parCode).entries()) {
      const simple = o.geometrie.length === 1;
      const geometrie = `{"type":"${simple ? 'Polygon' : 'MultiPolygon'}","coordinates":${JSON.stringify(simple ? o.geometrie[0] : o.geometrie)}}`;
      f.ecrit(
        `${i > 0 ? ',\n' : ''}{"type":"Feature","properties":${JSON.stringify(o.proprietes)},"geometry":${geometrie}}`,
      );
      if (f.plein) await f.vide();
    }
    f.ecrit('\n]}\n');
    await f.ferme();
  } catch (erreur) {
    await f.abandonne();
    throw erreur;
  }
}

/** Write limites/*.geojson under `vers`. */
export async function ecrireLimites(
  pays: Pays,
  decoupes: readonly Decoupe[],
  qpv: readonly Qpv[],
  vers: string,
  journal: Journal,
): Promise<void> {
  const etape = journal.etape('demo : limites');
  const communes: Objet[] = [];
  const iris: Objet[] = [];
  const groupes = {
    epci: new Map<string, MultiPolygone>(),
    dep: new Map<string, MultiPolygone>(),
    reg: new Map<string, MultiPolygone>(),
  };
  const ajoute = (table: Map<string, MultiPolygone>, code: string, g: MultiPolygone) => {
    if (g.length > 0) table.set(code, [...(table.get(code) ?? []), ...g]);
  };
  pays.territoires.forEach((t, k) => {
    const d = t.decoupage;
    const decoupe = decoupes[k]!;
    const dessin = new Dessin(decoupe.trace);
    dessin.polygones(d.commune, t.communes.length).forEach((geometrie, c) => {
      const commune = t.communes[c]!;
      communes.push({
        code: commune.code,
        proprietes: {
          INSEE_COM: commune.code,
          NOM: commune.nom,
          POP: commune.population,
          DEP: commune.departement.code,
          REG: commune.region.code,
          EPCI: commune.epci?.code ?? 'ZZZZZZZZZ',
        },
        geometrie,
      });
    });
    dessin.polygones(decoupe.cellule, decoupe.iris.length).forEach((geometrie, i) => {
      const z = decoupe.iris[i]!;
      iris.push({
        code: z.code,
        proprietes: {
          CODE_IRIS: z.code,
          NOM_IRIS: z.nom,
          INSEE_COM: z.depcom,
          NOM_COM: z.commune.nom,
          IRIS: z.code.slice(5),
          TYP_IRIS: z.type,
        },
        geometrie,
      });
    });
    // Zones above the commune: one labelling per level, so that inner borders vanish.
    const niveau = (de: (c: number) => string | undefined, table: Map<string, MultiPolygone>) => {
      const codes = [...new Set(t.communes.map((_, c) => de(c)).filter((v) => v !== undefined))];
      const rang = new Map(codes.map((v, i) => [v, i]));
      const label = Int32Array.from(d.commune, (c) => (c < 0 ? -1 : (rang.get(de(c) ?? '') ?? -1)));
      dessin.polygones(label, codes.length).forEach((g, i) => ajoute(table, codes[i]!, g));
    };
    niveau((c) => t.communes[c]!.epci?.code, groupes.epci);
    niveau((c) => t.communes[c]!.departement.code, groupes.dep);
    niveau((c) => t.communes[c]!.region.code, groupes.reg);
  });
  const dossier = join(vers, 'limites');
  await ecrireCouche(join(dossier, 'communes.geojson'), 'communes', communes);
  await ecrireCouche(join(dossier, 'iris.geojson'), 'iris', iris);
  await ecrireCouche(
    join(dossier, 'epci.geojson'),
    'epci',
    pays.epci.map((e) => ({
      code: e.code,
      proprietes: { EPCI: e.code, NOM: e.nom, NATURE_EPCI: e.nature },
      geometrie: groupes.epci.get(e.code) ?? [],
    })),
  );
  await ecrireCouche(
    join(dossier, 'departements.geojson'),
    'departements',
    pays.departements.map((d) => ({
      code: d.code,
      proprietes: { INSEE_DEP: d.code, NOM: d.nom, INSEE_REG: d.region },
      geometrie: groupes.dep.get(d.code) ?? [],
    })),
  );
  await ecrireCouche(
    join(dossier, 'regions.geojson'),
    'regions',
    pays.regions.map((r) => ({
      code: r.code,
      proprietes: { INSEE_REG: r.code, NOM: r.nom },
      geometrie: groupes.reg.get(r.code) ?? [],
    })),
  );
  await ecrireCouche(
    join(dossier, 'qpv.geojson'),
    'qpv',
    qpv.map((q) => {
      const projete = versWgs84(pays.territoires[q.territoire]!.decoupage.maillage.relief.param.epsg);
      const anneau = q.anneau.map(([x, y]) => projete(x, y));
      return {
        code: q.code,
        proprietes: {
          code_qp: q.code,
          lib_qp: q.nom,
          insee_dep: q.communes[0]!.departement.code,
          insee_com: q.communes.map((c) => c.code).join(', '),
          lib_com: q.communes.map((c) => c.nom).join(', '),
          siren_epci: q.communes[0]!.epci?.code ?? '',
        },
        geometrie: [[anneau]],
      };
    }),
  );
  etape.fin({ communes: communes.length, iris: iris.length, qpv: qpv.length });
}
