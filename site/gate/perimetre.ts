/** What a verified grant opens: register's directory × manifest (gate.md §0.2, §2.1). Pure. */
import {
  couchesOuvrent,
  territoireArchive,
  type Annuaire,
  type GateArchive,
  type Grant,
} from '../../data/contract/grant.ts';
import { Refus } from './types.ts';

/** Grant, child, grandchild: a fourth link in the chain is refused. */
export const CHAINE_MAX = 3;

const contient = (grand: readonly string[], petit: readonly string[]) =>
  petit.every((x) => grand.includes(x));

/** Whether a list of layers holds another: "tout-tous" holds everything, "carte-tous" holds "carte-2022". */
export function couchesIncluses(grand: readonly string[], petit: readonly string[]): boolean {
  return petit.every((c) => {
    const coupe = c.indexOf('-');
    const [produit, annee] = [c.slice(0, coupe), c.slice(coupe + 1)];
    return [c, `${produit}-tous`, `tout-${annee}`, 'tout-tous'].some((g) => grand.includes(g));
  });
}

/**
 * Ancestors of a grant, nearest first, each one registered and holding its child.
 * @throws Refus 403 scope when a link is unknown, too long a chain, or wider than its parent
 */
export function ancetres(grant: Grant, annuaire: Annuaire): string[] {
  const chaine: string[] = [];
  let enfant: Pick<Grant, 'exp' | 'cnv' | 'ter' | 'lay' | 'par'> = grant;
  while (enfant.par !== undefined) {
    chaine.push(enfant.par);
    const parent = annuaire.liens[enfant.par];
    if (
      !parent ||
      !Object.hasOwn(annuaire.liens, enfant.par) ||
      chaine.length >= CHAINE_MAX ||
      enfant.exp > parent.exp ||
      enfant.cnv !== parent.cnv ||
      !contient(parent.ter, enfant.ter) ||
      !couchesIncluses(parent.lay, enfant.lay)
    )
      throw new Refus(403, 'scope');
    enfant = parent;
  }
  return chaine;
}

/** What the directory says of a grant that it admits. */
export interface Admis {
  nom: string;
  /** Seconds: end of grant, account and convention, whichever comes first. */
  fin: number;
  appareils: number;
}

/**
 * Check a grant against its convention, its account and its own registration.
 * @throws Refus 403 ended (convention or account over), purpose, or scope
 */
export function admettre(grant: Grant, annuaire: Annuaire, accepte: string, maintenant: number): Admis {
  const convention = Object.hasOwn(annuaire.conventions, grant.cnv)
    ? annuaire.conventions[grant.cnv]
    : undefined;
  const compte = Object.hasOwn(annuaire.comptes, grant.sub) ? annuaire.comptes[grant.sub] : undefined;
  const lien = Object.hasOwn(annuaire.liens, grant.jti) ? annuaire.liens[grant.jti] : undefined;
  if (!convention || !compte || !lien) throw new Refus(403, 'scope');
  if (convention.fin <= maintenant || compte.fin <= maintenant) throw new Refus(403, 'ended');
  if (
    grant.exp > convention.fin ||
    grant.exp > lien.exp ||
    lien.cnv !== grant.cnv ||
    lien.sub !== grant.sub ||
    lien.par !== grant.par ||
    !contient(convention.ter, grant.ter) ||
    !contient(lien.ter, grant.ter) ||
    !couchesIncluses(convention.lay, grant.lay) ||
    !couchesIncluses(lien.lay, grant.lay)
  )
    throw new Refus(403, 'scope');
  if (accepte !== grant.pur || !convention.pur.includes(grant.pur)) throw new Refus(403, 'purpose');
  return {
    nom: compte.nom,
    fin: Math.min(grant.exp, convention.fin, compte.fin),
    appareils: convention.appareils,
  };
}

/** Archives a grant opens today, in the order of the manifest. */
export function archivesOuvertes(
  grant: Pick<Grant, 'ter' | 'lay'>,
  archives: Iterable<GateArchive>,
): GateArchive[] {
  const permises = [...archives].filter(
    (a) => grant.ter.includes(territoireArchive(a)) && couchesOuvrent(grant.lay, a),
  );
  const annees = (a: GateArchive): readonly string[] => a.millesime.match(/\d{4}/g) ?? [];
  // A bundle of some years is for conventions of these years: who may open the whole one has no use for it.
  return permises.filter(
    (a) =>
      !permises.some(
        (b) =>
          b.produit === a.produit &&
          territoireArchive(b) === territoireArchive(a) &&
          annees(b).length > annees(a).length &&
          contient(annees(b), annees(a)),
      ),
  );
}
