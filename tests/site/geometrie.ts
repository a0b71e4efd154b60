/** Geometry of the miniature country: jittered quads whose shared edges are displaced by the same seed on both sides. */

export type Point = [number, number];
export interface Commune {
  code: string;
  nom: string;
  region: string;
  departement: string;
  epci: string;
  anneau: Point[];
}

/** Deterministic number in [0, 1[ from a text. */
export function hasard(texte: string): number {
  let h = 2166136261;
  for (let i = 0; i < texte.length; i++) h = Math.imul(h ^ texte.charCodeAt(i), 16777619);
  h = Math.imul(h ^ (h >>> 15), 2246822507);
  h = Math.imul(h ^ (h >>> 13), 3266489909);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

function arete(a: Point, b: Point, profondeur: number): Point[] {
  if (profondeur === 0) return [a];
  const [p, q] = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? [a, b] : [b, a];
  const d = (hasard(`${p.join()}|${q.join()}`) - 0.5) * 0.35;
  const m: Point = [
    Number(((p[0] + q[0]) / 2 - (q[1] - p[1]) * d).toFixed(5)),
    Number(((p[1] + q[1]) / 2 + (q[0] - p[0]) * d).toFixed(5)),
  ];
  return [...arete(a, m, profondeur - 1), ...arete(m, b, profondeur - 1)];
}

/** A grid of `nx` × `ny` quads from `(x, y)` with cells of `pas` degrees; rings closed, edges shared exactly. */
export function grille(x: number, y: number, nx: number, ny: number, pas: number, graine: string): Point[][] {
  const sommet = (i: number, j: number): Point => [
    Number((x + pas * (i + (hasard(`${graine}x${i},${j}`) - 0.5) * 0.5)).toFixed(5)),
    Number((y + pas * 0.75 * (j + (hasard(`${graine}y${i},${j}`) - 0.5) * 0.5)).toFixed(5)),
  ];
  const anneaux: Point[][] = [];
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++) {
      const s = [sommet(i, j), sommet(i + 1, j), sommet(i + 1, j + 1), sommet(i, j + 1)] as const;
      const a = [
        ...arete(s[0], s[1], 3),
        ...arete(s[1], s[2], 3),
        ...arete(s[2], s[3], 3),
        ...arete(s[3], s[0], 3),
      ];
      anneaux.push([...a, a[0] as Point]);
    }
  return anneaux;
}

const NOMS = [
  'Aubrelle', 'Bréville-sur-Aune', 'Cormeraie', 'Douzance', 'Étrigny', 'Fontvallée', 'Gréolane', 'Hautecombe',
  'Issaudray', 'Jarcieux', 'Lamorel', 'Maubrac', 'Noirlande', 'Orvaux', 'Pérignac-le-Haut', 'Quincerot', 'Rochebelle',
  'Saint-Elme', 'Tournevielle', 'Urcelles', 'Valbrune', 'Yvernes',
]; // prettier-ignore

/** Communes of the miniature: 48 on the mainland (2 régions, 4 départements, 8 EPCI), 6 on a far island. */
export function communes(): Commune[] {
  const sortie: Commune[] = [];
  grille(0, 45, 8, 6, 0.5, 'm').forEach((anneau, n) => {
    const [i, j] = [n % 8, Math.floor(n / 8)];
    const region = i < 4 ? '11' : '24';
    const departement = `${i < 4 ? 0 : 2}${j < 3 ? 1 : 2}`;
    const epci = `2000000${Math.floor(i / 2)}${Math.floor(j / 3)}`;
    const suffixe = n < NOMS.length ? '' : n < 2 * NOMS.length ? '-le-Vieux' : '-les-Bains';
    sortie.push({
      code: `${departement}${String(n + 1).padStart(3, '0')}`,
      nom: `${NOMS[n % NOMS.length]}${suffixe}`,
      region,
      departement,
      epci,
      anneau,
    });
  });
  grille(55.2, -21.4, 3, 2, 0.18, 'i').forEach((anneau, n) => {
    sortie.push({
      code: `974${String(n + 1).padStart(2, '0')}`,
      nom: `Port-${NOMS[(n * 3) % NOMS.length]}`,
      region: '04',
      departement: '974',
      epci: n % 3 < 2 ? '249740001' : '249740002',
      anneau,
    });
  });
  return sortie;
}
