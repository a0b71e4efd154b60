/** A case of the acceptance kit (cells.csv, relations.csv) as a linear system, and back. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../../../data/contract/erreur.ts';
import type { SystemeLineaire } from './types.ts';

export interface Cas {
  readonly seuil: number;
  readonly ids: readonly string[];
  readonly valeurs: readonly number[];
  readonly lineaire: SystemeLineaire;
}

const lis = async (chemin: string): Promise<string[][]> =>
  (await readFile(chemin, 'utf8'))
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((l) => l.split(','));

/**
 * Read a case: cells with protect = 1 are hidden and protected, cells that the case never publishes (atoms that are not
 * in its status file, crossings of two zonings) stay hidden, every other cell may be published.
 * @param coutCellule fixed cost of hiding one cell, beside its value
 */
export async function lisCas(dossier: string, coutCellule = 6): Promise<Cas> {
  const cellules = await lis(join(dossier, 'cells.csv'));
  const attendu = JSON.parse(await readFile(join(dossier, 'expected.json'), 'utf8')) as {
    threshold?: number;
  };
  const publiables = await lis(join(dossier, 'status.csv')).then(
    (l) => new Set(l.map(([id]) => id as string)),
    () => undefined,
  );
  const croisement = await readFile(join(dossier, 'crossing.csv')).then(
    () => true,
    () => false,
  );
  const ids = cellules.map(([id]) => id as string);
  const rang = new Map(ids.map((id, i) => [id, i]));
  verifieCellules(dossier, cellules);
  const base = Float64Array.from(cellules, ([, v, b]) => Number(b === '' || b === undefined ? v : b));
  const valeurs = cellules.map(([, v], i) => (v === '' ? (base[i] as number) : Number(v)));
  const jamais = (id: string) =>
    publiables !== undefined ? !publiables.has(id) : croisement && id.startsWith('x:');
  const sort = Uint8Array.from(cellules, ([id, v, , p]) =>
    p === '1' ? 1 : v === '' && jamais(id as string) ? 2 : 0,
  );
  const relations = new Map<string, Map<number, number>>();
  for (const [i, [relation, cellule, coef]] of (await lis(join(dossier, 'relations.csv'))).entries()) {
    const r = relations.get(relation as string) ?? new Map<number, number>();
    relations.set(relation as string, r);
    const u = rang.get(cellule as string);
    if (u === undefined || !Number.isFinite(Number(coef)) || coef === '')
      throw new UserError(
        `${basename(dossier)}/relations.csv, ligne ${i + 2} : ${u === undefined ? `cellule « ${cellule} » absente de cells.csv` : `coefficient « ${coef} », attendu un nombre`}.`,
      );
    r.set(u, (r.get(u) ?? 0) + Number(coef));
  }
  verifieTotaux(dossier, relations, valeurs);
  const debut = [0];
  const colonne: number[] = [];
  const coef: number[] = [];
  for (const r of relations.values()) {
    for (const [u, w] of r) {
      if (w === 0) continue;
      colonne.push(u);
      coef.push(w);
    }
    debut.push(colonne.length);
  }
  return {
    seuil: attendu.threshold ?? 11,
    ids,
    valeurs,
    lineaire: {
      cellules: ids.length,
      base,
      valeur: Float64Array.from(valeurs),
      sort,
      cout: base.map((b) => Math.max(1, Math.abs(b)) + coutCellule),
      debut: Int32Array.from(debut),
      colonne: Int32Array.from(colonne),
      coef: Int32Array.from(coef),
    },
  };
}

/** Refuse repeated ids, values that are no numbers and negative bases, by their row. */
function verifieCellules(dossier: string, cellules: readonly string[][]): void {
  const lignes = new Map<string, number>();
  cellules.forEach(([id = '', valeur = '', base = ''], i) => {
    const ou = `${basename(dossier)}/cells.csv, ligne ${i + 2}`;
    if (id === '') throw new UserError(`${ou}, colonne id : identifiant absent.`);
    const premiere = lignes.get(id);
    if (premiere !== undefined)
      throw new UserError(`${ou}, colonne id : « ${id} » déjà donné ligne ${premiere}.`);
    lignes.set(id, i + 2);
    for (const [colonne, texte] of Object.entries({ value: valeur, base }))
      if (!Number.isFinite(Number(texte)))
        throw new UserError(`${ou}, colonne ${colonne} : reçu « ${texte} », attendu un nombre.`);
    if (Number(base) < 0)
      throw new UserError(`${ou}, colonne base : reçu « ${base} », attendu un effectif positif ou nul.`);
  });
}

/** Refuse relations whose values do not add up: nothing proved on them would hold. */
function verifieTotaux(
  dossier: string,
  relations: ReadonlyMap<string, ReadonlyMap<number, number>>,
  valeurs: readonly number[],
): void {
  for (const [nom, r] of relations) {
    let somme = 0;
    let echelle = 1;
    for (const [u, w] of r) {
      somme += w * (valeurs[u] as number);
      echelle += Math.abs(w * (valeurs[u] as number));
    }
    if (Math.abs(somme) > 1e-6 * echelle)
      throw new UserError(
        `${basename(dossier)}/relations.csv, relation « ${nom} » : les valeurs ne s’additionnent pas (écart de ${somme}).`,
        { hint: 'Corrigez le total ou l’une de ses parties dans cells.csv.' },
      );
  }
}

/** cells.csv of a solved case, for the kit's auditor. @param cache 1 = hidden */
export function ecrisCas(cas: Cas, cache: Uint8Array): string {
  const lignes = cas.ids.map(
    (id, u) =>
      `${id},${cache[u] === 1 ? '' : cas.valeurs[u]},${cas.lineaire.base[u]},${cas.lineaire.sort[u] === 1 ? 1 : 0}`,
  );
  return `id,value,base,protect\n${lignes.join('\n')}\n`;
}
