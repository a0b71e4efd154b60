/**
 * The files a build leaves for its report, written by hand: two EPCI (or one) of two communes each, one survey of three
 * variables in two millésimes, every fate and several causes. Losses are counted here from a list of cells, so that a test
 * can add them up another way.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Feature, FeatureCollection, Polygon } from 'geojson';
import { topology } from 'topojson-server';
import type { AuditResume } from '../../data/contract/audit.ts';
import { ouvreBase, texte } from '../../pipeline/lib/duckdb.ts';

type Sort = 'publiees' | 'primaires' | 'qualites' | 'secondaires';
interface Cellule {
  millesime: number;
  variable: string;
  population: string;
  echelle: string;
  code: string;
  secteur: string;
  epci: string | null;
  unites: number;
  sort: Sort;
  raison?: string;
  genre?: string;
}
export interface Lot {
  vers: string;
  confidentiel: string;
  release: string;
}
/** A number that is planted in a hidden cell and must stay on the confidential side. */
export const PLANTE = 48_611;

const EPCI = ['200000001', '200000002'] as const;
const COMMUNES = ['01001', '01002', '02001', '02002'] as const;
const NOMS = ['Bourg & Lès <Bains>', 'Saint-Aubin', 'Vaux', 'L’Île'] as const;

function cellules(epci: readonly string[]): Cellule[] {
  const liste: Cellule[] = [];
  for (const millesime of [2022, 2024])
    for (const [v, variable] of ['ops_men', 'ops_res', 'rpls_parc'].entries()) {
      const pose = (c: Partial<Cellule> & Pick<Cellule, 'echelle' | 'code' | 'unites'>) =>
        liste.push({ millesime, variable, population: 'ENS', secteur: 'tous', epci: null, sort: 'publiees', ...c });
      pose({ echelle: 'france', code: 'FR', unites: 400 * epci.length });
      for (const [e, code] of epci.entries()) {
        const perdue = v < 2 && e === 0;
        pose({ echelle: 'epci', code, epci: code, unites: 400 });
        for (const [k, commune] of COMMUNES.slice(2 * e, 2 * e + 2).entries())
          pose({ echelle: 'commune', code: commune, epci: code, unites: k === 0 ? 300 : 100 });
        const grand = variable === 'ops_res' && e === 0 && millesime === 2024 ? PLANTE : 200;
        pose({ echelle: 'adresse', code: `A${e}1`, epci: code, unites: grand, ...(perdue ? { sort: 'secondaires', raison: 'secondaire', genre: v === 0 ? 'residu' : 'famille' } : {}) });
        pose({ echelle: 'adresse', code: `A${e}2`, epci: code, unites: 92 });
        pose({ echelle: 'adresse', code: `A${e}3`, epci: code, unites: 8, ...(v < 2 ? { sort: 'primaires', raison: 'P1' } : {}) });
        pose({ echelle: 'adresse', code: `A${e}4`, epci: code, unites: 100, ...(v === 1 ? { sort: 'qualites', raison: 'P3' } : {}) });
        if (v === 0) pose({ echelle: 'adresse', code: `A${e}1`, epci: code, population: 'ER', unites: 31, sort: 'secondaires', raison: 'secondaire', genre: 'exacte' });
        // A cell without any unit is hidden too, and counts in no table.
        if (v === 0) pose({ echelle: 'adresse', code: `A${e}5`, epci: code, population: 'ER', unites: 0, sort: 'secondaires', raison: 'secondaire', genre: 'exacte' });
      }
    }
  return liste;
} // prettier-ignore

