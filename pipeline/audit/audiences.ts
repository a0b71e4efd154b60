/**
 * What each audience is shown, counted, and each narrower one held against the wider one that contains it: a public figure
 * is in the table of every territory it concerns; a bundle cut to a commune or to some years shows nothing that its EPCI's
 * bundle does not; a bundle holds nothing of its neighbours. Tables are taken one at a time.
 */
import { INDICATEURS, VARIABLES, indicateursDe } from '../../data/catalogue/indicators/index.ts';
import type { AudienceComptee } from '../../data/contract/audit.ts';
import { cle, type Encoded } from '../../data/contract/cell.ts';
import type { Table } from '../../data/contract/table.ts';
import { ECHELLES, ECHELLES_FINES, type Zone } from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';
import { VU, vu, type Publication } from './publication.ts';

/** public: everybody; epci: the bundle of a territory; commune, millesimes: bundles cut to a commune, to some years. */
type Genre = AudienceComptee['audience'];

/** Kind and territory of a bundle folder: `200000011`, `200000011M2022`, `01004`, `01004M20222024`. */
export function lotDe(dossier: string): { genre: Exclude<Genre, 'public'>; code: string } {
  const [, code = dossier, annees] = /^([0-9A-Z]{5}|[0-9A-Z]{9})(M(?:\d{4})+)?$/.exec(dossier) ?? [];
  return { genre: code.length === 5 ? 'commune' : annees === undefined ? 'epci' : 'millesimes', code };
}

/** Whole territories first: cut ones are compared with them. */
export const ordreLots = (dossiers: readonly string[]): string[] =>
  [...dossiers].sort((a, b) => {
    const rang = (d: string) => (lotDe(d).genre === 'epci' ? 0 : 1);
    return rang(a) - rang(b) || (a < b ? -1 : 1);
  });

const connues = new Set([...VARIABLES, ...INDICATEURS].map((x) => x.id));
const COMMUNALES = new Set(ECHELLES.slice(ECHELLES.indexOf('commune')));

export class Audiences {
  readonly #comptes = new Map<Genre, AudienceComptee>();
  readonly #constats: Constats;
  /** EPCI of each commune, from the tables of whole territories. */
  readonly #epciDe = new Map<string, string>();

  constructor(constats: Constats) {
    this.#constats = constats;
  }

  /** Count the cells of one table. */
  #compte(genre: Genre, table: Table): AudienceComptee {
    let c = this.#comptes.get(genre);
    if (!c)
      this.#comptes.set(genre, (c = { audience: genre, lots: 0, publiees: 0, masquees: 0, absentes: 0 }));
    for (const v of VARIABLES)
      for (const t of table.tranches) {
        const colonne = table.colonnes[cle(v.id, t)];
        const valeurs = indicateursDe(v.id).map((i) => table.colonnes[cle(i.id, t)]);
        if (!colonne && !valeurs.some(Boolean)) continue;
        table.zones.forEach((_, r) => {
          const etat = vu(
            colonne?.[r] as Encoded,
            valeurs.map((x) => x?.[r] as Encoded),
          );
          if (etat === VU.valeur) c.publiees++;
          else if (etat === VU.secret) c.masquees++;
          else if (etat === VU.absent) c.absentes++;
        });
      }
    return c;
  }

  publique(table: Table): void {
    this.#compte('public', table).lots = 1;
  }

  /**
   * One bundle's table, before it joins the union.
   * @param publique what everybody sees @param union what whole territories (and everybody) are shown
   */
  lot(dossier: string, table: Table, publique: Publication, union: Publication): void {
    const { genre, code } = lotDe(dossier);
    this.#compte(genre, table).lots++;
    const epci = genre === 'commune' ? this.#epciDe.get(code) : code;
    table.zones.forEach((z) => this.#territoire(dossier, genre, code, epci, z));
    if (genre === 'epci') {
      for (const z of table.zones) if (z.echelle === 'commune') this.#epciDe.set(z.code, code);
      this.#contient(dossier, table, publique);
    } else this.#contenu(dossier, table, union);
  }

  /** Nothing of a neighbour: zones from the commune down belong to the territory of the bundle. */
  #territoire(dossier: string, genre: Genre, code: string, epci: string | undefined, z: Zone): void {
    const dela = (z.echelle === 'epci' ? z.code : z.epci) ?? epci;
    const commune = z.echelle === 'commune' ? z.code : z.commune;
    const interne = z.echelle === 'epci' || COMMUNALES.has(z.echelle);
    const etranger =
      interne && (dela !== epci || (genre === 'commune' && commune !== undefined && commune !== code));
    if (etranger)
      this.#constats.violation(
        'audience',
        `bundles/${dossier}`,
        `${z.echelle}:${z.code} n’est pas de ce territoire`,
      );
  }

  /** Every public figure on a zone of the territory is in its bundle, the same. */
  #contient(dossier: string, table: Table, publique: Publication): void {
    table.zones.forEach((z, r) => {
      const feuille = publique.feuilles.get(z.echelle);
      const rang = feuille?.rang.get(z.code);
      if (rang === undefined) return;
      for (const k of feuille!.colonnes.keys()) {
        const v = feuille!.colonnes.lire(k, rang);
        if (typeof v === 'number' && connues.has(k.split('.')[0]!) && table.colonnes[k]?.[r] !== v)
          this.#constats.violation(
            'audience',
            `bundles/${dossier} ${z.echelle}:${z.code} ${k}`,
            `${String(table.colonnes[k]?.[r])}, le public voit ${v}`,
          );
      }
    });
  }

  /** Every cell of a cut bundle is in the union, the same. */
  #contenu(dossier: string, table: Table, union: Publication): void {
    const { epci } = { epci: this.#epciDe.get(lotDe(dossier).code) ?? lotDe(dossier).code };
    for (const [k, valeurs] of Object.entries(table.colonnes))
      table.zones.forEach((z, r) => {
        const v = valeurs[r] ?? null;
        if (v === null) return;
        const nom = ECHELLES_FINES.includes(z.echelle) ? `${z.code}|${z.epci ?? epci}` : z.code;
        if (union.lire(z.echelle, nom, k) !== v)
          this.#constats.violation(
            'audience',
            `bundles/${dossier} ${z.echelle}:${z.code} ${k}`,
            `${String(v)}, le territoire entier dit ${String(union.lire(z.echelle, nom, k))}`,
          );
      });
  }

  /** Counts, widest audience first. */
  comptes(): AudienceComptee[] {
    return (['public', 'epci', 'commune', 'millesimes'] as const).flatMap((g) => this.#comptes.get(g) ?? []);
  }
}
