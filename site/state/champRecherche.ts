/** The search box of the header: an ARIA combobox over the names of territories, without any server. */
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { html } from '../components/html.ts';
import { lisMemoire, propositions } from './memoire.ts';
import { cherche, indexe, type Entree, type Index } from './recherche.ts';

/** `donnees/recherche.json`: échelle by échelle, codes, names and the name of what holds each. */
export type FichierRecherche = readonly {
  readonly echelle: Echelle;
  readonly codes: readonly string[];
  readonly noms: readonly string[];
  readonly parents: readonly string[];
  /** Communes: postcodes of each, separated by a space. */
  readonly postaux?: readonly string[];
  /** Zones without a map: `echelle:code` of what holds each, and the middle of each, flat. */
  readonly vers?: readonly string[];
  readonly points?: readonly number[];
}[];

export interface Decor {
  /** Index to search; the public one by default. */
  readonly index?: () => Promise<Index>;
  /** What to do with a choice; opens the map of the zone by default. */
  readonly choisit?: (e: Entree) => void;
}

/** Zoom at which a quarter of some hundred metres can be read. */
const ZOOM_QUARTIER = 12.5;

const base = () => document.documentElement.dataset['base'] ?? '/';

async function indexPublic(): Promise<Index> {
  const r = await fetch(`${base()}donnees/recherche.json`);
  const f = (await r.json()) as FichierRecherche;
  return indexe(
    f.flatMap((g) =>
      g.codes.map((code, n) => ({
        echelle: g.echelle,
        code,
        nom: g.noms[n] ?? code,
        parent: g.parents[n] ?? '',
        ...(g.postaux?.[n] ? { postaux: g.postaux[n] } : {}),
        ...(g.vers?.[n] ? { vers: { zone: g.vers[n], vue: [g.points?.[2 * n] ?? 0, g.points?.[2 * n + 1] ?? 0, ZOOM_QUARTIER] as const } } : {}), // prettier-ignore
      })),
    ),
  );
}

/** " · 69100": the postcode that was typed, or the only one. */
function postal(e: Entree, saisie: string): string {
  const q = saisie.trim();
  const tous = e.postaux?.split(' ') ?? [];
  const vu = /^\d{3,5}$/.test(q)
    ? tous.find((p) => p.startsWith(q))
    : tous.length === 1
      ? tous[0]
      : undefined;
  return vu ? ` · ${vu}` : '';
}

/** Address of the map that shows a zone: its own échelle, or what holds a quarter, with the outlines of quarters. */
function adresseDe(e: Entree): string {
  const { vue = '', accueil = '' } = document.documentElement.dataset;
  if (e.echelle === 'france') return base() + accueil;
  const zone = e.vers?.zone ?? `${e.echelle}:${e.code}`;
  const lieu = e.vers ? `&qpv=oui&vue=${e.vers.vue.join(',')}` : '';
  return `${base()}carte/${zone.split(':')[0]}/${vue}/?zone=${zone}${lieu}`;
}

/** Turn a plain search field into a combobox. Called once, at the first focus. */
export function eveille(champ: HTMLInputElement, decor: Decor = {}): void {
  const form = champ.form as HTMLFormElement;
  const liste = document.createElement('ul');
  liste.id = `${champ.id}-liste`;
  liste.setAttribute('role', 'listbox');
  liste.setAttribute('aria-label', 'Territoires trouvés');
  liste.hidden = true;
  const annonce = document.createElement('p');
  annonce.className = 'lecteur';
  annonce.setAttribute('role', 'status');
  form.append(liste, annonce);
  for (const [nom, v] of Object.entries({ role: 'combobox', 'aria-controls': liste.id, 'aria-expanded': 'false', 'aria-autocomplete': 'list' })) champ.setAttribute(nom, v); // prettier-ignore

  let resultats: Entree[] = [];
  let actif = -1;
  const index = (decor.index ?? indexPublic)();
  index.catch(() => (annonce.textContent = 'La liste des territoires n’a pas pu être chargée.'));

  const montre = (n: number) => {
    actif = n;
    [...liste.children].forEach((li, k) => li.setAttribute('aria-selected', String(k === n)));
    const li = liste.children[n];
    if (li) {
      champ.setAttribute('aria-activedescendant', li.id);
      li.scrollIntoView({ block: 'nearest' });
    } else champ.removeAttribute('aria-activedescendant');
  };
  const ferme = () => {
    liste.hidden = true;
    champ.setAttribute('aria-expanded', 'false');
    champ.removeAttribute('aria-activedescendant');
  };
  const cherchons = async () => {
    // Before anything is typed: favourites and recent territories of this device, on public pages only.
    const vide = champ.value.trim() === '' && !decor.index;
    const souvenirs = vide ? propositions(lisMemoire()) : [];
    resultats = vide ? souvenirs : cherche(await index, champ.value);
    liste.innerHTML = String(
      html`${resultats.map((e, n) => html`<li role="option" id="${liste.id}-${n}" aria-selected="false">${e.nom}<small>${souvenirs[n] ? `${souvenirs[n].titre} · ` : ''}${LIBELLES_ECHELLE[e.echelle].un}${postal(e, champ.value)}${e.parent ? ` · ${e.parent}` : ''}</small></li>`)}`,
    );
    liste.hidden = resultats.length === 0;
    champ.setAttribute('aria-expanded', String(!liste.hidden));
    const n = resultats.length;
    annonce.textContent =
      champ.value.length < 2
        ? n === 0
          ? ''
          : 'Favoris et territoires récents. Flèche bas pour choisir.'
        : n === 0
          ? 'Aucun territoire trouvé.'
          : `${n} territoire${n > 1 ? 's' : ''}.`;
    // What was typed has a best answer; a memory is only taken when it is pointed at.
    montre(resultats.length > 0 && !vide ? 0 : -1);
  };
  const choisit = (n: number) => {
    const e = resultats[n];
    if (!e) return;
    champ.value = e.nom;
    ferme();
    if (decor.choisit) return decor.choisit(e);
    const evenement = new CustomEvent('carto:zone', { detail: e, cancelable: true });
    // The atlas of the page answers; elsewhere the map of the zone opens.
    if (document.dispatchEvent(evenement)) location.assign(adresseDe(e));
  };

  champ.addEventListener('input', () => void cherchons());
  champ.addEventListener('focus', () => void cherchons());
  // What was typed while this script was on its way counts too.
  void cherchons();
  champ.addEventListener('keydown', (ev) => {
    if (ev.key === 'ArrowDown' || ev.key === 'ArrowUp') {
      ev.preventDefault();
      const n = resultats.length;
      if (n > 0) montre(ev.key === 'ArrowDown' ? (actif + 1) % n : (Math.max(actif, 0) + n - 1) % n);
    } else if (ev.key === 'Enter' && !liste.hidden && actif >= 0) {
      ev.preventDefault();
      choisit(actif);
    } else if (ev.key === 'Escape') ferme();
  });
  champ.addEventListener('blur', () => setTimeout(ferme, 150));
  liste.addEventListener('pointerdown', (ev) => {
    ev.preventDefault();
    const li = (ev.target as Element).closest('[role=option]');
    if (li) choisit([...liste.children].indexOf(li));
  });
  form.addEventListener('submit', (ev) => {
    if (resultats.length > 0 && champ.value.trim() !== '') {
      ev.preventDefault();
      choisit(Math.max(0, actif));
    }
  });
}
