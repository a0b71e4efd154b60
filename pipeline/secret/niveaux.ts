/**
 * The two storeys of the secret: France to EPCI first, then each EPCI alone. Once the totals of an EPCI are known, nothing
 * above it says more about its inside (secret.md §7.3), so blocks are independent and run in parallel.
 */
import { VARIABLES } from '../../data/catalogue/indicators/index.ts';
import { REGLES } from '../../data/catalogue/secret.ts';
import { agrege, blocsDe, extrait, niveauHorsEpci, niveauxLarges, type Atomes } from './atomes.ts';
import { departDe, jugeTout, type DemandeBloc } from './bloc.ts';
import type { Equipe } from './equipe.ts';
import { depaquete, remplace, type Verdicts } from './paquet.ts';
import { RAISONS } from './primaire.ts';
import { cleContexte, type Contexte, type Garde } from './verdict.ts';

/** Times the storeys may answer each other before the build gives up. */
const TOURS = 8;

/** Verdicts of a millésime: wide levels, then each EPCI in code order, packed. */
export interface JugementMillesime {
  haut: Verdicts;
  /** Atoms of the wide levels. */
  large: Atomes;
  blocs: Map<string, Uint8Array>;
  /** Forced totals given up, with the sentence of the engine; confidential. */
  concessions: string[];
}
/** Hidden cells to protect, per EPCI then per variable. */
type Caches = Map<string, Map<string, string[]>>;

/**
 * Hidden EPCI cells that blocks must protect too: small, uniform or secondary ones. Quality alone protects nothing, unless
 * a block has asked for the cell: it then relies on nobody knowing it.
 */
function cachesDe(verdicts: Verdicts, demandees: ReadonlyMap<string, 1>): Caches {
  const sortie: Caches = new Map();
  for (const { variable, verdicts: liste } of verdicts) {
    for (const d of liste) {
      if (d.niveau.echelle !== 'epci') continue;
      for (let z = 0; z < d.cache.length; z++) {
        const raison = RAISONS[d.raison[z] as number];
        const cle = cleContexte(variable, d.population, d.niveau, z);
        const qualite = raison === 'P3' || raison === 'P5-modalite';
        if (d.cache[z] === 0 || (qualite && !demandees.has(cle))) continue;
        const epci = d.niveau.codes[z] as string;
        let m = sortie.get(epci);
        if (m === undefined) sortie.set(epci, (m = new Map()));
        m.set(variable, [...(m.get(variable) ?? []), cle]);
      }
    }
  }
  return sortie;
}

const contexteDe = (caches: Caches, epci: string): Contexte =>
  new Map([...(caches.get(epci)?.values() ?? [])].flat().map((c) => [c, 1]));

/** Variables whose context changed, and those that start from their pattern. */
function changees(avant: Caches, apres: Caches, epci: string): Set<string> {
  const texte = (c: Caches, v: string) => (c.get(epci)?.get(v) ?? []).toSorted().join();
  const s = new Set<string>();
  for (const v of VARIABLES) {
    const depart = departDe(v);
    if (texte(avant, v.id) !== texte(apres, v.id) || (depart !== undefined && s.has(depart))) s.add(v.id);
  }
  return s;
}

/**
 * All verdicts of one millésime. When a block cannot keep a total published, the storey above hides it, protects it, and
 * the blocks it touches are judged again for the variables concerned.
 * @param equipe worker threads, shared by all millésimes @param avance called once per block @param sans guards left out, by tests only
 */
export async function jugeMillesime(
  a: Atomes,
  equipe: Equipe,
  avance: () => void,
  sans: readonly Garde[] = [],
): Promise<JugementMillesime> {
  const large = agrege(a);
  const niveaux = niveauxLarges(large);
  const blocs = blocsDe(a);
  // Longest first: the metropolis must not be the last to start.
  const codes = [...blocs]
    .sort((x, y) => y[1].length - x[1].length || (x[0] < y[0] ? -1 : 1))
    .map(([e]) => e);
  const forces = new Map<string, 1>();
  const connus = new Map<string, Uint8Array>();
  let caches: Caches = new Map();
  for (let tour = 0; tour < TOURS; tour++) {
    const haut = jugeTout(
      large,
      niveaux,
      REGLES.seuil,
      {
        niveaux: 0,
        caches: forces,
        impose: forces.size === 0,
      },
      { sans },
    );
    const nouveaux = cachesDe(haut.verdicts, forces);
    const aRefaire = new Map(codes.map((e) => [e, tour === 0 ? undefined : changees(caches, nouveaux, e)]));
    caches = nouveaux;
    const avant = forces.size;
    const demande = (epci: string): DemandeBloc & { genre: 'juge' } => {
      const seules = aRefaire.get(epci);
      const connu = connus.get(epci);
      return {
        genre: 'juge',
        epci,
        atomes: extrait(a, blocs.get(epci) as Int32Array),
        seuil: REGLES.seuil,
        sans,
        caches: contexteDe(caches, epci),
        ...(seules === undefined || connu === undefined
          ? {}
          : { seules, patrons: new Map(depaquete(connu).map((v) => [v.variable, v.verdicts])) }),
      };
    };
    await Promise.all(
      codes
        .filter((e) => aRefaire.get(e)?.size !== 0)
        .map(async (epci) => {
          const { octets, conflits } = await equipe.demande(() => demande(epci));
          const connu = connus.get(epci);
          connus.set(epci, connu === undefined ? octets : remplace(connu, octets));
          for (const c of conflits) forces.set(c, 1);
          if (tour === 0) avance();
        }),
    );
    if (forces.size === avant) {
      return {
        concessions: haut.concessions,
        large,
        haut: [...haut.verdicts, ...horsEpci(a)],
        blocs: new Map(
          codes.toSorted().flatMap((e) => {
            const p = connus.get(e);
            return p ? [[e, p] as const] : [];
          }),
        ),
      };
    }
  }
  throw new Error('the storeys of the secret do not agree');
}

/** Open figures of the communes that are in no EPCI. */
function horsEpci(a: Atomes): Verdicts {
  const ouvertes = new Set(VARIABLES.filter((v) => v.famille === 'logements_ouvert').map((v) => v.id));
  const niveaux = [niveauHorsEpci(a, false), niveauHorsEpci(a, true)].filter((n) => n.cles.length > 0);
  if (niveaux.length === 0) return [];
  const contexte = { niveaux: 0, caches: new Map<string, 1>(), impose: false };
  return jugeTout(a, niveaux, REGLES.seuil, contexte, { seules: ouvertes }).verdicts;
}

/** Number of blocks of a millésime, for progress. */
export const nombreBlocs = (a: Atomes): number => blocsDe(a).size;
