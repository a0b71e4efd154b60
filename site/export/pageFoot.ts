/** Mentions at the foot of a page. */
import { coupe } from '../carto/metriques.ts';
import { GOUTTIERE, MARGE, T, type Plume } from './plume.ts';
import type { Feuille } from './sheet.ts';

/** Mentions in balanced columns: measured first, so that the map takes all the room left. */
export function piedDePage(
  f: Feuille,
  utile: number,
  colonnes: number,
): { hauteur: number; ecrit(p: Plume, haut: number): void } {
  const corps = 6.8;
  const interligne = 8.6;
  const entre = 2.2;
  const l = (utile - GOUTTIERE * (colonnes - 1)) / colonnes;
  const paragraphes = f.mentions.lignes.map((m) =>
    coupe(
      m.libelle === '' ? [{ t: m.texte }] : [{ t: m.libelle, gras: true }, { t: `\u202f: ${m.texte}` }],
      l,
      corps,
    ),
  );
  const hauteurDe = (lignes: readonly unknown[]) => lignes.length * interligne + entre;
  const repartis = equilibre(
    paragraphes.map((x) => hauteurDe(x)),
    colonnes,
  );
  const plein = Math.max(
    ...repartis.map(([a, b]) => paragraphes.slice(a, b).reduce((s, x) => s + hauteurDe(x), 0)),
  );
  return {
    hauteur: plein + 10,
    ecrit(p, haut) {
      p.trait(MARGE, haut, MARGE + utile, haut);
      for (const [c, [debut, fin]] of repartis.entries()) {
        let y = haut + 12;
        for (const lignes of paragraphes.slice(debut, fin)) {
          p.textes.push({
            role: 'texte',
            x: MARGE + c * (l + GOUTTIERE),
            y,
            corps,
            interligne,
            couleur: T.encreDouce,
            ancre: 'debut',
            lignes,
          });
          y += hauteurDe(lignes);
        }
      }
    },
  };
}

/** Split paragraphs into consecutive columns so that the tallest is as short as possible. */
export function equilibre(hauteurs: readonly number[], colonnes: number): [number, number][] {
  let meilleur: [number, number][] = [];
  let record = Number.POSITIVE_INFINITY;
  const essaie = (debut: number, reste: number, pris: [number, number][], plus: number) => {
    if (plus >= record) return;
    if (reste === 1) {
      const h = Math.max(
        plus,
        hauteurs.slice(debut).reduce((s, x) => s + x, 0),
      );
      if (h < record) [record, meilleur] = [h, [...pris, [debut, hauteurs.length]]];
      return;
    }
    let h = 0;
    for (let fin = debut; fin <= hauteurs.length; fin++) {
      essaie(fin, reste - 1, [...pris, [debut, fin]], Math.max(plus, h));
      h += hauteurs[fin] ?? 0;
    }
  };
  essaie(0, colonnes, [], 0);
  return meilleur;
}
