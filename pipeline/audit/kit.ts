/**
 * Exchange format of an audited system, so that a third party can check with other software:
 *   cells.csv      id,value,base,protect   value empty = not published; protect 1 = must not be recoverable
 *   relations.csv  relation,cell,coef      Σ coef × value = 0 over the rows of one relation
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../data/contract/erreur.ts';
import { writeAtomic } from '../lib/files.ts';
import { Constructeur, type Systeme } from './noyau/systeme.ts';

export interface SystemeNomme extends Systeme {
  readonly ids: readonly string[];
  readonly noms: readonly string[];
}

async function lignesCsv(fichier: string, attendues: readonly string[]): Promise<string[][]> {
  const texte = await readFile(fichier, 'utf8');
  const [tete = '', ...corps] = texte.trim().split(/\r?\n/);
  const colonnes = tete.split(',');
  const manque = attendues.find((c) => !colonnes.includes(c));
  if (manque !== undefined)
    throw new UserError(`La colonne « ${manque} » manque dans ${fichier}.`, {
      hint: `Colonnes attendues : ${attendues.join(', ')}.`,
    });
  const ordre = attendues.map((c) => colonnes.indexOf(c));
  return corps.map((l) => {
    const champs = l.split(',');
    return ordre.map((i) => champs[i] ?? '');
  });
}

/** Read a system; errors name the file, the line and what was expected. Default protect: 0 < base < seuil, or no base. */
export async function lireSysteme(cellsCsv: string, relationsCsv: string, seuil = 11): Promise<SystemeNomme> {
  const lignes = await lignesCsv(cellsCsv, ['id', 'value', 'base', 'protect']);
  const n = lignes.length;
  const rang = new Map<string, number>();
  const ids: string[] = [];
  const valeur = new Float64Array(n);
  const base = new Float64Array(n);
  const protege = new Uint8Array(n);
  lignes.forEach(([id = '', v = '', b = '', p = ''], i) => {
    if (rang.has(id))
      throw new UserError(`Cellule « ${id} » en double, ligne ${i + 2} de ${cellsCsv}.`, {
        hint: 'Chaque identifiant doit paraître une seule fois.',
      });
    rang.set(id, i);
    ids.push(id);
    valeur[i] = v === '' ? Number.NaN : Number(v);
    base[i] = b === '' ? Number.NaN : Number(b);
    if ((v !== '' && Number.isNaN(valeur[i])) || (b !== '' && Number.isNaN(base[i])))
      throw new UserError(`Nombre attendu, ligne ${i + 2} de ${cellsCsv}, reçu « ${v} » et « ${b} ».`);
    const defaut = b === '' || (base[i]! > 0 && base[i]! < seuil);
    protege[i] = (p === '' ? defaut : p === '1') ? 1 : 0;
  });
  const parRelation = new Map<string, { c: number[]; w: number[] }>();
  (await lignesCsv(relationsCsv, ['relation', 'cell', 'coef'])).forEach(([nom = '', id = '', w = ''], i) => {
    const c = rang.get(id);
    if (c === undefined)
      throw new UserError(`Cellule inconnue « ${id} », ligne ${i + 2} de ${relationsCsv}.`, {
        hint: 'Toute cellule d’une relation doit figurer dans cells.csv.',
      });
    let r = parRelation.get(nom);
    if (!r) parRelation.set(nom, (r = { c: [], w: [] }));
    r.c.push(c);
    r.w.push(Number(w));
  });
  const lignesSysteme = new Constructeur();
  for (const { c, w } of parRelation.values()) lignesSysteme.ajoute(c, w);
  return { n, valeur, base, protege, relations: lignesSysteme.fin(), ids, noms: [...parRelation.keys()] };
}

/** Write `cells.csv` and `relations.csv` in `dossier`. Confidential: bases and protections are in it. */
export async function ecrireSysteme(dossier: string, s: SystemeNomme): Promise<void> {
  await mkdir(dossier, { recursive: true });
  const cellules = ['id,value,base,protect'];
  for (let c = 0; c < s.n; c++)
    cellules.push(
      `${s.ids[c]},${Number.isNaN(s.valeur[c]!) ? '' : s.valeur[c]},${Number.isNaN(s.base[c]!) ? '' : s.base[c]},${s.protege[c]}`,
    );
  const relations = ['relation,cell,coef'];
  const { debut, cellule, coef, nombre } = s.relations;
  for (let r = 0; r < nombre; r++)
    for (let k = debut[r]!; k < debut[r + 1]!; k++)
      relations.push(`${s.noms[r] ?? `r${r}`},${s.ids[cellule[k]!]},${coef[k]}`);
  await writeAtomic(join(dossier, 'cells.csv'), `${cellules.join('\n')}\n`);
  await writeAtomic(join(dossier, 'relations.csv'), `${relations.join('\n')}\n`);
}
