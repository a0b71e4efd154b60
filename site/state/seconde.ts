/** The second map: its own picture and legend, the movements, the pointing and the choice of the first. */
import { majuscule, typographie } from '../carto/format.ts';
import { sousTitre } from '../components/titres.ts';
import type { Carte } from '../map/carte.ts';
import type { Scene } from '../map/scene.ts';
import type { Donnees, Resume } from './donnees.ts';
import type { VueDonnees } from './vue.ts';

export interface DecorSeconde {
  /** Root of the atlas; the second map is its `data-role="seconde"`. */
  readonly racine: HTMLElement;
  readonly donnees: Donnees;
  readonly resume: Resume;
  readonly maxZoom: number;
  surSurvol(code: string | null): void;
  surChoix(code: string | null): void;
}

/** Two maps that move as one; what one does the other does at once. */
function lie(a: Carte, b: Carte): void {
  let occupee = false;
  const suit = (de: Carte, vers: Carte) =>
    de.gl.on('move', () => {
      if (occupee) return;
      occupee = true;
      vers.gl.jumpTo({ center: de.gl.getCenter(), zoom: de.gl.getZoom() });
      occupee = false;
    });
  suit(a, b);
  suit(b, a);
}

export class Seconde {
  readonly #d: DecorSeconde;
  readonly #volet: HTMLElement;
  #scene: Scene | null = null;
  #liee: Carte | null = null;
  #ouverte = false;

  constructor(d: DecorSeconde) {
    this.#d = d;
    this.#volet = d.racine.querySelector('[data-role="seconde"]') as HTMLElement;
  }

  /** Show the second view beside the first map; null closes it. */
  async montre(v: VueDonnees | null, premiere: Scene | null): Promise<void> {
    const ouvre = v !== null;
    this.#volet.hidden = !ouvre;
    this.#d.racine.classList.toggle('duo', ouvre);
    if (ouvre !== this.#ouverte) premiere?.recadre();
    this.#ouverte = ouvre;
    if (!v) return;
    const ecrit = (role: string, texte: string) => {
      const e = this.#volet.querySelector(`[data-role="${role}"]`);
      if (e) e.textContent = texte;
    };
    ecrit('titre-2', typographie(v.indicateur.libelle));
    ecrit('sous-titre-2', majuscule(sousTitre(v.etat.echelle, v.indicateur, v.tranche)));
    const { Scene } = await import('../map/scene.ts');
    this.#scene ??= new Scene({
      racine: this.#volet,
      nom: 'Seconde carte interactive',
      donnees: this.#d.donnees,
      bbox: this.#d.resume.bbox,
      vue: v.etat.vue,
      maxZoom: this.#d.maxZoom,
      statique: () => null,
      surSurvol: (code) => this.#d.surSurvol(code),
      surChoix: (code) => this.#d.surChoix(code),
      surDeplacement: () => undefined,
      surZoom: () => undefined,
      surEnsemble: () => premiere?.carte?.cadre(this.#d.resume.bbox),
    });
    await this.#scene.montre(v);
    const [a, b] = [premiere?.carte, this.#scene.carte];
    if (!a || !b) return;
    b.gl.resize().jumpTo({ center: a.gl.getCenter(), zoom: a.gl.getZoom() });
    if (this.#liee !== b) lie(a, b);
    this.#liee = b;
  }

  /** Outline and tooltip of the zone under the pointer of the other map. */
  pointe(code: string | null): void {
    if (this.#ouverte) this.#scene?.pointe(code);
  }

  choisit(zone: string | null): void {
    if (this.#ouverte) this.#scene?.choisit(zone);
  }
}
