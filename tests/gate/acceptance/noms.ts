/** Names that cases use for what a world holds: archives, grants, tokens. */
import { decodeJwt } from 'jose';
import type { Grant } from '../../../data/contract/grant.ts';
import { COMMUNE_A, EPCI_A, EPCI_B } from '../fixture.ts';
import { Inconnue } from './cas.ts';
import { jetonOctets, texteJws, type Monde } from './monde.ts';

/** Archives by name. */
export const ids = (monde: Monde) => ({
  A: monde.essai.archive(`epci:${EPCI_A}`),
  B: monde.essai.archive(`epci:${EPCI_B}`),
  ancienne: monde.essai.archive(`epci:${EPCI_A}`, 'carte', '2019'),
  lien: monde.essai.archive(`epci:${EPCI_A}`, 'geo'),
  commune: monde.essai.archive(`com:${COMMUNE_A}`),
});

export const jtiDe = (jws: string) => (decodeJwt(jws) as unknown as Grant).jti;

/** Replace the `<…>` fixtures of a text. */
export function garnir(monde: Monde, brut: string, jeton = ''): string {
  const { A, B, ancienne, lien, commune } = ids(monde);
  const table: Record<string, string> = {
    'archive A': A.id,
    'archive B': B.id,
    'archive A vintage 2019': ancienne.id,
    'ARCHIVE A upper case': A.id.toUpperCase(),
    'symlink archive': lien.id,
    'archive commune': commune.id,
    'commune archive': commune.id,
    token: jeton,
    'token A': jeton,
    'token B': texteJws(jetonOctets(monde, { grant: monde.grants.B, archives: [B.id] })),
    grant: monde.grants.A,
    etag: `"${A.sha256.slice(0, 32)}"`,
    'etag A': `"${A.sha256.slice(0, 32)}"`,
    'etag B': `"${B.sha256.slice(0, 32)}"`,
    size: String(A.taille),
    'byte kid': monde.maitres[0]?.id ?? '',
    'convention A': monde.conventions.a,
    'convention B': monde.conventions.b,
    'account A': monde.comptes.usagerA,
    'user of A': monde.comptes.usagerA,
    'epci A': EPCI_A,
    'EPCI A': EPCI_A,
    'epci B': EPCI_B,
    'EPCI B': EPCI_B,
    'commune A': COMMUNE_A,
    'unknown archive': '0'.repeat(32),
    'grant B': monde.grants.B,
    'child grant': monde.grants.enfant,
    'grant child': monde.grants.enfant,
    origin: monde.origine,
    host: new URL(monde.origine).host,
  };
  return brut.replaceAll(/<([^<>]+)>/g, (tout, nom: string) => {
    const arith = /^size([+-]\d+)$/.exec(nom);
    if (arith?.[1]) return String(A.taille + Number(arith[1]));
    // "0-<x1000>": the text before, repeated.
    if (/^x\d+$/.test(nom)) return tout;
    const valeur = Object.hasOwn(table, nom) ? table[nom] : undefined;
    if (valeur === undefined) throw new Inconnue(`repère inconnu : <${nom}>`);
    return valeur;
  });
}
