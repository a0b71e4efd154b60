/** The page's own reading of the release, cut into small static files (see site/state/donneesPubliques.ts). */
import type { APIRoute } from 'astro';
import { release, zonesDe } from '../../archive/release.ts';
import {
  archives, classesDe, colonne, contoursQpv, fichierFiches, indicateursPublics, insets, lieux, offre, resume, zonesEnListe,
} from '../../archive/vues.ts'; // prettier-ignore
import type { FichierRecherche } from '../../state/champRecherche.ts';
import { INDICATEURS, indicateur } from '../../../data/catalogue/indicators/index.ts';
import { cle } from '../../../data/contract/cell.ts';
import type { Echelle, Population, Secteur, Tranche, Zone } from '../../../data/contract/zone.ts';

/** What a file holds, in a form that survives `getStaticPaths`. */
type Demande =
  | { type: 'atlas' | 'archives' | 'recherche' | 'qpv' | 'textes' }
  | { type: 'zones' | 'lieux' | 'classes' | 'cadres'; echelle: Echelle }
  | { type: 'colonne'; echelle: Echelle; id: string; tranche: Tranche }
  | { type: 'fiches'; zone: Zone };

export function getStaticPaths() {
  const fichier = (chemin: string, demande: Demande) => ({ params: { chemin }, props: { demande } });
  const echelles = release().echelles;
  return [
    ...(['atlas', 'archives', 'recherche', 'textes'] as const).map((type) => fichier(type, { type })),
    ...(resume().qpv ? [fichier('qpv', { type: 'qpv' })] : []),
    ...echelles.flatMap((echelle) =>
      (['zones', 'lieux', 'classes', 'cadres'] as const).map((type) =>
        fichier(`${type}/${echelle}`, { type, echelle }),
      ),
    ),
    ...indicateursPublics().flatMap((i) =>
      Object.entries(offre()[i.variable] ?? {}).flatMap(([e, tranches]) =>
        tranches.map((s) => {
          const [population, secteur, m] = s.split('.') as [Population, Secteur, string];
          const tranche = { population, secteur, millesime: Number(m) };
          const echelle = e as Echelle;
          return fichier(`colonnes/${e}/${cle(i.id, tranche)}`, { type: 'colonne', echelle, id: i.id, tranche }); // prettier-ignore
        }),
      ),
    ),
    ...echelles
      .flatMap((e) => (e === 'commune' ? zonesDe(e).filter((z) => !z.epci) : zonesDe(e)))
      .map((zone) => fichier(`fiches/${zone.echelle}/${zone.code}`, { type: 'fiches', zone })),
  ];
}

function recherche(): FichierRecherche {
  const noms = new Map(release().echelles.flatMap((e) => zonesDe(e).map((z) => [`${e} ${z.code}`, z.nom])));
  const quartiers = zonesDe('qpv').filter((z) => z.commune ?? z.epci);
  const milieu = ([o, s, e, n]: readonly number[]) => [((o ?? 0) + (e ?? 0)) / 2, ((s ?? 0) + (n ?? 0)) / 2];
  const groupes: FichierRecherche = release().echelles.map((echelle) => {
    const liste = zonesDe(echelle);
    const parent = (z: Zone) =>
      (echelle === 'commune' || echelle === 'epci' ? noms.get(`departement ${z.departement}`) : undefined) ??
      (echelle === 'departement' ? noms.get(`region ${z.region}`) : undefined) ??
      '';
    const postaux = liste.some((z) => z.codesPostaux) ? { postaux: liste.map((z) => (z.codesPostaux ?? []).join(' ')) } : {}; // prettier-ignore
    return { echelle, codes: liste.map((z) => z.code), noms: liste.map((z) => z.nom), parents: liste.map(parent), ...postaux }; // prettier-ignore
  });
  if (quartiers.length === 0 || release().echelles.includes('qpv')) return groupes;
  // Quarters have outlines in public, not figures: the search leads to the map of what holds them.
  return [
    ...groupes,
    {
      echelle: 'qpv',
      codes: quartiers.map((z) => z.code),
      noms: quartiers.map((z) => z.nom),
      parents: quartiers.map((z) => noms.get(z.commune ? `commune ${z.commune}` : `epci ${z.epci}`) ?? ''),
      vers: quartiers.map((z) => (z.commune ? `commune:${z.commune}` : `epci:${z.epci}`)),
      points: quartiers.flatMap((z) => milieu(z.bbox ?? []).map((x) => Math.round(x * 1e4) / 1e4)),
    },
  ];
}

function contenu(d: Demande): unknown {
  switch (d.type) {
    case 'atlas':
      return resume();
    case 'archives':
      return archives();
    case 'recherche':
      return recherche();
    case 'textes':
      return Object.fromEntries(INDICATEURS.map((i) => [i.id, [i.definition, i.limites]]));
    case 'qpv':
      return contoursQpv();
    case 'zones':
      return zonesEnListe(d.echelle);
    case 'lieux':
      return lieux(d.echelle);
    case 'classes':
      return classesDe(d.echelle);
    case 'cadres':
      return insets(d.echelle);
    case 'colonne':
      return colonne(d.echelle, indicateur(d.id), d.tranche);
    case 'fiches':
      return fichierFiches(d.zone);
  }
}

export const GET: APIRoute = ({ props }) =>
  new Response(JSON.stringify(contenu((props as { demande: Demande }).demande)), {
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
