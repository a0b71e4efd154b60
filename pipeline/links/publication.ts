/**
 * What the register publishes to the gate, in `<registre>/garde/`: public keys, signed revocations, signed directory,
 * and the gate's own master secret. A gate on another machine receives a copy of this folder, never of the others.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import {
  annuaireSchema,
  clesSchema,
  revocationsSchema,
  type Annuaire,
  type ClesPubliees,
  type Garde,
  type Revocations,
} from '../../data/contract/grant.ts';
import { UserError } from '../../data/contract/erreur.ts';
import { writeAtomic, writeJson } from '../lib/files.ts';
import type { Coffre } from './coffre.ts';
import { finDuJour } from './dates.ts';
import type { Etat } from './etat.ts';

export const dossierGarde = (registre: string): string => join(registre, 'garde');

/** Ended grants stay listed this long, so that the gate can say "ended" rather than "unknown". Seconds. */
const MEMOIRE = 30 * 86_400;

/** Territories a convention opens today. */
export const territoires = (c: { epci: string; communes: readonly string[] }): string[] => [
  `epci:${c.epci}`,
  ...c.communes.map((i) => `com:${i}`),
];

function annuaireDe(etat: Etat, seq: number, iat: number, noms: ReadonlyMap<string, string>): Annuaire {
  const conventions: Annuaire['conventions'] = {};
  for (const c of etat.conventions.values())
    conventions[c.id] = {
      fin: finDuJour(c.fin),
      ter: territoires(c),
      lay: c.couches,
      pur: c.finalites,
      appareils: c.appareils,
    };
  const comptes: Annuaire['comptes'] = {};
  for (const c of etat.comptes.values()) {
    const convention = etat.conventions.get(c.convention);
    if (!convention || c.statut === 'demande' || c.statut === 'rejete') continue;
    const fin = c.fin !== undefined && c.fin < convention.fin ? c.fin : convention.fin;
    comptes[c.id] = { fin: finDuJour(fin), nom: noms.get(c.id) ?? c.id };
  }
  const liens: Annuaire['liens'] = {};
  for (const l of etat.liens.values())
    if (l.exp > iat - MEMOIRE)
      liens[l.jti] = {
        exp: l.exp,
        cnv: l.convention,
        sub: l.compte,
        ...(l.parent === undefined ? {} : { par: l.parent }),
        ter: l.territoires,
        lay: l.couches,
      };
  return { seq, iat, conventions, comptes, liens };
}

function revocationsDe(etat: Etat, seq: number, iat: number): Revocations {
  const { jti, cnv, sub, kid } = etat.revoques;
  // An expired grant opens nothing: keeping it listed for ever would only slow the gate.
  const vivants = [...jti].filter((j) => (etat.liens.get(j)?.exp ?? Infinity) > iat - MEMOIRE);
  return {
    seq,
    iat,
    jti: vivants.toSorted(),
    cnv: [...cnv].toSorted(),
    sub: [...sub].toSorted(),
    kid: [...kid].toSorted(),
  };
}

