/**
 * τ-ARGUS tabular files (manual 4.1, §5.1.4 and §5.2): `.tab` (one row per cell), `.rda` (what the columns are) and
 * `.hrc` (the tree of codes). τ-ARGUS only knows trees, so this holds a chain of nested échelles; the JJ file has them all.
 */
import { REGLES } from '../../data/catalogue/secret.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { ECHELLES, type Echelle } from '../../data/contract/zone.ts';
import { cout, statutJj } from './argusJj.ts';
import type { TableArgus } from './argusTable.ts';

const PREFIXES: Partial<Record<Echelle, string>> = {
  region: 'REG',
  departement: 'DEP',
  epci: 'EPCI',
  commune: 'COM',
  qpv: 'QPV',
  qva: 'QVA',
  iris: 'IRIS',
  carreau: 'CAR',
  residence: 'RES',
  batiment: 'BAT',
  cage: 'CAGE',
  adresse: 'ADR',
};
const TOTAL = 'Total';
const POPULATIONS = { ENS: TOTAL, ER: 'ER', AUTRE: 'AUTRE' } as const;

interface Noeud {
  readonly code: string;
  /** Zone of the reference, or null for what is left of the parent outside the zones of this level. */
  readonly zone: string | null;
  readonly atomes: number[];
  readonly enfants: Map<number, Noeud>;
}

export interface TableauArgus {
  readonly tab: string;
  readonly rda: string;
  readonly hrc: string;
  /** Échelles of the tree, widest first. */
  readonly chaine: readonly Echelle[];
  /** Code of τ-ARGUS → zone "echelle:code", or "reste" under its parent. */
  readonly codes: ReadonlyMap<string, string>;
}

type Niveau = TableArgus['vue']['atomes']['echelles'][number];

/** First zone of `fin` that lies in two zones of `large`, or null when `fin` nests. */
function aCheval(fin: Niveau, large: Niveau): string | null {
  const dans = new Map<number, number>();
  for (let a = 0; a < fin.zone.length; a++) {
    const z = fin.zone[a]!;
    if (z < 0) continue;
    const deja = dans.get(z);
    if (deja === undefined) dans.set(z, large.zone[a]!);
    else if (deja !== large.zone[a]) return fin.codes[z]!;
  }
  return null;
}

/** Échelles tried when none is asked for: the administrative chain, then the address. */
const CHAINE: readonly Echelle[] = ['region', 'departement', 'epci', 'commune', 'iris', 'adresse'];

/** The chain asked for, checked; or the longest usual one. */
function choisirChaine(niveaux: readonly Niveau[], demandees: readonly Echelle[] | null): Niveau[] {
  const de = (e: Echelle) => niveaux.find((n) => n.echelle === e && n.codes.length > 1);
  const chaine: Niveau[] = [];
  for (const e of demandees ?? CHAINE) {
    const niveau = de(e);
    const refuse = (pourquoi: string): never => {
      throw new UserError(`--echelles : ${e} ne convient pas, ${pourquoi}.`, {
        hint: 'τ-ARGUS ne connaît que des arbres. Demandez une suite emboîtée (du plus large au plus fin) ; le fichier .jj contient de toute façon toutes les échelles.',
        code: 2,
      });
    };
    if (!niveau) {
      if (demandees) refuse('cette échelle n’a pas plusieurs zones ici');
      continue;
    }
    const croise = chaine.map((n) => aCheval(niveau, n)).find((c) => c !== null);
    if (croise === undefined) chaine.push(niveau);
    else if (demandees) refuse(`la zone ${croise} est à cheval sur deux zones de ${chaine.at(-1)!.echelle}`);
  }
  return chaine;
}

function construireArbre(t: TableArgus, chaine: readonly Niveau[]): Noeud {
  const racine: Noeud = { code: TOTAL, zone: '', atomes: [], enfants: new Map() };
  const vus = new Map<string, number>();
  for (let a = 0; a < t.vue.atomes.nombre; a++) {
    let noeud = racine;
    noeud.atomes.push(a);
    for (const { echelle, zone, codes } of chaine) {
      const z = zone[a]!;
      let enfant = noeud.enfants.get(z);
      if (!enfant) {
        const brut = z < 0 ? 'reste' : codes[z]!;
        // Codes with a space, a dot or a quote stop τ-ARGUS (user support 152, 261).
        const propre = `${PREFIXES[echelle] ?? echelle.toUpperCase()}_${brut.replaceAll(/[^A-Za-z0-9]+/g, '_')}`;
        const deja = vus.get(propre) ?? 0;
        vus.set(propre, deja + 1);
        enfant = {
          code: deja === 0 ? propre : `${propre}_${deja + 1}`,
          zone: z < 0 ? null : `${echelle}:${brut}`,
          atomes: [],
          enfants: new Map(),
        };
        noeud.enfants.set(z, enfant);
      }
      noeud = enfant;
      noeud.atomes.push(a);
    }
  }
  return racine;
}

