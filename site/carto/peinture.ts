/** Paints one frame of a static map: ground, zones by class, borders, points, circles. Attributes only. */
import type { Geometry } from 'geojson';
import type { OptionsCarte, Peinture, ZoneCarte } from './carte.ts';
import { pole } from './etiquettes.ts';
import { chemin, lignes, points, polygones, type Forme } from './geometrie.ts';
import type { Cadre, CadrePlace } from './insets.ts';
import { echappe, marquePoint, r } from './motifs.ts';
import type { Teintes } from './palette.ts';
import type { Boite, ProjectionCadre } from './projection.ts';

/** Frame of a box, half a stroke inside it. */
export const rectangle = (b: Boite, attributs: string) =>
  `<rect x="${r(b.x + 0.4)}" y="${r(b.y + 0.4)}" width="${r(b.largeur - 0.8)}" height="${r(b.hauteur - 0.8)}"${attributs}/>`;

/** SVG group of one frame. */
export function cadre(
  place: CadrePlace,
  { projette }: ProjectionCadre,
  zones: readonly ZoneCarte[],
  fond: readonly Forme[],
  o: OptionsCarte,
  t: Teintes,
): string {
  const trace = (g: Geometry, ferme: boolean) => chemin(lignes(g), projette, ferme);
  let s = `<g class="cadre" id="${o.prefixe}-cadre-${echappe(place.id)}">`;
  if (!place.principal)
    s += rectangle(place.boite, ` fill="none" stroke="${t.contour}" stroke-width=".5" stroke-opacity=".6"`);
  if (fond.length > 0)
    s += `<g class="fond" fill="${t.nonDisponibleFond}" stroke="${t.contour}" stroke-width=".35" stroke-opacity=".7" stroke-linejoin="round">${fond
      .map((f) => `<path d="${trace(f.geometrie, true)}"/>`)
      .join('')}</g>`;
  const surfaces = zones.filter((z) => polygones(z.geometrie).length > 0);
  s += groupes(surfaces, o, t, (z) => `d="${trace(z.geometrie, true)}"`, 'path');
  for (const g of o.contours ?? []) {
    const d = trace(horsCadre(g, place, o.cadres), false);
    if (d)
      s += `<path class="contour" d="${d}" fill="none" stroke="${t.contour}" stroke-width=".85" stroke-linejoin="round" stroke-linecap="round"/>`;
  }
  for (const g of o.perimetres ?? [])
    s += `<path class="perimetre" d="${trace(g, true)}" fill="none" stroke="${t.accent}" stroke-width=".8" stroke-dasharray="3 1.6" stroke-linejoin="round"/>`;
  const ronds = zones
    .flatMap((z) => points(z.geometrie).map((p) => ({ z, p: projette(p) })))
    .sort(
      (a, b) =>
        // Marks of hidden points lie under the values, then the large under the small.
        Number('classe' in a.z.peinture) - Number('classe' in b.z.peinture) ||
        (b.z.rayon ?? 3) - (a.z.rayon ?? 3),
    );
  const petit = (z: ZoneCarte) => 'classe' in z.peinture && (z.rayon ?? 3) < PETIT && !z.infobulle;
  for (const { z, p } of ronds) if (!petit(z)) s += rond(z, p, o, t);
  s += semis(ronds.filter(({ z }) => petit(z)), o, t); // prettier-ignore
  const cercles = surfaces
    .flatMap((z) => (z.cercle ? [{ ...z.cercle, z, p: pole(z, projette) }] : []))
    .sort((a, b) => b.rayon - a.rayon);
  for (const { z, p, rayon, couleur } of cercles)
    if (p)
      s += `<circle class="cercle" cx="${r(p[0])}" cy="${r(p[1])}" r="${r(rayon)}" fill="${couleur}" fill-opacity=".82" stroke="${t.papier}" stroke-width=".6" data-code="${echappe(z.code)}"/>`;
  for (const z of surfaces)
    if (z.focus)
      s += `<path class="focus" d="${trace(z.geometrie, true)}" fill="none" stroke="${t.encre}" stroke-width="1.4" stroke-linejoin="round"/>`;
  return `${s}</g>`;
}

