/** The page's own reading of the release, cut into small static files (see site/state/donneesPubliques.ts). */
import type { APIRoute } from 'astro';
import { release, zonesDe } from '../../archive/release.ts';
import {
  archives, classesDe, colonne, contoursQpv, fichierFiches, indicateursPublics, insets, offre, resume, zonesEnListe,
} from '../../archive/vues.ts'; // prettier-ignore
import type { FichierRecherche } from '../../state/champRecherche.ts';
import { indicateur } from '../../../data/catalogue/indicators/index.ts';
import { cle } from '../../../data/contract/cell.ts';
import type { Echelle, Population, Secteur, Tranche, Zone } from '../../../data/contract/zone.ts';

/** What a file holds, in a form that survives `getStaticPaths`. */
type Demande =
  | { type: 'atlas' | 'archives' | 'recherche' | 'qpv' }
  | { type: 'zones' | 'classes' | 'cadres'; echelle: Echelle }
  | { type: 'colonne'; echelle: Echelle; id: string; tranche: Tranche }
  | { type: 'fiches'; zone: Zone };

export function getStaticPaths() {
  const fichier = (chemin: string, demande: Demande) => ({ params: { chemin }, props: { demande } });
  const echelles = release().echelles;
  return [
    ...(['atlas', 'archives', 'recherche'] as const).map((type) => fichier(type, { type })),
    ...(resume().qpv ? [fichier('qpv', { type: 'qpv' })] : []),
    ...echelles.flatMap((echelle) =>
      (['zones', 'classes', 'cadres'] as const).map((type) =>
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
  return release().echelles.map((echelle) => {
    const liste = zonesDe(echelle);
    const parent = (z: Zone) =>
      (echelle === 'commune' || echelle === 'epci' ? noms.get(`departement ${z.departement}`) : undefined) ??
      (echelle === 'departement' ? noms.get(`region ${z.region}`) : undefined) ??
      '';
    return { echelle, codes: liste.map((z) => z.code), noms: liste.map((z) => z.nom), parents: liste.map(parent) }; // prettier-ignore
  });
}

function contenu(d: Demande): unknown {
  switch (d.type) {
    case 'atlas':
      return resume();
    case 'archives':
      return archives();
    case 'recherche':
      return recherche();
    case 'qpv':
      return contoursQpv();
    case 'zones':
      return zonesEnListe(d.echelle);
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
