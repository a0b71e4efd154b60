/** The atlas in the page: one state, its address, and everything that shows it. */
import { typographie } from '../carto/format.ts';
import { avecChange } from '../components/comparaison.ts';
import type { Scene } from '../map/scene.ts';
import { Tableau } from '../table/vue.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import { indicateur } from '../../data/catalogue/indicators/index.ts';
import { nomme, prochain, zoneA } from './prochain.ts';
import type { DecorAtlas } from './decor.ts';
import { rang, type Textes } from './donnees.ts';
import { lisZone, partielDe, type Etat } from './etat.ts';
import { feuilles, filtreIndicateurs } from './feuilles.ts';
import { branchePartage } from './partage.ts';
import { ecrisChoix, ecrisLegendes, ecrisReste, ecrisTextes, lisClasses, portraitDe, souvenir } from './panneaux.ts'; // prettier-ignore
import type { Entree } from './recherche.ts';
import { marqueLegende, phraseZone } from './reperes.ts';
import { Seconde } from './seconde.ts';
import { vueDe, zoneChoisie, type VueDonnees } from './vue.ts';

export class Atlas {
  readonly #d: DecorAtlas;
  #etat: Etat;
  #vue: VueDonnees | null = null;
  #scene: Promise<Scene | null> | null = null;
  readonly #tableau: Tableau;
  readonly #seconde: Seconde;
  #textes: Textes = {};
  #tour = 0;
  #auto: boolean;