async function lireCharge<T>(chemin: string): Promise<T | undefined> {
  try {
    return decodeJwt(await readFile(chemin, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Names already published: a command without the passphrase can still publish the others. */
export async function nomsPublies(registre: string): Promise<Map<string, string>> {
  const ancien = await lireCharge<Annuaire>(join(dossierGarde(registre), 'annuaire.jws'));
  // An account without a name was published under its id: it is still to be named.
  return new Map(
    Object.entries(ancien?.comptes ?? {}).flatMap(([id, c]) => (c.nom === id ? [] : [[id, c.nom]])),
  );
}

async function ecrire(registre: string, nom: string, texte: string): Promise<void> {
  const chemin = join(dossierGarde(registre), nom);
  await writeAtomic(chemin, texte);
  await chmod(chemin, 0o600);
}

/**
 * Publish the state after line `seq` of the journal.
 * @param iat Unix seconds
 */
export async function publier(
  registre: string,
  coffre: Coffre,
  etat: Etat,
  seq: number,
  iat: number,
  noms: ReadonlyMap<string, string>,
): Promise<void> {
  const dossier = dossierGarde(registre);
  await mkdir(dossier, { recursive: true, mode: 0o700 });
  const garde: Garde = {
    format: 'carto-ops/garde@1',
    iss: etat.registre?.iss ?? '',
    aud: etat.registre?.aud ?? '',
    seq,
    cles: [...etat.cles.values()].map(({ kid, usage, x }) => ({ kid, usage, x })),
  };
  await publierCles(registre, coffre, etat, { seq, iat, cles: garde.cles });
  await writeJson(join(dossier, 'garde.json'), garde, 1);
  const liste = [...etat.cles.values()].findLast((c) => c.usage === 'liste');
  if (!liste) throw new Error('the register has no list key');
  const annuaire = annuaireDe(etat, seq, iat, noms);
  const revocations = revocationsDe(etat, seq, iat);
  await ecrire(
    registre,
    'annuaire.jws',
    await coffre.signer(liste.kid, 'ta+jwt', annuaireSchema, annuaireSchema.parse(annuaire)),
  );
  // Last: when a gate sees the new sequence of revocations, the directory is already there.
  await ecrire(
    registre,
    'revocations.jws',
    await coffre.signer(liste.kid, 'tr+jwt', revocationsSchema, revocations),
  );
}

/**
 * Sign the set of keys when it changed, once by each grant key: a running gate that knows any of them takes the others.
 * Nothing is written without the passphrase of a grant key: the gate then keeps the keys it has.
 */
async function publierCles(
  registre: string,
  coffre: Coffre,
  etat: Etat,
  jeu: Omit<ClesPubliees, 'maitres'>,
): Promise<void> {
  const maitres = (await maitresGarde(registre)).map((m) => ({
    id: m.id,
    empreinte: createHash('sha256').update(Buffer.from(m.octets, 'base64url')).digest('hex'),
  }));
  const present = await readFile(join(dossierGarde(registre), 'cles.jws'), 'utf8').catch(() => '');
  let ancien: Pick<ClesPubliees, 'cles' | 'maitres'> | undefined;
  try {
    ancien = decodeJwt(present.split('\n')[0] ?? '');
  } catch {
    // No set of keys yet.
  }
  if (JSON.stringify([ancien?.cles, ancien?.maitres]) === JSON.stringify([jeu.cles, maitres])) return;
  const lignes: string[] = [];
  for (const { kid, usage } of etat.cles.values())
    if (usage === 'grant' && (await coffre.ouvrable(kid)))
      lignes.push(await coffre.signer(kid, 'tk+jwt', clesSchema, clesSchema.parse({ ...jeu, maitres })));
  if (lignes.length > 0) await ecrire(registre, 'cles.jws', `${lignes.join('\n')}\n`);
}

/** A new master secret signs from now on; the one before is still accepted, the others are forgotten. */
export async function renouvelerMaitre(registre: string): Promise<string> {
  const [precedent] = await maitresGarde(registre);
  const neuf = maitreNeuf();
  await ecrire(registre, 'maitre.json', JSON.stringify({ maitres: precedent ? [neuf, precedent] : [neuf] }));
  return neuf.id;
}

/** Forget a master secret that no longer signs. @returns false when it is not there, or signs */
export async function oublierMaitre(registre: string, id: string): Promise<boolean> {
  const maitres = await maitresGarde(registre);
  const restent = maitres.filter((m, i) => i === 0 || m.id !== id);
  if (restent.length === maitres.length) return false;
  await ecrire(registre, 'maitre.json', JSON.stringify({ maitres: restent }));
  return true;
}

const maitreNeuf = () => ({
  id: `b${randomBytes(2).toString('hex')}`,
  octets: randomBytes(32).toString('base64url'),
});

/** Master secrets of the gate; the first signs. */
export async function maitresGarde(registre: string): Promise<{ id: string; octets: string }[]> {
  const chemin = join(dossierGarde(registre), 'maitre.json');
  const lu = await readFile(chemin, 'utf8').catch(() => undefined);
  if (lu !== undefined)
    try {
      return (JSON.parse(lu) as { maitres: { id: string; octets: string }[] }).maitres;
    } catch (cause) {
      throw new UserError(`Le secret de la garde ne se lit pas : « ${chemin} ».`, {
        hint: 'Reprenez-le depuis votre copie ; à défaut, supprimez-le : un autre sera créé, et les sessions ouvertes se terminent.',
        cause,
      });
    }
  const maitres = [maitreNeuf()];
  await mkdir(dossierGarde(registre), { recursive: true, mode: 0o700 });
  await ecrire(registre, 'maitre.json', JSON.stringify({ maitres }));
  return maitres;
}
