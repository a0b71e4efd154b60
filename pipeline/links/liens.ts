/** Operations on territory links: issue, extend, revoke. */
import { randomBytes } from 'node:crypto';
import { libelleFinalite } from '../../data/catalogue/finalites.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { grantSchema, type Grant } from '../../data/contract/grant.ts';
import { compte } from './comptes.ts';
import { conventionActive } from './conventions.ts';
import { dateLongue, finDuJour, jour, jourDe } from './dates.ts';
import { lienRetire, type Charge, type Lien } from './etat.ts';
import { territoires } from './publication.ts';
import { RefusRegistre, type Registre } from './registre.ts';

export interface DemandeLien {
  compte: string;
  /** Purpose, one of the convention's. */
  finalite: string;
  /** Public origin of the site: "https://atlas.example". */
  origine: string;
  /** Last day; by default the end of the account or of the convention. */
  fin?: string;
  /** Grant that this one narrows. */
  parent?: string;
  /** Grant that this one replaces (extension). */
  prolonge?: string;
  /** Check everything, write and sign nothing. */
  essai?: boolean;
}

export interface LienEmis {
  jti: string;
  /** The link to send; empty for a dry run. It opens confidential data: never log it. */
  url: string;
  compte: string;
  convention: string;
  territoires: string[];
  finalite: string;
  /** Last day. */
  fin: string;
}

/** Chain of delegation: grant, child, grandchild (the gate refuses a fourth). */
const CHAINE_MAX = 3;

function longueurChaine(registre: Registre, parent: string | undefined): number {
  const lien = parent === undefined ? undefined : registre.etat.liens.get(parent);
  return lien ? 1 + longueurChaine(registre, lien.parent) : 0;
}

function exigerParent(
  registre: Registre,
  d: DemandeLien & { convention: string },
  ter: readonly string[],
): Lien | undefined {
  if (d.parent === undefined) return undefined;
  const parent = registre.etat.liens.get(d.parent);
  if (!parent) throw new UserError('Le lien parent n’est pas au registre.');
  if (parent.convention !== d.convention)
    throw new RefusRegistre('scope', 'Le lien parent est celui d’une autre convention.');
  if (lienRetire(registre.etat, parent)) throw new RefusRegistre('revoked', 'Le lien parent est retiré.');
  if (ter.some((t) => !parent.territoires.includes(t)))
    throw new RefusRegistre('scope', 'Le lien dépasserait le territoire de son lien parent.');
  if (longueurChaine(registre, d.parent) >= CHAINE_MAX)
    throw new RefusRegistre('scope', `Une délégation compte ${CHAINE_MAX}\u00a0liens au plus.`);
  return parent;
}

/** Identifier of a link: 128 random bits. Never begins with a dash, which a command line would take for an option. */
export function nouveauJti(): string {
  for (;;) {
    const jti = randomBytes(16).toString('base64url');
    if (!jti.startsWith('-')) return jti;
  }
}

/** Everything of a grant but its signature; all rules of issuance. @throws RefusRegistre */
function preparer(registre: Registre, d: DemandeLien): { grant: Grant; kid: string; charge: Charge<'lien'> } {
  const c = compte(registre, d.compte);
  const convention = conventionActive(registre, c.convention);
  if (c.statut === 'desactive') throw new RefusRegistre('deactivated', 'Ce compte est désactivé.');
  if (c.statut !== 'valide')
    throw new RefusRegistre(
      'not-validated',
      'Ce compte n’est pas validé par l’administrateur local : aucun lien ne peut être émis.',
    );
  if (!d.finalite)
    throw new RefusRegistre(
      'purpose-required',
      'Un lien est émis pour une finalité de la convention.',
      `Finalités : ${convention.finalites.join(', ')}.`,
    );
  if (!convention.finalites.includes(d.finalite))
    throw new RefusRegistre(
      'purpose',
      `La convention ne prévoit pas cette finalité : « ${d.finalite} ».`,
      `Finalités : ${convention.finalites.join(', ')}.`,
    );
  const permis = territoires(convention);
  const perdus = c.territoires.filter((t) => !permis.includes(t));
  if (perdus.length > 0)
    throw new RefusRegistre(
      'scope',
      `La convention de ${convention.nom} ne couvre plus ${perdus.join(', ')}.`,
      'Ce compte date d’avant : désactivez-le, ou remettez la commune (carto convention commune).',
    );
  const parent = exigerParent(registre, { ...d, convention: convention.id }, c.territoires);
  const bornes = [finDuJour(convention.fin)];
  if (c.fin !== undefined) bornes.push(finDuJour(c.fin));
  if (parent) bornes.push(parent.exp);
  const max = Math.min(...bornes);
  const exp = d.fin === undefined ? max : finDuJour(jour(d.fin, 'de fin'));
  if (exp > max)
    throw new RefusRegistre('end-date', `Ce lien se termine au plus tard le ${dateLongue(jourDe(max))}.`);
  const iat = registre.maintenant();
  if (exp <= iat) throw new RefusRegistre('end-date', 'Cette date de fin est passée.');
  const cle = [...registre.etat.cles.values()].findLast((k) => k.usage === 'grant');
  if (!cle || !registre.etat.registre) throw new UserError('Le registre n’a pas de clé pour signer.');
  const jti = nouveauJti();
  const couches = parent ? parent.couches : convention.couches;
  const grant = grantSchema.parse({
    iss: registre.etat.registre.iss,
    aud: registre.etat.registre.aud,
    jti,
    ...(d.parent === undefined ? {} : { par: d.parent }),
    cnv: convention.id,
    sub: c.id,
    rol: c.role,
    ter: c.territoires,
    lay: couches,
    pur: d.finalite,
    iat,
    nbf: iat,
    exp,
  });
  const charge: Charge<'lien'> = {
    jti,
    compte: c.id,
    convention: convention.id,
    finalite: d.finalite,
    territoires: c.territoires,
    couches,
    exp,
    kid: cle.kid,
    ...(d.parent === undefined ? {} : { parent: d.parent }),
    ...(d.prolonge === undefined ? {} : { prolonge: d.prolonge }),
  };
  return { grant, kid: cle.kid, charge };
}

