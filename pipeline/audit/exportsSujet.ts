/** What an export is about, from what it prints: indicateur, slice, échelle, territory, release, audience. */
import { LIBELLES_ECHELLE, LIBELLES_SECTEUR, LIBELLES_POPULATION } from '../../data/catalogue/echelles.ts';
import { INDICATEURS } from '../../data/catalogue/indicators/index.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { ECHELLES, POPULATIONS, SECTEURS, type Echelle, type Tranche } from '../../data/contract/zone.ts';
import { plat, type ExportLu } from './exportsLecture.ts';

/** A text as a pattern for itself. */
export const echapper = (t: string) => t.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What the mentions of an export say of it. */
export interface Sujet {
  readonly indicateur: Indicateur;
  readonly tranche: Tranche;
  readonly echelle: Echelle;
  /** Name of the territory, from the title. */
  readonly territoire: string;
  /** Release printed on the sheet; null on a table downloaded from the site, which prints none. */
  readonly livraison: string | null;
  readonly restreint: boolean;
}

const parNom = <T extends string>(
  cles: readonly T[],
  nom: (c: T) => string,
  cherche: string,
): T | undefined => cles.find((c) => plat(nom(c)) === cherche);

/** Caption of a table downloaded from the site: « Libellé, par commune, enquête OPS 2024, hors quartiers prioritaires : 12 communes… ». */
const LEGENDE =
  /^(.+), par (.+), (?:enquête OPS|RPLS au 1er janvier) (\d{4})(, dans les quartiers prioritaires|, hors quartiers prioritaires)?(, ménages emménagés récemment)? ?: /;

function sujetDuTableau(lu: ExportLu): Sujet | null {
  for (const t of lu.textes) {
    const [, libelle = '', un = '', annee, secteur, er] = LEGENDE.exec(t) ?? [];
    const indicateur = INDICATEURS.find((i) => plat(i.libelle) === libelle);
    const echelle = parNom(ECHELLES, (e) => LIBELLES_ECHELLE[e].un, un);
    if (!indicateur || !echelle) continue;
    return {
      indicateur,
      echelle,
      tranche: {
        population: er === undefined ? 'ENS' : 'ER',
        secteur: secteur === undefined ? 'tous' : secteur.startsWith(', hors') ? 'hqpv' : 'qpv',
        millesime: Number(annee),
      },
      territoire: '',
      livraison: null,
      restreint: lu.textes.some((x) => x.startsWith('Diffusion restreinte')),
    };
  }
  return null;
}

/** Read the subject in the texts; null when this is not one of our exports. */
export function sujetDe(lu: ExportLu): Sujet | null {
  return sujetDeFeuille(lu) ?? sujetDuTableau(lu);
}

function sujetDeFeuille(lu: ExportLu): Sujet | null {
  const tout = lu.textes.join('\n');
  const edition = /Indicateur\s+([a-z][a-z0-9_]*)\s*,\s*livraison\s+([0-9a-z-]+)/i.exec(
    tout.replaceAll('\n', ' '),
  );
  const indicateur = INDICATEURS.find((i) => i.id === edition?.[1]);
  // « En % des ménages · Ensemble des ménages · Tous secteurs · OPS 2024 · par commune »
  // (on a narrow page, over two lines)
  const sousTitre = lu.textes
    .flatMap((t, k) => [t, `${t} ${lu.textes[k + 1] ?? ''}`])
    .map((t) => t.split(' · '))
    .find((m) => m.length >= 5 && m[4]!.startsWith('par ') && /\d{4}$/.test(m[3]!));
  if (!indicateur || !edition || !sousTitre) return null;
  const [, population = '', secteur = '', millesime = '', par = ''] = sousTitre;
  const echelle = parNom(
    ECHELLES,
    (e) => LIBELLES_ECHELLE[e].un,
    par.slice(4).replace(/[. ].*s : secret.*$/, ''),
  );
  const qui = parNom(POPULATIONS, (p) => LIBELLES_POPULATION[p], population);
  const ou = parNom(SECTEURS, (s) => LIBELLES_SECTEUR[s], secteur);
  if (echelle === undefined || ou === undefined || (!qui && !population.startsWith('Ensemble des ')))
    return null;
  // Extractors drop narrow spaces: « 20 % » comes back as « 20% ».
  const titre = echapper(plat(indicateur.libelle)).replaceAll(' ', ' ?');
  const territoire = lu.textes
    .flatMap((t) => t.split(new RegExp(`^${titre}(?:, par [^–]+)? – `)).slice(1))
    .find((t) => t !== '');
  return {
    indicateur,
    // The register counts dwellings: « Ensemble des logements ».
    tranche: { population: qui ?? 'ENS', secteur: ou, millesime: Number(millesime.slice(-4)) },
    echelle,
    territoire: territoire ?? '',
    livraison: edition[2]!,
    restreint: /Diffusion restreinte/.test(tout),
  };
}
