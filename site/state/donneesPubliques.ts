/** The public files of the site, fetched when first asked for and kept. */
import type { FeatureCollection } from 'geojson';
import { cle, type Encoded } from '../../data/contract/cell.ts';
import type { Classes } from '../../data/contract/release.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import { cleTranche, lisTextes, rang, type Colonne, type Donnees, type Fiche, type Inset, type Lieux, type ListeZones, type Resume } from './donnees.ts'; // prettier-ignore

/** `donnees/fiches/<echelle>/<code>.json`: a zone, and its communes when it is an EPCI. */
export interface FichierFiches {
  readonly codes: readonly string[];
  readonly colonnes: Readonly<Record<string, readonly Encoded[]>>;
}

/** Archive of shapes of each échelle: `[file, minzoom, maxzoom]`. */
export type Archives = Readonly<Partial<Record<Echelle, readonly [string, number, number]>>>;

/** @param base base of the site with its final slash */
export function donneesPubliques(base: string): Donnees {
  const vus = new Map<string, Promise<unknown>>();
  const lis = <T>(chemin: string): Promise<T> => {
    let p = vus.get(chemin);
    if (!p) {
      p = fetch(`${base}donnees/${chemin}.json`).then((r) => {
        if (!r.ok) throw new Error(`${chemin} : ${r.status}`);
        return r.json();
      });
      // A cut in the network must not poison the page: the next question asks again.
      p.catch(() => vus.delete(chemin));
      vus.set(chemin, p);
    }
    return p as Promise<T>;
  };
  const zones = (e: Echelle) => lis<ListeZones>(`zones/${e}`);

  async function fiche(e: Echelle, code: string): Promise<Fiche | null> {
    const z = await zones(e);
    const n = rang(z, code);
    if (n < 0) return null;
    const porteur = e === 'commune' ? z.epci[n] : code;
    // A commune outside every EPCI has a file of its own.
    const chemin = e === 'commune' ? (porteur ? `fiches/epci/${porteur}` : `fiches/commune/${code}`) : `fiches/${e}/${code}`; // prettier-ignore
    const f = await lis<FichierFiches>(chemin);
    const k = f.codes.indexOf(`${e}:${code}`);
    return { echelle: e, code, nom: z.noms[n] ?? code, colonne: (c) => f.colonnes[c]?.[k] };
  }

  return {
    resume: () => lis<Resume>('atlas'),
    textes: lisTextes(base),
    zones,
    lieux: (e) => lis<Lieux>(`lieux/${e}`),
    classes: (e) => lis<Record<string, Classes>>(`classes/${e}`),
    async colonne(e, i, t) {
      const { offre } = await lis<Resume>('atlas');
      if (!offre[i.variable]?.[e]?.includes(cleTranche(t))) return null;
      return lis<Colonne>(`colonnes/${e}/${cle(i.id, t)}`);
    },
    async fiches(e, code) {
      const f = await fiche(e, code);
      if (!f) return null;
      const z = await zones(e);
      const n = rang(z, code);
      const parents: [Echelle, string | null | undefined][] = [
        ['epci', e === 'commune' ? z.epci[n] : null],
        ['departement', e === 'region' || e === 'france' ? null : z.departement[n]],
        ['region', e === 'france' || e === 'region' ? null : z.region[n]],
        ['france', e === 'france' ? null : (await zones('france')).codes[0]],
      ];
      const liste = await Promise.all(parents.map(([pe, pc]) => (pc ? fiche(pe, pc) : null)));
      return [f, ...liste.filter((x) => x !== null)];
    },
    async insets(e) {
      return lis<Inset[]>(`cadres/${e}`);
    },
    async qpv() {
      return (await lis<Resume>('atlas')).qpv ? lis<FeatureCollection>('qpv') : null;
    },
    async tuiles(e) {
      const a = (await lis<Archives>('archives'))[e];
      if (!a) return null;
      const url = `pmtiles://${new URL(`${base}${a[0]}`, location.href)}`;
      return { url, couche: e, minzoom: a[1], maxzoom: a[2] };
    },
  };
}