/** A parent whose only child is "the rest" has no such child in truth. */
const enfantsDe = (n: Noeud): Noeud[] =>
  n.enfants.size === 1 && n.enfants.has(-1)
    ? enfantsDe(n.enfants.get(-1)!)
    : [...n.enfants.values()].sort((a, b) => (a.code < b.code ? -1 : 1));

/** Files of one table. @param demandees échelles of the tree, widest first; null = the usual chain */
export function tableauDe(t: TableArgus, demandees: readonly Echelle[] | null, base: string): TableauArgus {
  const niveaux = [...t.vue.atomes.echelles].sort(
    (a, b) => ECHELLES.indexOf(a.echelle) - ECHELLES.indexOf(b.echelle),
  );
  const chaine = choisirChaine(niveaux, demandees);
  const racine = construireArbre(t, chaine);
  const classe = new Map<string, number>(
    t.vue.geo.niveaux
      .filter((n) => n.secteur === 'tous')
      .flatMap((n) => n.codes.map((code, z) => [`${n.echelle}:${code}`, n.classe[z]!] as const)),
  );
  const k = t.vue.geo.classes;
  const sommet = t.vue.geo.niveaux.find((n) => n.echelle === 'france' && n.secteur === 'tous')!.classe[0]!;
  const codes = new Map<string, string>();
  const lignes: string[] = [];
  const hrc: string[] = [];
  const visiter = (n: Noeud, profondeur: number) => {
    const c = n === racine ? sommet : n.zone === null ? null : classe.get(n.zone)!;
    t.parts.forEach((part, i) => {
      const champs = t.parts.length > 1 ? [n.code, POPULATIONS[part]] : [n.code];
      lignes.push([...champs, ...ligneDe(t, n, i, c === null ? null : c + i * k)].join(','));
    });
    codes.set(n.code, n === racine ? 'total' : (n.zone ?? 'reste'));
    if (n !== racine) hrc.push(`${'@'.repeat(profondeur - 1)}${n.code}`);
    for (const e of enfantsDe(n)) visiter(e, profondeur + 1);
  };
  visiter(racine, 0);
  return {
    tab: `${lignes.join('\n')}\n`,
    rda: rdaDe(t.parts.length > 1, `${base}.hrc`),
    hrc: `${hrc.join('\n')}\n`,
    chaine: chaine.map((n) => n.echelle),
    codes,
  };
}

/** value, frequency, cost, status (S safe, U primary, M secondary, E empty), lower and upper protection levels. */
function ligneDe(t: TableArgus, n: Noeud, part: number, cellule: number | null): (string | number)[] {
  const k = t.vue.geo.classes;
  if (cellule !== null) {
    const s = statutJj(t, cellule);
    const [v, f] = [t.valeur[cellule]!, t.effectif[cellule]!];
    const statut = s === 'u' ? 'U' : s === 'm' ? 'M' : f === 0 && v === 0 ? 'E' : 'S';
    const niveau = s === 'u' ? 1 : 0;
    return [v, f, cout(t, cellule), statut, Math.min(niveau, v), niveau];
  }
  // What is left of the parent: nobody publishes it, and it is a small group like any other. Atoms are the first classes.
  const somme = (x: Float64Array) => n.atomes.reduce((s, a) => s + x[a + part * k]!, 0);
  const [v, f] = [somme(t.valeur), somme(t.effectif)];
  const niveau = f > 0 && f < REGLES.seuil ? 1 : 0;
  return [v, f, Math.max(1, f), niveau ? 'U' : 'M', Math.min(niveau, v), niveau];
}

function rdaDe(deuxPopulations: boolean, hrc: string): string {
  const lignes = [
    '<SEPARATOR> ","',
    '<SAFE> "S"',
    '<UNSAFE> "U"',
    '<PROTECT> "P"',
    'GEO',
    '  <RECODEABLE>',
    `  <TOTCODE> "${TOTAL}"`,
    '  <HIERARCHICAL>',
    `  <HIERCODELIST> "${hrc}"`,
    '  <HIERLEADSTRING> "@"',
    ...(deuxPopulations ? ['POP', '  <RECODEABLE>', `  <TOTCODE> "${TOTAL}"`] : []),
    'VALEUR',
    '  <NUMERIC>',
    '  <DECIMALS> 0',
    'EFFECTIF',
    '  <FREQUENCY>',
    'COUT',
    '  <NUMERIC> <COST>',
    'STATUT',
    '  <STATUS>',
    'LPL',
    '  <NUMERIC> <LOWERPL>',
    'UPL',
    '  <NUMERIC> <UPPERPL>',
  ];
  return `${lignes.join('\n')}\n`;
}