  constructor(d: DecorAtlas) {
    this.#d = d;
    this.#etat = d.etat;
    this.#auto = d.paliers !== undefined && d.verrou !== true;
    this.#tableau = new Tableau({
      racine: d.racine,
      resume: d.resume,
      mentions: d.mentions ?? [],
      lien: (l) => d.adresse({ ...this.#etat, zone: `${this.#etat.echelle}:${l.code}` }),
      surFocus: (code) => this.#pointe(code, true),
      surChoix: (code) => void this.choisit(code, true),
    });
    this.#seconde = new Seconde({
      racine: d.racine,
      donnees: d.donnees,
      resume: d.resume,
      maxZoom: d.maxZoom ?? 13,
      surSurvol: (code) => {
        this.#marque(code);
        void this.#scene?.then((s) => s?.pointe(code));
      },
      surChoix: (code) => void this.choisit(code, false),
    });
    d.racine.addEventListener('click', (e) => this.#clic(e));
    d.racine.addEventListener('change', (e) => this.#coche(e.target));
    branchePartage({
      racine: d.racine,
      annonce: (texte) => this.#annonce(texte),
      ...(d.absolue ? { adresse: (integre) => d.absolue?.({ ...this.#etat, integre }) ?? '' } : {}),
    });
    d.racine.addEventListener('input', (e) => filtreIndicateurs(e.target));
    for (const role of ['methode', 'k', 'bornes'])
      this.#role(role)?.addEventListener('change', () => void this.change(lisClasses(this.#d, this.#vue?.classes.bornes ?? []), 'replace')); // prettier-ignore
    feuilles(d.racine);
  }

  #role<T extends HTMLElement>(nom: string): T | null {
    return this.#d.racine.querySelector<T>(`[data-role="${nom}"]`);
  }

  /** Show the first view. Where the server has drawn it, only the map and the behaviour are new. */
  async demarre(dejaDessinee: boolean): Promise<void> {
    await this.#rafraichit(!dejaDessinee);
  }

  /** Change part of the state. The nearest published view is taken; the reader is told when it is not the wished one. */
  async change(
    partiel: Partial<Etat>,
    mode: 'push' | 'replace' | null = 'push',
    bouge = true,
  ): Promise<void> {
    const avant = this.#etat;
    const etait = nomme(avant);
    const p = prochain(this.#d.resume.offre, avant, partiel);
    if (!p) return;
    const { voulu, c, refusee } = p;
    // Looked up only where it must be: everywhere else the state changes with the click.
    const ici = voulu.zone && lisZone(voulu.zone)?.echelle;
    const zone = ici && ici !== c.echelle ? await zoneA(this.#d.donnees, c.echelle, voulu.zone) : voulu.zone;
    // Another choice was made while the wider zone was looked up.
    if (nomme(this.#etat) !== etait) return;
    this.#etat = { ...p.etat, zone };
    if (mode) this.#d.inscrit?.(this.#etat, mode);
    const { indicateur: id, echelle } = c;
    await this.#rafraichit(true);
    const scene = await this.#scene;
    // Another choice was made while this one was drawn: it speaks for itself.
    if (this.#etat.indicateur !== id || this.#etat.echelle !== echelle) return;
    if (partiel.zone && zone && bouge && this.#etat.zone === zone) scene?.choisit(zone, true);
    if (refusee) {
      const phrase = `Ce chiffre n’est pas publié par ${LIBELLES_ECHELLE[voulu.echelle].un} : voici la carte par ${LIBELLES_ECHELLE[c.echelle].un}.`;
      this.#message(phrase);
      return this.#annonce(phrase);
    }
    if (etait === nomme(this.#etat)) return;
    const n = zone && this.#vue ? rang(this.#vue.zones, lisZone(zone)?.code ?? '') : -1;
    const titres = ['titre', 'sous-titre'].map((r) => this.#role(r)?.textContent ?? '').join(', ');
    this.#annonce(`${titres}.${this.#vue?.cellules[n] ? ` ${phraseZone(this.#vue, n)}` : ''}`);
  }

  /** Show the whole: no zone chosen, the map as it was at first. */
  async ensemble(): Promise<void> {
    await this.change({ zone: null, vue: null }, 'replace');
    (await this.#scene)?.carte?.cadre(this.#d.resume.bbox);
  }

  /** Show a place inside a zone, with the outlines of quarters: what the search answers for a quarter. */
  async va({ zone, vue }: NonNullable<Entree['vers']>): Promise<void> {
    const echelle = lisZone(zone)?.echelle;
    if (!echelle) return;
    // The place is the quarter's: framing the whole zone would leave it.
    await this.change({ echelle, zone, qpv: true }, 'push', false);
    (await this.#scene)?.carte?.approche([vue[0], vue[1]], vue[2]);
  }

  async #rafraichit(redessine: boolean): Promise<void> {
    const tour = ++this.#tour;
    let v: VueDonnees | null;
    try {
      [v, this.#textes] = await Promise.all([vueDe(this.#d.donnees, this.#etat), this.#d.donnees.textes()]);
    } catch {
      if (tour === this.#tour) this.#message('Les données n’ont pas pu être chargées. Vérifiez la connexion, puis rechargez la page.'); // prettier-ignore
      return;
    }
    if (tour !== this.#tour || !v) return;
    // A zone chosen or a move made meanwhile is part of the state by now.
    v = { ...v, etat: this.#etat };
    this.#vue = v;
    // The choices carry addresses that depend on the state, so they are always drawn anew.
    this.#choix();
    this.#tableau.montre(v);
    if (redessine) ecrisTextes(this.#d, v, this.#textes);
    ecrisLegendes(this.#d, v);
    ecrisReste(this.#d, v);
    this.#d.memoire?.noteIndicateur(v.catalogue.id);
    await this.#portrait(v);
    const scene = await (this.#scene ??= this.#ouvreScene());
    if (tour !== this.#tour) return;
    const sansCarte = () =>
      this.#message('La carte n’a pas pu être chargée. Les valeurs sont dans le tableau.');
    await scene?.montre(v).catch(sansCarte);
    await this.#seconde.montre(v.autre, scene).catch(sansCarte);
  }

  async #ouvreScene(): Promise<Scene | null> {
    await this.#d.attend;
    try {
      const { Scene } = await import('../map/scene.ts');
      return new Scene({
        racine: this.#d.racine,
        nom: 'Carte interactive',
        donnees: this.#d.donnees,
        bbox: this.#d.resume.bbox,
        vue: this.#etat.vue,
        maxZoom: this.#d.maxZoom ?? 13,
        statique: (v) => (v.autre ? null : (this.#d.statique?.(v.etat) ?? null)),
        surSurvol: (code) => this.#pointe(code, false),
        surChoix: (code) => void this.choisit(code, false),
        surDeplacement: (vue) => {
          this.#etat = { ...this.#etat, vue };
          this.#d.inscrit?.(this.#etat, 'replace');
        },
        surZoom: (z, lecteur) => this.#palier(z, lecteur),
        surEnsemble: () => void this.ensemble(),
      });
    } catch {
      this.#message('La carte interactive n’a pas pu être chargée : les valeurs sont dans le tableau.');
      return null;
    }
  }

  /** @param lecteur the reader zoomed; a map that goes to a chosen zone does not lose it on the way */
  #palier(zoom: number, lecteur = true): void {
    if (!this.#auto || !this.#d.paliers || (this.#etat.zone && !lecteur)) return;
    const i = indicateur(this.#etat.indicateur);
    const o = this.#d.resume.offre[i.variable] ?? {};
    const e = this.#d.paliers.filter((p) => o[p.echelle] && zoom >= p.zoom).at(-1)?.echelle;
    if (e && e !== this.#etat.echelle) void this.change({ echelle: e }, 'replace');
  }

  #message(texte: string): void {
    const m = this.#role('message');
    if (m) [m.hidden, m.textContent] = [false, typographie(texte)];
  }

  #annonce(texte: string): void {
    const a = this.#role('annonce');
    if (a) a.textContent = typographie(texte);
  }

  #choix(): void {
    ecrisChoix(this.#d, this.#etat, this.#textes, this.#d.paliers && this.#auto);
  }

  /** A list of the second map, the box of the outlines or of the circles. */
  #coche(cible: EventTarget | null): void {
    if (cible === this.#role('qpv')) return void this.change({ qpv: (cible as HTMLInputElement).checked }, 'replace'); // prettier-ignore
    if (cible === this.#role('cercles')) return void this.change({ cercles: (cible as HTMLInputElement).checked }, 'replace'); // prettier-ignore
    const liste = cible instanceof HTMLSelectElement ? cible.dataset['avec'] : undefined;
    if (liste && this.#etat.avec)
      void this.change({ avec: avecChange(this.#etat.avec, liste, (cible as HTMLSelectElement).value) });
  }

  async #portrait(v: VueDonnees): Promise<void> {
    const hote = this.#role('portrait');
    if (!hote) return;
    const zone = v.etat.zone ? lisZone(v.etat.zone) : null;
    const vers = zone ?? this.#d.resume.ensemble;
    const note = zoneChoisie(v);
    if (note) this.#d.memoire?.noteTerritoire(note);
    const fiches = await this.#d.donnees.fiches(vers.echelle, vers.code).catch(() => null);
    if (!fiches || this.#vue !== v) return;
    hote.innerHTML = String(portraitDe(this.#d, v, fiches));
  }

  #marque(code: string | null): number {
    const v = this.#vue;
    const n = v && code !== null ? rang(v.zones, code) : -1;
    if (v) marqueLegende(this.#role('legende'), v, n);
    if (v?.autre) marqueLegende(this.#role('legende-2'), v.autre, n);
    return n;
  }

  /** A zone under the pointer or the focus: outline, mark on the histogram, and words when the keyboard asked. */
  #pointe(code: string | null, clavier: boolean): void {
    const n = this.#marque(code);
    this.#seconde.pointe(code);
    if (!clavier) return;
    void this.#scene?.then((s) => s?.pointe(code));
    this.#dit(n);
  }

  #dit(n: number): void {
    if (this.#vue?.cellules[n]) this.#annonce(phraseZone(this.#vue, n));
  }

  /** Select a zone of the current échelle; null selects the whole. */
  async choisit(code: string | null, bouge: boolean): Promise<void> {
    const v = this.#vue;
    // Chosen on a picture that another échelle is about to replace: it would name a zone that is not there.
    if (!v || v.etat.echelle !== this.#etat.echelle) return;
    const zone = code === null ? null : `${v.etat.echelle}:${code}`;
    this.#etat = { ...this.#etat, zone };
    const choisie = { ...v, etat: this.#etat };
    this.#vue = choisie;
    this.#d.inscrit?.(this.#etat, 'replace');
    this.#tableau.montre(choisie);
    const scene = await this.#scene;
    if (this.#vue !== choisie) return;
    scene?.choisit(zone, bouge);
    this.#seconde.choisit(zone);
    await this.#portrait(choisie);
    if (this.#vue === choisie) this.#dit(code === null ? -1 : rang(v.zones, code));
  }

  #clic(e: Event): void {
    const cible = e.target as Element;
    if (cible.closest('[data-favori]')) return this.#favori();
    if (cible.closest('[data-oublie], [data-prefere]')) return this.#souvenir(cible);
    const souris = e as MouseEvent;
    const a = (e.target as Element).closest<HTMLElement>('[data-choix]');
    if (!a || souris.ctrlKey || souris.metaKey || souris.shiftKey) return;
    e.preventDefault();
    const { choix, valeur = '' } = a.dataset;
    if (choix === 'echelle') this.#auto = valeur === 'auto';
    if (choix === 'echelle' && valeur === 'auto') {
      this.#choix();
      void this.#scene?.then((s) => s?.carte && this.#palier(s.carte.gl.getZoom()));
      return;
    }
    void this.change(partielDe(choix ?? '', valeur));
  }

  /** Recent indicateurs are forgotten, or this one becomes a favourite: the menu stays open. */
  #souvenir(cible: Element): void {
    const phrase = souvenir(this.#d, this.#etat.indicateur, cible);
    this.#choix();
    this.#annonce(phrase);
  }

  #favori(): void {
    const z = this.#vue && zoneChoisie(this.#vue);
    if (!z || !this.#d.memoire || !this.#vue) return;
    const est = this.#d.memoire.basculeFavori(z);
    void this.#portrait(this.#vue).then(() => this.#d.racine.querySelector<HTMLElement>('[data-favori]')?.focus()); // prettier-ignore
    this.#annonce(est ? `${z.nom} est dans vos favoris, sur cet appareil.` : `${z.nom} n’est plus dans vos favoris.`); // prettier-ignore
  }
}
