/** `carto secret`: the engine alone, on a flat table of finest units. */
import { UserError } from '../../../data/contract/erreur.ts';
import type { Arguments, Commande, Contexte } from '../../lib/commande.ts';
import { writeAtomic } from '../../lib/files.ts';
import { resoudreParallele } from './parallele.ts';
import { lisTable } from './table.ts';
import { indexCellules, POPULATIONS_MOTEUR, type Patron, type Systeme } from './types.ts';

/** Populations as the acceptance kit names them. */
const NOMS = { ENS: 'all', ER: 'recent' } as const;

/** Status file `id,n,primary,suppressed`, ids `<level>:<code>/<population>`, sorted by level then code. */
export function statuts(systeme: Systeme, patron: Patron): string {
  const index = indexCellules(systeme);
  const lignes = ['id,n,primary,suppressed'];
  systeme.niveaux.forEach((niveau, l) => {
    const ordre = niveau.codes.map((_, z) => z);
    ordre.sort((a, b) => ((niveau.codes[a] as string) < (niveau.codes[b] as string) ? -1 : 1));
    for (const population of POPULATIONS_MOTEUR) {
      const valeurs = systeme.effectifs[population];
      if (valeurs === undefined) continue;
      const n = new Int32Array(niveau.codes.length);
      niveau.zone.forEach((z, a) => {
        if (z >= 0) n[z] = (n[z] as number) + (valeurs[a] as number);
      });
      for (const z of ordre) {
        const e = n[z] as number;
        const primaire = e > 0 && e < systeme.seuil ? 1 : 0;
        const cache = patron.cache[index.cellule(l, population, z)];
        lignes.push(
          `${champ(`${niveau.id}:${niveau.codes[z]}/${NOMS[population]}`)},${e},${primaire},${cache}`,
        );
      }
    }
  });
  return `${lignes.join('\n')}\n`;
}

const champ = (texte: string) => (/[",\n]/.test(texte) ? `"${texte.replaceAll('"', '""')}"` : texte);

const nombre = new Intl.NumberFormat('fr-FR');

export const commande: Commande = {
  nom: 'secret',
  resume: 'Calcule le secret statistique d’une table d’unités fines : ce qui se publie, ce qui se cache.',
  options: {
    atoms: {
      type: 'string',
      valeur: 'FICHIER',
      aide: 'table CSV : une ligne par unité, géographies et effectifs',
    },
    out: { type: 'string', valeur: 'FICHIER', aide: 'fichier de statuts à écrire (id,n,primary,suppressed)' },
    threshold: { type: 'string', valeur: 'N', default: '11', aide: 'plus petit effectif publiable' },
    workers: {
      type: 'string',
      valeur: 'N',
      default: '1',
      aide: 'fils d’exécution ; le résultat n’en dépend pas',
    },
    compte: { type: 'string', valeur: 'COLONNE', aide: 'colonne des effectifs (a_n, sinon n)' },
    recents: {
      type: 'string',
      valeur: 'COLONNE',
      aide: 'colonne des emménagés récents (e_n), ou « aucune »',
    },
    unite: {
      type: 'string',
      valeur: 'COLONNE',
      aide: 'identifiant unique des lignes (première géographie), ou « aucune »',
    },
    emboite: {
      type: 'string',
      valeur: 'A<B<C',
      multiple: true,
      aide: 'emboîtement déclaré, du plus fin au plus large, vérifié',
    },
    poids: {
      type: 'string',
      valeur: 'NIVEAU=P',
      multiple: true,
      aide: 'coût d’une unité cachée à ce niveau (1)',
    },
    impose: {
      type: 'string',
      valeur: 'NIVEAU',
      multiple: true,
      aide: 'niveau dont les totaux restent publiés',
    },
  },
  run,
};

async function run({ values }: Arguments, { journal, json, ecrit }: Contexte): Promise<void> {
  const texte = (nom: string) => (typeof values[nom] === 'string' ? values[nom] : undefined);
  const liste = (nom: string) => [values[nom] ?? []].flat().filter((v) => typeof v === 'string');
  const exige = (nom: string): string => {
    const v = texte(nom);
    if (v === undefined || v === '')
      throw new UserError(`Option --${nom} absente.`, {
        hint: 'Exemple : carto secret --atoms atomes.csv --out statuts.csv',
        code: 2,
      });
    return v;
  };
  const entier = (nom: string, min: number): number => {
    const v = exige(nom);
    if (!/^\d{1,6}$/.test(v) || Number(v) < min)
      throw new UserError(`Option --${nom} : reçu « ${v} », attendu un entier d’au moins ${min}.`, {
        code: 2,
      });
    return Number(v);
  };
  const optionnels = Object.fromEntries(
    (['compte', 'recents', 'unite'] as const).flatMap((nom) => {
      const v = texte(nom);
      return v === undefined ? [] : [[nom, v] as const];
    }),
  );
  const sortie = exige('out');
  const fils = entier('workers', 1);
  const lecture = journal.etape('lecture');
  const systeme = await lisTable(exige('atoms'), {
    ...optionnels,
    seuil: entier('threshold', 2),
    emboitements: liste('emboite').map((c) => c.split('<').map((x) => x.trim())),
    imposes: liste('impose'),
    poids: poids(liste('poids')),
  });
  lecture.fin({ unites: systeme.atomes, niveaux: systeme.niveaux.length });
  const calcul = journal.etape('secret');
  const patron = await resoudreParallele(systeme, { fils });
  const { cellules, primaires, secondaires, perte, tours } = patron.comptes;
  calcul.fin({ cellules, primaires, secondaires, perte });
  await writeAtomic(sortie, statuts(systeme, patron));
  ecrit(
    json
      ? JSON.stringify({ ...patron.comptes, atomes: systeme.atomes, seuil: systeme.seuil })
      : `${nombre.format(cellules)} cellules, dont ${nombre.format(primaires)} sous le seuil et ${nombre.format(secondaires)} cachées pour les protéger (${nombre.format(perte)} unités), en ${tours} tours.`,
  );
}

function poids(textes: readonly string[]): Map<string, number> {
  return new Map(
    textes.map((t) => {
      const [niveau, valeur] = t.split('=');
      const p = Number(valeur);
      if (niveau === undefined || !(p > 0))
        throw new UserError(`Option --poids : reçu « ${t} », attendu NIVEAU=NOMBRE positif.`, { code: 2 });
      return [niveau, p];
    }),
  );
}
