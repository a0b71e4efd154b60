/** What an atlas needs from the page that holds it: the public one, or a territory's. */
import type { Echelle } from '../../data/contract/zone.ts';
import type { Donnees, Resume } from './donnees.ts';
import type { Etat } from './etat.ts';
import type { Entree } from './recherche.ts';

export interface DecorAtlas {
  readonly racine: HTMLElement;
  readonly donnees: Donnees;
  readonly resume: Resume;
  readonly etat: Etat;
  readonly absence: string;
  /** Address of a state; '#' where states have no address. */
  adresse(e: Etat): string;
  /** Write the state into the address bar. */
  inscrit?(e: Etat, mode: 'push' | 'replace'): void;
  /** Address of the static map of a state, null when it was not drawn. */
  statique?(e: Etat): string | null;
  portrait(e: Echelle, code: string): string | null;
  fiche(id: string): string | null;
  readonly mentions?: readonly string[];
  readonly titreDocument?: boolean;
  readonly maxZoom?: number;
  /** Zoom from which each échelle is shown, widest first, when the échelle may follow the zoom. */
  readonly paliers?: readonly { readonly echelle: Echelle; readonly zoom: number }[];
  /** The échelle is the one of the address until the reader lets it follow the zoom. */
  readonly verrou?: boolean;
  /** What the first interactive map waits for; the static map is there meanwhile. */
  readonly attend?: Promise<void>;
  /** Absolute address of a state, for quotations and other sites; absent on the territory page. */
  absolue?(e: Etat): string;
  /** What this device remembers; absent on the territory page, which leaves no trace. */
  readonly memoire?: MemoireAtlas;
}

export interface MemoireAtlas {
  /** Indicateurs looked at lately, the last first. */
  indicateurs(): readonly string[];
  /** Favourite indicateurs. */
  preferes(): readonly string[];
  estFavori(e: Echelle, code: string): boolean;
  /** @returns whether it is a favourite now */
  basculeFavori(z: Entree): boolean;
  basculePrefere(id: string): boolean;
  noteIndicateur(id: string): void;
  noteTerritoire(z: Entree): void;
  oublie(): void;
}
