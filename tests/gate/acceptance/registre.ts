/** `register` cases: the rules of issuance, on the real register. */
import { UserError } from '../../../data/contract/erreur.ts';
import { deciderCompte, demanderCompte, prolongerCompte } from '../../../pipeline/links/comptes.ts';
import { creerConvention } from '../../../pipeline/links/conventions.ts';
import { jourDe } from '../../../pipeline/links/dates.ts';
import { emettreLien, revoquer } from '../../../pipeline/links/liens.ts';
import { RefusRegistre } from '../../../pipeline/links/registre.ts';
import { Inconnue, type Cas } from './cas.ts';
import type { Monde } from './monde.ts';

let suite = 0;
/** A new nominative address each time: its number is written in letters. */
const unique = () => {
  const lettres = [...(suite++).toString(26)].map(
    (c) => 'klmnopqrstuvwxyzabcdefghij'[Number.parseInt(c, 26)],
  );
  return `jeanne.k${lettres.join('')}upont@epci.example`;
};

async function compteValide(monde: Monde): Promise<string> {
  const { id } = await demanderCompte(monde.registre, {
    convention: monde.conventions.a,
    role: 'epci',
    nom: 'Essai',
    mel: unique(),
  });
  await deciderCompte(monde.registre, { compte: id, decision: 'valide', par: monde.comptes.adminA });
  return id;
}

/** A third party whose access ends before the convention: it can be extended. */
async function tiersValide(monde: Monde): Promise<string> {
  const { id } = await demanderCompte(monde.registre, {
    convention: monde.conventions.a,
    role: 'tiers',
    nom: 'Essai',
    mel: unique(),
    organisme: 'Agence',
    contrat: `M-${suite}`,
    comptesMax: 1,
    fin: jourDe(Date.now() / 1000 + 86_400),
  });
  await deciderCompte(monde.registre, { compte: id, decision: 'valide', par: monde.comptes.adminA });
  return id;
}

async function agir(monde: Monde, r: Record<string, unknown>): Promise<void> {
  const { registre, conventions, comptes } = monde;
  const ter = typeof r['ter'] === 'string' ? r['ter'] : undefined;
  switch (r['action']) {
    case 'account.create': {
      const tiers = r['rol'] === 'tiers';
      const commune = ter?.startsWith('com:') ?? false;
      const until = r['until'] === 'convention.end+1' ? jourDe(monde.finConvention + 86_400) : r['until'];
      await demanderCompte(registre, {
        convention: conventions.a,
        role: tiers ? 'tiers' : commune ? 'commune' : 'epci',
        nom: 'Essai',
        mel: typeof r['email'] === 'string' ? r['email'] : unique(),
        ...(commune
          ? {
              commune: ter === 'com:outside' ? '99999' : (ter ?? '').slice(4),
              ...(r['reference'] === null ? {} : { reference: 'D-9' }),
            }
          : {}),
        ...(tiers ? { organisme: 'Agence', contrat: 'M-9', comptesMax: 9 } : {}),
        ...(typeof until === 'string' ? { fin: until } : {}),
      });
      return;
    }
    case 'account.validate': {
      const { id } = await demanderCompte(registre, {
        convention: r['ter'] === 'epci:B' ? conventions.b : conventions.a,
        role: 'epci',
        nom: 'Essai',
        mel: unique(),
      });
      const par = r['by'] === '<admin A>' ? comptes.adminA : comptes.usagerA;
      await deciderCompte(registre, { compte: id, decision: 'valide', par });
      return;
    }
    case 'account.extend': {
      const id = await tiersValide(monde);
      if (r['state'] === 'deactivated') await revoquer(registre, { cible: 'sub', id, motif: 'essai' });
      const until = r['until'] === 'convention.end+1' ? jourDe(monde.finConvention + 86_400) : undefined;
      await prolongerCompte(registre, {
        compte: id,
        fin: until ?? jourDe(monde.finConvention - 86_400),
        demande: r['request'] === null || r['reference'] === null ? '' : 'P-1',
      });
      return;
    }
    case 'account.deactivate':
    case 'account.reject':
    case 'convention.deactivate':
    case 'grant.revoke': {
      const id = await compteValide(monde);
      const motif = typeof r['reason'] === 'string' ? r['reason'] : '';
      if (r['action'] === 'account.reject') {
        const demande = await demanderCompte(registre, {
          convention: conventions.a,
          role: 'epci',
          nom: 'Essai',
          mel: unique(),
        });
        await deciderCompte(registre, { compte: demande.id, decision: 'rejete', par: comptes.adminA, motif });
      } else if (r['action'] === 'grant.revoke') {
        const lien = await emettreLien(registre, {
          compte: id,
          finalite: 'observation',
          origine: 'http://localhost:1',
        });
        await revoquer(registre, { cible: 'jti', id: lien.jti, motif });
      } else if (r['action'] === 'account.deactivate') await revoquer(registre, { cible: 'sub', id, motif });
      else await revoquer(registre, { cible: 'cnv', id: conventions.b, motif });
      return;
    }
    case 'grant.issue': {
      const id = await compteValide(monde);
      if (r['state'] === 'deactivated') await revoquer(registre, { cible: 'sub', id, motif: 'essai' });
      await emettreLien(registre, {
        compte: id,
        finalite: r['pur'] === null ? '' : String(r['pur'] ?? 'observation'),
        origine: 'http://localhost:1',
      });
      return;
    }
    case 'convention.create':
      await creerConvention(registre, {
        epci: '200000009',
        nom: 'Essai',
        parties: ['AR'],
        signature: jourDe(Date.now() / 1000),
        ...(typeof r['months'] === 'number' ? { mois: r['months'] } : {}),
      });
      return;
    default:
      throw new Inconnue(`action inconnue : ${String(r['action'])}`);
  }
}

/** Run one register case; the same action with acceptable values passes, which other cases and unit tests check. */
export async function casRegistre(monde: Monde, cas: Cas): Promise<string | undefined> {
  // A refusal that refuses everything proves nothing: a plain account passes first.
  await compteValide(monde);
  try {
    await agir(monde, cas.request);
  } catch (erreur) {
    if (erreur instanceof RefusRegistre)
      return erreur.motif === cas.expected.refused
        ? undefined
        : `refus « ${erreur.motif} » au lieu de « ${cas.expected.refused ?? 'aucun'} »`;
    if (erreur instanceof UserError) return `refus sans code : ${erreur.message}`;
    throw erreur;
  }
  return cas.expected.refused === undefined ? undefined : 'accepté';
}
