/** The interactive map. Tiles give shapes; feature-state paints them, so that another figure costs no reading of tiles. */
import {
  Map as MapGL, NavigationControl, ScaleControl, addProtocol, setWorkerUrl, type MapGeoJSONFeature,
} from 'maplibre-gl'; // prettier-ignore
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { Protocol } from 'pmtiles';
import type { FeatureCollection } from 'geojson';
import type { SourceTuiles } from '../state/donnees.ts';
import type { Mode } from '../carto/palette.ts';
import { MER, couchesPoint, couchesSurface, type Peinture } from './style.ts';
import {
  LOCALE,
  boutonEnsemble,
  cleTuiles,
  marges,
  xy,
  type Bbox,
  type Nom,
  type VueCarte,
} from './aides.ts';
import { motif } from './motifs.ts';
import { poseCercles, poseContours, poseNoms, poseQuartiers, teinte } from './surimpressions.ts';

setWorkerUrl(workerUrl);
const protocole = new Protocol();
addProtocol('pmtiles', protocole.tile);

/** The one reader of archives of the page; a bundle in memory is added to it under its own key. */
export { protocole };

export interface Pointage {
  readonly code: string;
  readonly x: number;
  readonly y: number;
}

export interface OptionsCarte {
  readonly conteneur: HTMLElement;
  /** What the map is called by who does not see it. */
  readonly nom: string;
  readonly bbox: Bbox;
  readonly vue: readonly [number, number, number] | null;
  readonly mode: Mode;
  readonly maxZoom: number;
  surSurvol(p: Pointage | null): void;
  surClic(p: Pointage | null): void;
  /** After a move made by the reader. */
  surDeplacement(vue: [number, number, number]): void;
  /** @param lecteur the reader zoomed, not the page */
  surZoom(zoom: number, lecteur: boolean): void;
  surEnsemble(): void;
  /** WebGL lost or absent: the static map takes over. */
  surPanne(): void;
}

const DISCRET = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)');

export class Carte {
  readonly gl: MapGL;
  readonly #nom: string;
  #n = 0;
  #tuiles = '';
  #vue: VueCarte | null = null;
  /** Paint already given to the zones of the current source. */
  readonly #peintes = new Map<string, Peinture>();
  #choisie: string | null = null;
  #survol: string | null = null;
  #zoomInitial = 0;
  readonly #pret: Promise<unknown>;

  /** Throws where WebGL 2 is missing. */
  constructor(o: OptionsCarte) {
    const conteneur = o.conteneur;
    this.#nom = o.nom;
    this.gl = new MapGL({
      container: conteneur,
      // Paint changes at once: a print cannot wait for a fade.
      style: { version: 8, transition: { duration: 0, delay: 0 }, sources: {}, layers: [{ id: 'mer', type: 'background', paint: { 'background-color': MER[o.mode] } }] }, // prettier-ignore
      bounds: o.bbox as [number, number, number, number],
      fitBoundsOptions: { padding: marges(conteneur) },
      maxZoom: o.maxZoom,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      attributionControl: false,
      locale: LOCALE,
      fadeDuration: 0,
    });
    const gl = this.gl;
    gl.touchZoomRotate.disableRotation();
    gl.keyboard.disableRotation();
    gl.addControl(new NavigationControl({ showCompass: false }), 'bottom-right');
    gl.addControl(
      boutonEnsemble(() => o.surEnsemble()),
      'bottom-right',
    );
    gl.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left');
    this.#zoomInitial = gl.getZoom();
    if (o.vue) gl.jumpTo({ center: [o.vue[0], o.vue[1]], zoom: o.vue[2] });
    this.#pret = new Promise((ok) => gl.once('load', ok));
    for (const mode of ['clair', 'sombre'] as const)
      for (const nom of ['hachures', 'points'] as const)
        void this.#pret.then(() => gl.addImage(`${nom}-${mode}`, motif(nom, mode), { pixelRatio: 2 }));
    gl.on('mousemove', (e) => {
      const f = this.#sous(e.point);
      this.survole(f ? String(f.id) : null);
      gl.getCanvas().style.cursor = f ? 'pointer' : '';
      o.surSurvol(f ? { code: String(f.id), ...xy(e.point) } : null);
    });
    gl.on('mouseout', () => {
      this.survole(null);
      o.surSurvol(null);
    });
    gl.on('click', (e) => {
      const f = this.#sous(e.point);
      o.surClic(f ? { code: String(f.id), ...xy(e.point) } : null);
    });
    gl.on('moveend', (e) => {
      // Only what the reader did is worth an address; our own moves follow from the state.
      if ((e as { originalEvent?: Event }).originalEvent) {
        const c = gl.getCenter();
        o.surDeplacement([c.lng, c.lat, gl.getZoom()]);
      }
    });
    gl.on('zoomend', (e) => o.surZoom(gl.getZoom(), 'originalEvent' in e && e.originalEvent !== undefined));
    gl.on('webglcontextlost', () => o.surPanne());
    // Tests look at what is rendered, not at a canvas.
    Object.assign(conteneur, { carte: this });
  }

