/** `resoudre`: from a system of zones to the pattern of what is published, what is hidden, and why. */
import { canonise } from './canon.ts';
import { construit, type Classes } from './classes.ts';
import { resoudreLineaire, type OptionsLineaire, type SolutionLineaire } from './lineaire.ts';
import { indexCellules, MOTIF, type OptionsMoteur, type Patron, type Preuve, type Systeme } from './types.ts';

export interface Preparation {
  readonly classes: Classes;
  /** Label of a column. */
  readonly nom: (colonne: number) => string;
}

/** Cells of a system as columns. @throws UserError on inconsistent input */
export function prepare(systeme: Systeme, options: OptionsMoteur): Preparation {
  const classes = construit(systeme, canonise(systeme), options.coutCellule ?? 6);
  return { classes, nom: (u) => nomColonne(systeme, classes, u) };
}

/**
 * Pattern of a system: primary cells hidden, then the cheapest further cells so that no hidden cell and no group of
 * 1 to seuil - 1 units can be derived. The same for any order of atoms, zones and workers.
 * @throws UserError on inconsistent input, or when imposed cells make the protection impossible
 */
export function resoudre(
  systeme: Systeme,
  options: OptionsMoteur & Pick<OptionsLineaire, 'sans' | 'trace' | 'recherche'> = {},
): Patron {
  const preparation = prepare(systeme, options);
  const { classes, nom } = preparation;
  return patronDe(
    systeme,
    preparation,
    resoudreLineaire(classes.lineaire, { ...options, seuil: systeme.seuil, nom }),
  );
}

/** The choice of columns, back on the cells of the caller. */
export function patronDe(
  systeme: Systeme,
  { classes, nom }: Preparation,
  solution: SolutionLineaire,
): Patron {
  const n = classes.colonneDe.length;
  const cache = new Uint8Array(n);
  const motif = new Uint8Array(n);
  const preuve = new Int32Array(n).fill(-1);
  const preuves: Preuve[] = [];
  const rang = new Map<number, number>();
  const cellulesDe = inverse(classes);
  const comptes = {
    cellules: n,
    primaires: 0,
    secondaires: 0,
    qualite: 0,
    perte: 0,
    tours: solution.tours,
    incomplets: solution.incomplets,
  };
  for (let c = 0; c < n; c++) {
    const u = classes.colonneDe[c] as number;
    const force = systeme.masque?.[c] === 1 || systeme.depart?.[c] === 1 || systeme.protege?.[c] === 1;
    if (!force && (u < 0 || solution.cache[u] === 0)) continue;
    cache[c] = 1;
    const e = classes.effectif[c] as number;
    if ((e > 0 && e < systeme.seuil) || systeme.protege?.[c] === 1) {
      motif[c] = MOTIF.primaire;
      comptes.primaires++;
    } else if (systeme.masque?.[c] === 1) {
      motif[c] = MOTIF.qualite;
      comptes.qualite++;
    } else {
      motif[c] = MOTIF.secondaire;
      comptes.secondaires++;
      comptes.perte += e;
      const t = solution.temoins.get(u);
      if (t === undefined) continue;
      let k = rang.get(u);
      if (k === undefined) {
        rang.set(u, (k = preuves.length));
        preuves.push({
          genre: t.genre,
          base: t.base,
          cible: [...t.cible].map(nom),
          coupe: Int32Array.from([...t.coupe].flatMap((v) => cellulesDe(v))),
        });
      }
      preuve[c] = k;
    }
  }
  return { cache, motif, preuve, preuves, comptes };
}

/** Cells of a column, looked up through a counting sort done once. */
function inverse({ colonneDe, lineaire }: Classes): (colonne: number) => number[] {
  const debut = new Int32Array(lineaire.cellules + 1);
  for (const u of colonneDe) if (u >= 0) debut[u + 1] = (debut[u + 1] as number) + 1;
  for (let u = 0; u < lineaire.cellules; u++) debut[u + 1] = (debut[u + 1] as number) + (debut[u] as number);
  const place = debut.slice();
  const cellules = new Int32Array(debut[lineaire.cellules] as number);
  colonneDe.forEach((u, c) => {
    if (u < 0) return;
    cellules[place[u] as number] = c;
    place[u] = (place[u] as number) + 1;
  });
  return (u) => [...cellules.subarray(debut[u] as number, debut[u + 1] as number)];
}

/** `<niveau>:<code>/<population>`; atoms that are no zone of any level are named by their column. */
export function nomColonne(systeme: Systeme, classes: Classes, u: number): string {
  const c = classes.exemple[u] as number;
  if (c < 0) return `atome:${u}/${classes.autre[u] === 1 ? 'AUTRE' : 'ENS ou ER'}`;
  const { niveau, population, zone } = indexCellules(systeme).decode(c);
  const n = systeme.niveaux[niveau];
  return `${n?.id}:${n?.codes[zone]}/${classes.autre[u] === 1 ? 'AUTRE' : population}`;
}
