/** Between the state and the map: what a view becomes on screen, the tooltip, the insets, the way back to the static map. */
import { rendBulle } from '../components/bulle.ts';
import { etalon } from '../carto/cercles.ts';
import { typographie } from '../carto/format.ts';
import type { Mode } from '../carto/palette.ts';
import type { Donnees } from '../state/donnees.ts';
import { rang } from '../state/donnees.ts';
import { comptesDe, POINTS, type VueDonnees } from '../state/vue.ts';
import { cle } from '../../data/contract/cell.ts';
import { ECHELLES_FINES, type Echelle } from '../../data/contract/zone.ts';
import { Insets } from './insets.ts';
import { papierPret, placeBulle, RARES, union, type Bbox, type VueCarte } from './aides.ts';
import { Carte, type Pointage } from './carte.ts';
import { Places, pointDe } from './places.ts';
import { peintures } from './style.ts';

export interface DecorScene {
  readonly racine: HTMLElement;
  /** "Carte interactive", "Seconde carte interactive". */
  readonly nom: string;
  readonly donnees: Donnees;
  readonly bbox: Bbox;
  readonly vue: readonly [number, number, number] | null;
  readonly maxZoom: number;
  /** Address of the static map of a view, null when there is none. */
  statique(v: VueDonnees): string | null;
  surSurvol(code: string | null): void;
  surChoix(code: string | null): void;
  surDeplacement(vue: [number, number, number]): void;
  surZoom(zoom: number, lecteur: boolean): void;
  /** The reader asks for the whole again. */
  surEnsemble(): void;
}

/** Outlines above each échelle. */
const CONTOURS: Partial<Record<Echelle, readonly Echelle[]>> = {
  commune: ['departement'], epci: ['departement'], departement: ['region'],
  iris: ['commune'], qpv: ['commune'], qva: ['commune'], zonage: ['commune'], carreau: ['commune'], residence: ['commune', 'qpv'], adresse: ['commune', 'qpv'], cage: ['commune'], batiment: ['commune'],
}; // prettier-ignore
/** At any zoom: a map that gives room to a second one is smaller than it was. */
const TOUJOURS = -24;
const NOMS_APRES: Partial<Record<Echelle, number>> = { region: TOUJOURS, departement: TOUJOURS, epci: 1.5, commune: 3 }; // prettier-ignore

const sombre = matchMedia('(prefers-color-scheme: dark)');

export class Scene {
  readonly #d: DecorScene;
  #carte: Carte | null = null;
  #vue: VueDonnees | null = null;
  #dessinee: VueCarte | null = null;
  readonly #insets: Insets;
  readonly #places: Places;
  readonly #bulle: HTMLElement;

