/** The world of the acceptance cases: a release, a register with its accounts and grants, keys of friends and enemies. */
import { createHmac, createPrivateKey, generateKeyPairSync, hkdfSync, randomBytes, sign } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import {
  annuaireSchema,
  revocationsSchema,
  type Annuaire,
  type Garde,
  type Grant,
  type Jeton,
  type Revocations,
} from '../../../data/contract/grant.ts';
import { deciderCompte, demanderCompte } from '../../../pipeline/links/comptes.ts';
import { creerConvention, nommerAdministrateur } from '../../../pipeline/links/conventions.ts';
import { finDuJour, jourDe } from '../../../pipeline/links/dates.ts';
import { emettreLien } from '../../../pipeline/links/liens.ts';
import { ouvrirRegistre, type Registre } from '../../../pipeline/links/registre.ts';
import { adressesOuvertes } from '../../../site/gate/session.ts';
import { COMMUNE_A, creerEssai, EPCI_A, EPCI_B, type Essai } from '../fixture.ts';

export interface Monde {
  essai: Essai;
  registre: Registre;
  origine: string;
  garde: Garde;
  maitres: { id: string; octets: Buffer }[];
  conventions: { a: string; b: string };
  comptes: { adminA: string; adminB: string; usagerA: string; commune: string; tiers: string };
  /** Compact grants by name: A (EPCI A), B, commune, tiers, enfant, petit-enfant. */
  grants: Record<'A' | 'B' | 'commune' | 'tiers' | 'enfant' | 'petit', string>;
  finConvention: number;
  listes(): { revocations: Revocations; annuaire: Annuaire };
  signerListes(l: { revocations: Revocations; annuaire: Annuaire }): Promise<Record<string, string>>;
  nettoyer(): void;
}

const b64 = (x: string | Uint8Array) => Buffer.from(x).toString('base64url');

export async function creerMonde(origine: string): Promise<Monde> {
  const essai = creerEssai();
  const registre = await ouvrirRegistre(essai.registre);
  const signature = jourDe(Date.now() / 1000 - 30 * 86_400);
  const conv = async (epci: string, communes: string[]) =>
    creerConvention(registre, {
      epci,
      nom: `EPCI ${epci}`,
      parties: ['AR Essai', 'GIP Essai'],
      signature,
      communes,
      millesimes: ['2022'],
    });
  const a = await conv(EPCI_A, [COMMUNE_A]);
  const b = await conv(EPCI_B, []);
  const admin = (c: string, nom: string) =>
    nommerAdministrateur(registre, c, { nom: `Admin ${nom}`, mel: `claire.${nom}@epci.example` });
  const adminA = await admin(a.id, 'alpha');
  const adminB = await admin(b.id, 'bravo');
  const compte = async (d: Parameters<typeof demanderCompte>[1], par: string) => {
    const { id } = await demanderCompte(registre, d);
    await deciderCompte(registre, { compte: id, decision: 'valide', par });
    return id;
  };
  const usagerA = await compte(
    { convention: a.id, role: 'epci', nom: 'Usager A', mel: 'paul.durand@epci.example' },
    adminA,
  );
  const usagerB = await compte(
    { convention: b.id, role: 'epci', nom: 'Usager B', mel: 'lea.martin@epci.example' },
    adminB,
  );
  const commune = await compte(
    {
      convention: a.id,
      role: 'commune',
      commune: COMMUNE_A,
      reference: 'D-1',
      nom: 'Agent',
      mel: 'luc.blanc@commune.example',
    },
    adminA,
  );
  const tiers = await compte(
    {
      convention: a.id,
      role: 'tiers',
      nom: 'Tiers',
      mel: 'eva.roche@agence.example',
      organisme: 'Agence',
      contrat: 'M-1',
      comptesMax: 1,
      fin: jourDe(Date.now() / 1000 + 90 * 86_400),
    },
    adminA,
  );
  const lien = async (c: string, parent?: string) => {
    const l = await emettreLien(registre, {
      compte: c,
      finalite: 'observation',
      origine: 'http://localhost:1',
      ...(parent === undefined ? {} : { parent }),
    });
    return { jti: l.jti, jws: l.url.split('#g1.')[1] ?? '' };
  };
  const A = await lien(usagerA);
  const enfant = await lien(tiers, A.jti);
  const petit = await lien(tiers, enfant.jti);
  const grants = {
    A: A.jws,
    B: (await lien(usagerB)).jws,
    commune: (await lien(commune)).jws,
    tiers: (await lien(tiers)).jws,
    enfant: enfant.jws,
    petit: petit.jws,
  };
  const dossier = join(essai.registre, 'garde');
  const lire = (nom: string) => readFileSync(join(dossier, nom), 'utf8');
  const { maitres } = JSON.parse(lire('maitre.json')) as { maitres: { id: string; octets: string }[] };
  return {
    essai,
    registre,
    origine,
    garde: JSON.parse(lire('garde.json')) as Garde,
    maitres: maitres.map((m) => ({ id: m.id, octets: Buffer.from(m.octets, 'base64url') })),
    conventions: { a: a.id, b: b.id },
    comptes: { adminA, adminB, usagerA, commune, tiers },
    grants,
    finConvention: finDuJour(a.fin),
    listes: () => ({
      revocations: revocationsSchema.parse(decodeJwt(lire('revocations.jws'))),
      annuaire: annuaireSchema.parse(decodeJwt(lire('annuaire.jws'))),
    }),
    async signerListes({ revocations, annuaire }) {
      const kid = [...registre.etat.cles.values()].findLast((c) => c.usage === 'liste')?.kid ?? '';
      return {
        'revocations.jws': await registre.coffre.signer(kid, 'tr+jwt', revocationsSchema, revocations),
        'annuaire.jws': await registre.coffre.signer(kid, 'ta+jwt', annuaireSchema, annuaire),
      };
    },
    nettoyer: () => essai.nettoyer(),
  };
}

