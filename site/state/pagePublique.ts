/** Start of a public map page: the address says the state, the server has drawn it, the script takes over. */
import { Atlas } from './atlas.ts';
import type { DecorAtlas, MemoireAtlas } from './decor.ts';
import type { Resume } from './donnees.ts';
import { donneesPubliques } from './donneesPubliques.ts';
import { adresse, chemin, lisAdresse, type Etat } from './etat.ts';
import { intention } from './intention.ts';
import { basculeFavori, basculePrefere, estFavori, lisMemoire, noteIndicateur, noteTerritoire, oublieRecents } from './memoire.ts'; // prettier-ignore
import type { Entree } from './recherche.ts';
import { ABSENCE_PUBLIQUE } from './textes.ts';

const base = document.documentElement.dataset['base'] ?? '/';
const racine = document.querySelector<HTMLElement>('[data-atlas]');
// Listened to from the start: a sign given while the first files come must count.
const signe = intention();

const memoire: MemoireAtlas = {
  indicateurs: () => lisMemoire().indicateurs,
  preferes: () => lisMemoire().preferes,
  estFavori: (e, code) => estFavori(lisMemoire(), e, code),
  basculeFavori,
  basculePrefere,
  noteIndicateur,
  noteTerritoire,
  oublie: oublieRecents,
};

/** Échelles that follow the zoom, from the one at which the whole country is seen in a frame like this page's. */
function paliers(r: Resume): NonNullable<DecorAtlas['paliers']> {
  // Not measured on the page: that would lay it out once more before anything is shown.
  const largeur = innerWidth < 800 ? innerWidth : innerWidth - 632;
  const ensemble = Math.log2(((360 / (r.bbox[2] - r.bbox[0])) * largeur) / 512);
  const voulus = [['region', -9], ['departement', 0.2], ['epci', 1], ['commune', 2.2]] as const; // prettier-ignore
  return voulus
    .filter(([e]) => r.echelles.includes(e))
    .map(([echelle, z]) => ({ echelle, zoom: ensemble + z }));
}

function lis(): Etat | null {
  const { pathname, search } = location;
  return pathname.startsWith(base) ? lisAdresse(pathname.slice(base.length), search) : null;
}

async function demarre(hote: HTMLElement, depart: Etat): Promise<void> {
  const donnees = donneesPubliques(base);
  const resume = await donnees.resume();
  // What the static page could not know: sector, population, classes, zone and place of the address.
  const { population, secteur, methode, zone, mesure, avec, vue, qpv, cercles, integre } = depart;
  const presse = population !== 'ENS' || secteur !== 'tous' || mesure !== 'valeur' || [methode, zone, avec, vue, qpv, cercles, integre].some(Boolean); // prettier-ignore
  const atlas = new Atlas({
    racine: hote,
    donnees,
    resume,
    etat: depart,
    absence: ABSENCE_PUBLIQUE,
    adresse: (e) => base + adresse(e),
    inscrit: (e, mode) =>
      history[mode === 'push' ? 'pushState' : 'replaceState'](null, '', base + adresse(e)),
    statique: (e) =>
      e.population === 'ENS' &&
      e.secteur === 'tous' &&
      e.methode === null &&
      e.mesure === 'valeur' &&
      !e.cercles
        ? `${base}${chemin(e)}carte.svg`
        : null,
    portrait: (e, code) => (e === 'commune' || e === 'france' ? null : `${base}portrait/${e}/${code}/`),
    fiche: (id) => `${base}indicateur/${id}/`,
    paliers: paliers(resume),
    verrou: true,
    ...(presse ? {} : { attend: signe }),
    absolue: (e) => new URL(base + adresse(e), location.href).href,
    // A map inside another site leaves nothing on the reader's device.
    ...(depart.integre ? {} : { memoire }),
  });
  addEventListener('popstate', () => {
    const e = lis();
    if (e) void atlas.change(e, null);
  });
  document.addEventListener('carto:zone', (ev) => {
    const e = (ev as CustomEvent<Entree>).detail;
    ev.preventDefault();
    void (e.vers
      ? atlas.va(e.vers)
      : atlas.change(
          e.echelle === 'france' ? { zone: null } : { echelle: e.echelle, zone: `${e.echelle}:${e.code}` },
        ));
  });
  // One or the other: what the reader chose while the map was coming must not be taken back by the address.
  await (presse ? atlas.change(depart, null) : atlas.demarre(true));
}

const depart = lis();
if (racine && depart)
  demarre(racine, depart).catch(() => {
    const m = racine.querySelector<HTMLElement>('[data-role="message"]');
    if (m) [m.hidden, m.textContent] = [false, 'La carte interactive n’a pas pu être chargée : voici la carte fixe et le tableau.']; // prettier-ignore
  });