  constructor(d: DecorScene) {
    this.#d = d;
    this.#places = new Places(d.donnees);
    this.#bulle = this.#role('bulle');
    this.#insets = new Insets({
      hote: this.#role('insets'),
      cadre: this.#role('cadre'),
      donnees: d.donnees,
      surSurvol: (p) => this.#survol(p),
      surChoix: (code) => d.surChoix(code),
      surVoyage: (bbox) => this.#carte?.cadre(bbox),
    });
    addEventListener('beforeprint', () => this.#imprime());
    sombre.addEventListener('change', () => this.#vue && void this.montre(this.#vue));
  }

  #role(nom: string): HTMLElement {
    return this.#d.racine.querySelector(`[data-role="${nom}"]`) as HTMLElement;
  }

  get mode(): Mode {
    return sombre.matches ? 'sombre' : 'clair';
  }

  get carte(): Carte | null {
    return this.#carte;
  }

  /** Draw a view; falls back on the static map, with a sentence, where WebGL is missing. */
  async montre(v: VueDonnees): Promise<void> {
    const neuve = this.#vue?.etat.echelle !== v.etat.echelle;
    this.#vue = v;
    const tuiles = await this.#d.donnees.tuiles(v.etat.echelle);
    const nombres = comptesDe(v);
    const lieux = nombres ? await this.#places.lis(v.etat.echelle) : null;
    await this.#insets.montre(v, lieux);
    if (!tuiles) return this.#message('Cette échelle n’a pas de carte : les valeurs sont dans le tableau.');
    if (!this.#carte && !this.#ouvre()) return;
    const contours = await Promise.all(
      (CONTOURS[v.etat.echelle] ?? []).map((e) => this.#d.donnees.tuiles(e)),
    );
    if (this.#vue !== v) return;
    const { zones: z } = v;
    const ponctuelle = POINTS.includes(v.etat.echelle);
    const plat = v.indicateur.calcul === 'nombre' && !ponctuelle;
    const vue: VueCarte = {
      cle: cle(v.indicateur.id, v.tranche),
      mode: this.mode,
      tuiles,
      codes: z.codes,
      peintures: peintures(v.cellules, v.classes, v.indicateur, this.mode, ponctuelle),
      etalon: etalon(nombres ?? []),
      plat,
      ponctuelle,
      sol: ECHELLES_FINES.includes(v.etat.echelle),
      cercles:
        nombres?.flatMap((x, n) => (x === null ? [] : [{ code: z.codes[n] ?? '', nom: z.noms[n] ?? '', v: x, point: pointDe(lieux, n) }])) ?? null, // prettier-ignore
      contours: contours.filter((c) => c !== null),
    };
    // What was under the pointer is not there any more.
    this.#montreBulle(null, null);
    this.#message(null);
    this.#dessinee = vue;
    const premiere = this.#role('carte').classList.contains('en-attente');
    await this.#carte?.montre(vue);
    await this.#quartiers(v);
    if (premiere)
      this.#carte?.gl.once('idle', () => {
        this.#role('carte').classList.remove('en-attente');
        this.#role('statique').dataset['cachee'] = '';
      });
    this.choisit(v.etat.zone);
    if (neuve) void this.#approche(v, tuiles.minzoom);
    void this.#nomme(v);
  }

  #qpv = '';

  /** Outlines asked for, drawn once for a mode. */
  async #quartiers(v: VueDonnees): Promise<void> {
    const voulu = v.etat.qpv ? this.mode : '';
    if (voulu === this.#qpv) return;
    const q = v.etat.qpv ? await this.#d.donnees.qpv() : null;
    if (this.#vue !== v) return;
    this.#qpv = voulu;
    this.#carte?.quartiers(q, this.mode);
  }

  #nommees = '';

  /** Write names once the reader is near enough: a country seen whole never asks where its communes are. */
  async #nomme(v: VueDonnees): Promise<void> {
    const { echelle } = v.etat;
    // Few zones have room for their names at once; the names that would touch stay away by themselves.
    const apres =
      v.zones.codes.length < 60 && echelle in NOMS_APRES ? TOUJOURS : (NOMS_APRES[echelle] ?? Infinity);
    const voulues = this.#carte?.approchee(apres - 0.5) ? `${echelle} ${this.mode}` : '';
    if (!this.#carte || voulues === this.#nommees) return;
    // Names of this échelle stay when the reader steps back: the layer itself hides them.
    if (voulues === '' && this.#nommees === `${echelle} ${this.mode}`) return;
    this.#nommees = voulues;
    const lieux = voulues ? await this.#places.lis(echelle) : null;
    if (this.#nommees !== voulues) return;
    const noms = lieux ? v.zones.noms.map((nom, n) => ({ nom, point: pointDe(lieux, n) })) : [];
    this.#carte.nomme(noms, this.mode, lieux ? apres : 0);
  }

  /** A fine layer exists from a zoom on: go there, where its zones crowd, unless a chosen zone will lead the way. */
  async #approche(v: VueDonnees, minzoom: number): Promise<void> {
    const carte = this.#carte;
    const loin = carte && carte.gl.getZoom() < minzoom;
    const rare = RARES.includes(v.etat.echelle);
    if (!carte || !(loin || rare) || v.etat.zone || v.zones.codes.length === 0) return;
    const { points, bbox } = await this.#places.lis(v.etat.echelle);
    // A few quarters in one town: specks, seen from the whole territory.
    const b = rare ? union(bbox) : null;
    if (b && !carte.voit(b, 160)) return carte.cadre(b, 14);
    if (!loin) return;
    const median = (k: number) => {
      const t = points.filter((x, n) => n % 2 === k && Number.isFinite(x)).sort((a, b) => a - b);
      return t[t.length >> 1] ?? 0;
    };
    carte.approche([median(0), median(1)], minzoom + 0.4);
  }

  #ouvre(): boolean {
    const conteneur = this.#role('carte');
    const panne = () => {
      conteneur.hidden = true;
      this.#carte = null;
      this.#message('La carte interactive ne peut pas s’afficher ici : voici la carte fixe et le tableau.');
    };
    conteneur.hidden = false;
    try {
      this.#carte = new Carte({
        conteneur,
        nom: this.#d.nom,
        bbox: this.#d.bbox,
        vue: this.#d.vue,
        mode: this.mode,
        maxZoom: this.#d.maxZoom,
        surSurvol: (p) => this.#survol(p),
        surClic: (p) => this.#d.surChoix(p?.code ?? null),
        surDeplacement: (x) => this.#d.surDeplacement(x),
        surEnsemble: () => this.#d.surEnsemble(),
        surZoom: (z, lecteur) => {
          this.#d.surZoom(z, lecteur);
          if (this.#vue) void this.#nomme(this.#vue);
        },
        surPanne: panne,
      });
      // The static map stays under the canvas until the first picture is complete.
      conteneur.classList.add('en-attente');
      return true;
    } catch {
      panne();
      return false;
    }
  }

  /** Paper takes the static map of this view where there is one, else a picture of the screen. */
  #imprime(): void {
    const v = this.#vue;
    const image = this.#role('impression') as HTMLImageElement;
    const statique = v ? this.#d.statique(v) : null;
    const fixe = this.#role('statique');
    const pret = papierPret(fixe, statique) || this.#carte === null;
    fixe.classList.toggle('perimee', !pret);
    image.hidden = pret;
    if (image.hidden || !v || !this.#carte || !this.#dessinee) return;
    const claires = peintures(v.cellules, v.classes, v.indicateur, 'clair', this.#dessinee.ponctuelle);
    image.src = this.#carte.photo({ ...this.#dessinee, mode: 'clair', peintures: claires });
  }

  #message(texte: string | null): void {
    const m = this.#role('message');
    m.hidden = texte === null;
    m.textContent = typographie(texte ?? '');
  }

  #survol(p: Pointage | null): void {
    this.#d.surSurvol(p?.code ?? null);
    this.#montreBulle(p?.code ?? null, p);
  }

  #montreBulle(code: string | null, ou: { x: number; y: number } | null): void {
    const v = this.#vue;
    const b = this.#bulle;
    const n = v && code !== null ? rang(v.zones, code) : -1;
    const c = v?.cellules[n];
    if (!v || !c || !ou) {
      b.hidden = true;
      return;
    }
    b.innerHTML = String(rendBulle(v.zones.noms[n] ?? '', c, v.indicateur, v.etat.echelle, v.classes));
    b.hidden = false;
    placeBulle(b, this.#role('cadre'), ou);
  }

  #pointee: string | null = null;

  /** Point at a zone from the table: outline and tooltip, if it is on screen. */
  pointe(code: string | null): void {
    const v = this.#vue;
    this.#carte?.survole(code);
    this.#insets.marque(code, 'survol');
    const n = v && code !== null ? rang(v.zones, code) : -1;
    if (!v || n < 0 || !this.#carte) return this.#montreBulle(null, null);
    this.#pointee = code;
    const lieux = this.#places.deja(v.etat.echelle, () => this.#pointee === code && this.pointe(code));
    const lieu = lieux ? pointDe(lieux, n) : ([NaN, NaN] as const);
    // An address that could not be placed has a row, not a point.
    const p = lieu.every(Number.isFinite) ? this.#carte.ecran(lieu) : { x: NaN, y: NaN };
    const cadre = this.#role('cadre');
    const dehors =
      !Number.isFinite(p.x) || p.x < 0 || p.y < 0 || p.x > cadre.clientWidth || p.y > cadre.clientHeight;
    this.#montreBulle(dehors ? null : code, dehors ? null : p);
  }

  /** The frame has another width: show the whole again, unless the reader had gone somewhere. */
  recadre(): void {
    const e = this.#vue?.etat;
    this.#carte?.gl.resize();
    if (!e?.vue) this.#carte?.cadre(this.#d.bbox);
  }

  /** Select `echelle:code`; the map moves when the zone is out of sight or too small. */
  choisit(zone: string | null, bouge = false): void {
    const v = this.#vue;
    if (!v) return;
    const prefixe = `${v.etat.echelle}:`;
    const code = zone?.startsWith(prefixe) ? zone.slice(prefixe.length) : null;
    this.#carte?.choisit(code);
    this.#insets.marque(code, 'choisie');
    const n = code === null ? -1 : rang(v.zones, code);
    if (n < 0 || !bouge || !this.#carte) return;
    const lieux = this.#places.deja(v.etat.echelle, () => this.#vue === v && this.choisit(zone, bouge));
    const b = (lieux?.bbox.slice(4 * n, 4 * n + 4) ?? []) as unknown as Bbox;
    if (lieux && b.every(Number.isFinite) && !this.#carte.voit(b))
      this.#carte.cadre(b, POINTS.includes(v.etat.echelle) ? 15.5 : 11);
  }
}