/** Lines of a border layer that belong to this frame. */
function horsCadre(g: Geometry, place: CadrePlace, cadres: readonly Cadre[] | undefined): Geometry {
  if (!cadres || cadres.length < 2 || g.type !== 'MultiLineString') return g;
  // Quantised borders may fall a little outside the box of their own frame.
  const [o, s, e, n] = elargie(place.bbox);
  const dedans = g.coordinates.filter(([p]) => {
    const [x = 0, y = 0] = p ?? [];
    return x >= o && x <= e && y >= s && y <= n;
  });
  return { type: 'MultiLineString', coordinates: dedans };
}

function elargie([o, s, e, n]: Cadre['bbox']): Cadre['bbox'] {
  const m = 0.02 * Math.max(e - o, n - s);
  return [o - m, s - m, e + m, n + m];
}

/** Fill, stroke and class of a painted group: one `<g>` per class and per statut keeps the file small. */
function groupes(
  zones: readonly ZoneCarte[],
  o: OptionsCarte,
  t: Teintes,
  geometrie: (z: ZoneCarte) => string,
  balise: string,
): string {
  const par = Map.groupBy(zones, ({ peinture: p }) =>
    'classe' in p ? `classe-${p.classe}` : `statut-${p.statut}`,
  );
  return [...par.keys()]
    .sort()
    .map((nom) => {
      const liste = par.get(nom) ?? [];
      const p = (liste[0] as ZoneCarte).peinture;
      const forme = (z: ZoneCarte) => {
        const bulle = z.infobulle ? `<title>${echappe(z.infobulle)}</title>` : '';
        const attributs = `${geometrie(z)} data-code="${echappe(z.code)}"`;
        return bulle ? `<${balise} ${attributs}>${bulle}</${balise}>` : `<${balise} ${attributs}/>`;
      };
      const corps = liste.map((z) => forme(z)).join('');
      const trait = `stroke="${'statut' in p && p.statut !== 'so' ? t.contour : t.bordure}" stroke-width="${'statut' in p && p.statut === 's' ? '.4' : '.35'}" stroke-linejoin="round"`;
      return `<g class="${nom}" fill="${remplissage(p, o, t)}" ${trait}>${corps}</g>`;
    })
    .join('');
}

function remplissage(p: Peinture, o: OptionsCarte, t: Teintes): string {
  if ('classe' in p) return o.couleurs[p.classe] ?? t.sansObjet;
  if (p.statut === 's') return `url(#${o.prefixe}-hachures)`;
  return p.statut === 'nd' ? `url(#${o.prefixe}-points)` : t.sansObjet;
}

/** Radius below which a disc has no rim to show. */
const PETIT = 1.2;

/** Small discs by the thousand: the dots of one path per colour and size, a fifth of the bytes of as many circles. */
function semis(
  ronds: readonly { z: ZoneCarte; p: readonly [number, number] }[],
  o: OptionsCarte,
  t: Teintes,
): string {
  const par = Map.groupBy(ronds, ({ z }) => `${remplissage(z.peinture, o, t)} ${r(z.rayon ?? 3)}`);
  return [...par]
    .map(([nom, liste]) => {
      const [couleur, rayon] = nom.split(' ') as [string, string];
      const d = liste.map(({ p: [x, y] }) => `M${r(x)} ${r(y)}h0`).join('');
      return `<path class="semis" d="${d}" fill="none" stroke="${couleur}" stroke-width="${r(2 * Number(rayon))}" stroke-linecap="round"/>`;
    })
    .join('');
}

/** A point: full disc for a value, the mark of its statut otherwise. */
function rond(z: ZoneCarte, [x, y]: readonly [number, number], o: OptionsCarte, t: Teintes): string {
  const bulle = z.infobulle ? `<title>${echappe(z.infobulle)}</title>` : '';
  const p = z.peinture;
  const rayon = z.rayon ?? 3;
  const dessin =
    'classe' in p
      ? `<circle cx="${r(x)}" cy="${r(y)}" r="${r(rayon)}" fill="${o.couleurs[p.classe] ?? t.sansObjet}" stroke="${t.encreDouce}" stroke-width=".45"/>`
      : marquePoint(p.statut, x, y, rayon, t);
  const nom = 'classe' in p ? `classe-${p.classe}` : `statut-${p.statut}`;
  return `<g class="${nom}" data-code="${echappe(z.code)}">${bulle}${dessin}</g>`;
}
