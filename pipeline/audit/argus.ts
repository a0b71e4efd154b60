/**
 * Files for experts in disclosure control: one table of a release, with the status of every cell, that τ-ARGUS, sdcTable
 * or any auditor of the JJ format can load. Confidential, and refused inside anything that may leave.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { variable } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { UserError } from '../../data/contract/erreur.ts';
import type { Echelle, Population } from '../../data/contract/zone.ts';
import { writeAtomic } from '../lib/files.ts';
import { jjDe, statutJj } from './argusJj.ts';
import { tableauDe } from './argusTab.ts';
import { construireTable, restreindre, type Etat, type Mesure, type TableArgus } from './argusTable.ts';
import { lireTable } from './comparaison.ts';
import { Constats } from './constats.ts';
import { Publication } from './publication.ts';
import { ouvrirReference } from './reference.ts';
import { nomDe } from './systemes.ts';

export interface DemandeArgus {
  readonly release: string;
  readonly confidentiel: string;
  /** Folder to write, outside every release and site. */
  readonly vers: string;
  readonly variable: string;
  readonly mesure: Mesure;
  readonly population: Population | null;
  readonly millesime: number;
  readonly epci: string | null;
  readonly echelles: readonly Echelle[] | null;
}

export interface EcritArgus {
  readonly fichiers: readonly string[];
  readonly cellules: number;
  readonly relations: number;
  readonly etats: Readonly<Record<Etat, number>>;
  readonly chaine: readonly Echelle[];
}

/**
 * Refuse a folder from which a confidential file could leave: a release, a site, or anything under them.
 * @throws UserError code 2
 */
export function refuserDiffusable(dossier: string): void {
  for (let d = resolve(dossier); ; d = dirname(d)) {
    const marque = ['release.json', 'index.html', 'archives.json'].find((f) => existsSync(join(d, f)));
    if (marque !== undefined)
      throw new UserError(
        `Ces fichiers sont confidentiels : ils ne s’écrivent pas dans ${dossier} (${marque} dans ${basename(d)}).`,
        { hint: 'Choisissez un dossier hors de toute diffusion et de tout site publié.', code: 2 },
      );
    if (dirname(d) === d) return;
  }
}

/** Tables of every audience that speak of the zones asked for. */
async function lirePublications(release: string, epci: string | null): Promise<Publication> {
  const [tout, constats] = [new Publication(true), new Constats()];
  const dossier = (d: string) => (existsSync(join(release, d)) ? readdir(join(release, d)) : []);
  for (const nom of (await dossier('public/tables')).sort()) {
    if (epci !== null && !/^(epci|commune)\./.test(nom)) continue;
    const table = await lireTable(release, `public/tables/${nom}`, 'public', constats);
    if (table) tout.ajoute(table, nom, constats);
  }
  const bundles = (await dossier('bundles')).filter((b) =>
    existsSync(join(release, 'bundles', b, 'table.json')),
  );
  if (epci !== null && !bundles.includes(epci))
    throw new UserError(`L’EPCI ${epci} n’a pas de territoire dans cette diffusion.`, {
      hint: `EPCI présents : ${bundles.sort().slice(0, 20).join(', ')}${bundles.length > 20 ? '…' : ''}`,
      code: 2,
    });
  for (const b of bundles.sort()) {
    if (epci !== null && b !== epci) continue;
    const table = await lireTable(release, `bundles/${b}/table.json`, 'territoire', constats);
    if (table) tout.ajoute(table, b, constats);
  }
  return tout;
}

/** Letters used at Insee for tables (rtauargus): A frequency, B dominance, D secondary, V valid, Z empty; C: our other rules. */
function lettre(etat: Etat, regle: string): string {
  if (etat === 'publiee') return 'V';
  if (etat === 'vide') return 'Z';
  if (regle.includes('P7')) return 'B';
  if (/P[12]/.test(regle)) return 'A';
  return regle === '' ? 'D' : 'C';
}

