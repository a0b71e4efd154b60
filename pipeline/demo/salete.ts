/** Rows that a reader must refuse, written at the end of each register: copies of good rows with one thing broken. */
import { SALETES } from '../../data/demo/distributions.ts';
import type { Taille } from '../../data/demo/tailles.ts';
import { COLONNES_RESTREINTES, colonnesOuvertes } from './colonnes.ts';

/** Breaks one row; `k` is its rank, used for an identifier of its own. */
export type Abime = (ligne: string, k: number, millesime: number) => string;
type Motif = keyof typeof SALETES.rejets;

const CHAMP: Readonly<Record<Motif, readonly [string, string]>> = {
  depcom_inconnu: ['DEPCOM', '99999'],
  nbpiece_impossible: ['NBPIECE', '77'],
  finan_inconnu: ['FINAN_CODE', '88'],
  typeconst_inconnu: ['TYPECONST_CODE', 'X'],
  ident_double: ['IDENT_INT', ''],
};

/** One breaker per row to write. */
export function lignesRefusees(taille: Taille['id']): Abime[] {
  return (Object.keys(SALETES.rejets) as Motif[]).flatMap((motif) =>
    Array.from({ length: taille === 'epci' ? 1 : SALETES.rejets[motif] }, () => abime(motif)),
  );
}

function abime(motif: Motif): Abime {
  return (ligne, k, millesime) => {
    const noms = [...colonnesOuvertes(millesime), ...COLONNES_RESTREINTES];
    const champs = decouper(ligne.trimEnd());
    const pose = (nom: string, valeur: string) => {
      champs[noms.indexOf(nom)] = valeur;
    };
    // A double keeps the identifier of the good row; the others get one that no household refers to.
    if (motif !== 'ident_double') {
      const [nom, valeur] = CHAMP[motif];
      pose(nom, valeur);
      pose('IDENT_INT', `9${String(k).padStart(8, '0')}`);
      pose('IDENT_REP', `9${String(k).padStart(8, '0')}`);
    }
    return `${champs.join(';')}\r\n`;
  };
}

/** Fields of one row, quotes kept, `;` inside quotes respected. */
function decouper(ligne: string): string[] {
  return [...ligne.matchAll(/("(?:[^"]|"")*"|[^;]*)(?:;|$)/g)]
    .map((m) => m[1]!)
    .slice(0, ligne.endsWith(';') ? undefined : -1);
}
