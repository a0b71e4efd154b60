/** `state` mutations: what the register, the keys, the clock or the client become for one case. */
import { randomBytes } from 'node:crypto';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Grant } from '../../../data/contract/grant.ts';
import { COMMUNE_A } from '../fixture.ts';
import { Inconnue, objet, type Cas } from './cas.ts';
import { listesFraiches, type Etat } from './contrat.ts';
import { jetonOctets, texteJws, type Monde } from './monde.ts';
import { garnir } from './noms.ts';

export interface Prepare {
  etat: Etat;
  /** Grant presented by the session base. */
  grant?: string;
  /** Token of the key before rotation. */
  precedent?: string;
  entetes?: [string, string][];
}

const jti = (jws: string) => (decodeJwt(jws) as unknown as Grant).jti;

function idRevoque(monde: Monde, nom: string): string {
  const grants: Record<string, string> = {
    '<grant A>': monde.grants.A,
    '<grant B>': monde.grants.B,
    '<child>': monde.grants.enfant,
    '<grandchild>': monde.grants.petit,
  };
  if (Object.hasOwn(grants, nom)) return jti(grants[nom] ?? '');
  if (/kid|^<key/.test(nom) || /^k\d+$/.test(nom))
    return monde.garde.cles.find((c) => c.usage === 'grant')?.kid ?? '';
  if (/^<(account|sub|user)( A)?>$/.test(nom)) return monde.comptes.usagerA;
  return garnir(monde, nom);
}

/** Proof of possession of a new device key, for conventions with device binding. */
async function preuve(origine: string): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const { kty, crv, x, y } = await exportJWK(publicKey);
  return new SignJWT({
    htm: 'POST',
    htu: `${origine}/t/v1/session`,
    iat: Math.floor(Date.now() / 1000),
    jti: randomBytes(16).toString('base64url'),
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } as object })
    .sign(privateKey);
}

/** State of a case. @throws Inconnue for a state this runner does not know */
export async function preparerEtat(monde: Monde, cas: Cas): Promise<Prepare> {
  const p: Prepare = { etat: {} };
  const listes = listesFraiches(monde);
  let signer = false;
  const vieux = { id: 'bancien', octets: randomBytes(32) };
  for (const m of cas.request.mutate) {
    if (m.op === 'token' && m['value'] === 'previous-key-token') {
      p.precedent = texteJws(jetonOctets(monde, { maitre: vieux }));
      p.etat.maitres ??= [...monde.maitres, vieux];
    }
    if (m.op !== 'state') continue;
    for (const [nom, valeur] of Object.entries(m)) {
      switch (nom) {
        case 'op':
        case 'after':
          break;
        case 'revoked':
          for (const [liste, ids] of Object.entries(objet(valeur)))
            for (const id of ids as string[]) listes.revocations[liste as 'jti'].push(idRevoque(monde, id));
          signer = true;
          break;
        case 'account': {
          if (/deactivated|disabled|revoked/.test(String(valeur))) {
            listes.revocations.sub.push(monde.comptes.usagerA);
            signer = true;
            break;
          }
          if (/removed|unknown|deleted/.test(String(valeur))) {
            delete listes.annuaire.comptes[monde.comptes.usagerA];
            signer = true;
            break;
          }
          if (valeur !== 'third-party-ended') throw new Inconnue(`compte ${String(valeur)}`);
          const tiers = listes.annuaire.comptes[monde.comptes.tiers];
          if (tiers) tiers.fin = Math.floor(Date.now() / 1000) - 86_400;
          p.grant = monde.grants.tiers;
          signer = true;
          break;
        }
        case 'commune': {
          if (valeur !== 'moved') throw new Inconnue(`commune ${String(valeur)}`);
          const c = listes.annuaire.conventions[monde.conventions.a];
          if (c) c.ter = c.ter.filter((t) => t !== `com:${COMMUNE_A}`);
          p.grant = monde.grants.commune;
          signer = true;
          break;
        }
        case 'convention': {
          if (/deactivated|revoked/.test(String(valeur))) {
            listes.revocations.cnv.push(monde.conventions.a);
            signer = true;
            break;
          }
          if (!/ended|expired|over/.test(String(valeur))) throw new Inconnue(`convention ${String(valeur)}`);
          const c = listes.annuaire.conventions[monde.conventions.a];
          if (c) c.fin = Math.floor(Date.now() / 1000) - 86_400;
          signer = true;
          break;
        }
        case 'revocationFile':
          if (/missing|absent|deleted/.test(String(valeur))) p.etat.publie = { 'revocations.jws': undefined };
          else if (/lower|rollback|sequence|\bseq/.test(String(valeur))) {
            // The gate has read a later list that revokes A, then the store goes back to an older one.
            const neuve = structuredClone(listes);
            neuve.revocations.seq += 5;
            neuve.revocations.jti.push(jti(monde.grants.A));
            const [avant, apres] = [await monde.signerListes(neuve), await monde.signerListes(listes)];
            let lectures = 0;
            p.etat.config = {
              publie: (fichier) => {
                if (fichier === 'revocations.jws') lectures += 1;
                return Promise.resolve((lectures > 1 ? apres : avant)[fichier] ?? '');
              },
            };
          } else if (/old|stale|minutes|aged?\b/.test(String(valeur))) {
            listes.revocations.iat -= 3600;
            signer = true;
          } else if (/sign|tamper|corrupt|forge|key|truncat/.test(String(valeur))) {
            const textes = await monde.signerListes(listes);
            p.etat.publie = { 'revocations.jws': `${textes['revocations.jws']?.slice(0, -4)}AAAA` };
          } else throw new Inconnue(`liste ${String(valeur)}`);
          break;
        case 'keys':
          if (valeur !== 'previous-retired') throw new Inconnue(`clés ${String(valeur)}`);
          p.etat.maitres = [...monde.maitres];
          break;
        case 'clock': {
          // The gate has already seen the present (a valid request) when its clock jumps.
          let debut = true;
          p.etat.decalageHorloge = () => (debut ? 0 : Number(valeur));
          Object.assign(p, { sauter: () => (debut = false) });
          break;
        }
        case 'client':
          if (valeur !== 'other-address') throw new Inconnue(`client ${String(valeur)}`);
          p.etat.ip = () => '198.51.100.7';
          break;
        case 'devices': {
          if (valeur !== 'max+1') throw new Inconnue(`appareils ${String(valeur)}`);
          const c = listes.annuaire.conventions[monde.conventions.a];
          if (c) c.appareils = 3;
          p.etat.config = {
            appareils: {
              admet: (_compte, empreinte, max) =>
                Promise.resolve(['a', 'b', 'c', empreinte].indexOf(empreinte) < max),
            },
          };
          p.entetes = [['DPoP', await preuve(monde.origine)]];
          signer = true;
          break;
        }
        case 'cache':
          // A cache in front may only be nginx here; the answers forbid storing, which is checked on the first one.
          break;
        default:
          throw new Inconnue(`état inconnu : ${nom}`);
      }
    }
  }
  if (signer) p.etat.publie = await monde.signerListes(listes);
  return p;
}