/** One line per cell of the JJ file: its names, its figures, why it is shown or hidden. */
function dictionnaire(t: TableArgus, codes: ReadonlyMap<string, string>): string {
  const noms = nomDe(t.charpente);
  const k = t.vue.geo.classes;
  const argus = new Map([...codes].map(([code, zone]) => [zone, code]));
  const champ = (v: string) => (/[";]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
  const lignes = ['indice;zones;code_argus;population;valeur;effectif;etat;lettre;regle;statut_jj'];
  t.etat.forEach((etat, c) => {
    const zones = noms(c).slice(0, -(noms(c).split('/').at(-1)!.length + 1));
    const code = zones
      .split('=')
      .map((z) => argus.get(z))
      .find((x) => x !== undefined);
    const part = t.parts[Math.floor(c / k)]!;
    const regle = t.regle[c]!;
    lignes.push(
      [
        c,
        champ(zones),
        code ?? '',
        part,
        t.valeur[c],
        t.effectif[c],
        etat,
        lettre(etat, regle),
        regle,
        statutJj(t, c),
      ].join(';'),
    );
  });
  return `${lignes.join('\n')}\n`;
}

const lisezMoi = (
  t: TableArgus,
  base: string,
  d: DemandeArgus,
  chaine: readonly Echelle[],
) => `CONFIDENTIEL – vrais effectifs de cellules secrètes. Ne pas diffuser, ne pas joindre à un courriel ; détruire après usage.

Table : ${t.variable.libelle} (${t.variable.id}), mesure ${t.mesure}, population ${t.parts.join(', ')}, millésime ${d.millesime}${d.epci === null ? '' : `, EPCI ${d.epci}`}. Règle ${REGLES.version}, seuil ${REGLES.seuil}.
Mesures : n = unités du champ, r = répondants, u = dénominateur, sinon le numérateur de l’indicateur. AUTRE = ENS − ER, jamais publié.

${base}.jj    Tout le problème, toutes les échelles (format JJ : τ-ARGUS, sdcTable, auditeurs). Statut : s publiée, z nulle connue, u à protéger, m masquée sans protection propre. Coût = unités (1 au moins). Bornes 0 et le plus grand total. Niveaux de protection de 1 pour « u ».
${base}.csv   Une ligne par cellule du .jj : zones, code, effectif, état, règle, lettre. Lettres : A seuil (P1, P2), B dominance (P7), C autre règle (P3 réponse, P4 résidence, P5 uniforme), D secret secondaire ou jamais diffusée, V publiée, Z vide. État « interne » : aucun nom de zone, donc aucune table ne la montre.
${base}.tab   La même table pour τ-ARGUS, sur l’arbre ${['total', ...chaine].join(' > ')} ; ${base}.rda en décrit les colonnes, ${base}.hrc l’arbre. Statut : S publiée, U à protéger, M masquée, E vide. « reste » : part d’une zone hors des zones du niveau inférieur.

τ-ARGUS : Specify | Metafile (.rda), puis File | Open Table (.tab), « use the given status ».
`;

/** Write the five files and their explanation. @throws UserError code 2 on a wrong question or folder */
export async function ecrireArgus(d: DemandeArgus): Promise<EcritArgus> {
  refuserDiffusable(d.vers);
  const v = variable(d.variable);
  const reference = await ouvrirReference(d.confidentiel);
  try {
    const publication = await lirePublications(d.release, d.epci);
    const t = await construireTable({
      reference: d.epci === null ? reference : restreindre(reference, d.epci),
      publication,
      millesime: d.millesime,
      variable: v,
      mesure: d.mesure,
      population: d.population,
    });
    const base = [
      v.id,
      t.mesure,
      d.population ?? 'ENS-ER',
      d.millesime,
      ...(d.epci === null ? [] : [d.epci]),
    ].join('.');
    const tableau = tableauDe(t, d.echelles, base);
    await mkdir(d.vers, { recursive: true, mode: 0o700 });
    const contenus: Record<string, string> = {
      [`${base}.jj`]: jjDe(t),
      [`${base}.tab`]: tableau.tab,
      [`${base}.rda`]: tableau.rda,
      [`${base}.hrc`]: tableau.hrc,
      [`${base}.csv`]: dictionnaire(t, tableau.codes),
      'LISEZMOI.txt': lisezMoi(t, base, d, tableau.chaine),
    };
    for (const [nom, contenu] of Object.entries(contenus)) await writeAtomic(join(d.vers, nom), contenu);
    const etats: Record<Etat, number> = { publiee: 0, vide: 0, primaire: 0, secondaire: 0, interne: 0 };
    for (const e of t.etat) etats[e]++;
    return {
      fichiers: Object.keys(contenus),
      cellules: t.charpente.n,
      relations: t.charpente.relations.nombre,
      etats,
      chaine: tableau.chaine,
    };
  } finally {
    reference.ferme();
  }
}
