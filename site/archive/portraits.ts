/** Portraits of territories at build time: figures beside those of the wider territories, distributions, members. */
import { indexClasse } from '../carto/classes.ts';
import { formes } from '../carto/geometrie.ts';
import { nomCourt, placerEtiquettes } from '../carto/etiquettes.ts';
import { construireLegende, type Legende } from '../carto/legende.ts';
import { couleurs, type Mode } from '../carto/palette.ts';
import { carteSvg, dessinerCarte } from '../carto/svg.ts';
import { cellule, celluleFiche, type Fiche } from '../state/donnees.ts';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import type { Cell } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import type { Echelle, Tranche, Zone } from '../../data/contract/zone.ts';
import { contours, zonesDe } from './release.ts';
import { TOUT, classes, colonne, millesimesDe, offre, rangDans, vueParDefaut } from './vues.ts';

/** Échelles that have a page of their own; a commune is read in the portrait of its EPCI (anchors.md D.5). */
export const AVEC_PORTRAIT = ['region', 'departement', 'epci'] as const satisfies readonly Echelle[];

/** Échelle of the members listed in a portrait. */
export const MEMBRES = { region: 'departement', departement: 'epci', epci: 'commune' } as const;

export function zonesAvecPortrait(): Zone[] {
  return AVEC_PORTRAIT.flatMap((e) => zonesDe(e));
}

/** Latest slice of an indicateur at an échelle, null when it is not published there. */
export function derniereTranche(i: Indicateur, e: Echelle): Tranche | null {
  const m = millesimesDe(i, e).find((x) => offre()[i.variable]?.[e]?.includes(`ENS.tous.${x}`));
  return m === undefined ? null : { ...TOUT, millesime: m };
}

export interface LigneChiffres {
  readonly indicateur: Indicateur;
  readonly tranche: Tranche;
  /** One cell per fiche; null when the slice does not exist at that échelle. */
  readonly cellules: readonly (Cell | null)[];
}

/** Rows of a table of figures; an indicateur that the zone itself does not have is left out. */
export function chiffres(liste: readonly Indicateur[], fiches: readonly Fiche[]): LigneChiffres[] {
  const soi = fiches[0] as Fiche;
  return liste.flatMap((i) => {
    const t = derniereTranche(i, soi.echelle);
    if (!t) return [];
    const cellules = fiches.map((f) => (derniereTranche(i, f.echelle) ? celluleFiche(f, i, t) : null));
    return [{ indicateur: i, tranche: t, cellules }];
  });
}

/** Zones directly inside another, by name. */
export function membres(z: Zone): Zone[] {
  const e = MEMBRES[z.echelle as keyof typeof MEMBRES];
  const nom = new Intl.Collator('fr');
  return zonesDe(e)
    .filter((m) => m[z.echelle as 'region' | 'departement' | 'epci'] === z.code)
    .sort((a, b) => nom.compare(a.nom, b.nom));
}

/** Figures of the members of a zone, in the order of `liste`. */
export function chiffresMembres(z: Zone, liste: readonly Indicateur[]): { zone: Zone; cellules: (Cell | null)[] }[] {
  const e = MEMBRES[z.echelle as keyof typeof MEMBRES];
  const cols = liste.map((i) => {
    const t = derniereTranche(i, e);
    return t ? colonne(e, i, t) : null;
  });
  return membres(z).map((m) => ({
    zone: m,
    cellules: liste.map((i, k) => {
      const c = cols[k];
      return c ? cellule(c, rangDans(zonesDe(e), m.code), i) : null;
    }),
  }));
} // prettier-ignore

export interface CarteMembres {
  readonly svg: string;
  readonly legende: Legende;
  readonly indicateur: Indicateur;
  readonly tranche: Tranche;
}

/** Size of the names on the map, and room for a font wider than ours: the picture has those of the reader only. */
const CORPS = 11;
const POLICE_LARGE = 1.2;

/** Map of the members of a zone for the default indicateur, or null when there is nothing to draw. */
export function carteMembres(z: Zone, mode: Mode): CarteMembres | null {
  const e = MEMBRES[z.echelle as keyof typeof MEMBRES];
  const i = indicateur(vueParDefaut().indicateur);
  const t = derniereTranche(i, e);
  const col = t ? colonne(e, i, t) : null;
  if (!t || !col) return null;
  const cellules = new Map(membres(z).map((m) => [m.code, cellule(col, rangDans(zonesDe(e), m.code), i)]));
  const k = classes(e, i, t) ?? { bornes: [], min: 0, max: 0, methode: 'quantiles' as const };
  const f = formesDe(e).filter((x) => cellules.has(x.code));
  if (f.length === 0) return null;
  const carte = dessinerCarte({
    prefixe: 'p',
    largeur: 420,
    hauteur: 360,
    titre: `${i.libelle}, ${z.nom}`,
    description: `Carte par ${LIBELLES_ECHELLE[e].un}. Les valeurs sont dans le tableau de la page.`,
    zones: f.map((x) => {
      const c = cellules.get(x.code) as Cell;
      return { ...x, peinture: c.statut === 'valeur' ? { classe: indexClasse(k, c.valeur) } : { statut: c.statut } };
    }),
    couleurs: couleurs(k.bornes.length + 1, i.rampe, mode),
    mode,
  });
  const [cadre] = carte.cadres;
  const noms = new Map(f.map((x) => [x.code, nomCourt(x.nom)]));
  const etiquettes = placerEtiquettes({
    zones: parPoids(f, (code) => cellules.get(code)),
    texte: (code) => noms.get(code) ?? code,
    projette: (p) => cadre?.projection.projette(p) ?? [0, 0],
    boite: { x: 0, y: 0, largeur: carte.largeur, hauteur: carte.hauteur },
    corps: CORPS,
    marge: POLICE_LARGE,
  });
  const legende = construireLegende({ indicateur: i, classes: k, cellules: cellules.values(), echelle: e });
  return { svg: carteSvg({ ...carte, etiquettes }), legende, indicateur: i, tranche: t };
} // prettier-ignore

/** Zones with the most behind their figure first: where names collide, the town keeps its own. */
function parPoids<F extends { code: string }>(f: readonly F[], de: (code: string) => Cell | undefined): F[] {
  const poids = (code: string) => {
    const c = de(code);
    return c?.statut === 'valeur' && typeof c.base === 'number' ? c.base : 0;
  };
  return [...f].sort((a, b) => poids(b.code) - poids(a.code) || (a.code < b.code ? -1 : 1));
}

const parEchelle = new Map<Echelle, ReturnType<typeof formes>>();
function formesDe(e: Echelle): ReturnType<typeof formes> {
  let f = parEchelle.get(e);
  const topo = contours(e);
  if (!f) parEchelle.set(e, (f = topo ? formes(topo, e) : []));
  return f;
}