/** A token being mutated: three texts. */
export interface Jws {
  entete: string;
  charge: string;
  signature: Buffer;
}
export const texteJws = (j: Jws): string => `${b64(j.entete)}.${b64(j.charge)}.${b64(j.signature)}`;
export function lireJws(texte: string): Jws {
  const [e = '', c = '', s = ''] = texte.split('.');
  return {
    entete: Buffer.from(e, 'base64url').toString(),
    charge: Buffer.from(c, 'base64url').toString(),
    signature: Buffer.from(s, 'base64url'),
  };
}

const ed25519 = generateKeyPairSync('ed25519').privateKey;
const intrus = { ed25519, secret: randomBytes(32) };
const jour = (t: number) => new Date(t * 1000).toISOString().slice(0, 10);
const cleOctets = (octets: Uint8Array, date: string) =>
  Buffer.from(hkdfSync('sha256', octets, Buffer.alloc(32), `b1|${date}`, 32));

/** Sign with a named key. @throws on a name that is not known: the case must then be reported, not guessed */
export function signerAvec(
  monde: Monde,
  base: 'bytes' | 'session',
  avec: string,
  entete: string,
  charge: string,
): Jws {
  const texte = `${b64(entete)}.${b64(charge)}`;
  const t = Date.now() / 1000;
  const hmac = (cle: Uint8Array | string) => createHmac('sha256', cle).update(texte).digest();
  const maitre = monde.maitres[0]?.octets ?? Buffer.alloc(0);
  const publique = monde.garde.cles.find((c) => c.usage === 'grant');
  let signature: Buffer;
  if (avec === 'valid' && base === 'session') {
    const dossier = join(monde.essai.registre, 'cles');
    const fichier = readdirSync(dossier).find((f) => f === `${publique?.kid}.jwk`) ?? '';
    const jwk = JSON.parse(readFileSync(join(dossier, fichier), 'utf8')) as Record<string, string>;
    signature = sign(null, Buffer.from(texte), createPrivateKey({ key: jwk, format: 'jwk' }));
  } else if (avec === 'valid' || avec === 'byte-key') signature = hmac(cleOctets(maitre, jour(t)));
  else if (avec === 'attacker' || avec === 'staging' || avec === 'other')
    signature =
      base === 'session'
        ? sign(null, Buffer.from(texte), intrus.ed25519)
        : hmac(cleOctets(intrus.secret, jour(t)));
  else if (avec === 'hmac:public-key-raw') signature = hmac(Buffer.from(publique?.x ?? '', 'base64url'));
  else if (avec === 'hmac:public-key-pem') {
    const der = Buffer.concat([
      Buffer.from('302a300506032b6570032100', 'hex'),
      Buffer.from(publique?.x ?? '', 'base64url'),
    ]).toString('base64');
    signature = hmac(`-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`);
  } else if (avec.startsWith('hmac:')) signature = hmac(avec.slice(5));
  else if (avec === 'none') signature = Buffer.alloc(0);
  else if (avec === 'previous') signature = hmac(cleOctets(maitre, jour(t - 86_400)));
  else throw new Error(`clé inconnue : ${avec}`);
  return { entete, charge, signature };
}

/** A byte token made outside of the gate, from its published profile and the master secret. */
export function jetonOctets(
  monde: Monde,
  o: { grant?: string; archives?: string[]; maitre?: { id: string; octets: Uint8Array } } = {},
): Jws {
  const grant = decodeJwt(o.grant ?? monde.grants.A) as unknown as Grant;
  const maitre = o.maitre ?? monde.maitres[0];
  if (!maitre) throw new Error('no master');
  const t = Math.floor(Date.now() / 1000);
  const arc = o.archives ?? [monde.essai.archive(`epci:${EPCI_A}`).id];
  const jeton: Jeton = {
    iss: monde.origine,
    exp: t + 600,
    iat: t,
    nbf: t,
    cdniv: 1,
    cdniuc: adressesOuvertes(
      monde.origine,
      arc.map((id) => ({ id })),
    ),
    sid: randomBytes(16).toString('base64url'),
    arc,
    lnk: [monde.garde.cles.find((c) => c.usage === 'grant')?.kid ?? '', grant.cnv, grant.sub, grant.jti],
  };
  const entete = JSON.stringify({ alg: 'HS256', kid: `${maitre.id}-${jour(t)}`, typ: 'tb+jwt' });
  const charge = JSON.stringify(jeton);
  const signature = createHmac('sha256', cleOctets(maitre.octets, jour(t)))
    .update(`${b64(entete)}.${b64(charge)}`)
    .digest();
  return { entete, charge, signature };
}
