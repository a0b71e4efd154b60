/**
 * Readers of the expert formats, written from their documentation (τ-ARGUS manual 4.1 §5.1.4, §5.2; comment of
 * τ-ARGUS' JJFormat.cpp; sdcTable's writeJJFormat) and never from our writers, so that both can be compared.
 */
export interface Jj {
  readonly cellules: {
    valeur: number;
    cout: number;
    statut: 's' | 'u' | 'z' | 'm';
    bas: number;
    haut: number;
    lpl: number;
    upl: number;
    spl: number;
  }[];
  readonly relations: { second: number; termes: [number, number][] }[];
}

/** Read a JJ file; throws on anything the format does not allow. */
export function lireJj(texte: string): Jj {
  const lignes = texte.split(/\r?\n/).filter((l) => l.trim() !== '');
  let rang = 0;
  const suivante = () => {
    const l = lignes[rang++];
    if (l === undefined) throw new Error('file too short');
    return l.trim();
  };
  if (Number(suivante()) !== 0) throw new Error('first line is not 0');
  const n = Number(suivante());
  const cellules = Array.from({ length: n }, (_, i) => {
    const [indice, valeur, cout, statut = '', ...reste] = suivante().split(/\s+/);
    if (Number(indice) !== i) throw new Error(`index ${indice} at rank ${i}`);
    const s = (['s', 'u', 'z', 'm'] as const).find((x) => x === statut);
    if (s === undefined) throw new Error(`status ${statut}`);
    if (reste.length !== 5) throw new Error(`${reste.length} fields after the status of ${i}`);
    const [bas, haut, lpl, upl, spl] = reste.map(Number) as [number, number, number, number, number];
    return { valeur: Number(valeur), cout: Number(cout), statut: s, bas, haut, lpl, upl, spl };
  });
  const m = Number(suivante());
  const relations = Array.from({ length: m }, (_, r) => {
    const parties = /^(\S+)\s+(\d+)\s*:\s*(.*)$/.exec(suivante());
    if (!parties) throw new Error(`relation ${r}`);
    const termes = [...parties[3]!.matchAll(/(\d+)\s*\(\s*(-?[\d.]+)\s*\)/g)].map(
      ([, c, w]): [number, number] => [Number(c), Number(w)],
    );
    if (termes.length !== Number(parties[2])) throw new Error(`relation ${r}: ${termes.length} terms`);
    return { second: Number(parties[1]), termes };
  });
  if (rang !== lignes.length) throw new Error('lines after the relations');
  return { cellules, relations };
}

/** What is left when each relation is evaluated on the values: 0 where the table adds up. */
export const ecarts = (jj: Jj): number[] =>
  jj.relations.map(({ second, termes }) =>
    Math.abs(termes.reduce((s, [c, w]) => s + w * jj.cellules[c]!.valeur, -second)),
  );

export interface Rda {
  readonly separateur: string;
  readonly statuts: Record<'SAFE' | 'UNSAFE' | 'PROTECT', string>;
  readonly colonnes: { nom: string; mots: Record<string, string> }[];
}

/** Read metadata of a tabular file: lines that start with "<" describe the column named above them. */
export function lireRda(texte: string): Rda {
  const statuts: Record<string, string> = {};
  const colonnes: Rda['colonnes'] = [];
  let separateur = '';
  for (const ligne of texte.split('\n').map((l) => l.trim())) {
    if (ligne === '') continue;
    const mot = /^<([A-Z]+)>\s*(.*)$/.exec(ligne);
    const valeur = mot?.[2]?.replace(/^"(.*)"$/, '$1') ?? '';
    if (!mot) colonnes.push({ nom: ligne, mots: {} });
    else if (mot[1] === 'SEPARATOR') separateur = valeur;
    else if (colonnes.length === 0) statuts[mot[1]!] = valeur;
    else colonnes.at(-1)!.mots[mot[1]!] = valeur;
  }
  return { separateur, statuts: statuts as Rda['statuts'], colonnes };
}

/** Parent of each code of a hierarchy file; depth is the number of lead strings, top codes hang from the total. */
export function lireHrc(texte: string, meneur: string, total: string): Map<string, string> {
  const parents = new Map<string, string>();
  const pile: string[] = [];
  for (const ligne of texte.split('\n').filter((l) => l !== '')) {
    let profondeur = 0;
    while (ligne.startsWith(meneur, profondeur)) profondeur += meneur.length;
    const code = ligne.slice(profondeur);
    if (parents.has(code)) throw new Error(`code ${code} twice`);
    if (profondeur > pile.length) throw new Error(`${code} skips a level`);
    parents.set(code, profondeur === 0 ? total : pile[profondeur - 1]!);
    pile.length = profondeur;
    pile.push(code);
  }
  return parents;
}