/** Origin only, without a path. @throws UserError */
export function origineSite(texte: string): string {
  try {
    const url = new URL(texte);
    const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
    if (url.protocol === 'https:' || (url.protocol === 'http:' && local)) return url.origin;
  } catch {
    // Said below.
  }
  throw new UserError(`Cette adresse de site n’est pas utilisable : « ${texte} ».`, {
    hint: 'Donnez une adresse https://…, ou http://localhost:PORT pour un essai.',
    code: 2,
  });
}

/** Sign and record a link. The line is on disk before the link exists. @throws RefusRegistre */
export async function emettreLien(registre: Registre, d: DemandeLien): Promise<LienEmis> {
  const origine = origineSite(d.origine);
  return registre.operer(async () => {
    const { grant, kid, charge } = preparer(registre, d);
    let url = '';
    if (!d.essai) {
      const jws = await registre.coffre.signer(kid, 'tg+jwt', grantSchema, grant);
      registre.ecrire('lien', charge);
      url = `${origine}/territoire/#g1.${jws}`;
    }
    return {
      jti: d.essai ? '' : charge.jti,
      url,
      compte: charge.compte,
      convention: charge.convention,
      territoires: charge.territoires,
      finalite: libelleFinalite(charge.finalite),
      fin: jourDe(charge.exp),
    };
  });
}

/** Extension on the EPCI's request: a new link with a later end; the old one ends by itself. */
export async function prolongerLien(
  registre: Registre,
  d: { jti: string; fin?: string; origine: string; essai?: boolean },
): Promise<LienEmis> {
  const ancien = registre.etat.liens.get(d.jti);
  if (!ancien) throw new UserError(`Ce lien n’est pas au registre : « ${d.jti} ».`);
  if (lienRetire(registre.etat, ancien))
    throw new RefusRegistre('revoked', 'Un lien retiré ne se prolonge pas.');
  return emettreLien(registre, {
    compte: ancien.compte,
    finalite: ancien.finalite,
    origine: d.origine,
    prolonge: d.jti,
    ...(ancien.parent === undefined ? {} : { parent: ancien.parent }),
    ...(d.fin === undefined ? {} : { fin: d.fin }),
    ...(d.essai === undefined ? {} : { essai: d.essai }),
  });
}

export type Cible = Charge<'revocation'>['cible'];

const NOMS: Readonly<Record<Cible, string>> = { jti: 'lien', sub: 'compte', cnv: 'convention', kid: 'cle' };

/** An identifier of another kind than the one announced is the usual mistake, and an urgent one. */
function inconnu(registre: Registre, id: string): UserError {
  const { liens, comptes, conventions, cles } = registre.etat;
  const autre = (
    Object.entries({ jti: liens, sub: comptes, cnv: conventions, kid: cles }) as [
      Cible,
      Map<string, unknown>,
    ][]
  ).find(([, m]) => m.has(id));
  return autre
    ? new UserError(`« ${id} » n’est pas ce que vous annoncez : c’est un identifiant de ${NOMS[autre[0]]}.`, {
        hint: `Recommencez avec --cible ${NOMS[autre[0]]} : carto lien revoquer ${id} --cible ${NOMS[autre[0]]} --motif « … »`,
      })
    : new UserError(`Rien de tel au registre : « ${id} ».`, {
        hint: 'Voyez les listes : carto lien liste, carto compte liste, carto convention liste.',
      });
}

/** Withdraw a link, an account, a convention or a key. The gate knows within 30 seconds. */
export async function revoquer(
  registre: Registre,
  d: { cible: Cible; id: string; motif: string },
): Promise<void> {
  if (!d.motif.trim())
    throw new RefusRegistre('reason-required', 'Une désactivation est motivée : ajoutez --motif « … ».');
  await registre.operer(() => {
    const { liens, comptes, conventions, cles } = registre.etat;
    const connu = { jti: liens, sub: comptes, cnv: conventions, kid: cles }[d.cible].has(d.id);
    if (!connu) throw inconnu(registre, d.id);
    registre.ecrire('revocation', { ...d, motif: d.motif.trim() });
    return Promise.resolve();
  });
}