const carre = (x: number, y: number): Polygon => ({
  type: 'Polygon',
  coordinates: [[[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]],
}); // prettier-ignore

const couche = (nom: string, codes: readonly string[], noms: readonly string[]) => {
  const features = codes.map((id, i): Feature => {
    return { type: 'Feature', id, properties: { nom: noms[i] }, geometry: carre(3 + 0.1 * i, 47) };
  });
  const collection: FeatureCollection = { type: 'FeatureCollection', features };
  return topology({ [nom]: collection });
};

const audit: AuditResume = {
  format: 'carto-ops/audit@1',
  regle: '2026-11',
  seuil: 11,
  verdict: 'conforme',
  violations: {},
  signalements: { zeros_deduits: 12 },
  cellules: [{ echelle: 'commune', variable: 'ops_men', population: 'ENS', publiees: 4, masquees: 0, absentes: 1 }],
  audiences: [],
  fichiers: { tables: 3, archives: 2, tuiles: 40, zonesComparees: 8, valeursComparees: 1234 },
  systemes: [{ millesime: 2024, nom: 'menages', cellules: 9, inconnues: 5, protegees: 3, relations: 4, rang: 4 }],
}; // prettier-ignore

/** Write the whole lot in `vers`. `melange` turns every list and table upside down: the page must not change. */
export async function ecrireLot(vers: string, o: { epci?: 1 | 2; melange?: boolean } = {}): Promise<Lot> {
  const epci = EPCI.slice(0, o.epci ?? 2);
  const communes = COMMUNES.slice(0, 2 * epci.length);
  const lot = { vers, confidentiel: join(vers, 'confidentiel'), release: join(vers, 'courante') };
  const pose = async (chemin: string, contenu: unknown) => {
    await mkdir(dirname(chemin), { recursive: true });
    await writeFile(chemin, typeof contenu === 'string' ? contenu : JSON.stringify(contenu));
  };
  const c = (nom: string) => join(lot.confidentiel, nom);
  const comptes = (entree: number, rejetees: number) => ({ entree, gardees: entree - rejetees, rejetees });
  await pose(c('sources/manifeste.json'), {
    config: { titre: 'Essai', fictif: true, cog: 2025, pays: 'Orvélie', fichiers: [] },
    lues: [
      { type: 'ops_menages', nom: 'ops_2024.csv', millesime: 2024, zonage: 'COG 2024', sha256: 'a'.repeat(64), comptes: comptes(12_345, 3) },
      { type: 'communes', nom: 'communes.geojson', sha256: 'b'.repeat(64), comptes: comptes(4, 0) },
    ],
  }); // prettier-ignore
  const tete = 'fichier;ligne;colonne;recu;attendu;remede\n';
  await pose(c('sources/rejets.csv'), `${tete}ops_2024.csv;7;NBPIECE;77;un entier de 1 à 29;x\nops_2024.csv;9;NBPIECE;78;un entier de 1 à 29;x\n`); // prettier-ignore
  await pose(c('tables/rejets.csv'), `${tete}ops_2024.csv;11;DEPCOM;99999;une commune du COG visé;x\n`);
  await pose(c('tables/rapport.json'), {
    logements: comptes(900, 2),
    menages: comptes(800, 0),
    passages: 5,
    sansCoordonnees: 6,
    ecartsIris: 0,
    ecartsQpv: 1,
    ecartsQpvDeclare: 7,
    menagesApparies: 780,
  });
  const zones = [
    { echelle: 'france', code: 'FR', nom: 'Orvélie' },
    { echelle: 'region', code: '01', nom: 'Plaine' },
    ...epci.map((code, i) => ({ echelle: 'epci', code, nom: `CC n° ${i + 1}`, region: '01' })),
    ...communes.map((code, i) => ({ echelle: 'commune', code, nom: NOMS[i], epci: EPCI[i >> 1], region: '01' })),
  ]; // prettier-ignore
  await pose(c('tables/zones.json'), o.melange ? zones.toReversed() : zones);
  await pose(join(lot.release, 'public/geo/epci.json'), couche('epci', epci, ['CC n° 1', 'CC n° 2']));
  await pose(join(lot.release, 'public/geo/commune.json'), couche('commune', communes, NOMS));
  const liste = cellules(epci);
  await pose(c('secret/rapport.json'), {
    cellules: liste.length + 10,
    publiees: liste.filter((x) => x.sort === 'publiees').length - 2,
    croisees: 0,
    territoires: epci.length,
    totaux: [{ millesime: 2024, variable: 'ops_res', echelle: 'epci', code: EPCI[0] }],
    concessions: ['ops_res, epci : un groupe reste calculable sans masquer ce total.'],
  });
  await pose(join(lot.release, 'audit.json'), audit);
  await pose(join(lot.release, 'release.json'), {
    id: '0123456789abcdef',
    titre: 'Essai',
    pays: 'Orvélie',
    cadres: [{ id: 'principal', nom: 'Orvélie', regions: ['01'], bbox: [3, 47, 3.5, 47.2] }],
    provenance: { cle: 'c'.repeat(64) },
  });
  await ecrireParquet(lot.confidentiel, o.melange ? liste.toReversed() : liste, communes);
  return lot;
}

async function ecrireParquet(confidentiel: string, liste: readonly Cellule[], communes: readonly string[]) {
  const base = await ouvreBase({ fils: 1 });
  const q = (v: string | number | null | undefined) => (v == null ? 'null' : typeof v === 'number' ? v : texte(v)); // prettier-ignore
  const valeurs = (lignes: readonly (readonly (string | number | null | undefined)[])[]) =>
    lignes.map((l) => `(${l.map(q).join(', ')})`).join(', ');
  const copie = (sql: string, nom: string) =>
    base.execute(`copy (${sql}) to ${texte(join(confidentiel, nom))} (format parquet)`);
  await mkdir(join(confidentiel, 'indicateurs'), { recursive: true });
  const colonnes = 'millesime, variable, population, echelle, code, secteur, epci, raison, unites, genre';
  await base.execute(
    `create table c as select * from (values ${valeurs(liste.map((x) => [x.millesime, x.variable, x.population, x.echelle, x.code, x.secteur, x.epci, x.raison, x.unites, x.genre, x.sort]))}) t(${colonnes}, sort)`,
  );
  await copie(`select ${colonnes}, 0 as base, '' as cible, 0 as autres from c where sort <> 'publiees'`, 'secret/raisons.parquet'); // prettier-ignore
  const sommes = (['publiees', 'primaires', 'qualites', 'secondaires'] as const).flatMap((s) => [
    `count(*) filter (sort = '${s}')::integer as ${s}`,
    `coalesce(sum(unites) filter (sort = '${s}'), 0)::integer as unites_${s}`,
  ]);
  await copie(
    `select millesime, variable, population, echelle, secteur, epci, ${sommes.join(', ')} from c where unites > 0 group by all order by all desc`,
    'secret/pertes.parquet',
  );
  // Address 1 of an EPCI lies across its two communes: three quarters of its units in the first.
  const atomes = communes.flatMap((commune, i) => {
    const [e, premiere] = [i >> 1, i % 2 === 0];
    const adresses: [string, number][] = premiere ? [['1', 150], ['2', 92], ['4', 58]] : [['1', 50], ['3', 8], ['4', 42]]; // prettier-ignore
    return [2022, 2024].flatMap((m) => adresses.map(([a, n]) => [m, commune, `A${e}${a}`, EPCI[e], n, n]));
  });
  await copie(
    `select millesime, commune, adresse, epci, null::varchar as iris, null::varchar as carreau, n1 as "n.ops_men.ENS", n2 as "n.ops_res.ENS" from (values ${valeurs(atomes)}) t(millesime, commune, adresse, epci, n1, n2)`,
    'indicateurs/atomes.parquet',
  );
  await copie(
    `select * from (values ${valeurs([['adresse', 'A01', '1 RUE DU PONT', '01001'], ['adresse', 'A11', '2 RUE DU PONT', '02001']])}) t(echelle, code, nom, commune)`,
    'indicateurs/lieux.parquet',
  ); // prettier-ignore
  base.ferme();
}