  #sous(point: { x: number; y: number }): MapGeoJSONFeature | undefined {
    const noms = this.#vue?.plat ? ['cercles', 'zones'] : ['zones'];
    const couches = noms.map((nom) => `${nom}-${this.#n}`).filter((id) => this.gl.getLayer(id));
    const marge = this.#vue?.ponctuelle ? 4 : 0;
    const boite: [[number, number], [number, number]] = [[point.x - marge, point.y - marge], [point.x + marge, point.y + marge]]; // prettier-ignore
    return this.gl.queryRenderedFeatures(boite, { layers: couches })[0];
  }

  /** Draw a view. The same shapes are repainted in place; others replace them once they are there. */
  async montre(v: VueCarte): Promise<void> {
    await this.#pret;
    const gl = this.gl;
    const avant = this.#vue;
    this.#vue = v;
    // Another archive, a count or a rate, another mode: other layers. All the rest is paint.
    const meme =
      avant && cleTuiles(v.tuiles) === this.#tuiles && avant.plat === v.plat && avant.mode === v.mode;
    if (!meme) this.#remplace(v);
    poseCercles(gl, this.#n, v, this.#zoomInitial, this.#dessus());
    this.#peint(v);
    gl.setPaintProperty('mer', 'background-color', MER[v.mode]);
    gl.getCanvas().setAttribute('aria-label', `${this.#nom}. Les valeurs sont dans le tableau qui suit.`);
    this.choisit(this.#choisie);
  }

  /** Layer that everything of a view goes under: outlines of quarters, names. */
  #dessus(): string | undefined {
    return ['qpv-halo', 'noms'].find((id) => this.gl.getLayer(id));
  }

  /** Give each zone its paint; only the ones that change are touched. */
  #peint(v: VueCarte): void {
    const source = `s${this.#n}`;
    const sourceLayer = v.tuiles.couche;
    v.codes.forEach((id, k) => {
      const p = v.peintures[k] as Peinture;
      const a = this.#peintes.get(id);
      if (a && a.f === p.f && a.m === p.m && a.r === p.r) return;
      this.#peintes.set(id, p);
      this.gl.setFeatureState({ source, sourceLayer, id }, p);
    });
  }

  #remplace(v: VueCarte): void {
    const gl = this.gl;
    const ancien = this.#n;
    const n = ++this.#n;
    this.#peintes.clear();
    this.#tuiles = cleTuiles(v.tuiles);
    const { url, couche } = v.tuiles;
    gl.addSource(`s${n}`, { type: 'vector', url, promoteId: { [couche]: 'code' } });
    const avantNoms = this.#dessus();
    const couches = v.ponctuelle
      ? couchesPoint(n, couche, v.mode)
      : couchesSurface(n, couche, v.mode, v.plat);
    for (const l of couches) gl.addLayer(l, avantNoms);
    poseContours(gl, n, v);
    if (ancien > 0) {
      const retire = () => {
        for (const l of gl.getStyle().layers)
          if (new RegExp(`^[a-z]+-${ancien}(-\\d+)?$`).test(l.id)) gl.removeLayer(l.id);
        for (const s of Object.keys(gl.getStyle().sources))
          if (s === `s${ancien}` || s === `c${ancien}` || s.startsWith(`k${ancien}-`)) gl.removeSource(s);
      };
      // The old picture stays under the new one until it is complete: no white flash.
      void gl.once('idle').then(retire);
    }
  }

  /** Write names above the zones, shown from `apres` zooms beyond the first view. */
  nomme(noms: readonly Nom[], mode: Mode, apres: number): void {
    poseNoms(this.gl, noms, mode, Math.max(0, this.#zoomInitial + apres));
  }

  /** Has the reader come nearer than the first view by so many zooms? */
  approchee(zooms: number): boolean {
    return this.gl.getZoom() >= this.#zoomInitial + zooms;
  }

  /** Outlines of priority neighbourhoods above the zones; null takes them away. */
  quartiers(q: FeatureCollection | SourceTuiles | null, mode: Mode): void {
    poseQuartiers(this.gl, q, mode);
  }

  #etat(code: string | null, nom: string, actif: boolean): void {
    if (code === null || !this.gl.getSource(`s${this.#n}`) || !this.#vue) return;
    this.gl.setFeatureState(
      { source: `s${this.#n}`, sourceLayer: this.#vue.tuiles.couche, id: code },
      { [nom]: actif },
    );
  }

  survole(code: string | null): void {
    if (code === this.#survol) return;
    this.#etat(this.#survol, 'survol', false);
    this.#survol = code;
    this.#etat(code, 'survol', true);
  }

  choisit(code: string | null): void {
    this.#etat(this.#choisie, 'choisie', false);
    this.#choisie = code;
    this.#etat(code, 'choisie', true);
  }

  /** Move so that a box is seen; at once for readers who asked for less motion. */
  cadre(b: Bbox, maxZoom = 12): void {
    this.gl.fitBounds(b as [number, number, number, number], {
      padding: marges(this.gl.getContainer()),
      maxZoom,
      animate: DISCRET?.matches !== true,
      duration: 600,
    });
  }

  /** Move to a zoom where a layer is drawn, around a point. */
  approche(point: readonly [number, number], zoom: number): void {
    this.gl.easeTo({ center: [point[0], point[1]], zoom, animate: DISCRET?.matches !== true, duration: 600 });
  }

  /**
   * The map as it is on screen, a PNG data address, in the colours of another mode: paper is light, whatever the screen.
   * @param v the view on screen, with the paint of that mode
   */
  photo(v: VueCarte): string {
    const ecran = this.#vue as VueCarte;
    this.#peint(v);
    teinte(this.gl, this.#n, v);
    // The drawing buffer only holds something in the task that drew it.
    this.gl.redraw();
    const image = this.gl.getCanvas().toDataURL('image/png');
    this.#peint(ecran);
    teinte(this.gl, this.#n, ecran);
    return image;
  }

  /** Is this box on screen at a readable size? @param largeurMin pixels it must span */
  voit(b: Bbox, largeurMin = 24): boolean {
    const v = this.gl.getBounds();
    const largeur = ((b[2] - b[0]) / (v.getEast() - v.getWest())) * this.gl.getContainer().clientWidth;
    return (
      v.getWest() <= b[0] &&
      v.getEast() >= b[2] &&
      v.getSouth() <= b[1] &&
      v.getNorth() >= b[3] &&
      largeur > largeurMin
    );
  }

  /** Position on screen of a point of the ground. */
  ecran(p: readonly [number, number]): { x: number; y: number } {
    return this.gl.project([p[0], p[1]]);
  }

  /** Key of the view that is shown, for tests. */
  get cle(): string | null {
    return this.#vue?.cle ?? null;
  }

  get numero(): number {
    return this.#n;
  }
}
