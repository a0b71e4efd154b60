/** Each figure that an export shows, against the tables. */
import { variable } from '../../data/catalogue/indicators/index.ts';
import { LIBELLES_STATUT } from '../../data/catalogue/secret.ts';
import { estStatutAbsent, type Encoded } from '../../data/contract/cell.ts';
import type { Indicateur } from '../../data/contract/indicateur.ts';
import { tableSchema } from '../../data/contract/table.ts';
import type { Echelle } from '../../data/contract/zone.ts';
import type { Constats } from './constats.ts';
import type { CelluleTable, Fonds } from './exportsFonds.ts';
import { plat, type ExportLu, type LigneLue } from './exportsLecture.ts';
import { echapper, type Sujet } from './exportsSujet.ts';

const sansEspace = (t: string) => t.replaceAll(' ', '');

/** Number shown, with its decimals and its side (« > 99 »); null when it is no number. */
export function nombreLu(texte: string): { valeur: number; decimales: number; cote: '' | '<' | '>' } | null {
  const m = /^([<>]?) ?(−|-)?(\d[\d ]*)(?:,(\d+))?$/.exec(texte);
  if (!m) return null;
  const [, cote = '', signe, entier = '', fraction = ''] = m;
  const v = Number(`${sansEspace(entier)}.${fraction === '' ? '0' : fraction}`);
  return { valeur: signe ? -v : v, decimales: fraction.length, cote: cote as '' | '<' | '>' };
}

/** A figure is the cell's at its own precision or a coarser one; 100 and 0 by rounding are written 99,9 and 0,1, > 99 and < 1. */
function memeValeur(texte: string, encodee: number, i: Indicateur): boolean {
  const lu = nombreLu(texte);
  if (!lu) return false;
  const vraie = encodee / 10 ** i.decimales;
  if (lu.decimales > i.decimales) return false;
  if (lu.cote === '>') return vraie >= lu.valeur;
  if (lu.cote === '<') return vraie <= lu.valeur;
  const pas = 10 ** -lu.decimales;
  const plafonnee = i.calcul === 'part' && (lu.valeur === 100 - pas || lu.valeur === pas);
  return Math.abs(lu.valeur - vraie) <= (plafonnee ? pas : pas / 2) + 1e-9;
}

const memeBase = (texte: string | null, base: Encoded | undefined) =>
  texte === null || sansEspace(texte) === sansEspace(String(base ?? ''));

/** Words and marks that say that there is no figure. */
const MARQUES: Record<string, string> = Object.fromEntries(
  Object.entries(LIBELLES_STATUT).flatMap(([s, l]) => [
    [l.court, s],
    [l.libelle, s],
    [s, s],
  ]),
);

/** The number of a text « 12,4 % », « > 99 % », « 7,85 €/m² »; the text itself when it has no unit. */
const sansUnite = (texte: string, i: Indicateur) =>
  texte.endsWith(plat(i.unite))
    ? texte.slice(0, -plat(i.unite).length).trim()
    : texte.replace(/ \p{L}+\.?$/u, '');

/** Judge one figure. Any zone that bears the name may be meant; one of them must publish exactly this. */
export function jugerFigure(
  l: LigneLue,
  cellules: readonly CelluleTable[],
  i: Indicateur,
  lieu: string,
  constats: Constats,
): void {
  const nom = l.code === null || l.code === '' ? l.nom : `${l.code} (${l.nom})`;
  if (cellules.length === 0) return constats.violation('export_inconnu', lieu, `zone inconnue : ${nom}`);
  const publiees = cellules.filter((c) => typeof c.valeur === 'number' && !estStatutAbsent(c.variable));
  const statut = MARQUES[l.valeur];
  const montre = statut === undefined ? sansUnite(l.valeur, i) : null;
  if (montre === null) {
    if (l.base !== null && l.base !== '')
      constats.violation('export_secret', lieu, `${nom} : base ${l.base}`);
    else if (!cellules.some((c) => c.variable === statut || (statut === 'nd' && c.variable == null)))
      constats.violation('desaccord', lieu, `${nom} : ${l.valeur} au lieu de ${String(cellules[0]?.valeur)}`);
    return;
  }
  if (nombreLu(montre) === null)
    return constats.violation(
      'export_inconnu',
      lieu,
      `${nom} : « ${l.valeur} » n’est ni un nombre ni une marque`,
    );
  if (publiees.length === 0) return constats.violation('export_secret', lieu, `${nom} : ${l.valeur}`);
  if (!publiees.some((c) => memeValeur(montre, c.valeur as number, i) && memeBase(l.base, c.variable)))
    constats.violation(
      'desaccord',
      lieu,
      `${nom} : ${l.valeur} (${l.base ?? 'sans base'}), la table dit ${String(publiees[0]?.valeur)} (${String(publiees[0]?.variable)})`,
    );
}

