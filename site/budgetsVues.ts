/**
 * What a whole national view makes a reader fetch, on top of MapLibre's own files: the page, its style, script, fonts and
 * static map, the figures, and every tile of the country at the zoom that shows it whole (issue 4).
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FileSource, PMTiles } from 'pmtiles';
import { BUDGETS, gz, propres, scriptsDe } from './poids.ts';
import { DOSSIER, release, zonesDe } from './archive/release.ts';
import { echellesDe, millesimesDe, vueParDefaut } from './archive/vues.ts';
import { indicateur } from '../data/catalogue/indicators/index.ts';
import type { Echelle } from '../data/contract/zone.ts';

/** Width of the map on a common screen, pixels. */
const CARTE = 780;
const CONTOURS: Partial<Record<Echelle, Echelle>> = { commune: 'departement', epci: 'departement', departement: 'region' }; // prettier-ignore

/** Gzipped bytes of the tiles of an échelle that show the main frame whole. */
async function tuiles(e: Echelle): Promise<number> {
  const t = release().tuiles.find((x) => x.echelle === e && x.theme === null);
  if (!t) return 0;
  const [o, s, est, n] = release().cadres[0]?.bbox ?? release().bbox;
  const z = Math.max(
    t.minzoom,
    Math.min(t.maxzoom, Math.floor(Math.log2((CARTE * 360) / (512 * (est - o))))),
  );
  const colonne = (lon: number) => Math.floor(((lon + 180) / 360) * 2 ** z);
  const ligne = (lat: number) => {
    const r = (lat * Math.PI) / 180;
    return Math.floor(((1 - Math.log(Math.tan(r) + 1 / Math.cos(r)) / Math.PI) / 2) * 2 ** z);
  };
  const archive = new PMTiles(new FileSource(new File([readFileSync(join(DOSSIER, t.fichier))], t.fichier)));
  // What the reader of archives asks first, whatever it then needs.
  let total = Math.min(16_384, t.taille);
  for (let x = colonne(o); x <= colonne(est); x++)
    for (let y = ligne(n); y <= ligne(s); y++) {
      const tuile = await archive.getZxy(z, x, y);
      if (tuile) total += gzipSync(Buffer.from(tuile.data)).length;
    }
  return total;
}

/** Weight of one view. */
async function poids(dist: string, base: string, e: Echelle, id: string, m: number): Promise<number> {
  const page = join(dist, 'carte', e, id, String(m));
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  const styles = [...html.matchAll(/<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"/g)].map((x) => join(dist, (x[1] ?? '').slice(base.length))); // prettier-ignore
  const polices = [...html.matchAll(/href="([^"]+\.woff2)"/g)].map((x) => join(dist, (x[1] ?? '').slice(base.length))); // prettier-ignore
  const parent = CONTOURS[e];
  const donnees = ['atlas', 'textes', 'archives', `zones/${e}`, `classes/${e}`, `cadres/${e}`, `colonnes/${e}/${id}.ENS.tous.${m}`, ...(parent ? [`zones/${parent}`] : []), 'zones/france', ...zonesDe('france').map((z) => `fiches/france/${z.code}`)]; // prettier-ignore
  return (
    [join(page, 'index.html'), join(page, 'carte.svg'), ...styles, ...propres(scriptsDe(dist, base, html).fichiers), ...donnees.map((d) => join(dist, 'donnees', `${d}.json`))].reduce((s, f) => s + gz(f), 0) +
    polices.reduce((s, f) => s + statSync(f).size, 0) +
    (await tuiles(e)) +
    (parent ? await tuiles(parent) : 0)
  );
} // prettier-ignore

/** Sentences of the national views that weigh too much. */
export async function vuesTropLourdes(dist: string, base: string): Promise<string[]> {
  if (!existsSync(join(dist, 'carte'))) return [];
  const d = vueParDefaut();
  const i = indicateur(d.indicateur);
  const vues = [{ ...d, plafond: BUDGETS.premiereVue as number }];
  const [m] = millesimesDe(i, 'commune');
  if (echellesDe(i).includes('commune') && m !== undefined)
    vues.push({ echelle: 'commune', indicateur: i.id, millesime: m, plafond: BUDGETS.vueCommunes });
  const trop: string[] = [];
  for (const v of vues) {
    const n = await poids(dist, base, v.echelle, v.indicateur, v.millesime);
    if (n > v.plafond) trop.push(`Carte par ${v.echelle} : ${n} octets à lire, au lieu de ${v.plafond}`);
    else process.stdout.write(`carte par ${v.echelle} : ${n} octets à lire, ${v.plafond} au plus\n`);
  }
  return trop;
}
