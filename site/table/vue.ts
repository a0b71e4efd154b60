/** The table twin in the page: order, filter, more rows, copy and download; focusing a row points at the map. */
import { FINE, nombre } from '../carto/format.ts';
import { legendeTableau, sourcesDe, titreSeconde } from '../components/titres.ts';
import type { Resume } from '../state/donnees.ts';
import type { VueDonnees } from '../state/vue.ts';
import { LIBELLES_ECHELLE } from '../../data/catalogue/echelles.ts';
import { csv, xlsx, type Fichier } from './fichiers.ts';
import { filtre, trie, type Ligne, type Tri } from './lignes.ts';
import { rendTableau } from './rendu.ts';

const PAS = 200;
const DEPART = 100;

export interface DecorTableau {
  readonly racine: HTMLElement;
  readonly resume: Resume;
  /** Extra lines at the head of a file that leaves the page: account, convention. */
  readonly mentions: readonly string[];
  lien(l: Ligne): string;
  surFocus(code: string | null): void;
  surChoix(code: string): void;
}

export class Tableau {
  readonly #d: DecorTableau;
  #vue: VueDonnees | null = null;
  #tri: Tri = 'rang';
  #croissant = true;
  #montrees = DEPART;
  readonly #hote: HTMLElement;
  readonly #filtre: HTMLInputElement;