/** Échelles wide enough to be the territory of a sheet or what it is compared with. */
const LARGES: readonly Echelle[] = ['france', 'region', 'departement', 'epci', 'commune'];

/**
 * Figures written in sentences: the key figure above the territory's name, « Nom 21,2 % » of the territories compared
 * with, « 13,4 % (Nom) » of the description.
 */
export function figuresEnTexte(
  lu: ExportLu,
  s: Sujet,
  fonds: Fonds,
): { ligne: LigneLue; echelles: readonly Echelle[] }[] {
  const { unites } = variable(s.indicateur.variable);
  const unite = echapper(plat(s.indicateur.unite)).replace(/ /g, ' ?');
  const figure = `[<>]? ?\\d[\\d ]*(?:,\\d+)? ?${unite}`;
  const noms = new Set(LARGES.flatMap((e) => fonds.zones(e).map((z) => plat(z.nom))));
  const trouvees: { ligne: LigneLue; echelles: readonly Echelle[] }[] = [];
  const seule = new RegExp(`^${figure}$`);
  lu.textes.forEach((t, k) => {
    const suivant = lu.textes[k + 1] ?? '';
    const avant = lu.textes[k - 1] ?? '';
    if (seule.test(t)) {
      const cle = new RegExp(`^(.+?)(?:, ([\\d ]+) ${echapper(plat(unites))})?$`).exec(suivant);
      if (noms.has(avant)) ajoute(avant, t, null, LARGES);
      else if (cle && noms.has(cle[1]!)) ajoute(cle[1]!, t, cle[2] ?? null, LARGES);
    }
    const repere = new RegExp(`^(.+?)(?: :)? (${figure})$`).exec(t);
    if (repere && noms.has(repere[1]!)) ajoute(repere[1]!, repere[2]!, null, LARGES);
    for (const m of t.matchAll(new RegExp(`(?:de|à) (${figure}) \\(([^()]+(?:\\([^()]*\\))?)\\)`, 'g')))
      ajoute(m[2]!, m[1]!, null, [s.echelle]);
  });
  return trouvees;

  function ajoute(nom: string, valeur: string, base: string | null, echelles: readonly Echelle[]) {
    trouvees.push({ ligne: { code: null, nom, valeur: plat(valeur), base }, echelles });
  }
}

/** A table carried inside a file: every cell must be that of the release, hidden ones included. */
export function comparerTable(donnee: unknown, fonds: Fonds, lieu: string, constats: Constats): number {
  const lue = tableSchema.safeParse(donnee);
  if (!lue.success) {
    constats.violation('export_inconnu', lieu, 'données embarquées qui ne sont pas une table déclarée');
    return 0;
  }
  const connues = new Map<string, Encoded | undefined>();
  for (const t of fonds.tables)
    for (const [cle, colonne] of Object.entries(t.colonnes))
      t.zones.forEach((z, r) => connues.set(`${z.echelle}:${z.code} ${cle}`, colonne[r] as Encoded));
  let compares = 0;
  for (const [cle, colonne] of Object.entries(lue.data.colonnes))
    lue.data.zones.forEach((z, r) => {
      const nom = `${z.echelle}:${z.code} ${cle}`;
      const v = colonne[r] ?? null;
      compares++;
      const attendu = connues.get(nom) ?? null;
      if (v === attendu) return;
      const secret = typeof v === 'number' && typeof attendu !== 'number';
      constats.violation(secret ? 'export_secret' : 'desaccord', lieu, `${nom} : ${String(v)}`);
    });
  return compares;
}