  constructor(d: DecorTableau) {
    this.#d = d;
    const trouve = <T extends HTMLElement>(role: string) =>
      d.racine.querySelector(`[data-role="${role}"]`) as T;
    this.#hote = trouve('tableau');
    this.#filtre = trouve('filtre');
    this.#filtre.addEventListener('input', () => {
      this.#montrees = DEPART;
      this.#rend();
    });
    trouve('copie').addEventListener('click', () => void this.#copie());
    trouve('csv').addEventListener('click', () => void this.#telecharge('csv'));
    trouve('xlsx').addEventListener('click', () => void this.#telecharge('xlsx'));
    this.#hote.addEventListener('click', (e) => this.#clic(e));
    this.#hote.addEventListener('focusin', (e) => d.surFocus(codeDe(e.target)));
    this.#hote.addEventListener('focusout', () => d.surFocus(null));
    this.#hote.addEventListener('mouseover', (e) => d.surFocus(codeDe(e.target)));
    this.#hote.addEventListener('mouseleave', () => d.surFocus(null));
  }

  montre(v: VueDonnees): void {
    if (v.etat.echelle !== this.#vue?.etat.echelle) {
      this.#montrees = DEPART;
      this.#filtre.value = '';
    }
    this.#vue = v;
    this.#rend();
  }

  #choisies(): Ligne[] {
    const v = this.#vue;
    return v ? trie(filtre(v.lignes, this.#filtre.value), this.#tri, this.#croissant) : [];
  }

  #rend(): void {
    const v = this.#vue;
    if (!v) return;
    const lignes = this.#choisies();
    const { echelle, zone } = v.etat;
    const choisie = zone?.startsWith(`${echelle}:`) ? zone.slice(echelle.length + 1) : null;
    const actif = document.activeElement;
    const garde = actif instanceof HTMLElement && this.#hote.contains(actif) ? { ...actif.dataset } : null;
    this.#hote.innerHTML = String(
      rendTableau({
        lignes,
        montrees: Math.min(lignes.length, this.#montrees),
        total: v.lignes.length,
        echelle,
        indicateur: v.indicateur,
        classes: v.indicateur.calcul === 'nombre' ? null : v.classes,
        tri: this.#tri,
        croissant: this.#croissant,
        parent: v.parent,
        zone: choisie,
        lien: (l) => this.#d.lien(l),
        legende: legendeTableau(echelle, v.indicateur, v.tranche, v.lignes.length, v.publiees, v.avant),
        autre: seconde(v),
      }),
    );
    this.#dit(this.#filtre.value ? `${nombre(lignes.length)} sur ${nombre(v.lignes.length)}` : '');
    // The rows are new: give the focus back to the same button or zone.
    if (garde?.['tri']) this.#hote.querySelector<HTMLElement>(`[data-tri="${garde['tri']}"]`)?.focus();
    else if (garde?.['zone']) this.#hote.querySelector<HTMLElement>(`[data-zone="${CSS.escape(garde['zone'])}"]`)?.focus({ preventScroll: true }); // prettier-ignore
  }

  #clic(e: Event): void {
    const cible = e.target as Element;
    const tri = cible.closest<HTMLElement>('[data-tri]')?.dataset['tri'] as Tri | undefined;
    if (tri) {
      this.#croissant = this.#tri === tri ? !this.#croissant : tri !== 'valeur' && tri !== 'base';
      this.#tri = tri;
      this.#rend();
    } else if (cible.closest('[data-suite]')) {
      const avant = this.#montrees;
      this.#montrees += PAS;
      this.#rend();
      this.#hote.querySelectorAll<HTMLElement>('tbody a')[avant]?.focus();
    } else {
      const a = cible.closest<HTMLElement>('a[data-zone]');
      const souris = e as MouseEvent;
      if (!a || souris.ctrlKey || souris.metaKey || souris.shiftKey) return;
      e.preventDefault();
      this.#d.surChoix(a.dataset['zone'] as string);
    }
  }

  /** What leaves the page: the rows as filtered and sorted, under their mentions. */
  #fichier(v: VueDonnees): Fichier {
    const r = this.#d.resume;
    const mentions = [
      ...(r.fictif ? [r.avertissement] : []),
      legendeTableau(v.etat.echelle, v.indicateur, v.tranche, v.lignes.length, v.publiees, v.avant),
      `Source${FINE}: ${[v, v.autre].flatMap((x) => (x ? sourcesDe(x.catalogue, [x.avant, x.tranche.millesime], r.sources) : [])).filter((s, n, t) => t.indexOf(s) === n).join(' ; ')}`, // prettier-ignore
      `Zonages${FINE}: ${r.zonages.join(', ')}`,
      r.secret,
      r.licence,
      ...this.#d.mentions,
    ];
    return {
      lignes: this.#choisies(),
      indicateur: v.indicateur,
      mentions,
      enteteParent: v.parent ? LIBELLES_ECHELLE[v.parent].un : '',
      autre: seconde(v),
    };
  }

  async #copie(): Promise<void> {
    if (!this.#vue) return;
    // Tabs paste into cells; the mentions stay on top.
    const texte = csv(this.#fichier(this.#vue)).slice(1).replaceAll(';', '\t');
    try {
      await navigator.clipboard.writeText(texte);
      this.#dit('Tableau copié.');
    } catch {
      this.#dit('Le navigateur a refusé la copie : téléchargez le fichier CSV.');
    }
  }

  async #telecharge(format: 'csv' | 'xlsx'): Promise<void> {
    const v = this.#vue;
    if (!v) return;
    const f = this.#fichier(v);
    const r = this.#d.resume;
    try {
      const contenu =
        format === 'csv' ? new Blob([csv(f)], { type: 'text/csv;charset=utf-8' }) : await xlsx(f);
      const a = document.createElement('a');
      a.href = URL.createObjectURL(contenu);
      const { indicateur, echelle, millesime, population, secteur, mesure } = v.etat;
      const parts = [indicateur, echelle, millesime, population, secteur, mesure, r.ensemble.code];
      // What is at its default says nothing: the name of the whole country, all households, all sectors, the value.
      a.download = `${parts.filter((x) => !/^(ENS|tous|valeur|FR)$/.test(String(x))).join('_')}.${format}`;
      a.click();
      setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
      this.#dit(`Fichier ${format === 'csv' ? 'CSV' : 'Excel'} prêt.`);
    } catch {
      this.#dit(`Le fichier n’a pas pu être fait${FINE}: vérifiez la connexion, puis recommencez.`);
    }
  }

  #dit(texte: string): void {
    const e = this.#d.racine.querySelector('[data-role="etat-tableau"]');
    if (e) e.textContent = texte;
  }
}

/** The second figure of the table, when there are two maps. */
function seconde(v: VueDonnees): NonNullable<Fichier['autre']> | null {
  return v.autre ? { indicateur: v.autre.indicateur, titre: titreSeconde(v, v.autre) } : null;
}

function codeDe(cible: EventTarget | null): string | null {
  return (cible as Element | null)?.closest<HTMLElement>('tr[data-code]')?.dataset['code'] ?? null;
}
